//! Errors of the API: problem documents of RFC 9457.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::journal::JournalError;
use crate::store::StoreError;
use crate::webhook::plane::Refusal;

/// What went wrong, for a program and for a person.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    hint: String,
    /// Boxed, for few have any and all are handed up as errors.
    more: Option<Box<Map<String, Value>>>,
}

/// A problem document (RFC 9457) as the API writes it; some have members of their own besides.
#[derive(schemars::JsonSchema)]
#[schemars(rename = "Problem")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Document {
    r#type: String,
    title: String,
    status: u16,
    /// For programs.
    code: String,
    /// What is wrong.
    detail: String,
    /// What to do about it; empty where nothing is known.
    hint: String,
}

impl Problem {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { status, code, detail: detail.into(), hint: hint.into(), more: None }
    }

    /// The same with one more member.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }

    /// The request itself cannot be used.
    pub(super) fn bad(detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", detail, hint)
    }
}

impl Problem {
    /// Its status and the document itself.
    pub(super) fn document(self) -> (StatusCode, String) {
        let mut document = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
            "hint": self.hint,
        });
        if let Some(members) = document.as_object_mut() {
            members.extend(self.more.into_iter().flat_map(|more| *more));
        }
        (self.status, document.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, document) = self.document();
        (status, [(CONTENT_TYPE, "application/problem+json")], document).into_response()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(text) => Self::new(StatusCode::NOT_FOUND, "not_found", text, ""),
            other => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Self::new(status, "state_unavailable", other.to_string(), "")
            }
        }
    }
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "journal_unavailable", error.to_string(), "")
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match &refusal {
            Refusal::Unfit { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::TokenMissing { .. } => StatusCode::CONFLICT,
            Refusal::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, refusal.code(), refusal.to_string(), refusal.hint())
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), "bad_request", rejection.body_text(), "")
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), "bad_request", rejection.body_text(), "")
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), "bad_request", rejection.body_text(), "")
    }
}

pub(super) async fn no_such_address(uri: Uri) -> Problem {
    let hint = "GET / lists the addresses.";
    Problem::new(StatusCode::NOT_FOUND, "not_found", format!("Nothing is at {}.", uri.path()), hint)
}

pub(super) async fn no_such_method(method: Method, uri: Uri) -> Problem {
    let detail = format!("{} does not take {method}.", uri.path());
    let hint = "The header Allow says what it takes.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail, hint)
}
