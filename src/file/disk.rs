//! Whether the disk is full, told from whatever else may be wrong with it.

use std::io::{self, ErrorKind};
use std::path::Path;

/// Whether an error says that a disk is full, or the user's share of it.
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// Whether the disk that holds a file, or the folder it is to be made in, has no room to speak of.
/// False where the system does not tell.
pub fn has_no_room(path: &Path) -> bool {
    #[cfg(unix)]
    {
        let disk = path.ancestors().find_map(|path| match path.as_os_str().is_empty() {
            true => rustix::fs::statvfs(".").ok(),
            false => rustix::fs::statvfs(path).ok(),
        });
        disk.is_some_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < LEAST)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Bytes that opening a database takes: a page of it, its log and the log's index.
#[cfg(unix)]
const LEAST: u64 = 64 << 10;
