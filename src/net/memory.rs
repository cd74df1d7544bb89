//! When memory goes back to the system: not under load, and all of it after many connections have
//! been parked. This is the crate's one place that calls C.

/// `mi_option_purge_delay`, which the binding does not name.
#[cfg(target_os = "linux")]
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
/// The default of 10 ms gives the buffers of one body back before the next can use them, and each
/// page then costs a fault: a third of the time of a 1 MiB answer.
#[cfg(target_os = "linux")]
const KEEP_MS: std::ffi::c_long = 1000;

/// Lets freed memory wait for its next use.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
pub(super) fn keep_warm() {
    // SAFETY: a plain C call with two numbers; the option is read atomically.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, KEEP_MS) }
}

/// Returns the calling thread's spare pages.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
pub(super) fn give_back() {
    // SAFETY: a plain C call without arguments that point anywhere; it frees only what is unused.
    unsafe { libmimalloc_sys::mi_collect(true) }
}

/// Nothing to do: the system's allocator is used.
#[cfg(not(target_os = "linux"))]
pub(super) fn keep_warm() {}

/// Nothing to do: the system's allocator is used.
#[cfg(not(target_os = "linux"))]
pub(super) fn give_back() {}
