//! What containers printed. It must not know how that travels.
//! <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.33/#read-log-pod-v1-core>

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

use super::asked::Asked;
use super::moment::Moment;
use super::row;
use super::sample::SampleCluster;
use super::status::Refusal;
use super::target::Place;

/// What some containers printed, by namespace, pod and container.
static PRINTED: LazyLock<HashMap<String, Vec<String>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("seed/logs.json")).expect("the seed is right"));

/// What any other container printed.
const ORDINARY: &[&str] = &["starting", "listening", "ready", "GET /healthz 200", "GET /healthz 200"];
/// The time between two lines.
const PACE: TimeDelta = TimeDelta::seconds(7);

/// The lines that are asked for; none if the pod has no node yet.
pub(super) fn read(
    sample: &SampleCluster,
    (place, name): (Place<'_>, &str),
    asked: &Asked,
    moment: &Moment,
) -> Result<Option<String>, Refusal> {
    let row = row::find(sample, place, name).ok_or_else(|| Refusal::not_found(place.kind, name))?;
    let mut written = String::new();
    row.write_object(place.kind, false, moment, &mut written);
    let pod: Value = serde_json::from_str(&written).unwrap_or_default();
    let container = chosen(&pod, name, asked.parameter("container"))?;
    if pod["spec"]["nodeName"].is_null() {
        return Ok(None);
    }
    reachable(&pod)?;
    let ended = last_line(&pod, name, &container, asked.flag("previous"), moment)?;
    let key = format!("{}/{name}/{container}", place.namespace.unwrap_or_default());
    let printed: Vec<&str> =
        PRINTED.get(&key).map_or_else(|| ORDINARY.to_vec(), |lines| lines.iter().map(String::as_str).collect());
    let timed = printed.iter().rev().zip(0..).map(|(line, number)| (ended - PACE * number, *line));
    let since = asked.number("sinceSeconds")?.map(|seconds| moment.now - TimeDelta::seconds(seconds));
    let tail = asked.number("tailLines")?.and_then(|lines| usize::try_from(lines).ok()).unwrap_or(usize::MAX);
    let mut lines: Vec<(DateTime<Utc>, &str)> =
        timed.filter(|(at, _)| since.is_none_or(|since| *at >= since)).take(tail).collect();
    lines.reverse();
    let stamped = asked.flag("timestamps");
    let mut text = String::new();
    for (at, line) in lines {
        if stamped {
            text.push_str(&at.to_rfc3339_opts(SecondsFormat::Nanos, true));
            text.push(' ');
        }
        text.push_str(line);
        text.push('\n');
    }
    if let Some(limit) = asked.number("limitBytes")?.and_then(|limit| usize::try_from(limit).ok()) {
        // A server cuts in the middle of a character; a text of ours has to remain one.
        text.truncate(text.floor_char_boundary(limit));
    }
    Ok(Some(text))
}

fn names(pod: &Value, list: &str) -> Vec<String> {
    let all = pod["spec"][list].as_array().into_iter().flatten();
    all.filter_map(|container| container["name"].as_str()).map(str::to_owned).collect()
}

/// Which container is meant.
fn chosen(pod: &Value, name: &str, asked: Option<&str>) -> Result<String, Refusal> {
    let (containers, first) = (names(pod, "containers"), names(pod, "initContainers"));
    match asked {
        Some(asked) if containers.iter().chain(&first).any(|known| known == asked) => Ok(asked.to_owned()),
        Some(asked) => Err(Refusal::bad_request(&format!("container {asked} is not valid for pod {name}"))),
        None => match containers.as_slice() {
            [only] => Ok(only.clone()),
            _ => {
                let mut message = format!(
                    "a container name must be specified for pod {name}, choose one of: [{}]",
                    containers.join(" ")
                );
                if !first.is_empty() {
                    message.push_str(&format!(" or one of the init containers: [{}]", first.join(" ")));
                }
                Err(Refusal::bad_request(&message))
            }
        },
    }
}

/// Nobody can ask a node that is gone.
fn reachable(pod: &Value) -> Result<(), Refusal> {
    match pod["spec"]["nodeName"].as_str() {
        Some("os-ctrl-2.cluster.example.org") => {
            let address = "192.0.2.12:10250";
            Err(Refusal::internal(&format!(
                "Get \"https://{address}/containerLogs\": dial tcp {address}: connect: no route to host"
            )))
        }
        _ => Ok(()),
    }
}

/// When the container printed its last line.
fn last_line(
    pod: &Value,
    name: &str,
    container: &str,
    previous: bool,
    moment: &Moment,
) -> Result<DateTime<Utc>, Refusal> {
    let lists = ["containerStatuses", "initContainerStatuses"];
    let mut all = lists.iter().flat_map(|list| pod["status"][*list].as_array().into_iter().flatten());
    let none = Value::Null;
    let status = all.find(|status| status["name"] == container).unwrap_or(&none);
    let ended = |state: &Value| {
        let time = state["terminated"]["finishedAt"].as_str()?;
        Some(DateTime::parse_from_rfc3339(time).ok()?.to_utc())
    };
    if previous {
        let missing = || {
            Refusal::bad_request(&format!("previous terminated container \"{container}\" in pod \"{name}\" not found"))
        };
        return ended(&status["lastState"]).ok_or_else(missing);
    }
    if let Some(at) = ended(&status["state"]) {
        return Ok(at);
    }
    let Some(reason) = status["state"]["waiting"]["reason"].as_str() else { return Ok(moment.now) };
    // One that ran before has something to show while it waits for its next start.
    if let Some(at) = ended(&status["lastState"]) {
        return Ok(at);
    }
    let why = match reason {
        "ErrImagePull" => "image can't be pulled",
        "ImagePullBackOff" => "trying and failing to pull image",
        other => other,
    };
    Err(Refusal::bad_request(&format!("container \"{container}\" in pod \"{name}\" is waiting to start: {why}")))
}
