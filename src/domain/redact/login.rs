//! Secrets that are known by the place at which programs and protocols take them: headers, addresses, command lines,
//! statements of SQL.

use std::sync::LazyLock;

use super::Kind;
use super::candidate::{self, Candidate};
use super::rule::{Rule, VALUE};

type Check = fn(&Candidate<'_>) -> bool;

/// All rules of this room.
pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let spelled =
        |(kind, pattern, check): &(Kind, &str, Check)| Rule::new(*kind, &pattern.replace("VALUE", VALUE), *check);
    PLACES.iter().map(spelled).collect()
});

const PLACES: &[(Kind, &str, Check)] = &[
    // RFC 9110, section 11.6.2, and the schemes of https://www.iana.org/assignments/http-authschemes
    (
        Kind::Token,
        r#"(?i)\bauthorization\\*["']?\s*[:=]\s*\\*["']?(?:(?:bearer|basic|token|apikey|api-key|digest|negotiate|oauth|key|pat)\s+)?(?<secret>[\w.~+/=@:-]{6,})"#,
        candidate::is_credential,
    ),
    (Kind::Token, r#"(?i)\b(?:bearer|basic)[ \t]+["'`]?(?<secret>[\w.~+/-]{8,}=*)"#, candidate::is_token),
    (Kind::Token, r"(?i)\bbasic[ \t]+(?<secret>[A-Za-z0-9+/]{8,}={1,2})", candidate::is_credential),
    (
        Kind::Token,
        r#"(?i)(?:\bsignature=|[?&;]sig=)(?<secret>[\w%+/.-]{20,}=*)"#,
        candidate::is_filled_in_and_no_reference,
    ),
    // RFC 6265: a session's cookie is as good as its owner's password.
    (
        Kind::Token,
        r"(?i)\bcookie\\*[\x22']?\s*:\s*(?:[^\n\x1a=]{1,64}=[^\n;\x1a]*;\s*)*?[^\n=;\x1a]{1,64}=(?<secret>[^\s;\x1a\x22']+)",
        candidate::is_token,
    ),
    (
        Kind::Token,
        r"(?i)\bcookie\\*[\x22']?\s*:[^\n]*\x1a;\s*[^\n=;\x1a]{1,64}=(?<secret>[^\s;\x1a\x22']+)",
        candidate::is_token,
    ),
    // RFC 3986, section 3.2.1
    // People do not escape what they put before a database's host.
    (
        Kind::Password,
        r#"\b(?:redis|rediss|amqps?|mongodb(?:\+srv)?|postgres(?:ql)?|mysql)://[^\s/:@"'<>\x1a]*:(?<secret>[^\s"'<>\x1a]+)@"#,
        candidate::is_user_info,
    ),
    (Kind::Password, r#"\b[A-Za-z][\w+.-]*://[^\s/:@"'<>\x1a]*:(?<secret>[^\s/"'<>\x1a]+)@"#, candidate::is_user_info),
    (Kind::Token, r#"\bhttps?://(?<secret>[^\s/:@"'<>\x1a]{16,})@"#, candidate::is_token),
    // Command lines. `-p` means a port or a path to most programs: only those are here to which it is a password.
    (
        Kind::Password,
        r"\b(?:mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump|mycli)\b[^\n|;\x1a]*?\s-p(?<secret>[^\s\x22'\x1a]{3,})",
        candidate::is_password,
    ),
    (
        Kind::Password,
        r"\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mycli)\b[^\n|;\x1a]*?\s-p(?:'(?<single>[^'\n\x1a]+)'|\x22(?<double>[^\x22\n\x1a]+)\x22)",
        candidate::is_filled_in_and_no_reference,
    ),
    (
        Kind::Password,
        r"\b(?:(?:oc|docker|podman|buildah|skopeo|nerdctl|crane|oras|registry|az|cf|ibmcloud|argocd)\s+(?:[^\n|;\x1a]*?\s)?login|sshpass|mongo|mongosh|mongodump|twine\s+upload|influx|htpasswd)\b[^\n|;\x1a]*?\s-p(?:\s+|=)?VALUE",
        candidate::is_option,
    ),
    (
        Kind::Password,
        r"\b(?:redis-cli\b[^\n|;\x1a]*?\s-a|ldap(?:search|modify|add|whoami|passwd|delete)\b[^\n|;\x1a]*?\s-w)\s+VALUE",
        candidate::is_option,
    ),
    (Kind::Password, r"\bhtpasswd\s+-\w*b\w*\s+\S+\s+\S+\s+VALUE", candidate::is_option),
    (Kind::Password, r"\bopenssl\b[^\n\x1a]*?\bpass(?:in|out)?:(?<bare>[^\s\x1a]+)", candidate::is_option),
    (
        Kind::Password,
        r"\b(?:curl|wget|http|https|xh)\b[^\n\x1a]*?\s(?:-u|--user|--proxy-user|-U|-a|--auth)(?:\s+|=)?[\x22']?[^\s:\x22'\x1a]+:(?<secret>[^\s\x22'\x1a]+)",
        candidate::is_option,
    ),
    (
        Kind::Password,
        r"\bsmbclient\b[^\n\x1a]*?\s-U\s+[\x22']?[^\s%\x1a]+%(?<secret>[^\s\x22'\x1a]+)",
        candidate::is_option,
    ),
    (
        Kind::Password,
        r"\b(?:echo|printf)\s+(?:-\w+\s+)*VALUE\s*\|\s*(?:[^\n|]*\s)?(?:sudo\s+-S|passwd\s+--stdin|[^\n|]*--password-stdin|cryptsetup|kinit)",
        candidate::is_option,
    ),
    (
        Kind::Password,
        r"\b(?:echo|printf)\s+(?:-\w+\s+)*[\x22']?[\w.-]+:(?<secret>[^\s\x22'\x1a]+)[\x22']?\s*\|\s*(?:sudo\s+)?chpasswd",
        candidate::is_option,
    ),
    (
        Kind::Password,
        r"\b(?:kinit|sudo|su|passwd|chpasswd|cryptsetup|login|gpg)\b[^\n|;\x1a]*<<<[ \t]*VALUE",
        candidate::is_option,
    ),
    (
        Kind::Token,
        r"\b(?:vault\s+login|doctl\s+auth\s+init\s+-t|gh\s+auth\s+login\s+--with-token\s*<<<|glab\s+auth\s+login\s+-t|heroku\s+auth:token)\s+VALUE",
        candidate::is_token,
    ),
    // SQL: https://www.postgresql.org/docs/current/sql-createrole.html, https://dev.mysql.com/doc/refman/8.4/en/create-user.html
    (Kind::Password, r"(?i)\bidentified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?VALUE", candidate::is_option),
    (
        Kind::Password,
        r"(?i)\b(?:user|role|login|with|encrypted)\s[^\n;\x1a]*?\bpassword\s+'(?<single>[^'\n\x1a]+)'",
        candidate::is_filled_in_and_no_reference,
    ),
    (
        Kind::Password,
        r"(?im)^\s*(?:requirepass|masterauth|rabbitmqctl\s+(?:add_user|change_password)\s+\S+)\s+VALUE",
        candidate::is_option,
    ),
    // RFC 7617's pair as people hand it on: `login: admin / x`.
    (
        Kind::Password,
        r"(?i)\b(?:creds?|credentials?|log-?in|zugangsdaten|identifiants?|credenciales)\b(?:[ \t]+(?:for|to|of|für|pour|para)[ \t]+[^\s:=]+(?:[ \t][^\s:=]+)?)?[ \t]*(?::|=|is|are)[ \t]*[`'\x22(]?[\w.@-]+[`'\x22]?(?:[ \t]*[:/|,][ \t]*|[ \t]+and[ \t]+)VALUE",
        candidate::stands_out,
    ),
];
