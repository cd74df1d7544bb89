//! What a partner's HTTP/2 connection has shown, read from the bytes beside hyper, which does not
//! tell: its limit of streams, that it is going away, and whether it still serves its streams.

use std::cell::{Cell, RefCell};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

use super::frames::{Frame, Frames, kind};

/// The partner's end of a connection.
#[derive(Debug, Default)]
pub(super) struct Peer {
    frames: RefCell<Frames>,
    /// `SETTINGS_MAX_CONCURRENT_STREAMS`, once its SETTINGS have come.
    max_streams: Cell<Option<u32>>,
    settled: Notify,
    signs: Cell<u64>,
    going_away: Cell<Option<u32>>,
    first: Cell<Option<u8>>,
    cut: Cell<bool>,
    reader: RefCell<Option<Waker>>,
}

impl Peer {
    /// How many streams it allows at once; `None` before its SETTINGS.
    pub(super) fn max_streams(&self) -> Option<u32> {
        self.max_streams.get()
    }

    /// Grows with every frame that only a partner that serves its streams sends: those of streams and
    /// the answers to PING, not the PING and SETTINGS it sends of its own.
    pub(super) fn signs(&self) -> u64 {
        self.signs.get()
    }

    /// The error code of its GOAWAY, if it has sent one.
    pub(super) fn going_away(&self) -> Option<u32> {
        self.going_away.get()
    }

    /// Whether it began with something else than SETTINGS (RFC 9113, 3.4).
    pub(super) fn is_strange(&self) -> bool {
        self.first.get().is_some_and(|first| first != kind::SETTINGS)
    }

    /// Waits for its SETTINGS.
    pub(super) async fn settled(&self) {
        while self.max_streams.get().is_none() {
            self.settled.notified().await;
        }
    }

    /// Ends the connection whatever is under way on it.
    pub(super) fn cut(&self) {
        self.cut.set(true);
        if let Some(reader) = self.reader.borrow_mut().take() {
            reader.wake();
        }
    }

    fn came(&self, bytes: &[u8]) {
        self.frames.borrow_mut().feed(bytes, &mut |frame| self.note(frame));
    }

    fn note(&self, frame: Frame) {
        match frame {
            Frame::Begins { kind, .. } if self.first.get().is_none() => {
                self.first.set(Some(kind));
            }
            Frame::Begins { kind, ack, stream } => {
                let serves = match kind {
                    kind::PING => ack,
                    kind::SETTINGS | kind::PRIORITY => false,
                    kind::GOAWAY => true,
                    _ => stream != 0,
                };
                self.signs.set(self.signs.get() + u64::from(serves));
            }
            Frame::Data => self.signs.set(self.signs.get() + 1),
            Frame::MaxStreams(most) => self.max_streams.set(Some(most)),
            Frame::Settings => {
                self.max_streams.set(self.max_streams.get().or(Some(u32::MAX)));
                self.settled.notify_one();
            }
            Frame::GoAway(code) => self.going_away.set(Some(code)),
        }
    }

    fn intact(&self) -> io::Result<()> {
        if self.cut.get() { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}

/// A stream whose bytes are shown to a [`Peer`].
#[derive(Debug)]
pub(super) struct Shown<S> {
    stream: S,
    peer: Rc<Peer>,
}

impl<S> Shown<S> {
    pub(super) fn new(stream: S, peer: Rc<Peer>) -> Self {
        Self { stream, peer }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Shown<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.peer.intact()?;
        let start = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        if read.is_pending() {
            let mut reader = this.peer.reader.borrow_mut();
            if !reader.as_ref().is_some_and(|reader| reader.will_wake(cx.waker())) {
                *reader = Some(cx.waker().clone());
            }
        }
        this.peer.came(buf.filled().get(start..).unwrap_or_default());
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Shown<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.peer.intact()?;
        Pin::new(&mut this.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.peer.intact()?;
        Pin::new(&mut this.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.peer.intact()?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.peer.intact()?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}
