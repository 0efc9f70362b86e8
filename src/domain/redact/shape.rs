//! Secrets that give themselves away by their shape, wherever they stand.
//!
//! Most shapes end with a minimum length below the true one: their owners keep changing it.

use std::sync::LazyLock;

use super::Kind;
use super::candidate::{self, Check};
use super::rule::Rule;

/// Before a token: no part of a longer word, but the `n` of an escaped line break is none.
const START: &str = r"(?:\b|\\[nrt])";

/// So many shapes are one expression: one alone is large for what it says, all together are seldom needed.
const TOGETHER: usize = 16;

/// All rules of this room; those that take most come first.
pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let keys = PRIVATE_KEYS.iter().map(|pattern| Rule::new(Kind::PrivateKey, pattern, |_| true));
    let tokens = TOKENS.chunks(TOGETHER).map(|patterns| (patterns, candidate::has_shape as Check));
    let rare = RARE.chunks(TOGETHER).map(|patterns| (patterns, candidate::has_rare_shape as Check));
    let any_of = |(patterns, check): (&[&str], Check)| {
        Rule::new(Kind::Token, &format!("{START}(?<secret>{})", patterns.join("|")), check)
    };
    let placed = PLACED.iter().map(|(kind, pattern, check)| Rule::new(*kind, pattern, *check));
    keys.chain(tokens.chain(rare).map(any_of)).chain(placed).collect()
});

/// RFC 7468 (https://www.rfc-editor.org/rfc/rfc7468), OpenSSH's, and RFC 9580's armor
/// (https://www.rfc-editor.org/rfc/rfc9580#name-forming-ascii-armor). Chat programs make long dashes of short ones.
const PRIVATE_KEYS: [&str; 6] = [
    // Whole. Only dots between the lines are an example.
    r"(?s)(?u:[-–—]){2,}BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?(?u:[-–—]){2,}[\s>\\nr]*[A-Za-z0-9+/=](?u:[^…])*?
    (?u:[-–—]){2,}END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?(?u:[-–—]){2,}",
    // Without an end: all that comes may be part of it.
    r"(?s)(?u:[-–—]){2,}BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?(?u:[-–—]){2,}
    (?:[ \t]*(?:\r?\n|\\+r|\\+n)[\s>\\nr]*[A-Za-z0-9+/=]|\s*[A-Za-z0-9+/=]{24}).*",
    // Without a beginning: the lines of base64 before the end.
    r"(?:[A-Za-z0-9+/=]+[ \t]*(?:\r?\n[ \t>]*|\\+r|\\+n)+|(?:Proc-Type|DEK-Info|Version|Comment): [^\n]*\n+)+
    (?u:[-–—]){2,}END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?(?u:[-–—]){2,}",
    // A PEM block in base64, as Kubernetes Secrets hold it: `-----BEGIN`, then a kind that is private.
    r"LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFURS|BFQyBQUklWQVRF|BEU0EgUFJJVkFUR|BPUEVOU1NIIFBSSVZBVEUg
    |BFTkNSWVBURUQgUFJJVkFURS)[A-Za-z0-9+/=]*(?:\s+[A-Za-z0-9+/=]{20,})*",
    // https://the.earth.li/~sgtatham/putty/0.78/htmldoc/AppendixC.html
    r"Private-Lines: \d+\s+(?:[A-Za-z0-9+/=]+\s+)*Private-(?:MAC|Hash): [0-9a-f]+",
    // https://age-encryption.org/v1
    r"(?i)AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{20,}",
];

