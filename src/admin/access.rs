//! Who may use the admin address.
//!
//! On loopback whoever is on this machine may, elsewhere whoever shows `admin.token`. A browser is
//! on this machine as well, and runs what other sites tell it to: hence only known names are answered
//! (a foreign name that leads here is how DNS rebinding gets in), and no page of another origin.

pub(super) mod session;

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{
    ACCEPT, AUTHORIZATION, HOST, HeaderName, HeaderValue, ORIGIN, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Surface;
use super::problem::Problem;
use crate::config::meant::Admin;

/// Lets a request through, or says why not.
pub(super) async fn guard(
    State(surface): State<Surface>,
    request: Request,
    next: Next,
) -> Response {
    let known = surface.proxy.snapshot.load_full();
    let admin = &known.config.admin;
    if let Err(problem) = vet(admin, &request) {
        return problem.into_response();
    }
    if is_open(request.uri().path()) || is_known(admin, request.headers()) {
        return next.run(request).await;
    }
    unknown(&request)
}

/// Everything but the token.
fn vet(admin: &Admin, request: &Request) -> Result<(), Problem> {
    let fields = request.headers();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let near = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    if admin.token.is_none() && !near {
        let hint = "Write `admin: {token: …}` in gateway.yaml, or come from the same machine.";
        return Err(refusal(
            "foreign_peer",
            "Without a token only this machine is answered.",
            hint,
        ));
    }
    if !is_own_name(admin, fields) {
        let detail = "The admin address answers to localhost, to IP addresses of its own and to the \
                      names in `admin.hosts`.";
        let hint = "Name it as 127.0.0.1:PORT, or add the name to `admin.hosts` in gateway.yaml.";
        return Err(refusal("foreign_host", detail, hint));
    }
    if !is_own_page(fields) || is_elsewhere(request) {
        let detail = "The admin address answers to its own pages only.";
        return Err(refusal("foreign_origin", detail, "Leave Origin and Sec-Fetch-Site out."));
    }
    Ok(())
}

/// What is answered without the token: whether it lives, signing in, and the clouds' APIs, whose
/// callers have tokens of another kind.
fn is_open(path: &str) -> bool {
    let below = |api: &str| path.strip_prefix(api).is_some_and(|rest| rest.starts_with('/'));
    matches!(path, "/livez" | "/readyz" | session::PATH) || below("/evotor") || below("/asna")
}

/// Whether the token is shown, if there is one.
fn is_known(admin: &Admin, fields: &HeaderMap) -> bool {
    let Some(token) = &admin.token else { return true };
    let bearer = fields.get(AUTHORIZATION).and_then(|value| {
        let (scheme, shown) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(shown.trim())
    });
    bearer.is_some_and(|shown| session::is_same(shown, token.expose()))
        || session::is_signed_in(token, fields)
}

fn unknown(request: &Request) -> Response {
    let wants_page = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let wants_page = wants_page.is_some_and(|kinds| kinds.contains("text/html"));
    let challenge = [(WWW_AUTHENTICATE, "Bearer realm=\"evotor-gateway\"")];
    if wants_page && !request.uri().path().starts_with("/api/") {
        return (StatusCode::UNAUTHORIZED, challenge, session::page()).into_response();
    }
    let detail = "The admin address wants its token.";
    let hint = "Send `Authorization: Bearer …` with `admin.token` of gateway.yaml; the command line \
                takes it from there or from EVOTOR_GATEWAY_TOKEN.";
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "token_wanted", detail, hint);
    (challenge, problem).into_response()
}

