//! Parts of a request as the handlers want them; what does not fit is refused in the envelope.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::{ACCEPT, HOST};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use std::convert::Infallible;

use super::State;
use super::refusal::Refusal;
use super::spelling::Below;
use crate::model::notes::Notes;

/// The one variable part of the path.
#[derive(Debug)]
pub(super) struct Named(pub(super) String);

impl FromRequestParts<State> for Named {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Refusal> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(name)) => Ok(Self(name)),
            Err(rejection) => Err(Refusal::bad(rejection.body_text())),
        }
    }
}

/// The body as text. A byte order mark is dropped and counts for nothing, as .NET's readers do it.
#[derive(Debug)]
pub(super) struct Text(pub(super) String);

impl FromRequest<State> for Text {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &State) -> Result<Self, Refusal> {
        let bytes = match Bytes::from_request(request, state).await {
            Ok(bytes) => bytes,
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(Refusal::new(rejection.status(), "The request body is too large"));
            }
            Err(rejection) => return Err(Refusal::bad(rejection.body_text())),
        };
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        Ok(Self(String::from_utf8_lossy(bytes).into_owned()))
    }
}

/// Whether an answer is to hold all members, those that are null included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Full(pub(super) bool);

impl FromRequestParts<State> for Full {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Infallible> {
        let mut accepted =
            parts.headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
        Ok(Self(accepted.any(|line| line.to_ascii_lowercase().contains("application/x-json-full"))))
    }
}

/// What is told of the exchange besides its messages.
#[derive(Debug)]
pub(super) struct Remarks(pub(super) Notes);

impl FromRequestParts<State> for Remarks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Notes>().cloned().unwrap_or_default()))
    }
}

/// The URL that the API's paths follow, as the client knows it.
#[derive(Debug)]
pub(super) struct Base(pub(super) String);

impl FromRequestParts<State> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Infallible> {
        let below = parts.extensions.get::<Below>().map_or("", |Below(below)| below);
        Ok(Self(base(&parts.headers, below)))
    }
}

/// A client that was led here by a host's name knows that name and nothing of the path below which the
/// API stands.
fn base(fields: &HeaderMap, below: &str) -> String {
    let text = |name| fields.get(name).and_then(|value| value.to_str().ok());
    match text("x-forwarded-host") {
        Some(host) => format!("{}://{host}", text("x-forwarded-proto").unwrap_or("https")),
        None => format!("http://{}{below}", text(HOST.as_str()).unwrap_or("localhost")),
    }
}
