//! A backtick in a path, which `http`'s URLs refuse and public clients send.
//!
//! In a [`Uri`] a character beyond ASCII stands for it. No app can send that one, since targets are
//! ASCII; [`restored`] puts the backtick back into the head that is written to the partner. HTTP/2 has
//! no such way, and a request of this kind goes over HTTP/1.1.

use hyper::Uri;
use hyper::http::uri::{InvalidUri, PathAndQuery};
use memchr::memmem;

/// Of the private use area.
const STAND_IN: &str = "\u{f060}";

/// A vetted path and query as a URL that can be carried.
///
/// # Errors
/// A path that is not vetted.
pub fn carried(path: &str) -> Result<PathAndQuery, InvalidUri> {
    if memchr::memchr(b'`', path.as_bytes()).is_none() {
        return PathAndQuery::try_from(path);
    }
    let (before, query) = path.split_at(path.find('?').unwrap_or(path.len()));
    PathAndQuery::try_from(before.replace('`', STAND_IN) + query)
}

/// Whether something stands for a backtick.
pub fn is_carried(uri: &Uri) -> bool {
    !uri.path().is_ascii()
}

/// The URL as it is written to the partner.
pub fn written(uri: &Uri) -> String {
    let text = uri.to_string();
    if is_carried(uri) { text.replace(STAND_IN, "`") } else { text }
}

/// A head, its request line as the app's.
pub(super) fn restored(head: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(b'\r', head).unwrap_or(head.len());
    let (mut line, after) = head.split_at_checked(end).unwrap_or((head, &[]));
    let mut text = Vec::with_capacity(head.len());
    while let Some(at) = memmem::find(line, STAND_IN.as_bytes()) {
        text.extend_from_slice(line.get(..at).unwrap_or_default());
        text.push(b'`');
        line = line.get(at + STAND_IN.len()..).unwrap_or_default();
    }
    text.extend_from_slice(line);
    text.extend_from_slice(after);
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_vetted_path_is_carried_and_written_as_it_is() {
        for path in ["/", "/a?", "//a", "/|^{}[]?|^{}[]`", "/`", "/a`b``c?`", "/a?b?c"] {
            let uri = Uri::from(carried(path).unwrap());
            assert_eq!(written(&uri), path);
            assert_eq!(is_carried(&uri), path.split('?').next().unwrap().contains('`'), "{path}");
            let head = format!("GET {uri} HTTP/1.1\r\nX: \u{f060}\r\n\r\n");
            let out = format!("GET {path} HTTP/1.1\r\nX: \u{f060}\r\n\r\n");
            assert_eq!(restored(head.as_bytes()), out.as_bytes());
        }
    }
}
