//! Somebody's words on GitHub, where nothing in them may ping, refer or command. Knows neither Slack nor the bot's own words.
//!
//! What GitHub would act on: `@name`, `#12`, `GH-12`, addresses of issues
//! (<https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls>), and what its bots
//! do: HTML comments, by which we know our own issues again, and Prow's `/commands` at a line's start (<https://docs.prow.k8s.io/docs/components/plugins/>).

mod address;
mod markdown;
mod plain;
mod visible;

pub(crate) use address::followed;
pub use markdown::{inert, inert_code};
pub(crate) use plain::line;
pub(crate) use visible::visible;

/// Separates what GitHub would read together, and is not seen.
pub(crate) const ZERO_WIDTH: char = '\u{200B}';

/// Somebody's plain words as Markdown that shows them literally and does nothing.
pub fn literal(words: &str) -> String {
    visible(words).lines().map(literal_line).collect::<Vec<_>>().join("\n")
}

/// Nothing quotes these lines, so that a command at the start of one would be Prow's.
fn literal_line(words: &str) -> String {
    let line = line(words.trim_end(), true);
    if line.trim_start_matches('\u{A0}').starts_with('/') { format!("{ZERO_WIDTH}{line}") } else { line }
}

#[cfg(test)]
pub(crate) mod tests;
