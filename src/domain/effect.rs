//! What is to be done outside, each with the key by which it is recognised there.
//!
//! Effects are plain data: recorded in the store before a delivery is acknowledged, carried out afterwards.

mod whose;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::issue::{Filing, Obstacle};
use super::reply::Reply;
use super::transcript::Message;

/// Something that leaves the process and must happen exactly once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// Answer a direct message: run what it says, then post the reply where it was said.
    Answer {
        /// Who wrote it.
        person: String,
        /// Their workspace.
        team: String,
        /// Where.
        place: Place,
        /// What they wrote, plain text. Erased with the job.
        text: String,
        /// When, in epoch milliseconds.
        at: i64,
    },
    /// Post a message.
    Post {
        /// Where.
        place: Place,
        /// What.
        reply: Reply,
        /// Who is told what became of it.
        tell: Option<Tell>,
        /// What it is about, so that it can be kept true.
        #[serde(default, alias = "announces")]
        about: Option<About>,
    },
    /// Announce a meeting: work out what is to be said, then post it.
    Remind {
        /// The series' file stem.
        series: String,
        /// The day on which the occurrence was planned.
        date: NaiveDate,
    },
    /// Make an announcement that stands say what is true by now: work out what that is, then edit it.
    Correct {
        /// The key of the job that posted it.
        of: String,
    },
    /// Make a message say something else. Worked out anew at each try, so that nothing old overwrites something new.
    Edit {
        /// Where it stands.
        channel: String,
        /// Its name there.
        ts: String,
        /// What it says from now on.
        reply: Reply,
        /// What it is about then.
        #[serde(alias = "announces")]
        about: About,
        /// The key of the job that posted it.
        of: String,
    },
    /// Say something to one person, where only they read it.
    Direct {
        /// The person.
        person: String,
        /// What.
        reply: Reply,
        /// What it is about, so that it can be kept true.
        #[serde(default)]
        about: Option<About>,
    },
    /// Show something to one person among others. It may be shown twice, and is gone when they look away.
    Whisper {
        /// The person.
        person: String,
        /// Where.
        place: Place,
        /// What.
        reply: Reply,
    },
    /// File an issue, or comment on one; then its follow-up comments.
    File {
        /// What.
        filing: Filing,
    },
    /// Look how an issue stands, because something happened there.
    Refresh {
        /// The repository, as in `operate-first/support`.
        repository: String,
        /// The number of the issue.
        number: i64,
    },
    /// Look how all issues of a repository stand that were filed here.
    Poll {
        /// The repository.
        repository: String,
    },
    /// Say how an issue stands, to whom it was filed for: work out what that is, then post or edit it.
    Show {
        /// The key of the job that filed it.
        of: String,
    },
    /// Tell whoever filed it that it is filed: work out what that is, then show it to them alone.
    Confirm {
        /// The key of the job that filed it.
        of: String,
    },
    /// Tell whoever filed it that it cannot be, why, and what they wrote: work out what that is, then say it to them alone.
    Regret {
        /// The key of the job that should have filed it.
        of: String,
        /// What was to be filed. Erased with the job.
        filing: Filing,
        /// Why it was not.
        why: Obstacle,
    },
    /// Carry a reply of a thread to its issue: work out what it says there, then comment.
    Carry {
        /// The key of the job that filed the issue.
        of: String,
        /// The reply. Erased with the job.
        message: Box<Message>,
    },
    /// Read a list of a cluster to its end: work out what it is, then give it as a file.
    Read {
        /// Who wants it.
        person: String,
        /// Their workspace.
        team: String,
        /// Where they asked.
        place: Place,
        /// Cluster and question.
        line: String,
        /// Where everybody is to see it; their direct messages where there is no such place.
        share: Option<Place>,
        /// When they asked, in epoch milliseconds.
        at: i64,
    },
    /// Give somebody a file.
    Upload {
        /// Who wants it.
        person: String,
        /// Where everybody is to see it; their direct messages where there is no such place.
        place: Option<Place>,
        /// Its name, by which it is known again.
        name: String,
        /// What is in it, plain text. Erased with the job.
        text: String,
        /// What stands beside it, plain words.
        comment: String,
    },
    /// Comment on an issue.
    Comment {
        /// The repository.
        repository: String,
        /// The number of the issue.
        number: i64,
        /// Markdown, without its marker.
        body: String,
    },
    /// Begin to keep a thread and its issue in step.
    KeepInStep {
        /// The key of the job that filed the issue.
        of: String,
        /// What the thread is told.
        reply: Reply,
    },
    /// Take back what was filed, and say why.
    Withdraw {
        /// The key of the job that filed it.
        of: String,
    },
}

