//! What the forge begins with, and the repositories that the playground shows: issue forms of every kind, and repositories that
//! refuse. The texts are in `seed/`. It must not know what becomes of it.

use std::time::Duration;

/// A repository that the forge begins with.
#[derive(Debug, Clone)]
pub struct Repository {
    /// As in `operate-first/support`.
    pub name: String,
    /// One line about it.
    pub about: String,
    /// Is it hidden from the public?
    pub private: bool,
    /// Archived repositories take no new issues or comments.
    pub archived: bool,
    /// Does it have issues at all?
    pub issues: bool,
    /// May the bot push, and so set labels and assignees? If not, they are dropped in silence.
    pub push: bool,
    /// It was moved to this name; the one that is there now is the seed of that name, or else this one under its new name.
    pub moved_to: Option<String>,
    /// Its files: path and content.
    pub files: Vec<(String, String)>,
    /// The labels it knows; others are dropped.
    pub labels: Vec<String>,
    /// The logins that issues can be assigned to; others are dropped.
    pub collaborators: Vec<String>,
    /// The issues that it begins with.
    pub opened: Vec<Opened>,
}

/// An issue that a repository begins with.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// Who opened it.
    pub author: String,
    /// Its title.
    pub title: String,
    /// Its body, in Markdown.
    pub body: String,
    /// Its labels, of those that the repository knows.
    pub labels: Vec<String>,
    /// Its assignees, of the repository's collaborators.
    pub assignees: Vec<String>,
    /// Author and text of its comments.
    pub comments: Vec<(String, String)>,
    /// `completed` or `not_planned`, if it is closed.
    pub closed: Option<String>,
    /// How long ago it was opened.
    pub ago: Duration,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Repository {
    /// A public repository with issues, in which the bot may push, and with nothing in it.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            about: String::new(),
            private: false,
            archived: false,
            issues: true,
            push: true,
            moved_to: None,
            files: Vec::new(),
            labels: Vec::new(),
            collaborators: Vec::new(),
            opened: Vec::new(),
        }
    }

    fn about(mut self, about: &str) -> Self {
        about.clone_into(&mut self.about);
        self
    }

    fn files(mut self, files: &[(&str, &str)]) -> Self {
        self.files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        self
    }

    fn knows(mut self, labels: &[&str], collaborators: &[&str]) -> Self {
        (self.labels, self.collaborators) = (owned(labels), owned(collaborators));
        self
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The repositories of the playground.
pub(in super::super) fn repositories() -> Vec<Repository> {
    let mut attic = Repository::named("operate-first/attic").about("What we ran before; kept to be read");
    attic.archived = true;
    let mut mirror = Repository::named("operate-first/mirror").about("A copy of somebody else's code, without issues");
    mirror.issues = false;
    let mut help = Repository::named("operate-first/help");
    help.moved_to = Some("operate-first/support".to_owned());
    vec![support(), community(), organisation(), attic, mirror, help]
}

fn support() -> Repository {
    let mut support = Repository::named("operate-first/support")
        .about("Ask for help, access and changes on the clusters")
        .files(&[
            ("README.md", include_str!("seed/support.md")),
            (".github/ISSUE_TEMPLATE/1_question.yaml", include_str!("seed/question.yaml")),
            (".github/ISSUE_TEMPLATE/2_onboarding.yaml", include_str!("seed/onboarding.yaml")),
            (".github/ISSUE_TEMPLATE/3_bug.yml", include_str!("seed/bug.yml")),
            (".github/ISSUE_TEMPLATE/config.yml", include_str!("seed/config.yml")),
        ])
        .knows(
            &[
                "kind/question",
                "kind/bug",
                "kind/onboarding",
                "area/cluster",
                "area/storage",
                "from-slack",
                "script:onboard",
            ],
            &["bob-maintainer", "carla-ops", "firstmate-bot"],
        );
    support.opened = vec![image_pulls(), quota(), argo_login()];
    support
}

fn community() -> Repository {
    Repository::named("operate-first/community")
        .about("How we work together: meetings, charters, people")
        .files(&[
            ("README.md", include_str!("seed/community.md")),
            (".github/ISSUE_TEMPLATE/meeting_topic.md", include_str!("seed/meeting_topic.md")),
        ])
        .knows(&["meeting", "charter"], &["bob-maintainer"])
}

fn organisation() -> Repository {
    Repository::named("operate-first/.github")
        .about("What holds for every repository of the organisation")
        .files(&[("ISSUE_TEMPLATE/feedback.yml", include_str!("seed/feedback.yml"))])
        .knows(&["feedback"], &["bob-maintainer"])
}

fn image_pulls() -> Opened {
    Opened {
        author: "dora-data".to_owned(),
        title: "Image pulls fail on smaug since this morning".to_owned(),
        body: include_str!("seed/image_pulls.md").to_owned(),
        labels: owned(&["kind/bug", "area/cluster"]),
        assignees: owned(&["carla-ops"]),
        comments: vec![("carla-ops".to_owned(), include_str!("seed/image_pulls_answer.md").to_owned())],
        closed: Some("completed".to_owned()),
        ago: 21 * DAY,
    }
}

fn quota() -> Opened {
    Opened {
        author: "emil-edge".to_owned(),
        title: "More storage quota for the edge-lab namespace".to_owned(),
        body: include_str!("seed/quota.md").to_owned(),
        labels: owned(&["area/storage"]),
        ago: 4 * DAY,
        ..Opened::default()
    }
}

fn argo_login() -> Opened {
    Opened {
        author: "dora-data".to_owned(),
        title: "Login to Argo CD ends on a blank page".to_owned(),
        body: include_str!("seed/argo_login.md").to_owned(),
        labels: owned(&["kind/bug"]),
        ago: 2 * DAY,
        ..Opened::default()
    }
}
