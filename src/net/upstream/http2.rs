//! A connection that many exchanges share.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::client::conn::{TrySendError, http2};
use hyper::header::{CONTENT_LENGTH, HOST, HeaderValue, TRANSFER_ENCODING};
use hyper::http::uri::{Authority, Scheme, Uri};
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};

use super::connect::Local;
use super::peer::{Peer, Shown};
use super::{Destination, Terms, cause, closed};
use crate::fault::{Code, Fault};
use crate::net::body::AppBody;
use crate::text::{Text, text};

/// What a partner may send on one stream before the app has read it. Eight of them are what an app's
/// connection can leave unread.
const STREAM_WINDOW: u32 = 32 << 10;
/// Streams of one connection; a further one goes to a further connection.
const STREAMS: u32 = 64;
/// Room for all streams at once: answers that nobody reads cannot use up the connection's window.
const CONNECTION_WINDOW: u32 = STREAM_WINDOW * STREAMS;
/// Bytes of a head, as over HTTP/1.
const MAX_HEAD: u32 = 64 << 10;
/// Without a frame for so long the partner is asked with PING, while a stream is open.
const PING_AFTER: Duration = Duration::from_secs(2);
/// A connection with open streams on which nothing has come for so long is the second choice.
const QUIET_AFTER: Duration = Duration::from_millis(300);
/// The same, when a PING has been out for long: nothing more is sent over it.
const SILENT_AFTER: Duration = Duration::from_secs(4);
/// What a connection that is no longer used has for its farewell.
const FAREWELL: Duration = Duration::from_secs(5);

/// How a connection with open streams stands, by the time since something came on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Things come, or nothing is waited for.
    Good,
    /// It makes wait.
    Quiet,
    /// It does not even answer PING.
    Silent,
}

/// An HTTP/2 connection to a partner.
#[derive(Debug)]
pub(super) struct Connection {
    send: RefCell<http2::SendRequest<AppBody>>,
    pub(super) peer: Rc<Peer>,
    /// Streams whose answer has not ended.
    open: Cell<u32>,
    /// What REFUSED_STREAM has taught.
    most: Cell<u32>,
    used: Cell<bool>,
    standing: Cell<Standing>,
    /// Given up: those who wait on it and may go elsewhere do.
    abandoned: Cell<bool>,
    /// As of the last sweep.
    signs: Cell<u64>,
    heard: Cell<Instant>,
    /// Since when a stream has been open.
    waits_since: Cell<Instant>,
    idle_since: Cell<Option<Instant>>,
}

impl Connection {
    /// Whether a further stream may be opened now.
    pub(super) fn has_room(&self) -> bool {
        self.open.get() < self.limit() && !self.is_over()
    }

    /// How many streams may be open at once.
    pub(super) fn limit(&self) -> u32 {
        self.peer.max_streams().unwrap_or(1).min(self.most.get())
    }

    /// Whether no stream is opened any more.
    pub(super) fn is_over(&self) -> bool {
        self.abandoned.get() || self.peer.going_away().is_some() || self.send.borrow().is_closed()
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing.get()
    }

    /// When something came last, as far as sweeps have seen.
    pub(super) fn heard(&self) -> Instant {
        self.heard.get()
    }

    /// Since when a stream has been open and nothing has come.
    pub(super) fn quiet_since(&self) -> Instant {
        self.heard.get().max(self.waits_since.get())
    }

    pub(super) fn abandon(&self) {
        self.abandoned.set(true);
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.abandoned.get()
    }

    /// The partner has refused a stream: one fewer from now on.
    pub(super) fn learn_limit(&self) {
        self.most.set(self.open.get().saturating_sub(1).clamp(1, self.most.get()));
    }

    /// Looks after the connection, ten times a second.
    pub(super) fn sweep(&self, now: Instant) {
        let waits = self.open.get() > 0;
        if self.peer.signs() != self.signs.replace(self.peer.signs()) {
            self.heard.set(now);
        }
        if !waits {
            self.waits_since.set(now);
        }
        let quiet = now.saturating_duration_since(self.quiet_since());
        self.standing.set(match quiet {
            quiet if quiet >= SILENT_AFTER => Standing::Silent,
            quiet if quiet >= QUIET_AFTER => Standing::Quiet,
            _ => Standing::Good,
        });
        let since = self.idle_since.get().unwrap_or(now);
        self.idle_since.set((!waits).then_some(since));
    }

    /// Whether no stream has been open for so long.
    pub(super) fn has_been_idle(&self, long: Duration, now: Instant) -> bool {
        self.idle_since.get().is_some_and(|since| since + long <= now)
    }
}

/// A stream of a connection, from before the request to the end of the answer.
pub(super) struct Stream {
    connection: Rc<Connection>,
    /// Whether the connection had been used before.
    pub(super) reused: bool,
    /// The partner's, when it was opened.
    signs: u64,
}

impl Stream {
    pub(super) fn open(connection: &Rc<Connection>) -> Self {
        connection.open.set(connection.open.get() + 1);
        let reused = connection.used.replace(true);
        Self { connection: Rc::clone(connection), reused, signs: connection.peer.signs() }
    }

