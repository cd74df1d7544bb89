//! Errors of the API: problem documents of RFC 9457.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::Surface;
use super::routes::{JSON, PROBLEM};
use crate::asna;
use crate::cloud;
use crate::injection::Applied;
use crate::journal::JournalError;
use crate::net::address::trimmed;
use crate::store::StoreError;
use crate::text::{Language, Text, text};
use crate::webhook::plane::Refusal;

/// What went wrong, for a program and for a person.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Text,
    hint: Text,
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
    /// The same for who uses the command line; only where it is said otherwise there.
    #[serde(skip_serializing_if = "Option::is_none")]
    command_hint: Option<String>,
    /// Of a filter that cannot be read: characters before the mistake.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<usize>,
    /// Of a filter that cannot be read: characters of the mistake.
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<usize>,
    /// Of an entry that cannot be so: each member that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<Mistake>>,
    /// Of an entry that is needed: what needs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    dependents: Option<Vec<Dependent>>,
    /// Of a request that cannot be copied: `method`, `url` or `field`.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(schemars::JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used")]
struct Mistake {
    pointer: String,
    message: String,
    hint: Option<String>,
}

#[derive(schemars::JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used")]
struct Dependent {
    kind: String,
    id: String,
}

impl Problem {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<Text>,
        hint: impl Into<Text>,
    ) -> Self {
        Self { status, code, detail: detail.into(), hint: hint.into(), more: None }
    }

    /// The same with one more member.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }

    /// The same with the hint as the command line has it, where that speaks another language.
    pub(super) fn for_commands(self, hint: impl Into<Text>) -> Self {
        self.with("command_hint", hint.into().in_language(Language::of_scope()))
    }

    /// The request itself cannot be used.
    pub(super) fn bad(detail: impl Into<Text>, hint: impl Into<Text>) -> Self {
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
            StoreError::Refused(text) => {
                Self::new(StatusCode::NOT_FOUND, "not_found", Text::verbatim(text), text!(""))
            }
            other => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Self::new(status, "state_unavailable", Text::verbatim(other.to_string()), text!(""))
            }
        }
    }
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "journal_unavailable", Text::verbatim(error.to_string()), text!(""))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match &refusal {
            Refusal::Unfit { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::TokenMissing { .. } => StatusCode::CONFLICT,
            Refusal::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, refusal.code(), refusal.text(), refusal.hint())
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(
            rejection.status(),
            "bad_request",
            Text::verbatim(rejection.body_text()),
            text!(""),
        )
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(
            rejection.status(),
            "bad_request",
            Text::verbatim(rejection.body_text()),
            text!(""),
        )
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(
            rejection.status(),
            "bad_request",
            Text::verbatim(rejection.body_text()),
            text!(""),
        )
    }
}

/// Errors, those of the clouds' APIs among them, quote what was sent: a path, a value that cannot be
/// read. Secrets in it are hidden. What is spoiled on purpose stays as it is.
pub(super) async fn told(State(surface): State<Surface>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let kind = response.headers().get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let is_json = kind.starts_with(PROBLEM.as_bytes()) || kind.starts_with(JSON.as_bytes());
    let is_spoiled = response.extensions().get::<Applied>().is_some();
    if !is_json || is_spoiled || response.status().as_u16() < 400 {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LONGEST).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Ok(mut document) = serde_json::from_slice::<Value>(&body) else {
        return Response::from_parts(parts, body.into());
    };
    let whole = document.clone();
    surface.masker().json(&mut document);
    if document == whole {
        return Response::from_parts(parts, body.into());
    }
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, document.to_string().into())
}

/// Bytes of a problem document.
const LONGEST: usize = 4 << 20;

pub(super) async fn no_such_address(uri: Uri) -> Problem {
    let path = trimmed(uri.path());
    let of_evotor = cloud::is_address(path)
        || ["/api/v1/", "/api/v2/", "/api/apps/"].iter().any(|start| path.starts_with(start));
    let nothing = text!("Nothing is at {path}.", path = uri.path());
    let (more, hint) = if of_evotor {
        (text!("The Cloud API is below /evotor."), text!("Call /evotor{path}.", path))
    } else if asna::is_address(path) {
        (text!("ASNA's API is below /asna."), text!("Call /asna{path}.", path))
    } else {
        (Text::default(), text!("GET / lists the addresses."))
    };
    Problem::new(StatusCode::NOT_FOUND, "not_found", nothing.and(more), hint)
}

pub(super) async fn no_such_method(method: Method, uri: Uri) -> Problem {
    let detail = text!("{path} does not take {method}.", path = uri.path(), method);
    let hint = "The header Allow says what it takes.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail, Text::fixed(hint))
}
