//! What tells a running gateway to read its file again or to stop.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::config::watch::Watcher;

/// What is asked of the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Reload,
    Stop,
}

/// Signals and changed files.
#[derive(Debug)]
pub(super) struct Reloads {
    wishes: Receiver<Wish>,
    sender: Sender<Wish>,
    hurry: Arc<AtomicBool>,
    watcher: Mutex<(Vec<PathBuf>, Option<Watcher>)>,
}

impl Reloads {
    /// Listens to the signals and watches these files.
    pub(super) fn watch(files: &[PathBuf]) -> io::Result<Self> {
        let (sender, wishes) = channel();
        let hurry = Arc::new(AtomicBool::new(false));
        listen_to_signals(sender.clone(), Arc::clone(&hurry))?;
        let reloads = Self { wishes, sender, hurry, watcher: Mutex::default() };
        reloads.also_watch(files);
        Ok(reloads)
    }

    /// Watches these files from now on.
    pub(super) fn also_watch(&self, files: &[PathBuf]) {
        let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        if watcher.0 == files {
            return;
        }
        let sender = self.sender.clone();
        let told = move || {
            // When the gateway is gone nobody has to reload.
            let _ = sender.send(Wish::Reload);
        };
        *watcher = match Watcher::start(files, told) {
            Ok(started) => (files.to_vec(), Some(started)),
            Err(error) => {
                tracing::warn!("{error}");
                (Vec::new(), None)
            }
        };
    }

    /// Waits for the next wish.
    pub(super) fn next(&self) -> io::Result<Wish> {
        self.wishes.recv().map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// Whether a second signal has come.
    pub(super) fn hurry(&self) -> bool {
        self.hurry.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
fn listen_to_signals(to: Sender<Wish>, hurry: Arc<AtomicBool>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let guard = runtime.enter();
    let mut hup = signal(SignalKind::hangup())?;
    let mut term = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    drop(guard);
    let listen = async move {
        let mut stops = 0u32;
        loop {
            let wish = tokio::select! {
                _ = hup.recv() => Wish::Reload,
                _ = term.recv() => Wish::Stop,
                _ = interrupt.recv() => Wish::Stop,
            };
            stops += u32::from(wish == Wish::Stop);
            hurry.store(stops > 1, Ordering::Relaxed);
            if to.send(wish).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(move || runtime.block_on(listen))?;
    Ok(())
}

#[cfg(not(unix))]
fn listen_to_signals(to: Sender<Wish>, hurry: Arc<AtomicBool>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listen = async move {
        let mut stops = 0u32;
        while tokio::signal::ctrl_c().await.is_ok() {
            stops += 1;
            hurry.store(stops > 1, Ordering::Relaxed);
            if to.send(Wish::Stop).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(move || runtime.block_on(listen))?;
    Ok(())
}
