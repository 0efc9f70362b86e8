//! Secrets that are known by the name beside them, in whatever way the two are joined: YAML, JSON, shells, programs, XML,
//! tables, sentences.

use std::sync::LazyLock;

use super::Kind;
use super::candidate::{self, Candidate};
use super::rule::{Rule, VALUE};

type Check = fn(&Candidate<'_>) -> bool;

/// Names of passwords, with whatever stands before them in one word.
const PASSWORD: &str = concat!(
    r"(?:[\w.$-]*(?:pass[_-]?(?:word|wd|phrase|code|wort)|passwort|pwd|kennwort|contrase(?:ñ|n)a|senha|heslo|hasło|пароль|密码|密碼",
    r"|パスワード|비밀번호|wachtwoord|lösenord|adgangskode|salasana|jelszó|şifre|parola)",
    r"|[\w.$-]*mot[ _-]?de[ _-]?passe|\bmật[ ]khẩu|\bpassword[ _]de)"
);

/// Short names that mean other things too, so that the value has to look like a password.
const SHORT: &str =
    r"(?:\b(?-i:pass|Pass|pw|PW|pin|PIN|psk|PSK)|[\w.$-]*[_.$-](?:pass|pw|pin|psk)|[\w.$-]*[a-z](?-i:Pass|Pwd|Pw))";

/// Names of tokens and secrets.
const TOKEN: &str = r"(?:[\w.$-]*(?:token|secret|credential|jwt|bearer|passkey)|\b(?:pat|otp[ _-]?secret))";

/// Names of secrets that programs share. Others, such as `secret` and `existingSecret`, often hold the name of a Secret.
const SHARED: &str = concat!(
    r"[\w.$-]*(?:client|webhook|app|application|jwt|signing|cookie|shared|session|encryption|consumer|oauth2?|api|auth|csrf|hmac)",
    r"[ _.-]?secret"
);

/// Names of keys; many others, such as `public_key` and `primary_key`, are no secrets.
const KEY: &str = concat!(
    r"(?:[\w.$-]*(?:api|secret|access|private|encryption|signing|shared|account|master|auth|client|storage|session|service|deploy",
    r"|license|app|application|subscription|hmac|cookie|admin|write|ssh|gpg|rsa|tls|ssl|webhook|recovery|hash|jwt|security)",
    r"[ _.-]?(?:access[ _.-]?)?key)"
);

/// After a name: what tells one of several from another, plural, and the quotes and marks that end it.
const NAME_ENDS: &str = r#"(?:[_-]?(?:value|text|plain|plaintext|b64|base64|old|new|current|confirm|confirmation|\d{1,2}))?s?\\*["'`*_~\])]{0,4}"#;

/// Between name and value. Sentences say `is`, in the languages in which people write to us.
const JOINED: &str =
    r"[ \t\u{a0}]*(?:\[[^\]\n]{0,20}\])?[ \t\u{a0}]*(?:={1,3}|:=|=>|->|[:：＝])>?[ \t\u{a0}]*(?:\*{1,2}[ \t])?";
const SAID: &str = concat!(
    r"(?:[ \t\u{a0}]*[-–—=:|]+>?[ \t\u{a0}]+|[ \t]*(?:は|是|为|為|:|：)[ \t]*",
    r"|[ \t]+(?:is|was|are|ist|war|lautet|es|era|est|était|é|je|to|è|sono|är|er|on|being|would be|set to|это)(?:[ \t]+(?:now|still|jetzt|also))?[ \t]*[:=]?[ \t]+)"
);
/// Russian says `password of the cluster x`.
const NO_COPULA: &str = r"[ \t]+(?:от|к|для|на|до)[ \t]+\p{L}+(?:[ \t]+\p{L}+)?[ \t]+";
/// A value may begin on the next line, in a fence or as a block of YAML.
const NEXT_LINE: &str = r"[ \t]*(?:is|was|ist|lautet|es|est)?[ \t]*[:=]?[ \t]*(?:[|>][+-]?\d?)?[ \t]*\n[ \t>]*(?:```\w*[ \t]*\n?[ \t>]*)?\s{0,8}";
const WORDS: &str = r"(?:[ \t]+[\p{L}\p{So}'’@.\d-]{1,24}){0,5}?[ \t]*\p{So}?\u{fe0f}?";

/// All rules of this room.
pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let mut rules: Vec<Rule> = FIXED
        .iter()
        .map(|(kind, pattern, check)| {
            let pattern = pattern
                .replace("PASSWORD", PASSWORD)
                .replace("VALUE", VALUE)
                .replace("TOKEN", TOKEN)
                .replace("KEY", KEY);
            Rule::new(*kind, &format!("(?i){pattern}"), *check)
        })
        .collect();
    let mut add = |kind, name: &str, between: &str, check| {
        rules.push(Rule::new(kind, &format!("(?i){name}{NAME_ENDS}{between}{VALUE}"), check));
    };
    let said = format!("{WORDS}{SAID}");
    add(Kind::Password, PASSWORD, JOINED, candidate::is_password as Check);
    add(Kind::Password, SHORT, JOINED, candidate::is_mixed_password);
    add(Kind::Password, PASSWORD, &said, candidate::is_said);
    add(Kind::Password, SHORT, &said, candidate::stands_out);
    add(Kind::Password, PASSWORD, NEXT_LINE, candidate::stands_alone);
    add(Kind::Password, PASSWORD, "[ \t]+", candidate::stands_out);
    add(Kind::Password, PASSWORD, NO_COPULA, candidate::stands_out);
    add(Kind::Token, SHARED, JOINED, candidate::is_key);
    for name in [KEY, TOKEN] {
        for between in [JOINED, &said, NEXT_LINE, "[ \t]+"] {
            add(Kind::Token, name, between, candidate::is_token);
        }
    }
    rules
});

