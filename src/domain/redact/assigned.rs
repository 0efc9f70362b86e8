//! Secrets that are known by the name beside them, in whatever way the two are joined: YAML, JSON, shells, programs,
//! XML, tables, sentences.

use std::sync::LazyLock;

use super::Kind::{self, Kubeconfig, Password, Token};
use super::candidate::{self, Check};
use super::rule::{Rule, VALUE};

/// Names of passwords, with whatever stands before them in one word.
const PASSWORD: &str = r"(?:[\w.$-]*(?:pass[_-]?(?:word|wd|phrase|code|wort)|passwort|pwd|kennwort|contrase(?u:[ñn])a|senha
    |heslo|(?u:hasło|пароль|密码|密碼|パスワード|비밀번호|lösenord|jelszó|şifre|mật khẩu)|wachtwoord|adgangskode|salasana
    |parola|mot[ _-]?de[ _-]?passe|(?:bind|root|user|admin|db)pw))";

/// Short names that mean other things too, so that the value has to look like a password.
const SHORT: &str = r"(?:\b(?-i:pass|Pass|pw|PW|pin|PIN|psk|PSK|[Cc]lave)|[\w.$-]*[_.$-](?:pass|pw|pin|psk)
    |[\w.$-]*[a-z](?-i:Pass|Pwd|Pw))";

/// Names of tokens and secrets.
const TOKEN: &str = r"(?:[\w.$-]*(?:token|secret|credential|jwt|bearer|passkey)|\b(?:pat|otp[ _-]?secret))";

/// Names of secrets between programs. Others, such as `secret` and `existingSecret`, often hold the name of a Secret.
const SHARED: &str = r"[\w.$-]*(?:client|webhook|app|application|jwt|signing|cookie|shared|session|encryption|consumer
    |oauth2?|api|auth|csrf|hmac)[ _.-]?secret";

/// Names of keys; many others, such as `public_key` and `primary_key`, are no secrets.
const KEY: &str = r"(?:[\w.$-]*(?:api|secret|access|private|encryption|signing|shared|account|master|auth|client|storage
    |session|service|deploy|license|app|application|subscription|hmac|cookie|admin|write|ssh|gpg|rsa|tls|ssl|webhook
    |recovery|hash|jwt|security)[ _.-]?(?:access[ _.-]?)?key)";

/// A key that only a sentence tells.
const THE_KEY: &str = r"\b(?:this|that|the|my|your|our|his|her|following|new|old)[ ]key";

