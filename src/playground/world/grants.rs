//! What lets the bot act later on what a person did: triggers, which open one modal, and response addresses.
//! Pure; it must not know what is done with them.

use std::time::{Duration, SystemTime};

use super::{REMEMBERED, Refused, World, micros, remember};

/// A trigger lives this long. <https://docs.slack.dev/surfaces/modals>
const TRIGGER_LIFE: Duration = Duration::from_secs(3);
/// How long and how often a `response_url` may be used. <https://docs.slack.dev/interactivity/handling-user-interaction>
const RESPONSE_LIFE: Duration = Duration::from_secs(30 * 60);
const RESPONSE_USES: u32 = 5;

/// A trigger that was given out.
#[derive(Debug)]
pub(super) struct Trigger {
    id: String,
    person: String,
    made: SystemTime,
    used: bool,
}

/// Where a delivery may be answered later.
#[derive(Debug, Clone)]
pub(in crate::playground) struct ResponseUrl {
    pub(in crate::playground) id: String,
    pub(in crate::playground) person: String,
    pub(in crate::playground) channel: String,
    /// The message that `replace_original` and `delete_original` mean.
    pub(in crate::playground) original: Option<String>,
    made: SystemTime,
    uses: u32,
}

impl World {
    /// A new trigger: what lets the bot open a modal for a person who just did something.
    pub(in crate::playground) fn trigger(&mut self, person: &str, now: SystemTime) -> String {
        let id = format!("{}.{}.{:032x}", micros(now) / 1_000, self.serial(), rand::random::<u128>());
        remember(
            &mut self.triggers,
            Trigger { id: id.clone(), person: person.to_owned(), made: now, used: false },
            REMEMBERED,
        );
        id
    }

    /// Uses a trigger up. <https://docs.slack.dev/reference/methods/views.open#errors>
    pub(in crate::playground) fn exchange(&mut self, id: &str, now: SystemTime) -> Result<String, Refused> {
        let trigger = self.triggers.iter_mut().find(|trigger| trigger.id == id).ok_or("invalid_trigger_id")?;
        if trigger.used {
            return Err("exchanged_trigger_id");
        }
        if since(trigger.made, now) > TRIGGER_LIFE {
            return Err("expired_trigger_id");
        }
        trigger.used = true;
        Ok(trigger.person.clone())
    }

    /// A new address for later answers. The id cannot be guessed: whoever knows it may speak as the bot.
    pub(in crate::playground) fn response_url(
        &mut self,
        person: &str,
        channel: &str,
        original: Option<String>,
        now: SystemTime,
    ) -> String {
        let id = format!("{:032x}", rand::random::<u128>());
        let response = ResponseUrl {
            id: id.clone(),
            person: person.to_owned(),
            channel: channel.to_owned(),
            original,
            made: now,
            uses: 0,
        };
        remember(&mut self.responses, response, REMEMBERED);
        id
    }

    /// Counts one use of a response address. <https://docs.slack.dev/interactivity/handling-user-interaction>
    pub(in crate::playground) fn respond(&mut self, id: &str, now: SystemTime) -> Result<ResponseUrl, Refused> {
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
    pub(in crate::playground) fn note_original(&mut self, id: &str, ts: &str) {
        if let Some(response) = self.responses.iter_mut().find(|response| response.id == id) {
            response.original.get_or_insert_with(|| ts.to_owned());
        }
    }
}

fn since(then: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(then).unwrap_or_default()
}
