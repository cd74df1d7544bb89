//! Documents of the simulated terminals.
//!
//! Every function works inside the transaction it is handed. Times are milliseconds since 1970.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params, params_from_iter};

use super::StoreError;

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Unique for a user.
    pub id: String,
    /// The user's id.
    pub user: String,
    /// The store's uuid, as the configuration writes it.
    pub store: String,
    /// The device's uuid, as the configuration writes it.
    pub device: String,
    /// `SELL`, `OPEN_SESSION` and so on.
    pub kind: String,
    /// On its terminal.
    pub number: i64,
    /// When it was closed.
    pub closed: i64,
    /// What it was made from, where it was made here.
    pub seed: Option<u64>,
    /// The id of the document that it undoes.
    pub base: Option<String>,
    /// Version 2 as it was sent, JSON.
    pub second: Option<String>,
    /// Version 1 as it was sent, JSON.
    pub first: Option<String>,
    /// What a version that was not sent is composed of, JSON; without it there is no such version.
    pub recipe: Option<String>,
}

/// The versions of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// A list of transactions.
    First,
    /// One object with a body.
    Second,
}

/// Composes a version of a document from its recipe; none where that cannot be read.
pub type Compose = fn(&str, Version) -> Option<String>;

/// Which documents are wanted.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The store's uuid, exactly.
    pub store: String,
    /// The device's uuid, exactly; any without it.
    pub device: Option<String>,
    /// Any of these types; all where there is none.
    pub kinds: Vec<String>,
    /// Closed at this time or later.
    pub since: Option<i64>,
    /// Closed before.
    pub until: Option<i64>,
    /// Only what comes after this place.
    pub after: Option<Place>,
    /// No more than these; all where it is 0.
    pub limit: u32,
}

/// A document's place in the order of closing: its time and its number here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When it was closed.
    pub closed: i64,
    /// Tells those of one millisecond apart, in the order they were made.
    pub seq: i64,
}

/// A document as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// For the next page.
    pub place: Place,
    /// The version that was asked for.
    pub wording: Wording,
}

/// A version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wording {
    /// As it was sent, JSON.
    Sent(String),
    /// What it is composed of.
    Recipe(String),
}

impl Wording {
    /// JSON. To compose takes a while: better not on the store's own thread.
    pub fn text(self, version: Version, compose: Compose) -> Option<String> {
        match self {
            Self::Sent(text) => Some(text),
            Self::Recipe(recipe) => compose(&recipe, version),
        }
    }
}

/// Keeps a document. One of the same user and id is replaced: a partner that was told twice knows
/// the later one.
///
/// # Errors
///
/// Of the database.
pub fn keep(tx: &Connection, paper: &Paper, now_ms: i64) -> Result<(), StoreError> {
    let seed = paper.seed.map(|seed| i64::from_ne_bytes(seed.to_ne_bytes()));
    tx.prepare_cached(
        "INSERT INTO paper (id, user, store, device, kind, number, closed, seed, base, second, first,
             recipe, made)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (user, id) DO UPDATE SET store = ?3, device = ?4, kind = ?5, number = ?6,
             closed = ?7, seed = ?8, base = ?9, second = ?10, first = ?11, recipe = ?12,
             made = ?13",
    )?
    .execute(params![
        paper.id,
        paper.user,
        paper.store,
        paper.device,
        paper.kind,
        paper.number,
        paper.closed,
        seed,
        paper.base,
        paper.second,
        paper.first,
        paper.recipe,
        now_ms,
    ])?;
    Ok(())
}

