//! How a request's fields are written over HTTP/1.1.

use std::fmt;

use hyper::body::Body;
use hyper::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use hyper::{Method, Request};

use crate::net::body::AppBody;
use crate::net::names::Names;
use crate::net::outbound::Spelled;
use crate::net::{raw_target, transcript};

/// How the names of a request's fields are written over HTTP/1.1, and in which order: as an app wrote
/// them, and what it did not write in `Title-Case`.
#[derive(Clone, Copy, Default)]
pub struct Spelling<'a> {
    /// Adds the names that an app wrote.
    pub written: Option<&'a dyn Fn(&mut Names)>,
    /// Other names that are not in `Title-Case`.
    pub own: Spelled,
}

impl Spelling<'_> {
    pub(super) fn names_into(self, names: &mut Names) {
        names.clear();
        if let Some(written) = self.written {
            written(names);
        }
    }

    /// A request's head as it is written.
    pub fn head(self, request: &Request<AppBody>) -> Vec<u8> {
        let line = format!("{} {} HTTP/1.1", request.method(), raw_target::written(request.uri()));
        let mut names = Names::default();
        self.names_into(&mut names);
        transcript::as_written(&line, request.headers(), &names, self.own)
    }
}

impl fmt::Debug for Spelling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spelling").field("own", &self.own).finish_non_exhaustive()
    }
}

/// Gives a request without content a `Content-Length` where its method expects some (RFC 9110, section
/// 8.6): servers answer 411 without.
pub fn announce_empty(request: &mut Request<AppBody>) {
    let expects = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    let fields = request.headers();
    if expects
        && request.body().is_end_stream()
        && !fields.contains_key(CONTENT_LENGTH)
        && !fields.contains_key(TRANSFER_ENCODING)
    {
        request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
}
