//! Threads that let requests go first.

/// How much less of a busy processor the thread gets than one that serves requests. On a processor
/// with room to spare this changes nothing.
#[cfg(target_os = "linux")]
const STEP_BACK: i32 = 10;

/// The least that a thread can ask for.
#[cfg(target_os = "linux")]
const STEP_FAR_BACK: i32 = 19;

/// Lets the calling thread step back behind those that serve requests. Where the system knows no
/// priorities of single threads, nothing happens.
pub fn step_back() {
    #[cfg(target_os = "linux")]
    lower(STEP_BACK);
}

/// Lets the calling thread have what nobody else wants: its work can be left undone.
pub fn step_far_back() {
    #[cfg(target_os = "linux")]
    lower(STEP_FAR_BACK);
}

#[cfg(target_os = "linux")]
fn lower(by: i32) {
    if let Err(error) = rustix::process::setpriority_process(None, by) {
        tracing::debug!(%error, "The priority of a thread could not be lowered");
    }
}
