//! HAR 1.2: exchanges as other tools read them, and theirs as exchanges.
//!
//! An entry shows the caller's side: what was asked and what came back; of a webhook, whose caller is
//! the gateway, what went out and what was answered. All else is in `_evotor`.

mod body;
mod entries;
mod entry;
mod message;
mod read;
mod wire;
mod write;

use crate::journal::exchange::Exchange;
pub(super) use entries::{MOST, Refused, count, each};
pub(super) use read::{Unfit, exchange};
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

/// Reads a file without a gateway, to try what it does: shows each exchange, of whose bodies at most
/// `most` bytes are kept, and counts the entries that are none. `None` where it is refused as a whole.
pub fn read_har(file: &[u8], most: usize, mut show: impl FnMut(Exchange)) -> Option<usize> {
    count(file).ok()?;
    let mut refused = 0;
    let read = each(file, |entry| {
        match exchange(entry, most) {
            Ok(exchange) => show(exchange),
            Err(_) => refused += 1,
        }
        Ok(())
    });
    read.ok().map(|()| refused)
}

#[cfg(test)]
mod tests;
