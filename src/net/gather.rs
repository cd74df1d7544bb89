//! Writing a head and its body at once.
//!
//! One `send` is cheaper than one `writev`, and copying a long body is dearer than both: a small
//! message is put together here, a long one goes out in its pieces.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;

/// Messages up to this length are put together.
const SMALL: usize = 2048;

/// Writes as much of `pieces` as the stream takes.
pub(super) fn poll_write<S: AsyncWrite + Unpin>(
    stream: &mut S,
    cx: &mut Context<'_>,
    pieces: &[IoSlice<'_>],
) -> Poll<io::Result<usize>> {
    let mut space = [0u8; SMALL];
    let mut len = 0;
    for piece in pieces {
        let Some(room) = space.get_mut(len..len + piece.len()) else {
            return Pin::new(stream).poll_write_vectored(cx, pieces);
        };
        room.copy_from_slice(piece);
        len += piece.len();
    }
    Pin::new(stream).poll_write(cx, space.get(..len).unwrap_or_default())
}
