//! A connection from an app, from its first byte to its last.
//!
//! An idle connection is parked: hyper's state is taken down and only the socket waits. The first
//! bytes that arrive are shown to the gate and hyper is built around them.

use std::future::{Future, poll_fn};
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

use super::body::{AnswerBody, Shortfall};
use super::conn::{Conn, InFlight, Order};
use super::gate::{Fields, Head, Refusal, Requests};
use super::handshake::FailedHandshake;
use super::inbound::{Inbound, REFUSED_TARGET};
use super::request::RequestBody;
use super::spoil::{self, Ending};
use super::wire::Wire;
use super::worker::{Kind, Slot, Worker};

/// An answer on its way.
pub type Answer = Pin<Box<dyn Future<Output = Response<AnswerBody>>>>;

/// What a worker serves. Everything happens on the worker's thread.
pub trait Handler: Sized + 'static {
    /// Which fields the gate cuts and notes.
    type Fields: Fields + 'static;

    /// The gate of a new connection.
    fn gate(&self) -> Requests<Self::Fields>;

    /// Answers one request. `head` is what the gate saw; HTTP/2 has none.
    fn answer(
        self: &Rc<Self>,
        conn: &Rc<Conn<Self::Fields>>,
        head: Option<Box<Head>>,
        request: Request<RequestBody>,
    ) -> Answer;

    /// The answer to a request that the gate refused; `None` is one that took too long.
    fn refuse(
        &self,
        conn: &Conn<Self::Fields>,
        refusal: Option<Refusal<'_>>,
    ) -> Response<AnswerBody>;

    /// The answer to a connection over the limit.
    fn overloaded(&self) -> Response<AnswerBody>;

    /// From now on requests are refused: the gateway is shutting down.
    fn drain(&self);

    /// Called ten times a second.
    fn tick(&self, now: tokio::time::Instant);

    /// Told of a TLS handshake that came to nothing. The answer is for a client that speaks plain HTTP.
    fn handshake_failed(&self, failed: &FailedHandshake<'_>) -> Response<AnswerBody>;

    /// Decides on a CONNECT request.
    fn connect(
        &self,
        conn: &Conn<Self::Fields>,
        head: &Head,
    ) -> Result<super::conn::Tunnel, Box<Response<AnswerBody>>>;
}

/// The most that is read away after a refusal, so that the client sees the answer and not a reset.
const LINGER_BYTES: usize = 1 << 20;
/// And for how long.
const LINGER_FOR: Duration = Duration::from_secs(1);
/// The first bytes of a parked connection are read in pieces of this size.
const FIRST_READ: usize = 4096;

/// How serving over hyper came to an end.
pub(super) enum Ended<S, F: Fields> {
    /// The connection is finished.
    Done(Box<Inbound<S, F>>),
    /// At rest, to be parked.
    Parked(Box<Inbound<S, F>>),
    /// A CONNECT head is next.
    Connect(Box<Inbound<S, F>>),
    /// Torn down.
    Aborted,
    /// Torn down in a way that was asked for.
    Spoiled(Box<Inbound<S, F>>, Ending),
}

/// Serves HTTP/1 until the connection ends. Returns the stream if a CONNECT request is next.
pub(super) async fn http1<S, H>(
    mut io: Box<Inbound<S, H::Fields>>,
    worker: &Rc<Worker<H>>,
) -> Option<Box<Inbound<S, H::Fields>>>
where
    S: Wire,
    H: Handler,
{
    let conn = Rc::clone(&io.conn);
    loop {
        if io.held.is_empty() {
            worker.park(&conn);
            if !first_bytes(&mut io).await {
                return None;
            }
        }
        worker.unpark(&conn);
        match active(io, &conn, worker).await {
            Ended::Parked(rested) => {
                io = rested;
                io.shrink();
            }
            Ended::Connect(next) => return Some(next),
            Ended::Done(last) => {
                Box::pin(linger(last)).await;
                return None;
            }
            Ended::Aborted => return None,
            Ended::Spoiled(last, ending) => {
                Box::pin(end(last, ending)).await;
                return None;
            }
        }
    }
}

