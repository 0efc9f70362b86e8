//! Names of namespaces, and the patterns by which a rule names several.

use std::fmt;

/// Most characters of a namespace's name (RFC 1123, <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>).
const LONGEST: usize = 63;

/// Stands at the end of a pattern for anything.
const ANYTHING: char = '*';

/// The name of a namespace, or the beginning of several: `thoth-test`, `opf-*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern that is written so; none where it could fit no namespace, or fits them all.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let good = match text.strip_suffix(ANYTHING) {
            Some(start) => start.len() <= LONGEST && starts_well(start),
            None => is_namespace(text),
        };
        good.then(|| Self(text.to_owned()))
    }

    /// Whether a namespace is meant.
    #[must_use]
    pub fn fits(&self, namespace: &str) -> bool {
        match self.0.strip_suffix(ANYTHING) {
            Some(start) => namespace.starts_with(start),
            None => namespace == self.0,
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether a cluster would take this for the name of a namespace.
#[must_use]
pub fn is_namespace(name: &str) -> bool {
    name.len() <= LONGEST && starts_well(name) && !name.ends_with('-')
}

fn starts_well(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('-')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("opf-*", "opf-trino", true)]
    #[case("opf-*", "opf-", true)]
    #[case("opf-*", "opf", false)]
    #[case("opf-*", "my-opf-trino", false)]
    #[case("opf*", "opf", true)]
    #[case("opf", "opf", true)]
    #[case("opf", "opf-trino", false)]
    fn a_star_stands_for_anything_at_the_end(#[case] pattern: &str, #[case] namespace: &str, #[case] fits: bool) {
        assert_eq!(Pattern::read(pattern).unwrap().fits(namespace), fits);
    }

    #[rstest]
    #[case("")]
    #[case("*")]
    #[case("**")]
    #[case("*-test")]
    #[case("a*b")]
    #[case("a**")]
    #[case("-a*")]
    #[case("a-")]
    #[case("Opf")]
    #[case("opf.trino")]
    #[case("opf/*")]
    #[case("opf?")]
    fn what_is_no_pattern_is_not_taken_for_one(#[case] text: &str) {
        assert_eq!(Pattern::read(text), None);
    }

    proptest! {
        #[test]
        fn a_name_means_itself_and_nothing_else(name in "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", other in "[a-z0-9-]{0,20}") {
            let pattern = Pattern::read(&name).unwrap();
            prop_assert!(pattern.fits(&name));
            prop_assert_eq!(pattern.fits(&other), name == other);
        }

        #[test]
        fn a_start_means_what_begins_with_it(start in "[a-z0-9][a-z0-9-]{0,9}", rest in "[a-z0-9-]{0,9}", other in "[a-z0-9-]{0,20}") {
            let pattern = Pattern::read(&format!("{start}*")).unwrap();
            prop_assert!(pattern.fits(&(start.clone() + &rest)));
            prop_assert_eq!(pattern.fits(&other), other.starts_with(&start));
        }

        #[test]
        fn any_text_is_read_without_harm(text in any::<String>(), namespace in any::<String>()) {
            if let Some(pattern) = Pattern::read(&text) {
                let _ = pattern.fits(&namespace);
                prop_assert_eq!(pattern.to_string(), text);
            }
        }
    }
}
