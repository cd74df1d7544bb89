//! A body that can be begun again, for a request that the partner has not worked on.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::body::{AppBody, Shortfall};

/// Bytes kept of a body. After more it cannot be begun again.
const KEPT: usize = 64 << 10;

/// A body and the beginning that has been taken of it.
#[derive(Debug)]
struct Source {
    body: RefCell<AppBody>,
    taken: RefCell<Vec<Bytes>>,
    bytes: Cell<usize>,
    /// Nothing is kept any more.
    settled: Cell<bool>,
    /// How often it was begun; only the last to begin gets it.
    turn: Cell<u32>,
}

/// Begins a body again.
#[derive(Debug)]
pub struct Rewind(Rc<Source>);

/// A body that a [`Rewind`] can begin again.
#[derive(Debug)]
pub struct Rewindable {
    source: Rc<Source>,
    turn: u32,
    /// Pieces of the beginning that were given again.
    at: usize,
}

impl Rewind {
    /// Lets a body be begun again.
    pub fn of(body: AppBody) -> (Self, AppBody) {
        let source = Rc::new(Source {
            body: RefCell::new(body),
            taken: RefCell::default(),
            bytes: Cell::new(0),
            settled: Cell::new(false),
            turn: Cell::new(0),
        });
        let rewind = Self(source);
        let body = rewind.again();
        (rewind, body)
    }

    /// The body from its beginning, if that is still known.
    pub fn rewound(&self) -> Option<AppBody> {
        (!self.0.settled.get()).then(|| self.again())
    }

    fn again(&self) -> AppBody {
        let turn = self.0.turn.get() + 1;
        self.0.turn.set(turn);
        AppBody::Rewindable(Box::new(Rewindable { source: Rc::clone(&self.0), turn, at: 0 }))
    }
}

/// The request has been taken: its body need not be known any longer.
impl Drop for Rewind {
    fn drop(&mut self) {
        self.0.settled.set(true);
    }
}

impl Source {
    fn keep(&self, piece: &Bytes) {
        self.bytes.set(self.bytes.get() + piece.len());
        self.settled.set(self.settled.get() || self.bytes.get() > KEPT);
        self.taken.borrow_mut().push(piece.clone());
    }
}

impl Body for Rewindable {
    type Data = Bytes;
    type Error = Shortfall;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Shortfall>>> {
        let this = self.get_mut();
        let source = &*this.source;
        if this.turn != source.turn.get() {
            return Poll::Ready(Some(Err(Shortfall::Broken)));
        }
        if let Some(piece) = source.taken.borrow().get(this.at) {
            this.at += 1;
            return Poll::Ready(Some(Ok(Frame::data(piece.clone()))));
        }
        if source.settled.get() && this.at > 0 {
            source.taken.take();
            this.at = 0;
        }
        let frame = ready!(Pin::new(&mut *source.body.borrow_mut()).poll_frame(cx));
        if !source.settled.get()
            && let Some(Ok(piece)) = &frame
            && let Some(piece) = piece.data_ref()
        {
            source.keep(piece);
            this.at += 1;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.at >= self.source.taken.borrow().len() && self.source.body.borrow().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let again: usize = self.source.taken.borrow().iter().skip(self.at).map(Bytes::len).sum();
        let rest = self.source.body.borrow().size_hint();
        let mut whole = SizeHint::new();
        whole.set_lower(rest.lower() + again as u64);
        if let Some(upper) = rest.upper() {
            whole.set_upper(upper + again as u64);
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use http_body_util::BodyExt;

    use super::*;

    async fn piece(body: &mut AppBody) -> Option<Result<Bytes, Shortfall>> {
        body.frame().await.map(|frame| frame.map(|frame| frame.into_data().unwrap()))
    }

    fn whole(text: &str) -> AppBody {
        AppBody::Whole(Some(Bytes::copy_from_slice(text.as_bytes())))
    }

    #[tokio::test]
    async fn a_body_is_begun_again_and_goes_on() {
        let rate = NonZeroU64::new(1000).unwrap();
        let (rewind, mut first) =
            Rewind::of(whole("a body in several pieces, to be read twice").drip(rate, None));
        let begun = piece(&mut first).await.unwrap().unwrap();
        let second = rewind.rewound().unwrap();
        assert_eq!(piece(&mut first).await, Some(Err(Shortfall::Broken)), "only one may read");
        drop(rewind);
        let all = second.collect().await.unwrap().to_bytes();
        assert!(!begun.is_empty() && all.starts_with(&begun));
        assert_eq!(all, "a body in several pieces, to be read twice");
    }

    #[tokio::test]
    async fn a_long_body_is_not_kept() {
        let (rewind, _) = Rewind::of(whole(&"x".repeat(KEPT + 1)));
        let mut body = rewind.rewound().unwrap();
        assert_eq!(piece(&mut body).await.unwrap().unwrap().len(), KEPT + 1);
        assert!(rewind.rewound().is_none());
        assert_eq!(piece(&mut body).await, None);
    }
}
