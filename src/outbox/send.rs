//! One attempt: a message goes out, its reply comes back within the time an answer may take.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::http::response::Parts;
use hyper::{Method, Request, Uri};

use super::Reply;
use super::witness::Trail;
use crate::fault::{Code, Fault};
use crate::net::body::{AppBody, PartnerBody};
use crate::net::upstream::{self, Destination, Outgoing, Pool, Terms};
use crate::store::deliveries::Message;

/// Bytes of an answer that are read; what a partner sends beyond is not waited for.
const KEPT: usize = 64 << 10;

/// Sends a message and reads the reply; `trail` is what a witness wants to see of it.
pub(super) async fn send(
    pool: &Pool,
    to: Option<Destination>,
    terms: &Terms,
    timeout: Duration,
    message: &Message,
    mut trail: Option<&mut Trail>,
) -> Reply {
    let (Some(to), Some(request)) = (to, request(message)) else {
        return Reply::Failed(Fault::new(
            Code::BadTarget,
            format!("{} is no URL a webhook can be sent to.", message.url),
        ));
    };
    if let Some(trail) = &mut trail {
        trail.send(&request, &to);
    }
    let again = || self::request(message).map(Box::new);
    let exchange = async {
        let trace = trail.as_deref().map(Trail::trace);
        let outgoing =
            Outgoing { request: Box::new(request), progress: None, again: &again, trace };
        let response = Box::pin(upstream::send(pool, &to, terms, outgoing)).await?;
        let (parts, body) = response.into_parts();
        if let Some(trail) = &mut trail {
            trail.answer(&parts);
        }
        read(&parts, body).await
    };
    let reply = tokio::time::timeout(timeout, exchange).await;
    if let Some(trail) = trail {
        trail.end();
    }
    match reply {
        Ok(reply) => reply.unwrap_or_else(Reply::Failed),
        Err(_) => Reply::Failed(
            Fault::new(
                Code::PartnerTimeout,
                format!("{to} gave no whole answer within {timeout:?}."),
            )
            .hint("The cloud waits that long; answer first and work afterwards."),
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
    Some(request)
}

async fn read(answer: &Parts, mut incoming: PartnerBody) -> Result<Reply, Fault> {
    let status = answer.status.as_u16();
    let kind = answer.headers.get(CONTENT_TYPE);
    let kind = kind.map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
    let mut body = Vec::new();
    let mut truncated = false;
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| {
            Fault::new(Code::PartnerReset, format!("The answer broke off: {error}."))
        })?;
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