const FIXED: &[(Kind, &str, Check)] = &[
    // https://kubernetes.io/docs/reference/config-api/kubeconfig.v1
    (
        Kind::Kubeconfig,
        r#"\b(?:client-key|client-certificate|certificate-authority)-data\\*["']?\s*[:=]\s*(?:[|>][+-]?\s+)?\\*["']?(?<secret>[A-Za-z0-9+/]{8,}(?:\s+[A-Za-z0-9+/]{40,})*={0,2})"#,
        candidate::is_base64,
    ),
    // https://docs.docker.com/reference/cli/docker/login/#credential-stores
    (
        Kind::Token,
        r#"\\*["'](?:auth|identitytoken|registrytoken)\\*["']\s*:\s*\\*["'](?<secret>[\w+/.-]{8,}={0,2})"#,
        candidate::is_credential,
    ),
    (
        Kind::Token,
        r#"\.dockerc(?:fg|onfigjson)\\*["']?\s*[:=]\s*\\*["']?(?<secret>[A-Za-z0-9+/]{16,}={0,2})"#,
        candidate::is_base64,
    ),
    // A container's environment: https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container
    (
        Kind::Password,
        r#"\bname\\*["']?\s*[:=]\s*\\*["']?PASSWORD\\*["']?\s*,?\s+\\*["']?value\\*["']?\s*[:=][ \t]*VALUE"#,
        candidate::is_password,
    ),
    (
        Kind::Password,
        r#"\bname\\*["']?\s*[:=]\s*\\*["']?PASSWORD\\*["']?,\\*["']?value\\*["']?\s*:[ \t]*VALUE"#,
        candidate::is_password,
    ),
    (
        Kind::Token,
        r#"\bname\\*["']?\s*[:=]\s*\\*["']?(?:TOKEN|KEY)\\*["']?\s*,?\s*\\*["']?value\\*["']?\s*[:=][ \t]*VALUE"#,
        candidate::is_token,
    ),
    // Terraform: https://developer.hashicorp.com/terraform/language/values/variables
    (Kind::Password, r#"\bvariable\s+"PASSWORD"\s*\{[^}\x1a]*?\bdefault\s*=\s*VALUE"#, candidate::is_password),
    // XML, as in Maven's settings: https://maven.apache.org/settings.html#servers
    (Kind::Password, r"<(?:\w+:)?PASSWORD\b[^<>\n]*>\s*(?<secret>[^<>\n\x1a]+?)\s*</", candidate::is_password),
    (Kind::Token, r"<(?:\w+:)?(?:TOKEN|KEY)\b[^<>\n]*>\s*(?<secret>[^<>\n\x1a]+?)\s*</", candidate::is_token),
    // Tests say `PASS: name`.
    (Kind::Password, r"\b(?-i:PASS)=VALUE", candidate::is_password),
    // Options of command lines.
    (Kind::Password, r"(?:^|\s)--?(?:PASSWORD|pass)[ \t]+VALUE", candidate::is_option_value),
    // https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html
    (
        Kind::Password,
        r"\b(?:login|user|username|account)[ \t]+\S+[ \t]+(?:and[ \t]+)?(?:PASSWORD|pass)[ \t]+VALUE",
        candidate::is_option_value,
    ),
    // A pass phrase may have spaces.
    (
        Kind::Password,
        r#"(?:pass[ _-]?phrase|seed[ _-]?phrase|mnemonic)[ \t]*[:=][ \t]*(?<secret>[^\s"'\x1a][^"'\n\x1a]+)"#,
        candidate::is_phrase,
    ),
];
