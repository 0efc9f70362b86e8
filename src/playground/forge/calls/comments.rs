//! Comments: listed, made, read, changed and deleted. It must not know how issues are opened.
//! <https://docs.github.com/en/rest/issues/comments>

use serde_json::Value;

use super::super::refusal::Refusal;
use super::{Answer, Call, Happened, Result};

impl Call<'_> {
    pub(super) fn list_comments(&self) -> Result {
        let repo = self.tracker()?;
        let (issue, since) = (self.issue(repo)?, self.asked.time("since")?);
        let fits = |updated: i64| since.is_none_or(|since| updated >= since.timestamp());
        let found = issue.comments.iter().filter(|comment| fits(comment.updated.timestamp())).collect();
        let at = format!("{}/repositories/{}/issues/{}/comments", self.site.api(), repo.id, issue.number);
        let (page, link) = self.asked.page(found, &at);
        let body: Value = page.into_iter().map(|comment| self.site.comment(repo, issue, comment)).collect();
        Ok(Answer { headers: link.map(|link| ("link", link)).into_iter().collect(), ..Answer::of(200, body) })
    }

    pub(super) fn comment(&mut self) -> Result {
        let repo = self.writable()?;
        let issue = self.issue(repo)?;
        if issue.locked {
            return Err(Refusal::outcome(403, "Unable to create comment because issue is locked."));
        }
        let (name, number, body) = (repo.name.clone(), issue.number, self.body("IssueComment")?);
        let hand = self.hand(&name);
        let happened = self.kept.host.comment(hand, number, &body);
        let made =
            self.kept.host.repo(&name).and_then(|repo| repo.issue(number)).and_then(|issue| issue.comments.last());
        let made = made.map(|comment| comment.id).ok_or_else(Refusal::not_found)?;
        let body = self.shown(made)?;
        let headers = vec![("location", body["url"].as_str().unwrap_or_default().to_owned())];
        Ok(Answer { happened: happened.into_iter().collect(), headers, ..Answer::of(201, body) })
    }

    pub(super) fn read_comment(&self) -> Result {
        Ok(Answer::of(200, self.shown(self.comment_id()?)?))
    }

    pub(super) fn change_comment(&mut self) -> Result {
        let (name, id) = self.own_comment()?;
        let body = self.body("IssueComment")?;
        let hand = self.hand(&name);
        let happened: Vec<Happened> = self.kept.host.edit_comment(hand, id, &body).into_iter().collect();
        Ok(Answer { happened, ..Answer::of(200, self.shown(id)?) })
    }

    pub(super) fn delete_comment(&mut self) -> Result {
        let (name, id) = self.own_comment()?;
        let hand = self.hand(&name);
        let happened = self.kept.host.delete_comment(hand, id).into_iter().collect();
        Ok(Answer { status: 204, happened, ..Answer::default() })
    }

    fn comment_id(&self) -> Result<u64> {
        self.argument(2).parse().map_err(|_| Refusal::not_found())
    }

    fn shown(&self, id: u64) -> Result<Value> {
        let repo = self.tracker()?;
        let (issue, comment) = repo.commented(id).ok_or_else(Refusal::not_found)?;
        Ok(self.site.comment(repo, issue, comment))
    }

    /// The comment in the path, if the bot may change it.
    fn own_comment(&self) -> Result<(String, u64)> {
        let (repo, id) = (self.writable()?, self.comment_id()?);
        let (_, comment) = repo.commented(id).ok_or_else(Refusal::not_found)?;
        if !repo.push && comment.author != self.access.login() {
            return Err(Refusal::outcome(403, "Must have admin rights to Repository."));
        }
        Ok((repo.name.clone(), id))
    }
}
