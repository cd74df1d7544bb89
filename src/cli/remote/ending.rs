//! What ends a command that would go on for ever: a signal, or that nobody reads its output.

use std::io;

use super::trouble::Trouble;

/// Waits for a signal that asks to stop, or for the reader of stdout to go.
pub(super) async fn ending() -> Result<(), Trouble> {
    tokio::select! {
        stopped = signal() => Ok(stopped?),
        () = unread() => Err(io::Error::from(io::ErrorKind::BrokenPipe).into()),
    }
}

#[cfg(unix)]
async fn signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

#[cfg(not(unix))]
async fn signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// A pipe whose other end is closed is told at once, not with the next line.
#[cfg(unix)]
async fn unread() {
    use rustix::event::{PollFd, PollFlags, poll};
    let (gone, told) = tokio::sync::oneshot::channel();
    let watch = move || {
        let stdout = io::stdout();
        let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
        if poll(&mut watched, None).is_ok_and(|count| count > 0) {
            // Who waited may have ended for another reason.
            let _ = gone.send(());
        }
    };
    let watching = std::thread::Builder::new().name("stdout".into()).spawn(watch).is_ok();
    if !watching || told.await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(not(unix))]
async fn unread() {
    std::future::pending().await
}
