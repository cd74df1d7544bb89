//! Fields that concern one connection and end with it (RFC 9110, section 7.6.1).

use hyper::HeaderMap;
use hyper::header::HeaderName;

/// Whether a field is one of them.
#[inline]
pub fn contains(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection" | "keep-alive" | "proxy-connection" | "te" | "transfer-encoding" | "upgrade"
    )
}

/// Removes all of them. Most heads have none or one, and a look at each field is cheaper than six
/// searches.
pub fn remove(fields: &mut HeaderMap) {
    while let Some(name) = fields.keys().find(|name| contains(name)) {
        let name = name.clone();
        fields.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    const NAMES: [&str; 6] =
        ["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"];

    #[test]
    fn they_go_however_many_they_are_and_the_others_stay() {
        let mut fields = HeaderMap::new();
        for name in NAMES.into_iter().chain(["content-length"]) {
            let name = HeaderName::from_static(name);
            fields.append(&name, HeaderValue::from_static("1"));
            fields.append(&name, HeaderValue::from_static("2"));
        }
        remove(&mut fields);
        assert_eq!(fields.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["content-length"]);
        assert_eq!(fields.len(), 2);
    }
}
