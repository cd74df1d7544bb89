//! What of a partner's answer reaches a v1 app, and in which form. Pure.

use std::io;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::MAX_ENVELOPE;
use super::foreign::Foreign;
use crate::config::meant::Envelope;
use crate::fault::{Code, Fault};
use crate::text::text;

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
    /// It is an envelope, behind so many bytes of a mark.
    Kept { mark: usize },
    /// As JSON in an envelope.
    Embedded { mark: usize },
    /// There is none.
    Null,
    /// As a string in an envelope of so many bytes.
    Quoted { mark: usize, bytes: usize },
    /// In base64 in an envelope of so many bytes.
    Encoded(usize),
    /// What stands there in its envelope, with the status it tells.
    Opened { status: StatusCode, body: Range<usize> },
    /// In UTF-8 first, which comes to so many bytes with the envelope.
    Recoded { from: &'static Encoding, into: Recoded, bytes: usize },
}

/// What becomes of a body in other characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recoded {
    /// It is an envelope.
    Kept,
    /// As JSON in an envelope.
    Embedded,
    /// As a string in an envelope.
    Quoted,
    /// It is an envelope and is opened.
    Opened,
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
        let mark = if body.starts_with(MARK) { MARK.len() } else { 0 };
        let text = body.get(mark..).and_then(|text| std::str::from_utf8(text).ok());
        if let Some((status, place)) = text.and_then(|text| self.envelope_of(text)) {
            let body = place.start + mark..place.end + mark;
            return Ok(match self.mode {
                Envelope::Unwrap => Plan::Opened { status, body },
                Envelope::Wrap | Envelope::Require => Plan::Kept { mark },
            });
        }
        // JSON is in UTF-8 whatever its type says (RFC 8259, section 8.1), where it can be.
        let is_json = text.is_some_and(is_json);
        let foreign = if is_json { None } else { self.foreign(body) };
        let enclosed = foreign.filter(|foreign| self.may_enclose() && foreign.is_envelope());
        match (self.mode, enclosed) {
            (Envelope::Unwrap, Some(foreign)) => recoded(&foreign, Recoded::Opened),
            (Envelope::Wrap | Envelope::Require, Some(foreign)) => recoded(&foreign, Recoded::Kept),
            (Envelope::Unwrap, None) => Ok(Plan::Same),
            (Envelope::Require, None) => Err(not_an_envelope(self.status)),
            (Envelope::Wrap, None) if body.is_empty() => Ok(Plan::Null),
            (Envelope::Wrap, None) if is_json => Ok(Plan::Embedded { mark }),
            (Envelope::Wrap, None) => match foreign {
                Some(foreign) if foreign.is_json() => recoded(&foreign, Recoded::Embedded),
                Some(foreign) => recoded(&foreign, Recoded::Quoted),
                None => self.wrapping(body, text, mark),
            },
        }
    }

    fn wrapping(&self, body: &[u8], text: Option<&str>, mark: usize) -> Result<Plan, Fault> {
        let quoted = text.filter(|_| self.is_text()).map(quoted_length);
        let (plan, bytes) = match quoted.filter(|quoted| is_worth_quoting(*quoted, body.len())) {
            Some(quoted) => {
                let bytes = HEAD + quoted + 1;
                (Plan::Quoted { mark, bytes }, bytes)
            }
            None => {
                let bytes = HEAD + body.len().div_ceil(3) * 4 + BASE64.len() + 1;
                (Plan::Encoded(bytes), bytes)
            }
        };
        if bytes > MAX_ENVELOPE { Err(super::too_long(MAX_ENVELOPE)) } else { Ok(plan) }
    }

    /// The body where it is text in other characters than UTF-8.
    fn foreign<'b>(&self, body: &'b [u8]) -> Option<Foreign<'b>> {
        if !self.is_text() {
            return None;
        }
        let kind = self.kind.as_ref().map_or(&b""[..], HeaderValue::as_bytes);
        let foreign = Foreign::of(body, kind)?;
        let plain = foreign.measure()?;
        is_worth_quoting(foreign.quoted_length(), plain).then_some(foreign)
    }

    /// The status in an envelope and where its body stands.
    fn envelope_of(&self, text: &str) -> Option<(StatusCode, Range<usize>)> {
        if self.may_enclose() { written_in(text) } else { None }
    }

    /// A page that says it is an envelope is none.
    fn may_enclose(&self) -> bool {
        let is_page = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/html");
        !self.kind.as_ref().is_some_and(is_page)
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
            Self::Same | Self::Kept { .. } | Self::Embedded { .. } | Self::Null => 0,
            Self::Quoted { bytes, .. } | Self::Encoded(bytes) | Self::Recoded { bytes, .. } => {
                *bytes
            }
            Self::Opened { body, .. } => body.len(),
        }
    }

    /// Memory for an envelope that is written beside its body.
    pub(super) fn room(&self) -> Vec<u8> {
        match self {
            Self::Quoted { bytes, .. } | Self::Encoded(bytes) | Self::Recoded { bytes, .. } => {
                Vec::with_capacity(*bytes)
            }
            Self::Same
            | Self::Kept { .. }
            | Self::Embedded { .. }
            | Self::Null
            | Self::Opened { .. } => Vec::new(),
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
            Self::Same => Made::behind(HEAD, buffer, Form::Same),
            Self::Kept { mark } => Made::behind(HEAD + mark, buffer, Form::Envelope),
            Self::Embedded { mark } => {
                let places = buffer.iter_mut().skip(mark);
                places.zip(head(status).bytes()).for_each(|(place, byte)| *place = byte);
                buffer.push(b'}');
                Made { spare: room, ..Made::behind(mark, buffer, Form::Envelope) }
            }
            Self::Null => Made::envelope((head(status) + "null}").into_bytes(), buffer),
            Self::Quoted { mark, .. } => {
                quote(status, body.get(mark..).unwrap_or_default(), &mut room);
                Made::envelope(room, buffer)
            }
            Self::Recoded { from, into, .. } => {
                let foreign = Foreign { bytes: body, encoding: from };
                recode(status, &foreign, into, &mut room);
                match into {
                    Recoded::Opened => Made::opened(room, buffer),
                    Recoded::Kept | Recoded::Embedded | Recoded::Quoted => {
                        Made::envelope(room, buffer)
                    }
                }
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
    /// What stands in a buffer from there on.
    fn behind(start: usize, bytes: Vec<u8>, form: Form) -> Self {
        Self { content: start..bytes.len(), bytes, form, spare: Vec::new() }
    }

    /// What was in an envelope that takes all of a buffer.
    fn opened(bytes: Vec<u8>, spare: Vec<u8>) -> Self {
        let written = std::str::from_utf8(&bytes).ok().and_then(written_in);
        // It was read before, so that there is one.
        let Some((status, place)) = written else {
            return Self { spare, ..Self::behind(0, bytes, Form::Same) };
        };
        let raw = bytes.get(place.clone()).unwrap_or_default();
        match serde_json::from_slice::<String>(raw) {
            Ok(text) => Self::text(status, text, spare),
            Err(_) => Self { spare, ..Self::json(status, bytes, place) },
        }
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

/// The status in an envelope and where its body stands.
fn written_in(text: &str) -> Option<(StatusCode, Range<usize>)> {
    if !text.trim_ascii_start().starts_with('{') {
        return None;
    }
    let written: Written<'_> = serde_json::from_str(text).ok()?;
    let body = written.body.get();
    // It is borrowed from the text.
    let start = (body.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    Some((StatusCode::from_u16(written.status).ok()?, start..start + body.len()))
}

/// The plan for a body in other characters, which was measured before.
fn recoded(foreign: &Foreign<'_>, into: Recoded) -> Result<Plan, Fault> {
    let length = match into {
        Recoded::Quoted => foreign.quoted_length(),
        Recoded::Kept | Recoded::Embedded | Recoded::Opened => {
            foreign.measure().unwrap_or_default()
        }
    };
    let bytes = HEAD + length + 1;
    let from = foreign.encoding;
    if bytes > MAX_ENVELOPE {
        return Err(super::too_long(MAX_ENVELOPE));
    }
    Ok(Plan::Recoded { from, into, bytes })
}

fn recode(status: StatusCode, foreign: &Foreign<'_>, how: Recoded, into: &mut Vec<u8>) {
    match how {
        Recoded::Kept | Recoded::Opened => foreign.append(into),
        Recoded::Embedded => {
            into.extend_from_slice(head(status).as_bytes());
            foreign.append(into);
            into.push(b'}');
        }
        Recoded::Quoted => {
            into.extend_from_slice(head(status).as_bytes());
            foreign.quote(into);
            into.push(b'}');
        }
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
    let mut count = Count::default();
    // Nothing fails that is only counted.
    let _ = serde_json::to_writer(&mut count, text);
    count.0
}

/// Counts what is written.
#[derive(Debug, Default)]
pub(super) struct Count(pub(super) usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The byte order mark that some editors and frameworks put before UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

fn not_an_envelope(status: StatusCode) -> Fault {
    Fault::new(
        Code::V1EnvelopeInvalid,
        text!("The partner answered {status} without an object of `status` and `body`.", status),
    )
    .hint(text!(
        "Answer {\"status\": 200, \"body\": …} with an HTTP status as number, or set `envelope: \
         wrap`."
    ))
}
