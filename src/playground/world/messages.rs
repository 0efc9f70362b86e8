//! The messages of the workspace: what is said, changed and deleted, who sees it, and the pages in which the bot reads it.
//! Pure; it must not know views, triggers or response addresses.

use std::collections::HashMap;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::super::blocks::with_ids;
use super::super::message::{Draft, Message, Page, Window, cursor_of, on_wire, ts_of};
use super::super::people::{Channel, Member};
use super::{Change, REMEMBERED, Refused, World, micros, remember};

/// Messages an answer of `conversations.history` or `.replies`. <https://docs.slack.dev/apis/web-api/rate-limits>
const PAGE: usize = 15;
/// A bound of our own, so that a playground left open for weeks does not grow: the oldest goes.
const MESSAGES_PER_CHANNEL: usize = 2_000;

impl World {
    /// Every message is told apart by its time, so no two may share one. <https://docs.slack.dev/reference/methods/chat.postMessage>
    pub(in crate::playground) fn stamp(&mut self, now: SystemTime) -> String {
        self.last_ts = micros(now).max(self.last_ts + 1);
        format!("{}.{:06}", self.last_ts / 1_000_000, self.last_ts % 1_000_000)
    }

    /// Posts; the thread, if any, must have been judged before.
    pub(in crate::playground) fn post(&mut self, draft: Draft, now: SystemTime) -> Message {
        let Draft { channel, thread_ts, user, text, blocks, files, only, metadata } = draft;
        let blocks = blocks.map(|blocks| with_ids(blocks, || self.serial()));
        let (ts, edited) = (self.stamp(now), None);
        let message = Message { ts, channel, thread_ts, user, text, blocks, files, only, edited, metadata };
        remember(self.messages.entry(message.channel.clone()).or_default(), message.clone(), MESSAGES_PER_CHANNEL);
        self.tell(&message, "message");
        message
    }

    /// Changes a message in place; its time stays.
    pub(in crate::playground) fn edit(
        &mut self,
        (channel, ts): (&str, &str),
        text: String,
        blocks: Option<Value>,
        now: SystemTime,
    ) -> Option<Message> {
        let blocks = blocks.map(|blocks| with_ids(blocks, || self.serial()));
        let edited = Some(self.stamp(now));
        let message = self.messages.get_mut(channel)?.iter_mut().find(|message| message.ts == ts)?;
        (message.text, message.blocks, message.edited) = (text, blocks, edited);
        let message = message.clone();
        self.tell(&message, "message");
        Some(message)
    }

    /// A message that the bot posted for everybody, so that it may change it.
    pub(in crate::playground) fn own(&mut self, channel: &str, ts: &str) -> Result<&mut Message, Refused> {
        let found = self
            .messages
            .get_mut(channel)
            .into_iter()
            .flatten()
            .find(|message| message.ts == ts && message.only.is_none());
        let message = found.ok_or("message_not_found")?;
        if !message.by_bot() {
            return Err("cant_update_message");
        }
        Ok(message)
    }

    pub(in crate::playground) fn delete(&mut self, channel: &str, ts: &str) -> Option<Message> {
        let messages = self.messages.get_mut(channel)?;
        let at = messages.iter().position(|message| message.ts == ts)?;
        let message = messages.remove(at)?;
        remember(&mut self.deleted, (channel.to_owned(), ts.to_owned()), REMEMBERED);
        self.tell(&message, "deleted");
        Some(message)
    }

    /// Did a message stand here that somebody deleted?
    pub(in crate::playground) fn was_deleted(&self, channel: &str, ts: &str) -> bool {
        self.deleted.iter().any(|(place, time)| place == channel && time == ts)
    }

    fn tell(&mut self, message: &Message, kind: &str) {
        let members = self.directory.channel(&message.channel).map(|channel| channel.members.clone());
        let to = members.into_iter().flatten().filter(|person| message.seen_by(person)).collect();
        self.changes.push(Change { to, data: json!({"type": kind, "channel": message.channel, "ts": message.ts}) });
    }

    /// What a person sees in a channel, oldest first, replies where they were said.
    pub(in crate::playground) fn seen(&self, person: &Member, channel: &Channel) -> Vec<&Message> {
        if !channel.has(person) {
            return Vec::new();
        }
        self.in_channel(&channel.id).filter(|message| message.seen_by(&person.id)).collect()
    }

    /// One message, if this person sees it.
    pub(in crate::playground) fn find(&self, person: &Member, channel: &Channel, ts: &str) -> Option<&Message> {
        self.seen(person, channel).into_iter().find(|message| message.ts == ts)
    }

    /// One message that everybody here sees.
    pub(in crate::playground) fn public(&self, channel: &str, ts: &str) -> Option<&Message> {
        self.in_channel(channel).find(|message| message.ts == ts && message.only.is_none())
    }

    /// What the bot said for everybody, in all channels, oldest first.
    pub(in crate::playground) fn said_by_bot(&self) -> Vec<Value> {
        let ours = self.messages.values().flatten().filter(|message| message.by_bot() && message.only.is_none());
        let mut ours: Vec<&Message> = ours.collect();
        ours.sort_by(|one, other| one.ts.cmp(&other.ts));
        let written = ours.into_iter().map(|message| {
            let mut wire = on_wire(message, &HashMap::new(), true);
            wire["channel"] = message.channel.as_str().into();
            wire
        });
        written.collect()
    }

