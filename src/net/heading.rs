//! Heads written in place of hyper's.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

use super::names::Names;
use super::respell::respell;
use super::{gather, raw_target};

/// Pieces of a message that go out behind its head at once.
const BEHIND: usize = 3;

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

    /// Puts the head that `bytes` begin with as it stands, and says how long it is.
    pub(super) fn put_unchanged(&mut self, bytes: &[u8]) -> usize {
        let len = memchr::memmem::find(bytes, b"\r\n\r\n").map_or(0, |end| end + 4);
        self.bytes.extend_from_slice(bytes.get(..len).unwrap_or_default());
        len
    }

    /// Writes what was put, then `pieces` without the first `skip` bytes, and says how many bytes of
    /// them are done with.
    pub(super) fn poll_write<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
        skip: usize,
    ) -> Poll<io::Result<usize>> {
        loop {
            let Some(left) = self.bytes.get(self.sent..).filter(|left| !left.is_empty()) else {
                return gather::poll_write(stream, cx, pieces);
            };
            let mut all = [IoSlice::new(&[]); BEHIND + 1];
            let behind = pieces.iter().enumerate().map(|(at, piece)| match at {
                0 => piece.get(skip..).unwrap_or_default(),
                _ => piece,
            });
            let pieces = std::iter::once(left).chain(behind).take(all.len());
            let mut count = 0;
            for (place, piece) in all.iter_mut().zip(pieces) {
                *place = IoSlice::new(piece);
                count += 1;
            }
            let written = match gather::poll_write(stream, cx, all.get(..count).unwrap_or_default())
            {
                // Whoever writes goes on with the rest, or flushes.
                Poll::Pending if skip > 0 => return Poll::Ready(Ok(skip)),
                written => ready!(written)?,
            };
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            let own = written.min(left.len());
            self.advance(own);
            if skip + written > own {
                return Poll::Ready(Ok(skip + written - own));
            }
        }
    }

    /// Writes what is left.
    pub(super) fn poll_drain<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while let Some(left) = self.bytes.get(self.sent..).filter(|left| !left.is_empty()) {
            let written = ready!(Pin::new(&mut *stream).poll_write(cx, left))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.advance(written);
        }
        Poll::Ready(Ok(()))
    }

    fn advance(&mut self, by: usize) {
        self.sent += by;
        if self.sent == self.bytes.len() {
            self.sent = 0;
            self.bytes.clear();
            self.bytes.shrink_to(KEPT);
        }
    }
}
