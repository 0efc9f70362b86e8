//! Words that stand where a secret could stand: placeholders, prose, and names of types. Compared in lower case.

/// Stand for a secret that the reader has to fill in, alone or among `FILLERS`, as in `your-token-here`.
pub(super) const PLACEHOLDERS: &[&str] = &[
    "changeit", "changeme", "censored", "dummy", "enter", "example", "fill", "here", "hidden", "insert", "masked", "omitted",
    "paste", "placeholder", "put", "redacted", "removed", "replace", "replaceme", "sanitized", "tbd", "todo", "xxx", "your",
    "yours",
];

/// Stand beside placeholders, or repeat the name of what is asked for, as in `password=password`.
pub(super) const FILLERS: &[&str] = &[
    "a", "access", "actual", "admin", "an", "api", "app", "auth", "aws", "bearer", "bot", "by", "change", "client", "data", "db",
    "github", "gitlab", "goes", "id", "in", "is", "it", "jwt", "key", "me", "my", "new", "of", "own", "pass", "passphrase",
    "passwd", "password", "pat", "plus", "pwd", "quay", "real", "robot", "s", "secret", "secure", "service", "slack", "some",
    "strong", "the", "this", "to", "token", "user", "username", "value", "webhook", "with",
];

/// Name what is asked for; alone they are no secret.
pub(super) const SELF: &[&str] = &[
    "apikey", "api_key", "api-key", "credentials", "key", "pass", "passwd", "password", "pat", "pw", "pwd", "pass1", "pass2",
    "secret", "token", "access_token", "client_secret", "new_password", "newpassword", "old_password", "secret_key",
];

/// Literals and types of programming languages and schemas.
pub(super) const TYPES: &[&str] = &[
    "any", "array", "bool", "boolean", "bytes", "char", "false", "int", "integer", "nil", "no", "none", "null", "number", "object",
    "off", "on", "optional", "secretstr", "str", "string", "text", "true", "undefined", "varchar", "void", "yes",
];

/// What follows `password:` or `the password is` in a sentence. Endings of English participles and adjectives are
/// judged by `ENDINGS`.
pub(super) const PROSE: &[&str] = &[
    "a", "about", "above", "after", "again", "all", "already", "also", "always", "an", "and", "any", "are", "as", "asks", "at",
    "auth", "bad", "base64", "be", "because", "before", "below", "but", "by", "can", "cannot", "change", "check", "choose", "click", "contact", "create", "correct", "could",
    "dead", "default", "did", "do", "does", "don", "each", "either", "else", "empty", "enter", "error", "every", "fails", "field", "fine",
    "flag", "for", "forgot", "forgotten", "found", "from", "go", "gone", "good", "has", "have", "he", "how", "i", "if", "in",
    "incorrect", "instead", "into", "invalid", "is", "it", "its", "just", "kept", "known", "later", "log", "login", "long", "look", "lost",
    "managed", "may", "me", "min", "missing", "must", "my", "needed", "never", "new", "no", "not", "now", "of", "off", "ok",
    "okay", "old", "on", "once", "only", "open", "option", "or", "our", "out", "over", "parameter", "per", "pick", "ping", "please", "pls", "policy",
    "prompt", "public", "read", "renew", "request", "reset", "right", "rotate", "run", "same", "scope", "see", "sent", "set", "she", "should", "shown", "so", "some", "still",
    "stored", "strong", "such", "take", "taken", "than", "that", "the", "their", "them", "then", "there", "they", "this", "those",
    "through", "to", "too", "try", "type", "unchanged", "unknown", "unset", "until", "up", "upon", "use", "user", "valid", "via",
    "was", "we", "weak", "were", "what", "when", "where", "whether", "which", "while", "who", "why", "will", "with", "within",
    "without", "would", "wrong", "you", "your",
    // The same in the languages in which people write to us.
    "abgelaufen", "das", "der", "die", "ein", "eine", "falsch", "ist", "leer", "nicht", "vergessen", "wird", "wie", "wo",
    "cambiar", "como", "cómo", "el", "es", "está", "incorrecta", "la", "no", "olvidada", "por", "que", "se",
    "est", "et", "il", "incorrect", "je", "le", "oublié", "pas", "perdu", "que", "un", "une", "vous", "errada", "expirou", "não",
    "chybné", "je", "není", "zapomenuté", "не", "неверный", "забыл", "устарел", "истёк", "это", "нет", "для",
];

/// Endings of words that describe: `expired`, `missing`, `mandatory`, `visible`, `different`.
pub(super) const ENDINGS: &[&str] =
    &["able", "ally", "ary", "ated", "ed", "ent", "ible", "ing", "ired", "ly", "ment", "ory", "ous", "tion", "tions", "ful"];

/// Names with a digit in them that stand after `password` or `token` and are none.
pub(super) const TECHNICAL: &[&str] = &[
    "argon2", "argon2d", "argon2i", "argon2id", "base32", "base64", "hs256", "http2", "ipv4", "ipv6", "jsr303", "md5", "oauth1",
    "oauth2", "oidc2", "pbkdf2", "pkcs1", "pkcs8", "pkcs12", "rs256", "saml2", "sha1", "sha256", "sha384", "sha512", "utf8",
    "utf-8", "x509", "ed25519", "k8s", "s3", "1password", "keepass2", "es256", "bcrypt2", "sha-256", "sha-512", "aes256",
];