/// Whose shape no name of a thing has.
const TOKENS: [&str; 50] = [
    // https://api.slack.com/authentication/token-types
    r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}",
    r"xapp-\d-[A-Za-z0-9-]{10,}",
    r"xwfp-[A-Za-z0-9-]{10,}",
    // https://api.slack.com/messaging/webhooks
    r"https://hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[\w/-]{16,}",
    // https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    r"gh[a-z]_[A-Za-z0-9]+_ey[\w-]+(?:\.[\w-]+)+",
    r"gh[pousr]_[A-Za-z0-9]{20,}",
    r"github_pat_[A-Za-z0-9_]{20,}",
    // Those of GitHub's Apps before https://github.blog/engineering/behind-githubs-new-authentication-token-formats
    r"v1\.[0-9a-f]{40}\b",
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    r"GR1348941[\w-]{16,}",
    // https://docs.redhat.com/en/documentation/openshift_container_platform/4.6/html/release_notes (OAuth tokens)
    r"sha256~[\w-]{16,}",
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
    // https://docs.cloud.google.com/docs/authentication/api-keys and identity/protocols/oauth2
    r"AIza[\w-]{30,}",
    r"ya29\.[\w.-]{20,}",
    r"GOCSPX-[\w-]{16,}",
    r"1//0[\w-]{30,}",
    // RFC 7519: `{"` in base64 begins with `eyJ` or `eyI`, three parts, or five when encrypted
    r"ey[IJ][\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){1,3}",
    // https://docs.npmjs.com/about-access-tokens, https://pypi.org/help/#apitoken,
    // https://guides.rubygems.org/api-key-scopes
    r"npm_[A-Za-z0-9]{30,}",
    r"pypi-[\w-]{30,}",
    r"rubygems_[0-9a-f]{32,}",
    // https://docs.docker.com/security/access-tokens, https://huggingface.co/docs/hub/security-tokens
    r"dckr_[a-z]{3}_[\w-]{16,}",
    r"(?:hf|api_org)_[A-Za-z0-9]{20,}",
    // https://docs.stripe.com/keys
    r"(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,}",
    // https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys, https://www.twilio.com/docs/iam/api-keys
    r"SG\.[\w-]{16,}\.[\w-]{16,}",
    r"SK[0-9a-f]{32}\b",
    // https://developer.hashicorp.com/vault/docs/concepts/tokens, and Terraform's
    r"hv[sbr]\.[\w-]{16,}",
    r"[A-Za-z0-9]{10,}\.atlasv1\.[\w=-]{30,}",
    // https://docs.digitalocean.com/reference/api/create-personal-access-token
    r"do[opr]_v1_[0-9a-f]{32,}",
    // https://grafana.com/docs/grafana/latest/administration/service-accounts
    r"glsa_[A-Za-z0-9]{16,}(?:_[0-9A-Fa-f]{8})?",
    r"glc_[A-Za-z0-9+/]{20,}=*",
    r"eyJrIjoi[A-Za-z0-9+/]{20,}=*",
    // Prefixes as their owners publish them to https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
    // Atlassian, Databricks, Doppler, Postman, New Relic, Shopify, Notion, Pulumi, SonarQube, Artifactory, Dynatrace,
    // 1Password, Fly, Airtable, Square, Mailgun
    r"AT[AC]TT3[\w=-]{30,}",
    r"dapi[0-9a-f]{32}(?:-\d)?",
    r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,}",
    r"(?:PMAK-[0-9a-f]{20,}|NRAK-[A-Z0-9]{20,})[0-9a-f-]*",
    r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    r"secret_[A-Za-z0-9]{40,}",
    r"(?:pul-|sq[pau]_)[0-9a-f]{40}",
    r"(?:AKCp|cmVmd)[A-Za-z0-9]{50,}",
    r"dt0[a-z]\d{2}\.[A-Z0-9]{20,}\.[A-Z0-9]{40,}",
    r"ops_eyJ[\w+/=-]{40,}|A3-[A-Z0-9]{6}-[A-Z0-9-]{20,}",
    r"(?:fm2_|fo1_)[\w+/=,-]{40,}",
    r"pat[A-Za-z0-9]{14}\.[0-9a-f]{50,}",
    r"(?:sq0(?:atp|csp)-[\w-]{20,}|EAAA[\w-]{55,})",
    r"key-[0-9a-f]{32}\b|[0-9a-f]{32}-us\d{1,2}\b",
    // https://learn.microsoft.com/entra/identity-platform: client secrets of applications
    r"[\w.~]{3}\dQ~[\w.~-]{30,36}",
    // https://discord.com/developers/docs/reference#authentication and resources/webhook
    r"[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,}",
    r"https://(?:\w+\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/[\w-]{20,}",
    // https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors, Zapier, IFTTT
    r"https://[\w.-]+\.webhook\.office\.com/[\w@/-]{20,}",
    r"https://hooks\.zapier\.com/hooks/catch/[\w/]{8,}",
    r"https://maker\.ifttt\.com/trigger/\w+/(?:json/)?with/key/[\w-]{10,}",
];

/// Whose shape names of things can have too.
const RARE: [&str; 7] = [
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    r"gl[a-z]{2,5}-[\w.-]{16,}",
    // OpenAI, Anthropic and those who took their shape
    r"sk-[\w-]{20,}",
    r"(?:whsec|gsk|xai|nvapi|pplx|tgp_v1|r8|fw|csk)[_-][\w+/-]{24,}=*",
    // As published there too: Linear, Figma, Notion, Supabase, PlanetScale, Buildkite, CircleCI, Sentry; Tailscale,
    // crates.io, Alibaba
    r"(?:lin_api|figd|ntn|sbp|pscale_(?:tkn|pw|oauth)|bkua|CCIPAT|rdme|sntry[su]|apify_api)_
        [\w+/.-]{16,}=*",
    r"tskey-[a-z]+-[\w-]{16,}",
    r"cio[A-Za-z0-9]{32}\b",
    r"LTAI[A-Za-z0-9]{12,24}\b",
];

const PLACED: &[(Kind, &str, Check)] = &[
    // https://core.telegram.org/bots/api#authorizing-your-bot
    (Kind::Token, r"(?:\b|bot)(?<secret>\d{8,10}:[A-Za-z0-9_-]{32,})", candidate::has_shape),
    // The secret key that stands beside its id.
    (Kind::Token, r#"(?s)\x1a[\s:,;/|"'`]{1,8}(?<secret>[A-Za-z0-9+/]{40})(?:[^A-Za-z0-9+/=]|$)"#, candidate::is_token),
    // https://docs.ceph.com/en/latest/rados/configuration/auth-config-ref: keys of twelve known first bytes
    (Kind::Token, r"\b(?<secret>AQ[A-D][A-Za-z0-9+/]{35}==)", candidate::has_shape),
    // https://docs.redhat.com/en/documentation/openshift_container_platform: kubeadmin's, as the installer draws it
    (Kind::Password, r"\b(?<secret>[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){3})\b", candidate::has_drawn_shape),
    (
        Kind::Password,
        r"(?i)\bkubeadmin\b[^\n\x1a]{0,40}?\b(?<secret>[a-z0-9]{5}(?:-[a-z0-9]{5}){3})\b",
        candidate::is_filled_in,
    ),
    // crypt(5): https://manpages.debian.org/bookworm/libcrypt-dev/crypt.5.en.html, and Apache's
    (
        Kind::Password,
        r"(?<secret>\$(?:2[abxy]\$\d\d|[156y]|apr1|gy|7|argon2\w+)\$[A-Za-z0-9./$=,+]{20,})",
        candidate::has_shape,
    ),
];