    pub(super) fn connection(&self) -> &Rc<Connection> {
        &self.connection
    }

    /// Whether nothing has come on the connection since the stream was opened.
    pub(super) fn is_unheard(&self) -> bool {
        self.signs == self.connection.peer.signs()
    }

    pub(super) async fn send(
        &self,
        request: Request<AppBody>,
        to: &Destination,
    ) -> Result<Response<Incoming>, TrySendError<Request<AppBody>>> {
        let request = rewritten(request, to);
        let answer = self.connection.send.borrow_mut().try_send_request(request);
        answer.await
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.connection.open.set(self.connection.open.get().saturating_sub(1));
    }
}

/// Begins HTTP/2 over a stream and waits for the partner's SETTINGS: they say how many streams it
/// takes, and that somebody is there.
pub(super) async fn begin<S>(
    stream: S,
    to: &Destination,
    terms: &Terms,
    deadline: Instant,
) -> Result<Rc<Connection>, Fault>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let peer = Rc::new(Peer::default());
    let (send, connection) = http2::Builder::new(Local)
        .timer(TokioTimer::new())
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(MAX_HEAD)
        .keep_alive_interval(PING_AFTER)
        // A partner that is held in a debugger answers no PING; its exchanges have their own bounds.
        .keep_alive_timeout(terms.response.max(terms.body))
        .handshake(TokioIo::new(Shown::new(stream, Rc::clone(&peer))))
        .await
        .map_err(|error| cause::fault(&error, &peer, to))?;
    let mut connection = Box::pin(connection);
    let settled = async {
        tokio::select! {
            biased;
            () = peer.settled() => Ok(()),
            ended = &mut connection => Err(unsettled(ended.err().as_ref(), &peer, to)),
        }
    };
    match timeout_at(deadline, settled).await {
        Ok(settled) => settled?,
        Err(_) => return Err(unsettling(to, terms)),
    }
    tokio::task::spawn_local({
        let peer = Rc::clone(&peer);
        async move {
            // How it ended is told to whoever waits for an answer.
            drop(connection.await);
            tokio::time::sleep(FAREWELL).await;
            peer.cut();
        }
    });
    let now = Instant::now();
    Ok(Rc::new(Connection {
        send: RefCell::new(send),
        peer,
        open: Cell::new(0),
        most: Cell::new(STREAMS),
        used: Cell::new(false),
        standing: Cell::new(Standing::Good),
        abandoned: Cell::new(false),
        signs: Cell::new(0),
        heard: Cell::new(now),
        waits_since: Cell::new(now),
        idle_since: Cell::new(None),
    }))
}

/// The connection ended before SETTINGS.
fn unsettled(error: Option<&hyper::Error>, peer: &Peer, to: &Destination) -> Fault {
    if let Some(cause) = error.and_then(cause::Cause::of).or_else(|| cause::parting(peer)) {
        let detail =
            text!("{to} ended the connection before its first answer: {cause}.", to, cause);
        return Fault::new(Code::PartnerProtocol, detail).hint(Text::fixed(cause.hint()));
    }
    if peer.is_strange() {
        return Fault::new(
            Code::PartnerProtocol,
            text!("{to} chose HTTP/2 in ALPN and does not speak it: SETTINGS are missing.", to),
        )
        .hint(text!("Let the server offer in ALPN only what it speaks on that port."));
    }
    closed(to)
}

fn unsettling(to: &Destination, terms: &Terms) -> Fault {
    let within = format!("{:?}", terms.connect);
    let detail =
        text!("{to} chose HTTP/2 in ALPN and sent no SETTINGS within {within}.", to, within);
    Fault::new(Code::PartnerTimeout, detail)
        .hint(text!("Its TLS works; the server behind does not answer. Has it stopped?"))
}

/// HTTP/2 carries the authority in the target and frames by itself.
fn rewritten(mut request: Request<AppBody>, to: &Destination) -> Request<AppBody> {
    let host = request.headers_mut().remove(HOST);
    request.headers_mut().remove(TRANSFER_ENCODING);
    let mut parts = std::mem::take(request.uri_mut()).into_parts();
    parts.scheme = Some(if to.origin.tls { Scheme::HTTPS } else { Scheme::HTTP });
    parts.authority = host.and_then(|host| Authority::try_from(host.as_bytes()).ok());
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    *request.version_mut() = Version::HTTP_2;
    request
}

/// Takes that back: a request that was not sent may go over another protocol.
pub(super) fn restored(mut request: Request<AppBody>) -> Request<AppBody> {
    let parts = std::mem::take(request.uri_mut()).into_parts();
    let host = parts.authority.and_then(|host| HeaderValue::from_str(host.as_str()).ok());
    if let Some(path) = parts.path_and_query {
        *request.uri_mut() = Uri::from(path);
    }
    let unframed =
        !request.body().is_end_stream() && !request.headers().contains_key(CONTENT_LENGTH);
    let fields = request.headers_mut();
    if let Some(host) = host {
        fields.insert(HOST, host);
    }
    if unframed {
        fields.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    *request.version_mut() = Version::HTTP_11;
    request
}
