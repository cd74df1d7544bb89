//! Who may use the admin address.
//!
//! On loopback whoever is on this machine may, elsewhere whoever shows `admin.token`. A browser is
//! on this machine as well, and runs what other sites tell it to: hence only known names are answered
//! (a foreign name that leads here is how DNS rebinding gets in), and no page of another origin.

mod authority;
pub(super) mod session;
pub(super) mod sign_in;

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, HeaderName, ORIGIN, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Surface;
use super::problem::Problem;
use crate::config::meant::Admin;
use crate::text::Text;
use authority::{Authority, Host, only};
use session::Proof;

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
    let proof = surface.proof();
    if is_open(request.uri().path()) || is_known(admin, request.headers(), &proof) {
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
        let hint = "Write `admin: {token: auto}` in gateway.yaml, or come from the same machine.";
        return Err(refusal(
            "foreign_peer",
            "Without a token only this machine is answered.",
            hint,
        ));
    }
    let host = asked(request);
    if !host.as_ref().is_some_and(|host| is_own_name(admin, &host.host)) {
        let detail = "The admin address answers to localhost, to IP addresses of its own and to the \
                      names in `admin.hosts`.";
        let hint = "Name it as 127.0.0.1:PORT, or add the name to `admin.hosts` in gateway.yaml.";
        return Err(refusal("foreign_host", detail, hint));
    }
    // Whose pages may call the clouds' APIs is said there.
    let of_clouds = is_clouds(request.uri().path());
    if !of_clouds && (!is_own_page(fields, host.as_ref()) || is_elsewhere(request)) {
        let detail = "The console and the admin API answer to the console's own pages only; pages of \
                      other origins may call the clouds' APIs, below /evotor and /asna.";
        return Err(refusal("foreign_origin", detail, "Leave Origin and Sec-Fetch-Site out."));
    }
    Ok(())
}

/// What is answered without the token: whether it lives, signing in, the certificate of the authority,
/// which is public, and the clouds' APIs, whose callers have tokens of another kind.
fn is_open(path: &str) -> bool {
    let is_own = matches!(
        path,
        "/livez"
            | "/readyz"
            | "/connect/ca.pem"
            | "/connect/ca.der"
            | session::PATH
            | sign_in::PATH
    );
    is_own || is_clouds(path)
}

fn is_clouds(path: &str) -> bool {
    let below = |api: &str| path.strip_prefix(api).is_some_and(|rest| rest.starts_with('/'));
    below("/evotor") || below("/asna")
}

/// Whether the token is shown, if there is one.
fn is_known(admin: &Admin, fields: &HeaderMap, proof: &Proof) -> bool {
    let Some(token) = &admin.token else { return true };
    let bearer = fields.get(AUTHORIZATION).and_then(|value| {
        let (scheme, shown) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(shown.trim())
    });
    bearer.is_some_and(|shown| session::is_same(shown, token.expose()))
        || proof.is_signed_in(token, fields)
}

fn unknown(request: &Request) -> Response {
    let wants_page = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let wants_page = wants_page.is_some_and(|kinds| kinds.contains("text/html"));
    if wants_page && !request.uri().path().starts_with("/api/") {
        return (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, CHALLENGE)], session::page())
            .into_response();
    }
    let is_shown = request.headers().contains_key(AUTHORIZATION);
    let detail = match is_shown {
        true => "That is not the token of this gateway.",
        false => "The admin address wants its token.",
    };
    let hint = "Send `Authorization: Bearer …` with `admin.token` of gateway.yaml; the command line \
                takes it from there or from EVOTOR_GATEWAY_TOKEN, and finds the one of `token: auto` \
                where it is run by the user who runs the gateway.";
    let problem = Problem::new(
        StatusCode::UNAUTHORIZED,
        "token_wanted",
        Text::fixed(detail),
        Text::fixed(hint),
    );
    ([(WWW_AUTHENTICATE, CHALLENGE)], problem).into_response()
}

const CHALLENGE: &str = "Bearer realm=\"evotor-gateway\"";

/// The host that is asked for. Where the target names one as well, it is the same.
fn asked(request: &Request) -> Option<Authority> {
    let host = Authority::of_host(request.headers())?;
    match request.uri().authority() {
        Some(target) if Authority::parse(target.as_str())? != host => None,
        Some(_) | None => Some(host),
    }
}

/// An IP address cannot be made to lead elsewhere, a name can.
fn is_own_name(admin: &Admin, host: &Host) -> bool {
    match host {
        Host::Ip(ip) => ip.to_canonical().is_loopback() || admin.token.is_some(),
        Host::Name(name) => name == "localhost" || admin.hosts.contains(name),
    }
}

