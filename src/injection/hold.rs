//! Exchanges that are held: how many, for how long, and what is decided on them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::HeaderMap;
use tokio::sync::{oneshot, watch};

use super::breakpoint::Breakpoint;
use super::edit::Edit;
use crate::model::held::{End, Hold};

/// Exchanges that are held at a time; beyond, they pass.
pub const MOST_HELD: usize = 64;
/// Bytes of the bodies that are held at a time; what has more passes.
pub const MOST_BYTES: usize = 16 << 20;
/// Bytes of one body that is held.
pub const MOST_BODY: usize = 4 << 20;
/// Who watches says so again within this time.
pub const LEASE: Duration = Duration::from_secs(15);
/// Windows and commands that watch at a time.
const MOST_WATCHERS: usize = 64;

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The console's page.
    Page,
    /// The command line.
    Cli,
    /// Some other user of the API.
    Api,
}

impl By {
    /// As a sentence names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "in the console",
            Self::Cli => "on the command line",
            Self::Api => "through the API",
        }
    }
}

/// What is decided on a held exchange.
#[derive(Debug)]
pub enum Decision {
    /// It goes on as it is.
    GoOn,
    /// It goes on otherwise.
    Edit(Box<Edit>),
    /// It ends here.
    Drop(By),
}

/// A message that is held.
#[derive(Debug)]
pub struct Message {
    /// Of the request, in either half.
    pub method: String,
    /// Absolute, of the request in either half.
    pub url: String,
    /// Path and query of a request.
    pub target: String,
    /// Of an answer.
    pub status: Option<u16>,
    /// Its fields, as they go on.
    pub fields: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// An exchange that is held.
#[derive(Debug)]
pub struct Held {
    /// `h1`; never given twice.
    pub id: String,
    /// What holds it.
    pub breakpoint: Arc<Breakpoint>,
    /// The app's name.
    pub app: Option<String>,
    /// A webhook's event.
    pub event: Option<String>,
    /// Whether a rule of the app has to allow what it is edited to.
    pub is_by_rule: bool,
    /// When that began.
    pub begun: Instant,
    /// When it goes on by itself.
    pub until: Instant,
    /// What may be edited.
    pub message: Message,
}

/// All that is held, and who watches.
#[derive(Debug)]
pub struct Holds {
    inner: Mutex<Inner>,
    standing: watch::Sender<Standing>,
}

#[derive(Debug, Default)]
struct Inner {
    last: u64,
    places: usize,
    bytes: usize,
    by_number: BTreeMap<u64, Entry>,
    watchers: HashMap<String, Instant>,
}

#[derive(Debug)]
struct Entry {
    held: Arc<Held>,
    decide: oneshot::Sender<(Decision, End)>,
}

/// What those that wait have to know.
#[derive(Debug, Clone, Copy, Default)]
struct Standing {
    watched_until: Option<Instant>,
    is_closed: bool,
}

impl Default for Holds {
    fn default() -> Self {
        Self { inner: Mutex::default(), standing: watch::channel(Standing::default()).0 }
    }
}

/// Room for one exchange; given back when it is dropped.
#[derive(Debug)]
pub struct Place<'h> {
    holds: &'h Holds,
    bytes: usize,
}

impl Place<'_> {
    /// Makes room for so many bytes more of its body; `false` where there is none.
    pub fn take(&mut self, bytes: usize) -> bool {
        let mut inner = self.holds.lock();
        if self.bytes + bytes > MOST_BODY || inner.bytes + bytes > MOST_BYTES {
            return false;
        }
        self.bytes += bytes;
        inner.bytes += bytes;
        true
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut inner = self.holds.lock();
        inner.places -= 1;
        inner.bytes -= self.bytes;
    }
}

/// Takes an exchange off the list when nobody waits for its decision any more.
struct Listed<'h> {
    holds: &'h Holds,
    number: u64,
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.holds.lock().by_number.remove(&self.number);
    }
}

