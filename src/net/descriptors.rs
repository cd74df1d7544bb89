//! Descriptors: each socket and file takes one, and the system grants a process only so many.

use std::io;
#[cfg(unix)]
use std::sync::OnceLock;

#[cfg(unix)]
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::text::{Text, text};

/// What the process was started with.
#[cfg(unix)]
static ORIGINAL: OnceLock<Rlimit> = OnceLock::new();

/// The most that macOS takes where it promises any number (`OPEN_MAX` of its `sys/syslimits.h`).
#[cfg(unix)]
const OPEN_MAX: u64 = 10_240;

/// Raises what is granted to the most that may be; how much that is now. `None` is no bound.
#[cfg(unix)]
pub fn raise() -> Option<u64> {
    let original = *ORIGINAL.get_or_init(|| getrlimit(Resource::Nofile));
    let wanted = [original.maximum, Some(OPEN_MAX)];
    let raised = wanted.into_iter().filter(|current| most(*current) > most(original.current)).any(
        |current| {
            let limit = Rlimit { current, maximum: original.maximum };
            setrlimit(Resource::Nofile, limit).is_ok()
        },
    );
    if !raised && original.current != original.maximum {
        tracing::debug!("The limit of descriptors could not be raised");
    }
    getrlimit(Resource::Nofile).current
}

/// This system has no such bound.
#[cfg(not(unix))]
pub fn raise() -> Option<u64> {
    None
}

/// The most that [`raise`] may reach. `None` is no bound.
#[cfg(unix)]
pub fn hard() -> Option<u64> {
    getrlimit(Resource::Nofile).maximum
}

/// This system has no such bound.
#[cfg(not(unix))]
pub fn hard() -> Option<u64> {
    None
}

/// Starts a program with the limit that this one was started with: some take a high one for a
/// reason to look at every descriptor there could be.
///
/// # Errors
///
/// Those of `start`.
#[cfg(unix)]
pub fn with_original<T>(start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let Some(original) = ORIGINAL.get() else { return start() };
    let raised = getrlimit(Resource::Nofile);
    // Where it cannot be lowered, the program gets the higher one, as good for most.
    let _ = setrlimit(Resource::Nofile, *original);
    let started = start();
    let _ = setrlimit(Resource::Nofile, raised);
    started
}

/// Starts a program.
///
/// # Errors
///
/// Those of `start`.
#[cfg(not(unix))]
pub fn with_original<T>(start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    start()
}

#[cfg(unix)]
fn most(limit: Option<u64>) -> u64 {
    limit.unwrap_or(u64::MAX)
}

/// How the descriptors are shared out, so that no listener can take those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    limit: Option<u64>,
    wanted: usize,
    /// Connections from apps; each may need another one to a partner.
    pub connections: usize,
    /// Connections to the admin address.
    pub admin: usize,
}

/// Connections to the admin address, where there are descriptors for them.
const ADMIN: u64 = 128;
/// Files, the outbox and what else the process needs whatever is asked of it.
const OWN: u64 = 64;
/// For the listeners and the runtime of a worker.
const PER_WORKER: u64 = 8;
/// Fewer would not be a service.
const LEAST: u64 = 8;

impl Shares {
    /// Of a limit, for as many connections from apps as are wanted.
    pub fn of(limit: Option<u64>, wanted: usize, workers: usize) -> Self {
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let Some(most) = limit else {
            return Self { limit, wanted, connections: wanted, admin: count(ADMIN) };
        };
        let admin = (most / 8).clamp(LEAST, ADMIN);
        // Webhooks under way.
        let sent = (most / 8).min(ADMIN);
        let workers = u64::try_from(workers).unwrap_or(u64::MAX).saturating_mul(PER_WORKER);
        let taken = OWN.saturating_add(workers).saturating_add(admin).saturating_add(sent);
        // A small part is not counted: hardly ever has each connection another one to a partner.
        let reserved = if taken <= most / 16 { 0 } else { taken };
        let room = (most.saturating_sub(reserved) / 2).max(LEAST);
        Self { limit, wanted, connections: wanted.min(count(room)), admin: count(admin) }
    }

    /// A sentence, where fewer connections from apps fit than are wanted.
    pub fn shortfall(&self) -> Option<Text> {
        let Self { limit: Some(limit), wanted, connections, .. } = self else { return None };
        (connections < wanted).then(|| {
            text!(
                "limits.max_connections is {wanted}, but {limit} descriptors leave room for {connections}",
                wanted, limit, connections
            )
        })
    }
}

/// What to do about a shortfall.
pub const REMEDY: &str = "raise the hard limit (`ulimit -Hn`, LimitNOFILE= of systemd, --ulimit nofile= of \
                          Docker), or lower limits.max_connections";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_not_told_of() {
        for limit in [None, Some(20_000), Some(524_288)] {
            let shares = Shares::of(limit, 10_000, 8);
            assert_eq!((shares.connections, shares.admin), (10_000, 128));
            assert_eq!(shares.shortfall(), None);
        }
    }

    #[test]
    fn all_shares_together_fit() {
        for limit in [256_u64, 512, 1024, 4096] {
            for workers in [1, 2, 8] {
                let shares = Shares::of(Some(limit), 10_000, workers);
                let taken = 2 * shares.connections + shares.admin + 8 * workers;
                assert!((taken as u64) < limit, "{limit}, {workers} workers: {shares:?}");
                let told = shares.shortfall();
                assert_eq!(told.is_some(), shares.connections < 10_000, "{shares:?}");
            }
        }
        let told = Shares::of(Some(256), 10_000, 2).shortfall().unwrap().to_string();
        assert!(told.contains("10000") && told.contains("256"), "{told}");
    }

    #[test]
    fn very_few_descriptors_still_leave_some_for_each() {
        let shares = Shares::of(Some(20), 10_000, 64);
        assert_eq!((shares.connections, shares.admin), (8, 8));
    }
}
