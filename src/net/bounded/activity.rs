//! What a connection waits for, and since when.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Limits, Refused};

/// Shared by a connection, its stream and bodies, and the server.
#[derive(Debug)]
pub(super) struct Activity {
    state: Mutex<State>,
    told: Notify,
}

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// It is closed as it stands.
    Close,
    /// It is answered, then closed.
    Refuse(Refused),
}

#[derive(Debug)]
struct State {
    awaited: Awaited,
    since: Instant,
    /// Since when the peer has not taken what is written.
    stalled: Option<Instant>,
    /// Whether a part of the answer may have been written.
    is_answered: bool,
    /// Given for what was waited for then; where it has come in the meantime, the order is void.
    order: Option<(Order, Wait)>,
}

/// Since when what is waited for.
type Wait = (Awaited, Instant, Option<Instant>);

/// What the peer is to send next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// The first byte of a new connection.
    Anything,
    /// The rest of a head.
    Head,
    /// More of a body.
    Body,
    /// Another request.
    Request,
    /// Nothing: it is being answered.
    Nothing,
}

/// A peer in the middle of a body makes room for others after it has paused for this long.
const GRACE: Duration = Duration::from_secs(1);

impl Activity {
    pub(super) fn new(now: Instant) -> Self {
        let state = State {
            awaited: Awaited::Anything,
            since: now,
            stalled: None,
            is_answered: false,
            order: None,
        };
        Self { state: Mutex::new(state), told: Notify::new() }
    }

    /// Bytes came.
    pub(super) fn heard(&self) {
        let mut state = self.state();
        match state.awaited {
            // A new connection's time for its head has begun with the connection.
            Awaited::Anything => state.awaited = Awaited::Head,
            Awaited::Request => state.wait_for(Awaited::Head),
            Awaited::Head | Awaited::Body | Awaited::Nothing => {}
        }
    }

    /// A head is whole. The request is answered when what is given back has been dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Answering {
        let mut state = self.state();
        state.wait_for(Awaited::Nothing);
        state.is_answered = false;
        drop(state);
        Answering(Arc::clone(self))
    }

    /// Somebody asked for more of the body, and there was none yet.
    pub(super) fn lacks_body(&self) {
        let mut state = self.state();
        if state.awaited == Awaited::Nothing {
            state.wait_for(Awaited::Body);
        }
    }

    /// A piece of the body came, or its end.
    pub(super) fn has_body(&self) {
        let mut state = self.state();
        if state.awaited == Awaited::Body {
            state.wait_for(Awaited::Nothing);
        }
    }

    /// Whether the peer took what was written.
    pub(super) fn written(&self, is_taken: bool) {
        let mut state = self.state();
        state.stalled = match is_taken {
            true => None,
            false => state.stalled.or_else(|| Some(Instant::now())),
        };
    }

    /// What is to be done with a connection that took too long.
    pub(super) fn overdue(&self, limits: &Limits, now: Instant) -> Option<Order> {
        let state = self.state();
        if state.stalled.is_some_and(|since| now.duration_since(since) >= limits.write_timeout) {
            return Some(Order::Close);
        }
        let (limit, order) = match state.awaited {
            Awaited::Anything => (limits.head_timeout, Order::Close),
            Awaited::Head => (limits.head_timeout, Order::Refuse(Refused::Head)),
            Awaited::Body if state.is_answered => (limits.body_timeout, Order::Close),
            Awaited::Body => (limits.body_timeout, Order::Refuse(Refused::Body)),
            Awaited::Request => (limits.idle_timeout, Order::Close),
            Awaited::Nothing => return None,
        };
        (now.duration_since(state.since) >= limit).then_some(order)
    }

    /// How readily the connection makes room for another: an idle one before one in the middle of
    /// something, and of each kind the one that has kept the server waiting the longest.
    pub(super) fn rank(&self, now: Instant) -> Option<(bool, Duration)> {
        let state = self.state();
        let (since, is_idle, grace) = match (state.stalled, state.awaited) {
            (Some(since), _) => (since, false, GRACE),
            (None, Awaited::Nothing) => return None,
            (None, Awaited::Body) => (state.since, false, GRACE),
            (None, Awaited::Head) => (state.since, false, Duration::ZERO),
            (None, Awaited::Anything | Awaited::Request) => (state.since, true, Duration::ZERO),
        };
        let age = now.duration_since(since);
        (age >= grace).then_some((is_idle, age))
    }

    pub(super) fn tell(&self, order: Order) {
        let mut state = self.state();
        let wait = state.wait();
        state.order.get_or_insert((order, wait));
        self.told.notify_one();
    }

    pub(super) fn is_told(&self) -> bool {
        self.state().order.is_some()
    }

    /// Waits for an order.
    pub(super) async fn told(&self) -> Order {
        loop {
            self.told.notified().await;
            let mut state = self.state();
            match state.order {
                Some((order, wait)) if wait == state.wait() => return order,
                Some(_) | None => state.order = None,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn wait(&self) -> Wait {
        (self.awaited, self.since, self.stalled)
    }

    fn wait_for(&mut self, awaited: Awaited) {
        self.awaited = awaited;
        self.since = Instant::now();
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Answering(Arc<Activity>);

impl Answering {
    /// From now on a part of the answer may have been written.
    pub(super) fn begins(&self) {
        self.0.state().is_answered = true;
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.state().wait_for(Awaited::Request);
    }
}
