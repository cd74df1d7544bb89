//! In which language the API speaks: that of `Accept-Language` (RFC 9110, section 12.5.4).

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, HeaderValue, VARY};
use axum::middleware::Next;
use axum::response::Response;

use crate::text::Language;

/// Lets what answers a call of the API say its texts in the caller's language. The clouds' APIs have
/// their vendors' words.
pub(super) async fn spoken(request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let language = wanted(request.headers());
    let mut response = language.scope(next.run(request)).await;
    let fields = response.headers_mut();
    fields.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    fields.append(VARY, HeaderValue::from_static("Accept-Language"));
    response
}

fn wanted(fields: &HeaderMap) -> Language {
    let accepted = fields.get(ACCEPT_LANGUAGE).and_then(|field| field.to_str().ok());
    accepted.map_or(Language::English, Language::of_accept)
}
