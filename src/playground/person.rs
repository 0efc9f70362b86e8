//! A person in a test: what they do in words, as they would on the page. It must not know signatures, payloads or the wire.

use serde_json::{Value, json};

use super::blocks::{elements_of, options_of};
use super::delivery::{Delivered, Pending};
use super::message::Message;
use super::people::{self, CHANNELS, Channel, PEOPLE, dm_of};
use super::shared::Shared;
use super::view::{View, key_of};
use super::world::World;
use super::{Playground, page, picture};

impl Playground {
    /// Somebody of the workspace, by handle.
    ///
    /// # Panics
    /// If there is nobody of that handle.
    pub fn as_(&self, handle: &str) -> Person<'_> {
        let person = PEOPLE.iter().find(|person| person.handle == handle);
        Person { shared: &self.shared, person: person.unwrap_or_else(|| panic!("nobody here is called {handle}")) }
    }
}

/// A person at the keyboard.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    shared: &'a Shared,
    person: &'static people::Person,
}

/// A person in a channel, or in one of its threads.
#[derive(Clone)]
pub struct Place<'a> {
    who: Person<'a>,
    channel: &'static Channel,
    thread: Option<String>,
}

impl<'a> Person<'a> {
    /// Goes to a channel, as in `#support`; `@firstmate` is the direct message with the bot.
    ///
    /// # Panics
    /// If there is no such channel.
    pub fn in_(self, place: &str) -> Place<'a> {
        let named =
            || CHANNELS.iter().find(|channel| !channel.is_dm() && Some(channel.name) == place.strip_prefix('#'));
        let channel = if place == "@firstmate" { Some(dm_of(self.person)) } else { named() };
        Place { who: self, channel: channel.unwrap_or_else(|| panic!("there is no {place} here")), thread: None }
    }

    /// What this person sees in a channel, as plain text.
    pub fn reads(self, place: &str) -> String {
        self.in_(place).reads()
    }

    /// What Slackbot told only this person, oldest first.
    pub fn hears(self) -> Vec<String> {
        self.shared.with(|world, _| world.notices(self.person.id))
    }

    /// The view before this person, as plain text.
    pub fn view(self) -> Option<String> {
        self.shared.with(|world, _| world.view(self.person.id).map(picture::view_text))
    }

    /// The view before this person, as Slack's JSON.
    pub fn view_json(self) -> Option<Value> {
        self.shared.with(|world, _| world.view(self.person.id).map(|view| view.json.clone()))
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

    fn press_in_view(self, label: &str) -> Option<Pending> {
        let view = self.open()?;
        let (block, action, ()) = find(view.blocks(), |element| labelled(element, label))?;
        self.shared.presses_in_view(self.person, &view.id, (&block, &action), None).ok()
    }

    /// Fills in the view, by the labels of its inputs, and submits it. A menu takes the visible text of an option, a
    /// day is written `2026-12-23` and a time `08:30`; several
    /// choices are the same label several times. What is not named keeps what it began with. The view may refuse: then
    /// it is still open and its text says why.
    ///
    /// # Panics
    /// If no view is open, or it has no such input or option.
    pub async fn submits(self, values: &[(&str, &str)]) -> Delivered {
        let view = self.open().unwrap_or_else(|| panic!("no view is open for {}", self.person.handle));
        let mut entered = json!({});
        for (label, value) in values {
            enter(&view, &mut entered, label, value);
        }
        let outcome = self.shared.submits(self.person, &view.id, &entered).await;
        outcome.map(|submitted| submitted.delivered).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Closes the view before this person.
    ///
    /// # Panics
    /// If no view is open.
    pub async fn closes(self) -> Delivered {
        let view = self.open().unwrap_or_else(|| panic!("no view is open for {}", self.person.handle));
        let pending = self.shared.closes(self.person, &view.id).unwrap_or_else(|why| panic!("{why}"));
        self.shared.finish(pending).await
    }

    fn open(self) -> Option<View> {
        self.shared.with(|world, _| world.view(self.person.id).cloned())
    }
}

impl Place<'_> {
    /// The same channel, in the thread under this message.
    #[must_use]
    pub fn in_thread(mut self, ts: impl Into<String>) -> Self {
        self.thread = Some(ts.into());
        self
    }

    /// Types this and presses enter: a message, or a slash command.
    ///
    /// # Panics
    /// If this is in a thread that does not exist.
    pub async fn types(&self, text: &str) -> Delivered {
        let exists = |ts: &String| self.who.shared.with(|world, _| world.thread_exists(self.channel.id, ts));
        assert!(self.thread.as_ref().is_none_or(exists), "there is no thread {:?} here", self.thread);
        let pending = self.who.shared.types(self.who.person, self.channel, self.thread.clone(), text);
        self.who.shared.finish(pending).await
    }

    /// Presses a button, by its visible label: in the view that is open, otherwise on the newest message here that has one.
    ///
    /// # Panics
    /// If this person sees no such button.
    pub async fn presses(&self, label: &str) -> Delivered {
        self.acts(label, None).await
    }

    /// Picks an option of a menu on the newest message here that offers it.
    ///
    /// # Panics
    /// If this person sees no such option.
    pub async fn picks(&self, option: &str) -> Delivered {
        self.acts(option, Some(option)).await
    }

    /// Picks a shortcut, by its name, from the menu of a message here.
    ///
    /// # Panics
    /// If the workspace offers no such shortcut, or this person sees no such message that has a menu.
    pub async fn shortcut(&self, name: &str, ts: impl AsRef<str>) -> Delivered {
        let Person { shared, person } = self.who;
        let offered = |world: &mut World| {
            let mut all = world.shortcuts.iter();
            all.find(|shortcut| shortcut.name == name).map(|shortcut| shortcut.callback_id.clone())
        };
        let callback_id =
            shared.with(|world, _| offered(world)).unwrap_or_else(|| panic!("no message here offers \"{name}\""));
        let pending = shared.shortcut(person, self.channel, ts.as_ref(), &callback_id);
        shared.finish(pending.unwrap_or_else(|why| panic!("{why}"))).await
    }

    async fn acts(&self, label: &str, option: Option<&str>) -> Delivered {
        let Person { shared, person } = self.who;
        if let (None, Some(pending)) = (option, self.who.press_in_view(label)) {
            return shared.finish(pending).await;
        }
        let found = self.newest_first(|message| {
            let blocks = message.blocks.as_ref()?;
            let (block, action, chosen) = match option {
                None => {
                    find(blocks, |element| labelled(element, label)).map(|(block, action, ())| (block, action, None))?
                }
                Some(option) => find(blocks, |element| choice(element, option))
                    .map(|(block, action, chosen)| (block, action, Some(chosen)))?,
            };
            Some((message.ts.clone(), block, action, chosen))
        });
        let (ts, block, action, chosen) =
            found.unwrap_or_else(|| panic!("{} sees no \"{label}\" in this:\n{}", person.handle, self.reads()));
        let pending = shared.presses(person, self.channel, &ts, (&block, &action), chosen.as_ref());
        shared.finish(pending.unwrap_or_else(|why| panic!("{why}"))).await
    }

    /// Tells the bot of the newest thing that it said itself here, as Slack does in direct messages: it must not answer itself.
    pub async fn echoes(&self) -> Delivered {
        self.who.shared.echoes(self.who.person, self.channel).await
    }

    /// What this person sees here, as plain text.
    pub fn reads(&self) -> String {
        self.who.shared.with(|world, _| picture::channel_text(&world.seen(self.who.person.id, self.channel)))
    }

    /// What this person sees here, as the page gets it, oldest first.
    pub fn messages(&self) -> Vec<Value> {
        let all = self.who.shared.with(|world, _| page::seen(world, self.who.person, self.channel));
        all["messages"].as_array().cloned().unwrap_or_default()
    }

    /// The time of the newest message that this person sees here and that may begin a thread.
    pub fn newest(&self) -> Option<String> {
        self.newest_first(|message| (message.only.is_none() && message.thread_ts.is_none()).then(|| message.ts.clone()))
    }

    fn newest_first<T>(&self, pick: impl Fn(&Message) -> Option<T>) -> Option<T> {
        let here = |message: &&&Message| {
            self.thread.is_none() || message.thread_ts == self.thread || Some(&message.ts) == self.thread.as_ref()
        };
        self.who.shared.with(|world, _| {
            world.seen(self.who.person.id, self.channel).iter().filter(here).rev().find_map(|message| pick(message))
        })
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

fn choice(element: &Value, option: &str) -> Option<Value> {
    let found = options_of(element).find(|offered| picture::label(&offered["text"]) == option)?.clone();
    let key = key_of(element);
    Some(if key == "selected_options" { json!({key: [found]}) } else { json!({key: found}) })
}

fn enter(view: &View, entered: &mut Value, label: &str, value: &str) {
    let (_, block_id, element) = view
        .inputs()
        .find(|(block, ..)| picture::label(&block["label"]) == label)
        .unwrap_or_else(|| panic!("no input \"{label}\" in this:\n{}", picture::view_text(view)));
    let action_id = element["action_id"].as_str().unwrap_or_default();
    let key = key_of(element);
    let option = || {
        let found = options_of(element).find(|option| picture::label(&option["text"]) == value);
        found.cloned().unwrap_or_else(|| panic!("\"{label}\" offers no \"{value}\""))
    };
    let slot = &mut entered[block_id][action_id];
    slot["type"] = element["type"].clone();
    match key {
        "value" | "selected_date" | "selected_time" => slot[key] = value.into(),
        "selected_option" => slot[key] = option(),
        _ => match slot[key].as_array_mut() {
            Some(chosen) => chosen.push(option()),
            None => slot[key] = json!([option()]),
        },
    }
}
