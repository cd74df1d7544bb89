//! The first bytes of a connection: what they say of the protocol, and what a TLS client said until
//! its handshake was done.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::wire::Wire;

/// Room for the first bytes; most hellos fit.
const FIRST: usize = 2048;
/// The most that is kept of what a client says in a handshake: a whole record.
const MOST: usize = 16 << 10;

/// A stream whose first bytes can be looked at before they are read.
#[derive(Debug)]
pub(super) struct Opening<S> {
    /// Bytes read already, in front.
    front: Vec<u8>,
    inner: S,
    /// Where it is put down what the peer says, as long as somebody wants to know.
    said: Option<Rc<RefCell<Vec<u8>>>>,
}

impl<S> Opening<S> {
    /// A stream of which `front` has been read already.
    pub(super) fn new(front: Vec<u8>, inner: S) -> Self {
        Self { front, inner, said: None }
    }

    /// What the peer says from now on, up to a record's length.
    pub(super) fn listen(&mut self) -> Rc<RefCell<Vec<u8>>> {
        Rc::clone(self.said.insert(Rc::default()))
    }

    /// Nobody wants to know it any longer.
    pub(super) fn unheard(&mut self) {
        self.said = None;
    }

    /// What was read and not taken.
    pub(super) fn front(&self) -> &[u8] {
        &self.front
    }
}

impl<S: AsyncRead + Unpin> Opening<S> {
    /// Waits for the first byte; `None` where the stream ends without one.
    ///
    /// # Errors
    /// The stream's.
    pub(super) async fn first(&mut self) -> io::Result<Option<u8>> {
        if self.front.is_empty() {
            self.front.reserve(FIRST);
            self.inner.read_buf(&mut self.front).await?;
        }
        Ok(self.front.first().copied())
    }
}

/// Whether a stream that begins so is text: every HTTP message begins with a letter or an empty line,
/// every TLS record with a control character, the hello of SSL 2 with a byte beyond ASCII.
pub(super) fn is_text(first: u8) -> bool {
    first.is_ascii_graphic() || matches!(first, b'\r' | b'\n' | b' ' | b'\t')
}

impl<S: AsyncRead + Unpin> AsyncRead for Opening<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let start = buf.filled().len();
        if this.front.is_empty() {
            std::task::ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
        } else {
            let n = this.front.len().min(buf.remaining());
            buf.put_slice(this.front.get(..n).unwrap_or_default());
            this.front.drain(..n);
            if this.front.is_empty() {
                this.front = Vec::new();
            }
        }
        if let Some(said) = &this.said {
            let mut said = said.borrow_mut();
            let fresh = buf.filled().get(start..).unwrap_or_default();
            let room = MOST.saturating_sub(said.len()).min(fresh.len());
            said.extend_from_slice(fresh.get(..room).unwrap_or_default());
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Opening<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

impl<S: Wire> Wire for Opening<S> {
    fn reset_when_dropped(&self) {
        self.inner.reset_when_dropped();
    }
}
