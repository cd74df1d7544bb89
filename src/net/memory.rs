//! Giving memory back to the system.

/// Returns the calling thread's spare pages.
///
/// The allocator keeps the peak of thousands of busy connections for itself; after they have been
/// parked that would be most of the process.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
pub(super) fn give_back() {
    // SAFETY: a plain C call without arguments that point anywhere; it frees only what is unused.
    unsafe { libmimalloc_sys::mi_collect(true) }
}

/// Nothing to do: the system's allocator is used.
#[cfg(not(target_os = "linux"))]
pub(super) fn give_back() {}
