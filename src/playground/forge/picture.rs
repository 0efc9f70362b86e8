//! What is on the forge, as plain text: what a test compares. It must not know JSON or the page.

use std::fmt::Write as _;

use super::host::{Issue, Repo};

/// The issues of a repository, oldest first.
pub(super) fn issues(repo: &Repo) -> String {
    repo.issues().iter().map(issue).collect::<Vec<_>>().join("\n")
}

/// One issue: who opened it, how it stands, its body and its comments.
pub(super) fn issue(issue: &Issue) -> String {
    let mut text = format!("#{} {} [{}] by {}\n", issue.number, issue.title, standing(issue), issue.author);
    for (what, list) in [("labels", &issue.labels), ("assignees", &issue.assignees)] {
        if !list.is_empty() {
            line(&mut text, &format!("{what}: {}", list.join(", ")));
        }
    }
    indent(&mut text, &issue.body);
    for comment in &issue.comments {
        line(&mut text, &format!("{}:", comment.author));
        indent(&mut text, &comment.body);
    }
    text
}

fn standing(issue: &Issue) -> String {
    let mut standing = issue.state().to_owned();
    if let Some(reason) = issue.reason() {
        standing = format!("{standing}: {reason}");
    }
    if issue.locked { format!("{standing}, locked") } else { standing }
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes everything");
}

fn indent(text: &mut String, block: &str) {
    for one in block.lines() {
        line(text, format!("  {one}").trim_end());
    }
}
