//! Rules, dashboard and objectives rest on metrics that there are: docs/metrics.md lists them, and nothing else may be asked for.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::Value;

use super::{file, yaml};

/// Labels that Prometheus or a histogram adds.
const ADDED: [&str; 3] = ["namespace", "pod", "le"];

/// A metric of the list.
struct Metric {
    histogram: bool,
    /// Its labels, each with the values it can have; none where they are not listed.
    labels: BTreeMap<String, BTreeSet<String>>,
}

/// The labels of a row, each perhaps with its values behind it.
fn labels(cell: &str) -> BTreeMap<String, BTreeSet<String>> {
    let label = Regex::new(r"`(\w+)`(?: \(([^)]*)\))?").unwrap();
    let word = Regex::new(r"\w+").unwrap();
    let values = |list: &str| word.find_iter(list).map(|value| value.as_str().to_owned()).collect();
    let found = label.captures_iter(cell);
    found.map(|label| (label[1].to_owned(), values(label.get(2).map_or("", |list| list.as_str())))).collect()
}

/// The list, by name.
fn listed() -> BTreeMap<String, Metric> {
    let row = Regex::new(r"(?m)^\| `(firstmate_\w+)` \| (\w+) \| ((?:[^|]*? )?)\| .* \|$").unwrap();
    row.captures_iter(&file("docs/metrics.md"))
        .map(|row| {
            let metric = Metric { histogram: &row[2] == "histogram", labels: labels(&row[3]) };
            (row[1].to_owned(), metric)
        })
        .collect()
}

/// The rules of all groups.
fn rules() -> Vec<Value> {
    let rules = yaml("deploy/base/rules.yaml");
    let groups = rules["spec"]["groups"].as_array().unwrap();
    groups.iter().flat_map(|group| group["rules"].as_array().unwrap().clone()).collect()
}

fn dashboard() -> Value {
    serde_json::from_str(&file("deploy/base/dashboard.json")).unwrap()
}

/// Every question that rules, dashboard and objectives put to Prometheus, and where it stands.
fn questions() -> Vec<(String, String)> {
    let rules = rules().into_iter().map(|rule| {
        let name = rule["record"].as_str().or(rule["alert"].as_str()).unwrap().to_owned();
        (name, rule["expr"].as_str().unwrap().to_owned())
    });
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().unwrap().iter().flat_map(|panel| {
        let targets = panel["targets"].as_array().into_iter().flatten();
        targets.map(|target| (panel["title"].to_string(), target["expr"].as_str().unwrap().to_owned()))
    });
    let choices = dashboard["templating"]["list"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|choice| Some((choice["name"].to_string(), choice["query"]["query"].as_str()?.to_owned())));
    // What stands in a comment is no question.
    let objectives = Regex::new(r"(?m)^# .*$").unwrap().replace_all(&file("docs/objectives.md"), "").into_owned();
    let (_, told) = objectives.split_once("```promql\n").unwrap();
    let told = told
        .split_once("```")
        .unwrap()
        .0
        .split("\n\n")
        .map(|query| ("docs/objectives.md".to_owned(), query.to_owned()));
    rules.chain(panels).chain(choices).chain(told).collect()
}

/// The metric called `name`, or of which `name` is a series.
fn metric<'a>(listed: &'a BTreeMap<String, Metric>, name: &str) -> Option<(&'a String, &'a Metric)> {
    let series = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
    match series.and_then(|base| listed.get_key_value(base)) {
        Some(found) => Some(found).filter(|(_, metric)| metric.histogram),
        None => listed.get_key_value(name).filter(|(_, metric)| !metric.histogram),
    }
}

#[test]
fn every_metric_that_is_asked_for_is_listed_and_every_listed_one_is_shown() {
    let listed = listed();
    assert_eq!(listed.len(), 22);
    let recorded: BTreeSet<String> =
        rules().iter().filter_map(|rule| rule["record"].as_str().map(str::to_owned)).collect();
    let name = Regex::new(r"[A-Za-z_:]*firstmate_[\w:]+").unwrap();
    let mut used = BTreeSet::new();
    for (place, question) in questions() {
        for name in name.find_iter(&question).map(|found| found.as_str()) {
            if name.contains(':') {
                assert!(recorded.contains(name), "{place}: {name} is not recorded");
            } else {
                let (base, _) = metric(&listed, name).unwrap_or_else(|| panic!("{place}: {name} is not listed"));
                used.insert(base.to_owned());
            }
        }
    }
    let unused: Vec<&String> = listed.keys().filter(|name| !used.contains(*name)).collect();
    assert!(unused.is_empty(), "shown nowhere: {unused:?}");
}

