//! The state of the fake workspace: messages, views, triggers, response addresses, notices and faults.
//! Pure: time is an argument, changes are collected for whoever shows them. It must not know HTTP, signatures or the page.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::message::{Draft, Message, Page, Window, cursor_of, on_wire, ts_of};
use super::people::{Channel, Shortcut, SlashCommand, channel};
use super::strict::{Problem, elements_of};
use super::view::View;

/// A trigger lives this long. <https://docs.slack.dev/surfaces/modals>
const TRIGGER_LIFE: Duration = Duration::from_secs(3);
/// How long and how often a `response_url` may be used. <https://docs.slack.dev/interactivity/handling-user-interaction>
const RESPONSE_LIFE: Duration = Duration::from_secs(30 * 60);
const RESPONSE_USES: u32 = 5;
/// Views in one stack. <https://docs.slack.dev/reference/methods/views.push>
const VIEWS_IN_STACK: usize = 3;
/// Messages an answer of `conversations.history` or `.replies`. <https://docs.slack.dev/apis/web-api/rate-limits>
const PAGE: usize = 15;
/// Bounds of our own, so that a playground left open for weeks does not grow: the oldest goes.
pub(super) const MESSAGES_PER_CHANNEL: usize = 2_000;
const REMEMBERED: usize = 1_000;

/// Something that a person's page should hear of.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// Ids of the people who may know.
    pub(super) to: Vec<&'static str>,
    /// What the stream carries.
    pub(super) data: Value,
}

#[derive(Debug)]
struct Trigger {
    id: String,
    person: &'static str,
    made: SystemTime,
    used: bool,
}

/// Where a delivery may be answered later.
#[derive(Debug, Clone)]
pub(super) struct ResponseUrl {
    pub(super) id: String,
    pub(super) person: &'static str,
    pub(super) channel: &'static str,
    /// The message that `replace_original` and `delete_original` mean.
    pub(super) original: Option<String>,
    made: SystemTime,
    uses: u32,
}

/// What is refused, by Slack's error code.
pub(super) type Refused = &'static str;

/// Refusals that even a faultless bot meets, so they are no faults of the bot.
const OUTCOMES: &[Refused] = &["expired_trigger_id", "not_in_channel", "channel_not_found", "expired_url"];

/// Is this refusal the bot's own fault?
pub(super) fn is_fault(code: &str) -> bool {
    !OUTCOMES.contains(&code)
}

/// The workspace.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) commands: Vec<SlashCommand>,
    pub(super) shortcuts: Vec<Shortcut>,
    messages: HashMap<&'static str, VecDeque<Message>>,
    views: HashMap<&'static str, Vec<View>>,
    triggers: VecDeque<Trigger>,
    responses: VecDeque<ResponseUrl>,
    notices: HashMap<&'static str, VecDeque<String>>,
    faults: VecDeque<String>,
    changes: Vec<Change>,
    last_ts: u64,
    serial: u64,
}

impl World {
    pub(super) fn new(commands: Vec<SlashCommand>, shortcuts: Vec<Shortcut>) -> Self {
        Self { commands, shortcuts, ..Self::default() }
    }

    /// What changed since this was last asked.
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// A number that was never given before.
    pub(super) fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Notes what the bot did wrong.
    pub(super) fn fault(&mut self, what: impl Into<String>) {
        remember(&mut self.faults, what.into(), REMEMBERED);
    }

    pub(super) fn faults(&self) -> Vec<String> {
        self.faults.iter().cloned().collect()
    }

    /// Tells one person what Slackbot would tell them.
    pub(super) fn notice(&mut self, person: &'static str, text: impl Into<String>) {
        let text = text.into();
        self.changes.push(Change { to: vec![person], data: json!({"type": "notice", "text": text}) });
        remember(self.notices.entry(person).or_default(), text, REMEMBERED);
    }

    pub(super) fn notices(&self, person: &str) -> Vec<String> {
        self.notices.get(person).into_iter().flatten().cloned().collect()
    }

    // Messages

    /// Every message is told apart by its time, so no two may share one. <https://docs.slack.dev/reference/methods/chat.postMessage>
    fn stamp(&mut self, now: SystemTime) -> String {
        self.last_ts = micros(now).max(self.last_ts + 1);
        format!("{}.{:06}", self.last_ts / 1_000_000, self.last_ts % 1_000_000)
    }

    /// Posts; the thread, if any, must have been judged before.
    pub(super) fn post(&mut self, draft: Draft, now: SystemTime) -> Message {
        let Draft { channel, thread_ts, user, text, blocks, only, metadata } = draft;
        let blocks = blocks.map(|blocks| self.with_ids(blocks));
        let message =
            Message { ts: self.stamp(now), channel, thread_ts, user, text, blocks, only, edited: false, metadata };
        remember(self.messages.entry(channel).or_default(), message.clone(), MESSAGES_PER_CHANNEL);
        self.tell(&message, "message");
        message
    }

