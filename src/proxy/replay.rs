//! A recorded request that is made again for the console.

use std::cell::RefCell;
use std::rc::Rc;

use hyper::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::{HeaderMap, Method, Request, Response, Uri, Version};

use super::asked::{bad_target, split_port};
use super::fields::{REPLAY, slot};
use super::snapshot::Snapshot;
use super::{Proxy, forward, record, rewrite};
use crate::config::meant::Origin;
use crate::fault::{Code, Fault};
use crate::journal::exchange::{Errand, Replayed};
use crate::journal::{Recording, Replay};
use crate::net::body::{AnswerBody, AppBody};
use crate::net::gate::Head;
use crate::net::names::Names;
use crate::net::raw_target;
use crate::net::request::RequestBody;
use crate::net::transcript::parts;
use crate::net::upstream::{self, Destination, HeadSource, Outgoing, Spelling};
use crate::text::text;

/// What a request repeats, where it carries a ticket of the console's.
pub(super) fn redeemed(
    proxy: &Proxy,
    head: Option<&Head>,
    recording: Option<&Rc<Recording>>,
) -> Option<Replay> {
    let ticket = head?.noted(usize::from(slot::REPLAY))?;
    let ticket: u64 = std::str::from_utf8(ticket).ok()?.parse().ok()?;
    let replay = proxy.recorder.as_ref()?.journal().redeem(ticket)?;
    if let Some(recording) = recording {
        let replayed = Replayed { of: replay.like.id, how: replay.how, ticket };
        recording.note(|exchange| exchange.replayed = Some(replayed));
    }
    Some(replay)
}

/// Sends a request as it was delivered before: nothing is judged, nothing is changed.
pub(super) async fn deliver(
    proxy: &Proxy,
    known: &Snapshot,
    replay: &Replay,
    raw: &[u8],
    body: RequestBody,
    recording: Option<&Rc<Recording>>,
    names: &RefCell<Names>,
) -> Result<Response<AnswerBody>, Fault> {
    if let Some(recording) = recording {
        note(recording, replay);
    }
    let to = destination(replay, known)?;
    let (body, progress) = forward::app_body(body, known, recording);
    let request = request(raw, body)?;
    let written = |names: &mut Names| parts(raw).1.iter().for_each(|(name, _)| names.push(name));
    let spelling = Spelling { written: Some(&written), own: rewrite::SPELLED };
    let head = HeadSource::Request(spelling);
    if let Some(recording) = recording {
        record::passed(recording, &request, &to, head);
    }
    let again = || self::request(raw, AppBody::Empty).ok();
    let trace = recording.map(|recording| recording.trace());
    let outgoing = Outgoing { request, progress, again: &again, trace, head };
    let answer = upstream::send(&proxy.pool, &to, &known.terms, outgoing).await;
    if let Some((recording, trace)) = recording.zip(trace) {
        record::connected(recording, trace);
    }
    forward::answered(answer?, recording, names).await
}

/// What is known of the request that is repeated holds for this one.
fn note(recording: &Recording, replay: &Replay) {
    recording.note(|exchange| {
        let like = &replay.like;
        exchange.plane = like.plane;
        exchange.errand = like.event.clone().map(|event| Errand {
            event,
            delivery: like.delivery.clone().unwrap_or_default(),
            attempt: None,
            verdict: None,
            findings: "[]".to_owned(),
        });
        exchange.app = like.app.as_deref().map(Into::into);
        exchange.user.clone_from(&like.user);
        exchange.store.clone_from(&like.store);
        exchange.device.clone_from(&like.device);
        exchange.device_name.clone_from(&like.device_name);
        exchange.url.clone_from(&like.url);
    });
}

fn destination(replay: &Replay, known: &Snapshot) -> Result<Destination, Fault> {
    let gone = || {
        Fault::new(Code::BadTarget, text!("It is not known where the request was delivered to."))
    };
    let to = replay.to.as_deref().ok_or_else(gone)?;
    let (scheme, authority) = to.split_once("://").ok_or_else(gone)?;
    let (host, port) = split_port(authority);
    let tls = scheme == "https";
    let port = port.unwrap_or(if tls { 443 } else { 80 });
    let origin = Origin { tls, host: host.to_owned(), port };
    let mut upstreams = known.config.apps.iter().flat_map(|app| &app.upstreams);
    let insecure = upstreams.any(|route| route.insecure && route.to == origin);
    Ok(Destination { origin, insecure })
}

fn request(raw: &[u8], body: AppBody) -> Result<Box<Request<AppBody>>, Fault> {
    let (line, sent) = parts(raw);
    let line = std::str::from_utf8(line).unwrap_or_default();
    let mut words = line.split(' ');
    let method = words.next().and_then(|word| Method::from_bytes(word.as_bytes()).ok());
    let target = words.next().and_then(|word| raw_target::carried(word).ok());
    let (Some(method), Some(target)) = (method, target) else {
        return Err(bad_target("it cannot be delivered"));
    };
    let mut fields = HeaderMap::with_capacity(sent.len());
    for (name, value) in sent {
        let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        else {
            continue;
        };
        if name != REPLAY && name != CONNECTION {
            fields.append(name, value);
        }
    }
    debug_assert!(fields.contains_key(HOST), "the gate wants one");
    if !hyper::body::Body::is_end_stream(&body) && !fields.contains_key(CONTENT_LENGTH) {
        fields.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    let mut request = Box::new(Request::new(body));
    *request.method_mut() = method;
    *request.uri_mut() = Uri::from(target);
    *request.version_mut() = Version::HTTP_11;
    *request.headers_mut() = fields;
    upstream::announce_empty(&mut request);
    Ok(request)
}
