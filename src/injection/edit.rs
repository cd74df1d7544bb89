//! What somebody changed about a message that was held.

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::{Method, StatusCode};

use super::message;

/// What is to be otherwise; what is not written stays.
#[derive(Debug, Default)]
pub struct Edit {
    /// Of a request.
    pub method: Option<Method>,
    /// Path and query of a request.
    pub target: Option<String>,
    /// Of an answer.
    pub status: Option<StatusCode>,
    /// Fields that have these values instead.
    pub set: Vec<(HeaderName, HeaderValue)>,
    /// Fields that go.
    pub unset: Vec<HeaderName>,
    /// Another body.
    pub body: Option<Bytes>,
}

/// Made anew with the message, or not the editor's to say.
const MADE_ANEW: [&str; 11] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-gateway-fault",
];

/// Whether a field frames a message or belongs to its connection, and so is made by the gateway alone.
pub fn is_made_anew(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    MADE_ANEW.contains(&lower.as_str()) || lower.starts_with("x-gateway-")
}

impl Edit {
    /// Whether nothing is otherwise.
    pub fn is_empty(&self) -> bool {
        self.parts().is_empty()
    }

    /// What is otherwise, in words: `method`, `path`, `status`, the names of fields, `body`.
    pub fn parts(&self) -> Vec<String> {
        let named = [
            ("method", self.method.is_some()),
            ("path", self.target.is_some()),
            ("status", self.status.is_some()),
        ];
        let named = named.into_iter().filter(|(_, is)| *is).map(|(name, _)| name.to_owned());
        let fields = self.set.iter().map(|(name, _)| name).chain(&self.unset);
        let body = self.body.is_some().then(|| "body".to_owned());
        named.chain(fields.map(ToString::to_string)).chain(body).collect()
    }

    /// Changes the fields, and fits them to another body. One that is written is not encoded.
    pub fn apply(&self, fields: &mut HeaderMap) {
        for name in &self.unset {
            fields.remove(name);
        }
        for (name, _) in &self.set {
            fields.remove(name);
        }
        for (name, value) in &self.set {
            fields.append(name, value.clone());
        }
        if let Some(body) = &self.body {
            let had = fields.contains_key(CONTENT_LENGTH) || fields.contains_key(TRANSFER_ENCODING);
            fields.remove(CONTENT_ENCODING);
            if had || !body.is_empty() {
                message::measure(fields, body.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_body_has_one_framing_and_an_edited_field_one_value() {
        let mut fields = HeaderMap::new();
        for (name, value) in
            [("x-a", "1"), ("x-a", "2"), ("x-b", "3"), ("transfer-encoding", "chunked")]
        {
            fields.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let edit = Edit {
            set: vec![(HeaderName::from_static("x-a"), HeaderValue::from_static("9"))],
            unset: vec![HeaderName::from_static("x-b")],
            body: Some(Bytes::from_static(b"abc")),
            ..Edit::default()
        };
        edit.apply(&mut fields);
        let left: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(
            left,
            [("content-length", "3"), ("x-a", "9")].iter().rev().copied().collect::<Vec<_>>()
        );
        assert_eq!(edit.parts(), ["x-a", "x-b", "body"]);
        assert!(Edit::default().is_empty());
    }

    #[test]
    fn framing_is_nobodys_to_write() {
        for name in ["Content-Length", "transfer-encoding", "Host", "X-Gateway-Error"] {
            assert!(is_made_anew(name), "{name}");
        }
        assert!(!is_made_anew("Content-Type") && !is_made_anew("X-Evotor-User-Id"));
    }
}
