//! The outbox's thread: the plan says what is next, tasks send it, the store records it.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::Instant;

use super::attempt::{fair, made};
use super::plan::Plan;
use super::retention::{self, Tally};
use super::witness::{Lasting, Seen, Trail, Witness, watched};
use super::{Added, Courier, Order, Reply, Rules, Ruling, schedule, send};
use crate::clock::Clock;
use crate::injection::Applied;
use crate::net::upstream::Pool;
use crate::store::deliveries::{self, Attempt, Fate, Job};
use crate::store::{Store, StoreError, facts};
use crate::telemetry;

/// How many messages are kept at hand until they are sent; the others are read.
const AT_HAND: usize = 1024;

/// How often waits are looked through and idle connections are closed.
const SWEEP: Duration = Duration::from_millis(100);

/// How long a recording that failed waits before it is tried again.
const RECORD_AGAIN: Duration = Duration::from_millis(500);

/// What the outbox is started with.
#[derive(Debug)]
pub struct Desk<C> {
    /// Where messages and attempts are kept.
    pub store: Store,
    /// By which everything is scheduled.
    pub clock: Clock,
    /// Who knows what messages mean.
    pub courier: Arc<C>,
    /// How they are sent.
    pub rules: Rules,
    /// Who sees each attempt, if anybody does.
    pub witness: Option<Arc<dyn Witness>>,
}

/// Sends until it is told to stop.
pub(super) fn run<C: Courier>(
    desk: Desk<C>,
    orders: mpsc::UnboundedReceiver<Order>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let (tell, ended) = mpsc::unbounded_channel();
        let office = Rc::new(Office {
            store: desk.store,
            clock: desk.clock,
            courier: desk.courier,
            rules: RefCell::new(Rc::new(desk.rules)),
            pool: Pool::default(),
            witness: desk.witness,
            tell,
            stuck: Cell::new(0),
            tally: Tally::default(),
        });
        let theirs = Rc::clone(&office);
        spawn_local(async move {
            retention::keep_bounded(&theirs.store, &theirs.clock, &theirs.tally).await;
        });
        let plan = Plan::new(office.rules.borrow().retry.in_order);
        let mut worker = Worker {
            office,
            plan,
            at_hand: HashMap::new(),
            read_to: 0,
            heard: HashMap::new(),
            windings: VecDeque::new(),
            stopping: false,
        };
        worker.reread().await.map_err(io::Error::other)?;
        worker.work(orders, ended).await;
        Ok(())
    })
}

/// What the tasks share.
struct Office<C> {
    store: Store,
    clock: Clock,
    courier: Arc<C>,
    rules: RefCell<Rc<Rules>>,
    pool: Pool,
    witness: Option<Arc<dyn Witness>>,
    tell: mpsc::UnboundedSender<(i64, Option<i64>)>,
    /// Attempts that could not be recorded yet; nothing new is begun meanwhile.
    stuck: Cell<usize>,
    tally: Tally,
}

struct Worker<C> {
    office: Rc<Office<C>>,
    plan: Plan,
    /// New messages that were not sent yet.
    at_hand: HashMap<i64, Job>,
    /// The last row that was ever read from the store: up to it, the store alone says what waits.
    read_to: i64,
    heard: HashMap<i64, Vec<oneshot::Sender<()>>>,
    /// One after the other.
    windings: VecDeque<Winding>,
    stopping: bool,
}

struct Winding {
    /// Milliseconds.
    by: i64,
    /// How far ahead of the machine's clock it ends; known when it begins.
    ahead: Option<i64>,
    attempts: usize,
    done: oneshot::Sender<usize>,
}

