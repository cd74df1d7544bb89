//! The proxy plane: an app's request becomes a partner's, as Evotor Cloud would send it.
//!
//! A request's life, each step a file: [`asked`] (the URL), [`identify`] (who calls), [`decide`] (may
//! it), [`rewrite`] (what the partner receives), `forward` (there and back), [`envelope`] (v1), and
//! [`refuse`] for whatever went wrong on the way.

pub mod asked;
mod bare;
pub mod changes;
mod cloud;
mod composed;
mod cross_origin;
pub mod decide;
pub mod diagnostic;
pub mod envelope;
pub mod explanation;
pub mod facts;
pub mod fidelity;
pub mod fields;
mod forward;
mod handshake;
mod held;
pub mod identify;
mod intercept;
mod life;
mod overlay;
mod record;
pub mod refuse;
mod replay;
pub mod rewrite;
pub mod sample;
mod secrets;
pub mod self_test;
pub mod snapshot;
mod spoiled;
mod way;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use arc_swap::{ArcSwap, ArcSwapOption};
use hyper::{Request, Response};
use tokio::time::Instant;

use crate::fault::{Code, Fault};
use crate::injection::Injections;
use crate::journal::{Journal, Recorder};
use crate::mask::Masker;
use crate::model::world::UserIndex;
use crate::net::body::AnswerBody;
use crate::net::conn::{Conn, Entrance, Order, Tunnel};
use crate::net::gate::{Head, Refusal, Requests};
use crate::net::handshake::FailedHandshake;
use crate::net::request::RequestBody;
use crate::net::serve::{Answer, Handler};
use crate::net::upstream::Pool;
use crate::pattern::Cache;
use crate::telemetry::{Log, Outcome, Record, Stats};
use crate::text::text;
use asked::{bad_target, split_port};
use fields::{DeviceFields, slot};
use snapshot::Snapshot;

/// Records are handed to the log in batches of this many, or every tick.
const BATCH: usize = 128;

/// What all workers read and the control side replaces.
#[derive(Debug)]
pub struct Shared {
    /// The configuration in force.
    pub snapshot: ArcSwap<Snapshot>,
    /// Its revision, to be asked without taking it.
    pub revision: AtomicU64,
    /// Faults made on purpose.
    pub injections: Injections,
    /// What answers of v1 apps may take together.
    envelopes: envelope::Capacity,
    /// Apps and users whose missing token was told of; each is told once.
    warned: Mutex<HashSet<(usize, UserIndex)>>,
    /// What hides secrets, by the revision it was made of.
    masker: ArcSwapOption<(u64, Arc<Masker>)>,
}

impl Shared {
    /// With a first configuration.
    pub fn new(snapshot: Snapshot) -> Self {
        let revision = AtomicU64::new(snapshot.revision);
        let injections = Injections::new(&snapshot.config.faults);
        let snapshot = ArcSwap::from_pointee(snapshot);
        let envelopes = envelope::Capacity::default();
        let masker = ArcSwapOption::empty();
        Self { snapshot, revision, injections, envelopes, warned: Mutex::default(), masker }
    }

    /// What hides the secrets that are known now.
    pub fn masker(&self) -> Arc<Masker> {
        let known = self.snapshot.load();
        if let Some(made) = self.masker.load().as_deref()
            && made.0 == known.revision
        {
            return Arc::clone(&made.1);
        }
        let secrets = secrets::secrets(&known);
        let masker = Arc::new(Masker::new(secrets.iter().map(String::as_str)));
        self.masker.store(Some(Arc::new((known.revision, Arc::clone(&masker)))));
        masker
    }

    /// Puts a new configuration in force; exchanges under way keep theirs.
    pub fn replace(&self, snapshot: Snapshot) {
        let revision = snapshot.revision;
        self.snapshot.store(Arc::new(snapshot));
        self.revision.store(revision, Ordering::Release);
    }
}

