//! One worker: a thread, a runtime, its listeners, its connections.
//!
//! Workers share nothing on the path of a request. They know of each other only how many connections
//! each has, so that a socket can be handed over right after it was accepted.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use rustls::ServerConfig;
use rustls::server::ClientHello;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::Instant;

use super::conn::{Conn, Entrance};
use super::inbound::Inbound;
use super::serve::{self, Handler};
use super::{memory, sweep, tunnel};

/// Certificates for the two ways in.
pub trait AppTls: Send + Sync {
    /// For the TLS listener: by server name. The error is a sentence.
    fn listener(&self) -> Result<Arc<ServerConfig>, String>;
    /// For the inside of a tunnel to `host`: its own certificate whatever the client names, or, where it
    /// is an address, that of the name.
    fn tunnel(&self, host: &str) -> Result<Arc<ServerConfig>, String>;
    /// What has to be made for a client before its handshake goes on and takes long: nothing for most.
    fn due(&self, hello: &ClientHello<'_>) -> Option<Box<dyn FnOnce() + Send>>;
}

/// Bounds of a worker's connections.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// From the first byte of a head to its end; also for a TLS handshake.
    pub head_timeout: Duration,
    /// How long a peer may not take what is written to it.
    pub write_timeout: Duration,
    /// Bytes of a head.
    pub max_head: usize,
    /// Of all workers together.
    pub max_connections: usize,
}

/// Which listener a socket came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Plaintext.
    Http,
    /// TLS.
    Https,
}

/// How the worker's life goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Accept and serve.
    Serve,
    /// Accept nothing, finish what is under way.
    Drain,
    /// Drop everything.
    Stop,
}

/// A socket that another worker accepted.
#[derive(Debug)]
pub struct Handover {
    stream: std::net::TcpStream,
    kind: Kind,
    slot: Slot,
}

/// What one worker is started with.
pub struct Station<H> {
    /// Its place among the workers.
    pub index: usize,
    /// Its own listeners.
    pub listeners: Vec<(Kind, std::net::TcpListener)>,
    /// Connections per worker.
    pub loads: Arc<[Arc<AtomicUsize>]>,
    /// Ways to all workers, itself included.
    pub peers: Vec<mpsc::UnboundedSender<Handover>>,
    /// What the others hand over.
    pub inbox: mpsc::UnboundedReceiver<Handover>,
    /// Serve, drain, stop.
    pub phase: watch::Receiver<Phase>,
    /// Certificates.
    pub tls: Arc<dyn AppTls>,
    /// Bounds at start; connections keep theirs until they end.
    pub bounds: Bounds,
    /// Makes the handler on the worker's own thread.
    pub handler: Box<dyn FnOnce() -> H + Send>,
}

impl<H> std::fmt::Debug for Station<H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Station").field("index", &self.index).finish_non_exhaustive()
    }
}

impl<H: Handler> std::fmt::Debug for Worker<H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("index", &self.index).finish_non_exhaustive()
    }
}

/// A worker at work.
pub struct Worker<H: Handler> {
    pub(super) handler: Rc<H>,
    pub(super) http1: http1::Builder,
    pub(super) tls: Arc<dyn AppTls>,
    pub(super) max_head: usize,
    pub(super) bounds: Bounds,
    /// Connections that hyper has in hand.
    pub(super) active: RefCell<Vec<Rc<Conn<H::Fields>>>>,
    /// Every connection.
    pub(super) all: RefCell<Vec<Weak<Conn<H::Fields>>>>,
    index: usize,
    loads: Arc<[Arc<AtomicUsize>]>,
    peers: Vec<mpsc::UnboundedSender<Handover>>,
    /// Places for connections over the limit while they read why they are not served.
    turned_away: Arc<Semaphore>,
}

/// Connections over the limit that a worker answers at a time; more of them are only closed, so that
/// they do not take the descriptors of those within it.
const TURNED_AWAY: usize = 16;

/// One connection's place in the count of its worker.
#[derive(Debug)]
pub struct Slot(Arc<AtomicUsize>);

impl Slot {
    fn new(load: &Arc<AtomicUsize>) -> Self {
        load.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(load))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Runs a worker on the calling thread until it is told to stop or has drained.
///
/// # Errors
///
/// When the runtime or a listener cannot be set up.
pub fn run<H: Handler>(station: Station<H>) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build_local(Default::default())?;
    memory::keep_warm();
    let served = runtime.block_on(work(station));
    // A resolver thread may still be waiting for an answer nobody wants.
    runtime.shutdown_background();
    served
}

