//! Proxy v1: the answer as `{status, body}` (the vendor's page, step 4).
//!
//! The whole body decides what becomes of it, so it is held: a small one for the moment, what is
//! larger within a [`Capacity`] that all workers share, and read on other threads than theirs.

mod apart;
mod content;
mod foreign;

use bytes::Bytes;
use hyper::Response;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue};
use hyper::http::response::Parts;

use crate::config::meant::Envelope;
use crate::fault::{Code, Fault};
use crate::net::collect::Collected;
use crate::net::tape::Tape;
use crate::net::unpack::{Codings, Unpacking};
use crate::text::text;
use content::{Form, HEAD, Made, Subject};

pub use apart::Capacity;
pub(super) use apart::overloaded;

/// The most of an answer that is put into an envelope, as it comes.
pub const MAX_BODY: usize = 32 << 20;
/// The most that a packed answer may come to, and may have.
pub const MAX_UNPACKED: usize = 8 << 20;
/// The most that an envelope may come to: the longest body in base64 fits.
pub const MAX_ENVELOPE: usize = 48 << 20;

/// Bodies up to this length are put into their envelopes at once.
const SMALL: usize = 64 << 10;
/// The same for packed ones. What comes out of them is bounded by [`SMALL`].
const SMALL_PACKED: usize = 16 << 10;

/// How many bytes of an answer with this head are read.
pub fn limit(parts: &Parts) -> usize {
    if parts.headers.contains_key(CONTENT_ENCODING) { MAX_UNPACKED } else { MAX_BODY }
}

/// Turns a partner's answer into what a v1 app receives. For the journal, where it keeps `keep` bytes
/// of bodies, a copy comes with what is large.
///
/// # Errors
///
/// `v1_envelope_invalid` where the answer is no envelope and cannot be made one, `overloaded`.
pub async fn enclose(
    mode: Envelope,
    parts: Parts,
    body: Collected,
    capacity: &Capacity,
    keep: Option<usize>,
) -> Result<(Response<Bytes>, Option<Tape>), Fault> {
    let subject = Subject::new(mode, parts.status, &parts.headers);
    let codings = match Codings::of(&parts.headers) {
        Ok(codings) => codings,
        Err(_) if body.is_empty() => Codings::default(),
        Err(unknown) => return Err(unknown_coding(&unknown)),
    };
    if let Some(buffer) = small(&codings, &body)? {
        let status = subject.status;
        let plan = subject.plan(buffer.get(HEAD..).unwrap_or_default())?;
        let room = plan.room();
        let made = plan.carry_out(status, buffer, room);
        return Ok((of_small(parts, made), None));
    }
    let mut held = Box::pin(apart::make(subject, codings, body, capacity, keep)).await?;
    let (form, tape) = (held.made.form, held.tape.take());
    Ok((answer(parts, form, held.into_bytes()), tape))
}

/// The same for a small answer that has no codings.
///
/// # Errors
///
/// `v1_envelope_invalid`.
pub fn enclose_small(mode: Envelope, parts: Parts, body: &[u8]) -> Result<Response<Bytes>, Fault> {
    let subject = Subject::new(mode, parts.status, &parts.headers);
    let mut buffer = room_for(body.len());
    buffer.extend_from_slice(body);
    let plan = subject.plan(body)?;
    let room = plan.room();
    let made = plan.carry_out(subject.status, buffer, room);
    Ok(of_small(parts, made))
}

/// A small body without its codings, behind room for the beginning of an envelope.
fn small(codings: &Codings, body: &Collected) -> Result<Option<Vec<u8>>, Fault> {
    let is_packed = !codings.is_empty();
    if body.len() > if is_packed { SMALL_PACKED } else { SMALL } {
        return Ok(None);
    }
    let mut buffer = room_for(body.len());
    match codings.unpack(body.reader(), SMALL, &mut buffer) {
        Ok(()) => Ok(Some(buffer)),
        Err(Unpacking::TooLarge) => Ok(None),
        Err(broken) => Err(not_unpacked(broken, codings)),
    }
}

/// With room for a body of so many bytes, and for the envelope around it.
fn room_for(body: usize) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(HEAD + body + 1);
    buffer.resize(HEAD, b' ');
    buffer
}

fn of_small(parts: Parts, made: Made) -> Response<Bytes> {
    let content = Bytes::from(made.bytes).slice(made.content);
    answer(parts, made.form, content)
}

fn answer(mut parts: Parts, form: Form, content: Bytes) -> Response<Bytes> {
    let headers = &mut parts.headers;
    let unpacked = headers.remove(CONTENT_ENCODING).is_some();
    let told = match form {
        Form::Same => None,
        Form::Envelope => Some((hyper::StatusCode::OK, "application/json")),
        Form::Opened(status, kind) => Some((status, kind)),
    };
    if let Some((status, kind)) = told {
        parts.status = status;
        parts.extensions.clear();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    if told.is_some() || unpacked {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(content.len()));
        headers.remove(ETAG);
    }
    Response::from_parts(parts, content)
}

/// An answer, or its envelope, of more than `most` bytes.
pub(super) fn too_long(most: usize) -> Fault {
    Fault::new(
        Code::V1EnvelopeInvalid,
        text!(
            "The answer is too long for a v1 envelope: {most} MiB are the most.",
            most = most >> 20
        ),
    )
    .hint(text!(
        "Answer with less at a time, or use `proxy: v2`, which passes answers of any length."
    ))
}

fn not_unpacked(why: Unpacking, codings: &Codings) -> Fault {
    match why {
        Unpacking::TooLarge => Fault::new(
            Code::V1EnvelopeInvalid,
            text!(
                "The answer unpacks ({codings}) to more than {max_unpacked} MiB, the most for a \
                 v1 envelope.",
                codings,
                max_unpacked = MAX_UNPACKED >> 20
            ),
        )
        .hint(text!(
            "Answer with less at a time, or use `proxy: v2`, which passes answers of any \
                 length."
        )),
        Unpacking::Broken(why) => Fault::new(
            Code::V1EnvelopeInvalid,
            text!(
                "The answer says it is packed ({codings}) and cannot be unpacked: {why}.",
                codings,
                why
            ),
        )
        .hint(text!(
            "Let one place in the partner's service pack it, or send it without \
                 Content-Encoding."
        )),
    }
}

fn unknown_coding(coding: &str) -> Fault {
    Fault::new(
        Code::V1EnvelopeInvalid,
        text!("The answer is packed in a way that cannot be undone here: `{coding}`.", coding),
    )
    .hint(text!("Send it with gzip, deflate or br, or without Content-Encoding."))
}

#[cfg(test)]
mod tests;
