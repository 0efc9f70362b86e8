//! What is found and what is left alone, by lists of both, and what holds for any text.

use std::io::Write as _;

use proptest::prelude::*;

use super::*;

const SECRETS: &str = include_str!("../../../tests/data/redact/secrets.txt");
const ORDINARY: &str = include_str!("../../../tests/data/redact/ordinary.txt");

/// More of the ordinary ones touched than this, and people stop reading what was redacted.
const MOST_TOUCHED: usize = 2;

/// A case as it is written in a file: one a line, with `\n` and `\\` for what a line cannot hold. `¦` breaks the shape
/// of made-up tokens, so that no scanner of repositories takes them for true ones.
fn decoded(line: &str) -> String {
    let line = line.replace('¦', "").replace(r"\\", "\u{0}");
    line.replace(r"\n", "\n").replace('\u{0}', "\\")
}

/// The text with each mark, and each part between `⟦` and `⟧`, as one sign.
fn outline(text: &str) -> String {
    let text = Kind::ALL.into_iter().fold(text.to_owned(), |text, kind| text.replace(kind.mark(), "█"));
    regex::Regex::new(r"(?s)⟦.*?⟧").unwrap().replace_all(&text, "█").into_owned()
}

/// How many of a list's cases become `expected`, of how many, and a line or two on each that does not.
fn judged(list: &str, expected: fn(&str) -> String) -> (usize, usize, String) {
    let (mut right, mut wrong) = (0, String::new());
    for line in list.lines() {
        let case = decoded(line);
        let public = redact(&case.replace(['⟦', '⟧'], ""), Emails::Hide).0;
        if outline(&public) == expected(&case) {
            right += 1;
        } else {
            wrong += &format!("  {line}\n→ {}\n", public.replace('\n', r"\n"));
        }
    }
    (right, list.lines().count(), wrong)
}

/// What this process has of the memory now, as Linux tells it: the pages of the program itself left out.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

#[test]
fn every_secret_goes_and_what_is_ordinary_stays() {
    let before = resident();
    let (redacted, secrets, missed) = judged(SECRETS, outline);
    let (untouched, ordinary, touched) = judged(ORDINARY, str::to_owned);
    let touches = ordinary - untouched;
    let figures = format!(
        "secrets: {redacted} of {secrets} redacted; ordinary: {touches} of {ordinary} touched\n\
         resident: {before} kB before, {} kB after\n{missed}{touched}",
        resident()
    );
    write!(std::io::stdout(), "{figures}").unwrap();
    assert!(redacted == secrets && touches <= MOST_TOUCHED, "{figures}");
}

#[test]
fn every_rule_compiles() {
    for rules in [&shape::RULES, &login::RULES, &assigned::RULES] {
        rules.iter().for_each(|rule| assert!(rule.ranges("").is_empty()));
    }
}

#[rstest::rstest]
#[case(
    "my password is hunter2, mail bob@example.org",
    Emails::Keep,
    "my password is [redacted: password], mail bob@example.org"
)]
#[case(
    "my password is hunter2, mail bob@example.org",
    Emails::Hide,
    "my password is [redacted: password], mail [redacted: e-mail address]"
)]
#[case(
    "ssh core@node.example.org; git@github.com:a/b and x@y.example.org:/z",
    Emails::Hide,
    "ssh core@node.example.org; git@github.com:a/b and x@y.example.org:/z"
)]
#[case(
    "<mailto:bob@example.org|bob@example.org>",
    Emails::Hide,
    "<mailto:[redacted: e-mail address]|[redacted: e-mail address]>"
)]
#[case("", Emails::Hide, "")]
fn e_mail_addresses_go_by_choice(#[case] text: &str, #[case] emails: Emails, #[case] public: &str) {
    assert_eq!(redact(text, emails).0, public);
}

#[rstest::rstest]
#[case(Kind::Token, 1, "1 token")]
#[case(Kind::Token, 2, "2 tokens")]
#[case(Kind::Kubeconfig, 0, "0 pieces of kubeconfig data")]
#[case(Kind::Email, 3, "3 e-mail addresses")]
fn kinds_are_counted_in_words(#[case] kind: Kind, #[case] count: usize, #[case] words: &str) {
    assert_eq!(kind.counted(count), words);
}