/// After a name: what tells one of several from another, the plural, and the quotes and marks that end it.
const NAME_ENDS: &str = r#"(?:[_-]?(?:value|text|plain|plaintext|b64|base64|old|new|current|confirm|confirmation
    |base|raw|string|default|primary|secondary|backup|prod|production|stage|staging|dev|test|live
    |\d{1,2})){0,2}s?
    \\*["'`*_~\])]{0,4}"#;

/// Between name and value, as programs have it; `[None]` is how `aws configure` asks.
const JOINED: &str = r"(?u:[ \t\u{a0}])*(?:\[[^\]\n]{0,20}\])?(?u:[ \t\u{a0}])*
    (?:={1,3}|:=|=>|->|:|：|＝)>?(?u:[ \t\u{a0}])*(?:\*{1,2}[ \t])?";

/// Between name and value in tables and sentences, in the languages in which people write to us, after a few words.
const SAID: &str = r"(?:[ \t]+[A-Za-z0-9'@.\x80-\xff-]+){0,5}?[ \t]*[\x80-\xff]{0,8}
    (?:(?u:[ \t\u{a0}])*(?:[-=:|]|–|—)+>?(?u:[ \t\u{a0}])+|[ \t]*(?:は|是|为|為|:|：)[ \t]*
    |[ \t]+(?:is|was|are|ist|war|lautet|es|era|est|(?u:était|é|è|är|это)|je|to|sono|er|on|being|would be|set to)
    (?:[ \t]+(?:now|still|jetzt|also))?[ \t]*[:=]?[ \t]+)";

/// The value stands on the next line, in a fence or as a block of YAML.
const BELOW: &str = r"[ \t]*(?:is|was|ist|lautet|es|est)?[ \t]*[:=]?[ \t]*(?:[|>][+-]?\d?)?[ \t]*\n[ \t>]*
    (?:```\w*[ \t]*\n?[ \t>]*)?\s{0,8}";

/// Nothing joins them but a space.
const BESIDE: &str = r"[ \t]+";

/// Russian says `password of the cluster x`.
const OF: &str = r"[ \t]+(?u:от|к|для|на|до)[ \t]+[a-z\x80-\xff]+(?:[ \t]+[a-z\x80-\xff]+)?[ \t]+";

/// Names and how they are joined to their values; those that read more into a text come later.
const PAIRS: [(Kind, &str, &str, Check); 19] = [
    (Password, PASSWORD, JOINED, candidate::is_password),
    (Password, SHORT, JOINED, candidate::is_mixed_password),
    (Password, PASSWORD, SAID, candidate::is_said),
    (Password, SHORT, SAID, candidate::stands_out),
    (Password, PASSWORD, BELOW, candidate::stands_alone),
    (Password, PASSWORD, BESIDE, candidate::stands_out),
    (Password, PASSWORD, OF, candidate::stands_out),
    (Token, SHARED, JOINED, candidate::is_shared_secret),
    (Token, KEY, JOINED, candidate::is_token),
    (Token, KEY, SAID, candidate::is_said_token),
    (Token, KEY, BELOW, candidate::is_token),
    (Token, KEY, BESIDE, candidate::is_said_token),
    (Token, THE_KEY, JOINED, candidate::is_long_token),
    (Token, THE_KEY, SAID, candidate::is_long_token),
    (Token, THE_KEY, BELOW, candidate::is_long_token),
    (Token, TOKEN, JOINED, candidate::is_token),
    (Token, TOKEN, SAID, candidate::is_said_token),
    (Token, TOKEN, BELOW, candidate::is_token),
    (Token, TOKEN, BESIDE, candidate::is_said_token),
];

/// What only certain formats have.
const FORMATS: [(Kind, &str, Check); 20] = [
    // https://kubernetes.io/docs/reference/config-api/kubeconfig.v1
    (
        Kubeconfig,
        r#"\b(?:client[_-]key|client[_-]certificate|certificate[_-]authority)[_-]data\\*["']?\s*[:=]\s*(?:[|>][+-]?\s+)?\\*["']?
        (?<secret>[A-Za-z0-9+/]{8,}(?:\s+[A-Za-z0-9+/]{40,})*={0,2})"#,
        candidate::is_filled_in,
    ),
    // https://docs.docker.com/reference/cli/docker/login/#credential-stores
    (
        Token,
        r#"\\*["'](?:auth|identitytoken|registrytoken)\\*["']\s*:\s*\\*["'](?<secret>[\w+/.-]{8,}={0,2})"#,
        candidate::is_credential,
    ),
    (
        Token,
        r#"\.?dockerc(?:fg|onfigjson)\\*["']?\s*[:=]\s*\\*["']?(?<secret>[A-Za-z0-9+/]{16,}={0,2})"#,
        candidate::is_filled_in,
    ),
    // A container's environment:
    // https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container
    (
        Password,
        r#"\bname\\*["']?\s*[:=]\s*\\*["']?PASSWORD\\*["']?(?:,\s*|\s+)\\*["']?value\\*["']?\s*[:=][ \t]*VALUE"#,
        candidate::is_password,
    ),
    (
        Token,
        r#"\bname\\*["']?\s*[:=]\s*\\*["']?(?:TOKEN|KEY)\\*["']?(?:,\s*|\s+)\\*["']?value\\*["']?\s*[:=][ \t]*VALUE"#,
        candidate::is_token,
    ),
    // https://developer.hashicorp.com/terraform/language/values/variables
    (Password, r#"\bvariable\s+"PASSWORD"\s*\{[^}\x1a]*?\bdefault\s*=\s*VALUE"#, candidate::is_password),
    // https://maven.apache.org/settings.html#servers
    (Password, r"<(?:\w+:)?PASSWORD\b[^<>\n]*>\s*(?<secret>[^<>\n\x1a]+?)\s*</", candidate::is_password),
    (Token, r"<(?:\w+:)?(?:TOKEN|KEY)\b[^<>\n]*>\s*(?<secret>[^<>\n\x1a]+?)\s*</", candidate::is_token),
    (Password, r"\bpw[ \t]+VALUE", candidate::stands_out),
    // Tests say `PASS: name`, shells do not.
    (Password, r"\b(?-i:PASS)=VALUE", candidate::is_password),
    // Options of command lines, also as lists of YAML and JSON hold them.
    (Password, r"(?:^|\s)--?(?:PASSWORD|(?:store|key|src|dest)?pass)[ \t]+VALUE", candidate::is_option),
    (Password, r#"--PASSWORD\\*["'],\s*VALUE"#, candidate::is_option),
    (Password, r"-[ \t]+--PASSWORD[ \t]*\n[ \t>]*-[ \t]+VALUE", candidate::is_option),
    (Token, r#"--(?:TOKEN|KEY)\\*["'],\s*VALUE"#, candidate::is_token),
    (Token, r"-[ \t]+--(?:TOKEN|KEY)[ \t]*\n[ \t>]*-[ \t]+VALUE", candidate::is_token),
    // https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html
    (
        Password,
        r"\b(?:login|user|username|account)[ \t]+\S+[ \t]+(?:and[ \t]+)?(?:PASSWORD|pass)[ \t]+VALUE",
        candidate::is_option,
    ),
    (Password, r"\blogin[ \t]+\S+\s+password[ \t]+VALUE", candidate::is_option),
    // https://www.postgresql.org/docs/current/libpq-pgpass.html
    (Password, r"(?:^|\s)[\w.*-]+:(?:\d{4,5}|\*):[\w*-]+:[\w*-]+:VALUE", candidate::is_argument),
    // The same in a message; nobody passes anything there.
    (
        Password,
        r"\b(?:login|user|username|account)[ \t:=]+\S+[ \t,;/]+(?:and[ \t]+)?(?:pass|pw)[ \t:=]+VALUE",
        candidate::is_chosen,
    ),
    // A pass phrase may have spaces.
    (
        Password,
        r#"(?:pass[ _-]?phrase|seed[ _-]?phrase|mnemonic)(?:[ \t]+\w+){0,4}?[ \t]*[:=][ \t]*(?<secret>[^\s"'\x1a][^"'\n\x1a]+)"#,
        candidate::is_phrase,
    ),
];

/// All rules of this room.
pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let parts = [("PASSWORD", PASSWORD), ("VALUE", VALUE), ("TOKEN", TOKEN), ("KEY", KEY)];
    let spelled =
        |pattern: &str| parts.iter().fold(format!("(?i){pattern}"), |text, (name, part)| text.replace(name, part));
    let formats = FORMATS.iter().map(|(kind, pattern, check)| Rule::new(*kind, &spelled(pattern), *check));
    let pairs = PAIRS.iter().map(|(kind, name, between, check)| {
        Rule::new(*kind, &format!("(?i){name}{NAME_ENDS}{between}{VALUE}"), *check)
    });
    formats.chain(pairs).collect()
});
