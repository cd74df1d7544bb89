//! Which certificate a connection gets: the user's own, else one minted for the name.
//!
//! A name seen before costs one hash lookup in a snapshot. A new one is minted under a lock, so
//! that a browser's six connections make one certificate, and joins a copy of the snapshot.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use arc_swap::ArcSwap;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::Clock;
use super::authority::Authority;
use super::leaf::{self, Leaf, MintError, RsaKey};
use super::name::{Name, canonical};
use super::offer::Kind;
use super::own::{Own, OwnError};
use super::pair::AuthorityError;
use super::place::Place;
use crate::text::Text;

/// How many minted certificates are kept of each kind; the least recently used one goes first.
pub const MAX_MINTED: usize = 1024;

/// What a client gets that names nobody: one certificate for the usual spellings of this machine.
pub(super) const WITHOUT_NAME: &str = "localhost";
/// The last is how programs in an Android emulator call the machine it runs on.
pub(super) const SPELLINGS: [&str; 3] = ["127.0.0.1", "::1", "10.0.2.2"];

/// Why the folder of certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The local authority.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// A certificate of the user's own.
    #[error(transparent)]
    Own(#[from] OwnError),
}

impl OpenError {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Self::Authority(error) => error.text(),
            Self::Own(error) => error.text(),
        }
    }
}

/// Every certificate this gateway can show. Answers rustls by server name.
pub struct Certificates {
    dir: PathBuf,
    authority: Authority,
    clock: Clock,
    shelf: ArcSwap<Shelf>,
    minting: Mutex<()>,
    /// Made when the first client needs it.
    rsa: OnceLock<Option<RsaKey>>,
}

#[derive(Clone, Default)]
struct Shelf {
    own: Arc<Own>,
    minted: Shared,
    /// The same for clients that take RSA alone.
    rsa: Shared,
}

/// Minted certificates by name. Keys and values are shared: a copy of the map copies pointers.
type Shared = HashMap<Arc<str>, Arc<Minted>>;

struct Minted {
    key: Arc<CertifiedKey>,
    renew_after: SystemTime,
    /// Seconds since 1970 of the last use.
    used: AtomicU64,
}

impl Certificates {
    /// The certificates of this folder; its authority is made if there is none.
    ///
    /// # Errors
    /// An unusable authority, or an own certificate that cannot be served.
    pub fn open(place: impl Into<Place>, clock: Clock) -> Result<Self, OpenError> {
        let place = place.into();
        let dir = place.dir.clone();
        let authority = Authority::open(place, clock())?;
        let own = Arc::new(Own::read(&dir, clock())?);
        let shelf = ArcSwap::from_pointee(Shelf { own, ..Shelf::default() });
        let (minting, rsa) = (Mutex::new(()), OnceLock::new());
        Ok(Self { dir, authority, clock, shelf, minting, rsa })
    }

    /// Reads the user's own certificates again; on an error the former ones stay in use.
    ///
    /// # Errors
    /// As [`Certificates::open`].
    pub fn reload(&self) -> Result<(), OwnError> {
        let own = Arc::new(Own::read(&self.dir, (self.clock)())?);
        let _guard = self.minting.lock().unwrap_or_else(PoisonError::into_inner);
        let shelf = Shelf { own, ..Shelf::clone(&self.shelf.load()) };
        self.shelf.store(Arc::new(shelf));
        Ok(())
    }

    /// The certificate for a host name or address, as written in a URL; `None` where no certificate
    /// could carry the name.
    pub fn for_name(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        self.of_kind(name, Kind::Ecdsa)
    }

    /// The same, of a kind that the client can take.
    pub(super) fn for_client(
        &self,
        name: &str,
        hello: &ClientHello<'_>,
    ) -> Option<Arc<CertifiedKey>> {
        self.of_kind(name, Kind::of(hello))
    }

    /// Whether a client needs a key whose making takes long: [`Certificates::make_rsa_key`] is to be
    /// called first, where nobody waits for the thread.
    pub fn lacks_key_for(&self, hello: &ClientHello<'_>) -> bool {
        Kind::of(hello) == Kind::Rsa && self.rsa.get().is_none()
    }

    /// Makes the key of RSA leaves, once.
    pub fn make_rsa_key(&self) {
        self.rsa_key();
    }

