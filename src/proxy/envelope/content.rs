//! What of a partner's answer reaches a v1 app, and in which form. Pure.

use std::io;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::MAX_ENVELOPE;
use crate::config::meant::Envelope;
use crate::fault::{Code, Fault};

/// Bytes of an envelope before its body. A body is read in behind so much room, so that JSON need not
/// be copied to be embedded.
pub(super) const HEAD: usize = r#"{"status":200,"body":"#.len();

/// What decides besides the body.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) mode: Envelope,
    pub(super) status: StatusCode,
    pub(super) kind: Option<HeaderValue>,
}

/// How the body reaches the app.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// With the partner's own status, as it stands.
    Same,
    /// It is an envelope.
    Kept,
    /// As JSON in an envelope.
    Embedded,
    /// There is none.
    Null,
    /// As a string in an envelope of so many bytes.
    Quoted(usize),
    /// In base64 in an envelope of so many bytes.
    Encoded(usize),
    /// What stands there in its envelope, with the status it tells.
    Opened { status: StatusCode, body: Range<usize> },
}

/// An answer's content: a part of its bytes.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    pub(super) content: Range<usize>,
    pub(super) form: Form,
    /// Memory that was only needed on the way.
    pub(super) spare: Vec<u8>,
}

/// What is told of a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// What the partner told of it.
    Same,
    /// JSON, with status 200.
    Envelope,
    /// A status and a type of its own.
    Opened(StatusCode, &'static str),
}

/// A partner's own envelope.
#[derive(Deserialize)]
struct Written<'a> {
    status: u16,
    #[serde(borrow)]
    body: &'a RawValue,
}

impl Subject {
    pub(super) fn new(mode: Envelope, status: StatusCode, headers: &HeaderMap) -> Self {
        Self { mode, status, kind: headers.get(CONTENT_TYPE).cloned() }
    }

    /// Decides on a body without its codings.
    ///
    /// # Errors
    ///
    /// `v1_envelope_invalid`: there is no envelope where one is required, or it would be too long.
    pub(super) fn plan(&self, body: &[u8]) -> Result<Plan, Fault> {
        let text = std::str::from_utf8(body).ok();
        let written = text.and_then(|text| self.envelope_of(text));
        match (self.mode, written) {
            (Envelope::Unwrap, Some((status, body))) => Ok(Plan::Opened { status, body }),
            (Envelope::Unwrap, None) => Ok(Plan::Same),
            (Envelope::Require, None) => Err(not_an_envelope(self.status)),
            (Envelope::Wrap | Envelope::Require, Some(_)) => Ok(Plan::Kept),
            (Envelope::Wrap, None) => self.wrapping(body, text),
        }
    }

    fn wrapping(&self, body: &[u8], text: Option<&str>) -> Result<Plan, Fault> {
        if body.is_empty() {
            return Ok(Plan::Null);
        }
        if text.is_some_and(is_json) {
            return Ok(Plan::Embedded);
        }
        let quoted = text.filter(|_| self.is_text()).map(quoted_length);
        let (plan, bytes) = match quoted.filter(|quoted| is_worth_quoting(*quoted, body.len())) {
            Some(quoted) => (Plan::Quoted(HEAD + quoted + 1), HEAD + quoted + 1),
            None => {
                let bytes = HEAD + body.len().div_ceil(3) * 4 + BASE64.len() + 1;
                (Plan::Encoded(bytes), bytes)
            }
        };
        if bytes > MAX_ENVELOPE { Err(super::too_long(MAX_ENVELOPE)) } else { Ok(plan) }
    }

    /// The status in an envelope and where its body stands. A page that says it is one is none.
    fn envelope_of(&self, text: &str) -> Option<(StatusCode, Range<usize>)> {
        let is_page = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/html");
        if self.kind.as_ref().is_some_and(is_page) || !text.trim_ascii_start().starts_with('{') {
            return None;
        }
        let written: Written<'_> = serde_json::from_str(text).ok()?;
        let body = written.body.get();
        // It is borrowed from the text.
        let start = (body.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        Some((StatusCode::from_u16(written.status).ok()?, start..start + body.len()))
    }

    /// UTF-8 is text unless it says that it is something else.
    fn is_text(&self) -> bool {
        let Some(kind) = &self.kind else { return true };
        let kind = kind.as_bytes().to_ascii_lowercase();
        let binary: [&[u8]; 5] =
            [b"image/", b"audio/", b"video/", b"font/", b"application/octet-stream"];
        !binary.iter().any(|binary| kind.starts_with(binary)) || kind.starts_with(b"image/svg")
    }
}

impl Plan {
    /// Bytes that are needed beside the body's own.
    pub(super) fn fresh(&self) -> usize {
        match self {
            Self::Same | Self::Kept | Self::Embedded | Self::Null => 0,
            Self::Quoted(bytes) | Self::Encoded(bytes) => *bytes,
            Self::Opened { body, .. } => body.len(),
        }
    }

