//! The address of GitHub's own form with the answers in it, for those who want to file under their own name
//! (<https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-an-issue#creating-an-issue-from-a-url-query>).

use url::form_urlencoded;

use super::{Answers, Field, FieldKind, IssueForm};

/// What GitHub reads from the address itself, so that no field of the same id can be filled in by it.
const TAKEN: [&str; 8] = ["template", "title", "body", "labels", "assignees", "milestone", "projects", "type"];

impl IssueForm {
    /// The address of the form `file` of the repository at `base`, filled in as far as GitHub can: by fields' ids, with texts and single
    /// choices. At most `limit` characters: the longest answers are left out first, then the title. Empty when not even the bare form
    /// fits.
    #[must_use]
    pub fn prefilled(&self, base: &str, file: &str, title: &str, answers: &Answers, limit: usize) -> String {
        let mut pairs: Vec<(&str, String)> = self.fields().filter_map(|field| field.pair(answers)).collect();
        if !title.trim().is_empty() {
            pairs.insert(0, ("title", title.to_owned()));
        }
        loop {
            let address = address(base, file, &pairs);
            if address.chars().count() <= limit {
                return address;
            }
            let longest = (0..pairs.len()).max_by_key(|at| (pairs[*at].0 != "title", encoded(&pairs[*at].1)));
            match longest {
                Some(at) => drop(pairs.remove(at)),
                None => return String::new(),
            }
        }
    }
}

impl Field {
    /// What fills it in, if GitHub can do so.
    fn pair(&self, answers: &Answers) -> Option<(&str, String)> {
        let id = self.id.as_deref().filter(|id| !TAKEN.contains(id))?;
        match self.kind {
            FieldKind::Input { .. } | FieldKind::Textarea { .. } | FieldKind::Dropdown { multiple: false, .. } => {
                Some((id, self.given(answers).ok()?.words()?))
            }
            FieldKind::Dropdown { .. } | FieldKind::Checkboxes { .. } | FieldKind::Upload => None,
        }
    }
}

fn address(base: &str, file: &str, pairs: &[(&str, String)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("template", file).extend_pairs(pairs);
    format!("{}/issues/new?{}", base.trim_end_matches('/'), query.finish())
}

/// How long a value is in an address.
fn encoded(value: &str) -> usize {
    form_urlencoded::byte_serialize(value.as_bytes()).map(str::len).sum()
}
