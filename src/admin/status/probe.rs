//! Whether something listens where requests go: a connection that is closed at once, made when somebody
//! asks and seldom, never on the way of a request.

use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// What was found is good for this long.
const FRESH: Duration = Duration::from_secs(2);

/// How long a connection may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// Addresses that are tried at all.
const MOST: usize = 64;

/// A host, without the brackets of an IPv6 address, and a port.
pub(super) type Target = (String, u16);

/// What came of a try.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reached {
    /// Something listens there; so long the connection took.
    Yes(Duration),
    /// Nothing listens there.
    Closed,
    /// Nothing answers in time.
    Silent,
    /// It cannot be connected to, and why.
    No(String),
    /// It was not tried: there are too many.
    Untried,
}

/// What was found lately.
#[derive(Debug, Default)]
pub(super) struct Probes(Mutex<HashMap<Target, (Instant, Reached)>>);

impl Probes {
    /// Whether each can be connected to. Only one asks at a time; who waited for it has its answers.
    pub(super) async fn ask(&self, wanted: &[Target]) -> HashMap<Target, Reached> {
        let mut known = self.0.lock().await;
        let now = Instant::now();
        known.retain(|target, (at, _)| {
            now.saturating_duration_since(*at) < FRESH && wanted.contains(target)
        });
        let stale = wanted.iter().filter(|target| !known.contains_key(*target)).take(MOST);
        let stale: Vec<Target> = stale.cloned().collect();
        let found = join_all(stale.iter().map(reach)).await;
        let now = Instant::now();
        known.extend(stale.into_iter().zip(found).map(|(target, found)| (target, (now, found))));
        let told = |target: &Target| {
            let found = known.get(target).map_or(Reached::Untried, |(_, found)| found.clone());
            (target.clone(), found)
        };
        wanted.iter().map(told).collect()
    }

    /// Forgets what was found, so that the next answer is new.
    pub(super) async fn forget(&self) {
        self.0.lock().await.clear();
    }
}

async fn reach((host, port): &Target) -> Reached {
    let begun = Instant::now();
    match timeout(PATIENCE, TcpStream::connect((host.as_str(), *port))).await {
        Ok(Ok(_)) => Reached::Yes(begun.elapsed()),
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => Reached::Closed,
        Ok(Err(error)) => Reached::No(error.to_string()),
        Err(_) => Reached::Silent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_listener_is_reached_and_a_closed_port_is_not_until_it_is_asked_anew() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let target = ("127.0.0.1".to_owned(), listener.local_addr().unwrap().port());
        let probes = Probes::default();
        let wanted = [target.clone()];
        assert!(matches!(probes.ask(&wanted).await[&target], Reached::Yes(_)));
        drop(listener);
        probes.forget().await;
        assert_eq!(probes.ask(&wanted).await[&target], Reached::Closed);
        assert_eq!(probes.ask(&wanted).await[&target], Reached::Closed, "it is kept for a while");
    }
}
