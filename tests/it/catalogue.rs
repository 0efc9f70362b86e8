//! The catalogue's judge: each kind of fault with its place, and the schema's own examples.

mod cluster;

use chrono::NaiveDate;
use firstmate::catalogue::{Catalogue, Files};
use firstmate::domain::person::Permission;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

const GOOD: &str = r#"+++
title = "Is there a chat?"
asks = ["where do you chat", "chat"]
tags = ["contact"]
verified = 2026-11-20
[[sources]]
title = "Getting started"
url = "https://example.org/start"
dated = 2021-12-06
+++
Yes, on [Slack](https://example.org/slack).
"#;

fn faults(files: &[(&str, &str)]) -> Vec<String> {
    let files: Files = files.iter().map(|(path, content)| (*path, *content)).collect();
    Catalogue::judge(&files, today()).faults.iter().map(ToString::to_string).collect()
}

/// One change to a good answer, and the fault that it must lead to.
#[rstest::rstest]
#[case("title = \"Is there a chat?\"\n", "", "2:1: `title` is missing")]
#[case("\"Is there a chat?\"", "\" \"", "2:9: `title` is empty")]
#[case("\"Is there a chat?\"", "7", "2:9: `title` must be a text in quotes")]
#[case(
    "asks = [\"where do you chat\", \"chat\"]",
    "asks = []",
    "2:1: `asks` is missing: write the ways in which people ask for this"
)]
#[case("\"chat\"]", "\"Where do you CHAT?\"]", "3:30: the ask \"Where do you CHAT?\" stands here already")]
#[case("\"chat\"]", "3]", "3:30: `asks` must be a list of texts in quotes")]
#[case("tags =", "tag =", "4:1: unknown key `tag`")]
#[case("url =", "uri =", "6:1: `url` is missing")]
#[case("verified = 2026-11-20", "verified = 2026-11-21", "5:12: `verified` lies in the future: 2026-11-21")]
#[case("verified = 2026-11-20", "verified = 2026-11-20T10:00:00", "5:12: `verified` must be a date like 2026-11-20")]
#[case("verified = 2026-11-20\n", "", "2:1: `verified` is missing")]
#[case("dated = 2021-12-06", "dated = 2031-12-06", "9:9: `dated` lies in the future: 2031-12-06")]
#[case("\"https://example.org/start\"", "\"example\"", "8:7: <example> is no address: relative URL without a base")]
#[case(
    "\"https://example.org/start\"",
    "\"ftp://example.org\"",
    "8:7: <ftp://example.org> must begin with https://, http:// or mailto:"
)]
#[case(
    "example.org/slack",
    "example.org/a?authuser=0&hs=122",
    "11:9: <https://example.org/a?authuser=0&hs=122> holds an `authuser` query: end the address before the question mark"
)]
#[case("example.org/slack", "example.org/slack.", "11:9: <https://example.org/slack.> ends with a full stop")]
#[case("Yes, on [Slack](https://example.org/slack).\n", "", "11:1: the text is empty")]
#[case("+++\ntitle", "title", "1:1: an answer begins with a line `+++`, front matter in TOML, and another line `+++`")]
fn each_fault_has_its_place(#[case] good: &str, #[case] bad: &str, #[case] fault: &str) {
    assert!(GOOD.contains(good));
    let found = faults(&[("onboard/answers/chat.md", &GOOD.replacen(good, bad, 1))]);
    let wanted = format!("onboard/answers/chat.md:{fault}");
    assert!(found.contains(&wanted), "wanted {wanted}\nfound {found:#?}");
}

#[test]
fn a_good_answer_has_no_fault() {
    assert_eq!(faults(&[("onboard/answers/chat.md", GOOD)]), [""; 0]);
}

#[test]
fn sources_may_be_missing_only_where_nothing_is_documented() {
    let (front, text) = GOOD.split_once("[[sources]]").unwrap();
    let (_, text) = text.split_once("+++").unwrap();
    let without = format!("{front}+++{text}");
    let wanted =
        "onboard/answers/chat.md:2:1: `[[sources]]` is missing: say where this stands, or set `undocumented = true`";
    assert_eq!(faults(&[("onboard/answers/chat.md", &without)]), [wanted]);
    let undocumented = format!("{front}undocumented = true\n+++{text}");
    assert_eq!(faults(&[("onboard/answers/chat.md", &undocumented)]), [""; 0]);
}

