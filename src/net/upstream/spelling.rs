//! How the head of a request is written.

use std::fmt;

use hyper::body::Body;
use hyper::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use hyper::{HeaderMap, Method, Request};

use crate::net::body::AppBody;
use crate::net::names::Names;
use crate::net::outbound::{Answers, NextHead, Spelled};
use crate::net::{raw_target, transcript};

/// Where the head of a request comes from.
#[derive(Clone, Copy)]
pub enum HeadSource<'a> {
    /// From its own fields, whose names are respelled.
    Request(Spelling<'a>),
    /// The request has those fields alone that frame its content; the others are put in where it is
    /// known over which protocol it goes.
    Composed(&'a dyn ComposedHead),
}

/// A head that is written without a map of its fields.
pub trait ComposedHead {
    /// Adds it as HTTP/1.1 has it, with its empty line.
    fn write(&self, out: &mut Vec<u8>);

    /// Its fields for HTTP/2.
    fn fields(&self) -> HeaderMap;
}

impl HeadSource<'_> {
    /// A request's head as HTTP/1.1 has it, without the empty line.
    pub fn text(self, request: &Request<AppBody>) -> Vec<u8> {
        match self {
            Self::Request(spelling) => spelling.head(request),
            Self::Composed(composed) => {
                let mut head = Vec::new();
                composed.write(&mut head);
                head.truncate(head.len().saturating_sub(2));
                head
            }
        }
    }

    /// Gets it ready for a connection of HTTP/1.1.
    pub(super) fn prepare(self, request: &Request<AppBody>, answers: &Answers) {
        match self {
            Self::Request(spelling) => {
                spelling.names_into(&mut answers.names.borrow_mut());
                answers.head.set(NextHead::Respelled(spelling.own));
                answers.raw_target.set(raw_target::is_carried(request.uri()));
            }
            Self::Composed(composed) => {
                let mut head = answers.composed.borrow_mut();
                head.clear();
                composed.write(&mut head);
                answers.head.set(NextHead::Composed);
            }
        }
    }

    /// Puts all fields into a request that goes over HTTP/2.
    pub(super) fn complete(self, request: &mut Request<AppBody>) {
        let Self::Composed(composed) = self else { return };
        let mut fields = composed.fields();
        for name in [CONTENT_LENGTH, TRANSFER_ENCODING] {
            if let Some(value) = request.headers_mut().remove(&name) {
                fields.insert(name, value);
            }
        }
        *request.headers_mut() = fields;
    }
}

impl Default for HeadSource<'_> {
    fn default() -> Self {
        Self::Request(Spelling::default())
    }
}

impl fmt::Debug for HeadSource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(spelling) => f.debug_tuple("Request").field(spelling).finish(),
            Self::Composed(_) => f.debug_tuple("Composed").finish_non_exhaustive(),
        }
    }
}

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
    fn names_into(self, names: &mut Names) {
        names.clear();
        if let Some(written) = self.written {
            written(names);
        }
    }

    fn head(self, request: &Request<AppBody>) -> Vec<u8> {
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
