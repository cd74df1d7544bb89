//! A message that waits at a breakpoint: what is shown of it, and what becomes of what was decided.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use hyper::body::Body;
use hyper::header::TRANSFER_ENCODING;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Response};

use super::asked::Asked;
use super::forward::Trip;
use super::record;
use super::spoiled::Passing;
use crate::fault::Fault;
use crate::injection::{
    self, Applied, Breakpoint, Decision, Edit, Gathered, Held, Message, Place, gather,
};
use crate::journal::exchange::Stage;
use crate::model::held::{End, Hold};
use crate::net::body::{AnswerBody, AppBody, Progress};
use crate::net::spoil::Drip;
use crate::net::upstream;

/// Holds a request, if there is room for it; what it goes on with. `is_by_rule` says whether a rule has
/// to allow what it is edited to.
pub(super) async fn request(
    trip: Trip<'_>,
    is_by_rule: bool,
    stop: &Arc<Breakpoint>,
    parts: &mut Parts,
    (body, progress): Passing,
    applied: &mut Applied,
) -> Result<(Passing, Option<Box<Edit>>), Fault> {
    let until = until(trip, stop);
    let Some(mut place) = trip.proxy.shared.injections.holds().place() else {
        applied.note_hold(stop, &Hold::none(End::TooMany));
        return Ok(((body, progress), None));
    };
    let whole = match gather(body, &mut place, until).await.map_err(upstream::app_fault)? {
        Gathered::Whole(whole) => whole,
        Gathered::Begun(begun, rest) => {
            applied.note_hold(stop, &Hold::none(End::TooLarge));
            let body = AppBody::Drip(Box::new(Drip::resumed(begun, rest)), progress.clone());
            return Ok(((body, progress), None));
        }
    };
    let message = message(trip, &parts.method, None, &parts.headers, &whole);
    let (decision, hold) = hold(trip, &place, (stop, until), is_by_rule, message).await;
    applied.note_hold(stop, &hold);
    if whole.is_empty() && parts.headers.contains_key(TRANSFER_ENCODING) {
        // Pieces that came to nothing: no body is sent in their place.
        injection::message::measure(&mut parts.headers, 0);
    }
    let passing = match progress {
        Some(_) => passing(whole),
        None => (AppBody::Empty, None),
    };
    match decision {
        Decision::GoOn => Ok((passing, None)),
        Decision::Edit(edit) => Ok((passing, Some(edit))),
        Decision::Drop(by) => Err(stop.dropped(&hold, by)),
    }
}

/// Holds an answer as the app is about to get it, if there is room for it.
pub(super) async fn answer(
    trip: Trip<'_>,
    stop: &Arc<Breakpoint>,
    method: &Method,
    answer: Response<AnswerBody>,
    applied: &mut Applied,
) -> Result<Response<AnswerBody>, Fault> {
    let until = until(trip, stop);
    let Some(mut place) = trip.proxy.shared.injections.holds().place() else {
        applied.note_hold(stop, &Hold::none(End::TooMany));
        return Ok(answer);
    };
    let (mut parts, body) = answer.into_parts();
    let whole = match gather(body, &mut place, until).await.map_err(upstream::broken_off)? {
        Gathered::Whole(whole) => whole,
        Gathered::Begun(begun, rest) => {
            applied.note_hold(stop, &Hold::none(End::TooLarge));
            let body = match rest.is_end_stream() {
                true => AnswerBody::whole(begun),
                false => AnswerBody::Drip(Box::new(Drip::resumed(begun, rest))),
            };
            return Ok(Response::from_parts(parts, body));
        }
    };
    let message = message(trip, method, Some(parts.status.as_u16()), &parts.headers, &whole);
    let (decision, hold) = hold(trip, &place, (stop, until), false, message).await;
    applied.note_hold(stop, &hold);
    let body = match decision {
        Decision::GoOn => whole,
        Decision::Edit(edit) => {
            edit.apply(&mut parts.headers);
            parts.status = edit.status.unwrap_or(parts.status);
            edit.body.unwrap_or(whole)
        }
        Decision::Drop(by) => return Err(stop.dropped(&hold, by)),
    };
    Ok(Response::from_parts(parts, AnswerBody::whole(body)))
}

/// Changes a request; what is asked for now.
pub(super) fn edited(
    trip: Trip<'_>,
    edit: &Edit,
    parts: &mut Parts,
    body: &mut Passing,
) -> Result<Asked, Fault> {
    edit.apply(&mut parts.headers);
    if let Some(method) = &edit.method {
        parts.method = method.clone();
    }
    if let Some(other) = &edit.body {
        if let Some(recording) = trip.recording {
            record::body(recording, Stage::Passed, other);
        }
        *body = passing(other.clone());
    }
    match &edit.target {
        None => Ok(trip.asked.clone()),
        Some(target) => Asked::of_url(&format!("{}{target}", trip.asked.origin())),
    }
}

fn passing(whole: Bytes) -> Passing {
    match whole.is_empty() {
        true => (AppBody::Empty, None),
        false => (AppBody::Whole(Some(whole)), Some(Progress::begin())),
    }
}

fn message(
    trip: Trip<'_>,
    method: &Method,
    status: Option<u16>,
    fields: &HeaderMap,
    body: &Bytes,
) -> Message {
    Message {
        method: method.to_string(),
        url: trip.asked.url.clone(),
        target: trip.asked.path().to_owned(),
        status,
        fields: fields.clone(),
        body: body.clone(),
    }
}

async fn hold(
    trip: Trip<'_>,
    place: &Place<'_>,
    (breakpoint, until): (&Arc<Breakpoint>, Instant),
    is_by_rule: bool,
    message: Message,
) -> (Decision, Hold) {
    let holds = trip.proxy.shared.injections.holds();
    let app = trip.known.config.apps.get(trip.caller.app).map(|app| app.name.clone());
    let id = holds.next_id();
    let tell = |held: Option<&str>| {
        trip.recording.iter().for_each(|recording| recording.hold(held));
    };
    tell(Some(&id));
    let (begun, breakpoint) = (Instant::now(), Arc::clone(breakpoint));
    let held = Held { id, breakpoint, app, event: None, is_by_rule, begun, until, message };
    let decided = holds.hold(place, held).await;
    tell(None);
    decided
}

fn until(trip: Trip<'_>, stop: &Breakpoint) -> Instant {
    Instant::now() + stop.stop.timeout.unwrap_or(trip.known.config.limits.response_timeout)
}
