//! To the partner and back.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use hyper::body::Body;
use hyper::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::http::response::Parts as ResponseParts;
use hyper::http::uri::Uri;
use hyper::{HeaderMap, Request, Response, Version};

use super::asked::{Asked, bad_target};
use super::composed::{Composed, Sent};
use super::identify::Caller;
use super::rewrite::{self, Injected};
use super::snapshot::{Plan, Snapshot};
use super::{Proxy, composed, diagnostic, envelope, record};
use crate::config::laid::RemovedToken;
use crate::config::meant::{App, Envelope, Origin, Proxy as Version12};
use crate::fault::{Code, Fault};
use crate::journal::Recording;
use crate::journal::exchange::Stage;
use crate::net::body::{self, AnswerBody, AppBody, PartnerBody, Progress, Shortfall};
use crate::net::collect::{Uncollected, collect};
use crate::net::gate::Head;
use crate::net::names::Names;
use crate::net::raw_target;
use crate::net::request::RequestBody;
use crate::net::upstream::{self, Destination, HeadSource, Outgoing, Spelling};
use crate::text::text;

/// Answers up to this length are waited for, so that one cut short becomes a clean refusal.
const SMALL: u64 = 16 << 10;

/// A request that may go, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trip<'a> {
    pub(super) proxy: &'a Proxy,
    pub(super) known: &'a Snapshot,
    pub(super) caller: Caller,
    pub(super) asked: &'a Asked,
    /// Of the app's request; HTTP/2 has none.
    pub(super) head: Option<&'a Head>,
    /// Whether the request has all its fields, which hyper is not shown over HTTP/1.
    pub(super) is_filled: bool,
    /// For those of the answer, as the partner writes them.
    pub(super) names: &'a RefCell<Names>,
    pub(super) recording: Option<&'a Rc<Recording>>,
}

/// Sends the request on and turns the answer into what the app receives.
pub(super) async fn forward(
    trip: Trip<'_>,
    mut parts: Box<Parts>,
    (body, progress): (AppBody, Option<Rc<Progress>>),
) -> Result<Response<AnswerBody>, Fault> {
    let Trip { proxy, known, recording, names, .. } = trip;
    let making = Making::new(trip)?;
    let app = making.app;
    let (to, host) = making.route()?;
    making.token_or_warn()?;
    let is_composed = making.composes(trip);
    match trip.head {
        None => rewrite::join_cookies(&mut parts.headers),
        head if !is_composed && !trip.is_filled => composed::fill(&mut parts, head),
        Some(_) => {}
    }
    let injected = making.injected(&host)?;
    let first = making.request(&parts, &injected, is_composed, body)?;
    let are_lent = is_composed && trip.head.is_none();
    if progress.is_some() && !are_lent {
        // Not sent a second time; over HTTP/1 the fields would hold the buffer the body is read into.
        parts.headers = HeaderMap::new();
    }
    let parts = parts;
    let written = as_written(trip.head);
    let composed = is_composed.then(|| {
        let sent = trip.head.map_or(Sent::Fields(&parts.headers), Sent::Lines);
        let line = (&parts.method, making.asked.path());
        Composed::new(sent, line, injected, first.headers())
    });
    let head = match &composed {
        Some(composed) => HeadSource::Composed(composed),
        None => spelled(&written),
    };
    if let Some(recording) = recording {
        record::passed(recording, &first, &to, head);
    }
    let again = || making.request(&parts, &injected, is_composed, AppBody::Empty).ok();
    let trace = recording.map(|recording| recording.trace());
    let outgoing = Outgoing { request: first, progress, again: &again, trace, head };
    let answer = upstream::send(&proxy.pool, &to, &known.terms, outgoing).await;
    if let Some((recording, trace)) = recording.zip(trace) {
        record::connected(recording, trace);
    }
    match app.proxy {
        Version12::V1(mode) => {
            enclosed(mode, answer?, &proxy.shared.envelopes, recording, names).await
        }
        Version12::V2 => answered(answer?, recording, names).await,
    }
}

/// Begins to send the request and resets the partner's connection.
pub(super) async fn cut_off(trip: Trip<'_>, parts: &Parts) -> Result<Destination, Fault> {
    let making = Making::new(trip)?;
    let (to, host) = making.route()?;
    let request = making.request(parts, &making.injected(&host)?, false, AppBody::Empty)?;
    let written = as_written(trip.head);
    let head = spelled(&written);
    if let Some(recording) = trip.recording {
        record::passed(recording, &request, &to, head);
        record::body(recording, Stage::Passed, &[]);
    }
    Box::pin(upstream::cut_off(&to, &trip.known.terms, &request, head)).await?;
    Ok(to.into_owned())
}

