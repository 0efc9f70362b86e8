//! Where a catalogue's files come from: a folder, the copy inside the binary, or any map from path to content. Knows no
//! format.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};
use sha2::{Digest as _, Sha256};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/commands");

/// A catalogue of thousands of answers is a mistake (a whole disk given as `--commands`), not a catalogue.
const MOST_FILES: usize = 10_000;
/// An answer fits in 4 KiB; more than this is not text for people.
pub(super) const LARGEST_FILE: u64 = 64 * 1024;
/// Folders inside folders; the format knows three.
const DEEPEST: usize = 8;

/// Paths inside a catalogue (`onboard/answers/no-backup.md`) and their content.
#[derive(Debug, Clone, Default)]
pub struct Files {
    contents: BTreeMap<String, Vec<u8>>,
    unreadable: Vec<Unreadable>,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: String,
}

impl Files {
    /// The catalogue that the binary carries.
    #[must_use]
    pub fn embedded() -> Files {
        let mut files = Files::default();
        let mut folders = vec![&EMBEDDED];
        while let Some(folder) = folders.pop() {
            for entry in folder.entries() {
                match entry {
                    DirEntry::Dir(inner) => folders.push(inner),
                    DirEntry::File(file) => {
                        let path = file.path().to_string_lossy().replace('\\', "/");
                        files.contents.insert(path, file.contents().to_vec());
                    }
                }
            }
        }
        files
    }

    /// The files of a folder. One that cannot be read becomes a fault when the catalogue is judged.
    ///
    /// # Errors
    ///
    /// When the folder itself cannot be read.
    pub fn from_folder(folder: &Path) -> io::Result<Files> {
        let mut files = Files::default();
        files.add_folder(folder, "", 0)?;
        Ok(files)
    }

    /// The same files with one replaced or added: how the playground makes its visitor a maintainer.
    #[must_use]
    pub fn overlay(mut self, path: &str, content: impl Into<Vec<u8>>) -> Files {
        self.contents.insert(path.to_owned(), content.into());
        self
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.contents.keys().map(String::as_str)
    }

    /// The content of a file.
    #[must_use]
    pub fn content(&self, path: &str) -> Option<&[u8]> {
        self.contents.get(path).map(Vec::as_slice)
    }

    /// Files that could not be read.
    #[must_use]
    pub fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }

    /// Changes when a file of `folder` does, by its name, length and time: cheap enough to be looked at every few seconds.
    ///
    /// # Errors
    ///
    /// When the folder itself cannot be read.
    pub fn glance(folder: &Path) -> io::Result<u64> {
        let mut glance = DefaultHasher::new();
        let mut folders = vec![(folder.to_owned(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            let mut entries: Vec<_> = fs::read_dir(&folder)?.filter_map(Result::ok).collect();
            entries.retain(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                // What a link leads to: a folder that Kubernetes mounts is one of links, which are changed all at once.
                let Ok(found) = fs::metadata(entry.path()) else { continue };
                (entry.path(), found.len(), found.modified().ok()).hash(&mut glance);
                if found.is_dir() && depth < DEEPEST {
                    folders.push((entry.path(), depth + 1));
                }
            }
        }
        Ok(glance.finish())
    }

    /// Names what the files hold: the same for the same files, wherever they lie.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (path, content) in &self.contents {
            digest.update(path);
            digest.update([0]);
            digest.update(Sha256::digest(content));
        }
        hex::encode(&digest.finalize()[..8])
    }

    fn add_folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> io::Result<()> {
        let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            // Editors and version control leave files that begin with a dot; they are nobody's words.
            if name.starts_with('.') {
                continue;
            }
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            if self.contents.len() + self.unreadable.len() >= MOST_FILES {
                self.unreadable.push(Unreadable { path, reason: format!("more than {MOST_FILES} files") });
                return Ok(());
            }
            if let Err(reason) = self.add_entry(&entry.path(), &path, depth) {
                self.unreadable.push(Unreadable { path, reason });
            }
        }
        Ok(())
    }

    fn add_entry(&mut self, entry: &Path, path: &str, depth: usize) -> Result<(), String> {
        let cannot = |error: io::Error| format!("cannot be read: {error}");
        let metadata = fs::metadata(entry).map_err(cannot)?;
        if metadata.is_dir() {
            if depth == DEEPEST {
                return Err(format!("more than {DEEPEST} folders inside each other"));
            }
            return self.add_folder(entry, path, depth + 1).map_err(cannot);
        }
        if !metadata.is_file() {
            return Err("is neither a file nor a folder".to_owned());
        }
        if metadata.len() > LARGEST_FILE {
            return Err(format!("has {} bytes; at most {LARGEST_FILE} are allowed", metadata.len()));
        }
        self.contents.insert(path.to_owned(), fs::read(entry).map_err(cannot)?);
        Ok(())
    }
}

impl<P: Into<String>, C: Into<Vec<u8>>> FromIterator<(P, C)> for Files {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(files: I) -> Files {
        let contents = files.into_iter().map(|(path, content)| (path.into(), content.into())).collect();
        Files { contents, unreadable: Vec::new() }
    }
}
