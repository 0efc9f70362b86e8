//! Issues that people file through the bot: where they may, what exactly is filed, and what becomes of it. Pure; knows neither
//! Slack nor how GitHub is spoken to.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::person::{Cause, Channels, Denial, Roles, Who};

/// Most characters of a body or a comment; GitHub refuses more
/// (<https://github.com/orgs/community/discussions/27190>).
pub const LONGEST_BODY: usize = 65_536;

/// Most characters of a title (<https://docs.github.com/en/rest/issues/issues#create-an-issue>).
pub const LONGEST_TITLE: usize = 256;

/// What filing is called where it is denied or noted.
pub const FILING: &str = "issue.file";

/// Where it stands who may file.
pub const REPOSITORIES_FILE: &str = "commands/issue/repositories.toml";

/// A repository in which issues may be filed, as `commands/issue/repositories.toml` has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// As in `operate-first/support`.
    pub name: String,
    /// What it is for, in one line.
    pub about: String,
    /// Where it is offered.
    pub channels: Channels,
    /// To whom.
    pub who: Who,
    /// What is set on an issue that is filed without a form.
    pub labels: Vec<String>,
    /// Which of its forms are offered.
    pub forms: Forms,
}

/// Which forms of a repository are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forms {
    /// All that it has.
    All,
    /// Those in these files.
    Only(Vec<String>),
}

impl Repository {
    /// Whether `person` may file here when they ask in `channel`.
    ///
    /// # Errors
    /// A denial that names the rule.
    pub fn allows(&self, person: &str, channel: &str, roles: &Roles) -> Result<(), Denial> {
        if !self.channels.hold(channel) {
            let why = "issues are not filed there from this channel (`channels`)";
            return Err(self.denial(why, "channels", &[]));
        }
        if let Who::Only(names) = &self.who
            && !self.who.covers(roles, person, channel)
        {
            let told: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            return Err(self.denial(&format!("only the role {} may (`who`)", told.join(" or ")), "who", names));
        }
        Ok(())
    }

    /// Whether the form in `file` is offered.
    #[must_use]
    pub fn offers(&self, file: &str) -> bool {
        match &self.forms {
            Forms::All => true,
            Forms::Only(files) => files.iter().any(|name| name == file),
        }
    }

    fn denial(&self, why: &str, key: &str, roles: &[String]) -> Denial {
        let rule = format!(
            "You cannot file in `{}`: {why}. The rule stands in commands/issue/repositories.toml; a maintainer changes it by pull request.",
            self.name
        );
        let cause = Cause {
            tried: FILING.to_owned(),
            target: self.name.clone(),
            file: REPOSITORIES_FILE.to_owned(),
            entry: self.name.clone(),
            keys: vec![key.to_owned()],
            roles: roles.to_vec(),
        };
        Denial { rule, cause: Box::new(cause) }
    }
}

/// What is to be filed, complete: what leaves is exactly this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// The repository.
    pub repository: String,
    /// A new issue, or one that is there.
    pub on: On,
    /// Comments that follow, in order, without their markers.
    pub comments: Vec<String>,
    /// Labels of the form that the bot never sets, to be told of.
    #[serde(default)]
    pub kept_back: Vec<String>,
}

/// What a filing begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum On {
    /// A new issue.
    New(NewIssue),
    /// The issue of this number, which gets the comments.
    Issue(i64),
}

/// An issue that is to be filed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewIssue {
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Those that GitHub does not let us set are dropped by it without a word.
    pub labels: Vec<String>,
    /// Logins; dropped likewise.
    pub assignees: Vec<String>,
    /// Whether the body is a form's and must hold nothing else, no marker of ours either.
    pub by_form: bool,
}

/// Why GitHub will not take something, however often it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// The repository can only be read.
    Archived,
    /// The repository takes no issues, or the issue was deleted.
    Gone,
    /// The repository or the issue has another address.
    Moved,
    /// There is no such repository or issue, or the bot does not see it.
    Missing,
    /// The conversation of the issue is locked.
    Locked,
    /// The bot may not do that there.
    Forbidden,
    /// GitHub does not accept what was sent.
    Invalid,
}

/// By which the bot knows again what it wrote: at the end of a body or a comment, invisible.
#[must_use]
pub fn marker(key: &str, part: usize) -> String {
    format!("<!-- firstmate:{key}:{part} -->")
}

