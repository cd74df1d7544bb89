//! A partner's service that calls a cloud by its host name: it is led to the admin address, where the
//! clouds' APIs are answered.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hyper::header::{
    ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName,
    HeaderValue, ORIGIN, TRANSFER_ENCODING,
};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use serde_json::json;

use super::asked::{Asked, bad_target};
use super::decide::{self, CLOUD_API};
use super::fields::{DeviceFields, slot};
use super::identify::Claims;
use super::snapshot::Snapshot;
use super::{Proxy, forward, rewrite};
use crate::config::meant::Origin;
use crate::fault::Fault;
use crate::injection;
use crate::net::body::{AnswerBody, AppBody};
use crate::net::conn::{Conn, Entrance};
use crate::net::gate::Head;
use crate::net::request::RequestBody;
use crate::net::upstream::{self, Destination, HeadSource, Outgoing, Terms};

static X_AUTHORIZATION: HeaderName = HeaderName::from_static("x-authorization");
static FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// A call of a cloud's API, as opposed to an app's request.
#[derive(Debug)]
pub(super) struct Call {
    /// Where the admin address answers it.
    below: &'static str,
    /// Whether it came to the cloud's name itself, not through a proxy.
    straight: bool,
    /// Cut by the gate, for a partner never receives an app's.
    authorization: Option<HeaderValue>,
}

/// Where the admin address answers for a cloud, if a cloud is asked.
pub(super) fn below(asked: &Asked) -> Option<&'static str> {
    let (_, below) = CLOUD_API.iter().find(|(host, _)| *host == asked.host())?;
    Some(below)
}

/// Whether a request is a partner's call of a cloud: it says nothing of a terminal. Evotor's API wants
/// a token with every call but a browser's preflight, ASNA's first call brings one.
pub(super) fn call(
    conn: &Conn<DeviceFields>,
    head: Option<&Head>,
    request: &Parts,
    below: &'static str,
) -> Option<Call> {
    let through = match &conn.entrance {
        Entrance::Tunnel(tunnel) => tunnel.proxy_authorization.as_deref(),
        Entrance::Plain | Entrance::Tls { .. } => None,
    };
    let straight = !matches!(conn.entrance, Entrance::Tunnel(_))
        && (head.is_none() || request.uri.scheme().is_none());
    let claims = match head {
        Some(head) => Claims::of_head(head),
        None => Claims::of_fields(&request.headers),
    };
    let authorization = match head {
        Some(head) => head
            .noted(usize::from(slot::AUTHORIZATION))
            .and_then(|value| HeaderValue::from_bytes(value).ok()),
        None => said(&request.headers, &AUTHORIZATION).cloned(),
    };
    let token = authorization.is_some() || said(&request.headers, &X_AUTHORIZATION).is_some();
    let is_call =
        !claims.or_of_tunnel(through).any() && (token || below == "/asna" || is_preflight(request));
    is_call.then_some(Call { below, straight, authorization })
}

/// A field that says something.
fn said<'a>(fields: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    fields.get(name).filter(|value| !value.as_bytes().trim_ascii().is_empty())
}

/// Whether a browser asks for its page whether the call itself may be sent.
fn is_preflight(request: &Parts) -> bool {
    request.method == Method::OPTIONS
        && request.headers.contains_key(ORIGIN)
        && request.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// A refusal in the words of the host that was asked, where that is one of ASNA's.
pub(super) fn in_its_words(host: &str, fault: &Fault, response: &mut Response<AnswerBody>) {
    if !decide::is_asna(host) {
        return;
    }
    let status = response.status();
    let (detail, hint) = (&fault.detail, &fault.hint);
    let envelope = json!({
        "statusCode": status.as_u16(),
        "isError": true,
        "isTransient": status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
        "exceptionMessage": format!("{detail} {hint}").trim_end(),
    });
    *response.body_mut() = AnswerBody::whole(envelope.to_string());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
}

/// Leads a call to the admin address and its answer back.
pub(super) async fn answer(
    proxy: &Proxy,
    known: &Snapshot,
    call: Call,
    asked: &Asked,
    parts: Box<Parts>,
    body: RequestBody,
) -> Result<Response<AnswerBody>, Fault> {
    let admin = reachable(known.admin());
    let own: Arc<[SocketAddr]> = [].into();
    let terms = Terms { own, ..known.terms.clone() };
    let origin = Origin { tls: false, host: bare(admin), port: admin.port() };
    let to = Destination { origin, insecure: false };
    let (body, progress) = forward::app_body(body, known, None);
    let request = request(&call, admin, asked, &parts, body)?;
    let again = || self::request(&call, admin, asked, &parts, AppBody::Empty).ok();
    let head = HeadSource::default();
    let outgoing = Outgoing { request, progress, again: &again, trace: None, head };
    let answer = upstream::send(&proxy.pool, &to, &terms, outgoing).await?;
    // Through a proxy it may as well be an app's request with a token of its own.
    if !call.straight && call.below == "/evotor" && answer.status() == StatusCode::UNAUTHORIZED {
        return Err(decide::cloud_api_forbidden(asked.host()));
    }
    // Here it is the gateway itself that says so.
    let mark = answer.headers().get(&injection::HEADER).cloned();
    let mut answer = forward::answered(answer, None, &RefCell::default()).await?;
    if let Some(mark) = mark {
        answer.headers_mut().insert(&injection::HEADER, mark);
    }
    Ok(answer)
}

fn request(
    call: &Call,
    admin: SocketAddr,
    asked: &Asked,
    parts: &Parts,
    body: AppBody,
) -> Result<Box<Request<AppBody>>, Fault> {
    let value = |text: &str| {
        HeaderValue::from_str(text).map_err(|_| bad_target("its host cannot stand in a header"))
    };
    let target = format!("{}{}", call.below, asked.path());
    let target: Uri = target.parse().map_err(|_| bad_target("its path cannot be sent"))?;
    let mut fields = parts.headers.clone();
    rewrite::join_cookies(&mut fields);
    rewrite::response(&mut fields);
    if !hyper::body::Body::is_end_stream(&body) && !fields.contains_key(CONTENT_LENGTH) {
        fields.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    fields.insert(HOST, value(&admin.to_string())?);
    fields.insert(&FORWARDED_HOST, value(asked.authority())?);
    let scheme = if asked.tls { "https" } else { "http" };
    fields.insert(&FORWARDED_PROTO, HeaderValue::from_static(scheme));
    if let Some(authorization) = &call.authorization {
        fields.insert(AUTHORIZATION, authorization.clone());
    }
    let mut request = Box::new(Request::new(body));
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = target;
    *request.headers_mut() = fields;
    Ok(request)
}

/// A listener on every address is reached over loopback.
fn reachable(admin: SocketAddr) -> SocketAddr {
    match admin.ip() {
        ip if ip.is_unspecified() => (IpAddr::V4(Ipv4Addr::LOCALHOST), admin.port()).into(),
        _ => admin,
    }
}

fn bare(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}
