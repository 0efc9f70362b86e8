//! HTML by headings: the words of the page, without scripts, styles and navigation.

use scraper::{Html, Node};

use super::Section;

/// Elements whose content nobody reads as text of the page.
const UNREAD: &[&str] = &["head", "script", "style", "nav", "template", "noscript", "svg", "form", "footer"];
/// Elements that end a line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "li",
    "tr",
    "br",
    "ul",
    "ol",
    "table",
    "pre",
    "section",
    "article",
    "blockquote",
    "dt",
    "dd",
    "main",
    "header",
];
const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4"];

/// The sections of a page: its text up to the first heading, then one a heading.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let page = Html::parse_document(text);
    let mut sections = vec![Section::default()];
    let mut in_heading = false;
    // A stack of ours instead of recursion: pages may nest as deeply as they like. True for leaving an element.
    let mut open = vec![(page.tree.root(), false)];
    while let Some((node, leaving)) = open.pop() {
        match node.value() {
            Node::Element(element) if UNREAD.contains(&element.name()) => continue,
            Node::Element(element) if HEADINGS.contains(&element.name()) => {
                in_heading = !leaving;
                if in_heading {
                    sections.push(Section::default());
                }
            }
            Node::Element(element) if leaving && BLOCKS.contains(&element.name()) => {
                add(&mut sections, in_heading, "\n\n")
            }
            Node::Text(words) if !leaving => add(&mut sections, in_heading, words),
            _ => {}
        }
        if !leaving {
            open.push((node, true));
            open.extend(node.children().rev().map(|child| (child, false)));
        }
    }
    for section in &mut sections {
        section.heading = section.heading.split_whitespace().collect::<Vec<_>>().join(" ");
        let paragraphs = section.text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
        section.text = paragraphs.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    }
    sections.retain(|section| !section.text.is_empty());
    sections
}

fn add(sections: &mut [Section], in_heading: bool, words: &str) {
    if let Some(section) = sections.last_mut() {
        let place = if in_heading { &mut section.heading } else { &mut section.text };
        place.push_str(words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_scripts_are_not() {
        let page = "<title>t</title><nav>menu</nav><p>Before</p><h2>A <b>head</b></h2><ul><li>one</li><li>two</li></ul>\
                    <style>x</style><div><h3>Inner</h3>deep</div>";
        let seen: Vec<_> = sections(page).into_iter().map(|section| (section.heading, section.text)).collect();
        let own = |heading: &str, text: &str| (heading.to_owned(), text.to_owned());
        assert_eq!(seen, [own("", "Before"), own("A head", "one\n\ntwo"), own("Inner", "deep")]);
    }
}