async fn work<H: Handler>(station: Station<H>) -> std::io::Result<()> {
    let Station { index, listeners, loads, peers, mut inbox, mut phase, tls, bounds, handler } =
        station;
    let worker = Rc::new(Worker {
        handler: Rc::new(handler()),
        http1: http_builder(&bounds),
        tls,
        max_head: bounds.max_head,
        bounds,
        active: RefCell::default(),
        all: RefCell::default(),
        index,
        loads,
        peers,
        turned_away: Arc::new(Semaphore::new(TURNED_AWAY)),
    });
    let mut accepting = Vec::new();
    for (kind, listener) in listeners {
        let listener = TcpListener::from_std(listener)?;
        accepting.push(tokio::task::spawn_local(accept(listener, kind, Rc::clone(&worker))));
    }
    let sweeping = tokio::task::spawn_local(sweep::run(Rc::clone(&worker)));
    loop {
        tokio::select! {
            handed = inbox.recv() => {
                if let Some(Handover { stream, kind, slot }) = handed
                    && let Ok(stream) = TcpStream::from_std(stream) {
                        worker.take(stream, kind, slot);
                    }
            }
            changed = phase.changed() => {
                if changed.is_err() || *phase.borrow() != Phase::Serve {
                    break;
                }
            }
        }
    }
    for task in &accepting {
        task.abort();
    }
    for task in accepting {
        // Waited for, so that the ports are free when the drain begins.
        let _ = task.await;
    }
    if *phase.borrow() == Phase::Drain {
        drain(&worker, &mut phase).await;
    }
    sweeping.abort();
    Ok(())
}

fn http_builder(bounds: &Bounds) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .writev(true)
        .pipeline_flush(false)
        .auto_date_header(false)
        .max_buf_size(bounds.max_head.saturating_add(4 << 10).max(64 << 10));
    builder
}

async fn accept<H: Handler>(listener: TcpListener, kind: Kind, worker: Rc<Worker<H>>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => worker.place(stream, kind),
            Err(error) => {
                // Out of descriptors: wait for connections to end instead of spinning.
                tracing::warn!(%error, "A connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn drain<H: Handler>(worker: &Rc<Worker<H>>, phase: &mut watch::Receiver<Phase>) {
    worker.handler.drain();
    loop {
        worker.close_all();
        if worker.all.borrow().iter().all(|conn| conn.strong_count() == 0) {
            return;
        }
        tokio::select! {
            _ = phase.changed() => return,
            () = tokio::time::sleep(Duration::from_millis(10)) => {}
        }
    }
}

impl<H: Handler> Worker<H> {
    pub(super) fn head_timeout(&self) -> Duration {
        self.bounds.head_timeout
    }

    /// Keeps a fresh socket or hands it to the worker with the fewest connections.
    fn place(self: &Rc<Self>, stream: TcpStream, kind: Kind) {
        let counts = || self.loads.iter().map(|load| load.load(Ordering::Relaxed));
        if counts().sum::<usize>() >= self.bounds.max_connections {
            let Ok(permit) = Arc::clone(&self.turned_away).try_acquire_owned() else { return };
            let worker = Rc::clone(self);
            tokio::task::spawn_local(async move {
                serve::turn_away(stream, kind, worker).await;
                drop(permit);
            });
            return;
        }
        let mine = self.loads.get(self.index).map_or(0, |load| load.load(Ordering::Relaxed));
        let least = counts().enumerate().min_by_key(|(_, count)| *count);
        let to = least.filter(|(_, count)| *count < mine).map_or(self.index, |(index, _)| index);
        let Some(slot) = self.loads.get(to).map(Slot::new) else { return };
        if to == self.index {
            return self.take(stream, kind, slot);
        }
        if let (Some(peer), Ok(stream)) = (self.peers.get(to), stream.into_std()) {
            // A worker that is gone is draining, and so is this one.
            let _ = peer.send(Handover { stream, kind, slot });
        }
    }

    fn take(self: &Rc<Self>, stream: TcpStream, kind: Kind, slot: Slot) {
        let Ok(local) = stream.local_addr() else { return };
        // A socket without TCP_NODELAY is slower, not wrong.
        let _ = stream.set_nodelay(true);
        match kind {
            Kind::Http => {
                let gate = self.handler.gate();
                let conn = Rc::new(Conn::new(local, Entrance::Plain, gate));
                self.register(&conn);
                let io = Box::new(Inbound::new(stream, conn));
                tokio::task::spawn_local(serve::plain(io, Rc::clone(self), slot));
            }
            Kind::Https => {
                tokio::task::spawn_local(tunnel::tls(stream, local, Rc::clone(self), slot));
            }
        }
    }

    pub(super) fn register(&self, conn: &Rc<Conn<H::Fields>>) {
        self.all.borrow_mut().push(Rc::downgrade(conn));
    }

    pub(super) fn park(&self, conn: &Conn<H::Fields>) {
        conn.parked.set(true);
        conn.since.set(Instant::now());
    }

    pub(super) fn unpark(&self, conn: &Rc<Conn<H::Fields>>) {
        conn.unpark(Instant::now());
        if !conn.listed.replace(true) {
            self.active.borrow_mut().push(Rc::clone(conn));
        }
    }

    fn close_all(&self) {
        for conn in self.all.borrow().iter().filter_map(Weak::upgrade) {
            conn.tell(super::conn::Order::Close);
        }
    }

    /// Gives the allocator's spare pages back after many connections were parked.
    pub(super) fn tidy(&self) {
        memory::give_back();
    }
}