/// How an issue stands, as far as people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Recorded here, to be filed in a moment.
    Queued,
    /// GitHub does not take it right now; it is tried again.
    Waiting,
    /// Filed, and open.
    Open,
    /// Closed once, and open again.
    Reopened,
    /// Closed: done.
    Completed,
    /// Closed: not going to be done.
    NotPlanned,
    /// Closed: another issue is about the same.
    Duplicate,
    /// Taken back by who filed it.
    Withdrawn,
    /// It has another address by now.
    Moved,
    /// It was deleted, or is not to be seen any more.
    Gone,
    /// GitHub did not take it and never will.
    Refused,
}

impl State {
    const ALL: [(State, &'static str); 11] = [
        (State::Queued, "queued"),
        (State::Waiting, "waiting"),
        (State::Open, "open"),
        (State::Reopened, "reopened"),
        (State::Completed, "completed"),
        (State::NotPlanned, "not planned"),
        (State::Duplicate, "duplicate"),
        (State::Withdrawn, "withdrawn"),
        (State::Moved, "moved"),
        (State::Gone, "gone"),
        (State::Refused, "refused"),
    ];

    /// The state that is called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|(_, known)| *known == name).map(|(state, _)| state)
    }

    /// The state of an issue by what GitHub says of it.
    #[must_use]
    pub fn of(state: &str, reason: Option<&str>) -> State {
        match (state, reason) {
            ("open", Some("reopened")) => State::Reopened,
            ("open", _) => State::Open,
            (_, Some("not_planned")) => State::NotPlanned,
            (_, Some("duplicate")) => State::Duplicate,
            _ => State::Completed,
        }
    }

    /// Whether somebody may still do something about it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, State::Open | State::Reopened)
    }

    /// Whether it stands on GitHub.
    #[must_use]
    pub fn is_filed(self) -> bool {
        !matches!(self, State::Queued | State::Waiting | State::Refused)
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = State::ALL.iter().find(|(state, _)| state == self).map_or("", |(_, name)| name);
        formatter.write_str(name)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::person::Role;

    fn repository(channels: Channels, who: Who) -> Repository {
        let (name, about) = ("o/r".to_owned(), "things".to_owned());
        Repository { name, about, channels, who, labels: Vec::new(), forms: Forms::Only(vec!["a.yml".to_owned()]) }
    }

    fn roles() -> Roles {
        let people = vec!["U1".to_owned()];
        Roles { roles: vec![Role { name: "operator".to_owned(), people, ..Role::default() }] }
    }

    #[rstest]
    #[case(Channels::All, Who::All, "U2", "C9", None)]
    #[case(Channels::Only(vec!["C1".into()]), Who::All, "U2", "C1", None)]
    #[case(Channels::Only(vec!["C1".into()]), Who::All, "U1", "C9", Some("`channels`"))]
    #[case(Channels::Only(Vec::new()), Who::All, "U1", "C1", Some("`channels`"))]
    #[case(Channels::All, Who::Only(vec!["operator".into()]), "U1", "C9", None)]
    #[case(Channels::All, Who::Only(vec!["operator".into()]), "U2", "C9", Some("`operator`"))]
    #[case(Channels::All, Who::Only(Vec::new()), "U1", "C9", Some("`who`"))]
    fn what_nobody_allowed_is_denied(
        #[case] channels: Channels,
        #[case] who: Who,
        #[case] person: &str,
        #[case] channel: &str,
        #[case] denied: Option<&str>,
    ) {
        let told = repository(channels, who).allows(person, channel, &roles()).err().map(|denial| denial.rule);
        assert_eq!(told.is_some(), denied.is_some(), "{told:?}");
        assert!(told.unwrap_or_default().contains(denied.unwrap_or_default()));
    }

    #[test]
    fn states_keep_their_names() {
        for (state, name) in State::ALL {
            assert_eq!(State::named(&state.to_string()), Some(state), "{name}");
        }
        assert_eq!(State::of("closed", None), State::Completed);
        assert_eq!(State::of("open", Some("reopened")), State::Reopened);
        assert!(State::Reopened.is_open() && !State::Duplicate.is_open());
    }
}
