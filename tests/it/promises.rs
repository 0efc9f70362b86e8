//! The pages that promise something say which test holds each promise. Here it is looked up whether that test is there; what it proves is its
//! own affair.

use std::fs;
use std::path::Path;

/// The pages, and how many promises each has at least: a page whose tables are not found any more promises nothing.
const PAGES: [(&str, usize); 2] = [("docs/privacy.md", 20), ("docs/security.md", 35)];

/// The last column of a table that promises.
const COLUMN: &str = "| held by the test |";

/// Where tests are.
const FOLDERS: [&str; 2] = ["src", "tests/it"];

/// A file with tests in it.
struct Source {
    /// The parts of its path, the last one without its ending: one of them is the module that a promise names.
    modules: Vec<String>,
    text: String,
}

impl Source {
    fn holds(&self, module: &str, test: &str) -> bool {
        self.modules.iter().any(|part| part == module) && has_test(&self.text, test)
    }
}

/// Whether a function of that name is there and is a test.
fn has_test(text: &str, name: &str) -> bool {
    let head = format!("fn {name}(");
    text.match_indices(&head).any(|(place, _)| {
        let (before, _) = text.split_at(place);
        // Its attributes stand above it without an empty line between.
        let above = before.rsplit("\n\n").next().unwrap_or_default();
        ["#[test]", "#[tokio::test", "#[rstest"].iter().any(|attribute| above.contains(attribute))
    })
}

fn read(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let inside = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().with_extension("");
            let modules = inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            found.push(Source { modules, text: fs::read_to_string(&path).unwrap() });
        }
    }
}

/// The rows of the tables that promise.
fn rows(page: &str) -> Vec<&str> {
    let mut rows = Vec::new();
    let mut promising = false;
    for line in page.lines() {
        if line.ends_with(COLUMN) {
            promising = true;
        } else if !line.starts_with('|') {
            promising = false;
        } else if promising && !line.starts_with("|---") {
            rows.push(line);
        }
    }
    rows
}

/// The tests that the last column of a row names, each by module and name.
fn held_by(row: &str) -> Vec<(&str, &str)> {
    let column = row.trim_end_matches(['|', ' ']).rsplit(" | ").next().unwrap_or_default();
    column.split('`').skip(1).step_by(2).filter_map(|test| test.split_once("::")).collect()
}

/// What is wrong with a row.
fn broken(row: &str, sources: &[Source]) -> Vec<String> {
    let tests = held_by(row);
    if tests.is_empty() {
        return vec![format!("no test holds: {row}")];
    }
    let missing = tests.iter().filter(|(module, test)| !sources.iter().any(|source| source.holds(module, test)));
    missing.map(|(module, test)| format!("there is no test {module}::{test}")).collect()
}

#[test]
fn each_promise_is_held_by_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for folder in FOLDERS {
        read(&root.join(folder), &mut sources);
    }
    let mut wrong = Vec::new();
    for (page, least) in PAGES {
        let text = fs::read_to_string(root.join(page)).unwrap();
        let rows = rows(&text);
        assert!(rows.len() >= least, "{page}: only {} promises were found", rows.len());
        wrong.extend(rows.iter().flat_map(|row| broken(row, &sources)).map(|fault| format!("{page}: {fault}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_promise_that_nothing_holds_would_be_seen() {
    let page = "| it does | held by the test |\n|---|---|\n| this | `door::one`, `door::two` |\n| that | nobody |\n\n| a | b |\n|---|---|\n| c | d |\n";
    let text = "#[test]\nfn one() {}\n\nfn two() {}\n\n#[tokio::test]\nasync fn three() {}\n".to_owned();
    let sources = [Source { modules: vec!["tests".to_owned(), "door".to_owned()], text }];
    let wrong: Vec<String> = rows(page).iter().flat_map(|row| broken(row, &sources)).collect();
    assert_eq!(wrong, ["there is no test door::two", "no test holds: | that | nobody |"]);
    assert!(
        sources[0].holds("door", "three") && !sources[0].holds("gate", "three") && !sources[0].holds("door", "thre")
    );
}
