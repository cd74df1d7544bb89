//! HTTP/2 from an app: a connection from its preface to its last frame.
//!
//! It has framing of its own and no gate; `vet` holds what its heads have to obey beside the rules for
//! targets. The h2 library is driven without hyper between: an answer is handed over only as far as
//! the peer's windows reach, so that what a peer does not take stays where it is, a stream that stands
//! still can be reset alone, and `100 Continue` can be sent.

mod exchange;
mod frames;
mod line;
mod vet;
mod watched;

use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use h2::server::{Builder, Connection, SendResponse};
use h2::{Ping, PingPong, Reason, RecvStream};
use hyper::Request;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::conn::{Conn, Order};
use super::gate::Fields;
use super::serve::Handler;
use super::wire::Wire;
use super::worker::Worker;
pub(super) use line::Line;
use watched::Watched;

/// Requests of one connection that may be open; more are refused by the library.
const MAX_STREAMS: u32 = 100;
/// Requests of one connection that are answered at the same time; the others wait for their turn. Each
/// may hold a connection to a partner and what was read ahead of its answer, some 70 KiB in all, and
/// a peer that takes nothing shall cost no more than 1 MiB.
const MAX_AT_ONCE: usize = 8;
/// Answers of one connection that are read in pieces of middle size.
const MAX_WIDE: usize = 2;
/// Bytes of one answer that wait for the socket.
const SEND_BUFFER: usize = 8 << 10;
/// Bytes of one request's content that wait for the partner.
const STREAM_WINDOW: u32 = 64 << 10;
/// The same of all requests of a connection.
const CONNECTION_WINDOW: u32 = 256 << 10;
/// How long the last frames may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// Serves a connection until it ends.
pub(super) async fn serve<S, H>(stream: S, conn: &Rc<Conn<H::Fields>>, worker: &Rc<Worker<H>>)
where
    S: Wire,
    H: Handler,
{
    let line = Rc::new(Line::new(Instant::now()));
    // A connection is served once.
    let _ = conn.http2.set(Rc::clone(&line));
    worker.unpark(conn);
    let io = Watched::new(stream, Rc::clone(conn), Rc::clone(&line));
    let Some(mut http) = handshake(io, conn, worker.max_head).await else { return };
    let mut serving = Serving {
        conn,
        worker,
        line,
        turns: Rc::new(Turns {
            any: Arc::new(Semaphore::new(MAX_AT_ONCE)),
            wide: Semaphore::new(MAX_WIDE),
        }),
        ping: http.ping_pong(),
        closing: false,
    };
    let untold = poll_fn(|cx| serving.poll(&mut http, cx)).await;
    if untold {
        http.abrupt_shutdown(Reason::NO_ERROR);
        // Who does not take it does not hear it.
        let told = poll_fn(|cx| {
            serving.line.read.set(0);
            http.poll_closed(cx)
        });
        let _ = tokio::time::timeout(FAREWELL, told).await;
    }
}

type Http<S, H> = Connection<Watched<S, <H as Handler>::Fields>, Bytes>;

async fn handshake<S: Wire, F: Fields>(
    io: Watched<S, F>,
    conn: &Conn<F>,
    max_head: usize,
) -> Option<Connection<Watched<S, F>, Bytes>> {
    let handshake = Builder::new()
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(max_head).unwrap_or(u32::MAX))
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buffer_size(SEND_BUFFER)
        .handshake(io);
    let mut handshake = std::pin::pin!(handshake);
    poll_fn(|cx| {
        conn.listen(cx.waker());
        if matches!(conn.order.get(), Order::Close | Order::Abort | Order::End(_)) {
            return Poll::Ready(None);
        }
        handshake.as_mut().poll(cx).map(Result::ok)
    })
    .await
}

/// How many requests of a connection may be in which part of their life.
struct Turns {
    any: Arc<Semaphore>,
    wide: Semaphore,
}

struct Serving<'a, H: Handler> {
    conn: &'a Rc<Conn<H::Fields>>,
    worker: &'a Rc<Worker<H>>,
    line: Rc<Line>,
    turns: Rc<Turns>,
    ping: Option<PingPong>,
    closing: bool,
}

impl<H: Handler> Serving<'_, H> {
    /// Whether the peer is still to be told that it ends.
    fn poll<S: Wire>(&mut self, http: &mut Http<S, H>, cx: &mut Context<'_>) -> Poll<bool> {
        self.conn.listen(cx.waker());
        self.line.read.set(0);
        match self.conn.order.get() {
            Order::Abort => return Poll::Ready(true),
            Order::End(_) => return Poll::Ready(false),
            Order::Close if !self.closing => {
                self.closing = true;
                http.graceful_shutdown();
            }
            Order::Close | Order::Serve | Order::Park | Order::TimeOut => {}
        }
        self.ask(cx);
        loop {
            match ready!(http.poll_accept(cx)) {
                Some(Ok((request, reply))) => self.accept(request, reply),
                Some(Err(_)) | None => return Poll::Ready(false),
            }
        }
    }

    /// Asks whether the peer is there; whatever it sends then is an answer.
    fn ask(&mut self, cx: &mut Context<'_>) {
        let Some(ping) = &mut self.ping else { return };
        if self.line.ping.get() {
            // Fails while the last one has no answer.
            let _ = ping.send_ping(Ping::opaque());
            if ping.poll_pong(cx).is_ready() {
                self.line.ping.set(false);
            }
        }
    }

    fn accept(&self, request: Request<RecvStream>, reply: SendResponse<Bytes>) {
        let flaw = vet::vet(request.headers()).err();
        let exchange = exchange::Exchange {
            guard: self.conn.begin(),
            conn: Rc::clone(self.conn),
            worker: Rc::clone(self.worker),
            turns: Rc::clone(&self.turns),
            reply,
        };
        if let Some(flaw) = flaw {
            tokio::task::spawn_local(exchange.refuse(request, flaw));
            return;
        }
        match Arc::clone(&self.turns.any).try_acquire_owned() {
            // A task is moved several times before it runs.
            Ok(turn) => tokio::task::spawn_local(Box::pin(exchange.run(request, turn))),
            Err(_) => tokio::task::spawn_local(exchange.wait(request)),
        };
    }
}
