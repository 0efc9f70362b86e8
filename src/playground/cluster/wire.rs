//! The API server as the bot calls it: who calls, what is meant, and how the answer looks on the wire. It must not know what is in a
//! cluster. <https://kubernetes.io/docs/reference/using-api/api-concepts/>

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, VARY};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use super::super::outage::{silence, slow};
use super::super::shared::Shared;
use super::accept::{self, Form};
use super::asked::Asked;
use super::sample::Discovery;
use super::status::{Body, Refusal};
use super::target::{self, Target};
use super::{Cluster, discovery, log, objects, outage};

/// Who the bot is unless it asks in somebody's name.
const READER: &str = "firstmate";
const JSON: &str = "application/json";
const PLAIN: &str = "text/plain; charset=utf-8";
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

pub(super) struct Answer {
    status: StatusCode,
    content_type: &'static str,
    body: String,
}

impl Answer {
    fn json(body: impl ToString) -> Self {
        Self { status: StatusCode::OK, content_type: JSON, body: body.to_string() }
    }

    fn text(body: String) -> Self {
        Self { content_type: PLAIN, ..Self::json(body) }
    }
}

pub(in crate::playground) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/api-kubernetes/{cluster}/{*path}", any(call))
}

async fn call(
    State(shared): State<Arc<Shared>>,
    Path((name, path)): Path<(String, String)>,
    request: Request,
) -> Response {
    let head = request.into_parts().0;
    let (path, asked) = (format!("/{path}"), Asked::read(&head));
    let method = format!("{} /api-kubernetes/{name}{path}", head.method);
    shared.log_call(&method, asked.shown(&path));
    let Some(cluster) = shared.clusters.named(&name) else {
        shared.with(|world, _| world.fault(format!("{method}: there is no cluster {name}")));
        return respond(Err(Refusal::no_page()));
    };
    if cluster.sample.hangs {
        return silence().await;
    }
    let (delay, failure) = match shared.armed(&method) {
        (None, None) => shared.armed(&format!("cluster {name}")),
        armed => armed,
    };
    if let Some(delay) = delay {
        slow(delay).await;
    }
    if let Some(failure) = failure
        && let Some(failed) = outage::instead(failure).await
    {
        return failed;
    }
    let mut faults = Vec::new();
    let answer = respond(answer(&shared, cluster, (&head.method, &path), &asked, &mut faults));
    shared.with(|world, _| faults.iter().for_each(|fault| world.fault(format!("{method}: {fault}"))));
    if failure.is_some() { outage::halved(answer).await } else { answer }
}

fn answer(
    shared: &Shared,
    cluster: &Cluster,
    (method, path): (&Method, &str),
    asked: &Asked,
    faults: &mut Vec<String>,
) -> Result<Answer, Refusal> {
    let token = &shared.clusters.token;
    if !token.is_empty() && asked.token.as_ref() != Some(token) {
        return Err(Refusal::unauthorized());
    }
    if *method != Method::GET {
        faults.push("only GET may leave for a cluster".to_owned());
        return Err(Refusal::no_method());
    }
    let target = target::find(path, asked.user.as_deref().unwrap_or(READER))
        .inspect_err(|refusal| faults.extend(refusal.fault.clone()))?;
    faults.extend(asked.unknown(target.takes()).into_iter().map(|name| format!("unknown parameter: {name}")));
    let sample = &cluster.sample;
    let form = accept::choose(asked.accept.as_deref(), offered(cluster, &target))?;
    let form = if form == Form::Table && !sample.tables { Form::Plain } else { form };
    let moment = cluster.at((shared.now)().into());
    let told = |groups: &[&str]| Answer { content_type: AGGREGATED, ..Answer::json(discovery::aggregated(groups)) };
    Ok(match target {
        Target::Version => Answer::json(discovery::version()),
        Target::Health => Answer::text("ok".to_owned()),
        Target::Core if form == Form::Aggregated => told(&[""]),
        Target::Core => Answer::json(discovery::core()),
        Target::Groups if form == Form::Aggregated => told(&super::kinds::groups()),
        Target::Groups => Answer::json(discovery::groups()),
        Target::Group(group) => Answer::json(discovery::one_group(group)),
        Target::Resources(group, version) => Answer::json(discovery::resources(group, version)),
        Target::List(place) => Answer::json(objects::list(cluster, place, (form, asked), &moment)?),
        Target::One(place, name) => Answer::json(objects::one(cluster, (place, name), (form, asked), &moment)?),
        Target::Log(place, name) => match log::read(sample, (place, name), asked, &moment)? {
            Some(text) => Answer::text(text),
            None => Answer { status: StatusCode::NO_CONTENT, ..Answer::text(String::new()) },
        },
    })
}

/// The forms beside the plain one.
fn offered(cluster: &Cluster, target: &Target<'_>) -> &'static [Form] {
    match target {
        Target::Core | Target::Groups if cluster.sample.discovery == Discovery::Aggregated => &[Form::Aggregated],
        Target::List(_) | Target::One(..) => &[Form::Table, Form::Metadata],
        _ => &[],
    }
}

pub(super) fn respond(outcome: Result<Answer, Refusal>) -> Response {
    let (status, content_type, body, more) = match outcome {
        Ok(Answer { status, content_type, body }) => (status, content_type, body, Vec::new()),
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let (content_type, body) = match refusal.body {
                Body::Json(body) => (JSON, format!("{body}\n")),
                Body::Text(text) => (PLAIN, text.to_owned()),
            };
            (status, content_type, body, refusal.headers)
        }
    };
    let mut response = (status, [(CONTENT_TYPE, content_type)], body).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    headers.insert(VARY, HeaderValue::from_static("Accept"));
    for (name, value) in more {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    response
}
