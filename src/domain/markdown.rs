//! Our own words, as Markdown. Much of what the bot says stands in the catalogue and is said thousands of times: what an edge makes of
//! such words is kept with them, and worked out once. What that looks like is the edge's affair, and not known here.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

/// Markdown of ours, cheap to clone. Never holds what a person or an object of a cluster said.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Markdown(Arc<Kept>);

#[derive(Default)]
struct Kept {
    text: String,
    marked: OnceLock<String>,
    plain: OnceLock<String>,
}

impl Markdown {
    /// The same in the markup of the one place where people read it; `render` makes that, at most once for all clones.
    pub fn marked(&self, render: impl FnOnce(&str) -> String) -> &str {
        self.0.marked.get_or_init(|| render(&self.0.text))
    }

    /// The same in plain words; `render` makes them, at most once for all clones.
    pub fn plain(&self, render: impl FnOnce(&str) -> String) -> &str {
        self.0.plain.get_or_init(|| render(&self.0.text))
    }
}

impl Deref for Markdown {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0.text
    }
}

impl From<String> for Markdown {
    fn from(text: String) -> Self {
        Self(Arc::new(Kept { text, ..Kept::default() }))
    }
}

impl From<&str> for Markdown {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for Markdown {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<Markdown> for String {
    fn from(markdown: Markdown) -> Self {
        Arc::try_unwrap(markdown.0).map_or_else(|shared| shared.text.clone(), |own| own.text)
    }
}

impl std::fmt::Debug for Markdown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.text.fmt(formatter)
    }
}

impl std::fmt::Display for Markdown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0.text)
    }
}

impl PartialEq for Markdown {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Markdown {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_again_is_rendered_once() {
        let mut renderings = 0;
        let words = Markdown::from("**No.**");
        let again = words.clone();
        for said in [&words, &again, &words] {
            let marked = said.marked(|markdown| {
                renderings += 1;
                markdown.replace("**", "*")
            });
            assert_eq!(marked, "*No.*");
        }
        assert_eq!(renderings, 1);
        assert_eq!((words.plain(|_| "No.".to_owned()), &*words), ("No.", "**No.**"));
    }

    #[test]
    fn a_job_that_waits_holds_the_words_alone() {
        let words = Markdown::from("**No.**");
        words.marked(|_| "*No.*".to_owned());
        let kept = serde_json::to_string(&words).unwrap();
        assert_eq!(kept, r#""**No.**""#);
        assert_eq!(serde_json::from_str::<Markdown>(&kept).unwrap(), words);
    }
}
