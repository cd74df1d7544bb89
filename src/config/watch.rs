//! Notices that a file of the configuration has changed.
//!
//! Editors and deployments replace a file rather than write into it, so its folder is watched, not
//! the file. Events say only that it is time to look; what counts is whether the content differs.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::file;

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    stopped: Arc<AtomicBool>,
    _events: RecommendedWatcher,
}

/// Why files cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The system refuses, most often because its number of watches is used up.
    #[error("the folder {folder} cannot be watched; reload with SIGHUP instead")]
    Folder {
        /// Which one.
        folder: PathBuf,
        /// What the system says.
        source: notify::Error,
    },
    /// The system has no way to watch at all.
    #[error("files cannot be watched here; reload with SIGHUP instead")]
    System(#[from] notify::Error),
    /// There is no thread to watch from.
    #[error("no thread can be started to watch files")]
    Thread(#[from] io::Error),
}

impl Watcher {
    /// Calls `on_change`, from a thread of its own, each time the content of one of `paths` has
    /// become another and nothing has happened for 200 ms. It is not called for changes made
    /// before this returns, nor after the drop.
    ///
    /// # Errors
    /// When the system cannot watch one of the folders.
    pub fn start(
        paths: &[PathBuf],
        on_change: impl Fn() + Send + 'static,
    ) -> Result<Self, WatchError> {
        let scope = Scope::of(paths);
        let (sender, events) = mpsc::channel();
        let names = scope.names;
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // An error may stand for lost events, so it is a reason to look as well.
            if event.map_or(true, |event| names.concern(&event)) {
                // Nobody listens any more: the watcher is being dropped.
                let _ = sender.send(());
            }
        })?;
        for folder in scope.folders {
            watcher
                .watch(&folder, RecursiveMode::NonRecursive)
                .map_err(|source| WatchError::Folder { folder, source })?;
        }
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = fingerprint(paths);
        let mut look = Look { paths: paths.to_vec(), seen, stopped: Arc::clone(&stopped) };
        thread::Builder::new().name("config-watch".to_owned()).spawn(move || {
            while settled(&events) {
                if look.differs() {
                    on_change();
                }
            }
        })?;
        Ok(Self { stopped, _events: watcher })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
    }
}

/// What to watch for a set of files.
#[derive(Debug, PartialEq, Eq)]
struct Scope {
    folders: BTreeSet<PathBuf>,
    names: Names,
}

/// Which events are worth a look.
#[derive(Debug, Default, PartialEq, Eq)]
struct Names {
    names: BTreeSet<OsString>,
    /// A link changes when something else of its folder does, so every name counts.
    any: bool,
}

impl Scope {
    fn of(paths: &[PathBuf]) -> Self {
        let mut scope = Self { folders: BTreeSet::new(), names: Names::default() };
        for path in paths {
            scope.names.any |= path.is_symlink();
            let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            for path in [path, &real] {
                scope.folders.insert(folder(path).to_owned());
                scope.names.names.extend(path.file_name().map(OsString::from));
            }
        }
        scope
    }
}

impl Names {
    fn concern(&self, event: &Event) -> bool {
        let may_change = match event.kind {
            EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
            _ => true,
        };
        let named = |path: &PathBuf| path.file_name().is_some_and(|name| self.names.contains(name));
        let ours = self.any || event.paths.is_empty() || event.paths.iter().any(named);
        may_change && (ours || event.need_rescan())
    }
}

/// When a burst of events counts as over.
#[derive(Debug, Clone, Copy)]
struct Burst {
    first: Instant,
    last: Instant,
}

impl Burst {
    fn due(self) -> Instant {
        (self.last + QUIET).min(self.first + LONGEST)
    }
}

