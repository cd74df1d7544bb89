//! The apps' own requests in few words, in the order in which they were recorded: enough to say who has
//! come, how, and what was refused.

use rusqlite::Connection;

/// An app's request, or a TLS handshake of one that came to nothing. Replays are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxied {
    /// Its number.
    pub id: i64,
    /// When it began, in microseconds since 1970.
    pub at_us: i64,
    /// The app's name.
    pub app: Option<String>,
    /// The device's name, else its UUID.
    pub device: Option<String>,
    /// [`HANDSHAKE`](super::exchange::HANDSHAKE) of a handshake.
    pub method: String,
    /// Absolute.
    pub url: String,
    /// What the app got.
    pub status: Option<u16>,
    /// The fault's name.
    pub code: Option<String>,
    /// What went wrong, as a sentence.
    pub why: Option<String>,
    /// `http`, `https` or `tunnel`, or where else it is from.
    pub entrance: Option<String>,
}

/// Those recorded after a place among the records, at most so many of the newest, and how far the
/// records go.
///
/// # Errors
///
/// Of the database.
pub fn proxied(
    connection: &Connection,
    after: i64,
    most: i64,
) -> rusqlite::Result<(Vec<Proxied>, i64)> {
    let latest: i64 = connection
        .prepare_cached("SELECT ifnull(max(seq), 0) FROM exchange")?
        .query_row([], |row| row.get(0))?;
    let begin = after.max(latest - most);
    let mut rows = connection.prepare_cached(
        "SELECT e.id, e.at, e.app, ifnull(e.device_name, e.device), e.method, e.url, e.status, e.code,
         e.why, json_extract(p.json, '$.entrance')
         FROM exchange e LEFT JOIN particulars p ON p.exchange = e.id
         WHERE e.seq > ?1 AND e.seq <= ?2 AND +e.plane = 0 AND e.replay_of IS NULL ORDER BY e.seq",
    )?;
    let rows = rows.query_map([begin, latest], |row| {
        Ok(Proxied {
            id: row.get(0)?,
            at_us: row.get(1)?,
            app: row.get(2)?,
            device: row.get(3)?,
            method: row.get(4)?,
            url: row.get(5)?,
            status: row.get(6)?,
            code: row.get(7)?,
            why: row.get(8)?,
            entrance: row.get(9)?,
        })
    })?;
    Ok((rows.collect::<rusqlite::Result<_>>()?, latest))
}
