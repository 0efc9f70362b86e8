//! What people do in the modal before them: they fill it in, press, submit and close it. It must not know how a delivery travels.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::answer::take_submission_answer;
use super::super::delivery::{Delivered, Pending, Submitted};
use super::super::payload;
use super::super::people::Member;
use super::super::send::FORM;
use super::super::shared::Shared;
use super::super::view::View;
use super::super::world::World;
use super::{acted_on, action_ts, label_of};

impl Shared {
    /// A person fills in the view before them; nothing is sent yet.
    pub(in crate::playground) fn fills(&self, person: &Member, view_id: &str, entered: Value) -> Result<(), String> {
        self.with(|world, _| {
            open(world, person, view_id)?;
            world.enter(&person.id, view_id, entered);
            Ok(())
        })
    }

    /// A person presses a button in the view before them, or picks or enters something whose change is sent.
    pub(in crate::playground) fn presses_in_view(
        &self,
        person: &Member,
        view_id: &str,
        ids: (&str, &str),
        chosen: Option<&Value>,
    ) -> Result<Pending, String> {
        self.with(|world, now| {
            let mut view = open(world, person, view_id)?;
            if let Some(chosen) = chosen {
                view.entered[ids.0][ids.1] = chosen.clone();
            }
            let element = acted_on(view.blocks(), ids, chosen)?;
            world.enter(&person.id, view_id, view.entered.clone());
            let action = payload::action(element, ids.0, chosen, &action_ts(now));
            let payload = payload::press_in_view(person, &view, action, &world.trigger(&person.id, now));
            Ok(Pending::Press {
                person: person.clone(),
                kind: "block_actions",
                body: payload::interaction(&payload),
                label: label_of(element),
            })
        })
    }

    /// A person submits the view before them. What is wrong with it comes back by block, from the client or from the bot.
    pub(in crate::playground) async fn submits(
        &self,
        person: &Member,
        view_id: &str,
        entered: &Value,
    ) -> Result<Submitted, String> {
        let (view, values, trigger) = self.with(|world, now| {
            let view = open(world, person, view_id)?;
            if view.json.get("submit").is_none() {
                return Err("This view has nothing to submit.".to_owned());
            }
            let values = view.values(entered);
            Ok((view, values, world.trigger(&person.id, now)))
        })?;
        let unfinished = view.unfinished(&values);
        if !unfinished.is_empty() {
            self.with(|world, _| world.set_view_errors(&person.id, view_id, unfinished.clone()));
            return Ok(Submitted {
                delivered: Delivered::nothing("refused by the workspace"),
                errors: unfinished,
                failed: None,
            });
        }
        let body = payload::interaction(&payload::submission(person, &view, &values, &trigger));
        let answer = self.signed("/slack/interactions", FORM, &body, &[]).await;
        let taken = self.with(|world, _| {
            let taken = take_submission_answer(world, person, (&view, &values), &answer);
            taken.inspect_err(|why| world.notice(&person.id, format!("Sending this didn't work: {why}")))
        });
        let (errors, failed) = taken.map_or_else(|why| (BTreeMap::new(), Some(why)), |errors| (errors, None));
        Ok(Submitted { delivered: answer.delivered, errors, failed })
    }

    /// A person closes the view before them; a bot that asked for it hears of it.
    pub(in crate::playground) fn closes(&self, person: &Member, view_id: &str) -> Result<Pending, String> {
        self.with(|world, _| {
            let view = open(world, person, view_id)?;
            world.close_view(&person.id, view_id);
            Ok(match view.json["notify_on_close"] == true {
                true => Pending::Closed(payload::interaction(&payload::closed(person, &view))),
                false => Pending::Nothing("the app does not hear this"),
            })
        })
    }
}

fn open(world: &World, person: &Member, view_id: &str) -> Result<View, String> {
    world
        .view(&person.id)
        .filter(|view| view.id == view_id)
        .cloned()
        .ok_or_else(|| "This view is not open any more.".to_owned())
}
