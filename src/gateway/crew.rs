//! The workers.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, watch};

use super::StartError;
use crate::journal::Journal;
use crate::net::worker::{self, AppTls, Bounds, Kind, Phase, Station};
use crate::proxy::{Proxy, Shared};
use crate::telemetry::{Log, Stats};

/// What the workers are started with.
pub(super) struct Crew<'a> {
    pub(super) listeners: Vec<(TcpListener, TcpListener)>,
    pub(super) app_tls: Arc<dyn AppTls>,
    pub(super) bounds: Bounds,
    pub(super) shared: &'a Arc<Shared>,
    pub(super) log: Log,
    pub(super) journal: Option<Journal>,
    pub(super) stats: &'a Arc<[Arc<Stats>]>,
}

impl Crew<'_> {
    pub(super) fn start(
        self,
        phase: &watch::Receiver<Phase>,
    ) -> Result<Vec<JoinHandle<()>>, StartError> {
        let count = self.listeners.len();
        let loads: Arc<[Arc<AtomicUsize>]> = (0..count).map(|_| Arc::default()).collect();
        let (peers, inboxes): (Vec<_>, Vec<_>) =
            (0..count).map(|_| mpsc::unbounded_channel()).unzip();
        let places = self.listeners.into_iter().zip(inboxes).zip(self.stats.iter()).enumerate();
        let mut workers = Vec::with_capacity(count);
        for (index, (((http, https), inbox), stats)) in places {
            let (shared, stats, log) =
                (Arc::clone(self.shared), Arc::clone(stats), self.log.clone());
            let journal = self.journal.clone();
            let station = Station {
                index,
                listeners: vec![(Kind::Http, http), (Kind::Https, https)],
                loads: Arc::clone(&loads),
                peers: peers.clone(),
                inbox,
                phase: phase.clone(),
                tls: Arc::clone(&self.app_tls),
                bounds: self.bounds,
                handler: Box::new(move || Proxy::new(shared, stats, log, journal)),
            };
            workers.push(start_worker(station).map_err(StartError::Thread)?);
        }
        Ok(workers)
    }
}

fn start_worker(station: Station<Proxy>) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(format!("worker-{}", station.index)).spawn(move || {
        if let Err(error) = worker::run(station) {
            tracing::error!(%error, "A worker could not start");
        }
    })
}