/// The proxy on one worker.
#[derive(Debug)]
pub struct Proxy {
    shared: Arc<Shared>,
    stats: Arc<Stats>,
    log: Log,
    records: RefCell<Vec<Record>>,
    recorder: Option<Rc<Recorder>>,
    view: RefCell<Rc<View>>,
    pool: Pool,
    draining: Cell<bool>,
    /// What this worker knows to have been told, so that it need not ask.
    warned: RefCell<HashSet<(usize, UserIndex)>>,
}

/// A configuration with this worker's own caches.
#[derive(Debug)]
struct View {
    known: Arc<Snapshot>,
    fields: DeviceFields,
    caches: Rc<RefCell<Vec<Option<Cache>>>>,
}

impl View {
    fn new(known: Arc<Snapshot>) -> Self {
        let fields = DeviceFields::new(known.kept());
        let caches = Rc::new(RefCell::new(known.plans.iter().map(|_| None).collect()));
        Self { known, fields, caches }
    }

    /// The same configuration with more learned: what was prepared for it still holds.
    fn refreshed(&self, known: Arc<Snapshot>) -> Self {
        Self { known, fields: self.fields.clone(), caches: Rc::clone(&self.caches) }
    }
}

impl Proxy {
    /// A worker's proxy; made on its own thread.
    pub fn new(shared: Arc<Shared>, stats: Arc<Stats>, log: Log, journal: Option<Journal>) -> Self {
        let view = View::new(shared.snapshot.load_full());
        Self {
            shared,
            stats,
            log,
            records: RefCell::default(),
            recorder: journal.map(|journal| Rc::new(Recorder::new(journal))),
            view: RefCell::new(Rc::new(view)),
            pool: Pool::default(),
            draining: Cell::new(false),
            warned: RefCell::default(),
        }
    }

    /// The configuration in force.
    fn view(&self) -> Rc<View> {
        let current = self.shared.revision.load(Ordering::Acquire);
        if self.view.borrow().known.revision != current {
            self.refresh();
        }
        Rc::clone(&self.view.borrow())
    }

    #[cold]
    fn refresh(&self) {
        let fresh = self.shared.snapshot.load_full();
        let (same, same_file) = {
            let view = self.view.borrow();
            let known = &view.known;
            (known.generation == fresh.generation, known.reloads == fresh.reloads)
        };
        if same {
            let view = self.view.borrow().refreshed(fresh);
            *self.view.borrow_mut() = Rc::new(view);
            return;
        }
        *self.view.borrow_mut() = Rc::new(View::new(fresh));
        if !same_file {
            self.pool.clear();
        }
        self.warned.borrow_mut().clear();
    }

    fn note(&self, outcome: Outcome, record: impl FnOnce() -> Record, took: std::time::Duration) {
        self.stats.count(outcome, took);
        if !self.log.is_on() {
            return;
        }
        let mut records = self.records.borrow_mut();
        records.push(record());
        if records.len() >= BATCH {
            self.stats.lose(self.log.hand_over(std::mem::take(&mut records)));
        }
    }

    /// A refusal as it may be told: the URL or field that it quotes may hold secrets.
    fn told(&self, fault: Fault) -> Fault {
        if !fault.detail.has_values() && !fault.hint.has_values() {
            return fault;
        }
        let masker = self.shared.masker();
        let told = |text: &str| masker.text(text).into_owned();
        Fault { detail: fault.detail.map(&told), hint: fault.hint.map(&told), ..fault }
    }

    fn note_refusal(&self, fault: &Fault, method: &[u8], target: &[u8]) {
        record::refusal(self, fault, (&printable(method), &printable(target)));
        let record = || Record {
            app: None,
            method: printable(method).into(),
            url: printable(target),
            status: fault.code.status(),
            fault: Some((fault.code.name(), fault.code.culprit().name(), fault.detail.to_string())),
            spoiled: None,
            rule: None,
            took: std::time::Duration::ZERO,
        };
        self.note(Outcome::Refused(fault.code), record, std::time::Duration::ZERO);
    }

    /// Whether a missing token is to be told of now.
    fn first_time(&self, app: usize, user: UserIndex) -> bool {
        let told = || self.shared.warned.lock().unwrap_or_else(PoisonError::into_inner);
        self.warned.borrow_mut().insert((app, user)) && told().insert((app, user))
    }

