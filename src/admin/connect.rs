//! `/connect`: what a client has to know and to trust to come through the gateway, and whether it did.

mod check;
mod reached;
mod sample;

use std::net::{IpAddr, SocketAddr};

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HOST, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use qrcode::QrCode;
use qrcode::render::svg;
use schemars::JsonSchema;
use serde::Serialize;

use super::Surface;
use super::problem::Problem;
use super::routes::Operation;

use crate::text::text;
use reached::Reached;
use sample::Sample;

pub(super) fn operations() -> Vec<Operation> {
    const CERTIFICATE: &str = "application/x-x509-ca-cert";
    vec![
        Operation::get("/api/connect", connect, "How clients are led through the gateway.")
            .gives::<Connect>(200, "Addresses, the authority, and who has come."),
        Operation::post(
            "/api/connect/test",
            check::test,
            "Goes through the gateway's own listeners.",
        )
        .gives::<check::Tested>(200, "What works."),
        Operation::get("/connect", page, "Leads to the console's page.")
            .gives_nothing_but(303, "The page is elsewhere."),
        Operation::get("/connect/ca.pem", pem, "The authority that clients have to trust, as PEM.")
            .gives_as::<String>(200, CERTIFICATE, "The certificate."),
        Operation::get("/connect/ca.der", der, "The same as DER, which Android takes.")
            .gives_as::<String>(200, CERTIFICATE, "The certificate."),
        Operation::get("/connect/qr.svg", qr, "The address of the console's page as a QR code.")
            .gives_as::<String>(200, "image/svg+xml", "A picture."),
    ]
}

/// How clients are led through the gateway.
#[derive(Debug, Serialize, JsonSchema)]
struct Connect {
    /// The URL for HTTP_PROXY and HTTPS_PROXY.
    proxy: String,
    addresses: Addresses,
    ca: Authority,
    /// What can be done at once; nothing where no rule of any app gives a URL.
    sample: Option<Sample>,
    /// The same for a webhook of the app that is meant where nothing says which; nothing where no app has
    /// webhooks.
    webhook: Option<String>,
    /// Who came last by each entrance.
    reached: Vec<Reached>,
}

/// Where the gateway listens, as URLs.
#[derive(Debug, Serialize, JsonSchema)]
struct Addresses {
    http: String,
    https: String,
    admin: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Authority {
    subject: String,
    /// SHA-256, as openssl prints it.
    fingerprint: String,
    pem: String,
    /// The last day on which it is valid, in RFC 3339.
    valid_until: String,
}

async fn connect(
    State(surface): State<Surface>,
    fields: HeaderMap,
) -> Result<Json<Connect>, Problem> {
    let authority = surface.certificates.authority();
    let at = surface.addresses;
    let until = jiff::Timestamp::try_from(authority.validity().1).unwrap_or(jiff::Timestamp::MAX);
    let http = proxy(&surface, &fields);
    let admin = reachable(at.admin, &fields);
    let known = surface.proxy.snapshot.load();
    let sample = Sample::of(&known, &http, &admin);
    let webhook = sample::webhook(&known.config, at.admin, &admin);
    drop(known);
    Ok(Json(Connect {
        proxy: http.clone(),
        addresses: Addresses {
            http,
            https: format!("https://{}", reachable(at.https, &fields)),
            admin: format!("http://{admin}"),
        },
        ca: Authority {
            subject: authority.subject(),
            fingerprint: authority.fingerprint(),
            pem: authority.pem(),
            valid_until: until.to_string(),
        },
        sample,
        webhook,
        reached: match &surface.journal {
            Some(journal) => reached::reached(journal).await?,
            None => Vec::new(),
        },
    }))
}

/// The URL for HTTP_PROXY and HTTPS_PROXY.
pub(super) fn proxy(surface: &Surface, fields: &HeaderMap) -> String {
    format!("http://{}", reachable(surface.addresses.http, fields))
}

async fn page() -> impl IntoResponse {
    Redirect::to("/#/connect")
}

async fn pem(State(surface): State<Surface>) -> impl IntoResponse {
    certificate("ca.pem", surface.certificates.authority().pem().into_bytes())
}

async fn der(State(surface): State<Surface>) -> impl IntoResponse {
    certificate("ca.der", surface.certificates.authority().certificate().to_vec())
}

fn certificate(name: &str, bytes: Vec<u8>) -> impl IntoResponse {
    let fields = [
        (CONTENT_TYPE, "application/x-x509-ca-cert".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (fields, bytes)
}

async fn qr(
    State(surface): State<Surface>,
    fields: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let page = format!("http://{}/connect", reachable(surface.addresses.admin, &fields));
    let code = QrCode::new(&page).map_err(|error| {
        let detail = text!("{page} makes no QR code: {error}.", page, error);
        Problem::new(StatusCode::BAD_REQUEST, "bad_request", detail, text!("Use a shorter name."))
    })?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    Ok(([(CONTENT_TYPE, "image/svg+xml"), (X_CONTENT_TYPE_OPTIONS, "nosniff")], picture))
}

/// A listener on every address is reached by the name that the gateway was just called by.
fn reachable(address: SocketAddr, fields: &HeaderMap) -> String {
    if !address.ip().is_unspecified() {
        return address.to_string();
    }
    let host = fields.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let end = host.rfind(':').filter(|at| !host.get(*at..).is_some_and(|rest| rest.contains(']')));
    let name = host.get(..end.unwrap_or(host.len())).unwrap_or(host);
    format!("{name}:{}", address.port())
}

/// Where a listener is met from this machine.
pub(super) fn near(address: SocketAddr) -> SocketAddr {
    let loopback: IpAddr = match address {
        SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    };
    match address.ip().is_unspecified() {
        true => SocketAddr::new(loopback, address.port()),
        false => address,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn who_listens_everywhere_is_met_by_the_name_just_used() {
        let met = |host: &'static str, address: &str| {
            let fields = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
            reachable(address.parse().unwrap(), &fields)
        };
        assert_eq!(met("gateway.test:4040", "0.0.0.0:80"), "gateway.test:80");
        assert_eq!(met("gateway.test", "[::]:80"), "gateway.test:80");
        assert_eq!(met("[fe80::1]:4040", "0.0.0.0:80"), "[fe80::1]:80");
        assert_eq!(met("[fe80::1]", "0.0.0.0:80"), "[fe80::1]:80");
        assert_eq!(met("gateway.test", "127.0.0.1:80"), "127.0.0.1:80");
    }
}
