//! From what the bot says to Block Kit, within Slack's limits (<https://docs.slack.dev/reference/block-kit>).
//!
//! Every message carries plain text beside its blocks, for notifications and screen readers. Knows no command.

use std::borrow::Cow;

use serde::Serialize;
use slack_morphism::prelude::*;

use super::fit::{LABEL, cut, plain};
use super::{fields, mrkdwn};
use crate::domain::markdown::Markdown;
use crate::domain::reply::{Button, Part, Press, Reply};

/// Most characters of a section's text.
const SECTION: usize = 3_000;
/// Most characters of a headline inside a section, so that it stays one.
const TITLE: usize = 150;
/// Most blocks of a message.
const BLOCKS: usize = 50;
/// Slack recommends at most 4,000 characters of `text` (<https://docs.slack.dev/reference/methods/chat.postMessage>).
const TEXT: usize = 4_000;

/// A message as Slack takes it, in the answer to a command, at a response address, or through the Web API.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    text: String,
    blocks: Vec<SlackBlock>,
}

/// Renders a message.
pub fn message(reply: &Reply) -> Message {
    let words = words(reply);
    Message { text: cut(&mrkdwn::escape(&words), TEXT), blocks: blocks(&reply.parts) }
}

/// What a message says, in plain words.
pub fn words(reply: &Reply) -> String {
    let said = reply.parts.iter().filter_map(|part| match part {
        Part::Title(title) => Some(Cow::from(title)),
        Part::Text(markdown) | Part::Note(markdown) => Some(markdown.plain(mrkdwn::words).into()),
        Part::Quote(words) => Some(mrkdwn::quote(words).into()),
        Part::Code(lines) => Some(mrkdwn::visible(lines)),
        Part::Buttons(_) | Part::Input(_) | Part::Choice(_) => None,
    });
    said.collect::<Vec<_>>().join("\n")
}

fn blocks(parts: &[Part]) -> Vec<SlackBlock> {
    parts.iter().filter_map(block).take(BLOCKS).collect()
}

/// The block of a part; none for what shows nothing.
pub(super) fn block(part: &Part) -> Option<SlackBlock> {
    let section = |text: String| SlackSectionBlock::new().with_text(SlackBlockText::MarkDown(marked(text))).into();
    let note = |text: String| SlackContextBlock::new(vec![SlackContextBlockElement::MarkDown(marked(text))]).into();
    // Slack refuses a whole window for one text that is empty, as a comment in Markdown comes out.
    let said = |markdown: &Markdown| {
        Some(markdown.marked(mrkdwn::mrkdwn)).filter(|text| !text.trim().is_empty()).map(str::to_owned)
    };
    match part {
        Part::Title(title) => Some(section(format!("*{}*", cut(&mrkdwn::escape(title), TITLE)))),
        Part::Text(markdown) => said(markdown).map(section),
        Part::Quote(words) => Some(quotation(words)),
        Part::Note(markdown) => said(markdown).map(note),
        Part::Buttons(buttons) if buttons.is_empty() => None,
        Part::Buttons(buttons) => Some(SlackActionsBlock::new(buttons.iter().map(button).collect()).into()),
        Part::Code(lines) => Some(preformatted(lines)),
        Part::Input(field) => Some(fields::input(field)),
        Part::Choice(choice) => Some(fields::choice(choice)),
    }
}

fn preformatted(lines: &str) -> SlackBlock {
    let run = SlackRichTextInlineElement::Text(SlackRichTextText::new(cut(&mrkdwn::visible(lines), SECTION)));
    SlackRichTextBlock::new(vec![SlackRichTextElement::Preformatted(SlackRichTextPreformatted::new(vec![run]))]).into()
}

/// Somebody's words as rich text, which Slack shows as it is: nothing in it is parsed, and nothing grows by escaping.
fn quotation(words: &str) -> SlackBlock {
    let run = SlackRichTextInlineElement::Text(SlackRichTextText::new(cut(&mrkdwn::visible(words), SECTION)));
    SlackRichTextBlock::new(vec![SlackRichTextElement::Quote(SlackRichTextQuote::new(vec![run]))]).into()
}

fn button(button: &Button) -> SlackActionBlockElement {
    let element = SlackBlockButtonElement::new(plain(&button.label, LABEL));
    let element = match &button.press {
        Press::Open { action, url } => match url::Url::parse(url) {
            Ok(url) => element.with_action_id(action.clone().into()).with_url(url),
            Err(_) => element.with_action_id(action.clone().into()),
        },
        Press::Send { action, value } => element.with_action_id(action.clone().into()).with_value(value.clone()),
    };
    if button.primary { element.with_style(SlackBlockButtonStyle::Primary).into() } else { element.into() }
}

fn marked(text: String) -> SlackBlockMarkDownText {
    SlackBlockMarkDownText::new(if text.len() > SECTION { cut(&text, SECTION) } else { text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stands_beside_the_blocks() {
        let reply = Reply::default()
            .with(Part::Title("Is there a guarantee?".into()))
            .with(Part::Text("No. See [the page](https://a.example/).".into()))
            .with(Part::Quote("<!channel> is *down*\nsince noon".into()))
            .note("Dated 2021")
            .buttons(vec![Button::send("Show everyone", "onboard.share", "no-sla").primary()]);
        insta::assert_snapshot!(serde_json::to_string_pretty(&message(&reply)).unwrap());
    }

    #[test]
    fn what_people_say_is_shown_and_does_nothing() {
        let words = "<!channel> @here *loud* <https://a.example|b> &amp;\nsecond";
        let message = serde_json::to_value(message(&Reply::default().with(Part::Quote(words.into())))).unwrap();
        let run = &message["blocks"][0]["elements"][0]["elements"][0];
        assert_eq!((run["type"].as_str(), run["text"].as_str()), (Some("text"), Some(words)));
        assert!(!message["text"].as_str().unwrap().contains('<'), "{message}");
    }

    #[test]
    fn what_is_too_long_is_cut_with_an_ellipsis() {
        assert_eq!(cut("Schiff ahoi", 11), "Schiff ahoi");
        assert_eq!(cut("Schiff ahoi", 7), "Schiff…");
        assert_eq!(cut("ÄÄÄÄ", 4), "ÄÄÄÄ");
        assert_eq!(cut("ÄÄÄÄÄ", 4), "ÄÄÄ…");
        let long = Reply::text("word ".repeat(2_000));
        let SlackBlock::Section(section) = &message(&long).blocks[0] else { panic!("a section") };
        let Some(SlackBlockText::MarkDown(text)) = &section.text else { panic!("mrkdwn") };
        assert_eq!(text.text.chars().count(), SECTION);
    }
}
