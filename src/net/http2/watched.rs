//! A client's stream below HTTP/2: it passes everything and notes what passes.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::line::Line;
use crate::net::conn::Conn;
use crate::net::gate::Fields;

/// So many bytes are read at once, so that requests are judged before many more are decoded: fields
/// take up to a hundred times the memory of the bytes that name them.
const READ_AT_ONCE: usize = 16 << 10;

pub(super) struct Watched<S, F: Fields> {
    stream: S,
    conn: Rc<Conn<F>>,
    line: Rc<Line>,
}

impl<S, F: Fields> Watched<S, F> {
    pub(super) fn new(stream: S, conn: Rc<Conn<F>>, line: Rc<Line>) -> Self {
        Self { stream, conn, line }
    }

    fn note_write(&self) {
        self.conn.writes.set(self.conn.writes.get().wrapping_add(1));
    }
}

impl<S: AsyncRead + Unpin, F: Fields> AsyncRead for Watched<S, F> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.line.read.get() >= READ_AT_ONCE {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let start = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        let fresh = buf.filled().get(start..).unwrap_or_default();
        this.line.read.set(this.line.read.get() + fresh.len());
        this.line.reads.set(this.line.reads.get().wrapping_add(1));
        this.line.frames.borrow_mut().feed(fresh);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin, F: Fields> AsyncWrite for Watched<S, F> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.conn.dirty.set(true);
        let written = ready!(Pin::new(&mut this.stream).poll_write(cx, bytes))?;
        this.note_write();
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.conn.dirty.set(true);
        let written = ready!(Pin::new(&mut this.stream).poll_write_vectored(cx, pieces))?;
        this.note_write();
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
        this.conn.dirty.set(false);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
