//! The REST API as the bot calls it: finds the call, looks at who makes it, and puts GitHub's headers on the answer. It must not
//! know what a call does. <https://docs.github.com/en/rest>

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName, IF_NONE_MATCH, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::any;
use chrono::{DateTime, Utc};

use super::super::outage::{silence, slow};
use super::super::setup::Failure;
use super::super::shared::{Shared, lock};
use super::asked::Asked;
use super::calls::{Answer, Call};
use super::json::Site;
use super::refusal::{Refusal, said};
use super::routes::{self, Route};
use super::{Kept, hook, outage};

/// The largest body that is read: the longest issue, as JSON with everything escaped.
const BODY_BYTES: usize = 1024 * 1024;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/api-github/{*path}", any(call))
}

/// A call that is known, and what it came with.
struct Asking {
    route: &'static Route,
    path: String,
    arguments: Vec<String>,
    asked: Result<Asked, Refusal>,
}

async fn call(State(shared): State<Arc<Shared>>, Path(path): Path<String>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, Json(said(413, "Payload too large"))).into_response();
    };
    if !head.headers.contains_key(USER_AGENT) {
        shared.fault(&format!("{} /{path}: 403 no User-Agent", head.method));
        let why = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.";
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    let path = shared.by_name(&format!("/{path}"));
    let asked = Asked::read(head.uri.query().unwrap_or_default(), &body);
    let Some((route, arguments)) = routes::find(&head.method, &path) else {
        return unknown(&shared, &head.method, &path);
    };
    shared.log_call(route.name, asked.as_ref().map(|asked| asked.shown(&path)).unwrap_or_default());
    let (delay, failure) = shared.armed(route.name);
    if let Some(delay) = delay {
        slow(delay).await;
    }
    let headers = shared.kept(|kept, now| kept.quota.spend(now));
    if let Some(failure) = failure.filter(|failure| outage::is_before(*failure)) {
        return outage::answer(failure, headers).await;
    }
    let asking = Asking { route, path, arguments, asked };
    if let Some(Failure::DoneUnheard { after }) = failure {
        // A task of its own: who hangs up does not undo what was asked for.
        tokio::spawn(async move {
            slow(after).await;
            shared.answer(&head, asking)
        });
        return silence().await;
    }
    let answer = shared.answer(&head, asking);
    match failure {
        Some(failure) => outage::answer(failure, headers).await,
        None => respond(answer, headers),
    }
}

fn unknown(shared: &Shared, method: &Method, path: &str) -> Response {
    let name = format!("{method} {path}");
    shared.log_call(&name, serde_json::Value::Null);
    shared.fault(&format!("{name}: 404 no such call is served"));
    respond(Err(Refusal::not_found()), shared.kept(|kept, now| kept.quota.spend(now)))
}

impl Shared {
    fn kept<T>(&self, act: impl FnOnce(&mut Kept, DateTime<Utc>) -> T) -> T {
        let now = (self.now)();
        act(&mut lock(&self.forge.kept), now.into())
    }

    /// Notes what the bot did wrong.
    fn fault(&self, what: &str) {
        self.with(|world, _| world.fault(what));
    }

    /// The path with a repository's name in the place of its id: where a redirection leads, and what `Link` names.
    fn by_name(&self, path: &str) -> String {
        let named = || {
            let rest = path.strip_prefix("/repositories/")?;
            let (id, rest) = rest.split_once('/').unwrap_or((rest, ""));
            let id: u64 = id.parse().ok()?;
            let name =
                self.host(|host, _| host.repos().iter().find(|repo| repo.id == id).map(|repo| repo.name.clone()))?;
            Some(format!("/repos/{name}/{rest}").trim_end_matches('/').to_owned())
        };
        named().unwrap_or_else(|| path.to_owned())
    }

    /// Carries a call out, notes what was wrong with it, and lets the webhooks go.
    fn answer(self: &Arc<Self>, head: &Parts, asking: Asking) -> Result<Answer, Refusal> {
        let name = asking.route.name;
        let site = Site { origin: self.origin() };
        let (outcome, told) = self.kept(|kept, now| {
            let outcome = admitted(kept, now, (&site, &self.forge.token), head, asking);
            let happened = outcome.as_ref().map(|answer| answer.happened.as_slice()).unwrap_or_default();
            let told: Vec<_> = happened.iter().filter_map(|one| hook::payload(&kept.host, &site, one)).collect();
            (outcome, told)
        });
        match &outcome {
            Ok(answer) => answer.faults.iter().for_each(|fault| self.fault(&format!("{name}: {fault}"))),
            Err(refusal) if refusal.fault => self.fault(&format!("{name}: {} {}", refusal.status, refusal.body())),
            Err(_) => {}
        }
        hook::send_later(self, told);
        outcome
    }
}

/// Looks at who calls, whether they may, and whether the repository is still there; then does it.
fn admitted(
    kept: &mut Kept,
    now: DateTime<Utc>,
    (site, token): (&Site, &str),
    head: &Parts,
    asking: Asking,
) -> Result<Answer, Refusal> {
    let Asking { route, path, arguments, asked } = asking;
    let access = kept.tokens.admit(&head.headers, token, now)?;
    access.may(route.needs)?;
    let asked = asked?;
    let unknown = asked.unknown(route.takes);
    if let Some(location) = moved(kept, site, &path, head.uri.query()) {
        return Err(Refusal::moved(head.method == Method::GET, location));
    }
    let known = text_of(&head.headers, IF_NONE_MATCH);
    let call = Call { kept, now, site: site.clone(), access, asked, arguments, known };
    let mut answer = call.run(route.endpoint)?;
    answer.faults.extend(unknown.into_iter().map(|name| format!("unknown parameter or field: {name}")));
    Ok(answer)
}

/// Where a repository of this path is now, if it was moved.
fn moved(kept: &Kept, site: &Site, path: &str, query: Option<&str>) -> Option<String> {
    let mut parts = path.strip_prefix("/repos/")?.splitn(3, '/');
    let name = format!("{}/{}", parts.next()?, parts.next()?);
    let rest = parts.next().map(|rest| format!("/{rest}")).unwrap_or_default();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let to = kept.host.repo(&name).is_none().then(|| kept.host.moved(&name)).flatten()?;
    Some(format!("{}/repositories/{}{rest}{query}", site.api(), to.id))
}

fn text_of(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn respond(outcome: Result<Answer, Refusal>, mut headers: Vec<(&'static str, String)>) -> Response {
    let (status, body, more) = match outcome {
        Ok(answer) => (answer.status, answer.body, answer.headers),
        Err(refusal) => {
            let location = refusal.location.clone().map(|location| ("location", location));
            (refusal.status, Some(refusal.body()), location.into_iter().collect())
        }
    };
    headers.extend(more);
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match body {
        Some(body) => (code, [(CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string()).into_response(),
        None => (code, Body::empty()).into_response(),
    };
    decorate(&mut response, headers);
    response
}

pub(super) fn decorate(response: &mut Response, headers: Vec<(&'static str, String)>) {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
}
