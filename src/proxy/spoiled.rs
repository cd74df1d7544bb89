//! An exchange that a fault befalls on purpose, at its rim: what the partner gets of the app's request,
//! what the app gets of the partner's answer.

use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};

use super::forward::{self, Trip};
use super::{Proxy, envelope, intercept, record};
use crate::config::meant::Proxy as Version12;
use crate::fault::{Code, Fault};
use crate::injection::{Applied, Exchange, Spoil, Spoils, message};
use crate::journal::Recording;
use crate::journal::exchange::Stage;
use crate::model::injection::{Kind, Plane};
use crate::net::body::{AnswerBody, AppBody, Progress};
use crate::net::spoil::Ending;
use crate::net::upstream;
use crate::text::text;

/// An app's body, and what is known of it while it passes.
pub(super) type Passing = (AppBody, Option<Rc<Progress>>);

/// What befalls this request, if anything does.
pub(super) fn spoils(trip: Trip<'_>) -> Option<Spoils> {
    let injections = &trip.proxy.shared.injections;
    if !injections.any() {
        return None;
    }
    let app = trip.known.config.apps.get(trip.caller.app).map(|app| app.id.as_str());
    injections.decide(&Exchange { plane: Plane::Proxy, app, path: trip.asked.path(), event: None })
}

/// Sends the request on and gives the app what is left of the answer. What a refusal of the gateway's
/// own says stays as it is, but may be late.
pub(super) async fn forward(
    trip: Trip<'_>,
    mut parts: Box<Parts>,
    mut body: Passing,
    spoils: Spoils,
    applied: &mut Applied,
) -> Result<Response<AnswerBody>, Fault> {
    let Spoils { request, answer } = spoils;
    if let Some(spoil) = request {
        applied.note(&spoil);
        match spoil.kind() {
            Kind::Status(status) => {
                read_away(&mut body.0).await?;
                return of_partner(trip, *status, spoil.id());
            }
            Kind::Reset(_) => return Err(reset(trip, &parts, spoil.id()).await),
            kind => body = request_with(kind, &mut parts, body, trip.recording).await?,
        }
    }
    let Some(spoil) = answer else { return intercept::exchange(trip, parts, body, applied).await };
    if let Kind::Status(status) = spoil.kind() {
        applied.note(&spoil);
        read_away(&mut body.0).await?;
        return Ok(explained(*status, spoil.id()).map(AnswerBody::whole));
    }
    let answer = intercept::exchange(trip, parts, body, applied).await;
    if let Kind::Delay(delay) = spoil.kind() {
        applied.note(&spoil);
        delayed(*delay, trip.recording).await;
        return answer;
    }
    let answer = answer?;
    applied.note(&spoil);
    Ok(answer_with(&spoil, answer))
}

/// A cloud's answer. The admin address breaks off only on purpose, and so does what it answers.
pub(super) fn passed_on(
    proxy: &Proxy,
    answer: Result<Response<AnswerBody>, Fault>,
) -> Result<Response<AnswerBody>, Fault> {
    match answer {
        Err(fault) if fault.code == Code::PartnerReset && proxy.shared.injections.any_fault() => {
            Ok(cut(Ending::Reset))
        }
        other => other,
    }
}

/// The request as the partner gets it.
async fn request_with(
    kind: &Kind,
    parts: &mut Parts,
    (mut body, progress): Passing,
    recording: Option<&Rc<Recording>>,
) -> Result<Passing, Fault> {
    let fields = &mut parts.headers;
    let tell = |bytes: &[u8]| {
        if let Some(recording) = recording {
            record::body(recording, Stage::Passed, bytes);
        }
    };
    match kind {
        Kind::Delay(delay) => delayed(*delay, recording).await,
        Kind::Drip(rate) if !body.is_end_stream() => {
            return Ok((body.drip(*rate, progress.clone()), progress));
        }
        Kind::Empty { .. } => {
            read_away(&mut body).await?;
            if fields.contains_key(CONTENT_LENGTH) || fields.contains_key(TRANSFER_ENCODING) {
                message::measure(fields, 0);
            }
            tell(&[]);
            return Ok((AppBody::Empty, None));
        }
        Kind::Garbage { .. } => {
            read_away(&mut body).await?;
            let garbage = message::garbage();
            message::measure(fields, garbage.len());
            tell(&garbage);
            return Ok((AppBody::Whole(Some(garbage)), Some(Progress::begin())));
        }
        Kind::ContentType(kind) => message::retype(fields, kind),
        Kind::Drip(_) | Kind::Status(_) | Kind::Reset(_) => {}
    }
    Ok((body, progress))
}