#[test]
fn broken_toml_names_its_place() {
    let found =
        faults(&[("onboard/answers/chat.md", &GOOD.replacen("tags = [\"contact\"]", "tags = [\"contact\"", 1))]);
    assert_eq!(found, ["onboard/answers/chat.md:5:1: missing comma between array elements, expected `,`"]);
}

#[test]
fn repeats_are_found_over_the_whole_catalogue() {
    let found = faults(&[("onboard/answers/chat.md", GOOD), ("onboard/answers/talk.md", GOOD)]);
    assert_eq!(
        found,
        [
            "onboard/answers/talk.md:2:9: the title \"Is there a chat?\" stands in chat.md already",
            "onboard/answers/talk.md:3:9: the ask \"where do you chat\" stands in chat.md already",
            "onboard/answers/talk.md:3:30: the ask \"chat\" stands in chat.md already",
        ]
    );
}

#[test]
fn files_that_are_no_answers_are_faults() {
    let large = "a".repeat(64 * 1024 + 1);
    let found = faults(&[
        ("onboard/answers/Chat_Room.md", GOOD),
        ("onboard/answers/large.md", &large),
        ("onboard/answers/note.txt", ""),
    ]);
    assert_eq!(
        found,
        [
            "onboard/answers/Chat_Room.md:1:1: \"Chat_Room\" is no id: lower-case words and digits with one hyphen between them",
            "onboard/answers/large.md:1:1: has 65537 bytes; at most 65536 are allowed",
            "onboard/answers/note.txt:1:1: answers are files named ID.md",
        ]
    );
    let files: Files = [("onboard/answers/chat.md", b"+++\n\xff".to_vec())].into_iter().collect();
    let found = Catalogue::judge(&files, today()).faults;
    assert_eq!(found[0].to_string(), "onboard/answers/chat.md:2:1: is not UTF-8");
}

#[test]
fn a_text_must_fit_into_one_section() {
    let long = GOOD.replacen("Yes,", &"word ".repeat(580), 1);
    let found = faults(&[("onboard/answers/chat.md", &long)]);
    assert_eq!(
        found,
        [
            "onboard/answers/chat.md:11:1: the text has 2939 characters; at most 2900 fit into one section of a Slack message"
        ]
    );
}

#[test]
fn an_answer_not_verified_for_a_year_is_a_warning() {
    let files: Files = [("onboard/answers/chat.md", GOOD)].into_iter().collect();
    let judged = |day: &str| Catalogue::judge(&files, day.parse().unwrap());
    assert!(judged("2027-11-20").warnings.is_empty());
    let late = judged("2027-11-21");
    assert!(late.faults.is_empty());
    assert_eq!(late.warnings[0].to_string(), "onboard/answers/chat.md:5:1: not verified since 2026-11-20");
}

#[rstest::rstest]
#[case("[[names]]\nname = \"MOC\"\n", "1:1: `also` holds no other name")]
#[case(
    "[[names]]\nname = \"A\"\nalso = [\"x\"]\n[[names]]\nname = \"B\"\nalso = [\"X\"]\n",
    "6:9: \"X\" stands for another name already"
)]
#[case("[[alike]]\nwords = [\"cost\"]\n", "1:1: `words` needs two words or more")]
#[case(
    "[[alike]]\nwords = [\"cost\", \"price tag\"]\n",
    "2:18: \"price tag\" is more than one word; such names go to [[names]]"
)]
#[case(
    "[[alike]]\nwords = [\"a\", \"b\"]\n[[alike]]\nwords = [\"c\", \"b\"]\n",
    "4:15: \"b\" stands in another group already"
)]
#[case("names = 3\n", "1:9: `names` must be written as `[[names]]` tables")]
fn names_are_judged(#[case] text: &str, #[case] fault: &str) {
    assert!(
        faults(&[("onboard/names.toml", text)]).contains(&format!("onboard/names.toml:{fault}")),
        "{:?}",
        faults(&[("onboard/names.toml", text)])
    );
}

