//! What people say, change and take back, and what the bot hears of it: where it is a member, of everything. It must not know
//! how a delivery travels.

use std::time::SystemTime;

use serde_json::Value;

use super::super::compose::{Composed, compose};
use super::super::delivery::{Delivered, Pending};
use super::super::file::{Upload, uploaded};
use super::super::message::{Draft, Message};
use super::super::payload;
use super::super::people::{Channel, Member};
use super::super::send::seconds;
use super::super::shared::Shared;
use super::super::world::World;

/// Why nothing is delivered.
const UNHEARD: &str = "the app does not hear this";
/// What Slack's client shows in place of the composer.
const ARCHIVED: &str = "This channel is archived: nobody can say anything here.";

/// Where somebody says something: a channel, or a thread of it.
#[derive(Clone, Copy)]
pub(in crate::playground) struct Spot<'a> {
    pub(in crate::playground) channel: &'a Channel,
    pub(in crate::playground) thread: Option<&'a str>,
}

impl Shared {
    /// A person types into the composer and presses enter: what they said stands there at once, what is to be
    /// delivered comes back.
    pub(in crate::playground) fn types(&self, person: &Member, spot: Spot<'_>, text: &str) -> Pending {
        if text.starts_with('/') && !spot.channel.archived {
            return self.slash_command(person, spot.channel, spot.thread.is_some(), text);
        }
        self.with(|world, now| {
            let composed = compose(text, &world.directory);
            say(world, now, spot, Draft::said(person, spot.channel, composed))
        })
    }

    /// A person says something in blocks that the composer would not make of any typed text.
    pub(in crate::playground) fn says(&self, person: &Member, spot: Spot<'_>, composed: Composed) -> Pending {
        self.with(|world, now| say(world, now, spot, Draft::said(person, spot.channel, composed)))
    }

    /// A person adds a file, with a comment.
    pub(in crate::playground) fn uploads(&self, person: &Member, spot: Spot<'_>, upload: &Upload) -> Pending {
        self.with(|world, now| {
            let composed = compose(&upload.comment, &world.directory);
            let mut draft = Draft::said(person, spot.channel, composed);
            draft.files = vec![uploaded(upload, person, world.serial(), seconds(now))];
            if upload.comment.is_empty() {
                draft.blocks = None;
            }
            say(world, now, spot, draft)
        })
    }

    /// A person edits what they said.
    pub(in crate::playground) fn edits(
        &self,
        person: &Member,
        channel: &Channel,
        ts: &str,
        text: &str,
    ) -> Result<Pending, String> {
        self.with(|world, now| {
            let before = own(world, person, channel, ts)?;
            let before = world.wire_message(&before, true);
            let Composed { text, blocks } = compose(text, &world.directory);
            let after = world.edit((&channel.id, ts), text, Some(blocks), now).ok_or("This message is gone.")?;
            let after = world.wire_message(&after, true);
            Ok(altered(world, now, (&before, Some(&after)), channel))
        })
    }

    /// A person deletes what they said.
    pub(in crate::playground) fn deletes(
        &self,
        person: &Member,
        channel: &Channel,
        ts: &str,
    ) -> Result<Pending, String> {
        self.with(|world, now| {
            let before = own(world, person, channel, ts)?;
            let before = world.wire_message(&before, true);
            world.delete(&channel.id, ts);
            Ok(altered(world, now, (&before, None), channel))
        })
    }

    /// Tells the bot of the newest thing that it said itself in a conversation, as Slack does.
    /// <https://docs.slack.dev/reference/events/message.im>
    pub(in crate::playground) async fn echoes(&self, person: &Member, channel: &Channel) -> Delivered {
        let pending = self.with(|world, now| {
            let seen = world.seen(person, channel);
            let own = seen.into_iter().rfind(|message| message.by_bot() && message.only.is_none()).cloned();
            own.map_or(Pending::Nothing(UNHEARD), |own| heard(world, now, &own, channel))
        });
        self.finish(pending).await
    }
}

fn say(world: &mut World, now: SystemTime, spot: Spot<'_>, draft: Draft) -> Pending {
    if spot.channel.archived {
        world.notice(&draft.user, ARCHIVED);
        return Pending::Nothing("refused by the workspace");
    }
    let message = world.post(Draft { thread_ts: spot.thread.map(str::to_owned), ..draft }, now);
    heard(world, now, &message, spot.channel)
}

fn heard(world: &mut World, now: SystemTime, message: &Message, channel: &Channel) -> Pending {
    let wire = world.wire_message(message, true);
    events(world, now, &payload::said(message, &wire, channel))
}

fn altered(
    world: &mut World,
    now: SystemTime,
    (before, after): (&Value, Option<&Value>),
    channel: &Channel,
) -> Pending {
    let at = world.stamp(now);
    events(world, now, payload::altered(before, after, channel, &at).as_slice())
}

fn events(world: &mut World, now: SystemTime, events: &[Value]) -> Pending {
    match events {
        [] => Pending::Nothing(UNHEARD),
        events => {
            Pending::Events(events.iter().map(|event| payload::event(event, world.serial(), seconds(now))).collect())
        }
    }
}

/// A message of this person's own that everybody sees.
fn own(world: &World, person: &Member, channel: &Channel, ts: &str) -> Result<Message, String> {
    let found = world.find(person, channel, ts).ok_or("This message is gone.")?;
    let own = found.user == person.id && found.only.is_none();
    own.then(|| found.clone()).ok_or_else(|| "Only one's own messages can be changed.".to_owned())
}
