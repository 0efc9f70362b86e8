//! Finds what must not become public in a text: a stand-in for the tests of the transcript, until the real one is merged.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A token of the usual shapes.
    Token,
    /// A private key.
    PrivateKey,
    /// A password.
    Password,
    /// Data of a kubeconfig.
    Kubeconfig,
    /// An e-mail address.
    Email,
}

impl Kind {
    /// What stands in its place.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Token => "[redacted: token]",
            Self::PrivateKey => "[redacted: private key]",
            Self::Password => "[redacted: password]",
            Self::Kubeconfig => "[redacted: kubeconfig]",
            Self::Email => "[redacted: e-mail address]",
        }
    }
}

/// Whether e-mail addresses are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Emails {
    /// They stay.
    Keep,
    /// They are redacted.
    Hide,
}

/// Something found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// What.
    pub kind: Kind,
}

/// What must not become public in `text`, in order and disjoint.
pub fn secrets(text: &str, emails: Emails) -> Vec<Secret> {
    static SHAPES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?s)(?P<key>-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----)|(?P<token>xox[abp]-[A-Za-z0-9-]{8,})|(?P<email>[\w.+-]+@[\w-]+\.[\w.]+)",
        )
        .expect("a pattern that is tested")
    });
    let kind = |found: &regex::Captures<'_>| match () {
        () if found.name("key").is_some() => Kind::PrivateKey,
        () if found.name("token").is_some() => Kind::Token,
        () => Kind::Email,
    };
    let all = SHAPES.captures_iter(text).map(|found| Secret { range: found.get_match().range(), kind: kind(&found) });
    all.filter(|secret| secret.kind != Kind::Email || emails == Emails::Hide).collect()
}