    fn flush(&self) {
        let mut records = self.records.borrow_mut();
        if !records.is_empty() {
            self.stats.lose(self.log.hand_over(std::mem::take(&mut records)));
        }
        drop(records);
        if let Some(recorder) = &self.recorder {
            recorder.flush();
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Handler for Proxy {
    type Fields = DeviceFields;

    fn gate(&self) -> Requests<DeviceFields> {
        let view = self.view();
        Requests::new(view.fields.clone(), view.known.config.limits.max_head)
    }

    fn answer(
        self: &Rc<Self>,
        conn: &Rc<Conn<DeviceFields>>,
        head: Option<Box<Head>>,
        request: Request<RequestBody>,
    ) -> Answer {
        let (parts, body) = request.into_parts();
        Box::pin(life::live(Rc::clone(self), Rc::clone(conn), head, Box::new(parts), body))
    }

    fn refuse(
        &self,
        conn: &Conn<DeviceFields>,
        refusal: Option<Refusal<'_>>,
    ) -> Response<AnswerBody> {
        let late = conn.order() == Order::TimeOut;
        let refusal = refusal.filter(|_| !late);
        let fault = self.told(refuse::fault_of(refusal.as_ref()));
        let (method, target) = refusal.map_or((&b""[..], &b""[..]), |r| (r.method, r.target));
        self.note_refusal(&fault, method, target);
        refuse::response(&fault, true, SystemTime::now())
    }

    fn overloaded(&self) -> Response<AnswerBody> {
        let fault = Fault::new(
            Code::Overloaded,
            text!("All limits.max_connections connections are in use."),
        )
        .hint(text!("Close idle connections, or raise limits.max_connections."));
        self.note_refusal(&fault, b"", b"");
        refuse::response(&fault, true, SystemTime::now())
    }

    fn drain(&self) {
        self.draining.set(true);
    }

    fn tick(&self, now: Instant) {
        self.flush();
        if let Some(recorder) = &self.recorder {
            recorder.show_lasting(now);
        }
        self.pool.sweep(now);
    }

    fn handshake_failed(&self, failed: &FailedHandshake<'_>) -> Response<AnswerBody> {
        let fault = handshake::failed(self, failed);
        refuse::response(&fault, true, SystemTime::now())
    }

    fn connect(
        &self,
        conn: &Conn<DeviceFields>,
        head: &Head,
    ) -> Result<Tunnel, Box<Response<AnswerBody>>> {
        tunnel(conn, head).map_err(|fault| {
            let fault = self.told(fault);
            self.note_refusal(&fault, b"CONNECT", head.target());
            let mut response = refuse::response(&fault, true, SystemTime::now());
            let target = std::str::from_utf8(head.target()).unwrap_or_default();
            cloud::in_its_words(&tunnel_host(split_port(target).0), &fault, &mut response);
            Box::new(response)
        })
    }
}

/// Where a CONNECT request leads; what is asked for inside is judged there.
fn tunnel(conn: &Conn<DeviceFields>, head: &Head) -> Result<Tunnel, Fault> {
    if matches!(conn.entrance, Entrance::Tunnel(_)) {
        return Err(Fault::new(Code::BadRequest, text!("A CONNECT request came inside a tunnel."))
            .hint(text!("Send requests in origin-form inside a tunnel.")));
    }
    let target = std::str::from_utf8(head.target()).unwrap_or_default();
    let (host, Some(port)) = split_port(target) else {
        return Err(bad_target("a CONNECT target needs a port"));
    };
    let host = tunnel_host(host);
    if port != 80 && port != 443 && !decide::is_asna(&host) {
        return Err(decide::port_not_allowed(port));
    }
    Ok(Tunnel {
        host: host.into(),
        port,
        proxy_authorization: head.noted(usize::from(slot::PROXY_AUTHORIZATION)).map(Into::into),
        tls: false,
        sni: None,
    })
}

fn tunnel_host(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

fn printable(bytes: &[u8]) -> String {
    let cut = bytes.get(..200).unwrap_or(bytes);
    String::from_utf8_lossy(cut).chars().filter(|c| !c.is_control()).collect()
}
