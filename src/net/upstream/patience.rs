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
    waker: RefCell<Option<Waker>>,
    late: Cell<bool>,
}

impl Waiters {
    /// Begins to wait, for `patience` after the last piece of the request was taken.
    pub(super) fn wait(&self, patience: Duration, progress: Option<&Rc<Progress>>) -> Rc<Wait> {
        let wait = Rc::new(Wait {
            since: Cell::new(None),
            patience,
            progress: progress.cloned(),
            waker: RefCell::default(),
            late: Cell::new(false),
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
        if now.saturating_duration_since(since) < self.patience {
            return false;
        }
        self.late.set(true);
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
        true
    }

    /// The outcome, or `None` when patience ran out.
    pub(super) fn for_answer<T>(
        &self,
        mut answer: Pin<&mut impl Future<Output = T>>,
    ) -> impl Future<Output = Option<T>> {
        poll_fn(move |cx| {
            if let Poll::Ready(outcome) = answer.as_mut().poll(cx) {
                return Poll::Ready(Some(outcome));
            }
            if self.late.get() {
                return Poll::Ready(None);
            }
            let mut waker = self.waker.borrow_mut();
            if !waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                *waker = Some(cx.waker().clone());
            }
            Poll::Pending
        })
    }
}
