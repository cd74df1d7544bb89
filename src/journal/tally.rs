//! What many exchanges come to: how many a filter lets through, and failures grouped by kind and endpoint.

use std::collections::BTreeMap;

use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::exchange::Plane;
use super::filter::Filter;
use super::listing::moment;

/// Groups that are read before endpoints are brought together.
const MOST_READ: usize = 20_000;

/// How many recorded exchanges a filter lets through.
///
/// # Errors
///
/// Of the database.
pub fn count(connection: &Connection, filter: &Filter) -> rusqlite::Result<i64> {
    let (wanted, values) = filter.sql();
    let sql = format!("SELECT count(*) FROM exchange e WHERE ({wanted})");
    connection.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))
}

/// Failures of one kind at one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ExchangeErrors")]
pub struct Group {
    /// `proxy`, `webhook` or `cloud`.
    pub plane: &'static str,
    /// The app's name.
    pub app: Option<String>,
    /// Of the requests.
    pub method: String,
    /// With the port where it is not the scheme's own.
    pub host: String,
    /// The path without its query, with `*` for each part of it that is an identifier.
    pub path: String,
    /// Of webhooks.
    pub event: Option<String>,
    /// What the callers got; of webhooks, what the receiver answered.
    pub status: Option<u16>,
    /// The fault's name.
    pub code: Option<String>,
    /// Of webhooks: `fail` or `undelivered`.
    pub verdict: Option<String>,
    /// How many there are.
    pub count: i64,
    /// The number of the newest.
    pub latest: i64,
    /// When the first began, in microseconds since 1970.
    #[serde(rename = "first_at", serialize_with = "moment")]
    #[schemars(with = "String")]
    pub first_us: i64,
    /// When the last began, in microseconds since 1970.
    #[serde(rename = "last_at", serialize_with = "moment")]
    #[schemars(with = "String")]
    pub last_us: i64,
}

/// What makes failures one group.
type Kind = (
    usize,
    Option<String>,
    String,
    String,
    String,
    Option<String>,
    Option<u16>,
    Option<String>,
    Option<String>,
);

/// What failed among the exchanges that a filter lets through, the most frequent first. What was made
/// on purpose is none of it.
///
/// # Errors
///
/// Of the database.
pub fn errors(
    connection: &Connection,
    filter: &Filter,
    limit: usize,
) -> rusqlite::Result<Vec<Group>> {
    let (wanted, values) = filter.sql();
    let sql = format!(
        "SELECT e.plane, e.app, e.method, e.host,
            CASE WHEN instr(e.path, '?') > 0 THEN substr(e.path, 1, instr(e.path, '?') - 1) ELSE e.path END,
            e.event, e.status, e.code, CASE WHEN e.verdict IN ('fail', 'undelivered') THEN e.verdict END,
            count(*), max(e.id), min(e.at), max(e.at)
         FROM exchange e
         WHERE ({wanted}) AND e.faults IS NULL
            AND (e.code IS NOT NULL OR e.status IS NULL OR e.status >= 400 OR e.verdict IN ('fail', 'undelivered'))
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 LIMIT {MOST_READ}"
    );
    let mut groups: BTreeMap<Kind, Group> = BTreeMap::new();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let (kind, found) = read(row)?;
        groups
            .entry(kind)
            .and_modify(|group| {
                group.count += found.count;
                group.latest = group.latest.max(found.latest);
                group.first_us = group.first_us.min(found.first_us);
                group.last_us = group.last_us.max(found.last_us);
            })
            .or_insert(found);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.count, group.latest)));
    groups.truncate(limit);
    Ok(groups)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Kind, Group)> {
    let plane = usize::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
    let group = Group {
        plane: Plane::ALL.get(plane).copied().unwrap_or_default().name(),
        app: row.get(1)?,
        method: row.get(2)?,
        host: row.get(3)?,
        path: endpoint(&row.get::<_, String>(4)?),
        event: row.get(5)?,
        status: row.get(6)?,
        code: row.get(7)?,
        verdict: row.get(8)?,
        count: row.get(9)?,
        latest: row.get(10)?,
        first_us: row.get(11)?,
        last_us: row.get(12)?,
    };
    let Group { app, method, host, path, event, status, code, verdict, .. } = group.clone();
    Ok(((plane, app, method, host, path, event, status, code, verdict), group))
}

/// A path with `*` for each part that names one thing of many: a number, a UUID, a long run of hex.
fn endpoint(path: &str) -> String {
    let is_one = |part: &str| {
        let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        let is_hex = part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        has_digit && (is_number || is_hex && part.len() >= 8)
    };
    let parts = path.split('/').map(|part| if is_one(part) { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_has_stars_for_what_names_one_of_many() {
        for (path, wanted) in [
            ("/api/v1/orders/17", "/api/v1/orders/*"),
            ("/stores/20240105-1A2B-40C3-80D4-E5F60718293A/documents", "/stores/*/documents"),
            ("/api/v2/cafe/dead", "/api/v2/cafe/dead"),
            ("/a/5f3c9a1b00/b1", "/a/*/b1"),
            ("", ""),
        ] {
            assert_eq!(endpoint(path), wanted, "{path}");
        }
    }
}