    fn rsa_key(&self) -> Option<&RsaKey> {
        let make = || {
            let failed = |error| tracing::error!(%error, "No RSA key could be made");
            RsaKey::generate().map_err(failed).ok()
        };
        self.rsa.get_or_init(make).as_ref()
    }

    fn of_kind(&self, name: &str, kind: Kind) -> Option<Arc<CertifiedKey>> {
        let name = canonical(name);
        let now = (self.clock)();
        let shelf = self.shelf.load();
        if let Some(own) = shelf.own.get(&name) {
            return Some(own.clone());
        }
        match shelf.minted(kind).get(&*name) {
            Some(minted) if now < minted.renew_after => Some(minted.take(now)),
            _ => self.mint(&name, kind, now),
        }
    }

    /// The authority behind the minted ones.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// What is doubtful about the files in the folder, each with its remedy.
    pub fn warnings(&self) -> Vec<Text> {
        [self.authority.warnings(), &self.shelf.load().own.warnings].concat()
    }

    /// How many minted certificates are kept now.
    pub fn minted(&self) -> usize {
        let shelf = self.shelf.load();
        shelf.minted.len() + shelf.rsa.len()
    }

    fn mint(&self, name: &str, kind: Kind, now: SystemTime) -> Option<Arc<CertifiedKey>> {
        let names = names_of(name)?;
        let rsa = match kind {
            Kind::Ecdsa => None,
            Kind::Rsa => Some(self.rsa_key()?),
        };
        let _guard = self.minting.lock().unwrap_or_else(PoisonError::into_inner);
        let shelf = self.shelf.load_full();
        let former = shelf.minted(kind).get(name);
        if let Some(minted) = former.filter(|minted| now < minted.renew_after) {
            return Some(minted.take(now));
        }
        let leaf = match self.leaf(&names, rsa, now) {
            Ok(leaf) => leaf,
            Err(error) => {
                tracing::error!(name, %error, "No certificate could be minted");
                return former.map(|minted| minted.take(now));
            }
        };
        let (key, renew_after) = leaf.shared();
        let minted = Minted { key: key.clone(), renew_after, used: AtomicU64::new(seconds(now)) };
        self.shelf.store(Arc::new(shelf.with(name, kind, minted)));
        Some(key)
    }

    fn leaf(
        &self,
        names: &[Name],
        rsa: Option<&RsaKey>,
        now: SystemTime,
    ) -> Result<Leaf, MintError> {
        match rsa {
            None => leaf::mint(&self.authority, names, now),
            Some(key) => key.mint(&self.authority, names, now),
        }
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.for_client(hello.server_name().unwrap_or(WITHOUT_NAME), &hello)
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates")
            .field("dir", &self.dir)
            .field("minted", &self.minted())
            .finish_non_exhaustive()
    }
}

impl Minted {
    fn take(&self, now: SystemTime) -> Arc<CertifiedKey> {
        let now = seconds(now);
        // Written once a second at most, so that workers do not fight for the cache line.
        if self.used.load(Ordering::Relaxed) != now {
            self.used.store(now, Ordering::Relaxed);
        }
        self.key.clone()
    }
}

impl Shelf {
    fn minted(&self, kind: Kind) -> &Shared {
        match kind {
            Kind::Ecdsa => &self.minted,
            Kind::Rsa => &self.rsa,
        }
    }

    fn with(&self, name: &str, kind: Kind, minted: Minted) -> Self {
        let mut shelf = self.clone();
        let all = match kind {
            Kind::Ecdsa => &mut shelf.minted,
            Kind::Rsa => &mut shelf.rsa,
        };
        if all.len() >= MAX_MINTED && !all.contains_key(name) {
            forget_the_idlest(all);
        }
        all.insert(name.into(), Arc::new(minted));
        shelf
    }
}

fn forget_the_idlest(all: &mut Shared) {
    let used = |minted: &Minted| minted.used.load(Ordering::Relaxed);
    let idlest = all.iter().min_by_key(|(_, minted)| used(minted));
    if let Some(name) = idlest.map(|(name, _)| name.clone()) {
        all.remove(&name);
    }
}

fn names_of(name: &str) -> Option<Vec<Name>> {
    let mut names = vec![Name::parse(name)?];
    if name == WITHOUT_NAME {
        names.extend(SPELLINGS.into_iter().filter_map(Name::parse));
    }
    Some(names)
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
