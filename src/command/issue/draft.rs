//! What a window holds while it is filled in: kept in the store, since it goes over several steps, is too large for Slack to carry,
//! and another replica may take the next step. Erased when it is sent, and after a day.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::command::{Caller, Ctx};
use crate::domain::issue_form::{Answers, IssueForm};
use crate::domain::redact::{Emails, redact};
use crate::domain::transcript::{Choices, Message, Names};

/// An issue that is being written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub(super) id: String,
    pub(super) person: String,
    pub(super) step: Step,
    pub(super) source: Source,
    /// The repository that is chosen; empty until one is.
    pub(super) repository: String,
    /// What that repository offers; none until it was asked.
    pub(super) offer: Option<Offer>,
    pub(super) kind: Kind,
    pub(super) title: String,
    /// What is written without a form.
    pub(super) text: String,
    pub(super) answers: Answers,
    /// The issue to which the thread is added.
    pub(super) number: i64,
    pub(super) similar: Alike,
    pub(super) choices: Choices,
    /// Whether the person said that a private conversation may be published.
    pub(super) published: bool,
}

/// Where a person is in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    /// Choosing where and what kind.
    Choose,
    /// Answering the questions on this page.
    Fill(usize),
    /// Looking at what becomes public.
    Review,
}

impl Step {
    /// The step in a few letters, for a window to carry along.
    fn sign(self) -> String {
        match self {
            Self::Choose => "choose".to_owned(),
            Self::Fill(page) => format!("fill{page}"),
            Self::Review => "review".to_owned(),
        }
    }

    fn signed(sign: &str) -> Option<Self> {
        match sign {
            "choose" => Some(Self::Choose),
            "review" => Some(Self::Review),
            page => page.strip_prefix("fill")?.parse().ok().map(Self::Fill),
        }
    }
}

/// What it is filed from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Source {
    pub(super) channel: String,
    /// The message that began the thread; none where there is no thread.
    pub(super) thread: Option<String>,
    pub(super) privacy: Privacy,
    pub(super) permalink: String,
    pub(super) messages: Vec<Message>,
    pub(super) names: Names,
    /// Why the thread could not be read.
    pub(super) trouble: Option<String>,
    /// Whether it was read, or need not be.
    pub(super) read: bool,
}

/// Who could read along in Slack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Privacy {
    /// Only some; also where nobody told us.
    #[default]
    Private,
    /// The person and the bot.
    Direct,
    /// The whole workspace.
    Public,
}

/// What a repository offers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Offer {
    /// Its page.
    pub(super) url: String,
    /// Whether everybody sees it; false where GitHub did not say.
    pub(super) public: bool,
    pub(super) forms: Vec<Offered>,
    /// Whether something may be filed without a form.
    pub(super) blank: bool,
    /// Other places that the repository points at: name, address, what for.
    pub(super) links: Vec<(String, String, String)>,
    /// What is wrong there, for the person, in Markdown.
    pub(super) trouble: Option<String>,
    /// Whether nothing can be filed there at all.
    pub(super) closed: bool,
}

/// A form or template of a repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Offered {
    pub(super) file: String,
    pub(super) name: String,
    pub(super) about: String,
    pub(super) what: What,
}

/// What a file among the forms is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum What {
    /// A form.
    Form(Box<IssueForm>),
    /// A template of the older kind: title, labels, assignees and body.
    Template { title: String, labels: Vec<String>, assignees: Vec<String>, body: String },
    /// A form that cannot be shown, and why.
    Broken(String),
}

/// What kind of thing is filed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    /// Nothing was chosen yet.
    #[default]
    Open,
    /// By the form or template in this file.
    File(String),
    /// Without a form.
    Blank,
    /// A comment on an issue that is there.
    Existing,
}

/// Issues that look alike, and what they were looked for by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Alike {
    pub(super) repository: String,
    pub(super) words: String,
    /// Whether GitHub was asked too.
    pub(super) titled: bool,
    pub(super) issues: Vec<Similar>,
}

/// An issue that looks alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Similar {
    pub(super) number: i64,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) open: bool,
}

