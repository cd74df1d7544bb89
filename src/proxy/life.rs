//! A request's life on one page.

use std::cell::RefCell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

use hyper::body::Body;
use hyper::header::{CONTENT_LENGTH, UPGRADE};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Response};
use tokio::time::Instant;

use super::asked::Asked;
use super::fields::DeviceFields;
use super::identify::{Caller, Claims, identify};
use super::record;
use super::self_test::NOBODY;
use super::snapshot::Snapshot;
use super::{
    Proxy, View, bare, cloud, composed, cross_origin, decide, forward, intercept, refuse, replay,
    spoiled, way,
};
use crate::fault::{Code, Fault};
use crate::injection::Applied;
use crate::journal::exchange::ReplayAs;
use crate::journal::{Recording, Replay};
use crate::net::body::AnswerBody;
use crate::net::conn::{Conn, Entrance};
use crate::net::gate::{Head, Upgrade};
use crate::net::request::RequestBody;
use crate::telemetry::{Outcome, Record};
use crate::text::text;

/// What has become known of a request; the log shows it however far it came.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) asked: Option<Asked>,
    pub(super) app: Option<Arc<str>>,
    pub(super) rule: Option<usize>,
    /// Who calls, by the configuration that was asked.
    pub(super) caller: Option<(Rc<View>, Caller)>,
    /// What was spoiled on purpose.
    pub(super) applied: Applied,
}

/// From the request to the head of the answer. Only the exchange with the partner takes time, and
/// what is kept meanwhile is small: the whole of it is moved when it is boxed.
pub(super) async fn live(
    proxy: Rc<Proxy>,
    conn: Rc<Conn<DeviceFields>>,
    head: Option<Box<Head>>,
    mut request: Box<Parts>,
    body: RequestBody,
) -> Response<AnswerBody> {
    let started = Instant::now();
    let method = request.method.clone();
    let unread = !body.is_end_stream();
    let mut story = Story::default();
    let mut applied = Applied::default();
    // Of an answer over HTTP/2 nobody asks for them.
    let (over_http2, nobodys) = (head.is_none(), RefCell::default());
    let names = if over_http2 { &nobodys } else { &conn.names };
    let recording = record::begin(&proxy, &conn, head.as_deref(), &request, started);
    let answer = match judged(
        &proxy,
        &conn,
        head.as_deref(),
        &mut request,
        recording.as_ref(),
        &mut story,
    ) {
        Ok(Judged::App { view, caller, asked, by_rule }) => {
            let (proxy, known, head) = (&*proxy, &*view.known, head.as_deref());
            let recording = recording.as_ref();
            let is_filled = false;
            let trip =
                forward::Trip { proxy, known, caller, asked, head, is_filled, names, recording };
            let body = forward::app_body(body, known, recording);
            match proxy.shared.injections.any() {
                false => forward::forward(trip, request, body).await,
                true => {
                    composed::fill(&mut request, head);
                    let trip = forward::Trip { is_filled: true, ..trip };
                    let (seen, applied) = ((&*view, by_rule), &mut applied);
                    Box::pin(intercept::forward(trip, seen, request, body, applied)).await
                }
            }
        }
        Ok(Judged::Call { view, call, asked }) => {
            if let Some(recording) = &recording {
                // The admin address records it.
                recording.forget();
            }
            let answer = cloud::answer(&proxy, &view.known, call, asked, request, body);
            spoiled::passed_on(&proxy, Box::pin(answer).await)
        }
        Ok(Judged::Again { view, replay }) => {
            let raw = head.as_deref().map_or(&b""[..], Head::raw);
            Box::pin(replay::deliver(
                &proxy,
                &view.known,
                &replay,
                raw,
                body,
                recording.as_ref(),
                names,
            ))
            .await
        }
        Err(fault) => Err(fault),
    };
    let answer = answer.and_then(bare::sendable);
    if let Some(head) = head {
        conn.gate.borrow_mut().recycle(head);
    }
    let took = started.elapsed();
    let (outcome, mut response, fault) = match answer {
        Ok(response) => (Outcome::Partner(response.status().as_u16()), response, None),
        Err(fault) => {
            names.borrow_mut().clear();
            let fault = proxy.told(fault);
            let close = unread || proxy.draining.get();
            let mut response = refuse::response(&fault, close, SystemTime::now());
            if let Some(asked) = &story.asked {
                cloud::in_its_words(asked.host(), &fault, &mut response);
            }
            (Outcome::Refused(fault.code), response, Some(fault))
        }
    };
    if !applied.is_empty() {
        applied.mark(response.headers_mut());
        story.applied = applied;
    }
    let status = response.status().as_u16();
    if let Some(recording) = &recording {
        if fault.is_some() && story.asked.as_ref().is_some_and(|asked| asked.host() == NOBODY) {
            // It was nobody's request.
            recording.forget();
        }
        let names = names.borrow();
        let names = (!over_http2).then_some(&*names);
        record::end(recording, &story, &response, names, fault.as_ref());
    }
    let record = || Record {
        app: story.app,
        method: method.as_str().into(),
        url: story.asked.map(|asked| asked.url).unwrap_or_default(),
        status,
        fault: fault.map(|f| (f.code.name(), f.culprit().name(), f.detail.to_string())),
        spoiled: (!story.applied.is_empty()).then(|| story.applied.to_string()),
        rule: story.rule,
        took,
    };
    proxy.note(outcome, record, took);
    response
}