/// Shapes of tokens, as patterns to make them from.
const SHAPES: [&str; 12] = [
    "xox[bpasre]-[0-9]{12}-[0-9]{12}-[A-Za-z0-9]{24}",
    "gh[pousr]_[A-Za-z0-9]{36}",
    "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
    "glpat-[A-Za-z0-9]{10}[A-Z]{8}[0-9]{2}",
    "sha256~[A-Za-z0-9_-]{42}[0-9]",
    "A[KS]IA[A-W2-7]{16}",
    "AIza[A-Za-z0-9_-]{34}[0-9]",
    "eyJ[A-Za-z0-9]{20}\\.eyJ[A-Za-z0-9_-]{40}\\.[A-Za-z0-9_-]{42}[0-9]",
    "npm_[A-Za-z0-9]{35}[0-9]",
    "hvs\\.[A-Za-z0-9_-]{89}[0-9]",
    "sk_live_[A-Za-z0-9]{23}[0-9]",
    "glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}",
];

/// What the rules look at, parted by `¦`.
const NEAR_SECRETS: &str = "password¦token¦secret¦api_key¦: ¦=¦ is ¦\n¦\"¦'¦`¦hunter2¦Bearer ¦kind: Secret\n¦data:\n  ¦\
    stringData: ¦-----BEGIN PRIVATE KEY-----¦-----END PRIVATE KEY-----¦[redacted: token]¦[redacted: password]¦\
    https://a:b@c¦bob@example.org¦-p¦mysql ¦\\\"¦eyJhbGciOi¦sha256~¦пароль¦密码是¦AKIA0000000000000000¦\
    0123456789abcdefABCDEF¦<¦>¦$¦{¦}¦Cookie: a=¦;¦&¦\u{1a}¦é¦🔑";

fn near_secrets() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(NEAR_SECRETS.split('¦').collect::<Vec<_>>()).prop_map(str::to_owned);
    let piece = prop_oneof!["[ -~\\n]{0,12}", "\\PC{0,6}", known];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// A token of one of the shapes.
fn token() -> impl Strategy<Value = String> {
    proptest::sample::select(SHAPES.to_vec()).prop_flat_map(|shape| proptest::string::string_regex(shape).unwrap())
}

/// What can stand around it.
const AROUND: [(&str, &str); 6] = [(" ", " "), ("\"", "\""), ("'", "'"), ("`", "`"), ("\n", "\n"), ("\\n", " ")];

/// Lines with a password in them.
const LINES: [&str; 10] = [
    "password: {}",
    "DB_PASSWORD={}",
    r#""password": "{}","#,
    "passwd = '{}'",
    r#"\"pwd\":\"{}\""#,
    "--password {} --x",
    "my password is {}",
    "https://bob:{}@example.org/",
    "<password>{}</password>",
    "IDENTIFIED BY '{}'",
];

/// Words by which the rules recognise a secret.
const NAMES: &str =
    "(?i)pass|pw|pin|psk|token|secret|key|jwt|pat|cred|bearer|basic|login|senha|heslo|has|parola|lös|clave";

proptest! {
    #[test]
    fn places_are_in_order_and_apart_and_a_second_redaction_changes_nothing(text in near_secrets()) {
        let found = secrets(&text, Emails::Hide);
        for pair in found.windows(2) {
            prop_assert!(pair[0].range.end <= pair[1].range.start, "{found:?}");
        }
        for Secret { range, .. } in &found {
            prop_assert!(!range.is_empty() && text.get(range.clone()).is_some(), "{found:?}");
        }
        let (public, kinds) = redact(&text, Emails::Hide);
        prop_assert_eq!(kinds.len(), found.len());
        prop_assert_eq!(redact(&public, Emails::Hide), (public, Vec::new()));
    }

    #[test]
    fn a_token_is_found_wherever_it_stands(
        token in token(),
        (open, close) in proptest::sample::select(AROUND.to_vec()),
        (before, after) in (near_secrets(), near_secrets()),
    ) {
        let (public, _) = redact(&format!("{before}{open}{token}{close}{after}"), Emails::Keep);
        prop_assert!(!public.contains(&token), "{public}");
    }

    #[test]
    fn a_password_is_found_however_its_line_is_written(
        password in "[A-Za-z]{4,8}[0-9]{2}[A-Za-z0-9]{0,4}",
        line in proptest::sample::select(LINES.to_vec()),
    ) {
        let (public, _) = redact(&format!("see\n{}\nthanks", line.replace("{}", &password)), Emails::Keep);
        prop_assert_eq!(public, format!("see\n{}\nthanks", line.replace("{}", Kind::Password.mark())));
    }

    #[test]
    fn words_alone_stay(words in proptest::collection::vec("[a-zA-Zäé]{1,12}[.,:;!?()\"'`*-]?", 0..30)) {
        let text = words.join(" ");
        prop_assume!(!regex::Regex::new(NAMES).unwrap().is_match(&text));
        prop_assert_eq!(redact(&text, Emails::Hide), (text, Vec::new()));
    }
}
