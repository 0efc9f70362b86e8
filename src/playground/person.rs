//! A person in a test: what they do in words, as they would on the page. Here is what they do in a modal, in `place` what they do
//! in a channel. It must not know signatures, payloads or the wire.

mod place;
mod thread;

use serde_json::{Value, json};

use super::blocks::{elements_of, options_of};
use super::delivery::{Delivered, Pending};
use super::people::{Directory, Member};
use super::shared::Shared;
use super::view::{View, key_of};
use super::{Playground, picture};

pub use place::Place;

impl Playground {
    /// Somebody of the workspace, by handle.
    ///
    /// # Panics
    /// If there is nobody of that handle.
    pub fn as_(&self, handle: &str) -> Person<'_> {
        let person = self.shared.directory.called(handle);
        Person { shared: &self.shared, person: person.unwrap_or_else(|| panic!("nobody here is called {handle}")) }
    }
}

/// A person at the keyboard.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    shared: &'a Shared,
    person: &'a Member,
}

impl<'a> Person<'a> {
    /// Goes to a channel, as in `#support`; `@firstmate` is the direct message with the bot.
    ///
    /// # Panics
    /// If there is no such channel.
    pub fn in_(self, place: &str) -> Place<'a> {
        let directory = &self.shared.directory;
        let channel = match place {
            "@firstmate" => Some(directory.dm_of(self.person)),
            _ => place.strip_prefix('#').and_then(|name| directory.named(name)),
        };
        let channel = channel.filter(|channel| channel.has(self.person));
        Place::new(self, channel.unwrap_or_else(|| panic!("there is no {place} here")))
    }

    /// What this person sees in a channel, as plain text.
    pub fn reads(self, place: &str) -> String {
        self.in_(place).reads()
    }

    /// What Slackbot told only this person, oldest first.
    pub fn hears(self) -> Vec<String> {
        self.shared.with(|world, _| world.notices(&self.person.id))
    }

    /// The view before this person, as plain text.
    pub fn view(self) -> Option<String> {
        self.shared
            .with(|world, _| world.view(&self.person.id).map(|view| picture::view_text(view, &self.shared.directory)))
    }

    /// The view before this person, as Slack's JSON.
    pub fn view_json(self) -> Option<Value> {
        self.shared.with(|world, _| world.view(&self.person.id).map(|view| view.json.clone()))
    }

    /// Presses a button in the view before this person.
    ///
    /// # Panics
    /// If no view is open, or it has no such button.
    pub async fn presses(self, label: &str) -> Delivered {
        let pending = self.press_in_view(label).unwrap_or_else(|| {
            panic!("no button \"{label}\" in the view of {}: {:?}", self.person.handle, self.view())
        });
        self.shared.finish(pending).await
    }

    /// Picks an option of a menu, or of choices that are sent at once, in the view before this person.
    ///
    /// # Panics
    /// If no view is open, or it has no such option.
    pub async fn picks(self, option: &str) -> Delivered {
        let pending = self.open().and_then(|view| {
            let (block, action, chosen) =
                find(view.blocks(), |element| choice(element, option, &self.shared.directory))?;
            self.shared.presses_in_view(self.person, &view.id, (&block, &action), Some(&chosen)).ok()
        });
        let pending = pending.unwrap_or_else(|| {
            panic!("no \"{option}\" to pick in the view of {}: {:?}", self.person.handle, self.view())
        });
        self.shared.finish(pending).await
    }

    /// Fills in the view, by the labels of its inputs and as in [`Person::submits`], and leaves it open: what comes next carries
    /// it. An input whose change is sent (`dispatch_action`) sends it, one after the other.
    ///
    /// # Panics
    /// If no view is open, or it has no such input or option.
    pub async fn fills(self, values: &[(&str, &str)]) {
        for (label, value) in values {
            let view = self.opened();
            let mut entered = view.entered.clone();
            let (block, action) = self.enter(&view, &mut entered, (label, value));
            let chosen = entered[&block][&action].clone();
            self.shared.fills(self.person, &view.id, entered).unwrap_or_else(|why| panic!("{why}"));
            let sent = view.inputs().any(|(input, id, _)| id == block && input["dispatch_action"] == true);
            if sent {
                let pending = self.shared.presses_in_view(self.person, &view.id, (&block, &action), Some(&chosen));
                self.shared.finish(pending.unwrap_or_else(|why| panic!("{why}"))).await;
            }
        }
    }

    fn press_in_view(self, label: &str) -> Option<Pending> {
        let view = self.open()?;
        let (block, action, ()) = find(view.blocks(), |element| labelled(element, label))?;
        self.shared.presses_in_view(self.person, &view.id, (&block, &action), None).ok()
    }

    /// Fills in the view, by the labels of its inputs, and submits it. A menu takes the visible text of an option, a
    /// day is written `2026-12-23` and a time `08:30`; several
    /// choices are the same label several times. What is not named keeps what was filled in, or what it began with. The view
    /// may refuse: then it is still open and its text says why.
    ///
    /// # Panics
    /// If no view is open, or it has no such input or option.
    pub async fn submits(self, values: &[(&str, &str)]) -> Delivered {
        let view = self.opened();
        let mut entered = json!({});
        for named in values {
            self.enter(&view, &mut entered, *named);
        }
        let entered = over(&view.entered, entered);
        let outcome = self.shared.submits(self.person, &view.id, &entered).await;
        outcome.map(|submitted| submitted.delivered).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Closes the view before this person.
    ///
    /// # Panics
    /// If no view is open.
    pub async fn closes(self) -> Delivered {
        let view = self.opened();
        let pending = self.shared.closes(self.person, &view.id).unwrap_or_else(|why| panic!("{why}"));
        self.shared.finish(pending).await
    }

    /// Puts a value into an input, by its label; gives back the ids of its block and of itself.
    fn enter(self, view: &View, entered: &mut Value, (label, value): (&str, &str)) -> (String, String) {
        let known = &self.shared.directory;
        let (_, block_id, element) = view
            .inputs()
            .find(|(block, ..)| picture::label(&block["label"], known) == label)
            .unwrap_or_else(|| panic!("no input \"{label}\" in this:\n{}", picture::view_text(view, known)));
        let action_id = element["action_id"].as_str().unwrap_or_default();
        let key = key_of(element);
        let option = || {
            let found = options_of(element).find(|option| picture::label(&option["text"], known) == value);
            found.cloned().unwrap_or_else(|| panic!("\"{label}\" offers no \"{value}\""))
        };
        let slot = &mut entered[block_id][action_id];
        slot["type"] = element["type"].clone();
        match key {
            "value" | "selected_date" | "selected_time" => slot[key] = value.into(),
            "selected_option" => slot[key] = option(),
            _ => match slot[key].as_array_mut() {
                Some(chosen) if chosen.contains(&option()) => {}
                Some(chosen) => chosen.push(option()),
                None => slot[key] = json!([option()]),
            },
        }
        (block_id.to_owned(), action_id.to_owned())
    }

    fn opened(self) -> View {
        self.open().unwrap_or_else(|| panic!("no view is open for {}", self.person.handle))
    }

    fn open(self) -> Option<View> {
        self.shared.with(|world, _| world.view(&self.person.id).cloned())
    }
}

/// The first element for which `pick` finds something, with the ids of its block and of itself.
fn find<T>(blocks: &Value, pick: impl Fn(&Value) -> Option<T>) -> Option<(String, String, T)> {
    blocks.as_array()?.iter().find_map(|block| {
        let id = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        elements_of(block).find_map(|element| Some((id(block, "block_id"), id(element, "action_id"), pick(element)?)))
    })
}

fn labelled(element: &Value, label: &str) -> Option<()> {
    (element["type"] == "button" && element["text"]["text"] == label).then_some(())
}

fn choice(element: &Value, option: &str, known: &Directory) -> Option<Value> {
    let found = options_of(element).find(|offered| picture::label(&offered["text"], known) == option)?.clone();
    let key = key_of(element);
    Some(json!({"type": element["type"], key: if key == "selected_options" { json!([found]) } else { found }}))
}

/// What is named lies over what stood there before.
fn over(before: &Value, named: Value) -> Value {
    let mut entered = before.clone();
    for (block_id, actions) in named.as_object().into_iter().flatten() {
        for (action_id, value) in actions.as_object().into_iter().flatten() {
            entered[block_id][action_id] = value.clone();
        }
    }
    entered
}
