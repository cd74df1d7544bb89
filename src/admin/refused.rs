//! What a connection is told that is not served.

use axum::http::header::{CONNECTION, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Response, StatusCode};
use bytes::Bytes;
use http_body_util::Full;

use super::NOSNIFF;
use super::problem::Problem;
use super::routes::PROBLEM;
use crate::net::bounded::Refused;
use crate::text::{Text, text};

/// A problem document; the connection ends behind it.
pub(super) fn answer(why: Refused) -> Response<Full<Bytes>> {
    let (status, text) = problem(why).document();
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
    fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static(NOSNIFF));
    fields.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn problem(why: Refused) -> Problem {
    let late = |detail: &'static str, limit: &str| {
        let hint = text!("{limit} bounds it.", limit);
        Problem::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", Text::fixed(detail), hint)
    };
    match why {
        Refused::Head => late("The request's head did not arrive in time.", "limits.head_timeout"),
        Refused::Body => late("The request's body did not arrive in time.", "limits.body_timeout"),
        Refused::Full => {
            let detail =
                "The admin address has as many connections as it serves, all of them busy.";
            let hint = "Close what keeps them busy, and ask again.";
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "overloaded",
                Text::fixed(detail),
                Text::fixed(hint),
            )
        }
    }
}
