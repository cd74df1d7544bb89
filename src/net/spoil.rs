//! Bodies that come slowly or break off on purpose.

use std::fmt;
use std::num::NonZeroU64;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

/// How a connection to a client ends that is ended on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With a reset.
    Reset,
    /// Without a byte.
    Silence,
    /// With bytes that are no HTTP.
    Garbage,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reset => "the connection was reset on purpose",
            Self::Silence => "the connection was closed on purpose",
            Self::Garbage => "the answer was replaced by garbage on purpose",
        })
    }
}

impl std::error::Error for Ending {}

/// What is written for [`Ending::Garbage`].
pub(super) const GARBAGE: &[u8] = b"\x16\x03\x00!garbage made on purpose, no HTTP\xff\x00\n";

/// Pieces a second, where a second has as many bytes.
const PIECES: u64 = 10;

/// A body that goes on at so many bytes a second.
#[derive(Debug)]
pub struct Drip<B> {
    body: B,
    /// As fast as it is read where there is none.
    rate: Option<NonZeroU64>,
    held: Bytes,
    pause: Option<Pin<Box<Sleep>>>,
}

impl<B> Drip<B> {
    /// At this rate.
    pub fn new(body: B, rate: NonZeroU64) -> Self {
        Self { body, rate: Some(rate), held: Bytes::new(), pause: None }
    }

    /// A body of which the beginning was read already; it goes on as fast as it is read.
    pub fn resumed(begun: Bytes, body: B) -> Self {
        Self { body, rate: None, held: begun, pause: None }
    }

    /// The body that drips.
    pub(super) fn of(&self) -> &B {
        &self.body
    }

    fn piece(&mut self) -> Bytes {
        let Some(rate) = self.rate else { return std::mem::take(&mut self.held) };
        let most = usize::try_from((rate.get() / PIECES).max(1)).unwrap_or(usize::MAX);
        let piece = self.held.split_to(most.min(self.held.len()));
        let pause = Duration::from_secs_f64(piece.len() as f64 / rate.get() as f64);
        self.pause = Some(Box::pin(tokio::time::sleep(pause)));
        piece
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Drip<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        if let Some(pause) = &mut this.pause {
            ready!(pause.as_mut().poll(cx));
            this.pause = None;
        }
        while this.held.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.held = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                other => return Poll::Ready(other),
            }
        }
        Poll::Ready(Some(Ok(Frame::data(this.piece()))))
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.body.size_hint().exact();
        rest.map_or_else(SizeHint::default, |n| SizeHint::with_exact(n + self.held.len() as u64))
    }
}

/// A body that breaks off before its end.
#[derive(Debug)]
pub struct Cut<B: Body> {
    body: B,
    left: u64,
    /// Bytes were passed on that the connection may still hold.
    unflushed: bool,
    why: Option<B::Error>,
}

impl<B: Body> Cut<B> {
    /// After so many bytes, or just before the end of a shorter body.
    pub fn new(body: B, after: u64, why: B::Error) -> Self {
        let length = body.size_hint().exact().unwrap_or(u64::MAX);
        let left = after.min(length.saturating_sub(1));
        Self { body, left, unflushed: false, why: Some(why) }
    }

    /// The body that is cut.
    pub(super) fn of(&self) -> &B {
        &self.body
    }

    /// Bytes that are still let through.
    pub(super) fn left(&self) -> u64 {
        self.left
    }
}

impl<B: Body<Data = Bytes> + Unpin> Cut<B> {
    /// The next bytes that are let through, if any are left.
    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, B::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        Poll::Ready(frame.into_data().ok().map(|mut data| {
            data.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.left -= data.len() as u64;
            self.unflushed = true;
            Ok(data)
        }))
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Cut<B>
where
    B::Error: Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        if let Some(data) = ready!(this.poll_data(cx)).transpose()? {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        this.left = 0;
        // Whoever waits for more flushes first.
        if std::mem::take(&mut this.unflushed) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(this.why.take().map(Err))
    }

    fn size_hint(&self) -> SizeHint {
        // A body of no length would never be asked for.
        if self.left == 0 { SizeHint::default() } else { self.body.size_hint() }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::{BodyExt, Full};
    use tokio::time::Instant;

    use super::*;

    /// A body whose only error is that it was cut.
    struct Text(Full<Bytes>);

    impl Body for Text {
        type Data = Bytes;
        type Error = Ending;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Ending>>> {
            Pin::new(&mut self.0).poll_frame(cx).map_err(|never: Infallible| match never {})
        }

        fn size_hint(&self) -> SizeHint {
            self.0.size_hint()
        }
    }

    async fn cut(text: &'static str, after: u64) -> (String, Option<Ending>) {
        let mut body = Cut::new(Text(Full::from(text)), after, Ending::Reset);
        let mut seen = String::new();
        while let Some(frame) = body.frame().await {
            match frame {
                Ok(frame) => seen.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap()),
                Err(ending) => return (seen, Some(ending)),
            }
        }
        (seen, None)
    }

    #[tokio::test]
    async fn a_body_is_cut_after_so_many_bytes_and_never_whole() {
        let reset = Some(Ending::Reset);
        assert_eq!(cut("abcdef", 0).await, (String::new(), reset));
        assert_eq!(cut("abcdef", 2).await, ("ab".to_owned(), reset));
        assert_eq!(cut("abcdef", 100).await, ("abcde".to_owned(), reset));
        assert_eq!(cut("", 100).await, (String::new(), reset));
    }

    #[tokio::test]
    async fn a_dripping_body_takes_its_time_and_is_whole() {
        let rate = NonZeroU64::new(100).unwrap();
        let body = Drip::new(Text(Full::from("x".repeat(30))), rate);
        assert_eq!(body.size_hint().exact(), Some(30));
        let begun = Instant::now();
        let whole = body.collect().await.unwrap().to_bytes();
        assert_eq!(whole.len(), 30);
        let took = begun.elapsed();
        assert!(took >= Duration::from_millis(200), "{took:?}");
    }

    #[tokio::test]
    async fn a_slow_drip_is_byte_by_byte() {
        let mut body = Drip::new(Text(Full::from("abc")), NonZeroU64::MIN);
        let first = body.frame().await.unwrap().unwrap();
        assert_eq!(first.data_ref().unwrap(), "a");
        assert_eq!(body.size_hint().exact(), Some(2));
    }
}
