//! HAR 1.2: exchanges as other tools read them, and theirs as exchanges.
//!
//! An entry shows the caller's side: what was asked and what came back; of a webhook, whose caller is
//! the gateway, what went out and what was answered. All else is in `_evotor`.

mod entry;
mod message;
mod read;
mod write;

pub(super) use read::{Unfit, entries, exchange};
pub(super) use write::{Extra, entry};

/// What stands before the first entry.
pub(super) fn head() -> String {
    format!(
        "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"evotor-gateway\",\"version\":\"{}\"}},\
         \"pages\":[],\"entries\":[",
        env!("CARGO_PKG_VERSION")
    )
}

/// What stands behind the last one.
pub(super) const END: &str = "]}}\n";

/// The entrance of an exchange that came from a file.
pub(super) const IMPORTED: &str = "import";

#[cfg(test)]
mod tests;
