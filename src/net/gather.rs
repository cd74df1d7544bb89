//! Writing a head and its body at once.
//!
//! One `send` is cheaper than one `writev`, and copying a long body is dearer than both: a small
//! message is put together here, a long one goes out in its pieces.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncWrite, ReadBuf};

/// Messages up to this length are put together.
pub(super) const SMALL: usize = 2048;

/// Writes as much of `pieces` as the stream takes.
pub(super) fn poll_write<S: AsyncWrite + Unpin>(
    stream: &mut S,
    cx: &mut Context<'_>,
    pieces: &[IoSlice<'_>],
) -> Poll<io::Result<usize>> {
    let mut space = [const { MaybeUninit::uninit() }; SMALL];
    let mut whole = ReadBuf::uninit(&mut space);
    for piece in pieces {
        if piece.len() > whole.remaining() {
            return Pin::new(stream).poll_write_vectored(cx, pieces);
        }
        whole.put_slice(piece);
    }
    Pin::new(stream).poll_write(cx, whole.filled())
}
