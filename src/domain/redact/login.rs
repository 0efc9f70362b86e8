//! Secrets that are known by the place at which programs and protocols take them: headers, addresses, command lines,
//! statements of SQL.

use std::sync::LazyLock;

use super::Kind::{self, Password, Token};
use super::candidate::{self, Check};
use super::rule::{Rule, VALUE};

/// All rules of this room.
pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rule = |(kind, pattern, check): &(Kind, &str, Check)| {
        Rule::new(*kind, &pattern.replace("ARGUMENTS", ARGUMENTS).replace("VALUE", VALUE), *check)
    };
    HEADERS.iter().chain(&ADDRESSES).chain(&COMMANDS).chain(&STATEMENTS).map(rule).collect()
});

/// The arguments before the one that is meant, within one command.
const ARGUMENTS: &str = r"\b[^\n|;\x1a]*?\s";

const HEADERS: [(Kind, &str, Check); 7] = [
    // RFC 9110, section 11.6.2, and the schemes of https://www.iana.org/assignments/http-authschemes
    (
        Token,
        r#"(?i)\bauthorization\\*["']?\s*[:=]\s*\\*["']?
        (?:(?:bearer|basic|token|apikey|api-key|digest|negotiate|oauth|key|pat)\s+)?(?<secret>[\w.~+/=@:-]{6,})"#,
        candidate::is_credential,
    ),
    (Token, r#"(?i)\b(?:bearer|basic)[ \t]+["'`]?(?<secret>[\w.~+/-]{8,}=*)"#, candidate::is_token),
    (Token, r"(?i)\bbasic[ \t]+(?<secret>[A-Za-z0-9+/]{8,}={1,2})", candidate::is_credential),
    // RFC 6265: a session's cookie is as good as its owner's password. The first, then those after one that was found.
    (
        Token,
        r#"(?i)\bcookie\\*["']?\s*:\s*(?:[^\n\x1a=]{1,64}=[^\n;\x1a]*;\s*)*?
        [^\n=;\x1a]{1,64}=(?<secret>[^\s;\x1a"']+)"#,
        candidate::is_token,
    ),
    (
        Token,
        r#"(?i)\bcookie\\*["']?\s*:[^\n]*?\b[\w.-]*
        (?:sid|sess|session|sessionid|auth|token|jwt)=(?<secret>[^\s;\x1a"']+)"#,
        candidate::is_session,
    ),
    (Token, r#"(?i)\bcookie\\*["']?\s*:[^\n]*\x1a;\s*[^\n=;\x1a]{1,64}=(?<secret>[^\s;\x1a"']+)"#, candidate::is_token),
    // https://learn.microsoft.com/rest/api/storageservices/create-service-sas and AWS's signature 4
    (Token, r"(?i)(?:\bsignature=|[?&;]sig=)(?<secret>[\w%+/.-]{20,}=*)", candidate::is_filled_in),
];

/// RFC 3986, section 3.2.1.
const ADDRESSES: [(Kind, &str, Check); 3] = [
    // People do not escape what they put before a database's host.
    (
        Password,
        r#"\b(?:rediss?|amqps?|mongodb(?:\+srv)?|postgres(?:ql)?|mysql)://[^\s/:@"'<>\x1a]*
        :(?<secret>[^\s"'<>\x1a]+)@"#,
        candidate::is_filled_in,
    ),
    (Password, r#"\b[A-Za-z][\w+.-]*://[^\s/:@"'<>\x1a]*:(?<secret>[^\s/"'<>\x1a]+)@"#, candidate::is_filled_in),
    (Token, r#"\bhttps?://(?<secret>[^\s/:@"'<>\x1a]{16,})@"#, candidate::is_token),
];

/// `-p` means a port or a path to most programs: only those are here to which it is a password.
const COMMANDS: [(Kind, &str, Check); 15] = [
    // https://dev.mysql.com/doc/refman/8.4/en/password-security-user.html
    (
        Password,
        r#"\b(?:mysql\w*|mariadb[\w-]*|mycli)ARGUMENTS-p(?:(?<bare>[^\s"'\x1a]{3,})|'(?<single>[^'\n\x1a]+)'
        |"(?<double>[^"\n\x1a]+)")"#,
        candidate::is_password,
    ),
    (
        Password,
        r"\b(?:oc|docker|podman|buildah|skopeo|nerdctl|crane|oras|registry|az|cf|ibmcloud|argocd)ARGUMENTS
        (?:[^\n|;\x1a]*?\s)?login\b(?:[^\n|;\x1a]*?\s)-p(?:\s+|=)?VALUE",
        candidate::is_argument,
    ),
    (
        Password,
        r"\b(?:sshpass|mongo|mongosh|mongodump|twine\s+upload|influx)ARGUMENTS-p(?:\s+|=)?VALUE",
        candidate::is_argument,
    ),
    (
        Password,
        r"\b(?:redis-cliARGUMENTS-a|ldap(?:search|modify|add|whoami|passwd|delete)ARGUMENTS-w
        |(?:un)?zipARGUMENTS-P)\s+VALUE",
        candidate::is_argument,
    ),
    (Password, r"\bhtpasswd\s+-\w*b\w*\s+\S+\s+\S+\s+VALUE", candidate::is_argument),
    (Password, r"\bopenssl\b[^\n\x1a]*?\bpass(?:in|out)?:(?<bare>[^\s\x1a]+)", candidate::is_argument),
    (
        Password,
        r#"\b(?:curl|wget|https?|xh)\b[^\n\x1a]*?\s(?:-u|--user|--proxy-user|-U|-a|--auth)(?:\s+|=)?
        ["']?[^\s:"'\x1a]+:(?<secret>[^\s"'\x1a]+)"#,
        candidate::is_argument,
    ),
    (Password, r#"\bsmbclientARGUMENTS-U\s+["']?[^\s%\x1a]+%(?<secret>[^\s"'\x1a]+)"#, candidate::is_argument),
    // What a program reads from its standard input.
    (
        Password,
        r"\b(?:echo|printf)\s+(?:-\w+\s+)*VALUE\s*\|\s*
        (?:[^\n|]*\s)?(?:sudo\s+-S|passwd\s+--stdin|[^\n|]*--password-stdin|cryptsetup|kinit)",
        candidate::is_argument,
    ),
    (
        Password,
        r#"\b(?:echo|printf)\s+(?:-\w+\s+)*["']?[\w.-]+:(?<secret>[^\s"'\x1a]+)["']?\s*\|\s*(?:sudo\s+)?chpasswd"#,
        candidate::is_argument,
    ),
    (
        Password,
        r"\b(?:kinit|sudo|su|passwd|chpasswd|cryptsetup|login|gpg)\b[^\n|;\x1a]*<<<[ \t]*VALUE",
        candidate::is_argument,
    ),
    (
        Token,
        r"\b(?:vault\s+login|doctl\s+auth\s+init\s+-t|gh\s+auth\s+login\s+--with-token\s*<<<
        |glab\s+auth\s+login\s+-t)\s+VALUE",
        candidate::is_token,
    ),
    // https://requests.readthedocs.io/en/latest/user/authentication
    (
        Password,
        r#"(?:\bauth\s*=\s*|BasicAuth|basic_auth)\(\s*\\*["'][^"'\n\x1a]*["']\s*,\s*VALUE"#,
        candidate::is_argument,
    ),
    // https://docs.quay.io/glossary/robot-accounts.html and
    // https://goharbor.io/docs/latest/working-with-projects/project-configuration/create-robot-accounts
    (
        Token,
        r#"(?i)\b[a-z]{3}[\w.-]*[+$][a-z][\w.+-]*["'`]?(?:[ \t]*[:/|,=][ \t]*|[ \t]+)["'`]?(?<secret>[a-z0-9]{24,})\b"#,
        candidate::is_token,
    ),
    // Also without a program: `login: admin / x`.
    (
        Password,
        r#"(?i)\b(?:creds?|credentials?|log-?in|zugangsdaten|identifiants?|credenciales)\b
        (?:[ \t]+(?:for|to|of|für|pour|para)[ \t]+[^\s:=]+(?:[ \t][^\s:=]+){0,2})?[ \t]*(?::|=|is|are)[ \t]*
        [`'"(]?[\w.@-]+[`'"]?(?:[ \t]*[:/|,][ \t]*|[ \t]+and[ \t]+)VALUE"#,
        candidate::is_mixed_password,
    ),
];

const STATEMENTS: [(Kind, &str, Check); 3] = [
    // https://dev.mysql.com/doc/refman/8.4/en/create-user.html
    (Password, r"(?i)\bidentified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?VALUE", candidate::is_argument),
    // https://www.postgresql.org/docs/current/sql-createrole.html
    (
        Password,
        r"(?i)\b(?:user|role|login|with|encrypted)\s[^\n;\x1a]*?\bpassword\s+'(?<single>[^'\n\x1a]+)'",
        candidate::is_filled_in,
    ),
    // https://redis.io/docs/latest/operate/oss_and_stack/management/config,
    // https://www.rabbitmq.com/docs/access-control
    (
        Password,
        r"(?im)^\s*(?:requirepass|masterauth|rabbitmqctl\s+(?:add_user|change_password)\s+\S+)\s+VALUE",
        candidate::is_option,
    ),
];
