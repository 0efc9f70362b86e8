//! How a list is continued: tokens that say where, and as of when. Pure; it must not know what is listed.
//! <https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks>

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};

use super::History;
use super::status::Refusal;

/// As of whenever: what comes is what is there now.
const INCONSISTENT: i64 = -1;
const VERSION: &str = "meta.k8s.io/v1";

/// As Go reads it: without padding, and careless about the bits that are left over.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Where a list goes on.
#[derive(Debug, Serialize, Deserialize)]
struct Token {
    v: String,
    rv: i64,
    /// The key that would follow the last one that was given.
    start: String,
}

fn written(rv: i64, start: String) -> String {
    BASE64.encode(serde_json::json!(Token { v: VERSION.to_owned(), rv, start }).to_string())
}

/// The token after an object of this key.
pub(super) fn after(key: &str, revision: i64) -> String {
    written(revision, format!("{key}\0"))
}

/// The first key that is still to come, and the version as of which.
pub(super) fn start(token: &str, history: History) -> Result<(String, i64), Refusal> {
    let refused =
        |why: String| Refusal::bad_request(&format!("invalid continue token: continue key is not valid: {why}"));
    let decoded = BASE64.decode(token).map_err(|why| refused(why.to_string()))?;
    let token: Token = serde_json::from_slice(&decoded).map_err(|_| refused(strange(&decoded)))?;
    if token.v != VERSION {
        return Err(refused(format!("server does not recognize this encoded version \"{}\"", token.v)));
    }
    match token.rv {
        INCONSISTENT => Ok((token.start, history.newest)),
        rv if rv < history.oldest => Err(Refusal::expired(&written(INCONSISTENT, token.start))),
        rv => Ok((token.start, rv)),
    }
}

/// What is wrong with a token that is no JSON, as Go says it.
fn strange(decoded: &[u8]) -> String {
    match decoded.first() {
        None => "unexpected end of JSON input".to_owned(),
        Some(byte) if byte.is_ascii_graphic() => {
            format!("invalid character '{}' looking for beginning of value", char::from(*byte))
        }
        Some(byte) => format!("invalid character '\\u{byte:04x}' looking for beginning of value"),
    }
}
