//! Errors of the API: the envelope of asna.md, section 4.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::check::{self, FieldError};
use crate::store::StoreError;

/// Why a call is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    errors: Vec<FieldError>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    status_code: u16,
    is_error: bool,
    is_transient: bool,
    exception_message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    validation_errors: &'a [FieldError],
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), errors: Vec::new() }
    }

    /// The data as a whole cannot be used.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// Members of the data are wrong.
    pub(super) fn fields(errors: Vec<FieldError>) -> Self {
        let message = "Please correct the specified validation errors and try again".to_owned();
        Self { status: StatusCode::BAD_REQUEST, message, errors }
    }

    /// One member is wrong.
    pub(super) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    /// The token is wrong or has expired.
    pub(super) fn unauthorized() -> Self {
        let message = "The authorization token is wrong or has expired";
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// The client has called too often.
    pub(super) fn too_many() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests, please try again in a minute")
    }

    /// The token is another one's.
    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "You have no rights to perform this operation")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(Envelope {
            status_code: self.status.as_u16(),
            is_error: true,
            is_transient: self.status.is_server_error()
                || self.status == StatusCode::TOO_MANY_REQUESTS,
            exception_message: &self.message,
            validation_errors: &self.errors,
        });
        match self.status {
            StatusCode::UNAUTHORIZED => {
                (self.status, [(WWW_AUTHENTICATE, "Bearer")], body).into_response()
            }
            status => (status, body).into_response(),
        }
    }
}

impl From<check::Refused> for Refusal {
    fn from(refused: check::Refused) -> Self {
        match refused {
            check::Refused::Unreadable(message) => Self::bad(message),
            check::Refused::Invalid(errors) => Self::fields(errors),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "A call of ASNA's API could not be served");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

/// 403 in the envelope, for those who refuse a call before it comes here.
pub fn forbidden(message: &str) -> Response {
    Refusal::new(StatusCode::FORBIDDEN, message).into_response()
}

pub(super) async fn no_such_address() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is no such resource")
}

pub(super) async fn no_such_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "The resource does not support this method")
}
