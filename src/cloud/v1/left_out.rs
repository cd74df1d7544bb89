//! What of a request was left out, as the fields of an empty 200 tell it.

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::cloud::problem::Violation;

const COUNT: HeaderName = HeaderName::from_static("x-products-violations-count");
const FIRST: HeaderName = HeaderName::from_static("x-products-violations");
/// Violations that are listed; the others are only counted.
const LISTED: usize = 20;

/// Violations, as many as are told of.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    count: usize,
    first: Vec<Violation>,
}

impl LeftOut {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn note(&mut self, violation: Violation) {
        self.count += 1;
        if self.first.len() < LISTED {
            self.first.push(violation);
        }
    }

    /// The first ones.
    pub(super) fn into_first(self) -> Vec<Violation> {
        self.first
    }
}

impl IntoResponse for LeftOut {
    fn into_response(self) -> Response {
        let mut response = ().into_response();
        if self.is_empty() {
            return response;
        }
        let fields = response.headers_mut();
        fields.insert(COUNT, HeaderValue::from(self.count));
        let text = ascii(&serde_json::to_string(&self.first).unwrap_or_default());
        if let Ok(text) = HeaderValue::from_str(&text) {
            fields.insert(FIRST, text);
        }
        response
    }
}

/// JSON with everything beyond ASCII escaped, as a header can carry it.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, ' '..='~') {
            text.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_header_can_carry_any_violation() {
        let violation = Violation::new("[0].\u{1f37a}\u{7f}я".repeat(99), "is \"odd\"");
        let mut left_out = LeftOut::default();
        (0..30).for_each(|_| left_out.note(violation.clone()));
        let response = left_out.into_response();
        let fields = response.headers();
        assert_eq!(fields.get(&COUNT).and_then(|v| v.to_str().ok()), Some("30"));
        let first: Vec<Value> = fields
            .get(&FIRST)
            .and_then(|value| serde_json::from_str(value.to_str().ok()?).ok())
            .unwrap_or_default();
        assert_eq!(first.len(), LISTED);
    }
}