/// The documents of a choice, the earliest first.
///
/// # Errors
///
/// Of the database.
pub fn list(tx: &Connection, version: Version, choice: &Choice) -> Result<Vec<Found>, StoreError> {
    let column = column(version);
    let mut sql = format!(
        "SELECT closed, seq, {column}, recipe FROM paper
         WHERE ({column} IS NOT NULL OR recipe IS NOT NULL) AND store = ?"
    );
    let mut values: Vec<&dyn ToSql> = vec![&choice.store];
    if let Some(device) = &choice.device {
        sql.push_str(" AND device = ?");
        values.push(device);
    }
    if let Some(since) = &choice.since {
        sql.push_str(" AND closed >= ?");
        values.push(since);
    }
    if let Some(until) = &choice.until {
        sql.push_str(" AND closed < ?");
        values.push(until);
    }
    if let Some(after) = &choice.after {
        sql.push_str(" AND (closed, seq) > (?, ?)");
        values.extend([&after.closed as &dyn ToSql, &after.seq]);
    }
    if !choice.kinds.is_empty() {
        sql.push_str(&format!(" AND kind IN ({})", vec!["?"; choice.kinds.len()].join(", ")));
        values.extend(choice.kinds.iter().map(|kind| kind as &dyn ToSql));
    }
    sql.push_str(" ORDER BY closed, seq LIMIT ?");
    let limit = if choice.limit == 0 { -1 } else { i64::from(choice.limit) };
    values.push(&limit);
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| {
        let place = Place { closed: row.get(0)?, seq: row.get(1)? };
        Ok(wording(row, 2)?.map(|wording| Found { place, wording }))
    })?;
    Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}

/// One document of a store.
///
/// # Errors
///
/// Of the database.
pub fn one(
    tx: &Connection,
    version: Version,
    store: &str,
    id: &str,
) -> Result<Option<Wording>, StoreError> {
    let sql = format!("SELECT {}, recipe FROM paper WHERE store = ?1 AND id = ?2", column(version));
    let found =
        tx.prepare_cached(&sql)?.query_row([store, id], |row| wording(row, 0)).optional()?;
    Ok(found.flatten())
}

/// The last sale of a terminal that no payback has undone and whose making is known.
///
/// # Errors
///
/// Of the database.
pub fn last_sale(tx: &Connection, device: &str) -> Result<Option<Paper>, StoreError> {
    Ok(tx
        .prepare_cached(
            "SELECT id, user, store, device, kind, number, closed, seed, base, second, first,
                 recipe
             FROM paper AS sale
             WHERE device = ?1 AND kind = 'SELL' AND seed IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM paper WHERE base = sale.id)
             ORDER BY closed DESC, seq DESC LIMIT 1",
        )?
        .query_row([device], paper)
        .optional()?)
}

fn column(version: Version) -> &'static str {
    match version {
        Version::First => "first",
        Version::Second => "second",
    }
}

