//! Pages of browsers that call the clouds' APIs (the CORS protocol of the Fetch standard). A page may
//! where gateway.yaml lets its origin; by default those of this machine.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HOST, HeaderName, HeaderValue,
    ORIGIN, VARY,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Surface;
use crate::config::meant::{Cors, CorsOrigin};

/// Who answers cross-origin calls, and how it refuses one.
#[derive(Clone)]
pub(super) struct Api {
    pub(super) surface: Surface,
    /// The refusal in the words of the API.
    pub(super) refuse: fn(&str) -> Response,
}

/// Answers preflights, and says to a browser whether its page may see the answer.
pub(super) async fn allow(State(api): State<Api>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let known = api.surface.proxy.snapshot.load_full();
    if !may(&known.config.cors, &origin, request.headers()) {
        let shown = String::from_utf8_lossy(origin.as_bytes());
        return (api.refuse)(&format!(
            "Pages of the Origin {shown} may not call this API; list it under `cors` in gateway.yaml."
        ));
    }
    let asked = request.headers().get(ACCESS_CONTROL_REQUEST_METHOD).cloned();
    let mut response = match asked.filter(|_| request.method() == Method::OPTIONS) {
        Some(method) => preflight(method, request.headers()),
        None => next.run(request).await,
    };
    let fields = response.headers_mut();
    fields.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    fields.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    fields.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    fields.entry(VARY).or_insert(HeaderValue::from_static("Origin"));
    response
}

/// Whatever is asked for is allowed: what the API does not take, it says itself.
fn preflight(method: HeaderValue, asked: &HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let fields = response.headers_mut();
    fields.insert(ACCESS_CONTROL_ALLOW_METHODS, method);
    if let Some(names) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        fields.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    if asked.contains_key(&REQUEST_PRIVATE_NETWORK) {
        fields.insert(ALLOW_PRIVATE_NETWORK.clone(), HeaderValue::from_static("true"));
    }
    fields.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    let varied = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    fields.insert(VARY, HeaderValue::from_static(varied));
    response
}

/// Whether the pages of an origin may: those of the address itself, and those that the file lets.
fn may(cors: &Cors, origin: &HeaderValue, fields: &HeaderMap) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    if host.is_some() && host.map(str::as_bytes) == fields.get(HOST).map(HeaderValue::as_bytes) {
        return true;
    }
    cors.0.iter().any(|allowed| match allowed {
        CorsOrigin::Any => true,
        CorsOrigin::Exactly(known) => known.eq_ignore_ascii_case(origin),
        CorsOrigin::Loopback => host.is_some_and(is_loopback),
    })
}

/// Whether a host with or without its port is this machine by a name that nobody else can have.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, _)) => name,
        None => host.split(':').next().unwrap_or(host),
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse().is_ok_and(|ip: IpAddr| ip.to_canonical().is_loopback())
}

/// Fields of the answers that pages may read besides the usual ones.
const EXPOSED: &str = "Location, WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, \
    X-RateLimit-Reset, X-Products-Violations-Count, X-Products-Violations";

static REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
static ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(cors: &Cors, origin: &'static str) -> bool {
        let fields = HeaderMap::from_iter([(HOST, HeaderValue::from_static("gateway.test:4040"))]);
        may(cors, &HeaderValue::from_static(origin), &fields)
    }

    #[test]
    fn pages_of_this_machine_may_and_those_that_only_sound_like_it_may_not() {
        let usual = Cors::default();
        for origin in [
            "http://localhost:3000",
            "https://LOCALHOST",
            "http://app.localhost:8080",
            "http://127.0.0.1:5173",
            "http://127.9.9.9",
            "http://[::1]:3000",
            "http://gateway.test:4040",
        ] {
            assert!(allowed(&usual, origin), "{origin}");
        }
        for origin in [
            "null",
            "http://evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://gateway.test",
            "localhost",
            "ftp://localhost",
        ] {
            assert!(!allowed(&usual, origin), "{origin}");
        }
    }

    #[test]
    fn the_file_lets_others_in_and_may_let_none() {
        let exactly = |text: &str| CorsOrigin::Exactly(text.to_owned());
        let listed = Cors(vec![exactly("https://app.test"), exactly("null")]);
        assert!(allowed(&listed, "https://APP.test") && allowed(&listed, "null"));
        assert!(!allowed(&listed, "https://app.test:1") && !allowed(&listed, "http://localhost"));
        assert!(allowed(&Cors(vec![CorsOrigin::Any]), "http://evil.example"));
        assert!(!allowed(&Cors(Vec::new()), "http://localhost:3000"));
    }
}
