//! The parts of a message that are spoiled the same way wherever it passes.

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, TRANSFER_ENCODING,
};

/// No JSON, no XML, no text in UTF-8, no image.
const GARBAGE: &[u8] = b"\xff\xfe\x00}{<garbage made on purpose\xc3(";

/// The type of the text that [`explanation`] gives.
pub const EXPLANATION_TYPE: &str = "text/plain; charset=utf-8";

/// What an answer says that stands in for the receiver's.
pub fn explanation(id: &str) -> String {
    format!("evotor-gateway answered on purpose: fault {id}.\n")
}

/// Bytes that are of no type.
pub fn garbage() -> Bytes {
    Bytes::from_static(GARBAGE)
}

/// Fits the fields to a body of this length, which is not encoded.
pub fn measure(fields: &mut HeaderMap, length: usize) {
    fields.remove(TRANSFER_ENCODING);
    fields.remove(CONTENT_ENCODING);
    fields.insert(CONTENT_LENGTH, HeaderValue::from(length));
}

/// Says another type.
pub fn retype(fields: &mut HeaderMap, kind: &str) {
    // The configuration takes nothing else.
    if let Ok(kind) = HeaderValue::from_str(kind) {
        fields.insert(CONTENT_TYPE, kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_of_no_type() {
        let garbage = garbage();
        assert!(std::str::from_utf8(&garbage).is_err());
        assert!(serde_json::from_slice::<serde_json::Value>(&garbage).is_err());
    }

    #[test]
    fn a_body_that_was_replaced_has_one_framing_and_no_encoding() {
        let mut fields = HeaderMap::new();
        fields.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        measure(&mut fields, 3);
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[CONTENT_LENGTH], "3");
    }
}
