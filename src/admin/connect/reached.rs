//! Who has come through the gateway, from what the journal keeps.

use schemars::JsonSchema;
use serde::Serialize;

use crate::journal::exchange::{HANDSHAKE, IMPORTED};
use crate::journal::filter::Filter;
use crate::journal::{self as kept, Journal, JournalError, Page, Recorded};

/// Exchanges that are looked through.
const LOOKED_AT: u32 = 50;

/// The latest exchange of a device by one entrance.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Reached {
    /// Who it was: the device's name, else its UUID, and the entrance.
    peer: String,
    /// When, in RFC 3339.
    at: String,
    /// `http`, `https` or `tunnel`.
    entrance: String,
    device: Option<String>,
    /// Its number.
    exchange: i64,
}

/// The newest first.
pub(super) async fn reached(journal: &Journal) -> Result<Vec<Reached>, JournalError> {
    let now = jiff::Timestamp::now().as_microsecond();
    let Ok(filter) = Filter::parse("plane:proxy", now) else { return Ok(Vec::new()) };
    let page = Page { limit: LOOKED_AT, ..Page::default() };
    let recorded = journal.read(move |db| {
        let rows = kept::list(db, &filter, page, &[])?.into_iter();
        let recorded = rows.map(|row| kept::recorded(db, row.id));
        Ok::<_, JournalError>(recorded.collect::<rusqlite::Result<Vec<_>>>()?)
    });
    let mut reached: Vec<Reached> = Vec::new();
    for found in recorded.await?.into_iter().flatten().filter_map(of) {
        let known = |one: &Reached| one.peer == found.peer;
        if !reached.iter().any(known) {
            reached.push(found);
        }
    }
    Ok(reached)
}

/// Nobody comes by a replay, by a file, or with a handshake that fails.
fn of(recorded: Recorded) -> Option<Reached> {
    let Recorded { summary, particulars, .. } = recorded;
    let entrance = particulars.entrance.filter(|entrance| entrance != IMPORTED)?;
    if summary.replay_of.is_some() || summary.method == HANDSHAKE {
        return None;
    }
    let who = summary.device_name.clone().or(summary.device.clone());
    let at = jiff::Timestamp::from_microsecond(summary.at_us).ok()?;
    Some(Reached {
        peer: who.map_or_else(|| entrance.clone(), |who| format!("{who}, {entrance}")),
        at: format!("{at:.6}"),
        entrance,
        device: summary.device,
        exchange: summary.id,
    })
}
