//! Waiting for an answer, but not for ever.
//!
//! A timer per request would cost more than the rest of the waiting: instead each wait is on a list
//! that the worker's sweep looks through, so that it ends up to two ticks late.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};
use std::time::Duration;

use tokio::time::Instant;

use super::http2::Connection;
use crate::net::body::Progress;

/// Everybody on this worker who waits for an answer.
#[derive(Debug, Default)]
pub(super) struct Waiters(RefCell<Vec<Weak<Wait>>>);

/// One who waits.
#[derive(Debug)]
pub(super) struct Wait {
    /// Set by the first sweep that sees it, and put forward while the request's body moves.
    since: Cell<Option<Instant>>,
    patience: Duration,
    progress: Option<Rc<Progress>>,
    /// The wait is over when this is given up.
    connection: Option<Rc<Connection>>,
    waker: RefCell<Option<Waker>>,
    over: Cell<Option<Over>>,
}

/// Why a wait ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// Patience ran out.
    Late,
    /// The connection was given up.
    Abandoned,
}

impl Waiters {
    /// Begins to wait, for `patience` after the last piece of the request was taken, and no longer
    /// than until `connection` is given up.
    pub(super) fn wait(
        &self,
        patience: Duration,
        progress: Option<&Rc<Progress>>,
        connection: Option<Rc<Connection>>,
    ) -> Rc<Wait> {
        let wait = Rc::new(Wait {
            since: Cell::new(None),
            patience,
            progress: progress.cloned(),
            connection,
            waker: RefCell::default(),
            over: Cell::new(None),
        });
        self.0.borrow_mut().push(Rc::downgrade(&wait));
        wait
    }

    /// Wakes who has waited too long.
    pub(super) fn sweep(&self, now: Instant) {
        self.0.borrow_mut().retain(|wait| wait.upgrade().is_some_and(|wait| !wait.is_over(now)));
    }
}

impl Wait {
    fn is_over(&self, now: Instant) -> bool {
        let seen = self.since.get().unwrap_or(now);
        let since = self.progress.as_ref().map_or(seen, |progress| progress.at.get().max(seen));
        self.since.set(Some(since));
        let abandoned =
            self.connection.as_ref().is_some_and(|connection| connection.is_abandoned());
        if !abandoned && now.saturating_duration_since(since) < self.patience {
            return false;
        }
        self.over.set(Some(if abandoned { Over::Abandoned } else { Over::Late }));
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
        true
    }

    /// The outcome, or why it is not waited for any longer.
    pub(super) fn for_answer<T>(
        &self,
        mut answer: Pin<&mut impl Future<Output = T>>,
    ) -> impl Future<Output = Result<T, Over>> {
        poll_fn(move |cx| {
            if let Poll::Ready(outcome) = answer.as_mut().poll(cx) {
                return Poll::Ready(Ok(outcome));
            }
            if let Some(over) = self.over.get() {
                return Poll::Ready(Err(over));
            }
            let mut waker = self.waker.borrow_mut();
            if !waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                *waker = Some(cx.waker().clone());
            }
            Poll::Pending
        })
    }
}
