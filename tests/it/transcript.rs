//! `firstmate issue transcript`, as people and scripts run it.

use std::fs;
use std::process::Output;

/// A thread with every kind of text, and what its people are called.
const THREAD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/threads/every-kind.json");
const USERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/threads/every-kind.users.json");

fn transcript(arguments: &[&str]) -> Output {
    #[expect(clippy::disallowed_methods, reason = "the program itself is what is tested")]
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_firstmate"));
    command.args(["issue", "transcript"]).args(arguments).output().unwrap()
}

/// What the program says of a file with this text.
fn of(text: &[u8]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thread.json");
    fs::write(&file, text).unwrap();
    let output = transcript(&[file.to_str().unwrap()]);
    (output.status.code(), out(&output), err(&output).replace(file.to_str().unwrap(), "FILE"))
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_thread_is_written() {
    let output = transcript(&["--users", USERS, THREAD]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(err(&output), @r#"
1 × [redacted: token]
1 × [redacted: private key]
"#);
    let text = out(&output);
    assert!(
        text.starts_with("**Ann Newcomer** · 2026-11-20 09:03 UTC (edited 2026-11-20 09:05 UTC)\n\n> Hi @"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with("**") || line.starts_with("> ")), "{text}");
}

#[test]
fn names_come_from_the_file_else_from_the_thread() {
    let named = out(&transcript(&["--users", USERS, THREAD]));
    let unnamed = out(&transcript(&[THREAD]));
    let nobody = out(&transcript(&["--anonymous", "--hide-emails", "--users", USERS, THREAD]));
    let who = |text: &str| {
        text.lines().filter(|line| line.starts_with("**")).take(3).map(name).collect::<Vec<_>>().join(", ")
    };
    insta::assert_snapshot!(who(&named), @r#"Ann Newcomer, Bob \[SRE\] @·larsks, Cee Dee"#);
    insta::assert_snapshot!(who(&unnamed), @"a community member, a community member, Cee Dee");
    insta::assert_snapshot!(who(&nobody), @"a community member, a community member, a community member");
    assert!(named.contains("ops@a.example") && !nobody.contains("ops@a.example"));
}

fn name(header: &str) -> String {
    header.split("** · ").next().unwrap().replace("**", "").replace('\u{200B}', "·")
}

#[test]
fn what_is_no_thread_is_refused_in_one_sentence() {
    let refused = |text: &[u8]| {
        let (code, out, err) = of(text);
        assert_eq!((code, out.as_str(), err.lines().count()), (Some(1), "", 1), "{err}");
        err
    };
    insta::assert_snapshot!(refused(b"{"), @"firstmate: FILE is no JSON: EOF while parsing an object at line 1 column 1");
    insta::assert_snapshot!(refused(b"\xff"), @"firstmate: FILE is no text in UTF-8");
    insta::assert_snapshot!(refused(b"{}"), @"firstmate: FILE is no answer of conversations.replies: it has no list `messages`");
    insta::assert_snapshot!(refused(br#"{"ok": false, "error": "thread_not_found"}"#), @r#"firstmate: FILE holds no thread but Slack's error "thread_not_found""#);
    insta::assert_snapshot!(refused(br#"{"ok": true, "messages": []}"#), @"firstmate: FILE holds no message that somebody wrote");
    let missing = transcript(&["no-such-file.json"]);
    assert_eq!((missing.status.code(), out(&missing).as_str()), (Some(1), ""));
    insta::assert_snapshot!(err(&missing), @"firstmate: cannot read no-such-file.json: No such file or directory (os error 2)");
}

#[test]
fn a_thread_that_is_not_whole_is_written_with_a_word() {
    let (code, out, err) = of(br#"{"has_more": true, "messages": [{"ts": "1.0", "text": "hi"}, {"text": "when"}, 7]}"#);
    assert_eq!((code, out.as_str()), (Some(0), "**a community member** \u{b7} 1970-01-01 00:00 UTC\n\n> hi\n"));
    insta::assert_snapshot!(err, @r#"
left out what is no message, for it has no `ts`: 2
the thread goes on: Slack gave only this page of it
"#);
}

#[test]
fn wrong_usage_is_told_apart() {
    for arguments in [&[][..], &["--users", THREAD], &["--what", THREAD]] {
        assert_eq!(transcript(arguments).status.code(), Some(2), "{arguments:?}");
    }
}
