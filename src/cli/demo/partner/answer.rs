//! What the service answers, and the refusals that the vendor documents (evotor.md, section 3.2).

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::model::event::Event;

/// An answer on its way out.
pub(super) type Response = hyper::Response<UnsyncBoxBody<Bytes, Infallible>>;

/// What is done about a request.
#[derive(Debug)]
pub(super) enum Act {
    /// It is answered.
    Answer(Response),
    /// It waits for ever.
    Hang,
    /// The connection ends.
    Close,
}

/// An answer in JSON.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) allow: Option<&'static str>,
}

impl Answer {
    pub(super) fn of(status: u16, body: Value) -> Self {
        Self { status, body, allow: None }
    }

    /// Taken in; nothing to say.
    pub(super) fn taken() -> Self {
        Self::of(200, json!({}))
    }

    /// What was asked for does not exist.
    pub(super) fn unknown() -> Self {
        Self::of(404, json!({}))
    }

    /// Another method is spoken here. The vendor keeps 405 for licences, so there is no code.
    pub(super) fn wrong_method(allow: &'static str) -> Self {
        let body = json!({"error": format!("this webhook is sent by {allow}")});
        Self { status: 405, body, allow: Some(allow) }
    }

    /// A refusal with one of the vendor's codes.
    pub(super) fn refused(status: u16, code: u16) -> Self {
        Self::of(status, json!({"errors": [{"code": code}]}))
    }

    /// The body is not what the webhook carries.
    pub(super) fn malformed() -> Self {
        Self::refused(400, 2001)
    }

    /// A required field is missing.
    pub(super) fn missing(event: Event, field: &str) -> Self {
        let code = fitting(event, 2002);
        let error = json!({"code": code, "reason": "missing", "subject": field});
        Self::of(400, json!({"errors": [error]}))
    }

    /// A field has a value that cannot be.
    pub(super) fn incorrect(event: Event, field: &str, value: &Value) -> Self {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let code = fitting(event, 2003);
        let error = json!({"code": code, "reason": "incorrect", "subject": field, "value": value});
        Self::of(400, json!({"errors": [error]}))
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = respond(self.status, "application/json", self.body.to_string());
        if let Some(allow) = self.allow {
            let allow = HeaderValue::from_static(allow);
            response.headers_mut().insert(hyper::header::ALLOW, allow);
        }
        response
    }
}

/// A response of any kind.
pub(super) fn respond(status: u16, kind: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Full::new(body.into()).boxed_unsync());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Adds a field.
pub(super) fn with(mut response: Response, name: HeaderName, value: &'static str) -> Response {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}

/// The code where the webhook may be refused with it, else the one for anything malformed.
fn fitting(event: Event, code: u16) -> u16 {
    match event.refusals().iter().find(|(status, _)| *status == 400) {
        Some((_, codes)) if !codes.is_empty() && !codes.contains(&code) => 2001,
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_refused_with_its_own_codes_only() {
        assert_eq!(fitting(Event::UserCreate, 2002), 2002);
        assert_eq!(fitting(Event::UserCreate, 2003), 2001);
        assert_eq!(fitting(Event::Documents, 2003), 2003);
        assert_eq!(fitting(Event::Stores, 2002), 2001);
        assert_eq!(fitting(Event::UserToken, 2002), 2002);
        assert_eq!(fitting(Event::SubscriptionCreated, 2003), 2003);
    }
}
