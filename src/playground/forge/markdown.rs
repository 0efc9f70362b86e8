//! Markdown as GitHub would show it, for the page: with what would reach people or other issues marked, since the bot promises
//! that nothing does. It must not know whose text it is.
//!
//! What comes out is put into the page as it is, so every piece of HTML in the text is shown and not obeyed, but for comments,
//! which GitHub hides, and a few bare tags that only format.

use std::sync::LazyLock;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html};
use regex::Regex;

/// What GitHub looks for in words: addresses, mentions, and references to issues.
/// <https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls>
static ACTIVE: LazyLock<Regex> = LazyLock::new(|| {
    let url = r#"(?P<url>https?://[^\s<>"]*[^\s<>".,;:!?)\]}'*_~])"#;
    let mention = r"(?P<mention>@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:/[A-Za-z0-9_.-]+)?)";
    let reference = r"(?P<reference>(?:[A-Za-z0-9-]+/[A-Za-z0-9_.-]+)?#[0-9]+|GH-[0-9]+)";
    Regex::new(&format!(r"(?P<before>^|[^A-Za-z0-9_`/]){mention}|(?P<apart>^|[^A-Za-z0-9_&/]){reference}|{url}"))
        .expect("the pattern is right")
});

/// Addresses of issues, which GitHub notes there as a link from here.
static ISSUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^https?://(?:www\.)?github\.com/[\w.-]+/[\w.-]+/(?:issues|pull|discussions)/[0-9]+")
        .expect("the pattern is right")
});

/// Tags without attributes that GitHub obeys and that do nothing but format.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)</?(?:details|summary|br|sub|sup|kbd)\s?/?>|<!--(?s:.*?)-->").expect("the pattern is right")
});

/// A text as GitHub would show it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) html: String,
    /// Whom it would ping, and what it would link to, as written.
    pub(super) active: Vec<String>,
}

/// Renders a body or a comment.
pub(super) fn render(text: &str) -> Shown {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut marker = Marker::default();
    for event in TextMergeStream::new(Parser::new_ext(text, options)) {
        marker.take(event);
    }
    let mut shown = Shown { active: marker.active, ..Shown::default() };
    html::push_html(&mut shown.html, marker.out.into_iter());
    shown
}

#[derive(Default)]
struct Marker<'a> {
    out: Vec<Event<'a>>,
    active: Vec<String>,
    /// In code nothing is looked for.
    code: bool,
    /// Links within links are none.
    link: bool,
    /// A block of HTML until its end: a comment may go over several lines.
    block: Option<String>,
}

