//! Proxy v1: the answer as `{status, body}` (the vendor's page, step 4). Pure.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::read::{GzDecoder, ZlibDecoder};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue};
use hyper::http::response::Parts;
use hyper::{Response, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::config::meant::Envelope;
use crate::fault::{Code, Fault};

/// The most of an answer that is put into an envelope, before and after decompression.
pub const MAX_BODY: usize = 32 << 20;

/// A partner's own envelope.
#[derive(Deserialize)]
struct Written<'a> {
    status: u16,
    #[serde(borrow)]
    body: &'a RawValue,
}

/// Turns a partner's answer into what a v1 app receives.
///
/// # Errors
///
/// `v1_envelope_invalid` where an envelope is required and there is none.
pub fn apply(mode: Envelope, mut parts: Parts, body: Bytes) -> Result<Response<Bytes>, Fault> {
    let body = decoded(&mut parts.headers, body);
    let written =
        std::str::from_utf8(&body).ok().and_then(|text| envelope_of(text, &parts.headers));
    match (mode, written) {
        (Envelope::Unwrap, Some(written)) => unwrapped(parts, &written),
        (Envelope::Require, None) => Err(not_an_envelope(parts.status)),
        (Envelope::Unwrap, None) => Ok(Response::from_parts(parts, body)),
        (Envelope::Wrap | Envelope::Require, Some(_)) => Ok(as_json(parts, body)),
        (Envelope::Wrap, None) => {
            let wrapped = wrap(parts.status, &parts.headers, &body);
            Ok(as_json(parts, wrapped))
        }
    }
}

fn envelope_of<'a>(text: &'a str, headers: &HeaderMap) -> Option<Written<'a>> {
    let marked = headers.get(CONTENT_TYPE).is_none_or(|kind| !is_plain_text(kind));
    let written: Written<'a> = serde_json::from_str(text).ok().filter(|_| marked)?;
    StatusCode::from_u16(written.status).ok()?;
    Some(written)
}

fn is_plain_text(kind: &HeaderValue) -> bool {
    kind.as_bytes().starts_with(b"text/html")
}

