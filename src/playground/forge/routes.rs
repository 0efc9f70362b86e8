//! Which calls there are, with what each takes and what a token must allow for it. It must not know how they are answered.

use axum::http::Method;

/// What a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    User,
    RateLimit,
    App,
    Installation,
    MakeToken,
    Repository,
    Contents,
    ListIssues,
    OpenIssue,
    ReadIssue,
    ChangeIssue,
    ListComments,
    Comment,
    ReadComment,
    ChangeComment,
    DeleteComment,
    Search,
}

/// A call that is served.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) endpoint: Endpoint,
    /// As in `POST /repos/{o}/{r}/issues`.
    pub(super) name: &'static str,
    /// What an installation token must allow, as in `issues:write`.
    pub(super) needs: &'static str,
    /// Parameters of its query, or fields of its body.
    pub(super) takes: &'static [&'static str],
}

const fn route(endpoint: Endpoint, name: &'static str, needs: &'static str, takes: &'static [&'static str]) -> Route {
    Route { endpoint, name, needs, takes }
}

/// A person's own token allows it, an installation's never does.
pub(super) const PERSON: &str = "person";
/// Only the app itself may, with its JWT.
pub(super) const JWT: &str = "jwt";

const ROUTES: &[Route] = &[
    route(Endpoint::User, "GET /user", PERSON, &[]),
    route(Endpoint::RateLimit, "GET /rate_limit", "metadata:read", &[]),
    route(Endpoint::App, "GET /app", JWT, &[]),
    route(Endpoint::Installation, "GET /repos/{o}/{r}/installation", JWT, &[]),
    route(Endpoint::MakeToken, "POST /app/installations/{id}/access_tokens", JWT, &["repositories", "permissions"]),
    route(Endpoint::Repository, "GET /repos/{o}/{r}", "metadata:read", &[]),
    route(Endpoint::Contents, "GET /repos/{o}/{r}/contents/{path}", "contents:read", &["ref"]),
    route(
        Endpoint::ListIssues,
        "GET /repos/{o}/{r}/issues",
        "issues:read",
        &["state", "since", "creator", "sort", "direction", "labels", "per_page", "page"],
    ),
    route(Endpoint::OpenIssue, "POST /repos/{o}/{r}/issues", "issues:write", &["title", "body", "labels", "assignees"]),
    route(Endpoint::ReadIssue, "GET /repos/{o}/{r}/issues/{n}", "issues:read", &[]),
    route(
        Endpoint::ChangeIssue,
        "PATCH /repos/{o}/{r}/issues/{n}",
        "issues:write",
        &["state", "state_reason", "title", "body"],
    ),
    route(
        Endpoint::ListComments,
        "GET /repos/{o}/{r}/issues/{n}/comments",
        "issues:read",
        &["since", "per_page", "page"],
    ),
    route(Endpoint::Comment, "POST /repos/{o}/{r}/issues/{n}/comments", "issues:write", &["body"]),
    route(Endpoint::ReadComment, "GET /repos/{o}/{r}/issues/comments/{id}", "issues:read", &[]),
    route(Endpoint::ChangeComment, "PATCH /repos/{o}/{r}/issues/comments/{id}", "issues:write", &["body"]),
    route(Endpoint::DeleteComment, "DELETE /repos/{o}/{r}/issues/comments/{id}", "issues:write", &[]),
    route(
        Endpoint::Search,
        "GET /search/issues",
        "issues:read",
        &["q", "sort", "order", "per_page", "page", "advanced_search"],
    ),
];

/// Every call that the forge serves, as in `POST /repos/{o}/{r}/issues`. Another one, or one with another parameter or field, is
/// a fault. `Playground::fail_next`, `slow_next` and `calls` know them by these names.
pub fn route_names() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|route| route.name)
}

/// The call that is meant by this decoded path, and what stands in the place of its names in braces.
pub(super) fn find(method: &Method, path: &str) -> Option<(&'static Route, Vec<String>)> {
    ROUTES.iter().find_map(|route| {
        let (of, pattern) = route.name.split_once(' ')?;
        (of == method.as_str()).then(|| fit(pattern, path)).flatten().map(|arguments| (route, arguments))
    })
}

fn fit(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut segments = path.strip_prefix('/')?.split('/');
    let mut arguments = Vec::new();
    for part in pattern.strip_prefix('/')?.split('/') {
        match part {
            // A file's path goes on to the end, and may be empty: the root.
            "{path}" => {
                arguments.push(segments.by_ref().collect::<Vec<_>>().join("/"));
                return Some(arguments);
            }
            _ if part.starts_with('{') => arguments.push(segments.next().filter(|given| !given.is_empty())?.to_owned()),
            _ => segments.next().filter(|given| *given == part).map(drop)?,
        }
    }
    segments.next().is_none().then_some(arguments)
}