/// The names that an app wrote.
fn as_written(head: Option<&Head>) -> impl Fn(&mut Names) {
    move |names| {
        if let Some(head) = head {
            head.names_into(names);
        }
    }
}

/// The request's own fields, with the names that an app wrote.
fn spelled(written: &dyn Fn(&mut Names)) -> HeadSource<'_> {
    HeadSource::Request(Spelling { written: Some(written), own: rewrite::SPELLED })
}

/// What a request to the partner is made of.
struct Making<'a> {
    proxy: &'a Proxy,
    known: &'a Snapshot,
    caller: Caller,
    asked: &'a Asked,
    plan: &'a Plan,
    app: &'a App,
}

impl<'a> Making<'a> {
    fn new(trip: Trip<'a>) -> Result<Self, Fault> {
        let Trip { proxy, known, caller, asked, .. } = trip;
        let (plan, app) = (known.plans.get(caller.app), known.config.apps.get(caller.app));
        let (Some(plan), Some(app)) = (plan, app) else {
            return Err(Fault::new(Code::AppUnknown, text!("The app is gone from gateway.yaml.")));
        };
        Ok(Self { proxy, known, caller, asked, plan, app })
    }

    fn route(&self) -> Result<(Cow<'_, Destination>, HeaderValue), Fault> {
        let asked = self.asked;
        let own = || {
            HeaderValue::from_str(asked.authority())
                .map_err(|_| bad_target("its host cannot stand in a header"))
        };
        if let Some(route) = self.plan.route(asked.origin()) {
            let host = route.host.clone().map_or_else(own, Ok)?;
            return Ok((Cow::Borrowed(&route.to), host));
        }
        let origin = Origin { tls: asked.tls, host: asked.host().to_owned(), port: asked.port };
        Ok((Cow::Owned(Destination { origin, insecure: false }), own()?))
    }

    /// Without a token the real cloud's behaviour is not known: loose sends the request without one.
    fn token_or_warn(&self) -> Result<(), Fault> {
        let Caller { app, device } = self.caller;
        if self.known.authorization(app, device).is_some() {
            return Ok(());
        }
        let (_, user) = self.known.owner(device).unwrap_or_default();
        let name = &self.app.name;
        let removed = self.known.removed_token(app, user);
        let give = || {
            text!(
                "Answer user/create or user/verify with a token, or write it under `tokens` of \
                 {name} for {user}.",
                name,
                user
            )
        };
        let hint = removed.map_or_else(give, RemovedToken::remedy);
        if self.known.is_strict() {
            let lacks = || text!("The user {user} has no token of the app {name}.", user, name);
            let detail = removed.map_or_else(lacks, RemovedToken::sentence);
            let fault = Fault::new(Code::TokenMissing, detail).hint(hint);
            return Err(fault.of(&self.app.id, name, user));
        }
        if let Some(index) = self.known.config.world.devices.get(device.0).map(|device| device.user)
            && self.proxy.first_time(app, index)
        {
            tracing::warn!(
                app = name,
                user,
                "No user token: requests go without Authorization. {hint}"
            );
        }
        Ok(())
    }

    /// Whether the partner's head can be written from what the app sent.
    fn composes(&self, trip: Trip<'_>) -> bool {
        let is_plain = |head: &Head| self.app.keep.is_empty() && !head.nominates();
        !trip.is_filled && !self.known.config.diagnostic_headers && trip.head.is_none_or(is_plain)
    }

    fn injected<'b>(&'b self, host: &'b HeaderValue) -> Result<Injected<'b>, Fault> {
        let Caller { app, device } = self.caller;
        let identity = self.known.identity(device).ok_or_else(|| {
            Fault::new(Code::DeviceUnknown, text!("The device has ids no header can carry."))
        })?;
        let authorization = self.known.authorization(app, device);
        Ok(Injected { host, identity, authorization, keep: &self.app.keep })
    }

