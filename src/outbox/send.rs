//! One attempt: a message goes out, its reply comes back within the time an answer may take.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::http::response::Parts;
use hyper::{Method, Request, Uri};

use super::witness::Trail;
use super::{Reply, Rules, intercept};
use crate::fault::{Code, Fault};
use crate::injection::Applied;
use crate::net::body::{AppBody, PartnerBody, Shortfall};
use crate::net::names::Names;
use crate::net::upstream::{self, Destination, HeadSource, Outgoing, Pool};
use crate::store::deliveries::Message;
use crate::text::text;

/// Bytes of an answer that are read; what a partner sends beyond is not waited for.
const KEPT: usize = 64 << 10;

/// Sends a message and reads the reply, as far as nothing is spoiled on purpose; `trail` is what a
/// witness wants to see of it.
pub(super) async fn send(
    pool: &Pool,
    to: Option<Destination>,
    rules: &Rules,
    message: &Message,
    (trail, attempt, app): (Option<&Trail>, u32, &dyn Fn() -> String),
) -> (Reply, Applied) {
    let (Some(to), Some(request)) = (to, request(message)) else {
        let fault = Fault::new(
            Code::BadTarget,
            text!("{url} is no URL a webhook can be sent to.", url = message.url),
        );
        return (Reply::Failed(fault), Applied::default());
    };
    let is_plain = !rules.injections.any();
    let name = if is_plain { String::new() } else { app() };
    let mut trip = Trip { pool, to: &to, rules, message, name: &name, attempt, trail };
    let done = match !is_plain {
        false => (trip.plainly(request).await, Applied::default()),
        true => Box::pin(intercept::send(&mut trip, request)).await,
    };
    if let Some(trail) = trip.trail {
        trail.end();
    }
    done
}

/// A message on its way.
pub(super) struct Trip<'a> {
    pub(super) pool: &'a Pool,
    pub(super) to: &'a Destination,
    pub(super) rules: &'a Rules,
    pub(super) message: &'a Message,
    /// What people call the app; nothing where nobody asks.
    pub(super) name: &'a str,
    /// Which attempt of the present round it is, from 1.
    pub(super) attempt: u32,
    pub(super) trail: Option<&'a Trail>,
}

impl Trip<'_> {
    pub(super) async fn plainly(&mut self, request: Request<AppBody>) -> Reply {
        let message = self.message;
        self.once(request, &|| self::request(message).map(Box::new)).await
    }

    /// The same; `again` makes the request once more where a connection was closed before it was read.
    pub(super) async fn once(
        &mut self,
        request: Request<AppBody>,
        again: &dyn Fn() -> Option<Box<Request<AppBody>>>,
    ) -> Reply {
        let (to, timeout) = (self.to, self.rules.retry.timeout);
        let exchange = async {
            let (head, body) = self.ask(request, again).await?;
            read(&head, body).await
        };
        within(timeout, to, exchange).await
    }

    /// The partner's answer, of which nothing has been read yet but its head.
    pub(super) async fn ask(
        &mut self,
        request: Request<AppBody>,
        again: &dyn Fn() -> Option<Box<Request<AppBody>>>,
    ) -> Result<(Parts, PartnerBody), Fault> {
        self.begin(&request);
        let trace = self.trail.map(Trail::trace);
        let (request, head) = (Box::new(request), HeadSource::default());
        let outgoing = Outgoing { request, progress: None, again, trace, head };
        let sent = upstream::send(self.pool, self.to, &self.rules.terms, outgoing);
        let (head, body) = Box::pin(sent).await?.into_parts();
        if let Some(trail) = self.trail {
            let mut names = Names::default();
            body.take_names(&mut names);
            trail.answer(&head, &names);
        }
        Ok((head, body))
    }

    /// Tells the witness of what goes out now.
    pub(super) fn begin(&mut self, request: &Request<AppBody>) {
        if let Some(trail) = self.trail {
            trail.send(request, self.to);
        }
    }
}

/// What came within the time an answer may take.
pub(super) async fn within(
    timeout: Duration,
    to: &Destination,
    exchange: impl Future<Output = Result<Reply, Fault>>,
) -> Reply {
    match tokio::time::timeout(timeout, exchange).await {
        Ok(reply) => reply.unwrap_or_else(Reply::Failed),
        Err(_) => Reply::Failed(
            Fault::new(
                Code::PartnerTimeout,
                text!(
                    "{to} gave no whole answer within {timeout}.",
                    to,
                    timeout = format!("{timeout:?}")
                ),
            )
            .hint(text!("The cloud waits that long; answer first and work afterwards.")),
        ),
    }
}

fn request(message: &Message) -> Option<Request<AppBody>> {
    let uri: Uri = message.url.parse().ok()?;
    let host = uri.authority()?.as_str();
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let method = Method::from_bytes(message.method.as_bytes()).ok()?;
    let body = match &message.body {
        Some(bytes) => AppBody::Whole(Some(Bytes::copy_from_slice(bytes))),
        None => AppBody::Empty,
    };
    let mut request = Request::builder().method(method).uri(target).body(body).ok()?;
    let fields = request.headers_mut();
    fields.insert(HOST, HeaderValue::from_str(host).ok()?);
    for (name, value) in &message.fields.0 {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        fields.append(name, HeaderValue::from_str(value).ok()?);
    }
    if let Some(bytes) = &message.body {
        fields.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    }
    upstream::announce_empty(&mut request);
    Some(request)
}

pub(super) async fn read<B>(head: &Parts, mut incoming: B) -> Result<Reply, Fault>
where
    B: Body<Data = Bytes, Error = Shortfall> + Unpin,
{
    let status = head.status.as_u16();
    let kind = head.headers.get(CONTENT_TYPE);
    let kind = kind.map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
    let mut body = Vec::new();
    let mut truncated = false;
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(upstream::broken_off)?;
        let Some(data) = frame.data_ref() else { continue };
        let room = KEPT - body.len();
        body.extend_from_slice(data.get(..room).unwrap_or(data));
        if data.len() > room {
            truncated = true;
            break;
        }
    }
    Ok(Reply::Answered { status, kind, body, truncated })
}