/// A request that may be sent on.
enum Judged<'a> {
    /// An app's, to the partner; by one of its rules, or because it has a base URL.
    App { view: Rc<View>, caller: Caller, asked: &'a Asked, by_rule: bool },
    /// A partner's, to a cloud.
    Call { view: Rc<View>, call: cloud::Call, asked: &'a Asked },
    /// One that was delivered before, to be delivered again.
    Again { view: Rc<View>, replay: Box<Replay> },
}

fn judged<'a>(
    proxy: &Proxy,
    conn: &Conn<DeviceFields>,
    head: Option<&Head>,
    request: &mut Parts,
    recording: Option<&Rc<Recording>>,
    story: &'a mut Story,
) -> Result<Judged<'a>, Fault> {
    if proxy.draining.get() {
        return Err(Fault::new(Code::ShuttingDown, text!("The gateway is shutting down."))
            .hint(text!("Send the request again when it is back.")));
    }
    let view = proxy.view();
    if let Some(replay) = replay::redeemed(proxy, head, recording)
        && replay.how == ReplayAs::Delivered
    {
        return Ok(Judged::Again { view, replay: Box::new(replay) });
    }
    let asked = match head {
        Some(head) => Asked::of_head(conn, head)?,
        None => Asked::of_http2(request)?,
    };
    let asked = story.asked.insert(asked);
    let absolute = head.is_some_and(|head| !head.target().starts_with(b"/"));
    way::agrees(asked, conn, absolute)?;
    if let Some(below) = cloud::below(asked) {
        composed::fill(request, head);
        if let Some(call) = cloud::call(conn, head, request, below) {
            return Ok(Judged::Call { view, call, asked });
        }
    }
    admit(request, head, asked, &view.known)?;
    if let Some((recording, unusual)) = recording.zip(asked.unusual)
        && !view.known.is_strict()
    {
        record::unusual(recording, unusual);
    }
    let caller = caller(conn, head, &request.headers, &view.known);
    if let Ok(caller) = &caller {
        story.caller = Some((Rc::clone(&view), *caller));
    }
    if is_gateway(asked, conn) {
        let (caller, based) = based(asked, caller.ok(), &view.known)?;
        if let Some(app) = view.known.config.apps.get(caller.app) {
            composed::fill(request, head);
            cross_origin::refuse(asked, &request.headers, app)?;
        }
        story.app = view.known.plans.get(caller.app).map(|plan| Arc::clone(&plan.name));
        decide::usual(&based, &view.known)?;
        *asked = based;
        if let Some(recording) = recording {
            record::allowed(recording, asked, story.caller.as_ref(), None);
        }
        return Ok(Judged::App { view, caller, asked, by_rule: false });
    }
    let caller = caller?;
    story.app = view.known.plans.get(caller.app).map(|plan| Arc::clone(&plan.name));
    let allowed = allowed(&view, asked, caller)?;
    story.rule = Some(allowed.rule);
    if let Some(recording) = recording {
        record::allowed(recording, asked, story.caller.as_ref(), story.rule);
    }
    Ok(Judged::App { view, caller, asked, by_rule: true })
}

