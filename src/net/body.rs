//! The bodies that pass: the app's toward the partner, the partner's toward the app.
//!
//! Neither is copied or held back: a frame is asked for when the other side has room for it.

use std::cell::Cell;
use std::fmt;
use std::num::NonZeroU64;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::Instant;

use super::names::Names;
use super::request::RequestBody;
use super::rewind::Rewindable;
use super::spoil::{Cut, Drip, Ending};
use super::stall::Stall;
use super::tape::Listener;
use super::upstream::{Cause, Lease};

/// Why a body did not arrive whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// Nothing came for `limits.body_timeout`.
    Stalled,
    /// More than `limits.max_body`.
    TooLarge,
    /// The connection broke, or its framing did.
    Broken,
    /// The partner ended it over HTTP/2, or broke that protocol.
    Http2(Cause),
    /// It was cut on purpose; so ends the connection to whoever reads it.
    Cut(Ending),
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stalled => "the body stalled",
            Self::TooLarge => "the body is over the limit",
            Self::Broken => "the body broke off",
            Self::Http2(cause) => return cause.fmt(f),
            Self::Cut(ending) => return ending.fmt(f),
        })
    }
}

impl std::error::Error for Shortfall {}

/// What the exchange may know of the app's body while the partner's connection reads it.
#[derive(Debug)]
pub struct Progress {
    /// When the last piece was taken.
    pub at: Cell<Instant>,
    /// Bytes taken so far.
    pub bytes: Cell<u64>,
    /// Whether any piece was asked for.
    pub touched: Cell<bool>,
    /// Why it ended early.
    pub shortfall: Cell<Option<Shortfall>>,
}

impl Progress {
    /// Of a body that nobody has asked for yet.
    pub fn begin() -> Rc<Self> {
        Rc::new(Self {
            at: Cell::new(Instant::now()),
            bytes: Cell::new(0),
            touched: Cell::new(false),
            shortfall: Cell::new(None),
        })
    }
}

/// The app's body on its way to the partner. Trailers are dropped.
#[derive(Debug)]
pub enum AppBody {
    /// There is none.
    Empty,
    /// Known as a whole; `None` once it was taken.
    Whole(Option<Bytes>),
    /// Streamed from the app's connection.
    Stream(Box<AppStream>),
    /// Any of them, slowly.
    Drip(Box<Drip<AppBody>>, Option<Rc<Progress>>),
    /// Any of them, from its beginning if need be.
    Rewindable(Box<Rewindable>),
}

/// See [`AppBody::Stream`].
#[derive(Debug)]
pub struct AppStream {
    incoming: RequestBody,
    progress: Rc<Progress>,
    stall: Stall,
    left: u64,
    heard_by: Option<Rc<dyn Listener>>,
}

impl AppBody {
    /// Wraps a body that may carry at most `max` bytes and may pause for `pause`.
    pub fn new(incoming: RequestBody, max: Option<u64>, pause: Duration) -> (Self, Rc<Progress>) {
        let progress = Progress::begin();
        let stream = AppStream {
            incoming,
            progress: Rc::clone(&progress),
            stall: Stall::new(pause),
            left: max.unwrap_or(u64::MAX),
            heard_by: None,
        };
        (Self::Stream(Box::new(stream)), progress)
    }

    /// The same at so many bytes a second. Whoever waits for an answer waits on while it moves.
    pub fn drip(self, rate: NonZeroU64, progress: Option<Rc<Progress>>) -> Self {
        Self::Drip(Box::new(Drip::new(self, rate)), progress)
    }

    /// The same body, told of as it passes.
    #[must_use]
    pub fn heard_by(mut self, listener: Rc<dyn Listener>) -> Self {
        if let Self::Stream(stream) = &mut self {
            stream.heard_by = Some(listener);
        }
        self
    }
}

