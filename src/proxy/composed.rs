//! The head a partner receives over HTTP/1.1, from the lines that the app wrote.
//!
//! hyper is shown no more of the app's fields than it needs, and none is put into a map and taken out
//! of it again. Where more has to be known of the fields, or they have to be changed, [`fill`] puts
//! them back, and the request is rewritten as a map.

use hyper::HeaderMap;
use hyper::http::request::Parts;

use super::rewrite::{self, Injected};
use crate::net::gate::{Content, Head};
use crate::net::upstream::ComposedHead;

/// Puts the fields into a request that hyper was not shown.
pub(super) fn fill(parts: &mut Parts, head: Option<&Head>) {
    if let Some(head) = head {
        parts.headers = head.fields();
    }
}

/// The head of a request that is forwarded.
#[derive(Debug)]
pub(super) struct Composed<'a> {
    /// The app's.
    pub(super) head: &'a Head,
    /// Path and query as they were matched.
    pub(super) path: &'a str,
    pub(super) injected: Injected<'a>,
    /// Whether the partner is told that there is no content, of which the app says nothing.
    pub(super) announces_empty: bool,
}

impl<'a> Composed<'a> {
    /// `is_measured` says whether the request to the partner has a `Content-Length`.
    pub(super) fn new(
        head: &'a Head,
        path: &'a str,
        injected: Injected<'a>,
        is_measured: bool,
    ) -> Self {
        let announces_empty = is_measured && head.content() == Content::None;
        Self { head, path, injected, announces_empty }
    }
}

impl ComposedHead for Composed<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        for part in [self.head.method_name(), b" ", self.path.as_bytes(), b" HTTP/1.1\r\n"] {
            out.extend_from_slice(part);
        }
        let has_host = self.head.forward_into(self.injected.host.as_bytes(), out);
        rewrite::write_injected(&self.injected, has_host, out);
        if self.announces_empty {
            out.extend_from_slice(b"Content-Length: 0\r\n");
        }
        out.extend_from_slice(b"\r\n");
    }

    fn fields(&self) -> HeaderMap {
        rewrite::request(&self.head.fields(), &self.injected)
    }
}

#[cfg(test)]
mod tests;
