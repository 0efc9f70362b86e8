//! A thread that stands there from the beginning of a test. It must not know deliveries: the bot hears nothing of it.

use serde_json::Value;

use super::super::Playground;
use super::super::compose::{Composed, compose};
use super::super::message::Draft;

impl Playground {
    /// Lets people have said this long ago in a channel, as in `#support`: the first of it, and the rest in a thread below. The
    /// bot hears nothing of it. Each is said by a handle, as text that was typed, or as text with the blocks beside it. Gives back
    /// the time of the first.
    ///
    /// # Panics
    /// If nothing is said, or there is no such channel or person.
    pub fn seed_thread(&self, channel: &str, said: Vec<(String, String, Option<Value>)>) -> String {
        let directory = &self.shared.directory;
        let named = channel.strip_prefix('#').and_then(|name| directory.named(name));
        let channel = named.unwrap_or_else(|| panic!("there is no {channel} here"));
        let mut root = None;
        for (handle, text, blocks) in said {
            let person = directory.called(&handle).unwrap_or_else(|| panic!("nobody here is called {handle}"));
            let composed = match blocks {
                Some(blocks) => Composed { text, blocks },
                None => compose(&text, directory),
            };
            let draft = Draft { thread_ts: root.clone(), ..Draft::said(person, channel, composed) };
            let message = self.shared.with(|world, now| world.post(draft, now));
            root.get_or_insert(message.ts);
        }
        root.expect("a thread has a first message")
    }
}
