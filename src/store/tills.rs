//! Where each simulated terminal stands.
//!
//! Every function works inside the transaction it is handed.

use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;
use crate::model::shift::Counters;

/// Where a terminal stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Of its last document.
    pub number: i64,
    /// Of its last shift.
    pub shift: i64,
    /// The id of the shift that is open.
    pub session: Option<String>,
    /// What the shift has taken, in kopecks.
    pub revenue: i64,
    /// What is in the drawer, in kopecks.
    pub drawer: i64,
    /// What the shift has taken and given.
    pub counters: Counters,
}

/// Where a terminal stands; at the beginning where nothing is known of it.
///
/// # Errors
///
/// Of the database.
pub fn standing(tx: &Connection, device: &str) -> Result<Standing, StoreError> {
    let row = tx
        .prepare_cached(
            "SELECT number, shift, session, revenue, drawer, counters FROM till WHERE device = ?1",
        )?
        .query_row([device], |row| {
            Ok(Standing {
                number: row.get(0)?,
                shift: row.get(1)?,
                session: row.get(2)?,
                revenue: row.get(3)?,
                drawer: row.get(4)?,
                counters: counters(&row.get::<_, String>(5)?)?,
            })
        })
        .optional()?;
    Ok(row.unwrap_or_default())
}

/// Keeps where a terminal stands.
///
/// # Errors
///
/// Of the database.
pub fn stand(tx: &Connection, device: &str, standing: &Standing) -> Result<(), StoreError> {
    let Standing { number, shift, session, revenue, drawer, counters } = standing;
    let counters = serde_json::to_string(counters)
        .map_err(|error| StoreError::Failed(format!("the counters of a shift: {error}")))?;
    tx.prepare_cached(
        "INSERT INTO till (device, number, shift, session, revenue, drawer, counters)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET number = ?2, shift = ?3, session = ?4, revenue = ?5, drawer = ?6,
             counters = ?7",
    )?
    .execute(params![device, number, shift, session, revenue, drawer, counters])?;
    Ok(())
}

fn counters(text: &str) -> rusqlite::Result<Counters> {
    let conversion = |error| {
        rusqlite::Error::FromSqlConversionFailure(5, rusqlite::types::Type::Text, Box::new(error))
    };
    serde_json::from_str(text).map_err(conversion)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn a_terminal_begins_with_nothing_and_stands_where_it_was_left() {
        let work = |tx: &Connection| {
            assert_eq!(standing(tx, "d").unwrap(), Standing::default());
            let mut counters = Counters::default();
            counters.sales.add(29, true);
            let session = Some("s".to_owned());
            let open = Standing { number: 3, session, counters, ..Standing::default() };
            stand(tx, "d", &open).unwrap();
            assert_eq!(standing(tx, "d").unwrap(), open);
            Ok(())
        };
        Store::memory().unwrap().write_blocking(work).unwrap();
    }
}
