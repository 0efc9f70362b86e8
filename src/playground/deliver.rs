//! Deliveries to the bot: what a person does becomes a request, and the bot's HTTP answer becomes what the person sees. A
//! function here returns when that answer was handled. It must not know the page or the Web API, nor how a delivery travels.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::answer::{start_of, take_command_answer, take_submission_answer, took};
use super::blocks::find_element;
use super::delivery::{Command, Delivered, Pending, Submitted};
use super::message::Draft;
use super::payload;
use super::people::{Channel, Person};
use super::send::{FORM, seconds};
use super::shared::Shared;
use super::view::{View, key_of, offered};
use super::world::World;

/// The longest text that a person may type. Slack's own client stops earlier; the bot must still survive this.
pub(super) const TYPED: usize = 40_000;

/// The time of an action, written as that of a message is.
fn action_ts(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}.{:06}", since.as_secs(), since.subsec_micros())
}

impl Shared {
    /// A person types into the composer and presses enter: what they said stands there at once, what is to be
    /// delivered comes back.
    pub(super) fn types(
        &self,
        person: &'static Person,
        channel: &'static Channel,
        thread: Option<String>,
        text: &str,
    ) -> Pending {
        if text.starts_with('/') {
            return self.slash_command(person, channel, thread.is_some(), text);
        }
        self.with(|world, now| {
            let message = world.post(Draft::said(person, channel, thread, payload::typed(text)), now);
            match payload::said(&message, channel) {
                Some(event) => Pending::Event(payload::event(&event, world.serial(), seconds(now))),
                None => Pending::Nothing("the app does not hear this"),
            }
        })
    }

    /// Delivers it, and shows what comes of it.
    pub(super) async fn finish(&self, pending: Pending) -> Delivered {
        match pending {
            Pending::Nothing(why) => Delivered::nothing(why),
            Pending::Event(body) => self.event(&body).await,
            Pending::Command(command) => self.command(command).await,
            Pending::Press { person, kind, body, label } => self.interaction(person, kind, &body, &label).await,
            Pending::Closed(body) => self.signed("/slack/interactions", FORM, &body, &[]).await.delivered,
        }
    }

    /// Tells the bot of the newest thing that it said itself in this direct message, as Slack does.
    /// <https://docs.slack.dev/reference/events/message.im>
    pub(super) async fn echoes(&self, person: &Person, channel: &Channel) -> Delivered {
        let body = self.with(|world, now| {
            let seen = world.seen(person.id, channel);
            let own = seen.into_iter().rfind(|message| message.by_bot() && message.only.is_none())?;
            let event = payload::said(own, channel)?;
            Some(payload::event(&event, world.serial(), seconds(now)))
        });
        match body {
            Some(body) => self.event(&body).await,
            None => Delivered::nothing("the app does not hear this"),
        }
    }

