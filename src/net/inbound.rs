//! A client's stream behind the request gate: hyper reads through it and sees only vetted bytes.
//!
//! Bytes are read straight into hyper's own buffer, judged there, and cut in place; only a head that
//! arrives in pieces is copied.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::conn::{Conn, Order};
use super::gate::{End, Fields};
use super::heading::Heading;

/// What hyper sees in place of a refused request. No client can send the target: the gate lets in
/// paths and URLs alone.
pub const REFUSED: &[u8] = b"! * HTTP/1.1\r\nhost: -\r\n\r\n";
/// The same in place of a HEAD, so that its refusal has no content.
const REFUSED_HEAD: &[u8] = b"HEAD * HTTP/1.1\r\nhost: -\r\n\r\n";
/// The target of both.
pub const REFUSED_TARGET: &str = "*";

/// A client's stream behind the request gate.
#[derive(Debug)]
pub struct Inbound<S, F: Fields> {
    pub(super) stream: S,
    pub(super) conn: Rc<Conn<F>>,
    /// Read and not passed: part of a head, or what follows the end.
    pub(super) held: Vec<u8>,
    /// Whether `held` has bytes the gate has not seen.
    unjudged: bool,
    /// Passed and not yet taken by hyper.
    out: Vec<u8>,
    end: Ending,
    heading: Heading,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Open,
    /// Deliver the sentinel, then stay silent.
    Refused,
    Broken,
}

impl<S, F: Fields> Inbound<S, F> {
    /// A stream whose first bytes are still to come.
    pub fn new(stream: S, conn: Rc<Conn<F>>) -> Self {
        Self {
            stream,
            conn,
            held: Vec::new(),
            unjudged: false,
            out: Vec::new(),
            end: Ending::Open,
            heading: Heading::default(),
        }
    }

    /// Puts bytes that were read elsewhere in front.
    pub fn hold(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
        self.unjudged = true;
    }

    /// Gives back what only an active connection needs.
    pub fn shrink(&mut self) {
        self.held = Vec::new();
        self.out = Vec::new();
        self.heading = Heading::default();
        self.conn.names.take();
        self.conn.due.take();
        self.conn.gate.borrow_mut().rest();
    }

    fn refuse(&mut self) {
        let head = self.held.starts_with(b"HEAD ");
        self.out.extend_from_slice(if head { REFUSED_HEAD } else { REFUSED });
        self.end = Ending::Refused;
    }

    fn note_end(&mut self, end: End) {
        match end {
            End::Open => {}
            End::Refuse => self.refuse(),
            End::Connect => self.conn.connect.set(true),
            End::Broken => self.end = Ending::Broken,
        }
    }

    /// Judges what was read behind `start` of hyper's own buffer, and cuts it there.
    fn sift_in_place(&mut self, buf: &mut ReadBuf<'_>, start: usize) {
        let conn = Rc::clone(&self.conn);
        let mut gate = conn.gate.borrow_mut();
        let (_, fresh) = buf.filled_mut().split_at_mut(start);
        let verdict = gate.feed(fresh);
        self.held.extend_from_slice(fresh.get(verdict.pass..).unwrap_or_default());
        let cuts = gate.cuts();
        let kept = compact(fresh, verdict.pass, cuts);
        buf.set_filled(start + kept);
        self.note_end(verdict.end);
    }

    /// Judges the held bytes; what passes is put out.
    fn sift_held(&mut self) {
        self.unjudged = false;
        let conn = Rc::clone(&self.conn);
        let mut gate = conn.gate.borrow_mut();
        let verdict = gate.feed(&self.held);
        let kept = compact(&mut self.held, verdict.pass, gate.cuts());
        self.out.extend_from_slice(self.held.get(..kept).unwrap_or_default());
        self.held.drain(..verdict.pass.min(self.held.len()));
        if self.held.is_empty() {
            self.held = Vec::new();
        }
        self.note_end(verdict.end);
    }

    fn deliver(&mut self, buf: &mut ReadBuf<'_>) {
        let n = self.out.len().min(buf.remaining());
        buf.put_slice(self.out.get(..n).unwrap_or_default());
        self.out.drain(..n);
        if self.out.is_empty() {
            self.out = Vec::new();
        }
    }
}

impl<S, F: Fields> Inbound<S, F> {
    /// Puts the head that hyper has written, if one is due, and says how long it was.
    fn put_head(&mut self, pieces: &[IoSlice<'_>]) -> usize {
        let mut due = self.conn.due.borrow_mut();
        if !due.any() {
            return 0;
        }
        let first = pieces.first().map_or(&[][..], |piece| piece);
        if !first.starts_with(b"HTTP/1.1 100 ") {
            return due.next(|names| self.heading.put(pieces, names, &[]));
        }
        self.heading.put_unchanged(first)
    }
}

/// Moves the passed bytes together over the cuts; returns how many are left.
fn compact(bytes: &mut [u8], pass: usize, cuts: &[std::ops::Range<usize>]) -> usize {
    let Some(first) = cuts.first() else { return pass };
    let mut kept = first.start;
    for (at, cut) in cuts.iter().enumerate() {
        let until = cuts.get(at + 1).map_or(pass, |next| next.start);
        bytes.copy_within(cut.end..until, kept);
        kept += until - cut.end;
    }
    kept
}

impl<S: AsyncRead + Unpin, F: Fields> AsyncRead for Inbound<S, F> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.conn.quiet.set(false);
        loop {
            if !this.out.is_empty() {
                this.deliver(buf);
                return Poll::Ready(Ok(()));
            }
            match this.end {
                Ending::Open => {}
                Ending::Refused => return Poll::Pending,
                Ending::Broken => return Poll::Ready(Err(io::ErrorKind::InvalidData.into())),
            }
            if this.conn.connect.get() {
                this.conn.quiet.set(true);
                return Poll::Pending;
            }
            if this.unjudged {
                this.sift_held();
                continue;
            }
            if this.conn.order.get() == Order::TimeOut {
                this.refuse();
                continue;
            }
            if this.conn.finished.get() {
                return this.conn.after_the_end();
            }
            let start = buf.filled().len();
            if Pin::new(&mut this.stream).poll_read(cx, buf)?.is_pending() {
                this.conn.quiet.set(this.held.is_empty());
                return Poll::Pending;
            }
            let fresh = buf.filled().get(start..).unwrap_or_default();
            if fresh.is_empty() {
                this.conn.finished.set(true);
                continue;
            }
            if this.held.is_empty() {
                this.sift_in_place(buf, start);
                if buf.filled().len() > start {
                    return Poll::Ready(Ok(()));
                }
            } else {
                this.held.extend_from_slice(fresh);
                buf.set_filled(start);
                this.sift_held();
            }
        }
    }
}

impl<S: AsyncWrite + Unpin, F: Fields> AsyncWrite for Inbound<S, F> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.conn.dirty.set(true);
        let skip = this.put_head(pieces);
        let only_head =
            [IoSlice::new(pieces.first().and_then(|first| first.get(..skip)).unwrap_or_default())];
        let pieces = if skip > 0 && this.conn.due.borrow().any() { &only_head } else { pieces };
        let written = ready!(this.heading.poll_write(&mut this.stream, cx, pieces, skip))?;
        this.conn.writes.set(this.conn.writes.get().wrapping_add(1));
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.heading.poll_drain(&mut this.stream, cx))?;
        ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
        this.conn.dirty.set(false);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
