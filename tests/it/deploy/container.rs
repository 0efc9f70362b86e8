//! The recipe of the image. Nobody here can build it, so it is read: each stage, each step, and whether what it copies is there and enough.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::{file, path};

/// A step of the recipe: its word in capitals, and the rest of its line.
type Step = (String, String);

/// The stages, each beginning with its FROM.
fn stages() -> Vec<Vec<Step>> {
    let text = file("deploy/Containerfile");
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let mut stages: Vec<Vec<Step>> = Vec::new();
    for line in lines.join("\n").replace("\\\n", " ").lines().filter(|line| !line.trim().is_empty()) {
        let (word, rest) = line.split_once(' ').unwrap();
        if word == "FROM" {
            stages.push(Vec::new());
        }
        stages.last_mut().unwrap().push((word.to_owned(), rest.trim().to_owned()));
    }
    stages
}

/// What stands behind `word` in `stage`, each time.
fn said<'a>(stage: &'a [Step], word: &str) -> Vec<&'a str> {
    stage.iter().filter(|(found, _)| found == word).map(|(_, rest)| rest.as_str()).collect()
}

/// What `stage` copies out of this repository, and where to.
fn copied(stage: &[Step]) -> Vec<(&str, &str)> {
    let own = said(stage, "COPY").into_iter().filter(|rest| !rest.contains("--from="));
    own.flat_map(|rest| {
        let mut words: Vec<&str> = rest.split_whitespace().collect();
        let target = words.pop().unwrap();
        words.into_iter().map(move |source| (source, target))
    })
    .collect()
}

fn is_exec(form: &str) -> bool {
    serde_json::from_str::<Vec<String>>(form).is_ok_and(|words| !words.is_empty())
}

#[test]
fn two_stages_of_one_debian_and_the_last_has_no_shell() {
    let stages = stages();
    let [build, last] = &stages[..] else { panic!("{} stages", stages.len()) };
    let (builder, name) = said(build, "FROM")[0].split_once(" AS ").unwrap();
    let release = Regex::new(r"^docker\.io/library/rust:(\d+\.\d+)\.\d+-trixie$").unwrap();
    assert_eq!(&release.captures(builder).unwrap()[1], env!("CARGO_PKG_RUST_VERSION"));
    // Debian 13 is trixie; the tags with `debug` have a shell.
    assert_eq!(said(last, "FROM"), ["gcr.io/distroless/cc-debian13:nonroot"]);
    let taken: Vec<&str> = said(last, "COPY").into_iter().filter(|rest| rest.contains("--from=")).collect();
    assert_eq!(taken.len(), 2);
    assert!(taken.iter().all(|rest| rest.contains(&format!("--from={name} "))));
    assert!(taken.iter().any(|rest| rest.ends_with("/target/release/firstmate /usr/local/bin/firstmate")));
}

