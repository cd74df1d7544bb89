//! Work that takes long for large input, done beside the runtime's one thread.

use std::panic::resume_unwind;

use tokio::task::spawn_blocking;

/// Bytes of a body from which it is worth the way to another thread and back.
const LARGE: usize = 64 * 1024;

/// Whether a body of so many bytes is large.
pub fn is_large(bytes: usize) -> bool {
    bytes >= LARGE
}

/// Does a piece of work: at once, or where it is large on a thread of its own, so that others of this
/// runtime go on meanwhile.
pub async fn aside<T: Send + 'static>(large: bool, work: impl FnOnce() -> T + Send + 'static) -> T {
    if !large {
        return work();
    }
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The runtime is ending, and whoever waits for this with it.
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    /// Whether others go on while this work waits for them.
    async fn others_go_on(large: bool) -> bool {
        let (tell, hear) = mpsc::channel();
        let patience = Duration::from_secs(if large { 20 } else { 0 });
        let work = aside(large, move || hear.recv_timeout(patience).is_ok());
        let (heard, _) = tokio::join!(work, async { tell.send(()) });
        heard
    }

    #[test]
    fn only_large_work_goes_aside() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert!(runtime.block_on(others_go_on(true)));
        assert!(!runtime.block_on(others_go_on(false)));
    }
}
