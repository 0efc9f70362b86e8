//! The layer test: reads the sources and fails on any arrow that the house does not have.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;

/// The rooms by floor, from the ground up. A room may know rooms on lower floors only.
const FLOORS: [&[&str]; 6] = [
    &["domain", "measure"],
    &["slack", "github", "kubernetes", "store", "catalogue", "search"],
    &["command", "jobs"],
    &["http", "schedule"],
    &["config"],
    &["app"],
];

/// Knows nobody and is known by the program alone.
const APART: &str = "playground";

/// What belongs to the program, which may know anything.
const PROGRAM: [&str; 2] = ["main", "cli"];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Whether `from` may know `to`.
fn allowed(from: &str, to: &str) -> bool {
    if from == to || PROGRAM.contains(&from) {
        return true;
    }
    match (floor(from), floor(to)) {
        (Some(from), Some(to)) => to < from,
        _ => false,
    }
}

/// The rooms that a source of room `own`, `depth` modules below the crate's root, names.
fn known(source: &str, depth: usize) -> BTreeSet<String> {
    let code = Regex::new(r"(?m)//.*$").unwrap().replace_all(source, "");
    let mut rooms = BTreeSet::new();
    for found in Regex::new(r"\b(?:crate|firstmate)::(?:\{([^;]*)\}|(\w+))").unwrap().captures_iter(&code) {
        match (found.get(1), found.get(2)) {
            (Some(group), _) => rooms.extend(heads(group.as_str())),
            (_, Some(room)) => drop(rooms.insert(room.as_str().to_owned())),
            _ => {}
        }
    }
    // So many steps up that the crate's root is reached.
    let steps = "super::".repeat(depth.max(1));
    for found in Regex::new(&format!(r"\b{steps}(\w+)")).unwrap().captures_iter(&code) {
        if &found[1] != "super" && depth > 0 && floor(&found[1]).is_some() {
            rooms.insert(found[1].to_owned());
        }
    }
    rooms
}

/// The first words of a group of imports: `a::b, c::{d, e}` has `a` and `c`.
fn heads(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut outer = String::new();
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            other if depth == 0 => outer.push(other),
            _ => {}
        }
    }
    let head = |path: &str| path.trim().split("::").next().map(str::trim).unwrap_or_default().to_owned();
    outer.split(',').map(head).filter(|room| !room.is_empty()).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_arrow_points_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    for file in &files {
        let path = file.strip_prefix(&root).unwrap();
        let own = path.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if own == "lib" {
            continue;
        }
        assert!(
            PROGRAM.contains(&own.as_str()) || own == APART || floor(&own).is_some(),
            "no floor for src/{own}: draw it in design and here"
        );
        let inside = path.components().count() - usize::from(path.ends_with("mod.rs"));
        for room in known(&std::fs::read_to_string(file).unwrap(), inside) {
            if !allowed(&own, &room) {
                wrong.push(format!("src/{}: {own} must not know {room}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(files.len() > 20, "the sources were not found");
}

#[test]
fn a_wrong_arrow_would_be_seen() {
    let names = |source| known(source, 2).into_iter().collect::<Vec<_>>();
    assert_eq!(names("use crate::slack::Slack;"), ["slack"]);
    assert_eq!(names("use crate::{store::Store, jobs::{Hands, Pace}};"), ["jobs", "store"]);
    assert_eq!(names("let x = crate::http::Door::new();"), ["http"]);
    assert_eq!(names("use super::super::app::App;"), ["app"]);
    assert_eq!(names("// crate::app is above us"), [""; 0]);
    assert!(!allowed("command", "jobs") && !allowed("slack", "store") && !allowed("domain", "store"));
    assert!(!allowed("playground", "domain") && !allowed("app", "playground"));
    assert!(allowed("http", "command") && allowed("main", "playground") && allowed("cli", "playground"));
}