impl Holds {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Room for one exchange more; `None` where as many are held as may be.
    pub fn place(&self) -> Option<Place<'_>> {
        let mut inner = self.lock();
        if inner.places >= MOST_HELD {
            return None;
        }
        inner.places += 1;
        Some(Place { holds: self, bytes: 0 })
    }

    /// A number for one that is to be held.
    pub fn next_id(&self) -> String {
        let mut inner = self.lock();
        inner.last += 1;
        format!("h{}", inner.last)
    }

    /// Holds an exchange until it is decided on, until its time has come, until nobody watches or until
    /// the gateway shuts down. Whoever no longer waits takes it off the list.
    pub async fn hold(&self, _place: &Place<'_>, held: Held) -> (Decision, Hold) {
        let number = held.id.trim_start_matches('h').parse().unwrap_or(0);
        let (decide, mut decided) = oneshot::channel();
        let held = Arc::new(held);
        self.lock().by_number.insert(number, Entry { held: Arc::clone(&held), decide });
        let _listed = Listed { holds: self, number };
        let mut standing = self.standing.subscribe();
        let (decision, end) = loop {
            let now = *standing.borrow_and_update();
            let is_watched = held.breakpoint.stop.watched;
            let lease = now.watched_until.filter(|_| is_watched);
            if now.is_closed {
                break (Decision::GoOn, End::ShutDown);
            }
            if is_watched && lease.is_none_or(|until| until <= Instant::now()) {
                break (Decision::GoOn, End::Unwatched);
            }
            let until = lease.map_or(held.until, |lease| lease.min(held.until));
            tokio::select! {
                biased;
                told = &mut decided => break told.unwrap_or((Decision::GoOn, End::WentOn)),
                () = tokio::time::sleep_until(until.into()) => {
                    if held.until <= Instant::now() {
                        break (Decision::GoOn, End::TimedOut);
                    }
                }
                // The sender lives as long as what is held here.
                _ = standing.changed() => {}
            }
        };
        let ms = u64::try_from(held.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let edited = match &decision {
            Decision::Edit(edit) => edit.parts(),
            Decision::GoOn | Decision::Drop(_) => Vec::new(),
        };
        (decision, Hold { ms, end, edited })
    }

    /// Those that are held, the longest first.
    pub fn list(&self) -> Vec<Arc<Held>> {
        self.lock().by_number.values().map(|entry| Arc::clone(&entry.held)).collect()
    }

    /// The one of an id.
    pub fn find(&self, id: &str) -> Option<Arc<Held>> {
        self.list().into_iter().find(|held| held.id == id)
    }

    /// Decides on one; `false` where it is not held, or no longer.
    pub fn decide(&self, id: &str, decision: Decision) -> bool {
        let end = match &decision {
            Decision::GoOn => End::WentOn,
            Decision::Edit(_) => End::Edited,
            Decision::Drop(_) => End::Dropped,
        };
        let number: Option<u64> = id.strip_prefix('h').and_then(|number| number.parse().ok());
        let entry = number.and_then(|number| self.lock().by_number.remove(&number));
        entry.is_some_and(|entry| entry.decide.send((decision, end)).is_ok())
    }

    /// Lets those go on that are meant.
    pub fn let_go(&self, is_meant: impl Fn(&Held) -> bool) {
        let meant: Vec<_> = self.list().into_iter().filter(|held| is_meant(held)).collect();
        for held in meant {
            self.decide(&held.id, Decision::GoOn);
        }
    }

    /// Lets all go on, and holds none any more.
    pub fn close(&self) {
        self.standing.send_modify(|standing| standing.is_closed = true);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.standing.borrow().is_closed
    }

    /// Whether somebody watches.
    pub fn is_watched(&self, now: Instant) -> bool {
        self.standing.borrow().watched_until.is_some_and(|until| until > now)
    }

    /// Somebody watches for [`LEASE`] from now on. Of too many the one that said so first is forgotten.
    pub fn watch(&self, who: &str, now: Instant) {
        let mut inner = self.lock();
        inner.watchers.retain(|_, until| *until > now);
        if inner.watchers.len() >= MOST_WATCHERS && !inner.watchers.contains_key(who) {
            let first = inner.watchers.iter().min_by_key(|(_, until)| **until);
            if let Some(first) = first.map(|(who, _)| who.clone()) {
                inner.watchers.remove(&first);
            }
        }
        inner.watchers.insert(who.to_owned(), now + LEASE);
        self.tell(&inner);
    }

    /// Somebody watches no longer.
    pub fn unwatch(&self, who: &str, now: Instant) {
        let mut inner = self.lock();
        inner.watchers.remove(who);
        inner.watchers.retain(|_, until| *until > now);
        self.tell(&inner);
    }

    fn tell(&self, inner: &Inner) {
        let latest = inner.watchers.values().max().copied();
        self.standing.send_modify(|standing| standing.watched_until = latest);
    }
}
