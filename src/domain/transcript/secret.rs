//! Redaction of one message. Secrets are sought in all its text at once, since a token may be split by formatting and a key may go over
//! several blocks; the mark stands where the secret began.

use std::collections::BTreeMap;

use super::form::{Block, File, Inline};
use crate::domain::redact::{Emails, Kind, Secret, secrets};

/// The texts of a message in the order in which they are read; each says whether it stands behind a line's end.
#[derive(Default)]
struct Texts<'a> {
    texts: Vec<(bool, &'a mut String)>,
    /// What is read beside the rest: addresses behind labels.
    beside: Vec<&'a mut String>,
    ended: bool,
}

/// Puts marks where secrets were, in what the message says, in its files' names and addresses, and in its writer's name.
pub(super) fn redact(
    blocks: &mut [Block],
    files: &mut [File],
    name: &mut String,
    emails: Emails,
) -> BTreeMap<Kind, usize> {
    let mut texts = Texts::default();
    blocks.iter_mut().for_each(|block| texts.block(block));
    for file in files {
        texts.beside.push(&mut file.name);
        texts.beside.extend(&mut file.permalink);
    }
    texts.beside.push(name);
    let Texts { mut texts, beside, .. } = texts;
    texts.extend(beside.into_iter().map(|text| (true, text)));

    let mut whole = String::new();
    for (ended, text) in &texts {
        whole.push_str(if *ended { "\n" } else { "" });
        whole.push_str(text);
    }
    let found = secrets(&whole, emails);
    if !found.is_empty() {
        replace(&mut texts, &found);
    }
    let mut counts = BTreeMap::new();
    found.iter().for_each(|secret| *counts.entry(secret.kind).or_default() += 1);
    counts
}

/// Takes each secret out of every text that holds a part of it, and marks the first of them.
fn replace(texts: &mut [(bool, &mut String)], found: &[Secret]) {
    let mut start = 0;
    let mut next = 0;
    let mut marked = false;
    for (ended, text) in texts {
        start += usize::from(*ended);
        let end = start + text.len();
        let mut kept = String::new();
        let mut done = start;
        while let Some(secret) = found.get(next).filter(|secret| secret.range.start < end) {
            if secret.range.start >= done {
                kept.push_str(&text[done - start..secret.range.start - start]);
            }
            if !marked && secret.range.end > start {
                kept.push_str(secret.kind.mark());
                marked = true;
            }
            done = secret.range.end.clamp(done, end);
            if secret.range.end > end {
                break;
            }
            next += 1;
            marked = false;
        }
        kept.push_str(&text[done - start..]);
        **text = kept;
        start = end;
    }
}

impl<'a> Texts<'a> {
    fn block(&mut self, block: &'a mut Block) {
        match block {
            Block::Paragraph(words) | Block::Item { words, .. } => {
                words.iter_mut().for_each(|inline| self.inline(inline));
                self.ended = true;
            }
            Block::Quote(blocks) => blocks.iter_mut().for_each(|block| self.block(block)),
            Block::Code(code) => {
                self.push(code);
                self.ended = true;
            }
        }
    }

    fn inline(&mut self, inline: &'a mut Inline) {
        match inline {
            Inline::Link { address, label, .. } => {
                if label.is_empty() {
                    self.push(address);
                } else {
                    self.push(label);
                    self.beside.push(address);
                }
            }
            Inline::Text { text, .. } => self.push(text),
            Inline::Person { label, .. } | Inline::Channel { label, .. } => self.push(label),
        }
    }

    fn push(&mut self, text: &'a mut String) {
        self.texts.push((std::mem::take(&mut self.ended), text));
    }
}
