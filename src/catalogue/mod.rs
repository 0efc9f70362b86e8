//! What the community lets the bot know and do: loads and judges the folder `commands/`. Every fault of every file is
//! found at once. Knows the domain's types and nothing of how they are searched or shown.

mod answers;
mod audience;
mod clusters;
mod fault;
mod files;
mod meetings;
mod names;
mod notices;
mod page;
mod policy;
mod repositories;
mod roles;
mod spelling;
mod support;

use chrono::NaiveDate;

pub use fault::Fault;
pub use files::{Files, Unreadable};
pub use support::Support;

use crate::domain::answers::{Answer, Names, Notice};
use crate::domain::calendar::Series;
use crate::domain::cluster::known::Clusters;
use crate::domain::cluster::policy::Policy;
use crate::domain::issue::Repository;
use crate::domain::person::Roles;

/// A catalogue that was judged and found good. A part that the folder lacks is empty.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// By id.
    pub answers: Vec<Answer>,
    /// By id.
    pub meetings: Vec<Series>,
    /// Abbreviations, other names and words alike.
    pub names: Names,
    /// What is said on top of answers.
    pub notices: Vec<Notice>,
    /// Who may what.
    pub roles: Roles,
    /// Where people answer.
    pub support: Support,
    /// Where issues may be filed, in the order in which they are offered.
    pub repositories: Vec<Repository>,
    /// Which clusters can be asked.
    pub clusters: Clusters,
    /// Who may look at what of them.
    pub policy: Policy,
}

/// What judging a folder came to.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// What could be read; only to be used when there are no faults.
    pub catalogue: Catalogue,
    /// What must be repaired, in the order of the files.
    pub faults: Vec<Fault>,
    /// Faults of whoever writes the file today that time alone can also bring about: a meeting that was moved to an earlier
    /// day lies in the past once that day is over. `check` refuses them, a bot that starts in between does not.
    pub outlived: Vec<Fault>,
    /// What deserves a look, but is no fault.
    pub warnings: Vec<Fault>,
}

impl Catalogue {
    /// Reads and judges `files`; ages are counted from `today`.
    #[must_use]
    pub fn judge(files: &Files, today: NaiveDate) -> Judged {
        Self::judge_from(files, today, today)
    }

    /// The same, with meetings and ages seen from the day `from`. What was verified was verified by `today`, whatever `from` is.
    #[must_use]
    pub fn judge_from(files: &Files, today: NaiveDate, from: NaiveDate) -> Judged {
        let mut judged = Judged::default();
        meetings::read(files, from, &mut judged);
        answers::read(files, today.max(from), &mut judged);
        if let Some(page) = page::Page::open(files, "onboard/names.toml", &mut judged.faults) {
            judged.catalogue.names = names::read(&page, &mut judged.faults);
        }
        if let Some(page) = page::Page::open(files, "onboard/notices.toml", &mut judged.faults) {
            judged.catalogue.notices = notices::read(&page, &judged.catalogue.answers, &mut judged.faults);
        }
        if let Some(page) = page::Page::open(files, "onboard/support.toml", &mut judged.faults) {
            judged.catalogue.support = support::read(&page, &mut judged.faults);
        }
        if let Some(page) = page::Page::open(files, "roles.toml", &mut judged.faults) {
            judged.catalogue.roles = roles::read(&page, &mut judged.faults);
        }
        if let Some(page) = page::Page::open(files, "issue/repositories.toml", &mut judged.faults) {
            judged.catalogue.repositories = repositories::read(&page, &judged.catalogue.roles, &mut judged.faults);
        }
        if let Some(page) = page::Page::open(files, "cluster/clusters.toml", &mut judged.faults) {
            judged.catalogue.clusters = clusters::read(&page, &mut judged.faults);
        }
        if let Some(page) = page::Page::open(files, "cluster/policy.toml", &mut judged.faults) {
            let Catalogue { roles, clusters, .. } = &judged.catalogue;
            judged.catalogue.policy = policy::read(&page, roles, clusters, &mut judged.faults);
        }
        judged.faults.extend(files.unreadable().iter().map(|note| Fault::at(&note.path, 1, 1, &note.reason)));
        for found in [&mut judged.faults, &mut judged.outlived, &mut judged.warnings] {
            found.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
        }
        judged
    }

    /// The catalogue, when it has no faults.
    ///
    /// # Errors
    ///
    /// Every fault.
    pub fn load(files: &Files, today: NaiveDate) -> Result<Catalogue, Vec<Fault>> {
        let judged = Catalogue::judge(files, today);
        if judged.faults.is_empty() { Ok(judged.catalogue) } else { Err(judged.faults) }
    }
}
