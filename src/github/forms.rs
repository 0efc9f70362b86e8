//! What a repository is and which forms it offers, as files; what they mean is the domain's.

use serde::Deserialize;

use super::client::GitHub;
use super::failure::Failure;
use crate::domain::silence::Silence;

/// Where GitHub looks for forms and templates
/// (<https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests>).
const FOLDER: &str = ".github/ISSUE_TEMPLATE";

/// The repository of an organisation whose forms hold for those of its repositories that have none
/// (<https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions/creating-a-default-community-health-file>).
const DEFAULTS: &str = ".github";

/// Where many organisations keep them there, since the repository itself is called like the folder.
const FOLDER_OF_DEFAULTS: &str = "ISSUE_TEMPLATE";

/// What is to be known of a repository before anything is filed there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Standing {
    /// Its name by now.
    pub full_name: String,
    /// Its page.
    pub html_url: String,
    /// Whether it can only be read.
    #[serde(default)]
    pub archived: bool,
    /// Whether only some people see it.
    #[serde(default)]
    pub private: bool,
    /// Whether it takes issues.
    #[serde(default = "yes")]
    pub has_issues: bool,
    /// What the token may do there; an app is not told.
    #[serde(default)]
    pub permissions: Option<May>,
}

/// What a user may do in a repository (<https://docs.github.com/en/rest/repos/repos#get-a-repository>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct May {
    /// Write to it, and set labels and assignees.
    pub push: bool,
    /// Set labels and assignees.
    pub triage: bool,
}

fn yes() -> bool {
    true
}

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its name with its folders.
    pub path: String,
    /// `file` or `dir`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Bytes.
    #[serde(default)]
    pub size: u64,
}

impl GitHub {
    /// The repository as it stands.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn repository(&self, repository: &str) -> Result<Standing, Failure> {
        self.read(repository, &format!("/repos/{repository}")).await
    }

    /// The files among which `repository` keeps its forms; none where it has no such folder.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn templates(&self, repository: &str) -> Result<Vec<Entry>, Failure> {
        self.files(repository, FOLDER).await
    }

    /// The same for what holds where a repository of `owner` has none of its own: the repository that keeps it, and its files.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn default_templates(&self, owner: &str) -> Result<(String, Vec<Entry>), Failure> {
        let home = format!("{owner}/{DEFAULTS}");
        let mut entries = self.files(&home, FOLDER).await?;
        if entries.is_empty() {
            entries = self.files(&home, FOLDER_OF_DEFAULTS).await?;
        }
        Ok((home, entries))
    }

    async fn files(&self, repository: &str, folder: &str) -> Result<Vec<Entry>, Failure> {
        match self.read::<Vec<Entry>>(repository, &format!("/repos/{repository}/contents/{folder}")).await {
            Ok(mut entries) => {
                entries.retain(|entry| entry.kind == "file");
                Ok(entries)
            }
            Err(Failure::Missing) => Ok(Vec::new()),
            Err(failure) => Err(failure),
        }
    }

    /// The text of a file of `repository`.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn template(&self, repository: &str, file: &Entry) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct File {
            content: String,
        }
        let steps = file.path.split('/').map(|step| url::form_urlencoded::byte_serialize(step.as_bytes()).collect());
        let path = steps.collect::<Vec<String>>().join("/").replace('+', "%20");
        let path = format!("/repos/{repository}/contents/{path}");
        let File { content } = self.read(repository, &path).await?;
        text(&content).ok_or(Failure::Unanswered(Silence::Server))
    }
}

/// The text that GitHub wraps in base64 with line breaks.
fn text(content: &str) -> Option<String> {
    use base64::Engine as _;
    let packed: String = content.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
    String::from_utf8(bytes).ok()
}