/// A value that cannot be makes a question that is never answered, and an alert that is never given.
#[test]
fn labels_and_their_values_are_those_of_the_metric() {
    let listed = listed();
    let selector = Regex::new(r"\b(firstmate_\w+)\{([^}]*)\}").unwrap();
    let matcher = Regex::new(r#"(\w+)\s*(?:=~|!=|!~|=)\s*"([^"]*)""#).unwrap();
    let by = Regex::new(r"\b(?:by|without) \(([^)]*)\)").unwrap();
    let everywhere: BTreeSet<&str> =
        listed.values().flat_map(|metric| metric.labels.keys()).map(String::as_str).chain(ADDED).collect();
    let mut judged = 0;
    for (place, question) in questions() {
        for found in by.captures_iter(&question) {
            assert!(found[1].split(", ").all(|label| everywhere.contains(label)), "{place}: by {}", &found[1]);
        }
        for found in selector.captures_iter(&question).filter(|found| !found[0].contains(':')) {
            let Some((_, metric)) = metric(&listed, &found[1]) else { panic!("{place}: {}", &found[1]) };
            for matched in matcher.captures_iter(&found[2]) {
                if ADDED.contains(&&matched[1]) {
                    continue;
                }
                let values = metric.labels.get(&matched[1]).unwrap_or_else(|| panic!("{place}: {}", &found[0]));
                assert!(
                    values.is_empty() || matched[2].split('|').all(|value| values.contains(value)),
                    "{place}: {}",
                    &found[0]
                );
                judged += 1;
            }
        }
    }
    assert!(judged >= 20, "{judged}");
}

#[test]
fn every_alert_says_what_is_wrong_and_where_to_read_on() {
    let running = file("docs/running.md");
    let anchors: BTreeSet<String> = running
        .lines()
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')))
        .map(|heading| heading.to_lowercase().replace(' ', "-").replace([':', '`', ','], ""))
        .collect();
    let cases = file("deploy/tests/rules.test.yaml");
    let alerts: Vec<Value> = rules().into_iter().filter(|rule| rule["alert"].is_string()).collect();
    for alert in &alerts {
        let name = alert["alert"].as_str().unwrap();
        let noted =
            |key: &str| alert["annotations"][key].as_str().unwrap_or_else(|| panic!("{name}: no {key}")).to_owned();
        assert!(!noted("summary").contains("{{") && noted("description").ends_with('.'), "{name}");
        let address = noted("runbook_url");
        let (page, anchor) = address.split_once('#').unwrap();
        assert_eq!(page, concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/running.md"));
        assert!(anchors.contains(anchor), "{name}: docs/running.md has no {anchor}");
        assert!(["critical", "warning"].contains(&alert["labels"]["severity"].as_str().unwrap()), "{name}");
        assert!(cases.contains(name), "{name} is in no case of deploy/tests/rules.test.yaml");
    }
    assert_eq!(alerts.len(), 14);
    let told = anchors.iter().filter(|anchor| anchor.starts_with("alert-"));
    let addresses: BTreeSet<&str> = alerts
        .iter()
        .map(|alert| alert["annotations"]["runbook_url"].as_str().unwrap().split_once('#').unwrap().1)
        .collect();
    assert!(
        told.clone().all(|anchor| addresses.contains(anchor.as_str())),
        "an alert that is gone: {:?}",
        told.collect::<Vec<_>>()
    );
}

#[test]
fn the_dashboard_can_be_read() {
    let dashboard = dashboard();
    assert_eq!((&dashboard["uid"], &dashboard["title"]), (&"firstmate".into(), &"firstmate".into()));
    let (mut ids, mut taken, mut rows) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{}", panel["title"]);
        let [x, y, width, height] = ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().unwrap());
        assert!(x + width <= 24, "{}", panel["title"]);
        for place in (x..x + width).flat_map(|x| (y..y + height).map(move |y| (x, y))) {
            assert!(taken.insert(place), "{} lies on another", panel["title"]);
        }
        if panel["type"] == "row" {
            rows.push(panel["title"].as_str().unwrap());
            continue;
        }
        assert!(panel["description"].as_str().is_some_and(|text| text.ends_with('.')), "{}", panel["title"]);
        for target in panel["targets"].as_array().unwrap() {
            assert_eq!(target["datasource"]["uid"], "${datasource}");
            assert!(target["expr"].as_str().unwrap().contains("namespace=\"$namespace\""), "{}", panel["title"]);
        }
    }
    insta::assert_snapshot!(rows.join(" · "), @"Objectives: 28 days (docs/objectives.md) · Doors · Commands and answers · Jobs and ticks · Remotes and their limits · Socket Mode · Catalogue");
}
