//! What is found and what is left alone, by lists of both, and what holds for any text.

use std::io::Write as _;

use proptest::prelude::*;

use super::*;

const SECRETS: &str = include_str!("../../../tests/data/redact/secrets.txt");
const ORDINARY: &str = include_str!("../../../tests/data/redact/ordinary.txt");

/// More of the ordinary ones touched than this, and people stop reading what was redacted.
const MOST_TOUCHED: usize = 2;

/// A case as it is written in a file: one a line, with `\n` and `\\` for what a line cannot hold. `¦` breaks the shape of
/// made-up tokens, so that no scanner of repositories takes them for true ones.
fn decoded(line: &str) -> String {
    let line = line.replace('¦', "").replace(r"\\", "\u{0}");
    line.replace(r"\n", "\n").replace('\u{0}', "\\")
}

/// The text with each mark, and each part between `⟦` and `⟧`, as one sign.
fn outline(text: &str) -> String {
    let text = Kind::ALL.into_iter().fold(text.to_owned(), |text, kind| text.replace(kind.mark(), "█"));
    regex::Regex::new(r"(?s)⟦.*?⟧").unwrap().replace_all(&text, "█").into_owned()
}

#[test]
fn every_secret_goes_and_what_is_ordinary_stays() {
    let mut wrong = String::new();
    let (mut secrets, mut redacted) = (0, 0);
    for line in SECRETS.lines() {
        let case = decoded(line);
        let (public, _) = redact(&case.replace(['⟦', '⟧'], ""), Emails::Hide);
        secrets += 1;
        redacted += usize::from(public == outline(&case).replace('█', "") || outline(&public) == outline(&case));
        if outline(&public) != outline(&case) {
            wrong += &format!("secret: {line}\n     →  {}\n", public.replace('\n', r"\n"));
        }
    }
    let (mut ordinary, mut touched) = (0, 0);
    for line in ORDINARY.lines() {
        let case = decoded(line);
        let (public, kinds) = redact(&case, Emails::Hide);
        ordinary += 1;
        touched += usize::from(!kinds.is_empty());
        if !kinds.is_empty() {
            wrong += &format!("touched: {line}\n     →   {}\n", public.replace('\n', r"\n"));
        }
    }
    let figures = format!("secrets: {redacted} of {secrets} redacted; ordinary: {touched} of {ordinary} touched\n");
    write!(std::io::stdout(), "{figures}{wrong}").unwrap();
    assert!(redacted == secrets && touched <= MOST_TOUCHED, "{figures}{wrong}");
}

#[test]
fn debug() {
    for text in ["s3cmd --access_key=EXAMPLEACCESS0000111 --secret_key=EXAMPLEsecret0000111122223333example4444 ls"] {
        for (room, rules) in [("shape", &shape::RULES), ("login", &login::RULES), ("assigned", &assigned::RULES)] {
            for (at, rule) in rules.iter().enumerate() {
                for range in rule.ranges(text) {
                    println!("{room} {at} {:?} {}", &text[range], rule.pattern());
                }
            }
        }
    }
    panic!();
}
