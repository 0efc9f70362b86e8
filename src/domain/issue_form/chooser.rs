//! `config.yml` beside the forms: whether there is an issue without a form, and where else to turn to
//! (<https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/configuring-issue-templates-for-your-repository#configuring-the-template-chooser>).

use serde::{Deserialize, Serialize};
use url::Url;

use super::malformed::Malformed;
use super::read::line;
use super::yaml::Node;

/// What a repository offers beside its forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chooser {
    /// Whether an issue may be opened without a form.
    pub blank_issues: bool,
    /// Where else to turn to.
    pub links: Vec<ContactLink>,
}

/// A place outside the repository's issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactLink {
    /// What it is called.
    pub name: String,
    /// Where it is, on the web.
    pub url: String,
    /// When to turn there.
    pub about: String,
}

impl Default for Chooser {
    /// What GitHub does in a repository without the file.
    fn default() -> Self {
        Self { blank_issues: true, links: Vec::new() }
    }
}

impl Chooser {
    /// Reads the file.
    ///
    /// # Errors
    /// When GitHub could make nothing of it.
    pub fn parse(yaml: &str) -> Result<Self, Malformed> {
        let file = Node::read(yaml)?;
        if file.is_nothing() {
            return Ok(Self::default());
        }
        file.must_be_map("the file")?;
        let blank = file.entry("blank_issues_enabled").map(|node| node.flag("`blank_issues_enabled`")).transpose()?;
        let links =
            file.entry("contact_links").map(|node| node.list("`contact_links`")).transpose()?.unwrap_or_default();
        Ok(Self { blank_issues: blank.unwrap_or(true), links: links.iter().map(link).collect::<Result<_, _>>()? })
    }
}

fn link(node: &Node) -> Result<ContactLink, Malformed> {
    node.must_be_map("each of `contact_links`")?;
    let wanted = |key: &str| match line(node, key)? {
        text if text.is_empty() => Err(Malformed::at(node.at, format!("a contact link has no `{key}`"))),
        text => Ok(text),
    };
    let (name, url, about) = (wanted("name")?, wanted("url")?, wanted("about")?);
    if Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "https" | "http")) {
        return Ok(ContactLink { name, url, about });
    }
    Err(Malformed::at(
        node.at,
        format!("the `url` of the contact link “{name}” is no address that begins with https://"),
    ))
}
