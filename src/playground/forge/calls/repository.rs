//! What is in a repository: its files and folders. It must not know issues.
//! <https://docs.github.com/en/rest/repos/contents>

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::json::digest;
use super::super::refusal::Refusal;
use super::{Answer, Call, Result};

impl Call<'_> {
    pub(super) fn contents(&self) -> Result {
        let (repo, path) = (self.repo()?, self.argument(2).trim_matches('/'));
        if self.asked.parameter("ref").is_some_and(|branch| branch != "main") {
            return Err(Refusal::outcome(404, "No commit found for the ref"));
        }
        let body = match repo.files.get(path) {
            Some(content) => self.site.file(repo, path, content),
            None => self.listing(path)?,
        };
        let etag = format!("W/\"{}\"", digest(&body.to_string()));
        let headers = vec![("etag", etag.clone()), ("last-modified", "Mon, 02 Nov 2026 08:00:00 GMT".to_owned())];
        if self.known.as_ref() == Some(&etag) {
            return Ok(Answer { status: 304, headers, ..Answer::default() });
        }
        Ok(Answer { headers, ..Answer::of(200, body) })
    }

    /// What is right in a folder. A folder without files is none, as in Git.
    fn listing(&self, folder: &str) -> Result<Value> {
        let repo = self.repo()?;
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut entries = BTreeMap::new();
        for (path, content) in &repo.files {
            let Some(rest) = path.strip_prefix(&prefix) else { continue };
            let (at, content) = match rest.split_once('/') {
                Some((sub, _)) => (format!("{prefix}{sub}"), None),
                None => (path.clone(), Some(content.as_str())),
            };
            entries.entry(at.clone()).or_insert_with(|| self.site.entry(repo, &at, content));
        }
        if entries.is_empty() && !folder.is_empty() {
            return Err(Refusal::not_found());
        }
        Ok(entries.into_values().collect())
    }
}
