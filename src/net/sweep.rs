//! The worker's slow hand: every tenth of a second it looks at the connections that are in use.
//!
//! Head timeouts, idle connections and stalled writers are found here, so that a request on the fast
//! path sets no timer.

use std::rc::{Rc, Weak};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};

use super::conn::{Conn, Order};
use super::gate::Fields;
use super::serve::Handler;
use super::worker::{Bounds, Worker};

/// How often connections in use are looked at; an idle one is parked after one to two of these.
const TICK: Duration = Duration::from_millis(100);
/// Every so many ticks parked connections are looked at too.
const PARKED_EVERY: u32 = 20;
/// How long a connection may rest between two requests.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// From this many parked at once on, memory is given back.
const MANY: usize = 32;
/// In so many ticks: what the allocator frees in one it gives to the system in the next.
const TIDY_TICKS: u32 = 3;

/// Sweeps until the worker ends.
pub(super) async fn run<H: Handler>(worker: Rc<Worker<H>>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut count = 0u32;
    let mut parked = 0;
    let mut tidying = 0;
    loop {
        ticks.tick().await;
        count = count.wrapping_add(1);
        let now = Instant::now();
        let gone = sweep_active(&worker, now);
        parked += gone;
        // Taken down in the tick after they were told to.
        if gone == 0 && parked >= MANY {
            parked = 0;
            tidying = TIDY_TICKS;
        }
        if tidying > 0 {
            worker.tidy();
            tidying -= 1;
        }
        worker.handler.tick(now);
        if count.is_multiple_of(PARKED_EVERY) {
            sweep_parked(&worker, now);
        }
    }
}

/// Returns how many connections are no longer in use.
fn sweep_active<H: Handler>(worker: &Worker<H>, now: Instant) -> usize {
    let mut active = worker.active.borrow_mut();
    let before = active.len();
    active.retain(|conn| {
        let stays = !conn.parked.get() && Rc::strong_count(conn) > 1;
        conn.listed.set(stays);
        stays
    });
    for conn in active.iter() {
        let order = match conn.http2.get() {
            Some(line) => line.judge(conn, &worker.bounds, now),
            None => judge(conn, &worker.bounds, now),
        };
        if let Some(order) = order {
            conn.tell(order);
        }
    }
    before - active.len()
}

fn judge<F: Fields>(conn: &Conn<F>, bounds: &Bounds, now: Instant) -> Option<Order> {
    let age = conn.age(now);
    match conn.order.get() {
        Order::Serve => {}
        Order::Park | Order::TimeOut | Order::Close | Order::Abort | Order::End(_) => return None,
    }
    if conn.in_flight.get() > 0 {
        return (conn.dirty.get() && age > bounds.write_timeout).then_some(Order::Abort);
    }
    let gate = conn.gate.borrow();
    if gate.in_head() {
        return (age >= bounds.head_timeout).then_some(Order::TimeOut);
    }
    (age >= TICK && gate.at_boundary()).then_some(Order::Park)
}

fn sweep_parked<H: Handler>(worker: &Worker<H>, now: Instant) {
    worker.all.borrow_mut().retain(|conn| conn.strong_count() > 0);
    for conn in worker.all.borrow().iter().filter_map(Weak::upgrade) {
        let resting = conn.parked.get() && conn.in_flight.get() == 0;
        if resting && now.duration_since(conn.since.get()) > KEEP_ALIVE {
            conn.tell(Order::Close);
        }
    }
}