#[test]
fn the_last_stage_runs_as_nobody_and_says_how() {
    let stages = stages();
    let last = stages.last().unwrap();
    let users = said(last, "USER");
    let [user] = users[..] else { panic!("{users:?}") };
    let numbers: Vec<u32> = user.split(':').map(|number| number.parse().unwrap()).collect();
    assert!(numbers.len() == 2 && numbers.iter().all(|number| *number != 0), "{user}");
    assert_eq!(said(last, "RUN"), [""; 0], "there is no shell to run anything");
    assert_eq!(said(last, "ENTRYPOINT"), [r#"["/usr/local/bin/firstmate"]"#]);
    assert_eq!(said(last, "CMD"), [r#"["serve"]"#]);
    assert_eq!(said(last, "EXPOSE"), ["3000 9090"]);
    assert_eq!(said(last, "WORKDIR"), ["/var/lib/firstmate"]);
    assert!(said(last, "COPY").iter().any(|rest| rest.ends_with(" /state /var/lib/firstmate")));
    assert_eq!(last.last().map(|(word, _)| word.as_str()), Some("CMD"), "nothing stands behind what is run");
}

#[test]
fn no_step_needs_a_shell_or_an_address_or_a_secret() {
    let known = BTreeSet::from([
        "FROM",
        "WORKDIR",
        "COPY",
        "RUN",
        "LABEL",
        "USER",
        "EXPOSE",
        "STOPSIGNAL",
        "ENTRYPOINT",
        "CMD",
    ]);
    for (word, rest) in stages().iter().flatten() {
        // No ADD, which fetches; no ENV and no ARG, which stay in the image for everybody to read.
        assert!(known.contains(word.as_str()), "{word}");
        if ["RUN", "ENTRYPOINT", "CMD"].contains(&word.as_str()) {
            assert!(is_exec(rest), "{word} {rest}");
        }
    }
    let builds = stages();
    let builds = said(&builds[0], "RUN");
    assert!(builds.iter().any(|rest| rest.contains(r#""--release", "--locked""#)), "{builds:?}");
}

#[test]
fn the_image_says_what_it_is() {
    let stages = stages();
    let labels = said(stages.last().unwrap(), "LABEL").join(" ");
    let label = |key: &str| {
        let found = Regex::new(&format!(r#"org\.opencontainers\.image\.{key}="([^"]+)""#)).unwrap();
        found.captures(&labels).unwrap_or_else(|| panic!("no {key}"))[1].to_owned()
    };
    assert_eq!(label("version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(label("licenses"), env!("CARGO_PKG_LICENSE"));
    assert_eq!(label("source"), env!("CARGO_PKG_REPOSITORY"));
    assert!(label("title") == "firstmate" && !label("description").is_empty());
    assert!(label("documentation").ends_with("/docs/running.md"));
}

#[test]
fn what_is_copied_is_there_and_is_let_through() {
    let stages = stages();
    let sources: BTreeSet<&str> = stages.iter().flat_map(|stage| copied(stage)).map(|(source, _)| source).collect();
    for source in &sources {
        assert!(path(source).exists(), "{source}");
    }
    let ignore = file("deploy/Containerfile.dockerignore");
    let rules: Vec<&str> = ignore.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(rules[0], "*");
    let let_through: BTreeSet<&str> = rules[1..].iter().map(|rule| rule.strip_prefix('!').unwrap()).collect();
    assert_eq!(let_through, sources);
    let last = copied(stages.last().unwrap());
    assert!(
        last.contains(&("LICENSE", "/licenses/LICENSE"))
            && last.contains(&("commands", "/usr/share/firstmate/commands"))
    );
}

/// The sources of the program below `folder`, without those of its tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// A file that is taken into the program from beside `src` and `commands` would be missing in the builder.
#[test]
fn what_is_copied_is_enough_to_build() {
    let build = &stages()[0];
    let copied: BTreeSet<&str> = copied(build).into_iter().map(|(source, _)| source).collect();
    assert_eq!(copied, BTreeSet::from(["Cargo.toml", "Cargo.lock", "build.rs", "src", "commands"]));
    let taken = Regex::new(r#"(?:include_str|include_bytes|include_dir|migrate)!\(\s*"([^"]+)""#).unwrap();
    let (mut found, mut seen) = (Vec::new(), 0);
    sources(&path("src"), &mut found);
    for source in found {
        let text = fs::read_to_string(&source).unwrap();
        // Tests stand last in a file, and are not in the program.
        for named in taken.captures_iter(text.split("#[cfg(test)]").next().unwrap()) {
            let whole = match named[1].strip_prefix("$CARGO_MANIFEST_DIR/") {
                Some(rest) => path(rest),
                None if named[1].starts_with("src/") => path(&named[1]),
                None => source.parent().unwrap().join(&named[1]),
            };
            let whole = whole.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", whole.display()));
            let inside =
                ["src", "commands"].iter().any(|folder| whole.starts_with(path(folder).canonicalize().unwrap()));
            assert!(inside, "{} takes {}", source.display(), &named[1]);
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}
