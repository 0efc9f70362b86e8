//! Text that fits where Slack has room for so many characters and no more.

use slack_morphism::prelude::*;

/// Most characters of a button's label.
pub(super) const LABEL: usize = 75;

/// Plain text of at most `limit` characters.
pub(super) fn plain(text: &str, limit: usize) -> SlackBlockPlainTextOnly {
    SlackBlockPlainTextOnly::from(SlackBlockPlainText::new(cut(text, limit)))
}

/// `text` with at most `limit` characters, ended by an ellipsis where it is cut.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    match text.char_indices().nth(limit.saturating_sub(1)) {
        Some((end, _)) if text.chars().count() > limit => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}