/// Waits for the first bytes; false when there will be none.
async fn first_bytes<S: AsyncRead + Unpin, F: Fields>(io: &mut Inbound<S, F>) -> bool {
    poll_fn(|cx| {
        io.conn.listen(cx.waker());
        if io.conn.order.get() == Order::Close {
            return Poll::Ready(false);
        }
        let mut space = [const { MaybeUninit::uninit() }; FIRST_READ];
        let mut buf = ReadBuf::uninit(&mut space);
        match Pin::new(&mut io.stream).poll_read(cx, &mut buf) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(_)) => Poll::Ready(false),
            Poll::Ready(Ok(())) => {
                io.hold(buf.filled());
                Poll::Ready(!buf.filled().is_empty())
            }
        }
    })
    .await
}

fn active<S, H>(
    io: Box<Inbound<S, H::Fields>>,
    conn: &Rc<Conn<H::Fields>>,
    worker: &Rc<Worker<H>>,
) -> Active<S, H>
where
    S: Wire,
    H: Handler,
{
    let service = Http1 { conn: Rc::clone(conn), worker: Rc::clone(worker) };
    let http = worker.http1.serve_connection(TokioIo::new(io), service);
    Active { http: Some(Box::new(http)), conn: Rc::clone(conn), closing: false }
}

type Http<S, H> = http1::Connection<TokioIo<Box<Inbound<S, <H as Handler>::Fields>>>, Http1<H>>;

struct Active<S, H: Handler>
where
    S: Wire,
{
    http: Option<Box<Http<S, H>>>,
    conn: Rc<Conn<H::Fields>>,
    closing: bool,
}

impl<S, H: Handler> Active<S, H>
where
    S: Wire,
{
    fn take(&mut self) -> Option<Box<Inbound<S, H::Fields>>> {
        Some(self.http.take()?.into_parts().io.into_inner())
    }

    fn ended(
        &mut self,
        how: impl FnOnce(Box<Inbound<S, H::Fields>>) -> Ended<S, H::Fields>,
    ) -> Poll<Ended<S, H::Fields>> {
        Poll::Ready(self.take().map_or(Ended::Aborted, how))
    }
}

impl<S, H: Handler> Future for Active<S, H>
where
    S: Wire,
{
    type Output = Ended<S, H::Fields>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        this.conn.listen(cx.waker());
        let Some(http) = this.http.as_mut() else { return Poll::Ready(Ended::Aborted) };
        match this.conn.order.get() {
            Order::Abort => return Poll::Ready(Ended::Aborted),
            Order::End(ending) => return this.ended(|io| Ended::Spoiled(io, ending)),
            Order::Serve | Order::Park | Order::TimeOut | Order::Close => {}
        }
        // Half a head is still answered, if only with the news.
        let in_head = || this.conn.gate.borrow().in_head();
        if this.conn.order.get() == Order::Close && !this.closing && !in_head() {
            this.closing = true;
            Pin::new(http.as_mut()).graceful_shutdown();
        }
        if http.poll_without_shutdown(cx).is_ready() {
            return match this.conn.order.get() {
                Order::End(ending) => this.ended(|io| Ended::Spoiled(io, ending)),
                _ => this.ended(Ended::Done),
            };
        }
        if !this.conn.at_rest() {
            return Poll::Pending;
        }
        if this.conn.finished.get() {
            return this.ended(Ended::Done);
        }
        if this.conn.connect.get() {
            return this.ended(Ended::Connect);
        }
        if this.conn.order.get() == Order::Park && this.conn.gate.borrow().at_boundary() {
            return this.ended(Ended::Parked);
        }
        Poll::Pending
    }
}

