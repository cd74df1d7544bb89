//! Heads written in place of hyper's.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

use super::names::Names;
use super::respell::respell;
use super::{gather, raw_target};

/// Room that is kept for the next head.
const KEPT: usize = 4096;

/// A head that stands for one of hyper's until it is written.
#[derive(Debug, Default)]
pub(super) struct Heading {
    bytes: Vec<u8>,
    sent: usize,
}

impl Heading {
    /// Puts the head that `pieces` begin with into other words, and says how long hyper's was: so many
    /// bytes of the first piece are not to be written.
    pub(super) fn put(&mut self, pieces: &[IoSlice<'_>], names: &Names, own: &[&str]) -> usize {
        let first = pieces.first().map_or(&[][..], |piece| piece);
        respell(first, names, own, &mut self.bytes)
    }

    /// The same for a request whose target is [carried](super::raw_target).
    #[cold]
    pub(super) fn put_with_raw_target(
        &mut self,
        pieces: &[IoSlice<'_>],
        names: &Names,
        own: &[&str],
    ) -> usize {
        let from = self.bytes.len();
        let len = self.put(pieces, names, own);
        let head = raw_target::restored(self.bytes.get(from..).unwrap_or_default());
        self.bytes.truncate(from);
        self.bytes.extend_from_slice(&head);
        len
    }

    /// Puts `composed`, which is emptied, in place of the head that `pieces` begin with, and says how
    /// long that is.
    ///
    /// # Errors
    ///
    /// They begin with no whole head.
    pub(super) fn put_composed(
        &mut self,
        pieces: &[IoSlice<'_>],
        composed: &mut Vec<u8>,
    ) -> io::Result<usize> {
        let first = pieces.first().map_or(&[][..], |piece| piece);
        let end = memchr::memmem::find(first, b"\r\n\r\n").ok_or(io::ErrorKind::InvalidData)?;
        if self.bytes.is_empty() {
            std::mem::swap(&mut self.bytes, composed);
        } else {
            self.bytes.append(composed);
        }
        composed.clear();
        Ok(end + 4)
    }

    /// Puts the head that `bytes` begin with as it stands, and says how long it is.
    pub(super) fn put_unchanged(&mut self, bytes: &[u8]) -> usize {
        let len = memchr::memmem::find(bytes, b"\r\n\r\n").map_or(0, |end| end + 4);
        self.bytes.extend_from_slice(bytes.get(..len).unwrap_or_default());
        len
    }

    /// Writes what was put, then `pieces` without the first `skip` bytes, and says how many bytes of
    /// them are done with. Some of what was put may be left for the next call or for a flush.
    pub(super) fn poll_write<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
        skip: usize,
    ) -> Poll<io::Result<usize>> {
        if skip == 0 {
            ready!(self.poll_drain(stream, cx))?;
            return gather::poll_write(stream, cx, pieces);
        }
        let len = pieces.iter().map(|piece| piece.len()).sum();
        if len - skip > gather::SMALL {
            return self.poll_write_long(stream, cx, pieces, skip);
        }
        for piece in behind(pieces, skip) {
            self.bytes.extend_from_slice(piece);
        }
        if let Poll::Ready(written) = Pin::new(stream).poll_write(cx, self.left()) {
            self.advance(written?)?;
        }
        Poll::Ready(Ok(len))
    }

    fn poll_write_long<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
        skip: usize,
    ) -> Poll<io::Result<usize>> {
        let own = self.left();
        let mut all = [IoSlice::new(own), IoSlice::new(&[]), IoSlice::new(&[]), IoSlice::new(&[])];
        for (place, piece) in all.iter_mut().skip(1).zip(behind(pieces, skip)) {
            *place = IoSlice::new(piece);
        }
        let own = own.len();
        match Pin::new(stream).poll_write_vectored(cx, &all) {
            // Whoever writes goes on with the rest, or flushes.
            Poll::Pending => Poll::Ready(Ok(skip)),
            Poll::Ready(written) => {
                let written = written?;
                self.advance(written.min(own))?;
                Poll::Ready(Ok(skip + written.saturating_sub(own)))
            }
        }
    }

    /// Writes what is left.
    pub(super) fn poll_drain<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while !self.left().is_empty() {
            let written = ready!(Pin::new(&mut *stream).poll_write(cx, self.left()))?;
            self.advance(written)?;
        }
        Poll::Ready(Ok(()))
    }

    fn left(&self) -> &[u8] {
        self.bytes.get(self.sent..).unwrap_or_default()
    }

    fn advance(&mut self, by: usize) -> io::Result<()> {
        if by == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.sent += by;
        if self.sent == self.bytes.len() {
            self.sent = 0;
            self.bytes.clear();
            self.bytes.shrink_to(KEPT);
        }
        Ok(())
    }
}

/// The pieces without the first `skip` bytes, which the first has.
fn behind<'a>(pieces: &'a [IoSlice<'a>], skip: usize) -> impl Iterator<Item = &'a [u8]> {
    pieces.iter().enumerate().map(move |(at, piece)| match at {
        0 => piece.get(skip..).unwrap_or_default(),
        _ => piece,
    })
}
