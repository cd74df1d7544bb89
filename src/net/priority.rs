//! Threads that let requests go first.

/// How much less of a busy processor the thread gets than one that serves requests. On a processor
/// with room to spare this changes nothing.
#[cfg(target_os = "linux")]
const STEP_BACK: i32 = 10;

/// Lets the calling thread step back behind those that serve requests. Where the system knows no
/// priorities of single threads, nothing happens.
pub fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, STEP_BACK) {
        tracing::debug!(%error, "The priority of a thread could not be lowered");
    }
}
