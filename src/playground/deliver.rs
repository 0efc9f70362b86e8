//! Deliveries to the bot: what a person does becomes a request, and the bot's HTTP answer becomes what the person sees. A
//! function here returns when that answer was handled; what is said is in `words`, what is done in a modal in `views`. It must
//! not know the page or the Web API, nor how a delivery travels.

mod views;
mod words;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::answer::{start_of, take_command_answer, took};
use super::blocks::elements_of;
use super::delivery::{Command, Delivered, Pending};
use super::payload;
use super::people::{Channel, Member};
use super::send::FORM;
use super::shared::Shared;
use super::view::{key_of, offered};

pub(super) use words::Spot;

/// The longest text that a person may type. Slack's own client stops earlier; the bot must still survive this.
pub(super) const TYPED: usize = 40_000;

/// The time of an action, written as that of a message is.
fn action_ts(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}.{:06}", since.as_secs(), since.subsec_micros())
}

impl Shared {
    /// Delivers it, and shows what comes of it.
    pub(super) async fn finish(&self, pending: Pending) -> Delivered {
        match pending {
            Pending::Nothing(why) => Delivered::nothing(why),
            Pending::Events(bodies) => {
                let mut delivered = Delivered::nothing("the app does not hear this");
                for body in bodies {
                    delivered = self.event(&body).await;
                }
                delivered
            }
            Pending::Command(command) => self.command(command).await,
            Pending::Press { person, kind, body, label } => self.interaction(&person, kind, &body, &label).await,
            Pending::Closed(body) => self.signed("/slack/interactions", FORM, &body, &[]).await.delivered,
        }
    }

    fn slash_command(&self, person: &Member, channel: &Channel, in_thread: bool, typed: &str) -> Pending {
        let (name, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
        self.with(|world, now| {
            if in_thread {
                // <https://docs.slack.dev/interactivity/implementing-slash-commands>
                world.notice(&person.id, "Slash commands do not work in threads: mention @firstmate instead");
            } else if !world.commands.iter().any(|command| command.name == name) {
                world.notice(
                    &person.id,
                    format!("{name} is not a command here. Everything that starts with \"/\" is taken for a command."),
                );
            } else {
                let response = world.response_url(&person.id, &channel.id, None, now);
                let trigger = world.trigger(&person.id, now);
                let body =
                    payload::command(person, channel, (name, rest.trim()), &self.response_url(&response), &trigger);
                return Pending::Command(Command {
                    person: person.clone(),
                    channel: channel.clone(),
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
                world.notice(&command.person.id, format!("{} didn't work: {why}", command.name));
            }
        });
        answer.delivered
    }

    /// A person presses a button (or, with `chosen`, picks from a menu) in a message.
    pub(super) fn presses(
        &self,
        person: &Member,
        channel: &Channel,
        ts: &str,
        ids: (&str, &str),
        chosen: Option<&Value>,
    ) -> Result<Pending, String> {
        self.with(|world, now| {
            let message = world.find(person, channel, ts).cloned().ok_or("This message is gone.")?;
            let blocks = message.blocks.as_ref().unwrap_or(&Value::Null);
            let element = acted_on(blocks, ids, chosen)?;
            let action = payload::action(element, ids.0, chosen, &message.ts);
            let response = world.response_url(&person.id, &channel.id, Some(message.ts.clone()), now);
            let trigger = world.trigger(&person.id, now);
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
                person: person.clone(),
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
        person: &Member,
        channel: &Channel,
        ts: &str,
        callback_id: &str,
    ) -> Result<Pending, String> {
        self.with(|world, now| {
            let message = world
                .find(person, channel, ts)
                .filter(|message| message.only.is_none())
                .cloned()
                .ok_or("This message is gone.")?;
            let shortcut = world
                .shortcuts
                .iter()
                .find(|shortcut| shortcut.callback_id == callback_id)
                .cloned()
                .ok_or("This is not on offer.")?;
            let response = world.response_url(&person.id, &channel.id, None, now);
            let trigger = world.trigger(&person.id, now);
            let payload = payload::message_action(
                person,
                channel,
                &world.wire_message(&message, true),
                &shortcut.callback_id,
                (&self.response_url(&response), &trigger, &action_ts(now)),
            );
            Ok(Pending::Press {
                person: person.clone(),
                kind: "message_action",
                body: payload::interaction(&payload),
                label: shortcut.name,
            })
        })
    }

    async fn interaction(&self, person: &Member, kind: &str, body: &str, label: &str) -> Delivered {
        let answer = self.signed("/slack/interactions", FORM, body, &[]).await;
        self.with(|world, _| {
            if let Err(why) = took(&answer) {
                world.notice(&person.id, format!("\"{label}\" didn't work: {why}"));
            } else if !answer.delivered.body.is_empty() {
                world.fault(format!(
                    "{kind}: Slack ignores the body of this answer: {}",
                    start_of(&answer.delivered.body)
                ));
            }
        });
        answer.delivered
    }
}

/// The element that was pressed, or picked from: then what was picked must be on offer.
fn acted_on<'a>(blocks: &'a Value, ids: (&str, &str), chosen: Option<&Value>) -> Result<&'a Value, String> {
    let mut all = blocks.as_array().into_iter().flatten();
    let block = all.find(|block| block["block_id"] == ids.0).ok_or("This button is gone.")?;
    let element = elements_of(block).find(|element| element["action_id"] == ids.1).ok_or("This button is gone.")?;
    if block["type"] == "input" && block["dispatch_action"] != true {
        return Err("This is sent with the form.".to_owned());
    }
    // Text may be taken away again.
    let entered = |chosen: &Value| key_of(element) == "value" || !chosen[key_of(element)].is_null();
    match (element["type"] == "button", chosen) {
        (true, None) => Ok(element),
        (false, Some(chosen)) if entered(chosen) && offered(element, chosen) => Ok(element),
        _ => Err("This is not on offer.".to_owned()),
    }
}

fn label_of(element: &Value) -> String {
    element["text"]["text"].as_str().or_else(|| element["placeholder"]["text"].as_str()).unwrap_or("This").to_owned()
}
