//! A partner's stream behind the response gate.
//!
//! The same idea as for requests, with nothing to cut: what breaks the rules ends the stream with an
//! error after the last good byte, and the pool asks the gate before it reuses the connection.

use std::cell::{Cell, RefCell};
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::gate::{End, Responses};
use super::heading::Heading;
use super::names::Names;

/// What the pool knows of one upstream connection.
#[derive(Debug)]
pub struct Answers {
    /// The automaton its bytes pass.
    pub gate: RefCell<Responses>,
    /// Whether a byte of the present answer has come.
    pub answered: Cell<bool>,
    /// The largest piece in which the content of its answer is read. A head is read in small ones.
    pub piece: Cell<usize>,
    /// Whether the target of the next head is [carried](super::raw_target).
    pub raw_target: Cell<bool>,
    /// What becomes of the head that hyper writes next.
    pub head: Cell<NextHead>,
    /// As the app wrote them, for a head that is respelled.
    pub names: RefCell<Names>,
    /// What is written in place of a head, if it is composed.
    pub composed: RefCell<Vec<u8>>,
    /// Whether hyper has written everything it had.
    pub flushed: Cell<bool>,
}

/// What becomes of the head that hyper writes next.
#[derive(Debug, Clone, Copy, Default)]
pub enum NextHead {
    /// None is expected: hyper writes content.
    #[default]
    None,
    /// Its names are respelled, with these besides those that the app wrote.
    Respelled(Spelled),
    /// Another one is written.
    Composed,
}

/// Names that are not in `Title-Case` though nobody wrote them otherwise.
pub type Spelled = &'static [&'static str];

impl Answers {
    /// Of a fresh connection.
    pub fn new() -> Rc<Self> {
        Rc::new(Self {
            gate: RefCell::default(),
            answered: Cell::new(false),
            piece: Cell::new(usize::MAX),
            head: Cell::default(),
            names: RefCell::default(),
            composed: RefCell::default(),
            flushed: Cell::new(true),
            raw_target: Cell::default(),
        })
    }

    /// Whether another request may be sent: the last one is out and its answer is in.
    pub fn reusable(&self) -> bool {
        self.flushed.get() && self.gate.borrow().reusable()
    }
}

/// A small piece: less than hyper's first read, so that its buffer does not grow.
pub const SMALL: usize = (8 << 10) - 1;
/// A piece of middle size: hyper's buffer grows once.
pub const MIDDLE: usize = (16 << 10) - 1;

/// A partner's stream behind the response gate.
#[derive(Debug)]
pub struct Outbound<S> {
    stream: S,
    answers: Rc<Answers>,
    /// Read and not passed: part of a head.
    held: Vec<u8>,
    /// Passed and not yet taken by hyper.
    out: Vec<u8>,
    broken: bool,
    heading: Heading,
}

impl<S> Outbound<S> {
    /// A fresh connection.
    pub fn new(stream: S, answers: Rc<Answers>) -> Self {
        Self {
            stream,
            answers,
            held: Vec::new(),
            out: Vec::new(),
            broken: false,
            heading: Heading::default(),
        }
    }

    fn respell(&mut self, pieces: &[IoSlice<'_>], own: Spelled) -> usize {
        let mut names = self.answers.names.borrow_mut();
        let len = match self.answers.raw_target.take() {
            false => self.heading.put(pieces, &names, own),
            true => self.heading.put_with_raw_target(pieces, &names, own),
        };
        names.clear();
        len
    }

    fn sift_in_place(&mut self, buf: &mut ReadBuf<'_>, start: usize) {
        let fresh = buf.filled().get(start..).unwrap_or_default();
        let verdict = self.answers.gate.borrow_mut().feed(fresh);
        if verdict.end == End::Open {
            self.held.extend_from_slice(fresh.get(verdict.pass..).unwrap_or_default());
        } else {
            self.broken = true;
        }
        buf.set_filled(start + verdict.pass);
    }

    fn sift_held(&mut self) {
        let verdict = self.answers.gate.borrow_mut().feed(&self.held);
        self.broken |= verdict.end != End::Open;
        self.out.extend(self.held.drain(..verdict.pass.min(self.held.len())));
        if self.held.is_empty() {
            self.held = Vec::new();
        }
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

impl<S: AsyncRead + Unpin> AsyncRead for Outbound<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if !this.out.is_empty() {
                this.deliver(buf);
                return Poll::Ready(Ok(()));
            }
            if this.broken {
                return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
            }
            let start = buf.filled().len();
            ready!(this.poll_stream(cx, buf))?;
            if buf.filled().len() == start {
                return Poll::Ready(Ok(()));
            }
            this.answers.answered.set(true);
            if this.held.is_empty() {
                this.sift_in_place(buf, start);
                if buf.filled().len() > start {
                    return Poll::Ready(Ok(()));
                }
            } else {
                this.held.extend_from_slice(buf.filled().get(start..).unwrap_or_default());
                buf.set_filled(start);
                this.sift_held();
            }
        }
    }
}

impl<S: AsyncRead + Unpin> Outbound<S> {
    fn poll_stream(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let in_head = self.answers.gate.borrow().in_head();
        let most = if in_head { SMALL } else { self.answers.piece.get() };
        if most >= buf.remaining() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        // Clearing a part of hyper's buffer would cost more than copying what has come.
        let mut space = [const { MaybeUninit::uninit() }; MIDDLE];
        let mut piece = ReadBuf::uninit(space.get_mut(..most.min(MIDDLE)).unwrap_or_default());
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut piece))?;
        buf.put_slice(piece.filled());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Outbound<S> {
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
        this.answers.flushed.set(false);
        let skip = match this.answers.head.take() {
            NextHead::None => 0,
            NextHead::Respelled(own) => this.respell(pieces, own),
            NextHead::Composed => {
                this.heading.put_composed(pieces, &mut this.answers.composed.borrow_mut())?
            }
        };
        this.heading.poll_write(&mut this.stream, cx, pieces, skip)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.heading.poll_drain(&mut this.stream, cx))?;
        ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
        this.answers.flushed.set(true);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
