//! An attempt that somebody has taken in hand: held at a breakpoint, or answered by a stub in the
//! partner's place. What time that takes is none of the answer's.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Uri};

use super::Reply;
use super::send::Trip;
use super::spoiled;
use crate::fault::{Code, Fault};
use crate::injection::{
    Applied, Breakpoint, Decision, Edit, Held, MOST_BODY, Message, Place, Stub, Subject,
};
use crate::model::held::{End, Hold};
use crate::model::injection::{Plane, Side};
use crate::net::aside::aside;
use crate::net::body::AppBody;
use crate::text::text;

/// Sends a message, as far as nothing is made of it on purpose.
pub(super) async fn send(trip: &mut Trip<'_>, request: Request<AppBody>) -> (Reply, Applied) {
    let mut applied = Applied::default();
    let reply = match Box::pin(hold_request(trip, request, &mut applied)).await {
        Ok((request, is_edited)) => {
            let reply = exchange(trip, request, is_edited, &mut applied).await;
            Box::pin(hold_reply(trip, reply, &mut applied)).await
        }
        Err(fault) => Reply::Failed(fault),
    };
    (reply, applied)
}

async fn exchange(
    trip: &mut Trip<'_>,
    request: Request<AppBody>,
    is_edited: bool,
    applied: &mut Applied,
) -> Reply {
    let rules = trip.rules;
    let spoils = spoiled::spoils(trip);
    let stub = subject(trip).and_then(|subject| rules.injections.stub(&subject));
    match (spoils, stub) {
        (Some(spoils), stub) => {
            Box::pin(spoiled::send(trip, request, spoils, stub.as_ref(), applied)).await
        }
        (None, Some(stub)) => stubbed(trip, &stub, applied).await,
        (None, None) if is_edited => trip.once(request, &|| None).await,
        (None, None) => trip.plainly(request).await,
    }
}

/// What is known of an attempt.
fn subject<'a>(trip: &Trip<'a>) -> Option<Subject<'a>> {
    let message = trip.message;
    let (_, rest) = message.url.split_once("://")?;
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Some(Subject {
        plane: Plane::Webhook,
        at: jiff::Timestamp::now().as_microsecond(),
        app_id: Some(&message.app),
        app: Some(trip.name),
        user: Some(message.user.as_str()).filter(|user| !user.is_empty()),
        store: None,
        device: None,
        device_name: None,
        method: &message.method,
        url: &message.url,
        host,
        path: if path.is_empty() { "/" } else { path },
        event: Some(&message.event),
        delivery: Some(&message.id),
        attempt: Some(trip.attempt),
        status: None,
        answer_type: None,
    })
}

/// The answer of a stub as if it were the partner's.
pub(super) async fn stubbed(trip: &Trip<'_>, stub: &Arc<Stub>, applied: &mut Applied) -> Reply {
    applied.note_stub(stub);
    if let Some(delay) = stub.answer.delay {
        tokio::time::sleep(delay).await;
    }
    let (folder, canned) = (trip.rules.folder.clone(), Arc::clone(stub));
    match aside(stub.reads(), move || canned.respond(&folder)).await {
        Err(fault) => Reply::Failed(fault),
        Ok(response) => Reply::Answered {
            status: response.status().as_u16(),
            kind: kind(response.headers()),
            body: response.body().to_vec(),
            truncated: false,
        },
    }
}

fn kind(fields: &HeaderMap) -> Option<String> {
    fields.get(CONTENT_TYPE).map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned())
}

async fn hold_request(
    trip: &Trip<'_>,
    request: Request<AppBody>,
    applied: &mut Applied,
) -> Result<(Request<AppBody>, bool), Fault> {
    let injections = &trip.rules.injections;
    let stop = subject(trip).and_then(|subject| injections.breakpoint(Side::Request, &subject));
    let Some(stop) = stop else { return Ok((request, false)) };
    let body = trip.message.body.clone().unwrap_or_default();
    let Some(place) = room(trip, &stop, body.len(), applied) else { return Ok((request, false)) };
    let message = Message {
        method: trip.message.method.clone(),
        url: trip.message.url.clone(),
        target: request.uri().to_string(),
        status: None,
        fields: request.headers().clone(),
        body: body.clone().into(),
    };
    match hold(trip, &place, &stop, message, applied).await {
        (Decision::GoOn, _) => Ok((request, false)),
        (Decision::Drop(by), hold) => Err(stop.dropped(&hold, by)),
        (Decision::Edit(edit), _) => {
            if let Some(trail) = trip.trail {
                trail.edit_request(&request, &body);
            }
            edited(trip, request, &edit).map(|request| (request, true))
        }
    }
}

