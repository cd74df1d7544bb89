//! The journal, as the configuration wants it.

use crate::config::meant::{Config, State};
use crate::journal::{Bounds, Journal, JournalError, Place};

/// Opens it beside the state: what is kept of exchanges lives and dies with what was learned.
pub(super) fn open(config: &Config) -> Result<Option<Journal>, JournalError> {
    let wanted = &config.journal;
    if !wanted.enabled {
        return Ok(None);
    }
    let place = match &config.state {
        State::Sqlite(path) => Place::File(path.with_extension("journal")),
        State::Memory | State::Postgres(_) => Place::Memory,
    };
    let bounds = Bounds { body: wanted.body, size: wanted.size, age: wanted.age };
    Journal::open(&place, bounds).map(Some)
}