/// Browsers say which page a request comes from; other clients say nothing.
fn is_own_page(fields: &HeaderMap, host: Option<&Authority>) -> bool {
    if !fields.contains_key(ORIGIN) {
        return true;
    }
    let origin = only(fields, &ORIGIN).and_then(Authority::of_origin);
    origin.is_some() && origin.as_ref() == host
}

/// Whether a browser says that another site is behind it. A link may lead to a page of the console,
/// but to nothing of its API.
fn is_elsewhere(request: &Request) -> bool {
    let said = |name: &HeaderName| only(request.headers(), name);
    let is_silent = !request.headers().contains_key(&FETCH_SITE);
    let foreign = !is_silent && !matches!(said(&FETCH_SITE), Some("same-origin" | "none"));
    let follows_a_link = said(&FETCH_MODE) == Some("navigate")
        && said(&FETCH_DEST) == Some("document")
        && request.method() == Method::GET
        && !request.uri().path().starts_with("/api/");
    foreign && !follows_a_link
}

fn refusal(code: &'static str, detail: &'static str, hint: &'static str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, code, Text::fixed(detail), Text::fixed(hint))
}

static FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
static FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
static FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::HeaderValue;
    use axum::http::header::HOST;

    use super::*;
    use crate::model::token::Token;

    fn own(host: &'static str, token: bool) -> bool {
        let token = token.then(|| Token::new("0123456789abcdef"));
        let admin = Admin { token, hosts: vec!["gateway.test".into()], ..Admin::default() };
        let request = Request::builder().header(HOST, host).body(Body::empty()).unwrap();
        asked(&request).is_some_and(|host| is_own_name(&admin, &host.host))
    }

    #[test]
    fn loopback_and_names_of_its_own_are_answered() {
        for host in [
            "localhost",
            "LocalHost:4040",
            "localhost.",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:4040",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(own(host, false), "{host}");
        }
        assert!(own("Gateway.Test.:4040", false));
    }

    #[test]
    fn a_name_that_only_leads_here_is_foreign() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "[::1].evil",
            "[::1]evil.example:80",
            "evil@localhost",
            "localhost@evil.example",
            "127.1",
            "2130706433",
            "localhost:4040:evil",
            "",
            ":1",
        ] {
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
            vet(&Admin { token, ..Admin::default() }, &request).is_ok()
        };
        assert!(code("127.0.0.1:1", false) && code("[::1]:1", false));
        assert!(code("[::ffff:127.0.0.1]:1", false) && code("10.0.0.5:1", true));
        assert!(!code("10.0.0.5:1", false) && !code("[fe80::1]:1", false));
    }

    fn vetted(target: &str, lines: &[(&HeaderName, &'static str)]) -> bool {
        let mut request = Request::builder().uri(target).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
        for (name, value) in lines {
            request.headers_mut().append(*name, HeaderValue::from_static(value));
        }
        vet(&Admin::default(), &request).is_ok()
    }

    #[test]
    fn what_stands_twice_is_not_chosen_from() {
        let own = (&HOST, "localhost:4040");
        let page = (&ORIGIN, "http://localhost:4040");
        let site = (&FETCH_SITE, "same-origin");
        assert!(vetted("/", &[own, page, site]));
        assert!(!vetted("/", &[own, own]) && !vetted("/", &[]));
        assert!(!vetted("/", &[own, page, (&ORIGIN, "http://evil.example")]));
        assert!(!vetted("/", &[own, page, page]));
        assert!(!vetted("/", &[own, site, (&FETCH_SITE, "cross-site")]));
    }

    #[test]
    fn a_target_that_names_another_host_is_foreign() {
        let own = (&HOST, "localhost:4040");
        assert!(vetted("http://LocalHost:4040/api/clock", &[own]));
        assert!(!vetted("http://evil.example/api/clock", &[own]));
        assert!(!vetted("http://localhost:4041/api/clock", &[own]));
    }

    #[test]
    fn a_page_of_the_same_host_and_port_is_its_own() {
        let from = |host, origin| vetted("/", &[(&HOST, host), (&ORIGIN, origin)]);
        assert!(from("LOCALHOST:4040", "http://localhost:4040"));
        assert!(from("[::1]:4040", "http://[::1]:4040"));
        assert!(!from("[::1]:4040", "http://[::1].evil:4040"));
        assert!(!from("localhost:4040", "http://localhost"));
        assert!(!from("localhost:4040", "http://127.0.0.1:4040"));
        assert!(
            !from("localhost:4040", "null") && !from("localhost:4040", "http://localhost:4040/")
        );
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