impl<C: Courier> Worker<C> {
    async fn work(
        &mut self,
        mut orders: mpsc::UnboundedReceiver<Order>,
        mut ended: mpsc::UnboundedReceiver<(i64, Option<i64>)>,
    ) {
        let mut sweep = tokio::time::interval(SWEEP);
        while !(self.stopping && self.plan.under_way() == 0) {
            self.begin();
            if self.wind().await {
                continue;
            }
            let busy = self.plan.under_way() > 0;
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(order).await,
                    None => self.stopping = true,
                },
                Some((seq, again)) = ended.recv() => {
                    self.end(seq, again);
                    // What ended meanwhile is taken along: the next round of jobs is read together.
                    while let Ok((seq, again)) = ended.try_recv() {
                        self.end(seq, again);
                    }
                }
                _ = sweep.tick(), if busy => self.office.pool.sweep(Instant::now()),
                () = self.sleep() => {}
            }
        }
    }

    /// Begins what is due and what there is room for.
    fn begin(&mut self) {
        if self.stopping || self.office.stuck.get() > 0 {
            return;
        }
        // What is wound past is sent in the order of its time.
        let parallel = match self.windings.is_empty() {
            false => 1,
            true => self.office.rules.borrow().retry.parallel,
        };
        let now = self.office.clock.now_ms();
        let mut seqs = Vec::new();
        while self.plan.under_way() < parallel {
            let Some(seq) = self.plan.take(now) else { break };
            match self.at_hand.remove(&seq) {
                Some(job) => drop(spawn_local(attempt(Rc::clone(&self.office), Arc::new(job)))),
                None => seqs.push(seq),
            }
        }
        if !seqs.is_empty() {
            spawn_local(fetch(Rc::clone(&self.office), seqs));
        }
    }

    /// Moves a winding clock on. Whether there is more to begin.
    async fn wind(&mut self) -> bool {
        if self.plan.under_way() > 0 || self.office.stuck.get() > 0 {
            return false;
        }
        let clock = &self.office.clock;
        let Some(winding) = self.windings.front_mut() else { return false };
        let ahead =
            *winding.ahead.get_or_insert_with(|| clock.ahead_ms().saturating_add(winding.by));
        // The machine's time goes on meanwhile; what falls due by it is not wound past.
        let until = clock.now_ms().saturating_add(ahead - clock.ahead_ms());
        if let Some(due) = self.plan.next_due().filter(|due| *due <= until) {
            clock.wind_to(due);
            return true;
        }
        clock.set_ahead_ms(ahead);
        if let Err(error) = self.office.store.write(move |tx| facts::keep_clock(tx, ahead)).await {
            tracing::error!(%error, "How far the clock is wound could not be recorded");
        }
        if let Some(winding) = self.windings.pop_front() {
            let _ = winding.done.send(winding.attempts);
        }
        true
    }

    async fn obey(&mut self, order: Order) {
        match order {
            Order::Add(rows, tell) => {
                for (seq, tell) in tell {
                    self.heard.entry(seq).or_default().push(tell);
                }
                rows.into_iter().for_each(|row| self.add(row));
            }
            Order::Rules(rules) => {
                self.plan.keep_order(rules.retry.in_order);
                *self.office.rules.borrow_mut() = Rc::new(*rules);
                self.office.pool.clear();
            }
            Order::Wind(by, done) => {
                self.windings.push_back(Winding { by, ahead: None, attempts: 0, done });
            }
            Order::Reread(done) => drop(done.send(self.reread().await)),
            Order::Stop => self.stopping = true,
        }
    }

    fn add(&mut self, (row, message): Added) {
        self.at_hand.remove(&row.seq);
        // A row that a reading may have met before may have been sent since.
        let is_new = row.seq > self.read_to && self.at_hand.len() < AT_HAND;
        if let Some(message) = message.filter(|_| is_new) {
            let job = Job { seq: row.seq, message, begun: row.due, due: row.due, tries: row.tries };
            self.at_hand.insert(row.seq, job);
        }
        self.plan.add(row);
    }

    async fn reread(&mut self) -> Result<(), StoreError> {
        let read = |tx: &_| Ok((deliveries::waiting(tx)?, deliveries::last(tx)?));
        let (waiting, last) = self.office.store.write(read).await?;
        self.read_to = last;
        self.at_hand.clear();
        self.plan.clear();
        waiting.into_iter().for_each(|row| self.plan.add(row));
        Ok(())
    }

    fn end(&mut self, seq: i64, again: Option<i64>) {
        self.plan.end(seq, again);
        self.office.tally.count();
        for tell in self.heard.remove(&seq).unwrap_or_default() {
            let _ = tell.send(());
        }
        if let Some(winding) = self.windings.front_mut() {
            winding.attempts += 1;
        }
    }

    async fn sleep(&self) {
        let full = self.plan.under_way() >= self.office.rules.borrow().retry.parallel;
        match self.plan.next_due().filter(|_| !full && !self.stopping) {
            Some(due) if self.office.stuck.get() == 0 => {
                let left = due - self.office.clock.now_ms();
                let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
                tokio::time::sleep(left.max(Duration::from_millis(1))).await;
            }
            // A row that is stuck ends by itself, and so does what is under way.
            _ => std::future::pending().await,
        }
    }
}

/// Reads the messages of a round and sends each.
async fn fetch<C: Courier>(office: Rc<Office<C>>, seqs: Vec<i64>) {
    let wanted = seqs.clone();
    let jobs = office.store.write(move |tx| deliveries::jobs(tx, &wanted)).await;
    let jobs = match jobs {
        Ok(jobs) => jobs,
        Err(error) => {
            tracing::error!(%error, "Messages could not be read; this is tried again");
            tokio::time::sleep(RECORD_AGAIN).await;
            let now = office.clock.now_ms();
            for seq in seqs {
                let _ = office.tell.send((seq, Some(now)));
            }
            return;
        }
    };
    let found: Vec<i64> = jobs.iter().map(|job| job.seq).collect();
    for job in jobs {
        spawn_local(attempt(Rc::clone(&office), Arc::new(job)));
    }
    for gone in seqs.into_iter().filter(|seq| !found.contains(seq)) {
        let _ = office.tell.send((gone, None));
    }
}