impl AppStream {
    fn fail(&self, why: Shortfall) -> Poll<Option<Result<Frame<Bytes>, Shortfall>>> {
        self.progress.shortfall.set(Some(why));
        if let Some(listener) = &self.heard_by {
            listener.break_off(None);
        }
        Poll::Ready(Some(Err(why)))
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Shortfall>>> {
        self.progress.touched.set(true);
        let frame = match Pin::new(&mut self.incoming).poll_frame(cx) {
            Poll::Ready(frame) => frame,
            Poll::Pending if self.stall.expired(cx) => return self.fail(Shortfall::Stalled),
            Poll::Pending => return Poll::Pending,
        };
        self.stall.clear();
        let Some(frame) = frame else { return Poll::Ready(None) };
        let Ok(frame) = frame else { return self.fail(Shortfall::Broken) };
        let Ok(data) = frame.into_data() else { return Poll::Ready(None) };
        let len = data.len() as u64;
        if len > self.left {
            return self.fail(Shortfall::TooLarge);
        }
        self.left -= len;
        self.progress.at.set(Instant::now());
        self.progress.bytes.set(self.progress.bytes.get() + len);
        if let Some(listener) = &self.heard_by {
            listener.hear(&data);
        }
        Poll::Ready(Some(Ok(Frame::data(data))))
    }
}

impl Body for AppBody {
    type Data = Bytes;
    type Error = Shortfall;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Shortfall>>> {
        match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Stream(stream) => stream.poll(cx),
            Self::Drip(drip, progress) => {
                let frame = Pin::new(&mut **drip).poll_frame(cx);
                if let (true, Some(progress)) = (frame.is_ready(), progress) {
                    progress.at.set(Instant::now());
                }
                frame
            }
            Self::Rewindable(body) => Pin::new(&mut **body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Whole(bytes) => bytes.is_none(),
            Self::Stream(stream) => stream.incoming.is_end_stream(),
            Self::Drip(drip, _) => drip.is_end_stream(),
            Self::Rewindable(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Self::Stream(stream) => stream.incoming.size_hint(),
            Self::Drip(drip, _) => drip.size_hint(),
            Self::Rewindable(body) => body.size_hint(),
        }
    }
}

/// The partner's body on its way to the app, trailers included.
#[derive(Debug)]
pub struct PartnerBody {
    incoming: Incoming,
    stall: Stall,
    lease: Option<Lease>,
}

impl PartnerBody {
    /// A body whose connection goes back to the pool when it has ended.
    pub fn new(incoming: Incoming, lease: Lease, pause: Duration) -> Self {
        Self { incoming, stall: Stall::new(pause), lease: Some(lease) }
    }

    fn read_in_pieces(&self, most: usize) {
        if let Some(lease) = &self.lease {
            lease.read_in_pieces(most);
        }
    }

    /// Puts the names of the answer's fields, as the partner wrote them over HTTP/1, into `names`. To be
    /// asked once, before the body is read.
    pub fn take_names(&self, names: &mut Names) {
        names.clear();
        if let Some(lease) = &self.lease {
            lease.swap_names(names);
        }
    }

    fn end(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
    }
}

impl Body for PartnerBody {
    type Data = Bytes;
    type Error = Shortfall;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Shortfall>>> {
        let this = self.get_mut();
        let frame = match Pin::new(&mut this.incoming).poll_frame(cx) {
            Poll::Ready(frame) => frame,
            Poll::Pending if this.stall.expired(cx) => {
                return Poll::Ready(Some(Err(Shortfall::Stalled)));
            }
            Poll::Pending => return Poll::Pending,
        };
        this.stall.clear();
        let ended = this.incoming.is_end_stream();
        if frame.is_none() && !ended && this.lease.as_ref().is_some_and(Lease::is_http2) {
            // hyper takes RST_STREAM with NO_ERROR for the end of a body, which only END_STREAM is.
            this.lease = None;
            return Poll::Ready(Some(Err(Shortfall::Http2(Cause::EARLY))));
        }
        if ended || frame.is_none() {
            this.end();
        }
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|error| Cause::of(&error).map_or(Shortfall::Broken, Shortfall::Http2))
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

/// The body of an answer to the app.
#[derive(Debug)]
pub enum AnswerBody {
    /// All of it is here.
    Whole(Option<Bytes>),
    /// Streamed from the partner.
    Partner(PartnerBody),
    /// The same, told of as it passes.
    Heard(Box<Heard>),
    /// Any of them, slowly.
    Drip(Box<Drip<AnswerBody>>),
    /// Any of them, but not to its end.
    Cut(Box<Cut<AnswerBody>>),
}

/// See [`AnswerBody::Heard`].
#[derive(Debug)]
pub struct Heard {
    body: PartnerBody,
    by: Rc<dyn Listener>,
    ended: bool,
}

impl AnswerBody {
    /// A body that is all here.
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Whole(Some(bytes.into()).filter(|bytes: &Bytes| !bytes.is_empty()))
    }