impl<'a> Marker<'a> {
    fn take(&mut self, event: Event<'a>) {
        match event {
            Event::Start(Tag::HtmlBlock) => self.block = Some(String::new()),
            Event::End(TagEnd::HtmlBlock) => {
                let block = self.block.take().unwrap_or_default();
                self.markup(&block);
            }
            Event::Html(part) => match &mut self.block {
                Some(block) => block.push_str(&part),
                None => self.markup(&part),
            },
            Event::InlineHtml(part) => self.markup(&part),
            Event::Start(Tag::CodeBlock(kind)) => {
                self.code = true;
                self.out.push(Event::Start(Tag::CodeBlock(kind)));
            }
            Event::End(TagEnd::CodeBlock) => {
                self.code = false;
                self.out.push(event);
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                self.link = true;
                let dest_url = self.target(dest_url);
                self.out.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Event::End(TagEnd::Link) => {
                self.link = false;
                self.out.push(event);
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let dest_url = self.target(dest_url);
                self.out.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            Event::Text(words) if !self.code => self.words(&words),
            // GitHub keeps the line breaks of issues and comments.
            Event::SoftBreak => self.out.push(Event::HardBreak),
            other => self.out.push(other),
        }
    }

    /// Shows HTML as it was written, without comments, and obeys what only formats.
    fn markup(&mut self, html: &str) {
        let mut rest = html;
        while let Some(found) = BARE.find(rest) {
            self.words(&rest[..found.start()]);
            if !found.as_str().starts_with("<!--") {
                self.out.push(Event::InlineHtml(found.as_str().to_owned().into()));
            }
            rest = &rest[found.end()..];
        }
        self.words(rest);
    }

    /// Where a link may lead: to pages and mailboxes.
    fn target(&mut self, url: CowStr<'a>) -> CowStr<'a> {
        if ISSUE.is_match(&url) {
            self.active.push(url.to_string());
        }
        let safe = ["https://", "http://", "mailto:", "#"].iter().any(|start| url.to_lowercase().starts_with(start));
        if safe { url } else { "#".into() }
    }

    /// Words, with what is active in them marked.
    fn words(&mut self, words: &str) {
        let mut from = 0;
        for found in ACTIVE.captures_iter(words) {
            let group = |name: &str| found.name(name);
            if let Some(url) = group("url").filter(|_| !self.link) {
                self.plain(&words[from..url.start()]);
                self.address(url.as_str());
                from = url.end();
            }
            let would = group("mention").map(|one| (one, "On GitHub this would ping somebody"));
            let would = would.or(group("reference").map(|one| (one, "On GitHub this would link to an issue")));
            if let Some((what, title)) = would {
                self.plain(&words[from..what.start()]);
                self.mark(what.as_str(), title);
                from = what.end();
            }
        }
        self.plain(&words[from..]);
    }

    fn plain(&mut self, words: &str) {
        if !words.is_empty() {
            self.out.push(Event::Text(words.to_owned().into()));
        }
    }

    fn mark(&mut self, what: &str, title: &str) {
        self.active.push(what.to_owned());
        self.out.push(Event::InlineHtml(format!("<mark class=\"active\" title=\"{title}\">").into()));
        self.plain(what);
        self.out.push(Event::InlineHtml("</mark>".into()));
    }

    fn address(&mut self, url: &str) {
        let link = Tag::Link {
            link_type: LinkType::Autolink,
            dest_url: url.to_owned().into(),
            title: "".into(),
            id: "".into(),
        };
        self.out.push(Event::Start(link));
        if ISSUE.is_match(url) {
            self.mark(url, "On GitHub this would be noted in that issue");
        } else {
            self.plain(url);
        }
        self.out.push(Event::End(TagEnd::Link));
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::render;

    #[rstest]
    #[case("Ask @ann now", &["@ann"])]
    #[case("@ann", &["@ann"])]
    #[case("(@operate-first/owners)", &["@operate-first/owners"])]
    #[case("> quoted @ann", &["@ann"])]
    #[case("&#64;ann", &["@ann"])]
    #[case("fixes #12, GH-3 and operate-first/support#4", &["#12", "GH-3", "operate-first/support#4"])]
    #[case("https://github.com/operate-first/support/issues/3", &["https://github.com/operate-first/support/issues/3"])]
    #[case("[here](https://github.com/o/r/pull/3)", &["https://github.com/o/r/pull/3"])]
    #[case("<b>@ann</b>", &["@ann"])]
    #[case("`@ann` and `#12`", &[])]
    #[case("```\n@ann #12\n```", &[])]
    #[case("@\u{200b}ann #\u{200b}12", &[])]
    #[case("ann@example.org, a#12, &#35;", &[])]
    #[case("https://example.org/@ann/#12", &[])]
    #[case("<!-- @ann #12 -->", &[])]
    fn what_would_reach_somebody(#[case] text: &str, #[case] active: &[&str]) {
        assert_eq!(render(text).active, active);
    }

    #[rstest]
    #[case("a\nb", "<p>a<br />\nb</p>\n")]
    #[case("@ann", "<p><mark class=\"active\" title=\"On GitHub this would ping somebody\">@ann</mark></p>\n")]
    #[case("- [x] done", "<ul>\n<li><input disabled=\"\" type=\"checkbox\" checked=\"\"/>\ndone</li>\n</ul>\n")]
    #[case("~~no~~", "<p><del>no</del></p>\n")]
    #[case("see https://example.org/a.", "<p>see <a href=\"https://example.org/a\">https://example.org/a</a>.</p>\n")]
    #[case("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    #[case("a <img src=x onerror=alert(1)> b", "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>\n")]
    #[case("<details onclick=x>", "&lt;details onclick=x&gt;")]
    #[case(
        "<details><summary>more</summary>\n\nwords\n\n</details>",
        "<details><summary>more</summary>\n<p>words</p>\n</details>"
    )]
    #[case("before\n\n<!-- firstmate:key -->", "<p>before</p>\n")]
    #[case("[x](javascript:alert(1))", "<p><a href=\"#\">x</a></p>\n")]
    #[case("[x](JavaScript:alert(1))", "<p><a href=\"#\">x</a></p>\n")]
    #[case("```html\n<b>\n```", "<pre><code class=\"language-html\">&lt;b&gt;\n</code></pre>\n")]
    fn how_it_is_shown(#[case] text: &str, #[case] html: &str) {
        assert_eq!(render(text).html.trim(), html.trim());
    }

    proptest::proptest! {
        /// Whatever somebody writes, no tag with an attribute of theirs comes out.
        #[test]
        fn no_markup_of_the_text_is_obeyed(text in "(?s)[<>a-z/=\"' \n!-]{0,60}") {
            let html = render(&text).html;
            let tag = regex::Regex::new(r"<(?:script|img|iframe|svg|style|b)\b").unwrap();
            proptest::prop_assert!(!tag.is_match(&html), "{html}");
        }
    }
}
