//! An exchange that somebody has taken in hand: held at a breakpoint, or answered by a stub in the
//! partner's place.

use std::sync::Arc;

use hyper::header::CONTENT_TYPE;
use hyper::http::request::Parts;
use hyper::{Method, Response};

use super::forward::{self, Trip};
use super::spoiled::{self, Passing, read_away};
use super::{View, envelope, held, life};
use crate::config::meant::Proxy as Version12;
use crate::fault::Fault;
use crate::injection::{Applied, Stub, Subject};
use crate::model::injection::{Plane, Side};
use crate::net::aside::aside;
use crate::net::body::AnswerBody;
use crate::net::collect::Collected;

/// Sends a request on, as far as nothing is made of it on purpose. `by_rule` says that a rule of the app
/// allowed its URL: so must one allow what it is edited to.
pub(super) async fn forward(
    trip: Trip<'_>,
    (view, by_rule): (&View, bool),
    mut parts: Box<Parts>,
    mut body: Passing,
    applied: &mut Applied,
) -> Result<Response<AnswerBody>, Fault> {
    let injections = &trip.proxy.shared.injections;
    let mut asked = None;
    if let Some(stop) = injections.breakpoint(Side::Request, &subject(trip, &parts.method)) {
        let (passing, edit) =
            Box::pin(held::request(trip, by_rule, &stop, &mut parts, body, applied)).await?;
        body = passing;
        if let Some(edit) = edit {
            let edited = held::edited(trip, &edit, &mut parts, &mut body)?;
            life::admit_again(view, &edited, trip.caller, by_rule, &parts)?;
            asked = Some(edited);
        }
    }
    let trip = Trip { asked: asked.as_ref().unwrap_or(trip.asked), ..trip };
    match spoiled::spoils(trip) {
        None => exchange(trip, parts, body, applied).await,
        Some(spoils) => spoiled::forward(trip, parts, body, spoils, applied).await,
    }
}

/// The partner's part, or a stub's; the answer is held where a breakpoint is for it.
pub(super) async fn exchange(
    trip: Trip<'_>,
    parts: Box<Parts>,
    body: Passing,
    applied: &mut Applied,
) -> Result<Response<AnswerBody>, Fault> {
    let injections = &trip.proxy.shared.injections;
    let method = parts.method.clone();
    let answer = match injections.stub(&subject(trip, &method)) {
        Some(stub) => Box::pin(stubbed(trip, &stub, body, applied)).await?,
        None => Box::pin(forward::forward(trip, parts, body)).await?,
    };
    let kind = answer.headers().get(CONTENT_TYPE).cloned();
    let subject = Subject {
        status: Some(answer.status().as_u16()),
        answer_type: kind.as_ref().and_then(|kind| kind.to_str().ok()),
        ..subject(trip, &method)
    };
    match injections.breakpoint(Side::Answer, &subject) {
        Some(stop) => Box::pin(held::answer(trip, &stop, &method, answer, applied)).await,
        None => Ok(answer),
    }
}

/// What is known of a request that may go.
fn subject<'a>(trip: Trip<'a>, method: &'a Method) -> Subject<'a> {
    let config = &trip.known.config;
    let app = config.apps.get(trip.caller.app);
    let device = config.world.devices.get(trip.caller.device.0);
    let (store, user) = trip.known.owner(trip.caller.device).unzip();
    Subject {
        plane: Plane::Proxy,
        at: jiff::Timestamp::now().as_microsecond(),
        app_id: app.map(|app| app.id.as_str()),
        app: app.map(|app| app.name.as_str()),
        user,
        store,
        device: device.map(|device| device.uuid.as_str()),
        device_name: device.map(|device| device.name.as_str()).filter(|name| !name.is_empty()),
        method: method.as_str(),
        url: &trip.asked.url,
        host: trip.asked.authority(),
        path: trip.asked.path(),
        event: None,
        delivery: None,
        attempt: None,
        status: None,
        answer_type: None,
    }
}

/// The answer of a stub as if it were the partner's: in an envelope where the app has one.
async fn stubbed(
    trip: Trip<'_>,
    stub: &Arc<Stub>,
    mut body: Passing,
    applied: &mut Applied,
) -> Result<Response<AnswerBody>, Fault> {
    applied.note_stub(stub);
    read_away(&mut body.0).await?;
    if let Some(delay) = stub.answer.delay {
        spoiled::delayed(delay, trip.recording).await;
    }
    let (folder, canned) = (trip.known.config.folder(), Arc::clone(stub));
    let (parts, body) = aside(stub.reads(), move || canned.respond(&folder)).await?.into_parts();
    let version = trip.known.config.apps.get(trip.caller.app).map(|app| app.proxy);
    let answer = match version {
        Some(Version12::V1(mode)) => {
            let whole: Collected = [body].into_iter().collect();
            let capacity = &trip.proxy.shared.envelopes;
            envelope::enclose(mode, parts, whole, capacity, None).await?.0
        }
        Some(Version12::V2) | None => Response::from_parts(parts, body),
    };
    Ok(answer.map(AnswerBody::whole))
}
