//! The forge's page: what is in the repositories, an issue as GitHub would show it, and what a visitor does as the maintainer
//! Bob. It must not know the REST API.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::super::page::{Refused, answered, asset, bad, said, text};
use super::super::shared::Shared;
use super::hook;
use super::host::{Close, Comment, Hand, Happened, Host, Issue, Repo, VISITOR};
use super::json::{Site, time};
use super::markdown::render;

const INDEX: &str = include_str!("page/index.html");
const STYLE: &str = include_str!("page/forge.css");
const SCRIPT: &str = include_str!("page/forge.js");

/// The longest comment that a visitor may write: GitHub's own limit.
const COMMENT: usize = 65_536;

pub(super) fn routes() -> Router<Arc<Shared>> {
    let page = || get(|| asset("text/html; charset=utf-8", INDEX));
    Router::new()
        .route("/forge", page())
        .route("/forge/{owner}/{name}", page())
        .route("/forge/{owner}/{name}/issues/{number}", page())
        .route("/assets/forge.css", get(|| asset("text/css; charset=utf-8", STYLE)))
        .route("/assets/forge.js", get(|| asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/api/forge", get(list))
        .route("/api/forge/{owner}/{name}/issues/{number}", get(show).post(act))
}

/// Owner, name and number of an issue, as they stand in the address.
type Place = (String, String, u64);

fn nothing_here() -> Refused {
    (StatusCode::NOT_FOUND, "There is no such issue here.".to_owned())
}

async fn list(State(shared): State<Arc<Shared>>) -> Response {
    let repositories: Vec<Value> = shared.host(|host, _| host.repos().iter().map(repository).collect());
    answered(Ok(json!({"visitor": VISITOR, "repositories": repositories})))
}

fn repository(repo: &Repo) -> Value {
    let issues = repo.issues().iter().rev().map(|issue| {
        json!({"number": issue.number, "title": issue.title, "state": issue.state(), "reason": issue.reason(), "author": issue.author,
               "created": time(issue.created), "labels": issue.labels, "comments": issue.comments.len()})
    });
    json!({"name": repo.name, "about": repo.about, "archived": repo.archived, "private": repo.private,
           "has_issues": repo.has_issues, "issues": issues.collect::<Vec<_>>()})
}

async fn show(State(shared): State<Arc<Shared>>, Path(place): Path<Place>) -> Response {
    answered(shared.host(|host, _| read(host, &place)).ok_or_else(nothing_here))
}

fn read(host: &Host, (owner, name, number): &Place) -> Option<Value> {
    let repo = host.repo(&format!("{owner}/{name}"))?;
    let issue = repo.issue(*number)?;
    let comments: Vec<Value> = issue.comments.iter().map(|comment| shown_comment(repo, comment)).collect();
    Some(json!({
        "repository": repo.name, "number": issue.number, "title": issue.title, "state": issue.state(),
        "reason": issue.reason(), "locked": issue.locked, "archived": repo.archived, "labels": issue.labels,
        "assignees": issue.assignees, "collaborators": repo.collaborators, "visitor": VISITOR,
        "closed_by": issue.closed.as_ref().map(|closed| &closed.by), "body": shown_body(repo, issue), "comments": comments,
    }))
}

fn shown_body(repo: &Repo, issue: &Issue) -> Value {
    shown(repo, &issue.author, &issue.body, (issue.id, time(issue.created)))
}

fn shown_comment(repo: &Repo, comment: &Comment) -> Value {
    shown(repo, &comment.author, &comment.body, (comment.id, time(comment.created)))
}

fn shown(repo: &Repo, author: &str, raw: &str, (id, at): (u64, String)) -> Value {
    let shown = render(raw);
    json!({"id": id, "author": author, "member": repo.is_collaborator(author), "at": at, "raw": raw,
           "html": shown.html, "active": shown.active})
}

/// What the visitor does; the answer says how the bot took the webhook.
async fn act(State(shared): State<Arc<Shared>>, Path(place): Path<Place>, request: Request) -> Response {
    let asked = match said(request).await {
        Ok(asked) => asked,
        Err(refused) => return answered(Err(refused)),
    };
    answered(done(&shared, &place, &asked).await)
}

async fn done(shared: &Shared, place: &Place, asked: &Value) -> Result<Value, Refused> {
    let busy = (StatusCode::SERVICE_UNAVAILABLE, "Too much is under way: wait a moment.".to_owned());
    let _place = Arc::clone(&shared.under_way).try_acquire_owned().map_err(|_| busy)?;
    let site = Site { origin: shared.origin() };
    let told = shared.host(|host, now| {
        let (name, number) = (format!("{}/{}", place.0, place.1), place.2);
        let repo = host.repo(&name).ok_or_else(nothing_here)?;
        let issue = repo.issue(number).ok_or_else(nothing_here)?;
        if repo.archived {
            return Err(bad("This repository is archived: it can be read only."));
        }
        allowed(issue, repo, asked)?;
        let happened = carry_out(host, Hand { repo: &name, by: VISITOR, now }, number, asked);
        Ok(happened.and_then(|one| hook::payload(host, &site, &one)))
    })?;
    Ok(match told {
        Some((event, body)) => json!({"told": shared.tell(event, &body).await.status}),
        None => json!({"told": null}),
    })
}

fn allowed(issue: &Issue, repo: &Repo, asked: &Value) -> Result<(), Refused> {
    let said = text(asked, "text").trim();
    match text(asked, "act") {
        "close" if Close::parse(text(asked, "reason")).is_some() => Ok(()),
        "close" => Err(bad("An issue is closed as completed or as not planned.")),
        "reopen" if issue.closed.is_some() => Ok(()),
        "reopen" => Err(bad("This issue is open.")),
        "assign" if repo.is_collaborator(text(asked, "login")) => Ok(()),
        "assign" => Err(bad("Only collaborators can be assigned.")),
        "comment" if said.is_empty() => Err(bad("There is nothing to say.")),
        "comment" if said.chars().count() > COMMENT => {
            Err(bad(format!("This is too long: at most {COMMENT} characters.")))
        }
        "comment" => Ok(()),
        _ => Err((StatusCode::NOT_FOUND, "There is nothing here.".to_owned())),
    }
}

fn carry_out(host: &mut Host, hand: Hand<'_>, number: u64, asked: &Value) -> Option<Happened> {
    match text(asked, "act") {
        "close" => host.close(hand, number, Close::parse(text(asked, "reason"))?),
        "reopen" => host.reopen(hand, number),
        "assign" => host.assign(hand, number, text(asked, "login")),
        _ => host.comment(hand, number, text(asked, "text").trim()),
    }
}
