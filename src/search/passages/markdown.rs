//! Markdown by headings. Copes with what documentation folders hold: front matter, HTML between the lines, headings that a
//! scraper marked with a trailing `#`.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::Section;

/// Elements whose tags are dropped and whose words are kept; anything else between `<` and `>` may be a placeholder that
/// the reader needs (`<namespace>`).
const DROPPED: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "details",
    "div",
    "em",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "iframe",
    "img",
    "li",
    "ol",
    "p",
    "picture",
    "pre",
    "section",
    "small",
    "source",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "video",
];

/// The sections of a page: its text up to the first heading, then one a heading.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut sections = vec![Section::default()];
    let mut begins = 0;
    let mut heading: Option<String> = None;
    let close = |sections: &mut Vec<Section>, raw: &str| {
        if let Some(last) = sections.last_mut() {
            last.text = without_tags(raw).trim().to_owned();
        }
    };
    for (event, span) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if level <= HeadingLevel::H4 => {
                close(&mut sections, &text[begins..span.start.max(begins)]);
                heading = Some(String::new());
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(heading) = heading.take() {
                    sections.push(Section { heading: heading.trim().to_owned(), text: String::new() });
                    begins = span.end;
                }
            }
            Event::End(TagEnd::MetadataBlock(_)) => begins = span.end,
            Event::Text(words) | Event::Code(words) => heading.iter_mut().for_each(|heading| heading.push_str(&words)),
            _ => {}
        }
    }
    close(&mut sections, &text[begins..]);
    sections.retain(|section| !section.text.is_empty());
    sections
}

/// A plain text as Markdown: lines that end with ` #` or `#` after a word are headings of a scraped page, and bullets are
/// bullets.
pub(super) fn from_plain(text: &str) -> String {
    let mut markdown = String::with_capacity(text.len());
    for line in text.lines() {
        match line.strip_suffix('#').map(str::trim_end) {
            Some(heading) if !heading.is_empty() && !heading.starts_with('#') => {
                markdown.push_str("\n## ");
                markdown.push_str(heading);
                markdown.push('\n');
            }
            _ => match line.trim_start().strip_prefix('\u{2022}') {
                Some(item) => {
                    markdown.push('-');
                    markdown.push_str(item);
                }
                None => markdown.push_str(line),
            },
        }
        markdown.push('\n');
    }
    markdown
}

fn without_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        kept.push_str(&rest[..open]);
        let tag = &rest[open + 1..];
        let name_at = tag.trim_start_matches('/');
        let name: String =
            name_at.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let end =
            if tag.starts_with("!--") { tag.find("-->").map(|end| end + 3) } else { tag.find('>').map(|end| end + 1) };
        match end {
            Some(end) if tag.starts_with("!--") || DROPPED.contains(&name.as_str()) => rest = &tag[end..],
            _ => {
                kept.push('<');
                rest = tag;
            }
        }
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(String, String)> {
        sections(text).into_iter().map(|section| (section.heading, section.text)).collect()
    }

    #[test]
    fn pages_are_split_by_heading() {
        let page = "---\ntitle: x\n---\nIntro.\n\n# One `a`\nText <div class=\"c\">in a box</div>, oc get <pod>.\n\n## Empty\n\nSetext\n---\nEnd.";
        let own = |heading: &str, text: &str| (heading.to_owned(), text.to_owned());
        assert_eq!(
            seen(page),
            [own("", "Intro."), own("One a", "Text in a box, oc get <pod>."), own("Setext", "End.")]
        );
    }

    #[test]
    fn a_scraped_page_has_headings_too() {
        assert_eq!(seen(&from_plain("Bring it#\n\u{2022} first\n")), [("Bring it".to_owned(), "- first".to_owned())]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(\\PC|[\n<>#`~|-]){0,200}") {
            sections(&from_plain(&text));
            sections(&text);
        }
    }
}
