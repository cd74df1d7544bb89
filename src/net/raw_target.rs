//! A backtick in a path, which `http`'s URLs refuse and public clients send.
//!
//! In a [`Uri`] a character beyond ASCII stands for it. No app can send that one, since targets are
//! ASCII; [`Written`] puts the backtick back on the way to the partner. HTTP/2 has no such way, and a
//! request of this kind goes over HTTP/1.1.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use hyper::Uri;
use hyper::http::uri::{InvalidUri, PathAndQuery};
use memchr::memmem;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Of the private use area.
const STAND_IN: &str = "\u{f060}";

/// A vetted path and query as a URL that can be carried.
///
/// # Errors
/// A path that is not vetted.
pub fn carried(path: &str) -> Result<PathAndQuery, InvalidUri> {
    let (before, query) = path.split_at(path.find('?').unwrap_or(path.len()));
    if before.contains('`') {
        return PathAndQuery::try_from(before.replace('`', STAND_IN) + query);
    }
    PathAndQuery::try_from(path)
}

/// Whether something stands for a backtick.
pub fn is_carried(uri: &Uri) -> bool {
    !uri.path().is_ascii()
}

/// The URL as it is written to the partner.
pub fn written(uri: &Uri) -> Cow<'static, str> {
    let text = uri.to_string();
    if is_carried(uri) { text.replace(STAND_IN, "`").into() } else { text.into() }
}

/// A partner's stream that writes the targets of requests as they were sent.
#[derive(Debug)]
pub(super) struct Written<S> {
    stream: S,
    /// Whether the next bytes are a head whose target is carried.
    due: Rc<Cell<bool>>,
    /// What stands in place of the bytes handed over, and how many of it are written.
    head: Vec<u8>,
    done: usize,
}

impl<S> Written<S> {
    pub(super) fn new(stream: S, due: Rc<Cell<bool>>) -> Self {
        Self { stream, due, head: Vec::new(), done: 0 }
    }
}

impl<S: AsyncWrite + Unpin> Written<S> {
    /// Writes what stands in place of `bytes`, all of it before it says that these are written.
    fn poll_head(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.head.is_empty() {
            self.head = respelled(bytes);
        }
        while let Some(rest) = self.head.get(self.done..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.done += written,
            }
        }
        (self.head, self.done) = (Vec::new(), 0);
        self.due.set(false);
        Poll::Ready(Ok(bytes.len()))
    }
}

/// A head, its request line as the app's.
fn respelled(head: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(b'\r', head).unwrap_or(head.len());
    let (mut line, after) = head.split_at_checked(end).unwrap_or((head, &[]));
    let mut text = Vec::with_capacity(head.len());
    while let Some(at) = memmem::find(line, STAND_IN.as_bytes()) {
        text.extend_from_slice(line.get(..at).unwrap_or_default());
        text.push(b'`');
        line = line.get(at + STAND_IN.len()..).unwrap_or_default();
    }
    text.extend_from_slice(line);
    text.extend_from_slice(after);
    text
}

impl<S: AsyncRead + Unpin> AsyncRead for Written<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Written<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.due.get() {
            return this.poll_head(cx, bytes);
        }
        Pin::new(&mut this.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.due.get() {
            let first = pieces.iter().find(|piece| !piece.is_empty());
            return this.poll_head(cx, first.map_or(&[][..], |piece| piece));
        }
        Pin::new(&mut this.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_vetted_path_is_carried_and_written_as_it_is() {
        for path in ["/", "/a?", "//a", "/|^{}[]?|^{}[]`", "/`", "/a`b``c?`", "/a?b?c"] {
            let uri = Uri::from(carried(path).unwrap());
            assert_eq!(written(&uri), path);
            assert_eq!(is_carried(&uri), path.split('?').next().unwrap().contains('`'), "{path}");
            let head = format!("GET {uri} HTTP/1.1\r\nX: \u{f060}\r\n\r\n");
            let out = format!("GET {path} HTTP/1.1\r\nX: \u{f060}\r\n\r\n");
            assert_eq!(respelled(head.as_bytes()), out.as_bytes());
        }
    }

    #[tokio::test]
    async fn a_head_that_is_taken_in_pieces_goes_out_whole() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (near, mut far) = tokio::io::duplex(3);
        let due = Rc::new(Cell::new(true));
        let mut stream = Written::new(near, Rc::clone(&due));
        let head = format!("GET {} HTTP/1.1\r\n\r\n", Uri::from(carried("/a`b").unwrap()));
        let mut got = Vec::new();
        let write = async {
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(b"body").await.unwrap();
            stream.shutdown().await.unwrap();
        };
        let (_, read) = tokio::join!(write, far.read_to_end(&mut got));
        read.unwrap();
        assert_eq!(got, b"GET /a`b HTTP/1.1\r\n\r\nbody");
        assert!(!due.get());
    }
}
