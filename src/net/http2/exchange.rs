//! One request of an HTTP/2 connection and its answer.

use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use hyper::body::{Body, Frame};
use hyper::header::{CONTENT_LENGTH, EXPECT, HeaderValue};
use hyper::http::response::Parts;
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::OwnedSemaphorePermit;

use super::Turns;
use crate::net::body::{AnswerBody, Shortfall};
use crate::net::conn::{Conn, InFlight};
use crate::net::gate::{Refusal, RefusalKind};
use crate::net::hop_by_hop;
use crate::net::outbound;
use crate::net::request::{Http2Content, Interest, RequestBody};
use crate::net::serve::Handler;
use crate::net::stall::Stall;
use crate::net::worker::Worker;

/// A stream and what it is answered with.
pub(super) struct Exchange<H: Handler> {
    pub(super) guard: InFlight<H::Fields>,
    pub(super) conn: Rc<Conn<H::Fields>>,
    pub(super) worker: Rc<Worker<H>>,
    pub(super) turns: Rc<Turns>,
    pub(super) reply: SendResponse<Bytes>,
}

/// Why an answer did not come to its end.
enum Short {
    /// The peer has reset the stream, or is gone.
    Reset,
    /// The peer did not take it for `limits.body_timeout`.
    Stalled,
    /// It cannot be sent, or its own body fell short.
    Body(Shortfall),
}

impl<H: Handler> Exchange<H> {
    /// Answers it while it has its turn.
    pub(super) async fn run(mut self, request: Request<RecvStream>, _turn: OwnedSemaphorePermit) {
        self.answer(request).await;
    }

    /// Waits for its turn in a task of its own, which has no room for an answer yet.
    pub(super) async fn wait(mut self, request: Request<RecvStream>) {
        let turn = std::pin::pin!(Arc::clone(&self.turns.any).acquire_owned());
        if let Some(Ok(turn)) = unless_reset(&mut self.reply, turn, None).await {
            tokio::task::spawn_local(Box::pin(self.run(request, turn)));
        }
    }

    /// Answers at once and drops the request: what is refused takes no more memory.
    pub(super) fn refuse(
        mut self,
        request: Request<RecvStream>,
        (kind, detail): (RefusalKind, &'static str),
    ) -> impl Future<Output = ()> {
        let to_head = request.method() == Method::HEAD;
        let method = request.method().as_str().as_bytes();
        let target = request.uri().path_and_query().map_or("", |path| path.as_str()).as_bytes();
        let refusal = Refusal { kind, detail, method, target };
        let refusal = self.worker.handler.refuse(&self.conn, Some(refusal));
        drop(request);
        async move { self.send(refusal, to_head).await }
    }

    async fn answer(&mut self, request: Request<RecvStream>) {
        let to_head = request.method() == Method::HEAD;
        let interest = awaits_continue(&request).then(Rc::<Interest>::default);
        let length = request.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let request = request
            .map(|stream| RequestBody::Http2(Http2Content::new(stream, length, interest.clone())));
        let mut answer = self.worker.handler.answer(&self.conn, None, request);
        let answer = unless_reset(&mut self.reply, answer.as_mut(), interest.as_deref()).await;
        if let Some(answer) = answer {
            self.send(answer, to_head).await;
        }
    }

    async fn send(&mut self, answer: Response<AnswerBody>, to_head: bool) {
        let pause = self.worker.bounds.write_timeout;
        match send(answer, to_head, &mut self.reply, (&self.turns, pause)).await {
            Ok(()) | Err(Short::Reset) => {}
            Err(Short::Stalled) => self.reply.send_reset(Reason::CANCEL),
            Err(Short::Body(shortfall)) => {
                self.reply.send_reset(Reason::INTERNAL_ERROR);
                if let Shortfall::Cut(ending) = shortfall {
                    self.guard.end(ending);
                }
            }
        }
    }
}

/// Whether the peer holds its content back until it hears that it is wanted.
fn awaits_continue(request: &Request<RecvStream>) -> bool {
    let expects = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"100-continue");
    !request.body().is_end_stream() && request.headers().get(EXPECT).is_some_and(expects)
}

/// The outcome, unless the peer resets the stream before. Meanwhile it is told to go on as soon as
/// its content is asked for.
async fn unless_reset<T>(
    reply: &mut SendResponse<Bytes>,
    mut outcome: Pin<&mut (impl Future<Output = T> + ?Sized)>,
    interest: Option<&Interest>,
) -> Option<T> {
    poll_fn(|cx| {
        if let Poll::Ready(outcome) = outcome.as_mut().poll(cx) {
            return Poll::Ready(Some(outcome));
        }
        if interest.is_some_and(|interest| interest.arose(cx)) {
            let mut go_on = Response::new(());
            *go_on.status_mut() = StatusCode::CONTINUE;
            // Fails when the stream was reset, which the next line tells.
            let _ = reply.send_informational(go_on);
        }
        reply.poll_reset(cx).map(|_| None)
    })
    .await
}