    fn slash_command(
        &self,
        person: &'static Person,
        channel: &'static Channel,
        in_thread: bool,
        typed: &str,
    ) -> Pending {
        let (name, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
        self.with(|world, now| {
            if in_thread {
                // <https://docs.slack.dev/interactivity/implementing-slash-commands>
                world.notice(person.id, "Slash commands do not work in threads: mention @firstmate instead");
            } else if !world.commands.iter().any(|command| command.name == name) {
                world.notice(
                    person.id,
                    format!("{name} is not a command here. Everything that starts with \"/\" is taken for a command."),
                );
            } else {
                let response = world.response_url(person.id, channel.id, None, now);
                let trigger = world.trigger(person.id, now);
                let body =
                    payload::command(person, channel, (name, rest.trim()), &self.response_url(&response), &trigger);
                return Pending::Command(Command {
                    person,
                    channel,
                    typed: typed.to_owned(),
                    name: name.to_owned(),
                    body,
                    response,
                });
            }
            Pending::Nothing("refused by the workspace")
        })
    }

    async fn command(&self, command: Command) -> Delivered {
        let answer = self.signed("/slack/commands", FORM, &command.body, &[]).await;
        self.with(|world, now| {
            if let Err(why) = take_command_answer(world, now, &command, &answer) {
                world.notice(command.person.id, format!("{} didn't work: {why}", command.name));
            }
        });
        answer.delivered
    }

    /// A person presses a button (or, with `chosen`, picks from a menu) in a message.
    pub(super) fn presses(
        &self,
        person: &'static Person,
        channel: &'static Channel,
        ts: &str,
        ids: (&str, &str),
        chosen: Option<&Value>,
    ) -> Result<Pending, String> {
        self.with(|world, now| {
            let message = world.find(person.id, channel, ts).cloned().ok_or("This message is gone.")?;
            let blocks = message.blocks.as_ref().unwrap_or(&Value::Null);
            let element = acted_on(blocks, ids, chosen)?;
            let action = payload::action(element, ids.0, chosen, &message.ts);
            let response = world.response_url(person.id, channel.id, Some(message.ts.clone()), now);
            let trigger = world.trigger(person.id, now);
            let wire = world.wire_message(&message, true);
            let payload = payload::press_in_message(
                person,
                channel,
                (&message, wire),
                action,
                &self.response_url(&response),
                &trigger,
            );
            Ok(Pending::Press {
                person,
                kind: "block_actions",
                body: payload::interaction(&payload),
                label: label_of(element),
            })
        })
    }

    /// A person presses a button in the view before them.
    pub(super) fn presses_in_view(
        &self,
        person: &'static Person,
        view_id: &str,
        ids: (&str, &str),
        chosen: Option<&Value>,
    ) -> Result<Pending, String> {
        self.with(|world, now| {
            let view = open(world, person, view_id)?;
            let element = acted_on(view.blocks(), ids, chosen)?;
            let action = payload::action(element, ids.0, chosen, "0.000000");
            let payload = payload::press_in_view(person, &view, action, &world.trigger(person.id, now));
            Ok(Pending::Press {
                person,
                kind: "block_actions",
                body: payload::interaction(&payload),
                label: label_of(element),
            })
        })
    }

    /// A person picks a shortcut from the menu of a message. Ephemeral messages have none.
    /// <https://docs.slack.dev/interactivity/implementing-shortcuts>
    pub(super) fn shortcut(
        &self,
        person: &'static Person,
        channel: &'static Channel,
        ts: &str,
        callback_id: &str,
    ) -> Result<Pending, String> {
        self.with(|world, now| {
            let message = world
                .find(person.id, channel, ts)
                .filter(|message| message.only.is_none())
                .cloned()
                .ok_or("This message is gone.")?;
            let shortcut = world
                .shortcuts
                .iter()
                .find(|shortcut| shortcut.callback_id == callback_id)
                .cloned()
                .ok_or("This is not on offer.")?;
            let response = world.response_url(person.id, channel.id, None, now);
            let trigger = world.trigger(person.id, now);
            let payload = payload::message_action(
                person,
                channel,
                &world.wire_message(&message, true),
                &shortcut.callback_id,
                (&self.response_url(&response), &trigger, &action_ts(now)),
            );
            Ok(Pending::Press {
                person,
                kind: "message_action",
                body: payload::interaction(&payload),
                label: shortcut.name,
            })
        })
    }

    async fn interaction(&self, person: &'static Person, kind: &str, body: &str, label: &str) -> Delivered {
        let answer = self.signed("/slack/interactions", FORM, body, &[]).await;
        self.with(|world, _| {
            if let Err(why) = took(&answer) {
                world.notice(person.id, format!("\"{label}\" didn't work: {why}"));
            } else if !answer.delivered.body.is_empty() {
                world.fault(format!(
                    "{kind}: Slack ignores the body of this answer: {}",
                    start_of(&answer.delivered.body)
                ));
            }
        });
        answer.delivered
    }

    /// A person submits the view before them. What is wrong with it comes back by block, from the client or from the bot.
    pub(super) async fn submits(
        &self,
        person: &'static Person,
        view_id: &str,
        entered: &Value,
    ) -> Result<Submitted, String> {
        let (view, values, trigger) = self.with(|world, now| {
            let view = open(world, person, view_id)?;
            if view.json.get("submit").is_none() {
                return Err("This view has nothing to submit.".to_owned());
            }
            let values = view.values(entered);
            Ok((view, values, world.trigger(person.id, now)))
        })?;
        let unfinished = view.unfinished(&values);
        if !unfinished.is_empty() {
            self.with(|world, _| world.set_view_errors(person.id, view_id, unfinished.clone()));
            return Ok(Submitted {
                delivered: Delivered::nothing("refused by the workspace"),
                errors: unfinished,
                failed: None,
            });
        }
        let body = payload::interaction(&payload::submission(person, &view, &values, &trigger));
        let answer = self.signed("/slack/interactions", FORM, &body, &[]).await;
        let taken = self.with(|world, _| {
            let taken = take_submission_answer(world, person, &view, &answer);
            taken.inspect_err(|why| world.notice(person.id, format!("Sending this didn't work: {why}")))
        });
        let (errors, failed) = taken.map_or_else(|why| (BTreeMap::new(), Some(why)), |errors| (errors, None));
        Ok(Submitted { delivered: answer.delivered, errors, failed })
    }

    /// A person closes the view before them; a bot that asked for it hears of it.
    pub(super) fn closes(&self, person: &'static Person, view_id: &str) -> Result<Pending, String> {
        self.with(|world, _| {
            let view = open(world, person, view_id)?;
            world.close_view(person.id, view_id);
            Ok(match view.json["notify_on_close"] == true {
                true => Pending::Closed(payload::interaction(&payload::closed(person, &view))),
                false => Pending::Nothing("the app does not hear this"),
            })
        })
    }
}

fn open(world: &World, person: &Person, view_id: &str) -> Result<View, String> {
    world
        .view(person.id)
        .filter(|view| view.id == view_id)
        .cloned()
        .ok_or_else(|| "This view is not open any more.".to_owned())
}

/// The element that was pressed, or picked from: then what was picked must be on offer.
fn acted_on<'a>(blocks: &'a Value, ids: (&str, &str), chosen: Option<&Value>) -> Result<&'a Value, String> {
    let element = find_element(blocks, ids.0, ids.1).ok_or("This button is gone.")?;
    match (element["type"] == "button", chosen) {
        (true, None) => Ok(element),
        (false, Some(chosen)) if !chosen[key_of(element)].is_null() && offered(element, chosen) => Ok(element),
        _ => Err("This is not on offer.".to_owned()),
    }
}

fn label_of(element: &Value) -> String {
    element["text"]["text"].as_str().or_else(|| element["placeholder"]["text"].as_str()).unwrap_or("This").to_owned()
}