pub(super) async fn delayed(delay: Duration, recording: Option<&Rc<Recording>>) {
    let tell = |is_delayed| recording.iter().for_each(|recording| recording.delay(is_delayed));
    tell(true);
    tokio::time::sleep(delay).await;
    tell(false);
}

/// A body left unread would end the app's connection.
pub(super) async fn read_away(body: &mut AppBody) -> Result<(), Fault> {
    while let Some(frame) = body.frame().await {
        frame.map_err(upstream::app_fault)?;
    }
    Ok(())
}

async fn reset(trip: Trip<'_>, parts: &Parts, id: &str) -> Fault {
    match forward::cut_off(trip, parts).await {
        Ok(to) => {
            let text = text!("The request to {to} was cut off on purpose: fault {id}.", to, id);
            let hint = text!("`evotor-gateway fault remove {id}` lets requests through again.", id);
            Fault::new(Code::PartnerReset, text).hint(hint).on_purpose()
        }
        Err(fault) => fault,
    }
}

/// An answer as if it were the partner's.
fn of_partner(trip: Trip<'_>, status: u16, id: &str) -> Result<Response<AnswerBody>, Fault> {
    let (parts, body) = explained(status, id).into_parts();
    let version = trip.known.config.apps.get(trip.caller.app).map(|app| app.proxy);
    let answer = match version {
        Some(Version12::V1(mode)) => envelope::enclose_small(mode, parts, &body)?,
        Some(Version12::V2) | None => Response::from_parts(parts, body),
    };
    Ok(answer.map(AnswerBody::whole))
}

fn explained(status: u16, id: &str) -> Response<Bytes> {
    let text = message::explanation(id);
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let kind = HeaderValue::from_static(message::EXPLANATION_TYPE);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    message::measure(response.headers_mut(), text.len());
    response.map(|_| text.into())
}

/// The answer as the app gets it.
fn answer_with(spoil: &Spoil, answer: Response<AnswerBody>) -> Response<AnswerBody> {
    let whole = |answer: Response<AnswerBody>, bytes: Bytes| {
        let (mut parts, _) = answer.into_parts();
        message::measure(&mut parts.headers, bytes.len());
        Response::from_parts(parts, AnswerBody::whole(bytes))
    };
    match spoil.kind() {
        Kind::Drip(rate) => answer.map(|body| body.drip(*rate)),
        Kind::Reset(0) => cut(Ending::Reset),
        Kind::Reset(after) => answer.map(|body| body.cut(*after, Ending::Reset)),
        Kind::Empty { raw: true } => cut(Ending::Silence),
        Kind::Garbage { raw: true } => cut(Ending::Garbage),
        Kind::Empty { raw: false } => whole(answer, Bytes::new()),
        Kind::Garbage { raw: false } => whole(answer, message::garbage()),
        Kind::ContentType(kind) => {
            let (mut parts, body) = answer.into_parts();
            message::retype(&mut parts.headers, kind);
            Response::from_parts(parts, body)
        }
        Kind::Status(_) | Kind::Delay(_) => answer,
    }
}

/// No answer at all.
fn cut(ending: Ending) -> Response<AnswerBody> {
    Response::new(AnswerBody::whole(Bytes::new()).cut(0, ending))
}
