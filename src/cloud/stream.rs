//! Answers that hold all goods of a store: read and sent by pages, so that none is large in memory.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use tokio::sync::mpsc;

use super::State;
use super::problem::Problem;
use crate::model::goods::Good;
use crate::store::StoreError;
use crate::store::goods::{self, Kept, Kind, Shelf};

/// Goods of one read.
const PAGE: usize = 500;

/// How an answer is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// What it begins and ends with: `[` and `]`.
    pub(super) around: [u8; 2],
    /// Appends one of the goods.
    pub(super) write: fn(&Good, &mut Vec<u8>) -> serde_json::Result<()>,
}

/// Everything of these kinds, one after the other. What is written meanwhile may or may not be there.
pub(super) async fn all(
    state: &State,
    shelf: Shelf,
    kinds: &'static [Kind],
    form: Form,
) -> Result<Response, Problem> {
    let (to, from) = mpsc::channel(1);
    let pages = Pages { state: state.clone(), shelf, kinds, after: 0 };
    let mut sending = Sending { pages, form, begun: false };
    // Read before the head is sent, so that a store that fails is answered as such.
    let mut next = sending.next().await?;
    tokio::spawn(async move {
        while let Some(bytes) = next {
            if to.send(Ok(bytes)).await.is_err() {
                return;
            }
            next = match sending.next().await {
                Ok(next) => next,
                Err(error) => return drop(to.send(Err(error)).await),
            };
        }
    });
    Ok(([(CONTENT_TYPE, "application/json")], Body::new(Stream(from))).into_response())
}

struct Sending {
    pages: Pages,
    form: Form,
    begun: bool,
}

impl Sending {
    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        let [open, close] = self.form.around;
        let last = self.pages.kinds.is_empty();
        if last && self.begun {
            return Ok(None);
        }
        let page = self.pages.next().await?;
        let mut out = Vec::new();
        for kept in &page {
            out.push(if self.begun { b',' } else { open });
            self.begun = true;
            (self.form.write)(&kept.good, &mut out).map_err(|error| goods::unwritable(&error))?;
        }
        if self.pages.kinds.is_empty() {
            if !self.begun {
                out.push(open);
            }
            self.begun = true;
            out.push(close);
        }
        Ok(Some(out.into()))
    }
}

struct Pages {
    state: State,
    shelf: Shelf,
    /// Those that are not through.
    kinds: &'static [Kind],
    after: i64,
}

impl Pages {
    /// The next page; empty where a kind ends just there.
    async fn next(&mut self) -> Result<Vec<Kept>, StoreError> {
        let Some((kind, rest)) = self.kinds.split_first() else { return Ok(Vec::new()) };
        let (shelf, kind, after) = (self.shelf.clone(), *kind, self.after);
        let page =
            self.state.store.write(move |tx| goods::page(tx, &shelf, kind, after, PAGE)).await?;
        self.after = page.last().map_or(after, |kept| kept.seq);
        if page.len() < PAGE {
            (self.kinds, self.after) = (rest, 0);
        }
        Ok(page)
    }
}

struct Stream(mpsc::Receiver<Result<Bytes, StoreError>>);

impl hyper::body::Body for Stream {
    type Data = Bytes;
    type Error = StoreError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StoreError>>> {
        let next = ready!(self.0.poll_recv(cx));
        Poll::Ready(next.map(|bytes| bytes.map(Frame::data)))
    }
}