async fn send(
    answer: Response<AnswerBody>,
    to_head: bool,
    reply: &mut SendResponse<Bytes>,
    (turns, pause): (&Turns, Duration),
) -> Result<(), Short> {
    let (mut parts, mut body) = answer.into_parts();
    let ends = to_head || is_bare(parts.status) || body.is_end_stream();
    frame(&mut parts, &body, to_head);
    let head = Response::from_parts(parts, ());
    let mut out = reply.send_response(head, ends).map_err(|_| Short::Body(Shortfall::Broken))?;
    if ends {
        return Ok(());
    }
    let wide = body.known().is_none().then(|| turns.wide.try_acquire().ok()).flatten();
    body.read_in_pieces(if wide.is_some() { outbound::MIDDLE } else { outbound::SMALL });
    let mut stall = Stall::new(pause);
    // Till the peer takes anything at all, the content stays with the partner. Where none may come,
    // nothing is waited for: the end of a stream needs no room.
    if body.size_hint().exact().is_some() {
        out.reserve_capacity(1);
        poll_fn(|cx| room(&mut out, &mut stall, cx)).await?;
    }
    while let Some(frame) = poll_fn(|cx| next(&mut body, &mut out, cx)).await? {
        match frame.into_data() {
            Ok(data) => {
                let last = body.is_end_stream();
                send_data(data, last, &mut out, &mut stall).await?;
                if last {
                    return Ok(());
                }
            }
            Err(frame) => {
                let Ok(mut trailers) = frame.into_trailers() else { continue };
                hop_by_hop::remove(&mut trailers);
                return out.send_trailers(trailers).map_err(|_| Short::Reset);
            }
        }
    }
    out.send_data(Bytes::new(), true).map_err(|_| Short::Reset)
}

/// Whether an answer of this status has no content, whoever asked (RFC 9110, section 6.4.1).
fn is_bare(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Makes the fields those of HTTP/2 (RFC 9113, section 8.2.2). An answer to HEAD keeps the length its content would have.
fn frame(parts: &mut Parts, body: &AnswerBody, to_head: bool) {
    hop_by_hop::remove(&mut parts.headers);
    if parts.status == StatusCode::NO_CONTENT {
        parts.headers.remove(CONTENT_LENGTH);
    } else if let Some(length) = body.size_hint().exact()
        && !(body.is_end_stream() || is_bare(parts.status))
        && (to_head || !parts.headers.contains_key(CONTENT_LENGTH))
    {
        parts.headers.entry(CONTENT_LENGTH).or_insert_with(|| length.into());
    }
}

fn next(
    body: &mut AnswerBody,
    out: &mut SendStream<Bytes>,
    cx: &mut Context<'_>,
) -> Poll<Result<Option<Frame<Bytes>>, Short>> {
    if out.poll_reset(cx).is_ready() {
        return Poll::Ready(Err(Short::Reset));
    }
    Pin::new(body).poll_frame(cx).map(|frame| frame.transpose().map_err(Short::Body))
}

/// Hands over as much as the peer's windows let through, and the rest when they do: nothing is left
/// behind that only the peer could move.
async fn send_data(
    mut data: Bytes,
    last: bool,
    out: &mut SendStream<Bytes>,
    stall: &mut Stall,
) -> Result<(), Short> {
    while !data.is_empty() {
        out.reserve_capacity(data.len());
        stall.clear();
        let room = poll_fn(|cx| room(out, stall, cx)).await?;
        let piece = data.split_to(room.min(data.len()));
        out.send_data(piece, last && data.is_empty()).map_err(|_| Short::Reset)?;
    }
    Ok(())
}

fn room(
    out: &mut SendStream<Bytes>,
    stall: &mut Stall,
    cx: &mut Context<'_>,
) -> Poll<Result<usize, Short>> {
    let room = out.capacity();
    if room > 0 {
        return Poll::Ready(Ok(room));
    }
    match out.poll_capacity(cx) {
        Poll::Ready(Some(Ok(room))) => Poll::Ready(Ok(room)),
        Poll::Ready(Some(Err(_)) | None) => Poll::Ready(Err(Short::Reset)),
        Poll::Pending if out.poll_reset(cx).is_ready() => Poll::Ready(Err(Short::Reset)),
        Poll::Pending if stall.expired(cx) => Poll::Ready(Err(Short::Stalled)),
        Poll::Pending => Poll::Pending,
    }
}
