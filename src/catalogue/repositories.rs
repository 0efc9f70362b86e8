//! `issue/repositories.toml`: where issues may be filed, from where, and by whom. What is not named here is not offered.

use super::audience::{self, checked};
use super::fault::Fault;
use super::page::{Page, Table};
use crate::domain::issue::{Forms, Repository};
use crate::domain::issue_form::is_reserved;
use crate::domain::person::Roles;

/// Most repositories: a menu of Slack holds no more options (<https://docs.slack.dev/reference/block-kit>).
const MOST: usize = 100;

pub(super) fn read(page: &Page<'_>, roles: &Roles, faults: &mut Vec<Fault>) -> Vec<Repository> {
    page.table(0..page.text.len(), faults, |table| {
        let mut repositories: Vec<Repository> = Vec::new();
        for entry in table.tables("repositories") {
            let Some(repository) = repository(&entry, roles) else { continue };
            if repositories.iter().any(|other| other.name.eq_ignore_ascii_case(&repository.name)) {
                entry.note(entry.at(), format!("`{}` stands here twice", repository.name));
            }
            repositories.push(repository);
        }
        if repositories.len() > MOST {
            table.note(table.at(), format!("{} repositories; at most {MOST} can be offered", repositories.len()));
        }
        repositories
    })
}

fn repository(entry: &Table<'_>, roles: &Roles) -> Option<Repository> {
    let (name, about) = (entry.text("name"), entry.text("about"));
    let (channels, who) = (audience::channels(entry), audience::who(entry, roles));
    let forms = match entry.all_or_some("forms", false) {
        Some(files) => {
            Forms::Only(checked(entry, files, is_form, "the name of a file that ends in .yml, .yaml or .md"))
        }
        None => Forms::All,
    };
    let free = |label: &str| !is_reserved(label);
    let labels = checked(entry, entry.texts("labels"), free, "a label that I may set: it starts privileged automation");
    let (name, about) = (name?, about?);
    if !is_repository(&name.value) {
        entry.note(name.at, format!("\"{}\" is not a repository, as in operate-first/support", name.value));
    }
    Some(Repository { name: name.value, about: about.value, channels, who, labels, forms })
}

fn is_form(file: &str) -> bool {
    [".yml", ".yaml", ".md"].iter().any(|end| file.ends_with(end)) && !file.contains('/')
}

/// What GitHub takes for the name of a repository, and nothing that means something in an address.
fn is_repository(name: &str) -> bool {
    let good = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            && !part.chars().all(|c| c == '.')
    };
    name.split_once('/').is_some_and(|(owner, name)| good(owner) && good(name))
}
