//! The content of an app's request as it comes in, over either version.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use h2::RecvStream;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::body::Shortfall;

/// The content of an app's request. Trailers of HTTP/2 are dropped.
#[derive(Debug)]
pub enum RequestBody {
    /// Over HTTP/1.
    Http1(Incoming),
    /// Over HTTP/2.
    Http2(Http2Content),
}

/// See [`RequestBody::Http2`].
#[derive(Debug)]
pub struct Http2Content {
    stream: RecvStream,
    /// As its head says; the library sees to it that this holds.
    length: Option<u64>,
    interest: Option<Rc<Interest>>,
}

/// That somebody asked for a content which the peer holds back (`Expect: 100-continue`).
#[derive(Debug, Default)]
pub(super) struct Interest {
    state: Cell<Wanted>,
    waker: RefCell<Option<Waker>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Wanted {
    #[default]
    NotYet,
    Now,
    Told,
}

impl Interest {
    fn arise(&self) {
        if self.state.get() == Wanted::NotYet {
            self.state.set(Wanted::Now);
            if let Some(waker) = self.waker.borrow_mut().take() {
                waker.wake();
            }
        }
    }

    /// Whether it arose; says so once.
    pub(super) fn arose(&self, cx: &Context<'_>) -> bool {
        if self.state.get() == Wanted::Now {
            self.state.set(Wanted::Told);
            return true;
        }
        *self.waker.borrow_mut() = Some(cx.waker().clone());
        false
    }
}

impl Http2Content {
    pub(super) fn new(
        stream: RecvStream,
        length: Option<u64>,
        interest: Option<Rc<Interest>>,
    ) -> Self {
        Self { stream, length, interest }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Shortfall>>> {
        if let Some(interest) = &self.interest {
            interest.arise();
        }
        let Some(data) = ready!(self.stream.poll_data(cx)) else { return Poll::Ready(None) };
        Poll::Ready(match data {
            Ok(data) => {
                // Fails for a stream that is over, whose window nobody needs.
                let _ = self.stream.flow_control().release_capacity(data.len());
                Some(Ok(Frame::data(data)))
            }
            // Whatever the code: a reset before the end leaves a part, which never passes for the whole.
            Err(_) => Some(Err(Shortfall::Broken)),
        })
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Shortfall;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Shortfall>>> {
        match self.get_mut() {
            Self::Http1(incoming) => {
                Pin::new(incoming).poll_frame(cx).map_err(|_| Shortfall::Broken)
            }
            Self::Http2(content) => content.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Http1(incoming) => incoming.is_end_stream(),
            Self::Http2(content) => content.length == Some(0) || content.stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Http1(incoming) => incoming.size_hint(),
            Self::Http2(content) => {
                content.length.map_or_else(SizeHint::default, SizeHint::with_exact)
            }
        }
    }
}