    /// Slack gives an id to every block and element that has none.
    pub(super) fn with_ids(&mut self, mut blocks: Value) -> Value {
        for block in blocks.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            if !block.contains_key("block_id") {
                block.insert("block_id".into(), format!("block{}", self.serial()).into());
            }
            let mut elements: Vec<&mut Value> = Vec::new();
            for (name, value) in block.iter_mut() {
                match (name.as_str(), value) {
                    ("elements", Value::Array(listed)) => elements.extend(listed),
                    ("accessory" | "element", one) => elements.push(one),
                    _ => {}
                }
            }
            for element in elements {
                let acts = !["image", "plain_text", "mrkdwn"].contains(&element["type"].as_str().unwrap_or_default());
                if acts && element.get("action_id").is_none() {
                    element["action_id"] = format!("action{}", self.serial()).into();
                }
            }
        }
        blocks
    }

    /// Changes a message in place; its time stays.
    pub(super) fn edit(&mut self, channel: &str, ts: &str, text: String, blocks: Option<Value>) -> Option<Message> {
        let blocks = blocks.map(|blocks| self.with_ids(blocks));
        let message = self.messages.get_mut(channel)?.iter_mut().find(|message| message.ts == ts)?;
        (message.text, message.blocks, message.edited) = (text, blocks, true);
        let message = message.clone();
        self.tell(&message, "message");
        Some(message)
    }

    /// Changes a message that the bot posted for everybody, as the bot; its metadata too, if there is any word about it.
    pub(super) fn update(
        &mut self,
        channel: &str,
        ts: &str,
        text: String,
        blocks: Option<Value>,
        metadata: Option<Option<Value>>,
    ) -> Result<Message, Refused> {
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
        if let Some(metadata) = metadata {
            message.metadata = metadata;
        }
        self.edit(channel, ts, text, blocks).ok_or("message_not_found")
    }

    pub(super) fn delete(&mut self, channel: &str, ts: &str) -> Option<Message> {
        let messages = self.messages.get_mut(channel)?;
        let at = messages.iter().position(|message| message.ts == ts)?;
        let message = messages.remove(at)?;
        self.tell(&message, "deleted");
        Some(message)
    }

    fn tell(&mut self, message: &Message, kind: &str) {
        let members = channel(message.channel).map(|channel| channel.members).unwrap_or_default();
        let to = members.iter().copied().filter(|person| message.seen_by(person)).collect();
        self.changes.push(Change { to, data: json!({"type": kind, "channel": message.channel, "ts": message.ts}) });
    }

    /// What a person sees in a channel, oldest first, replies where they were said.
    pub(super) fn seen(&self, person: &str, channel: &Channel) -> Vec<&Message> {
        if !channel.members.contains(&person) {
            return Vec::new();
        }
        self.in_channel(channel.id).filter(|message| message.seen_by(person)).collect()
    }

    /// One message, if this person sees it.
    pub(super) fn find(&self, person: &str, channel: &Channel, ts: &str) -> Option<&Message> {
        self.seen(person, channel).into_iter().find(|message| message.ts == ts)
    }

    fn in_channel(&self, channel: &str) -> impl Iterator<Item = &Message> {
        self.messages.get(channel).into_iter().flatten()
    }

    /// Is there a message that can be answered in a thread? Replies and ephemeral messages cannot.
    pub(super) fn thread_exists(&self, channel: &str, ts: &str) -> bool {
        self.in_channel(channel).any(|message| message.ts == ts && message.only.is_none() && !message.is_reply())
    }

    /// How many replies each thread has that this person (or, without one, everybody) sees.
    pub(super) fn reply_counts(&self, channel: &str, person: Option<&str>) -> HashMap<&str, usize> {
        let mut counts = HashMap::new();
        let seen = |message: &&Message| person.map_or(message.only.is_none(), |person| message.seen_by(person));
        for message in self.in_channel(channel).filter(seen).filter(|message| message.is_reply()) {
            *counts.entry(message.thread_ts.as_deref().unwrap_or_default()).or_default() += 1;
        }
        counts
    }

    /// A page of what stands in a channel itself, newest first. <https://docs.slack.dev/reference/methods/conversations.history>
    pub(super) fn history(&self, channel: &str, window: &Window) -> Result<Page, Refused> {
        let public = self.in_channel(channel).filter(|message| message.only.is_none() && !message.is_reply());
        let mut found: Vec<&Message> = public.filter(|message| window.holds(&message.ts)).collect();
        found.reverse();
        self.page(channel, found, window)
    }

    /// A page of a thread, oldest first; the first page opens with the message that began it.
    /// <https://docs.slack.dev/reference/methods/conversations.replies>
    pub(super) fn replies(&self, channel: &str, ts: &str, window: &Window) -> Result<Page, Refused> {
        let asked = self
            .in_channel(channel)
            .find(|message| message.ts == ts && message.only.is_none())
            .ok_or("thread_not_found")?;
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
    pub(super) fn wire_message(&self, message: &Message, metadata: bool) -> Value {
        on_wire(message, &self.reply_counts(message.channel, None), metadata)
    }

    // Triggers and response addresses

    /// A new trigger: what lets the bot open a modal for a person who just did something.
    pub(super) fn trigger(&mut self, person: &'static str, now: SystemTime) -> String {
        let id = format!("{}.{}.{:032x}", micros(now) / 1_000, self.serial(), rand::random::<u128>());
        remember(&mut self.triggers, Trigger { id: id.clone(), person, made: now, used: false }, REMEMBERED);
        id
    }

    /// Uses a trigger up. <https://docs.slack.dev/reference/methods/views.open#errors>
    pub(super) fn exchange(&mut self, id: &str, now: SystemTime) -> Result<&'static str, Refused> {
        let trigger = self.triggers.iter_mut().find(|trigger| trigger.id == id).ok_or("invalid_trigger_id")?;
        if trigger.used {
            return Err("exchanged_trigger_id");
        }
        if since(trigger.made, now) > TRIGGER_LIFE {
            return Err("expired_trigger_id");
        }
        trigger.used = true;
        Ok(trigger.person)
    }

    /// A new address for later answers. The id cannot be guessed: whoever knows it may speak as the bot.
    pub(super) fn response_url(
        &mut self,
        person: &'static str,
        channel: &'static str,
        original: Option<String>,
        now: SystemTime,
    ) -> String {
        let id = format!("{:032x}", rand::random::<u128>());
        let response = ResponseUrl { id: id.clone(), person, channel, original, made: now, uses: 0 };
        remember(&mut self.responses, response, REMEMBERED);
        id
    }

    /// Counts one use of a response address. <https://docs.slack.dev/interactivity/handling-user-interaction>
    pub(super) fn respond(&mut self, id: &str, now: SystemTime) -> Result<ResponseUrl, Refused> {
        let response = self.responses.iter_mut().find(|response| response.id == id).ok_or("no_service")?;
        if since(response.made, now) > RESPONSE_LIFE {
            return Err("expired_url");
        }
        if response.uses >= RESPONSE_USES {
            return Err("used_url");
        }
        response.uses += 1;
        Ok(response.clone())
    }

    /// What later `replace_original`s of a slash command's address mean: the first message that it made.
    pub(super) fn note_original(&mut self, id: &str, ts: &str) {
        if let Some(response) = self.responses.iter_mut().find(|response| response.id == id) {
            response.original.get_or_insert_with(|| ts.to_owned());
        }
    }

    // Views

    /// The view that a person has before them.
    pub(super) fn view(&self, person: &str) -> Option<&View> {
        self.views.get(person)?.last()
    }

    /// Opens a view in a stack of its own; what was open is gone.
    pub(super) fn open_view(&mut self, person: &'static str, given: Value) -> View {
        self.views.remove(person);
        self.lay(person, given, None)
    }

    /// Lays a view over the one that is open.
    pub(super) fn push_view(&mut self, person: &'static str, given: Value) -> Result<View, Refused> {
        let stack = self.views.entry(person).or_default();
        if stack.len() >= VIEWS_IN_STACK {
            return Err("push_limit_reached");
        }
        let below = stack.last().map(|view| (view.root.clone(), view.id.clone()));
        Ok(self.lay(person, given, below))
    }

    fn lay(&mut self, person: &'static str, given: Value, below: Option<(String, String)>) -> View {
        let id = format!("V{:08}", self.serial());
        let (root, previous) = below.map_or_else(|| (id.clone(), None), |(root, previous)| (root, Some(previous)));
        let view =
            View { hash: self.view_hash(), id, root, previous, json: self.view_json(given), errors: BTreeMap::new() };
        self.views.entry(person).or_default().push(view.clone());
        self.tell_view(person);
        view
    }

    fn view_hash(&mut self) -> String {
        format!("{}.hash", self.serial())
    }

    fn view_json(&mut self, mut given: Value) -> Value {
        given["blocks"] = self.with_ids(given["blocks"].take());
        given
    }

    /// Puts other content into an open view; its id stays.
    pub(super) fn update_view(&mut self, person: &'static str, id: &str, given: Value) -> Option<View> {
        let (json, hash) = (self.view_json(given), self.view_hash());
        let view = self.views.get_mut(person)?.iter_mut().find(|view| view.id == id)?;
        (view.json, view.hash, view.errors) = (json, hash, BTreeMap::new());
        let view = view.clone();
        self.tell_view(person);
        Some(view)
    }

    /// Shows what is wrong with what was entered.
    pub(super) fn set_view_errors(&mut self, person: &str, id: &str, errors: BTreeMap<String, String>) {
        if let Some(view) = self.views.get_mut(person).and_then(|stack| stack.iter_mut().find(|view| view.id == id)) {
            view.errors = errors;
        }
    }

    /// Closes one view, and with it what lies over it; the one below, if any, is before the person again.
    pub(super) fn close_view(&mut self, person: &'static str, id: &str) {
        if let Some(stack) = self.views.get_mut(person)
            && let Some(at) = stack.iter().position(|view| view.id == id)
        {
            stack.truncate(at);
            self.tell_view(person);
        }
    }

    /// Closes every view of a person.
    pub(super) fn clear_views(&mut self, person: &'static str) {
        self.views.remove(person);
        self.tell_view(person);
    }

    fn tell_view(&mut self, person: &'static str) {
        let view = self.view(person).map_or(Value::Null, View::for_page);
        self.changes.push(Change { to: vec![person], data: json!({"type": "view", "view": view}) });
    }

    /// Writes the problems down as faults of `who`; the first one's code is what Slack would answer.
    pub(super) fn judge(&mut self, who: &str, problems: &[Problem]) -> Result<(), Refused> {
        for problem in problems {
            self.fault(format!("{who}: {}: {problem}", problem.code));
        }
        problems.first().map_or(Ok(()), |problem| Err(problem.code))
    }
}