impl Draft {
    /// An empty draft of `caller`'s, from a thread or from none.
    pub(super) fn new(caller: &Caller, thread: Option<String>) -> Self {
        let place = &caller.place;
        let privacy = if caller.in_company() { Privacy::Private } else { Privacy::Direct };
        Self {
            id: format!("{:016x}", rand::random::<u64>()),
            person: caller.person.clone(),
            step: Step::Choose,
            source: Source {
                channel: place.channel.clone(),
                read: thread.is_none(),
                thread,
                privacy,
                ..Source::default()
            },
            repository: String::new(),
            offer: None,
            kind: Kind::Open,
            title: String::new(),
            text: String::new(),
            answers: Answers::new(),
            number: 0,
            similar: Alike::default(),
            choices: Choices { named: false, emails: Emails::Hide },
            published: false,
        }
    }

    /// The draft `id` of this person, unless it was sent or is too old.
    async fn load(ctx: &Ctx, person: &str, id: &str) -> anyhow::Result<Option<Self>> {
        let payload = ctx.store.draft(id, person).await?;
        // One of another release is as good as none.
        Ok(payload.and_then(|payload| serde_json::from_str(&payload).ok()))
    }

    /// What a window of this draft carries along: the draft, and the step that the window shows. The step is the window's own: when
    /// Slack did not hear our answer, the draft is further on than the window before the person.
    pub(in crate::command) fn memo(&self) -> String {
        format!("{} {}", self.id, self.step.sign())
    }

    /// The draft of this person that a window carries along, at the step that the window shows.
    pub(super) async fn of_window(ctx: &Ctx, person: &str, memo: &str) -> anyhow::Result<Option<Self>> {
        let (id, sign) = memo.split_once(' ').unwrap_or((memo, ""));
        let mut draft = Self::load(ctx, person, id).await?;
        if let (Some(draft), Some(step)) = (&mut draft, Step::signed(sign)) {
            draft.step = step;
        }
        Ok(draft)
    }

    /// The draft's id in what a window carries along.
    pub(super) fn id_in(memo: &str) -> &str {
        memo.split(' ').next().unwrap_or_default()
    }

    pub(super) async fn keep(&self, ctx: &Ctx, now: DateTime<Utc>) -> anyhow::Result<()> {
        ctx.store.keep_draft(&self.id, &self.person, &serde_json::to_string(self)?, now).await
    }

    /// The key of the job that files it.
    pub(super) fn key(id: &str) -> String {
        format!("issue:{id}")
    }

    /// The chosen form or template.
    pub(super) fn chosen(&self) -> Option<&Offered> {
        let Kind::File(file) = &self.kind else { return None };
        self.offer.as_ref()?.forms.iter().find(|offered| offered.file == *file)
    }

    /// The chosen form, where it is one.
    pub(super) fn form(&self) -> Option<&IssueForm> {
        match &self.chosen()?.what {
            What::Form(form) => Some(form),
            _ => None,
        }
    }

    /// The title and the words that the chosen form or template begins with.
    pub(super) fn given(&self) -> (&str, &str) {
        match self.chosen().map(|offered| &offered.what) {
            Some(What::Form(form)) => (&form.title, ""),
            Some(What::Template { title, body, .. }) => (title, body),
            Some(What::Broken(_)) | None => ("", ""),
        }
    }

    /// Whether there is a thread that was read.
    pub(super) fn has_thread(&self) -> bool {
        !self.source.messages.is_empty()
    }

    /// Whether the person gave it a title of their own.
    pub(super) fn is_titled(&self) -> bool {
        let own = self.title.trim();
        !own.is_empty() && own != self.given().0.trim()
    }

    /// What it is about, in words, to look for likeness: the title as far as the person wrote it, else how the thread began. Without
    /// secrets.
    pub(super) fn words(&self) -> String {
        let words = match self.is_titled() {
            true => self.title.trim().to_owned(),
            false => self.source.messages.first().map(Message::words).unwrap_or_default(),
        };
        redact(&words, Emails::Hide).0
    }

    /// Whether the issues that look alike are those for what the draft says now.
    pub(super) fn is_compared(&self) -> bool {
        let Alike { repository, words, titled, .. } = &self.similar;
        *repository == self.repository && *titled == self.is_titled() && *words == self.words()
    }
}