#[rstest::rstest]
#[case(
    "[roles.a]\nmay = [\"onboard.gap\"]\n",
    "2:8: unknown permission `onboard.gap` (did you mean \"onboard.gaps\"?); known: onboard.gaps, meetings.change, audit.read, bot.pause, bot.notice"
)]
#[case(
    "[roles.a]\npeople = [\"bob\"]\n",
    "2:11: \"bob\" is not a Slack user id like U01ABCDEF (in Slack: profile, ⋮, Copy member ID)"
)]
#[case(
    "[roles.a]\nchannels = [\"#support\"]\n",
    "2:13: \"#support\" is not a Slack channel id like C01ABCDEF (in Slack: at the end of the channel's details)"
)]
#[case("[roles.a]\npeple = []\n", "2:1: unknown key `peple`")]
#[case("[role.a]\n", "1:2: unknown key `role`")]
fn roles_are_judged(#[case] text: &str, #[case] fault: &str) {
    assert_eq!(faults(&[("roles.toml", text)]), [format!("roles.toml:{fault}")]);
}

const NOTICE: &str = "[[notice]]\ntag = \"contact\"\ntext = \"It **moved**.\"\nsince = 2023-04-15\nuntil = 2027-01-31\nsource = \"https://example.org/moved\"\n";

#[rstest::rstest]
#[case("", "", None)]
#[case(
    "\"contact\"",
    "\"contacts\"",
    Some("2:7: no answer has the tag \"contacts\" (did you mean \"contact\"?); known: contact")
)]
#[case("\"contact\"", "\"weather\"", Some("2:7: no answer has the tag \"weather\"; known: contact"))]
#[case("tag = \"contact\"\n", "", Some("1:1: `tag` is missing"))]
#[case("\"It **moved**.\"", "\" \"", Some("3:8: `text` is empty"))]
#[case("since = 2023-04-15\n", "", Some("1:1: `since` is missing"))]
#[case("2027-01-31", "\"soon\"", Some("5:9: `until` must be a date like 2026-11-20"))]
#[case("2027-01-31", "2023-04-14", Some("5:9: `until` lies before `since`: 2023-04-14"))]
#[case("https://example.org/moved", "http://example.org", Some("6:10: <http://example.org> must begin with https://"))]
#[case("source", "sauce", Some("6:1: unknown key `sauce`"))]
#[case("[[notice]]", "[[notices]]", Some("1:3: unknown key `notices`"))]
fn notices_are_judged(#[case] good: &str, #[case] bad: &str, #[case] fault: Option<&str>) {
    let text = NOTICE.replacen(good, bad, usize::from(!good.is_empty()));
    let expected: Vec<String> = fault.map(|fault| format!("onboard/notices.toml:{fault}")).into_iter().collect();
    assert_eq!(faults(&[("onboard/answers/chat.md", GOOD), ("onboard/notices.toml", &text)]), expected);
}

const REPOSITORY: &str = "[[repositories]]\nname = \"o/r\"\nabout = \"things\"\nchannels = \"all\"\nwho = [\"crew\"]\nlabels = [\"kind/question\"]\n";