/// Whether a request may go that was edited on its way.
pub(super) fn admit_again(
    view: &View,
    asked: &Asked,
    caller: Caller,
    by_rule: bool,
    request: &Parts,
) -> Result<(), Fault> {
    admit(request, None, asked, &view.known)?;
    match by_rule {
        true => allowed(view, asked, caller).map(drop),
        false => decide::usual(asked, &view.known),
    }
}

/// What is refused whoever sends it.
fn admit(
    request: &Parts,
    head: Option<&Head>,
    asked: &Asked,
    known: &Snapshot,
) -> Result<(), Fault> {
    if !matches!(request.method, Method::GET | Method::POST | Method::PUT | Method::DELETE) {
        return Err(Fault::new(
            Code::MethodNotAllowed,
            text!("{method} is not among the methods a terminal sends.", method = request.method),
        ));
    }
    let websocket = match head {
        Some(head) => head.upgrade() == Upgrade::Websocket,
        None => request.headers.contains_key(UPGRADE),
    };
    if websocket {
        return Err(Fault::new(
            Code::WebsocketNotSupported,
            text!("The request asks for a WebSocket."),
        )
        .hint(text!("Poll over HTTP, or open the socket from the partner's service.")));
    }
    if asked.path().len() > 8192 {
        return Err(Fault::new(Code::UriTooLong, text!("The URL is longer than 8192 bytes.")));
    }
    if let (Some(max), Some(length)) =
        (known.config.limits.max_body, content_length(&request.headers))
        && length > max
    {
        return Err(Fault::new(
            Code::BodyTooLarge,
            text!("The body has {length} bytes, limits.max_body is {max}.", length, max),
        ));
    }
    Ok(())
}

/// Whether the request is for the address it came in by.
fn is_gateway(asked: &Asked, conn: &Conn<DeviceFields>) -> bool {
    let bare = asked.host().trim_start_matches('[').trim_end_matches(']');
    let here = || bare == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip == conn.local.ip());
    conn.local.port() == asked.port && here()
}

/// The first version of the vendor's proxy: the app sends a path, the cloud knows the base URL.
fn based(
    asked: &Asked,
    caller: Option<Caller>,
    known: &Snapshot,
) -> Result<(Caller, Asked), Fault> {
    let base = |caller: &Caller| known.config.apps.get(caller.app)?.base_url.as_deref();
    if let Some(caller) = caller
        && let Some(base) = base(&caller)
        && let Some((scheme, rest)) = base.split_once("://")
    {
        let slash = rest.find('/').unwrap_or(rest.len());
        let (authority, folder) = rest.split_at(slash);
        let path = format!("{}{}", folder.trim_end_matches('/'), asked.path());
        let mut based = Asked::new(scheme == "https", authority, &path);
        based.unusual = asked.unusual;
        return Ok((caller, based));
    }
    Err(Fault::new(
        Code::MisdirectedRequest,
        text!("{authority} is the gateway itself.", authority = asked.authority()),
    )
    .hint(text!(
        "Ask for the partner's URL: use the gateway as proxy, or point the partner's name at it."
    )))
}

fn content_length(fields: &HeaderMap) -> Option<u64> {
    fields.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn caller(
    conn: &Conn<DeviceFields>,
    head: Option<&Head>,
    fields: &HeaderMap,
    known: &Snapshot,
) -> Result<Caller, Fault> {
    let claims = match head {
        Some(head) => Claims::of_head(head),
        None => Claims::of_fields(fields),
    };
    let through = match &conn.entrance {
        Entrance::Tunnel(tunnel) => tunnel.proxy_authorization.as_deref(),
        Entrance::Plain | Entrance::Tls { .. } => None,
    };
    identify(&claims.or_of_tunnel(through), known)
}

fn allowed(view: &View, asked: &Asked, caller: Caller) -> Result<decide::Allowed, Fault> {
    let mut caches = view.caches.borrow_mut();
    let mut none = None;
    let cache = caches.get_mut(caller.app).unwrap_or(&mut none);
    decide::decide(asked, caller.app, &view.known, cache)
}
