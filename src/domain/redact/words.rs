//! Words that stand where a secret could stand: placeholders, prose, types and terms. Compared in lower case.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A set of words.
pub(super) type Words = LazyLock<HashSet<&'static str>>;

/// Stand for a secret that the reader has to fill in, alone or among `FILLERS`, as in `your-token-here`.
pub(super) static PLACEHOLDERS: Words = LazyLock::new(|| {
    words(
        "censored changeit changeme dummy enter example fill here hidden insert masked omitted paste placeholder \
         put redacted removed replace replaceme sanitized tbd todo xxx your yours",
    )
});

/// Stand beside placeholders.
pub(super) static FILLERS: Words = LazyLock::new(|| {
    words(
        "a access actual admin an api app auth aws bearer bot by change client data db github gitlab goes id in is \
         it jwt key me my new of own pass passphrase passwd password pat plus pwd quay real robot s secret secure \
         service slack some strong the this to token user username value webhook with",
    )
});

/// Name what is asked for, as in `password=password`; alone they are no secret.
pub(super) static SELF: Words = LazyLock::new(|| {
    words(
        "access_token api-key api_key apikey client_secret credentials key new_password newpassword old_password \
         pass pass1 pass2 passwd password pat pw pwd secret secret_key token",
    )
});

/// Literals and types of programming languages and schemas.
pub(super) static TYPES: Words = LazyLock::new(|| {
    words(
        "any array bool boolean bytes char false int integer nil no none null number object off on optional \
         secretstr str string text true undefined varchar void yes",
    )
});

/// Names with a digit in them that stand after `password` or `token` and are none.
pub(super) static TECHNICAL: Words = LazyLock::new(|| {
    words(
        "1password aes256 argon2 argon2d argon2i argon2id base32 base64 bcrypt2 ed25519 es256 hs256 http2 ipv4 \
         ipv6 jsr303 k8s keepass2 md5 oauth1 oauth2 oidc2 pbkdf2 pkcs1 pkcs12 pkcs8 rs256 s3 saml2 sha-256 sha-512 \
         sha1 sha256 sha384 sha512 utf-8 utf8 x509",
    )
});

/// What follows `password:` or `the password is` in a sentence, in the languages in which people write to us. The
/// endings of other such words are in `ENDINGS`.
pub(super) static PROSE: Words = LazyLock::new(|| {
    words(
        "a about above after again all already also always an and any are as ask asks at auth bad base64 be because \
         before below but by can cannot change check choose click contact correct could create dead default did do \
         does don each either else empty enter error every fails field fine flag for forgot forgotten found from get \
         go gone good has have he how i if in incorrect instead into invalid is it its just keep kept known later \
         leave log login long look lost managed may me min missing must my needed never new no not now of off ok okay \
         old on once only open option or our out over parameter per pick ping please pls policy prompt public read \
         renew request reset right rotate run same scope see sent set she should shown so some still stored strong \
         such take taken than that the their them then there they this those through to too try type unchanged \
         unknown unset until up upon use user valid via was we weak were what when where whether which while who why \
         will with within without would wrong you your abgelaufen das der die ein eine falsch ist leer nicht \
         vergessen wird wie wo cambiar como cómo el es está incorrecta la olvidada por que se est et il je le oublié \
         pas perdu un une vous errada expirou não chybné není zapomenuté не неверный забыл устарел истёк это нет для",
    )
});

/// Stand between `password` and `is` where the password itself is meant: prepositions, pronouns and the verb.
pub(super) static LINKS: Words = LazyLock::new(|| {
    words(
        "above again also always are as at be becomes being below currently for from here i in inside into is it now \
         of on still that there they this to under was we which with would you set been he she am an auf aus bei beim \
         dazu des der die das dafür fuer für heißt im ist jetzt lautet vom von war zu zum zur à au avec da dal de del \
         dell della do dos du en era es est était para per pour sono sur é è je k ke na pro od är er för på till av til \
         van voor op это от для к на в",
    )
});

/// Endings of words that describe: `expired`, `missing`, `mandatory`, `visible`, `different`.
pub(super) const ENDINGS: [&str; 15] =
    ["able", "ally", "ary", "ed", "ent", "ful", "ible", "ing", "ired", "ly", "ment", "ory", "ous", "tion", "tions"];

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}
