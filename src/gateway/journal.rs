//! The journal, as the configuration wants it.

use std::path::{Path, PathBuf};

use crate::config::meant::{Config, State};
use crate::journal::{Bounds, Journal, JournalError, Place};

/// Bytes of a journal that is kept in memory, whatever `journal.size` says of one on disk.
const MOST_IN_MEMORY: u64 = 64 << 20;

/// Opens it beside the state: what is kept of exchanges lives and dies with what was learned.
pub(super) fn open(config: &Config) -> Result<Option<Journal>, JournalError> {
    let wanted = &config.journal;
    if !wanted.enabled {
        return Ok(None);
    }
    let (place, size) = match &config.state {
        State::Sqlite(path) => (Place::File(beside(path)), wanted.size),
        State::Memory | State::Postgres(_) => (Place::Memory, wanted.size.min(MOST_IN_MEMORY)),
    };
    let bounds = Bounds { body: wanted.body, size, age: wanted.age };
    Journal::open(&place, bounds).map(Some)
}

/// Never the state's own file.
pub(super) fn beside(state: &Path) -> PathBuf {
    let taken = state.extension().is_some_and(|own| own == "journal");
    state.with_extension(if taken { "exchanges" } else { "journal" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_is_never_the_states_own_file() {
        for (state, journal) in [
            ("data/gateway.db", "data/gateway.journal"),
            ("gateway", "gateway.journal"),
            ("x.journal", "x.exchanges"),
        ] {
            assert_eq!(beside(Path::new(state)), Path::new(journal));
        }
    }
}
