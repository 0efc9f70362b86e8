//! A person in a test, in a channel or in one of its threads: what they say there, press and read. It must not know signatures,
//! payloads or the wire.

use serde_json::Value;

use super::super::compose::Composed;
use super::super::deliver::Spot;
use super::super::delivery::Delivered;
use super::super::file::Upload;
use super::super::message::Message;
use super::super::people::Channel;
use super::super::world::World;
use super::super::{page, picture};
use super::{Person, choice, find, labelled};

/// A person in a channel, or in one of its threads.
#[derive(Clone)]
pub struct Place<'a> {
    who: Person<'a>,
    channel: &'a Channel,
    thread: Option<String>,
}

impl<'a> Place<'a> {
    pub(super) fn new(who: Person<'a>, channel: &'a Channel) -> Self {
        Self { who, channel, thread: None }
    }

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
        let pending = self.who.shared.types(self.who.person, self.spot(), text);
        self.who.shared.finish(pending).await
    }

    /// Says something whose text and blocks are given as Slack would hold them, whatever its composer makes of typed text.
    ///
    /// # Panics
    /// If this is in a thread that does not exist.
    pub async fn posts_blocks(&self, text: &str, blocks: Value) -> Delivered {
        let pending = self.who.shared.says(self.who.person, self.spot(), Composed { text: text.to_owned(), blocks });
        self.who.shared.finish(pending).await
    }

    /// Adds a file, with a comment or with none.
    ///
    /// # Panics
    /// If this is in a thread that does not exist.
    pub async fn uploads(&self, name: &str, mimetype: &str, comment: &str) -> Delivered {
        let (name, mimetype, comment) = (name.to_owned(), mimetype.to_owned(), comment.to_owned());
        let pending = self.who.shared.uploads(self.who.person, self.spot(), &Upload { name, mimetype, comment });
        self.who.shared.finish(pending).await
    }

    /// Edits what this person said here.
    ///
    /// # Panics
    /// If there is no such message, or it is somebody else's.
    pub async fn edits(&self, ts: impl AsRef<str>, text: &str) -> Delivered {
        let pending = self.who.shared.edits(self.who.person, self.channel, ts.as_ref(), text);
        self.who.shared.finish(pending.unwrap_or_else(|why| panic!("{why}"))).await
    }

    /// Deletes what this person said here.
    ///
    /// # Panics
    /// If there is no such message, or it is somebody else's.
    pub async fn deletes(&self, ts: impl AsRef<str>) -> Delivered {
        let pending = self.who.shared.deletes(self.who.person, self.channel, ts.as_ref());
        self.who.shared.finish(pending.unwrap_or_else(|why| panic!("{why}"))).await
    }

    fn spot(&self) -> Spot<'_> {
        let exists = |ts: &String| self.who.shared.with(|world, _| world.thread_exists(&self.channel.id, ts));
        assert!(self.thread.as_ref().is_none_or(exists), "there is no thread {:?} here", self.thread);
        Spot { channel: self.channel, thread: self.thread.as_deref() }
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
                Some(option) => find(blocks, |element| choice(element, option, &shared.directory))
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
        self.who
            .shared
            .with(|world, _| picture::channel_text(&world.seen(self.who.person, self.channel), &world.directory))
    }

    /// What this person sees here, as the page gets it, oldest first.
    pub fn messages(&self) -> Vec<Value> {
        let all = self.who.shared.with(|world, _| page::seen(world, self.who.person, self.channel));
        all["messages"].as_array().cloned().unwrap_or_default()
    }

    /// What is in the newest file that the bot uploaded here: its name, and its content as text.
    pub fn newest_file(&self) -> Option<(String, String)> {
        let file = self.newest_first(|message| message.files.last().filter(|_| message.by_bot()).cloned())?;
        let (id, name) = (file["id"].as_str()?, file["name"].as_str()?.to_owned());
        let (person, channel) = (self.who.person, self.channel);
        Some((name, self.who.shared.with(|world, _| page::content(world, person, channel, id))?))
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
            world.seen(self.who.person, self.channel).iter().filter(here).rev().find_map(|message| pick(message))
        })
    }
}