#[rstest::rstest]
#[case("", "", None)]
#[case("\"o/r\"", "\"o\"", Some("2:8: \"o\" is not a repository, as in operate-first/support"))]
#[case("\"o/r\"", "\"o/../r\"", Some("2:8: \"o/../r\" is not a repository, as in operate-first/support"))]
#[case("channels = \"all\"\n", "", Some("1:1: `channels` is missing"))]
#[case(
    "channels = \"all\"",
    "channels = \"some\"",
    Some("4:12: `channels` must be \"all\" or a list of texts in quotes")
)]
#[case(
    "channels = \"all\"",
    "channels = [\"#support\"]",
    Some("4:13: \"#support\" is not a Slack channel id like C01ABCDEF")
)]
#[case("[\"crew\"]", "[\"crows\"]", Some("5:8: \"crows\" is not a role of roles.toml; known: crew"))]
#[case(
    "[\"crew\"]",
    "[\"crews\"]",
    Some("5:8: \"crews\" is not a role of roles.toml (did you mean \"crew\"?); known: crew")
)]
#[case("who = [\"crew\"]\n", "", Some("1:1: `who` is missing"))]
#[case(
    "kind/question",
    "Script:x",
    Some("6:11: \"Script:x\" is not a label that I may set: it starts privileged automation")
)]
#[case(
    "labels",
    "forms = [\"a.txt\"]\nlabels",
    Some("6:10: \"a.txt\" is not the name of a file that ends in .yml, .yaml or .md")
)]
#[case("labels", "label", Some("6:1: unknown key `label`"))]
fn repositories_are_judged(#[case] good: &str, #[case] bad: &str, #[case] fault: Option<&str>) {
    let text = REPOSITORY.replacen(good, bad, usize::from(!good.is_empty()));
    let files =
        [("issue/repositories.toml", text.as_str()), ("roles.toml", "[roles.crew]\npeople = [\"U1\"]\nmay = []\n")];
    let expected: Vec<String> = fault.map(|fault| format!("issue/repositories.toml:{fault}")).into_iter().collect();
    assert_eq!(faults(&files), expected);
}

#[test]
fn a_repository_stands_in_the_catalogue_once() {
    let twice = format!("{REPOSITORY}{}", REPOSITORY.replace("o/r", "O/R"));
    let files = [("issue/repositories.toml", twice.as_str()), ("roles.toml", "[roles.crew]\nmay = []\n")];
    assert_eq!(faults(&files), ["issue/repositories.toml:7:1: `O/R` stands here twice"]);
}

#[test]
fn the_embedded_catalogue_is_good_and_names_nobody() {
    let catalogue = Catalogue::load(&Files::embedded(), NaiveDate::from_ymd_opt(2099, 1, 1).unwrap()).unwrap();
    assert!(catalogue.answers.len() >= 120);
    assert!(catalogue.roles.allows("U1", "C1", Permission::OnboardGaps).is_err());
}

#[test]
fn a_file_can_be_laid_over() {
    let roles = "[roles.maintainer]\npeople = [\"U1\"]\nmay = [\"onboard.gaps\"]\n";
    let catalogue =
        Catalogue::load(&Files::embedded().overlay("roles.toml", roles), NaiveDate::from_ymd_opt(2099, 1, 1).unwrap())
            .unwrap();
    assert!(catalogue.roles.allows("U1", "C1", Permission::OnboardGaps).is_ok());
}

/// The schema in `commands/README.md` is told by examples; each names its file in the line before its fence.
#[test]
fn the_examples_of_the_schema_are_good() {
    let files = Files::embedded();
    let schema = std::str::from_utf8(files.content("README.md").unwrap()).unwrap();
    let mut examples: Vec<(String, String)> = Vec::new();
    let mut lines = schema.lines();
    while let Some(line) = lines.next() {
        let Some(path) = line.strip_prefix('`').and_then(|line| line.strip_suffix("`:")) else {
            continue;
        };
        assert!(
            lines.next().is_some_and(str::is_empty) && lines.next().is_some_and(|fence| fence.starts_with("```")),
            "{path}"
        );
        let content: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        examples.push((path.to_owned(), format!("{}\n", content.join("\n"))));
    }
    assert!(examples.len() >= 4, "{examples:?}");
    let catalogue = Catalogue::load(&examples.into_iter().collect(), today()).unwrap();
    assert_eq!(
        (catalogue.answers.len(), catalogue.meetings.len(), catalogue.names.names.len(), catalogue.roles.roles.len()),
        (2, 3, 1, 1)
    );
    assert_eq!((catalogue.repositories.len(), catalogue.notices.len()), (2, 1));
    assert_eq!((catalogue.clusters.clusters.len(), catalogue.policy.rules.len()), (2, 2));
}