/// The version in a column, or the recipe in the next.
fn wording(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Wording>> {
    let sent: Option<String> = row.get(at)?;
    Ok(match sent {
        Some(text) => Some(Wording::Sent(text)),
        None => row.get::<_, Option<String>>(at + 1)?.map(Wording::Recipe),
    })
}

fn paper(row: &Row<'_>) -> rusqlite::Result<Paper> {
    let seed: Option<i64> = row.get(7)?;
    Ok(Paper {
        id: row.get(0)?,
        user: row.get(1)?,
        store: row.get(2)?,
        device: row.get(3)?,
        kind: row.get(4)?,
        number: row.get(5)?,
        closed: row.get(6)?,
        seed: seed.map(|seed| u64::from_ne_bytes(seed.to_ne_bytes())),
        base: row.get(8)?,
        second: row.get(9)?,
        first: row.get(10)?,
        recipe: row.get(11)?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn paper(id: &str, device: &str, kind: &str, closed: i64) -> Paper {
        Paper {
            id: id.to_owned(),
            user: "user".to_owned(),
            store: "store".to_owned(),
            device: device.to_owned(),
            kind: kind.to_owned(),
            number: 1,
            closed,
            seed: Some(u64::MAX),
            base: None,
            second: Some(id.to_owned()),
            first: None,
            recipe: None,
        }
    }

    /// Shows the recipe and the version that it is for.
    fn compose(recipe: &str, version: Version) -> Option<String> {
        Some(format!("{recipe} {version:?}"))
    }

    fn inside(test: impl FnOnce(&Connection) + Send + 'static) {
        let run = |tx: &Connection| {
            for (id, device, kind, closed) in [
                ("a", "d", "SELL", 10),
                ("c", "d", "SELL", 20),
                ("b", "d", "PAYBACK", 20),
                ("e", "other", "SELL", 30),
            ] {
                keep(tx, &paper(id, device, kind, closed), 0)?;
            }
            test(tx);
            Ok(())
        };
        Store::memory().unwrap().write_blocking(run).unwrap();
    }

    fn ids(tx: &Connection, choice: &Choice) -> String {
        let choice = Choice { store: "store".to_owned(), ..choice.clone() };
        let found = list(tx, Version::Second, &choice).unwrap();
        found.into_iter().filter_map(|found| found.wording.text(Version::Second, compose)).collect()
    }

    #[test]
    fn a_range_has_its_beginning_and_not_its_end() {
        inside(|tx| {
            let of = |since, until| ids(tx, &Choice { since, until, ..Choice::default() });
            assert_eq!(of(None, None), "acbe");
            assert_eq!(of(Some(10), Some(30)), "acb");
            assert_eq!(of(Some(11), Some(20)), "");
        });
    }

    #[test]
    fn devices_and_types_narrow_the_choice() {
        inside(|tx| {
            let of = |device: Option<&str>, kinds: &[&str]| {
                let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
                let device = device.map(str::to_owned);
                ids(tx, &Choice { device, kinds, ..Choice::default() })
            };
            assert_eq!(of(Some("d"), &[]), "acb");
            assert_eq!(of(Some("D"), &[]), "");
            assert_eq!(of(None, &["SELL"]), "ace");
            assert_eq!(of(Some("d"), &["PAYBACK", "BUY"]), "b");
        });
    }

    #[test]
    fn pages_miss_nothing_and_repeat_nothing() {
        inside(|tx| {
            let mut choice = Choice { store: "store".to_owned(), limit: 1, ..Choice::default() };
            let mut seen = String::new();
            while let Some(found) = list(tx, Version::Second, &choice).unwrap().pop() {
                seen.extend(found.wording.text(Version::Second, compose));
                choice.after = Some(found.place);
            }
            assert_eq!(seen, "acbe");
        });
    }

    #[test]
    fn a_version_that_is_not_known_is_not_listed() {
        inside(|tx| {
            let choice = Choice { store: "store".to_owned(), ..Choice::default() };
            assert!(list(tx, Version::First, &choice).unwrap().is_empty());
            let of = |version, store| {
                let wording = one(tx, version, store, "a").unwrap();
                wording.and_then(|wording| wording.text(version, compose))
            };
            assert_eq!(of(Version::First, "store"), None);
            assert_eq!(of(Version::Second, "store").as_deref(), Some("a"));
            assert_eq!(of(Version::Second, "elsewhere"), None);
        });
    }

    #[test]
    fn a_version_that_was_not_sent_is_composed() {
        inside(|tx| {
            let recipe = Some("water".to_owned());
            keep(tx, &Paper { recipe, ..paper("a", "d", "SELL", 10) }, 0).unwrap();
            let choice = Choice { store: "store".to_owned(), ..Choice::default() };
            let found = list(tx, Version::First, &choice).unwrap();
            assert_eq!(found.len(), 1);
            for (version, text) in [(Version::First, "water First"), (Version::Second, "a")] {
                let wording = one(tx, version, "store", "a").unwrap().unwrap();
                assert_eq!(wording.text(version, compose).as_deref(), Some(text));
            }
        });
    }

    #[test]
    fn a_sale_can_be_undone_once() {
        inside(|tx| {
            let last = || last_sale(tx, "d").unwrap().map(|sale| (sale.id, sale.seed));
            assert_eq!(last(), Some(("c".to_owned(), Some(u64::MAX))));
            let undone = |id: &str, base: &str| Paper {
                base: Some(base.to_owned()),
                ..paper(id, "d", "PAYBACK", 40)
            };
            keep(tx, &undone("x", "c"), 0).unwrap();
            assert_eq!(last().unwrap().0, "a");
            keep(tx, &undone("y", "a"), 0).unwrap();
            assert_eq!(last(), None);
        });
    }

    #[test]
    fn the_same_document_is_kept_once_as_it_was_last_told() {
        inside(|tx| {
            let later = Paper { second: Some("A".to_owned()), ..paper("a", "d", "SELL", 50) };
            keep(tx, &later, 0).unwrap();
            assert_eq!(ids(tx, &Choice::default()), "cbeA");
        });
    }
}