    fn in_channel(&self, channel: &str) -> impl Iterator<Item = &Message> {
        self.messages.get(channel).into_iter().flatten()
    }

    /// Is there a message that can be answered in a thread? Replies and ephemeral messages cannot.
    pub(in crate::playground) fn thread_exists(&self, channel: &str, ts: &str) -> bool {
        self.in_channel(channel).any(|message| message.ts == ts && message.only.is_none() && !message.is_reply())
    }

    /// How many replies each thread has that this person (or, without one, everybody) sees.
    pub(in crate::playground) fn reply_counts(&self, channel: &str, person: Option<&str>) -> HashMap<&str, usize> {
        let mut counts = HashMap::new();
        let seen = |message: &&Message| person.map_or(message.only.is_none(), |person| message.seen_by(person));
        for message in self.in_channel(channel).filter(seen).filter(|message| message.is_reply()) {
            *counts.entry(message.thread_ts.as_deref().unwrap_or_default()).or_default() += 1;
        }
        counts
    }

    /// A page of what stands in a channel itself, newest first. <https://docs.slack.dev/reference/methods/conversations.history>
    pub(in crate::playground) fn history(&self, channel: &str, window: &Window) -> Result<Page, Refused> {
        let public = self.in_channel(channel).filter(|message| message.only.is_none() && !message.is_reply());
        let mut found: Vec<&Message> = public.filter(|message| window.holds(&message.ts)).collect();
        found.reverse();
        self.page(channel, found, window)
    }

    /// A page of a thread, oldest first; the first page opens with the message that began it.
    /// <https://docs.slack.dev/reference/methods/conversations.replies>
    pub(in crate::playground) fn replies(&self, channel: &str, ts: &str, window: &Window) -> Result<Page, Refused> {
        let asked = self.public(channel, ts).ok_or("thread_not_found")?;
        let parent = asked.thread_ts.as_deref().unwrap_or(&asked.ts);
        let in_thread = |message: &&Message| {
            message.ts == parent || (window.holds(&message.ts) && message.thread_ts.as_deref() == Some(parent))
        };
        let found = self.in_channel(channel).filter(|message| message.only.is_none()).filter(in_thread).collect();
        self.page(channel, found, window)
    }

    fn page(&self, channel: &str, found: Vec<&Message>, window: &Window) -> Result<Page, Refused> {
        let from = match &window.cursor {
            None => 0,
            Some(cursor) => {
                let ts = ts_of(cursor).ok_or("invalid_cursor")?;
                found.iter().position(|message| message.ts == ts).ok_or("invalid_cursor")?
            }
        };
        let most = window.limit.unwrap_or(PAGE).min(PAGE);
        let counts = self.reply_counts(channel, None);
        let messages =
            found[from..].iter().take(most).map(|message| on_wire(message, &counts, window.metadata)).collect();
        let next_cursor = found.get(from + most).map(|next| cursor_of(&next.ts));
        Ok(Page { messages, next_cursor })
    }

    /// One message as Slack writes it.
    pub(in crate::playground) fn wire_message(&self, message: &Message, metadata: bool) -> Value {
        on_wire(message, &self.reply_counts(&message.channel, None), metadata)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::super::super::people::BOT_USER;
    use super::{Draft, MESSAGES_PER_CHANNEL, World};

    const NOW: SystemTime = UNIX_EPOCH;

    fn draft(text: &str, only: Option<&str>) -> Draft {
        let only = only.map(str::to_owned);
        Draft { channel: "C01RMPVUUK1".into(), user: BOT_USER.into(), text: text.into(), only, ..Draft::default() }
    }

    #[test]
    fn a_channel_keeps_so_many_messages() {
        let mut world = World::default();
        for number in 0..=MESSAGES_PER_CHANNEL {
            world.post(draft(&number.to_string(), None), NOW);
        }
        let directory = std::sync::Arc::clone(&world.directory);
        let (ann, support) = (directory.called("ann").unwrap(), directory.named("support").unwrap());
        let seen = world.seen(ann, support);
        assert_eq!((seen.len(), seen[0].text.as_str()), (MESSAGES_PER_CHANNEL, "1"));
    }

    #[test]
    fn no_two_messages_share_their_time_even_when_the_clock_goes_back() {
        let mut world = World::default();
        let later = NOW + Duration::from_secs(5);
        let times: Vec<String> = [later, later, NOW].map(|now| world.post(draft("x", None), now).ts).to_vec();
        assert_eq!(times, ["5.000000", "5.000001", "5.000002"]);
    }

    #[test]
    fn only_those_who_see_it_hear_of_it() {
        let mut world = World::default();
        world.post(draft("x", Some("U0ANN")), NOW);
        world.notice("U0BOB", "psst");
        let changes = world.take_changes();
        assert_eq!(
            (changes[0].to.as_slice(), changes[1].to.as_slice()),
            (["U0ANN".into()].as_slice(), ["U0BOB".into()].as_slice())
        );
        assert!(world.take_changes().is_empty());
    }

    #[test]
    fn an_ephemeral_message_and_a_reply_begin_no_thread() {
        let mut world = World::default();
        let root = world.post(draft("root", None), NOW).ts;
        let reply = world.post(Draft { thread_ts: Some(root.clone()), ..draft("reply", None) }, NOW).ts;
        let secret = world.post(draft("secret", Some("U0ANN")), NOW).ts;
        let found = [root, reply, secret].map(|ts| world.thread_exists("C01RMPVUUK1", &ts));
        assert_eq!(found, [true, false, false]);
    }
}