/// The button or other element with these ids.
pub(super) fn find_element<'a>(blocks: &'a Value, block_id: &str, action_id: &str) -> Option<&'a Value> {
    let block = blocks.as_array()?.iter().find(|block| block["block_id"] == block_id)?;
    elements_of(block).find(|element| element["action_id"] == action_id)
}

fn remember<T>(queue: &mut VecDeque<T>, item: T, most: usize) {
    if queue.len() >= most {
        queue.pop_front();
    }
    queue.push_back(item);
}

fn micros(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX / 2))
}

fn since(then: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(then).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use serde_json::json;

    use super::super::people::BOT_USER;
    use super::{Draft, MESSAGES_PER_CHANNEL, World, channel};

    const NOW: SystemTime = UNIX_EPOCH;

    fn draft(text: &str, only: Option<&'static str>) -> Draft {
        Draft {
            channel: "C01RMPVUUK1",
            thread_ts: None,
            user: BOT_USER,
            text: text.into(),
            blocks: None,
            only,
            metadata: None,
        }
    }

    #[test]
    fn a_channel_keeps_so_many_messages() {
        let mut world = World::default();
        for number in 0..=MESSAGES_PER_CHANNEL {
            world.post(draft(&number.to_string(), None), NOW);
        }
        let support = channel("C01RMPVUUK1").unwrap();
        let seen = world.seen("U0ANN", support);
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
        assert_eq!((changes[0].to.as_slice(), changes[1].to.as_slice()), (["U0ANN"].as_slice(), ["U0BOB"].as_slice()));
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

    #[test]
    fn blocks_and_elements_without_an_id_get_one() {
        let mut world = World::default();
        let given = json!([
            {"type": "section", "text": {"type": "plain_text", "text": "x"}, "accessory": {"type": "button"}},
            {"type": "actions", "block_id": "mine", "elements": [{"type": "button", "action_id": "a"}, {"type": "button"}]},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}]},
        ]);
        let blocks = world.with_ids(given);
        assert!(blocks[0]["block_id"].is_string() && blocks[0]["accessory"]["action_id"].is_string());
        assert_eq!((&blocks[1]["block_id"], &blocks[1]["elements"][0]["action_id"]), (&json!("mine"), &json!("a")));
        assert!(blocks[1]["elements"][1]["action_id"].is_string());
        assert_eq!(blocks[2]["elements"][0].get("action_id"), None);
    }

    #[test]
    fn a_stack_holds_three_views() {
        let mut world = World::default();
        let view = || json!({"type": "modal", "blocks": []});
        let first = world.open_view("U0ANN", view());
        let second = world.push_view("U0ANN", view()).unwrap();
        assert_eq!((&second.root, second.previous.as_ref()), (&first.id, Some(&first.id)));
        let third = world.push_view("U0ANN", view()).unwrap();
        assert_eq!(world.push_view("U0ANN", view()).unwrap_err(), "push_limit_reached");
        world.close_view("U0ANN", &third.id);
        assert_eq!(world.view("U0ANN").map(|view| &view.id), Some(&second.id));
    }
}