/// Closes a connection so that what was written last arrives.
async fn linger<S, F>(mut io: Box<Inbound<S, F>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Fields,
{
    if io.conn.gate.borrow().at_boundary() && io.held.is_empty() {
        // Nothing is left unread, so that nothing can reset the answer.
        let _ = tokio::time::timeout(LINGER_FOR, io.stream.shutdown()).await;
        return;
    }
    finish(&mut io.stream).await;
}

/// Closes a connection in a way that was asked for.
async fn end<S: Wire, F: Fields>(mut io: Box<Inbound<S, F>>, ending: Ending) {
    match ending {
        Ending::Reset => io.stream.reset_when_dropped(),
        Ending::Silence => finish(&mut io.stream).await,
        Ending::Garbage => {
            // The client may be gone; nobody is left to tell.
            let _ = io.stream.write_all(spoil::GARBAGE).await;
            finish(&mut io.stream).await;
        }
    }
}

/// Ends the sending side and reads away what the peer still sends, within bounds: bytes left unread
/// would make the system reset the connection, and the answer be lost.
pub(super) async fn finish<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) {
    let read_away = async {
        if stream.shutdown().await.is_err() {
            return;
        }
        let mut waste = vec![0u8; 16 << 10];
        let mut left = LINGER_BYTES;
        while left > 0 {
            match stream.read(&mut waste).await {
                Ok(n) if n > 0 => left = left.saturating_sub(n),
                Ok(_) | Err(_) => return,
            }
        }
    };
    // Whether the client took all of it is the client's affair.
    let _ = tokio::time::timeout(LINGER_FOR, read_away).await;
}

/// The service hyper calls for each head the gate has passed.
pub(super) struct Http1<H: Handler> {
    conn: Rc<Conn<H::Fields>>,
    worker: Rc<Worker<H>>,
}

impl<H: Handler> Service<Request<Incoming>> for Http1<H> {
    type Response = Response<Counted<H::Fields>>;
    type Error = io::Error;
    type Future = Guarded<H::Fields>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let guard = self.conn.begin();
        if request.uri().path() == REFUSED_TARGET {
            let gate = self.conn.gate.borrow();
            let response = self.worker.handler.refuse(&self.conn, gate.refusal());
            return Guarded { answer: Box::pin(std::future::ready(response)), guard: Some(guard) };
        }
        let head = self.conn.gate.borrow_mut().take_head();
        let answer = self.worker.handler.answer(&self.conn, head, request.map(RequestBody::Http1));
        Guarded { answer, guard: Some(guard) }
    }
}

/// An answer whose exchange counts as under way until its body is gone.
pub(super) struct Guarded<F: Fields> {
    answer: Answer,
    guard: Option<InFlight<F>>,
}

impl<F: Fields> Future for Guarded<F> {
    type Output = io::Result<Response<Counted<F>>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let answer = std::task::ready!(this.answer.as_mut().poll(cx));
        let guard = this.guard.take();
        if let Some(guard) = &guard {
            guard.answered();
        }
        Poll::Ready(Ok(answer.map(|body| Counted { body, guard })))
    }
}

/// A body that tells when it has been written or dropped.
#[derive(Debug)]
pub(super) struct Counted<F: Fields> {
    body: AnswerBody,
    guard: Option<InFlight<F>>,
}

impl<F: Fields> Body for Counted<F> {
    type Data = Bytes;
    type Error = Shortfall;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Shortfall>>> {
        let this = self.get_mut();
        let frame = Pin::new(&mut this.body).poll_frame(cx);
        if let (Poll::Ready(Some(Err(Shortfall::Cut(ending)))), Some(guard)) = (&frame, &this.guard)
        {
            guard.end(*ending);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Serves a connection of the plaintext listener. Its stream comes boxed and little else is held, so
/// that the task of a parked connection is small. The slot is part of the connection's life: it is
/// given back when the task ends.
pub(super) async fn plain<H: Handler>(
    io: Box<Inbound<TcpStream, H::Fields>>,
    worker: Rc<Worker<H>>,
    slot: Slot,
) {
    if let Some(next) = http1(io, &worker).await {
        Box::pin(super::tunnel::open(next, worker, slot)).await;
    }
}

/// Answers a connection over the limit, whatever it asks. Over TLS it is just closed: the handshake
/// would be the costly part.
pub(super) async fn turn_away<H: Handler>(
    mut stream: TcpStream,
    kind: Kind,
    worker: Rc<Worker<H>>,
) {
    if kind == Kind::Https {
        return;
    }
    let to_head = asks_for_a_head(&mut stream).await;
    let response = worker.handler.overloaded();
    super::tunnel::write_answer(&mut stream, response, to_head).await;
}

/// Whether HEAD is what a client sends first, if it sends anything soon.
async fn asks_for_a_head(stream: &mut TcpStream) -> bool {
    let mut first = [0; 5];
    let read = tokio::time::timeout(LINGER_FOR, stream.read_exact(&mut first)).await;
    matches!(read, Ok(Ok(_))) && first == *b"HEAD "
}
