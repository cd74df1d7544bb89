//! The head a partner receives over HTTP/1.1, from the fields as the app sent them.
//!
//! hyper is shown no more of an app's lines than it needs, and no field is put into a map and taken out
//! of it again. Where more has to be known of the fields, or they have to be changed, [`fill`] puts
//! them back, and the request is rewritten as a map.

use hyper::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};

use super::rewrite::{self, Injected};
use crate::net::gate::{Content, Head};
use crate::net::upstream::ComposedHead;

/// Puts the fields into a request that hyper was not shown.
pub(super) fn fill(parts: &mut Parts, head: Option<&Head>) {
    if let Some(head) = head {
        parts.headers = head.fields();
    }
}

/// What an app sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sent<'a> {
    /// Over HTTP/1.
    Lines(&'a Head),
    /// Over HTTP/2.
    Fields(&'a HeaderMap),
}

impl Sent<'_> {
    /// Whether it says how long the content is.
    fn is_framed(self) -> bool {
        match self {
            Self::Lines(head) => head.content() != Content::None,
            Self::Fields(fields) => fields.contains_key(CONTENT_LENGTH),
        }
    }
}

/// The head of a request that is forwarded.
#[derive(Debug)]
pub(super) struct Composed<'a> {
    sent: Sent<'a>,
    method: &'a Method,
    /// Path and query as they were matched.
    path: &'a str,
    injected: Injected<'a>,
    /// Says how long the content is where the app does not.
    framing: &'static [u8],
}

impl<'a> Composed<'a> {
    /// `framing` are the fields that frame the content of the request to the partner.
    pub(super) fn new(
        sent: Sent<'a>,
        (method, path): (&'a Method, &'a str),
        injected: Injected<'a>,
        framing: &HeaderMap,
    ) -> Self {
        let framing: &[u8] = match framing.is_empty() || sent.is_framed() {
            true => b"",
            false if framing.contains_key(TRANSFER_ENCODING) => b"Transfer-Encoding: chunked\r\n",
            false => b"Content-Length: 0\r\n",
        };
        Self { sent, method, path, injected, framing }
    }
}

impl ComposedHead for Composed<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let method = self.method.as_str().as_bytes();
        for part in [method, b" ", self.path.as_bytes(), b" HTTP/1.1\r\n"] {
            out.extend_from_slice(part);
        }
        let host = self.injected.host.as_bytes();
        match self.sent {
            Sent::Lines(head) => head.forward_into(host, out),
            Sent::Fields(fields) => rewrite::write_fields(fields, &self.injected, out),
        }
        rewrite::write_injected(&self.injected, out);
        out.extend_from_slice(self.framing);
        out.extend_from_slice(b"\r\n");
    }

    fn fields(&self) -> HeaderMap {
        match self.sent {
            Sent::Lines(head) => rewrite::request(&head.fields(), &self.injected),
            Sent::Fields(fields) => rewrite::request(fields, &self.injected),
        }
    }
}

#[cfg(test)]
mod tests;
