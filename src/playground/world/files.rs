//! The files that the bot uploads: announced, sent, and then shared in a message. Pure; it must not know messages.
//! <https://docs.slack.dev/messaging/working-with-files#upload>

use super::{Refused, World, remember};

/// A bound of our own: the oldest file goes.
const FILES: usize = 100;

/// A file on its way into a message, or there.
#[derive(Debug, Clone)]
pub(in crate::playground) struct File {
    pub(in crate::playground) id: String,
    pub(in crate::playground) name: String,
    /// What its address ends with. It cannot be guessed: whoever knows it may send the content.
    pub(in crate::playground) key: String,
    length: usize,
    content: Option<Vec<u8>>,
    shared: bool,
}

impl File {
    /// Its content as text, as far as it is some.
    pub(in crate::playground) fn text(&self) -> Option<String> {
        Some(String::from_utf8_lossy(self.content.as_ref()?).into_owned())
    }

    pub(in crate::playground) fn size(&self) -> usize {
        self.length
    }
}

impl World {
    /// Announces a file of so many bytes.
    pub(in crate::playground) fn announce_file(&mut self, name: String, length: usize) -> &File {
        let (id, key) = (format!("F{:08}", self.serial()), format!("{:032x}", rand::random::<u128>()));
        remember(&mut self.files, File { id, name, key, length, content: None, shared: false }, FILES);
        &self.files[self.files.len() - 1]
    }

    /// Takes the content of a file that was announced: exactly as long as it was said to be, and as often as it is sent again
    /// before it is shared.
    pub(in crate::playground) fn receive_file(&mut self, key: &str, content: Vec<u8>) -> Result<usize, Refused> {
        let file = self.files.iter_mut().find(|file| file.key == key && !file.shared).ok_or("no_such_upload")?;
        if content.len() != file.length {
            return Err("wrong_length");
        }
        file.content = Some(content);
        Ok(file.length)
    }

    /// A file that was sent and that is in no message yet.
    pub(in crate::playground) fn sent_file(&self, id: &str) -> Result<&File, Refused> {
        let sent = |file: &&File| file.content.is_some() && !file.shared;
        self.file(id).filter(sent).ok_or("file_not_found")
    }

    /// From now on the file is in a message.
    pub(in crate::playground) fn share_file(&mut self, id: &str) {
        for file in self.files.iter_mut().filter(|file| file.id == id) {
            file.shared = true;
        }
    }

    pub(in crate::playground) fn file(&self, id: &str) -> Option<&File> {
        self.files.iter().find(|file| file.id == id)
    }
}