async fn attempt<C: Courier>(office: Rc<Office<C>>, job: Arc<Job>) {
    let rules = Rc::clone(&office.rules.borrow());
    let message = &job.message;
    let (at, ahead, begun) = (office.clock.now_ms(), office.clock.ahead_ms(), Instant::now());
    let (to, app) = (office.courier.destination(message), || office.courier.app(message));
    let trail = office.witness.as_ref().map(|_| Trail::new(ahead));
    let about = (trail.as_ref(), job.tries + 1, &app as &dyn Fn() -> String);
    let sending = Box::pin(send::send(&office.pool, to, &rules, message, about));
    let ((reply, applied), number) = match office.witness.as_ref().zip(trail.as_ref()) {
        None => (sending.await, 0),
        Some((witness, trail)) => {
            let lasting = Lasting { number: 0, message, attempt: job.tries + 1, trail };
            watched(sending, &**witness, lasting).await
        }
    };
    let took = i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX);
    let ruling = fair(office.courier.judge(message, &reply), &reply, &applied);
    let now = office.clock.now_ms();
    // The clock may have been set back meanwhile; distances stay.
    let back = (ahead - office.clock.ahead_ms()).max(0);
    let times = (job.begun - back, job.due - back, now);
    let again = || {
        let mut retry = rules.retry.clone();
        if let Some(pauses) = office.courier.pauses(message) {
            retry.notifications = pauses;
        }
        schedule::next(message.class, &retry, times, job.tries + 1)
    };
    let again = (!ruling.accepted).then(again).flatten();
    let fate = match again {
        _ if ruling.accepted => Fate::Delivered,
        Some(due) => Fate::Again(due),
        None => Fate::Failed,
    };
    tell_of(message, &reply, &ruling, took, fate, &applied);
    if let Some((witness, trail)) = office.witness.as_ref().zip(trail) {
        let (attempt, verdict) = (job.tries + 1, ruling.verdict);
        let findings = &ruling.findings;
        let (reply, applied) = (&reply, &applied);
        witness.saw(Seen { number, message, attempt, reply, verdict, findings, trail, applied });
    }
    let attempt = Arc::new(made(at, took, reply, &ruling));
    record(&office, &job, &attempt, &Arc::new(ruling), fate).await;
    let _ = office.tell.send((job.seq, again));
}

/// Records an attempt with what it changes, however long that takes: until then nothing is sent.
async fn record<C: Courier>(
    office: &Office<C>,
    job: &Arc<Job>,
    attempt: &Arc<Attempt>,
    ruling: &Arc<Ruling<C::Effect>>,
    fate: Fate,
) {
    let mut told = false;
    let recorded = loop {
        let (courier, job, attempt) =
            (Arc::clone(&office.courier), Arc::clone(job), Arc::clone(attempt));
        let (ruling, clock) = (Arc::clone(ruling), office.clock.clone());
        let written = office.store.write(move |tx| {
            let (now, ahead) = (clock.now_ms(), clock.ahead_ms());
            if !deliveries::record(tx, (job.seq, &job.message.id), &attempt, fate, now)? {
                return Ok(false);
            }
            if ahead != 0 {
                facts::keep_clock(tx, ahead)?;
            }
            if let Some(effect) = &ruling.effect {
                courier.settle(tx, &job.message, effect, now)?;
            }
            Ok(true)
        });
        match written.await {
            Ok(recorded) => break recorded,
            Err(StoreError::Closed) => break false,
            Err(error) => {
                if !std::mem::replace(&mut told, true) {
                    office.stuck.set(office.stuck.get() + 1);
                    tracing::error!(%error, "An answer could not be recorded; nothing more is sent until it is");
                }
                tokio::time::sleep(RECORD_AGAIN).await;
            }
        }
    };
    if told {
        office.stuck.set(office.stuck.get() - 1);
    }
    // The state was replaced meanwhile: nobody asked for this any more.
    if let Some(effect) = ruling.effect.as_ref().filter(|_| recorded) {
        office.courier.settled(&job.message, effect);
    }
}

fn tell_of<E>(
    message: &deliveries::Message,
    reply: &Reply,
    ruling: &Ruling<E>,
    took: i64,
    fate: Fate,
    applied: &Applied,
) {
    let answer = match reply {
        Reply::Answered { status, .. } => status.to_string(),
        Reply::Failed(fault) => fault.code.name().to_owned(),
    };
    let end = match fate {
        Fate::Delivered => "delivered",
        Fate::Again(_) => "will be sent again",
        Fate::Failed => "failed",
    };
    tracing::info!(
        target: telemetry::EXCHANGES,
        event = message.event,
        delivery = message.id,
        user = message.user,
        answer,
        verdict = ruling.verdict,
        took_us = took,
        faults = (!applied.is_empty()).then(|| applied.to_string()),
        "{} {}: {end}",
        message.method,
        // A query may hold a key of the partner's.
        message.url.split('?').next().unwrap_or_default()
    );
}