    /// With the framing fields alone where the head is composed.
    fn request(
        &self,
        sent: &Parts,
        injected: &Injected<'_>,
        is_composed: bool,
        body: AppBody,
    ) -> Result<Box<Request<AppBody>>, Fault> {
        let mut fields = match is_composed {
            true => rewrite::framing(&sent.headers),
            false => rewrite::request(&sent.headers, injected),
        };
        if !body.is_end_stream()
            && !fields.contains_key(CONTENT_LENGTH)
            && !fields.contains_key(TRANSFER_ENCODING)
        {
            fields.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        if self.known.config.diagnostic_headers {
            diagnostic::add(&mut fields);
        }
        let mut request = Box::new(Request::new(body));
        *request.method_mut() = sent.method.clone();
        *request.uri_mut() = self.target(&sent.uri)?;
        *request.version_mut() = Version::HTTP_11;
        *request.headers_mut() = fields;
        upstream::announce_empty(&mut request);
        Ok(request)
    }

    /// Path and query as they were matched: the request's own where it came in origin-form.
    fn target(&self, uri: &Uri) -> Result<Uri, Fault> {
        let path = self.asked.path();
        if uri.scheme().is_none() && uri.path_and_query().is_some_and(|own| own.as_str() == path) {
            return Ok(uri.clone());
        }
        raw_target::carried(path).map(Uri::from).map_err(|_| bad_target("its path cannot be sent"))
    }
}

pub(super) fn app_body(
    body: RequestBody,
    known: &Snapshot,
    recording: Option<&Rc<Recording>>,
) -> (AppBody, Option<Rc<Progress>>) {
    if body.is_end_stream() {
        return (AppBody::Empty, None);
    }
    let limits = &known.config.limits;
    let (mut body, progress) = AppBody::new(body, limits.max_body, limits.body_timeout);
    if let Some(recording) = recording {
        body = body.heard_by(recording.listener(Stage::Asked));
    }
    (body, Some(progress))
}

/// The partner's answer as a v2 app receives it.
pub(super) async fn answered(
    answer: Response<PartnerBody>,
    recording: Option<&Rc<Recording>>,
    names: &RefCell<Names>,
) -> Result<Response<AnswerBody>, Fault> {
    let (parts, body) = begun(answer, recording, names);
    if body.size_hint().exact().is_some_and(|length| length <= SMALL) {
        let whole = body::collect(body, usize::MAX).await.map_err(upstream::broken_off)?;
        if let Some(recording) = recording {
            record::body(recording, Stage::Answered, &whole);
        }
        return Ok(Response::from_parts(parts, AnswerBody::whole(whole)));
    }
    let body = match recording {
        Some(recording) => AnswerBody::heard(body, recording.listener(Stage::Answered)),
        None => AnswerBody::Partner(body),
    };
    Ok(Response::from_parts(parts, body))
}

/// The partner's answer as a v1 app receives it.
async fn enclosed(
    mode: Envelope,
    answer: Response<PartnerBody>,
    capacity: &envelope::Capacity,
    recording: Option<&Rc<Recording>>,
    names: &RefCell<Names>,
) -> Result<Response<AnswerBody>, Fault> {
    let (parts, body) = begun(answer, recording, names);
    let heard_by = recording.map(|recording| recording.listener(Stage::Answered));
    let most = envelope::limit(&parts);
    let whole = collect(body, most, &capacity.collected, heard_by).await;
    let whole = whole.map_err(|why| match why {
        Uncollected::Short(Shortfall::TooLarge) => envelope::too_long(most),
        Uncollected::Short(shortfall) => upstream::broken_off(shortfall),
        Uncollected::Exceeded => envelope::overloaded(),
    })?;
    let keep = recording.map(|recording| recording.body());
    let (answer, tape) = envelope::enclose(mode, parts, whole, capacity, keep).await?;
    if let Some((recording, tape)) = recording.zip(tape) {
        record::returned(recording, tape);
    }
    Ok(answer.map(AnswerBody::whole))
}

fn begun(
    answer: Response<PartnerBody>,
    recording: Option<&Rc<Recording>>,
    names: &RefCell<Names>,
) -> (ResponseParts, PartnerBody) {
    let (mut parts, body) = answer.into_parts();
    let mut names = names.borrow_mut();
    body.take_names(&mut names);
    if let Some(recording) = recording {
        record::answered(recording, &parts, &names);
    }
    parts.version = Version::HTTP_11;
    rewrite::response(&mut parts.headers);
    (parts, body)
}
