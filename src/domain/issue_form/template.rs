//! Templates of the older kind: Markdown to be written over, with front matter
//! (<https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/manually-creating-a-single-issue-template-for-your-repository>).

use serde::{Deserialize, Serialize};

use super::malformed::Malformed;
use super::read::{line, names};
use super::yaml::Node;

/// What stands before and after the front matter.
const FENCE: &str = "---";

/// A Markdown template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// What it is called; the file's name where it does not say.
    pub name: String,
    /// What it is for, in a sentence. May be empty.
    pub about: String,
    /// What the title of the issue begins as. May be empty.
    pub title: String,
    /// Labels of the issue.
    pub labels: Vec<String>,
    /// Accounts that the issue is given to.
    pub assignees: Vec<String>,
    /// What the issue begins as.
    pub body: String,
}

impl Template {
    /// Reads the template in `file_name`.
    ///
    /// # Errors
    /// When its front matter is none.
    pub fn parse(file_name: &str, markdown: &str) -> Result<Self, Malformed> {
        let markdown = markdown.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (matter, body) = split(&markdown).unwrap_or(("", &markdown));
        // The line break stands for the fence, so that places are those of the file.
        let matter = Node::read(&format!("\n{matter}"))?;
        if !matter.is_nothing() {
            matter.must_be_map("the front matter")?;
        }
        let name = Some(line(&matter, "name")?).filter(|name| !name.is_empty());
        Ok(Self {
            name: name.unwrap_or_else(|| {
                file_name.rsplit('/').next().unwrap_or(file_name).trim_end_matches(".md").to_owned()
            }),
            about: line(&matter, "about")?,
            title: line(&matter, "title")?,
            labels: names(&matter, "labels")?,
            assignees: names(&matter, "assignees")?,
            body: body.trim_start_matches('\n').to_owned(),
        })
    }
}

/// Front matter and what comes after it.
fn split(markdown: &str) -> Option<(&str, &str)> {
    let (first, rest) = markdown.split_once('\n')?;
    if first.trim_end() != FENCE {
        return None;
    }
    let mut end = 0;
    for text in rest.split_inclusive('\n') {
        if text.trim_end() == FENCE {
            return Some((&rest[..end], &rest[end + text.len()..]));
        }
        end += text.len();
    }
    None
}