    /// All of it that will be written, where that is here.
    pub fn known(&self) -> Option<&[u8]> {
        match self {
            Self::Whole(whole) => Some(whole.as_deref().unwrap_or_default()),
            Self::Partner(_) | Self::Heard(_) => None,
            Self::Drip(drip) => drip.of().known(),
            Self::Cut(cut) => {
                let left = usize::try_from(cut.left()).unwrap_or(usize::MAX);
                cut.of().known().map(|known| known.get(..left).unwrap_or(known))
            }
        }
    }

    /// Has a partner's answer read in pieces of at most so many bytes.
    pub(super) fn read_in_pieces(&self, most: usize) {
        match self {
            Self::Whole(_) => {}
            Self::Partner(body) => body.read_in_pieces(most),
            Self::Heard(heard) => heard.body.read_in_pieces(most),
            Self::Drip(drip) => drip.of().read_in_pieces(most),
            Self::Cut(cut) => cut.of().read_in_pieces(most),
        }
    }

    /// The same at so many bytes a second.
    pub fn drip(self, rate: NonZeroU64) -> Self {
        Self::Drip(Box::new(Drip::new(self, rate)))
    }

    /// The same until so many bytes are through; then the connection ends. After none of them not
    /// even the answer's head is written.
    pub fn cut(self, after: u64, ending: Ending) -> Self {
        Self::Cut(Box::new(Cut::new(self, after, Shortfall::Cut(ending))))
    }

    /// A partner's body, told of as it passes.
    pub fn heard(body: PartnerBody, by: Rc<dyn Listener>) -> Self {
        Self::Heard(Box::new(Heard { body, by, ended: false }))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Shortfall;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Shortfall>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Partner(body) => Pin::new(body).poll_frame(cx),
            Self::Drip(body) => Pin::new(&mut **body).poll_frame(cx),
            Self::Cut(body) => Pin::new(&mut **body).poll_frame(cx),
            Self::Heard(heard) => heard.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::Partner(body) => body.is_end_stream(),
            Self::Drip(body) => body.is_end_stream(),
            Self::Cut(body) => body.is_end_stream(),
            Self::Heard(heard) => heard.body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |b| b.len() as u64))
            }
            Self::Partner(body) => body.size_hint(),
            Self::Drip(body) => body.size_hint(),
            Self::Cut(body) => body.size_hint(),
            Self::Heard(heard) => heard.body.size_hint(),
        }
    }
}

impl Heard {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Shortfall>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.by.hear(data);
                }
                self.ended = self.body.is_end_stream();
            }
            Some(Err(why)) => {
                self.by.break_off(Some(*why));
                self.ended = true;
            }
            None => self.ended = true,
        }
        Poll::Ready(frame)
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        if !self.ended {
            self.by.break_off(None);
        }
    }
}

/// Reads a body to its end, as long as it stays within `max` bytes.
pub async fn collect(mut body: PartnerBody, max: usize) -> Result<Bytes, Shortfall> {
    let mut first = Bytes::new();
    let mut rest: Vec<u8> = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame?.into_data() else { continue };
        if first.len() + rest.len() + data.len() > max {
            return Err(Shortfall::TooLarge);
        }
        if first.is_empty() {
            first = data;
        } else {
            rest.extend_from_slice(&data);
        }
        if body.is_end_stream() {
            break;
        }
    }
    if rest.is_empty() {
        return Ok(first);
    }
    Ok([first.as_ref(), &rest].concat().into())
}
