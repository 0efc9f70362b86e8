//! What a path means. Pure; it must not know what is there.

use super::kinds::{self, Kind};
use super::status::{Attempt, Refusal};

/// What a path means.
#[derive(Debug)]
pub(super) enum Target<'a> {
    Version,
    /// `/readyz` and its kin.
    Health,
    /// `/api`.
    Core,
    /// `/apis`.
    Groups,
    /// `/apis/apps`.
    Group(&'a str),
    /// `/api/v1` or `/apis/apps/v1`: group and version.
    Resources(&'a str, &'a str),
    List(Place<'a>),
    One(Place<'a>, &'a str),
    Log(Place<'a>, &'a str),
}

/// Objects of a kind, in one namespace or in all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) kind: &'static Kind,
    pub(super) namespace: Option<&'a str>,
}

/// Parameters of the queries of lists, of single objects, and of logs. <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.33/>
const LIST: &[&str] = &[
    "includeObject",
    "limit",
    "continue",
    "labelSelector",
    "fieldSelector",
    "resourceVersion",
    "resourceVersionMatch",
    "timeoutSeconds",
];
const ONE: &[&str] = &["includeObject", "resourceVersion"];
const LOG: &[&str] = &["container", "tailLines", "sinceSeconds", "previous", "limitBytes", "timestamps"];

impl Target<'_> {
    /// The parameters that it takes.
    pub(super) fn takes(&self) -> &'static [&'static str] {
        match self {
            Self::List(_) => LIST,
            Self::One(..) => ONE,
            Self::Log(..) => LOG,
            _ => &[],
        }
    }
}

/// What is meant by this decoded path. `user` is who asks, for a refusal's words.
pub(super) fn find<'a>(path: &'a str, user: &str) -> Result<Target<'a>, Refusal> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["version"] => Ok(Target::Version),
        ["readyz" | "livez" | "healthz"] => Ok(Target::Health),
        ["api"] => Ok(Target::Core),
        ["apis"] => Ok(Target::Groups),
        ["apis", group] if !kinds::versions(group).is_empty() => Ok(Target::Group(group)),
        ["api", "v1", rest @ ..] => objects("", "v1", rest, user),
        ["apis", group, version, rest @ ..] if kinds::versions(group).contains(version) => {
            objects(group, version, rest, user)
        }
        _ => Err(Refusal::no_page()),
    }
}

fn objects<'a>(group: &'a str, version: &'a str, rest: &[&'a str], user: &str) -> Result<Target<'a>, Refusal> {
    let (namespace, rest) = match rest {
        [] => return Ok(Target::Resources(group, version)),
        // A namespace is an object too: what follows its name lies within it.
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (Some(*namespace), rest),
        rest => (None, rest),
    };
    let (plural, name, subresource) = match rest {
        [plural] => (*plural, None, None),
        [plural, name] => (*plural, Some(*name), None),
        [plural, name, subresource] => (*plural, Some(*name), Some(*subresource)),
        _ => return Err(Refusal::no_resource()),
    };
    let verb = if name.is_some() { "get" } else { "list" };
    let attempt = Attempt { user, verb, group, plural, namespace, name };
    // Who may read only what there is may not even ask for what there is not.
    let kind = kinds::find(group, version, plural).ok_or_else(|| Refusal::forbidden(&attempt))?;
    if kind.is_secret() {
        return Err(Refusal::forbidden(&attempt).blamed("nobody may read secrets"));
    }
    let misplaced = if kind.namespaced { name.is_some() && namespace.is_none() } else { namespace.is_some() };
    if misplaced {
        return Err(Refusal::no_resource());
    }
    if !kind.verbs().contains(&verb) {
        return Err(Refusal::no_method());
    }
    let place = Place { kind, namespace };
    match (name, subresource) {
        (None, _) => Ok(Target::List(place)),
        (Some(name), None | Some("status")) => Ok(Target::One(place, name)),
        (Some(name), Some("log")) if kind.plural == "pods" => Ok(Target::Log(place, name)),
        _ => Err(Refusal::no_resource()),
    }
}