/// What a message that stands is about, and how much of it was true when it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum About {
    /// A meeting.
    Meeting(Announces),
    /// An issue that was filed here.
    Issue(Report),
}

/// Which issue a message is about, and how much of what became of it the message tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The key of the job that filed it.
    pub issue: String,
    /// How many changes of its standing it tells.
    pub version: i64,
}

impl About {
    /// How much of it was true when it was written, as a mark that stands beside the message.
    #[must_use]
    pub fn version(&self) -> String {
        match self {
            Self::Meeting(announces) => announces.version(),
            Self::Issue(report) => report.version.to_string(),
        }
    }

    /// The same subject, as a message with the mark `version` tells it; one without a mark tells nothing that is true.
    #[must_use]
    pub fn as_of(&self, version: Option<&str>) -> Self {
        match self {
            Self::Meeting(announces) => Self::Meeting(announces.as_of(version)),
            Self::Issue(report) => Self::Issue(Report {
                issue: report.issue.clone(),
                version: version.and_then(|version| version.parse().ok()).unwrap_or(-1),
            }),
        }
    }
}

/// What an announcement is about, and how much of it was true when it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announces {
    /// The series' file stem.
    pub series: String,
    /// The day on which the occurrence was planned.
    pub date: NaiveDate,
    /// How many changes of the occurrence it tells.
    pub changes: i64,
    /// When the occurrence begins by what it says, in epoch milliseconds.
    pub starts: i64,
}

impl Announces {
    /// How much of it was true when it was written, as a mark that stands beside the message.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{}:{}", self.changes, self.starts)
    }

    /// The same occurrence, as an announcement with the mark `version` tells it; one without a mark tells nothing that is true.
    #[must_use]
    pub fn as_of(&self, version: Option<&str>) -> Self {
        let told = version.and_then(|version| version.split_once(':'));
        let told = told.and_then(|(changes, starts)| Some((changes.parse().ok()?, starts.parse().ok()?)));
        let (changes, starts) = told.unwrap_or((-1, self.starts));
        Self { changes, starts, ..self.clone() }
    }
}

/// A channel or direct message, and the thread in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Channel id.
    pub channel: String,
    /// Timestamp of the thread's first message.
    pub thread: Option<String>,
}

/// The person at whose wish something is done, to be told when it cannot be. That it was done they see for themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tell {
    /// Slack's address for replies to what they pressed; lives 30 minutes.
    pub response_url: String,
}

impl Effect {
    /// Whether somebody wished it and is told what became of it.
    pub const fn is_wished(&self) -> bool {
        matches!(self, Self::Post { tell: Some(_), .. } | Self::Withdraw { .. } | Self::KeepInStep { .. })
    }

    /// What the message is about that this makes or changes, if it is to be kept true.
    pub const fn about(&self) -> Option<&About> {
        match self {
            Self::Post { about, .. } | Self::Direct { about, .. } => about.as_ref(),
            Self::Edit { about, .. } => Some(about),
            _ => None,
        }
    }

    /// Name of the kind, for logs and the store.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Post { .. } => "post",
            Self::Remind { .. } => "remind",
            Self::Correct { .. } => "correct",
            Self::Edit { .. } => "edit",
            Self::Direct { .. } => "direct",
            Self::Whisper { .. } => "whisper",
            Self::File { .. } => "file",
            Self::Refresh { .. } => "refresh",
            Self::Poll { .. } => "poll",
            Self::Show { .. } => "show",
            Self::Confirm { .. } => "confirm",
            Self::Regret { .. } => "regret",
            Self::Carry { .. } => "carry",
            Self::Read { .. } => "read",
            Self::Upload { .. } => "upload",
            Self::Comment { .. } => "comment",
            Self::KeepInStep { .. } => "keep_in_step",
            Self::Withdraw { .. } => "withdraw",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_tells_what_was_true_when_it_was_written() {
        let now = Announces { series: "talk".to_owned(), date: NaiveDate::MIN, changes: 2, starts: 7 };
        assert_eq!(now.as_of(Some(&now.version())), now);
        let then = now.as_of(Some("0:5"));
        assert_eq!((then.changes, then.starts), (0, 5));
        assert_eq!(now.as_of(None).changes, -1);
        assert_eq!(now.as_of(Some("nonsense")).changes, -1);
    }
}