    /// Memory for an envelope that is written beside its body.
    pub(super) fn room(&self) -> Vec<u8> {
        match self {
            Self::Quoted(bytes) | Self::Encoded(bytes) => Vec::with_capacity(*bytes),
            Self::Same | Self::Kept | Self::Embedded | Self::Null | Self::Opened { .. } => {
                Vec::new()
            }
        }
    }

    /// Does as planned with the body that stands behind [`HEAD`] bytes of `buffer`, and with
    /// [`Self::room`].
    pub(super) fn carry_out(
        self,
        status: StatusCode,
        mut buffer: Vec<u8>,
        mut room: Vec<u8>,
    ) -> Made {
        let body = buffer.get(HEAD..).unwrap_or_default();
        match self {
            Self::Same => Made::in_place(buffer, Form::Same),
            Self::Kept => Made::in_place(buffer, Form::Envelope),
            Self::Embedded => {
                let head = head(status);
                buffer.iter_mut().zip(head.bytes()).for_each(|(place, byte)| *place = byte);
                buffer.push(b'}');
                Made::envelope(buffer, room)
            }
            Self::Null => Made::envelope((head(status) + "null}").into_bytes(), buffer),
            Self::Quoted(_) => {
                quote(status, body, &mut room);
                Made::envelope(room, buffer)
            }
            Self::Encoded(_) => {
                encode(status, body, &mut room);
                Made::envelope(room, buffer)
            }
            Self::Opened { status, body: place } => {
                let raw = body.get(place.clone()).unwrap_or_default();
                match serde_json::from_slice::<String>(raw) {
                    Ok(text) => Made::text(status, text, buffer),
                    Err(_) => Made::json(status, buffer, HEAD + place.start..HEAD + place.end),
                }
            }
        }
    }
}

/// What follows the bytes of a body in base64.
const BASE64: &str = "\",\"encoding\":\"base64\"}";

impl Made {
    fn in_place(bytes: Vec<u8>, form: Form) -> Self {
        Self { content: HEAD..bytes.len(), bytes, form, spare: Vec::new() }
    }

    fn envelope(bytes: Vec<u8>, spare: Vec<u8>) -> Self {
        Self { content: 0..bytes.len(), bytes, form: Form::Envelope, spare }
    }

    /// What was a string in an envelope.
    fn text(status: StatusCode, text: String, spare: Vec<u8>) -> Self {
        let form = Form::Opened(status, "text/plain; charset=utf-8");
        Self { content: 0..text.len(), bytes: text.into_bytes(), form, spare }
    }

    /// Anything else, which stands where it stood.
    fn json(status: StatusCode, bytes: Vec<u8>, content: Range<usize>) -> Self {
        Self { bytes, content, form: Form::Opened(status, "application/json"), spare: Vec::new() }
    }
}

fn head(status: StatusCode) -> String {
    format!("{{\"status\":{},\"body\":", status.as_str())
}

fn quote(status: StatusCode, body: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(head(status).as_bytes());
    let text = String::from_utf8_lossy(body);
    // Nothing fails that is written to memory.
    let _ = serde_json::to_writer(&mut *into, &*text);
    into.push(b'}');
}

fn encode(status: StatusCode, body: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(head(status).as_bytes());
    into.push(b'"');
    let start = into.len();
    into.resize(start + body.len().div_ceil(3) * 4, 0);
    // It fails only where there is too little room.
    let _ = STANDARD.encode_slice(body, into.get_mut(start..).unwrap_or_default());
    into.extend_from_slice(BASE64.as_bytes());
}

/// JSON by its own grammar, whatever the partner calls it: many send it as `text/html`.
fn is_json(body: &str) -> bool {
    serde_json::from_str::<&RawValue>(body).is_ok()
}

/// Text that is mostly control characters is none, and would take six bytes for one.
fn is_worth_quoting(quoted: usize, plain: usize) -> bool {
    quoted <= 2 * plain + 2
}

/// Bytes of a text as a JSON string.
fn quoted_length(text: &str) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // Nothing fails that is only counted.
    let _ = serde_json::to_writer(&mut count, text);
    count.0
}

fn not_an_envelope(status: StatusCode) -> Fault {
    Fault::new(
        Code::V1EnvelopeInvalid,
        format!("The partner answered {status} without an object of `status` and `body`."),
    )
    .hint("Answer {\"status\": 200, \"body\": …} with an HTTP status as number, or set `envelope: wrap`.")
}