fn wrap(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Bytes {
    let mut text = format!("{{\"status\":{},\"body\":", status.as_u16()).into_bytes();
    match std::str::from_utf8(body) {
        Ok("") => text.extend_from_slice(b"null"),
        Ok(body) if is_json(body) => text.extend_from_slice(body.trim_ascii().as_bytes()),
        Ok(body) if is_text(headers) => text.extend_from_slice(quoted(body).as_bytes()),
        Ok(_) | Err(_) => {
            text.push(b'"');
            text.extend_from_slice(STANDARD.encode(body).as_bytes());
            text.extend_from_slice(b"\",\"encoding\":\"base64\"");
            text.push(b'}');
            return text.into();
        }
    }
    text.push(b'}');
    text.into()
}

/// JSON by its own grammar, whatever the partner calls it: many send it as `text/html`.
fn is_json(body: &str) -> bool {
    serde_json::from_str::<&RawValue>(body).is_ok()
}

/// UTF-8 is text unless it says that it is something else.
fn is_text(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE) else { return true };
    let kind = kind.as_bytes().to_ascii_lowercase();
    let binary: [&[u8]; 5] =
        [b"image/", b"audio/", b"video/", b"font/", b"application/octet-stream"];
    !binary.iter().any(|binary| kind.starts_with(binary)) || kind.starts_with(b"image/svg")
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn as_json(mut parts: Parts, body: Bytes) -> Response<Bytes> {
    parts.status = StatusCode::OK;
    parts.extensions.clear();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    parts.headers.remove(ETAG);
    Response::from_parts(parts, body)
}

fn unwrapped(mut parts: Parts, written: &Written<'_>) -> Result<Response<Bytes>, Fault> {
    parts.status =
        StatusCode::from_u16(written.status).map_err(|_| not_an_envelope(parts.status))?;
    parts.extensions.clear();
    let raw = written.body.get();
    let (kind, body) = match serde_json::from_str::<String>(raw) {
        Ok(text) => ("text/plain; charset=utf-8", Bytes::from(text)),
        Err(_) => ("application/json", Bytes::from(raw.to_owned())),
    };
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    parts.headers.remove(ETAG);
    Ok(Response::from_parts(parts, body))
}

fn not_an_envelope(status: StatusCode) -> Fault {
    Fault::new(
        Code::V1EnvelopeInvalid,
        format!("The partner answered {status} without an object of `status` and `body`."),
    )
    .hint("Answer {\"status\": 200, \"body\": …} with an HTTP status as number, or set `envelope: wrap`.")
}

/// Undoes gzip and deflate: an app's HTTP client asks for them on its own, and compressed bytes
/// cannot be embedded. What cannot be decoded stays as it is.
fn decoded(headers: &mut HeaderMap, body: Bytes) -> Bytes {
    let Some(coding) = headers.get(CONTENT_ENCODING) else { return body };
    let limit = MAX_BODY as u64;
    let mut plain = Vec::new();
    let read = match coding.as_bytes().to_ascii_lowercase().as_slice() {
        b"gzip" | b"x-gzip" => GzDecoder::new(&*body).take(limit).read_to_end(&mut plain),
        b"deflate" => ZlibDecoder::new(&*body).take(limit).read_to_end(&mut plain),
        _ => return body,
    };
    if read.is_err() {
        return body;
    }
    headers.remove(CONTENT_ENCODING);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(plain.len()));
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(
        mode: Envelope,
        status: u16,
        kind: &'static str,
        body: &[u8],
    ) -> Result<String, Fault> {
        let mut response = Response::builder().status(status);
        if !kind.is_empty() {
            response = response.header(CONTENT_TYPE, kind);
        }
        let (parts, ()) = response.body(()).unwrap().into_parts();
        let answer = apply(mode, parts, Bytes::copy_from_slice(body))?;
        Ok(format!("{} {}", answer.status().as_u16(), String::from_utf8_lossy(answer.body())))
    }

    #[test]
    fn json_is_embedded_as_it_stands() {
        let body = br#"{"a":1e400,"a": 12345678901234567890123}"#;
        let wrapped = answer(Envelope::Wrap, 201, "application/json", body).unwrap();
        assert_eq!(
            wrapped,
            r#"200 {"status":201,"body":{"a":1e400,"a": 12345678901234567890123}}"#
        );
    }

    #[test]
    fn text_becomes_a_string_and_bytes_become_base64() {
        let text = answer(Envelope::Wrap, 404, "text/plain", "нет \"чека\"".as_bytes()).unwrap();
        assert_eq!(text, "200 {\"status\":404,\"body\":\"нет \\\"чека\\\"\"}");
        let bytes = answer(Envelope::Wrap, 200, "image/png", b"\x89PNG").unwrap();
        assert_eq!(bytes, r#"200 {"status":200,"body":"iVBORw==","encoding":"base64"}"#);
        let none = answer(Envelope::Wrap, 204, "", b"").unwrap();
        assert_eq!(none, r#"200 {"status":204,"body":null}"#);
    }

    #[test]
    fn an_envelope_passes_is_required_or_is_opened() {
        let own = br#"{"status": 418, "body": {"x": 1}}"#;
        for mode in [Envelope::Wrap, Envelope::Require] {
            let kept = answer(mode, 200, "application/json", own).unwrap();
            assert_eq!(kept, r#"200 {"status": 418, "body": {"x": 1}}"#);
        }
        let opened = answer(Envelope::Unwrap, 200, "application/json", own).unwrap();
        assert_eq!(opened, r#"418 {"x": 1}"#);
        let refused = answer(Envelope::Require, 200, "application/json", b"{}").unwrap_err();
        assert_eq!(refused.code, Code::V1EnvelopeInvalid);
    }
}
