//! An attempt that a fault befalls on purpose: what the partner gets, and what is taken for its answer.

use std::sync::Arc;

use hyper::http::response::Parts;
use hyper::{Request, Uri};

use super::Reply;
use super::intercept::stubbed;
use super::send::{Trip, read, within};
use crate::fault::{Code, Fault};
use crate::injection::{Applied, Exchange, Spoil, Spoils, Stub, message};
use crate::model::injection::{Kind, Plane};
use crate::net::body::{AppBody, PartnerBody};
use crate::net::spoil::Drip;
use crate::net::upstream::{self, HeadSource};
use crate::text::{Text, text};

/// What befalls this attempt, if anything does.
pub(super) fn spoils(trip: &Trip<'_>) -> Option<Spoils> {
    let injections = &trip.rules.injections;
    if !injections.any() {
        return None;
    }
    let message = trip.message;
    let uri: Uri = message.url.parse().ok()?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let (app, event) = (Some(message.app.as_str()), Some(message.event.as_str()));
    injections.decide(&Exchange { plane: Plane::Webhook, app, path, event })
}

/// Sends a message and takes what is left of the answer.
pub(super) async fn send(
    trip: &mut Trip<'_>,
    mut request: Request<AppBody>,
    spoils: Spoils,
    stub: Option<&Arc<Stub>>,
    applied: &mut Applied,
) -> Reply {
    let Spoils { request: sent, answer } = spoils;
    let (to, timeout) = (trip.to, trip.rules.retry.timeout);
    if let Some(spoil) = sent {
        applied.note(&spoil);
        match spoil.kind() {
            Kind::Status(status) => return explained(*status, spoil.id()),
            Kind::Reset(_) => {
                let cut = within(timeout, to, reset(trip, request, spoil.id()));
                return Box::pin(cut).await;
            }
            Kind::Delay(delay) => tokio::time::sleep(*delay).await,
            kind => request = request_with(kind, request, trip),
        }
    }
    if let Some((spoil, Kind::Status(status))) = answer.as_ref().map(|spoil| (spoil, spoil.kind()))
    {
        applied.note(spoil);
        return explained(*status, spoil.id());
    }
    if let Some(stub) = stub {
        let reply = stubbed(trip, stub, applied).await;
        let Some(spoil) = &answer else { return reply };
        applied.note(spoil);
        let late = async { answered(spoil, reply).await };
        return held_up(spoil, within(timeout, to, late).await);
    }
    let exchange = async {
        let (head, body) = trip.ask(request, &|| None).await?;
        let Some(spoil) = &answer else { return read(&head, body).await };
        applied.note(spoil);
        if let (Kind::Delay(_), Some(trail)) = (spoil.kind(), trip.trail) {
            trail.delay();
        }
        answer_with(spoil, &head, body).await
    };
    let reply = within(timeout, to, exchange).await;
    answer.iter().fold(reply, |reply, spoil| held_up(spoil, reply))
}

/// An answer that came too late because it was held up is nobody's failure.
fn held_up(spoil: &Spoil, reply: Reply) -> Reply {
    match (reply, spoil.kind()) {
        (Reply::Failed(fault), Kind::Delay(_) | Kind::Drip(_))
            if fault.code == Code::PartnerTimeout =>
        {
            Reply::Failed(fault.on_purpose())
        }
        (reply, _) => reply,
    }
}

/// The request as the partner gets it.
fn request_with(kind: &Kind, request: Request<AppBody>, trip: &mut Trip<'_>) -> Request<AppBody> {
    let (mut parts, mut body) = request.into_parts();
    let fields = &mut parts.headers;
    match kind {
        Kind::Drip(rate) => body = body.drip(*rate, None),
        Kind::Empty { .. } => {
            message::measure(fields, 0);
            body = AppBody::Empty;
            tell(trip, &[]);
        }
        Kind::Garbage { .. } => {
            let garbage = message::garbage();
            message::measure(fields, garbage.len());
            tell(trip, &garbage);
            body = AppBody::Whole(Some(garbage));
        }
        Kind::ContentType(kind) => message::retype(fields, kind),
        Kind::Status(_) | Kind::Delay(_) | Kind::Reset(_) => {}
    }
    Request::from_parts(parts, body)
}

/// Another body than the message's.
fn tell(trip: &mut Trip<'_>, body: &[u8]) {
    if let Some(trail) = trip.trail {
        trail.replace_body(body);
    }
}

async fn reset(trip: &mut Trip<'_>, request: Request<AppBody>, id: &str) -> Result<Reply, Fault> {
    trip.begin(&request);
    tell(trip, &[]);
    Box::pin(upstream::cut_off(trip.to, &trip.rules.terms, &request, HeadSource::default()))
        .await?;
    Err(broken(
        text!("The request to {to} was cut off on purpose: fault {id}.", to = trip.to, id),
        id,
    ))
}

/// What is taken for the answer. Its time is part of the time an answer may take.
async fn answer_with(spoil: &Spoil, head: &Parts, body: PartnerBody) -> Result<Reply, Fault> {
    match spoil.kind() {
        Kind::Drip(rate) => read(head, Drip::new(body, *rate)).await,
        // Its time begins before the answer is read.
        Kind::Delay(delay) => {
            tokio::time::sleep(*delay).await;
            read(head, body).await
        }
        _ => answered(spoil, read(head, body).await?).await,
    }
}

/// What is taken for an answer that is known.
async fn answered(spoil: &Spoil, mut reply: Reply) -> Result<Reply, Fault> {
    match spoil.kind() {
        Kind::Delay(delay) => tokio::time::sleep(*delay).await,
        Kind::Reset(_) => {
            let text = text!("The answer was lost on purpose: fault {id}.", id = spoil.id());
            return Err(broken(text, spoil.id()));
        }
        _ => {}
    }
    if let Reply::Answered { kind, body, truncated, .. } = &mut reply {
        match spoil.kind() {
            Kind::Empty { .. } => (*body, *truncated) = (Vec::new(), false),
            Kind::Garbage { .. } => (*body, *truncated) = (message::garbage().to_vec(), false),
            Kind::ContentType(other) => *kind = Some(other.clone()),
            _ => {}
        }
    }
    Ok(reply)
}

/// An answer as if it were the partner's.
fn explained(status: u16, id: &str) -> Reply {
    let kind = Some(message::EXPLANATION_TYPE.to_owned());
    let body = message::explanation(id).into_bytes();
    Reply::Answered { status, kind, body, truncated: false }
}

fn broken(text: Text, id: &str) -> Fault {
    let hint = text!("`evotor-gateway fault remove {id}` lets webhooks through again.", id);
    Fault::new(Code::PartnerReset, text).hint(hint).on_purpose()
}
