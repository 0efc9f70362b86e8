//! How addresses and the names of files are spelled in the catalogue. Knows no kind of file.

use url::Url;

/// What is wrong with an address, if anything.
pub(super) fn fault_of_url(address: &str) -> Option<String> {
    let fault = |why: &str| Some(format!("<{address}> {why}"));
    let url = match Url::parse(address) {
        Ok(url) => url,
        Err(error) => return fault(&format!("is no address: {error}")),
    };
    match url.scheme() {
        "mailto" => None,
        "http" | "https" if url.host_str().is_none_or(|host| !host.contains('.')) => fault("names no public host"),
        // `authuser` opens a page with the reader's n-th Google account, which is the author's business only.
        "http" | "https" if url.query_pairs().any(|(key, _)| key == "authuser") => {
            fault("holds an `authuser` query: end the address before the question mark")
        }
        "http" | "https" if address.ends_with('.') => fault("ends with a full stop"),
        "http" | "https" => None,
        _ => fault("must begin with https://, http:// or mailto:"),
    }
}

/// The same where people are sent in: nothing but https.
pub(super) fn fault_of_https_url(address: &str) -> Option<String> {
    match Url::parse(address) {
        Ok(url) if url.scheme() == "https" => fault_of_url(address),
        Ok(_) => Some(format!("<{address}> must begin with https://")),
        Err(_) => Some(format!("<{address}> is no address; it must begin with https://")),
    }
}

/// The name that was probably meant, to follow a name that nobody knows; empty where none is near.
pub(super) fn nearest(name: &str, known: &[&str]) -> String {
    // A third of the letters may be wrong: beyond that, two names have nothing to do with each other.
    let bound = (name.chars().count() / 3).max(1);
    let near = known.iter().map(|other| (strsim::osa_distance(other, name), other));
    let near = near.filter(|(distance, _)| *distance <= bound).min();
    near.map(|(_, other)| format!(" (did you mean \"{other}\"?)")).unwrap_or_default()
}

/// Names of files stand in addresses and in keys: small letters, digits, and hyphens between them.
pub(super) fn is_name(id: &str) -> bool {
    id.split('-').all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}