/// An IP address cannot be made to lead elsewhere, a name can.
fn is_own_name(admin: &Admin, fields: &HeaderMap) -> bool {
    let mut hosts = fields.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let Some(name) = host.to_str().ok().map(name) else { return false };
    if let Ok(ip) = name.parse::<IpAddr>() {
        return ip.to_canonical().is_loopback() || admin.token.is_some();
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || admin.hosts.iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// A host without its port, an IPv6 address without its brackets.
fn name(host: &str) -> &str {
    if let Some((name, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return name;
    }
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}

/// Browsers say which page a request comes from; other clients say nothing.
fn is_own_page(fields: &HeaderMap) -> bool {
    let Some(origin) = fields.get(ORIGIN) else { return true };
    let (origin, host) = (origin.as_bytes(), fields.get(HOST).map(HeaderValue::as_bytes));
    let origin = origin.strip_prefix(b"http://").or_else(|| origin.strip_prefix(b"https://"));
    origin.is_some() && origin == host
}

/// Whether a browser says that another site is behind it. A link may lead to a page of the console,
/// but to nothing of its API.
fn is_elsewhere(request: &Request) -> bool {
    let said = |name: &HeaderName| request.headers().get(name).map(HeaderValue::as_bytes);
    let foreign = !matches!(said(&FETCH_SITE), None | Some(b"same-origin" | b"none"));
    let follows_a_link = said(&FETCH_MODE) == Some(b"navigate")
        && said(&FETCH_DEST) == Some(b"document")
        && request.method() == Method::GET
        && !request.uri().path().starts_with("/api/");
    foreign && !follows_a_link
}

fn refusal(code: &'static str, detail: &str, hint: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, code, detail, hint)
}

static FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
static FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
static FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::HeaderValue;

    use super::*;
    use crate::model::token::Token;

    fn own(host: &'static str, token: bool) -> bool {
        let token = token.then(|| Token::new("0123456789abcdef"));
        let admin = Admin { token, hosts: vec!["gateway.test".into()] };
        is_own_name(&admin, &HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]))
    }

    #[test]
    fn loopback_and_names_of_its_own_are_answered() {
        for host in ["localhost", "LocalHost:4040", "127.0.0.1:1", "127.9.9.9", "[::1]:4040"] {
            assert!(own(host, false), "{host}");
        }
        assert!(own("Gateway.Test.:4040", false));
    }

    #[test]
    fn a_name_that_only_leads_here_is_foreign() {
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", ":1"] {
            assert!(!own(host, true), "{host}");
        }
    }

    #[test]
    fn another_address_is_answered_where_a_token_is_wanted() {
        assert!(own("192.168.1.5:4040", true) && own("[fe80::1]:4040", true));
        assert!(!own("192.168.1.5:4040", false));
    }

    #[test]
    fn without_a_token_only_this_machine_is_answered() {
        let code = |peer: &str, token: bool| {
            let token = token.then(|| Token::new("0123456789abcdef"));
            let mut request =
                Request::builder().header(HOST, "localhost").body(Body::empty()).unwrap();
            let peer: SocketAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
            vet(&Admin { token, hosts: Vec::new() }, &request).is_ok()
        };
        assert!(code("127.0.0.1:1", false) && code("[::1]:1", false));
        assert!(code("[::ffff:127.0.0.1]:1", false) && code("10.0.0.5:1", true));
        assert!(!code("10.0.0.5:1", false) && !code("[fe80::1]:1", false));
    }

    #[test]
    fn two_hosts_are_none() {
        let mut fields = HeaderMap::new();
        fields.append(HOST, HeaderValue::from_static("localhost"));
        fields.append(HOST, HeaderValue::from_static("localhost"));
        assert!(!is_own_name(&Admin::default(), &fields));
    }

    fn elsewhere(method: &str, path: &str, site: &str, mode: &str) -> bool {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("sec-fetch-site", site).header("sec-fetch-mode", mode);
        is_elsewhere(&request.header("sec-fetch-dest", "document").body(Body::empty()).unwrap())
    }

    #[test]
    fn a_link_from_elsewhere_leads_to_pages_only() {
        assert!(!elsewhere("GET", "/", "cross-site", "navigate"));
        assert!(elsewhere("GET", "/api/exchanges", "cross-site", "navigate"));
        assert!(elsewhere("POST", "/", "cross-site", "navigate"));
        assert!(elsewhere("GET", "/", "same-site", "no-cors"));
        assert!(!elsewhere("POST", "/api/clock", "same-origin", "cors"));
        assert!(!elsewhere("GET", "/api/exchanges", "none", "navigate"));
    }

    #[test]
    fn what_only_begins_like_a_cloud_is_not_open() {
        assert!(is_open("/evotor/api/v1/x") && is_open("/asna/v5"));
        assert!(!is_open("/evotorx") && !is_open("/api/state") && !is_open("/"));
    }
}
