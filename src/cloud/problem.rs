//! Errors of the API: `{code, message, violations: [{reason, subject}]}`, as the vendor's SDK reads
//! them (evotor.md, section 6.2).

use axum::Json;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::store::StoreError;

/// Characters of a violation's subject; it may hold what the caller made up.
const SUBJECT: usize = 120;

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Violation {
    /// What is wrong with it.
    pub(super) reason: String,
    /// Which one: `[3].name`.
    pub(super) subject: String,
}

impl Violation {
    pub(super) fn new(subject: impl Into<String>, reason: impl Into<String>) -> Self {
        let subject: String = subject.into();
        let subject =
            if subject.len() > SUBJECT { subject.chars().take(SUBJECT).collect() } else { subject };
        Self { reason: reason.into(), subject }
    }
}

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    violations: Vec<Violation>,
    fields: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Serialize)]
struct Document {
    code: &'static str,
    message: String,
    violations: Vec<Violation>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), violations: Vec::new(), fields: Vec::new() }
    }

    /// 400: the request itself cannot be used.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// 400, with the fields that are at fault.
    pub(super) fn violated(violations: Vec<Violation>) -> Self {
        Self { violations, ..Self::bad("The request breaks rules; violations lists them.") }
    }

    /// 403: another user's.
    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    /// 404: nothing of that id.
    pub(super) fn missing(what: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no {what} {id}."))
    }

    /// Adds a field to the answer.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.fields.push((name, value));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { status, code, message, violations, fields } = self;
        let mut response = (status, Json(Document { code, message, violations })).into_response();
        response.headers_mut().extend(fields);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(text) => Self::new(StatusCode::NOT_FOUND, "not_found", text),
            other => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "state_unavailable", other.to_string())
            }
        }
    }
}

/// 403 in this API's form, for those who refuse a call before it comes here.
pub fn forbidden(message: &str) -> Response {
    Problem::forbidden(message).into_response()
}

pub(super) async fn no_such_address(uri: Uri) -> Problem {
    Problem::missing("resource", uri.path())
}

pub(super) async fn no_such_method(method: Method, uri: Uri) -> Problem {
    let message = format!("{} does not take {method}; see Allow.", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
}
