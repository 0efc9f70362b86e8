//! Whose a namespace is, by those of its annotations and labels that may be read. Every other annotation stays where it is.

use super::object::Namespace;
use super::said;

/// Whose a namespace is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The namespace.
    pub namespace: String,
    /// Who asked for it.
    pub requester: Option<String>,
    /// Who answers for it.
    pub project_owner: Option<String>,
    /// The team.
    pub team: Option<String>,
    /// What people call it.
    pub display_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The issue by which it came.
    pub onboarding_issue: Option<Pointer>,
    /// Where more is to be read.
    pub docs: Option<Pointer>,
}

/// Where something is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// An address at GitHub.
    Link(String),
    /// Anything else, which must not become a link.
    Words(String),
}

/// Where we send people.
const GITHUB: &str = "https://github.com/";
/// Longer ones are no address that somebody wrote.
const LONGEST_LINK: usize = 300;

impl Pointer {
    fn to(words: &str) -> Option<Self> {
        let words = given(words)?;
        let path = words.strip_prefix(GITHUB).filter(|path| !path.is_empty() && words.len() <= LONGEST_LINK);
        let plain = |path: &str| path.bytes().all(|c| c.is_ascii_alphanumeric() || b"/._#?=-".contains(&c));
        Some(if path.is_some_and(plain) { Self::Link(words) } else { Self::Words(words) })
    }
}

/// Whose it is.
#[must_use]
pub fn owner(namespace: &Namespace) -> Owner {
    let meta = &namespace.metadata;
    let annotations = &meta.annotations;
    Owner {
        namespace: said(&meta.name),
        requester: given(&annotations.requester),
        project_owner: given(&annotations.project_owner),
        team: meta.labels.get("operate-first/team").and_then(|team| given(team)),
        display_name: given(&annotations.display_name),
        description: given(&annotations.description),
        onboarding_issue: Pointer::to(&annotations.onboarding_issue),
        docs: Pointer::to(&annotations.docs),
    }
}

fn given(words: &str) -> Option<String> {
    Some(said(words).trim().to_owned()).filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_on_the_list_gets_out() {
        let mut namespace: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/data/cluster/namespace.json")).unwrap();
        namespace["metadata"]["annotations"]["planted"] = json!("do-not-show");
        let namespace = serde_json::from_value(namespace).unwrap();
        let owner = owner(&namespace);
        assert_eq!((owner.requester.as_deref(), owner.team.as_deref()), (Some("thoth"), Some("thoth")));
        assert_eq!(owner.display_name.as_deref(), Some("Project Thoth, test deployment"));
        assert_eq!((owner.project_owner, owner.docs), (None, None));
        let read = format!("{namespace:?}");
        assert!(!read.contains("do-not-show") && !read.contains("10007060000"), "{read}");
    }

    #[rstest]
    #[case("https://github.com/operate-first/support/issues/12", true)]
    #[case("https://github.com/operate-first/support/issues/12#issuecomment-3", true)]
    #[case("http://github.com/a/b", false)]
    #[case("https://github.com/", false)]
    #[case("https://github.com.evil.example/a", false)]
    #[case("https://github.com/a|click here>", false)]
    #[case("https://github.com/a) [b](https://evil.example", false)]
    #[case("https://evil.example/https://github.com/a/b", false)]
    #[case("javascript:alert(1)", false)]
    fn only_addresses_at_github_become_links(#[case] words: &str, #[case] is_link: bool) {
        assert_eq!(matches!(Pointer::to(words), Some(Pointer::Link(_))), is_link, "{words}");
        assert_eq!(Pointer::to(" "), None);
    }
}
