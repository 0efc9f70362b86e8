//! What a message says, between Slack's ways to write it and Markdown: blocks of inline pieces.

use serde::{Deserialize, Serialize};

/// A part of a message that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Block {
    /// Running words; a line break in them is one.
    Paragraph(Vec<Inline>),
    /// An entry of a list; a number, or a bullet without one.
    Item { depth: usize, number: Option<u64>, words: Vec<Inline> },
    /// What is quoted in it.
    Quote(Vec<Block>),
    /// Text to be kept as it is.
    Code(String),
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Inline {
    /// Words; visible ones only.
    Text { text: String, style: Style },
    /// An address with its label, which is empty where the address itself is shown.
    Link { address: String, label: String, style: Style },
    /// Somebody who is named, with the name that Slack gave if it gave one.
    Person { id: String, label: String, style: Style },
    /// A channel that is named, likewise.
    Channel { id: String, label: String, style: Style },
}

/// How words look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Style {
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) strike: bool,
    pub(super) code: bool,
}

/// A file that was shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct File {
    /// What it is called.
    pub(super) name: String,
    /// Where members of the workspace find it, if Slack says where.
    pub(super) permalink: Option<String>,
    /// Whether nobody finds it any more.
    pub(super) gone: bool,
}

impl Inline {
    pub(super) fn text(text: impl Into<String>, style: Style) -> Self {
        Self::Text { text: text.into(), style }
    }

    /// A link, without a label if it says no more than the address does.
    pub(super) fn link(address: String, label: String, style: Style) -> Self {
        let same = label == address || address.strip_prefix("mailto:") == Some(label.as_str());
        Self::Link { label: if same { String::new() } else { label }, address, style }
    }

    /// What it shows, without names.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Text { text, .. } => text,
            Self::Link { address, label, .. } if label.is_empty() => address.strip_prefix("mailto:").unwrap_or(address),
            Self::Link { label, .. } | Self::Person { label, .. } | Self::Channel { label, .. } => label,
        }
    }
}

impl Block {
    /// A paragraph without the blank lines around it; none if that is all.
    pub(super) fn paragraph(mut words: Vec<Inline>) -> Option<Self> {
        trim(&mut words);
        (!words.is_empty()).then_some(Self::Paragraph(words))
    }

    /// Calls `with` on each text in it.
    pub(super) fn each_text(&mut self, with: &mut impl FnMut(&mut String)) {
        match self {
            Self::Paragraph(words) | Self::Item { words, .. } => words.iter_mut().for_each(|inline| match inline {
                Inline::Text { text, .. } => with(text),
                Inline::Link { address, label, .. } => {
                    with(address);
                    with(label);
                }
                Inline::Person { label, .. } | Inline::Channel { label, .. } => with(label),
            }),
            Self::Quote(blocks) => blocks.iter_mut().for_each(|block| block.each_text(with)),
            Self::Code(text) => with(text),
        }
    }

    /// Calls `with` on each piece in it, in order.
    pub(super) fn each<'a>(&'a self, with: &mut impl FnMut(Piece<'a>)) {
        match self {
            Self::Paragraph(words) | Self::Item { words, .. } => {
                words.iter().for_each(|inline| with(Piece::Inline(inline)));
                with(Piece::End);
            }
            Self::Quote(blocks) => blocks.iter().for_each(|block| block.each(with)),
            Self::Code(text) => {
                with(Piece::Code(text));
                with(Piece::End);
            }
        }
    }
}

/// What a block is made of.
pub(super) enum Piece<'a> {
    Inline(&'a Inline),
    Code(&'a str),
    /// The end of a line of pieces.
    End,
}

/// Drops blanks and line breaks at both ends.
fn trim(words: &mut Vec<Inline>) {
    while let Some(Inline::Text { text, .. }) = words.last_mut() {
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            break;
        }
        words.pop();
    }
    let blank = |inline: &Inline| matches!(inline, Inline::Text { text, .. } if text.trim().is_empty());
    let leading = words.iter().take_while(|inline| blank(inline)).count();
    words.drain(..leading);
    if let Some(Inline::Text { text, .. }) = words.first_mut() {
        *text = text.trim_start_matches('\n').to_owned();
    }
}
