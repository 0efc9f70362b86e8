//! Reads folders of Markdown, HTML and plain text into passages, one a heading, each cited by path and heading. What cannot
//! be read is skipped with a note: one broken file of a documentation folder must not keep the bot from answering.

mod html;
mod markdown;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::answers::{Answer, Source};

/// Files read of all folders together.
const MOST_FILES: usize = 20_000;
/// Passages kept; beyond these somebody indexes a whole disk.
const MOST_PASSAGES: usize = 50_000;
/// Bytes of a file; larger ones are data, not documentation.
const LARGEST_FILE: u64 = 1024 * 1024;
/// Folders inside folders.
const DEEPEST: usize = 24;
/// Characters of a passage: what a person reads in one go, and fits into one section of a Slack message.
const LONGEST_PASSAGE: usize = 1_500;

/// A part of a document under one heading.
#[derive(Debug, Default, PartialEq, Eq)]
struct Section {
    heading: String,
    text: String,
}

/// Passages of all readable files of the folders, in the order of their paths; `notes` tells what was skipped.
///
/// # Errors
///
/// When a folder itself cannot be read.
pub fn read(folders: &[PathBuf], notes: &mut Vec<String>) -> io::Result<Vec<Answer>> {
    let mut passages = Vec::new();
    let mut files = 0;
    for folder in folders {
        let mut paths = Vec::new();
        walk(folder, 0, &mut paths, notes)?;
        for path in paths {
            files += 1;
            if files > MOST_FILES || passages.len() >= MOST_PASSAGES {
                notes.push(format!("more than {MOST_FILES} files or {MOST_PASSAGES} passages; the rest is skipped"));
                return Ok(passages);
            }
            let cited = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            match sections(&path) {
                Ok(sections) => add(&cited, sections, &mut passages),
                Err(reason) => notes.push(format!("{cited}: skipped, {reason}")),
            }
        }
    }
    passages.truncate(MOST_PASSAGES);
    Ok(passages)
}

fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>, notes: &mut Vec<String>) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_name().to_string_lossy().starts_with('.') || paths.len() > MOST_FILES {
            continue;
        }
        let path = entry.path();
        // The entry's own type, so that a link to a folder above is not followed round and round.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !is_folder {
            paths.extend(is_document(&path).then_some(path));
        } else if depth == DEEPEST {
            notes.push(format!("{}: skipped, more than {DEEPEST} folders inside each other", path.display()));
        } else if let Err(error) = walk(&path, depth + 1, paths, notes) {
            notes.push(format!("{}: skipped, {error}", path.display()));
        }
    }
    Ok(())
}

fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

fn is_document(path: &Path) -> bool {
    matches!(extension(path).as_str(), "md" | "markdown" | "mdx" | "html" | "htm" | "xhtml" | "txt" | "text")
}

fn sections(path: &Path) -> Result<Vec<Section>, String> {
    let cannot = |error: io::Error| error.to_string();
    let metadata = fs::metadata(path).map_err(cannot)?;
    if !metadata.is_file() {
        return Err("it is no file".to_owned());
    }
    if metadata.len() > LARGEST_FILE {
        return Err(format!("it has {} bytes; at most {LARGEST_FILE} are read", metadata.len()));
    }
    let text = String::from_utf8(fs::read(path).map_err(cannot)?).map_err(|_| "it is not UTF-8".to_owned())?;
    let text = text.trim_start_matches('\u{feff}');
    Ok(match extension(path).as_str() {
        "html" | "htm" | "xhtml" => html::sections(text),
        "txt" | "text" => markdown::sections(&markdown::from_plain(text)),
        _ => markdown::sections(text),
    })
}

fn add(path: &str, sections: Vec<Section>, passages: &mut Vec<Answer>) {
    for section in sections {
        let heading = if section.heading.is_empty() { path } else { &section.heading };
        let place = format!("{path}#{}", slug(&section.heading));
        for (number, text) in pieces(&section.text).into_iter().enumerate() {
            let id = if number == 0 { place.clone() } else { format!("{place}-{}", number + 1) };
            let source = Source { title: format!("{path}, {heading}"), url: place.clone(), dated: None };
            passages.push(Answer {
                id,
                title: heading.to_owned(),
                asks: Vec::new(),
                text: text.into(),
                tags: Vec::new(),
                verified: None,
                undocumented: false,
                meetings: Vec::new(),
                sources: vec![source],
            });
        }
    }
}

/// A heading as its anchor: how the forges write it.
fn slug(heading: &str) -> String {
    let dashed = heading.chars().filter_map(|c| match c {
        c if c.is_alphanumeric() => Some(c.to_ascii_lowercase()),
        ' ' | '-' | '_' => Some('-'),
        _ => None,
    });
    dashed.collect::<String>().trim_matches('-').to_owned()
}

/// A long text cut between paragraphs, and within one only where it is too long itself.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut length = LONGEST_PASSAGE;
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let letters: Vec<char> = paragraph.chars().collect();
        for part in letters.chunks(LONGEST_PASSAGE) {
            if length + part.len() <= LONGEST_PASSAGE
                && let Some(piece) = pieces.last_mut()
            {
                piece.push_str("\n\n");
                piece.extend(part);
                length += part.len();
            } else {
                pieces.push(part.iter().collect());
                length = part.len();
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_becomes_passages_and_notes() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        write("inner/guide.md", b"# Quotas\nAsk for more.\n\n## GPU\nThere are two.\n");
        write("page.html", b"<html><body><h1>Login</h1><p>Use your account.</p><script>no()</script></body></html>");
        write("notes.txt", b"Getting started#\nJoin the list.\n");
        write("broken.md", b"\xff\xfe");
        write("picture.png", b"\x89PNG");
        write("large.md", &vec![b'a'; 1024 * 1024 + 1]);
        let mut notes = Vec::new();
        let passages = read(&[folder.path().to_owned()], &mut notes).unwrap();
        let seen: Vec<(&str, &str)> = passages.iter().map(|passage| (passage.id.as_str(), &*passage.text)).collect();
        assert_eq!(
            seen,
            [
                ("inner/guide.md#quotas", "Ask for more."),
                ("inner/guide.md#gpu", "There are two."),
                ("notes.txt#getting-started", "Join the list."),
                ("page.html#login", "Use your account."),
            ]
        );
        assert_eq!(passages[0].sources[0].title, "inner/guide.md, Quotas");
        assert_eq!(
            notes,
            [
                "broken.md: skipped, it is not UTF-8",
                "large.md: skipped, it has 1048577 bytes; at most 1048576 are read",
            ]
        );
        assert!(read(&[folder.path().join("nowhere")], &mut notes).is_err());
    }

    #[test]
    fn a_long_section_is_cut_between_paragraphs() {
        let text = format!("{}\n\n{}\n\nshort", "a ".repeat(700), "b".repeat(1_600));
        let lengths: Vec<usize> = pieces(&text).iter().map(|piece| piece.chars().count()).collect();
        assert_eq!(lengths, [1_399, 1_500, 107]);
    }
}