fn edited(
    trip: &Trip<'_>,
    request: Request<AppBody>,
    edit: &Edit,
) -> Result<Request<AppBody>, Fault> {
    let (mut parts, mut body) = request.into_parts();
    edit.apply(&mut parts.headers);
    if let Some(method) = &edit.method {
        parts.method = method.clone();
    }
    if let Some(target) = &edit.target {
        let target = PathAndQuery::try_from(target.as_str()).map_err(|_| {
            Fault::new(Code::BadTarget, text!("The path that it was edited to cannot be sent."))
        })?;
        parts.uri = Uri::from(target);
    }
    if let Some(other) = &edit.body {
        if let Some(trail) = trip.trail {
            trail.replace_body(other);
        }
        body = match other.is_empty() {
            true => AppBody::Empty,
            false => AppBody::Whole(Some(other.clone())),
        };
    }
    Ok(Request::from_parts(parts, body))
}

/// Holds an answer. The cloud looks at its status, type and body alone, and so they alone are shown.
async fn hold_reply(trip: &Trip<'_>, reply: Reply, applied: &mut Applied) -> Reply {
    let Reply::Answered { status, kind, body, truncated } = reply else { return reply };
    let subject = subject(trip).map(|subject| Subject {
        status: Some(status),
        answer_type: kind.as_deref(),
        ..subject
    });
    let injections = &trip.rules.injections;
    let stop = subject.and_then(|subject| injections.breakpoint(Side::Answer, &subject));
    let place = stop.as_ref().and_then(|stop| room(trip, stop, body.len(), applied));
    let Some((stop, place)) = stop.as_ref().zip(place) else {
        return Reply::Answered { status, kind, body, truncated };
    };
    let mut fields = HeaderMap::new();
    if let Some(kind) = kind.as_deref().and_then(|kind| HeaderValue::from_str(kind).ok()) {
        fields.insert(CONTENT_TYPE, kind);
    }
    let message = Message {
        method: trip.message.method.clone(),
        url: trip.message.url.clone(),
        target: String::new(),
        status: Some(status),
        fields: fields.clone(),
        body: Bytes::copy_from_slice(&body),
    };
    match hold(trip, &place, stop, message, applied).await {
        (Decision::GoOn, _) => Reply::Answered { status, kind, body, truncated },
        (Decision::Drop(by), hold) => Reply::Failed(stop.dropped(&hold, by)),
        (Decision::Edit(edit), _) => {
            edit.apply(&mut fields);
            if let Some(trail) = trip.trail {
                trail.edit_answer(status, body.clone());
            }
            Reply::Answered {
                status: edit.status.map_or(status, |status| status.as_u16()),
                kind: self::kind(&fields),
                truncated: truncated && edit.body.is_none(),
                body: edit.body.map_or(body, |other| other.to_vec()),
            }
        }
    }
}

/// Room to hold an attempt, if there is any; otherwise that is noted.
fn room<'t>(
    trip: &Trip<'t>,
    stop: &Breakpoint,
    bytes: usize,
    applied: &mut Applied,
) -> Option<Place<'t>> {
    let Some(mut place) = trip.rules.injections.holds().place() else {
        applied.note_hold(stop, &Hold::none(End::TooMany));
        return None;
    };
    if bytes > MOST_BODY || !place.take(bytes) {
        applied.note_hold(stop, &Hold::none(End::TooLarge));
        return None;
    }
    Some(place)
}

async fn hold(
    trip: &Trip<'_>,
    place: &Place<'_>,
    stop: &Arc<Breakpoint>,
    message: Message,
    applied: &mut Applied,
) -> (Decision, Hold) {
    let holds = trip.rules.injections.holds();
    let (id, begun) = (holds.next_id(), Instant::now());
    let tell = |held: Option<&str>| trip.trail.iter().for_each(|trail| trail.hold(held));
    tell(Some(&id));
    let held = Held {
        id,
        breakpoint: Arc::clone(stop),
        app: Some(trip.name.to_owned()),
        event: Some(trip.message.event.clone()),
        is_by_rule: false,
        begun,
        until: begun + stop.stop.timeout.unwrap_or(trip.rules.held),
        message,
    };
    let (decision, hold) = holds.hold(place, held).await;
    tell(None);
    applied.note_hold(stop, &hold);
    (decision, hold)
}
