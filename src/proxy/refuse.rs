//! The one place where a fault becomes an answer (RFC 9457).

use std::time::SystemTime;

use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, DATE, HeaderName, HeaderValue,
};
use hyper::{Response, StatusCode};
use serde_json::json;

use crate::fault::{Code, Culprit, Fault};
use crate::net::body::AnswerBody;
use crate::net::gate::{Refusal, RefusalKind};
use crate::text::{Text, text};

static GATEWAY_ERROR: HeaderName = HeaderName::from_static("x-gateway-error");

/// The answer that tells an app of a fault. `close` says that nothing more is read from it.
pub fn response(fault: &Fault, close: bool, now: SystemTime) -> Response<AnswerBody> {
    let code = fault.code;
    let hint = if fault.hint.is_empty() { usual_hint(code) } else { fault.hint.clone() };
    let mut problem = json!({
        "type": format!("https://evotor-gateway.invalid/codes/{}", code.name()),
        "title": code.title(),
        "status": code.status(),
        "code": code.name(),
        "detail": fault.detail.to_string(),
        "hint": hint.to_string(),
        "culprit": fault.culprit().name(),
    });
    if let (Some(whose), Some(problem)) = (&fault.whose, problem.as_object_mut()) {
        problem.insert("app".to_owned(), whose.app.as_str().into());
        problem.insert("user".to_owned(), whose.user.as_str().into());
    }
    let mut response = Response::new(AnswerBody::whole(problem.to_string()));
    *response.status_mut() = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::BAD_GATEWAY);
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    fields.insert(GATEWAY_ERROR.clone(), HeaderValue::from_static(code.name()));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(date) = date(now) {
        fields.insert(DATE, date);
    }
    if code == Code::MethodNotAllowed {
        fields.insert(ALLOW, HeaderValue::from_static("GET, POST, PUT, DELETE"));
    }
    if close {
        fields.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The fault of a head that the gate refused; `None` is one that took too long.
pub fn fault_of(refusal: Option<&Refusal>) -> Fault {
    let Some(refusal) = refusal else {
        return Fault::new(Code::RequestTimeout, text!("The request head did not arrive in time."))
            .hint(text!("limits.head_timeout bounds it."));
    };
    let code = match refusal.kind {
        RefusalKind::BadRequest => Code::BadRequest,
        RefusalKind::BadTarget => Code::BadTarget,
        RefusalKind::MethodNotAllowed => Code::MethodNotAllowed,
        RefusalKind::UriTooLong => Code::UriTooLong,
        RefusalKind::HeadersTooLarge => Code::HeadersTooLarge,
    };
    Fault::new(code, Text::fixed(refusal.detail).sentence())
}

fn usual_hint(code: Code) -> Text {
    let page = text!("`evotor-gateway explain {code}` has the page.", code = code.name());
    match code.culprit() {
        Culprit::App => text!("Change the app's request; {page}", page => page),
        Culprit::Gateway => text!("Change gateway.yaml; {page}", page => page),
        Culprit::Partner => text!("Look into the partner's service; {page}", page => page),
        Culprit::VendorRule => text!("The real cloud does not allow it; {page}", page => page),
    }
}

fn date(now: SystemTime) -> Option<HeaderValue> {
    let now = jiff::Timestamp::try_from(now).ok()?;
    let text = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now).ok()?;
    HeaderValue::try_from(text).ok()
}