/// Waits for an event and the silence after it; false when no more can come.
fn settled(events: &Receiver<()>) -> bool {
    if events.recv().is_err() {
        return false;
    }
    let now = Instant::now();
    let mut burst = Burst { first: now, last: now };
    loop {
        let now = Instant::now();
        match events.recv_timeout(burst.due().saturating_duration_since(now)) {
            Ok(()) if now < burst.due() => burst.last = Instant::now(),
            Ok(()) | Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// What the files held when they were last looked at.
struct Look {
    paths: Vec<PathBuf>,
    seen: u64,
    stopped: Arc<AtomicBool>,
}

impl Look {
    fn differs(&mut self) -> bool {
        let before = std::mem::replace(&mut self.seen, fingerprint(&self.paths));
        before != self.seen && !self.stopped.load(Ordering::Acquire)
    }
}

fn fingerprint(paths: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        let content = file::read(path, file::CONFIG);
        content.map_err(|error| error.kind()).hash(&mut hasher);
    }
    hasher.finish()
}

/// The folder of a file; of a bare name the current one.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Silence after which a change is taken as complete.
const QUIET: Duration = Duration::from_millis(200);
/// A folder that never falls silent is looked at this often.
const LONGEST: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use notify::event::{CreateKind, RenameMode};

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    fn watched(paths: &[PathBuf]) -> (Watcher, Receiver<()>) {
        let (sender, changes) = channel();
        let watcher = Watcher::start(paths, move || sender.send(()).unwrap_or_default()).unwrap();
        (watcher, changes)
    }

    fn names() -> Names {
        Names { names: BTreeSet::from(["gateway.yaml".into()]), any: false }
    }

    #[test]
    fn a_written_file_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gateway.yaml");
        fs::write(&path, "version: 1").unwrap();
        let (_watcher, changes) = watched(std::slice::from_ref(&path));
        fs::write(&path, "version: 2").unwrap();
        changes.recv_timeout(LONG).unwrap();
    }

    #[test]
    fn a_replaced_file_is_noticed_each_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gateway.yaml");
        fs::write(&path, "0").unwrap();
        let (_watcher, changes) = watched(std::slice::from_ref(&path));
        for text in ["1", "2"] {
            let new = dir.path().join(".new");
            fs::write(&new, text).unwrap();
            fs::rename(&new, &path).unwrap();
            changes.recv_timeout(LONG).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_turns_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for version in ["one", "two"] {
            fs::create_dir(at(version)).unwrap();
            fs::write(at(version).join("gateway.yaml"), version).unwrap();
        }
        std::os::unix::fs::symlink("one", at("..data")).unwrap();
        std::os::unix::fs::symlink("..data/gateway.yaml", at("gateway.yaml")).unwrap();
        let (_watcher, changes) = watched(&[at("gateway.yaml")]);
        std::os::unix::fs::symlink("two", at("..next")).unwrap();
        fs::rename(at("..next"), at("..data")).unwrap();
        changes.recv_timeout(LONG).unwrap();
    }

    #[test]
    fn a_secret_in_another_folder_is_noticed() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let paths = [dir.path().join("gateway.yaml"), other.path().join("token")];
        paths.iter().for_each(|path| fs::write(path, "1").unwrap());
        let (_watcher, changes) = watched(&paths);
        fs::write(&paths[1], "2").unwrap();
        changes.recv_timeout(LONG).unwrap();
    }

    #[test]
    fn a_dropped_watcher_lets_go_of_its_callback() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gateway.yaml");
        let (watcher, changes) = watched(&[path]);
        drop(watcher);
        assert_eq!(changes.recv_timeout(LONG), Err(RecvTimeoutError::Disconnected));
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        let missing = tempfile::tempdir().unwrap().path().join("no/gateway.yaml");
        assert!(matches!(Watcher::start(&[missing], || {}), Err(WatchError::Folder { .. })));
    }

    #[test]
    fn only_changes_of_our_names_count() {
        let created = Event::new(EventKind::Create(CreateKind::File));
        assert!(names().concern(&created.clone().add_path("/a/gateway.yaml".into())));
        assert!(!names().concern(&created.clone().add_path("/a/gateway.db".into())));
        let any = Names { any: true, ..names() };
        assert!(any.concern(&created.add_path("/a/..data".into())));
        let renamed = EventKind::Modify(notify::event::ModifyKind::Name(RenameMode::To));
        assert!(names().concern(&Event::new(renamed).add_path("gateway.yaml".into())));
    }

    #[test]
    fn reading_is_no_change() {
        let of = |kind| Event::new(EventKind::Access(kind)).add_path("gateway.yaml".into());
        assert!(!names().concern(&of(AccessKind::Open(AccessMode::Any))));
        assert!(!names().concern(&of(AccessKind::Close(AccessMode::Read))));
        assert!(names().concern(&of(AccessKind::Close(AccessMode::Write))));
    }

    #[test]
    fn a_burst_ends_with_silence_or_patience() {
        let first = Instant::now();
        assert_eq!(Burst { first, last: first }.due(), first + QUIET);
        assert_eq!(Burst { first, last: first + LONGEST }.due(), first + LONGEST);
    }
}
