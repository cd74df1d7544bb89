//! Products and groups of the stores.
//!
//! Every function works inside the transaction it is handed.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{StoreError, extras};
use crate::model::goods::Good;

/// Whose goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    user: String,
    store: String,
}

impl Shelf {
    /// Those of a user's store.
    pub fn of(user: &str, store: &str) -> Self {
        Self { user: user.to_owned(), store: store.to_ascii_uppercase() }
    }

    /// The user's id.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The store's uuid, in upper case.
    pub fn store(&self) -> &str {
        &self.store
    }
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What is sold.
    Product,
    /// What holds products.
    Group,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Group => "group",
        }
    }

    /// Of one that is to be kept.
    pub const fn of(good: &Good) -> Self {
        if good.group { Self::Group } else { Self::Product }
    }
}

/// A product or group as it is kept. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Where it stands; later ones have larger numbers.
    pub seq: i64,
    /// The thing itself.
    pub good: Good,
    /// When it was made.
    pub created: i64,
    /// When it was last written.
    pub updated: i64,
}

/// A product or group, made ready to be kept: the writer thread has only to write it.
#[derive(Debug)]
pub struct Ready {
    id: String,
    kind: Kind,
    form: String,
}

impl Ready {
    /// Of this one.
    ///
    /// # Errors
    ///
    /// When it cannot be written as JSON.
    pub fn of(good: &Good) -> Result<Self, StoreError> {
        let form = serde_json::to_string(good).map_err(|error| unwritable(&error))?;
        Ok(Self { id: good.id.to_ascii_lowercase(), kind: Kind::of(good), form })
    }
}

/// Makes one, or replaces the one of the same id, which keeps its place and the time it was made.
/// Gives both.
///
/// # Errors
///
/// Of the database.
pub fn put(
    tx: &Connection,
    shelf: &Shelf,
    good: &Ready,
    now_ms: i64,
) -> Result<(i64, i64), StoreError> {
    let Ready { id, kind, form } = good;
    Ok(tx
        .prepare_cached(
            "INSERT INTO product (user, store, id, kind, form, created, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
             ON CONFLICT (user, store, id) DO UPDATE SET kind = ?4, form = ?5, updated = ?6
             RETURNING seq, created",
        )?
        .query_row(params![shelf.user, shelf.store, id, kind.name(), form, now_ms], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?)
}

/// Up to `limit` of one kind that come after the place `after`, 0 for the start.
///
/// # Errors
///
/// Of the database.
pub fn page(
    tx: &Connection,
    shelf: &Shelf,
    kind: Kind,
    after: i64,
    limit: usize,
) -> Result<Vec<Kept>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT seq, form, created, updated FROM product
         WHERE user = ?1 AND store = ?2 AND kind = ?3 AND seq > ?4 ORDER BY seq LIMIT ?5",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows =
        statement.query_map(params![shelf.user, shelf.store, kind.name(), after, limit], kept)?;
    rows.map(|row| read(row?)).collect()
}

/// The one of an id, of either kind.
///
/// # Errors
///
/// Of the database.
pub fn find(tx: &Connection, shelf: &Shelf, id: &str) -> Result<Option<Kept>, StoreError> {
    let row = tx
        .prepare_cached(
            "SELECT seq, form, created, updated FROM product
             WHERE user = ?1 AND store = ?2 AND id = ?3",
        )?
        .query_row(params![shelf.user, shelf.store, id.to_ascii_lowercase()], kept)
        .optional()?;
    row.map(read).transpose()
}

/// Which kind the one of an id is.
///
/// # Errors
///
/// Of the database.
pub fn kind(tx: &Connection, shelf: &Shelf, id: &str) -> Result<Option<Kind>, StoreError> {
    let name: Option<String> = tx
        .prepare_cached("SELECT kind FROM product WHERE user = ?1 AND store = ?2 AND id = ?3")?
        .query_row(params![shelf.user, shelf.store, id.to_ascii_lowercase()], |row| row.get(0))
        .optional()?;
    Ok(name.map(|name| if name == "group" { Kind::Group } else { Kind::Product }))
}

/// Up to `most` products that terminals sell without more ado: priced, allowed, and of no kind that is
/// marked. They are those from a place on that `place` stands for, and then those before it.
///
/// # Errors
///
/// Of the database.
pub fn sellable(
    tx: &Connection,
    shelf: &Shelf,
    place: u64,
    most: usize,
) -> Result<Vec<Good>, StoreError> {
    let edge = |order: &str| {
        tx.prepare_cached(&format!(
            "SELECT seq FROM product WHERE user = ?1 AND store = ?2 AND kind = 'product'
             ORDER BY seq {order} LIMIT 1"
        ))?
        .query_row(params![shelf.user, shelf.store], |row| row.get::<_, i64>(0))
        .optional()
    };
    let (Some(first), Some(last)) = (edge("ASC")?, edge("DESC")?) else { return Ok(Vec::new()) };
    let span = last.abs_diff(first).saturating_add(1);
    let from = first.saturating_add_unsigned(place % span);
    let mut found = between(tx, shelf, (from, last), most)?;
    let rest = most.saturating_sub(found.len());
    found.extend(between(tx, shelf, (first, from - 1), rest)?);
    Ok(found)
}

/// Products that can be sold, from one place to another, both inside.
fn between(
    tx: &Connection,
    shelf: &Shelf,
    (from, to): (i64, i64),
    most: usize,
) -> Result<Vec<Good>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT seq, form, created, updated FROM product
         WHERE user = ?1 AND store = ?2 AND kind = 'product' AND seq BETWEEN ?3 AND ?4
             AND form ->> 'price' > 0 AND coalesce(form ->> 'allow_to_sell', 1)
             AND coalesce(form ->> 'kind', 'NORMAL') IN ('NORMAL', 'SERVICE')
         ORDER BY seq LIMIT ?5",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![shelf.user, shelf.store, from, to, most], kept)?;
    rows.map(|row| Ok(read(row?)?.good)).collect()
}

/// Removes the one of an id with its extra fields; whether there was one.
///
/// # Errors
///
/// Of the database.
pub fn remove(tx: &Connection, shelf: &Shelf, id: &str) -> Result<bool, StoreError> {
    let removed = tx
        .prepare_cached("DELETE FROM product WHERE user = ?1 AND store = ?2 AND id = ?3")?
        .execute(params![shelf.user, shelf.store, id.to_ascii_lowercase()])?;
    extras::forget(tx, shelf, Some(id))?;
    Ok(removed > 0)
}

/// Removes all of a store, groups and extra fields included; how many there were.
///
/// # Errors
///
/// Of the database.
pub fn clear(tx: &Connection, shelf: &Shelf) -> Result<usize, StoreError> {
    extras::forget(tx, shelf, None)?;
    Ok(tx
        .prepare_cached("DELETE FROM product WHERE user = ?1 AND store = ?2")?
        .execute(params![shelf.user, shelf.store])?)
}

type Columns = (i64, String, i64, i64);

fn kept(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn read((seq, form, created, updated): Columns) -> Result<Kept, StoreError> {
    let good = serde_json::from_str(&form).map_err(|error| {
        StoreError::Failed(format!("the product {seq} cannot be read: {error}"))
    })?;
    Ok(Kept { seq, good, created, updated })
}

/// A product that cannot be written as JSON.
pub fn unwritable(error: &serde_json::Error) -> StoreError {
    StoreError::Failed(format!("a product cannot be written: {error}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn good(id: &str, group: bool) -> Good {
        Good { id: id.to_owned(), name: "x".to_owned(), group, ..Good::default() }
    }

    fn put_all(store: &Store, shelf: &Shelf, goods: Vec<Good>, now_ms: i64) {
        let shelf = shelf.clone();
        let work = move |tx: &Connection| {
            goods.iter().try_for_each(|good| put(tx, &shelf, &Ready::of(good)?, now_ms).map(drop))
        };
        store.write_blocking(work).unwrap();
    }

    fn ids(store: &Store, shelf: &Shelf, kind: Kind, after: i64, limit: usize) -> Vec<String> {
        let shelf = shelf.clone();
        let page = store.write_blocking(move |tx| page(tx, &shelf, kind, after, limit)).unwrap();
        page.into_iter().map(|kept| kept.good.id).collect()
    }

    #[test]
    fn a_page_begins_after_the_last_one_even_if_that_was_removed() {
        let (store, shelf) = (Store::memory().unwrap(), Shelf::of("u", "s"));
        let goods = ["a", "b", "c", "d"].map(|id| good(id, id == "c"));
        put_all(&store, &shelf, goods.to_vec(), 1);
        assert_eq!(ids(&store, &shelf, Kind::Product, 0, 2), ["a", "b"]);
        let own = shelf.clone();
        let second = store.write_blocking(move |tx| {
            let second = find(tx, &own, "B")?.unwrap().seq;
            assert!(remove(tx, &own, "B")?);
            assert!(!remove(tx, &own, "B")?);
            Ok(second)
        });
        assert_eq!(ids(&store, &shelf, Kind::Product, second.unwrap(), 2), ["d"]);
        assert_eq!(ids(&store, &shelf, Kind::Group, 0, 2), ["c"]);
        assert_eq!(ids(&store, &Shelf::of("u", "t"), Kind::Group, 0, 2), [""; 0]);
        assert_eq!(ids(&store, &Shelf::of("v", "s"), Kind::Group, 0, 2), [""; 0]);
    }

    #[test]
    fn what_is_replaced_keeps_its_place_and_the_time_it_was_made() {
        let (store, shelf) = (Store::memory().unwrap(), Shelf::of("u", "s"));
        put_all(&store, &shelf, vec![good("a", false), good("b", false)], 1);
        put_all(&store, &shelf, vec![Good { name: "y".into(), ..good("A", false) }], 2);
        assert_eq!(ids(&store, &shelf, Kind::Product, 0, 9), ["A", "b"]);
        let own = Shelf::of("u", "S");
        let kept = store.write_blocking(move |tx| find(tx, &own, "a")).unwrap().unwrap();
        assert_eq!((kept.created, kept.updated, kept.good.name.as_str()), (1, 2, "y"));
    }

    #[test]
    fn a_cursor_never_finds_goods_that_were_made_before_it() {
        let (store, shelf) = (Store::memory().unwrap(), Shelf::of("u", "s"));
        put_all(&store, &shelf, vec![good("a", false)], 1);
        let own = shelf.clone();
        let last = store.write_blocking(move |tx| {
            let last = find(tx, &own, "a")?.unwrap().seq;
            assert_eq!(clear(tx, &own)?, 1);
            Ok(last)
        });
        put_all(&store, &shelf, vec![good("b", false)], 2);
        assert_eq!(ids(&store, &shelf, Kind::Product, last.unwrap(), 9), ["b"]);
    }

    #[test]
    fn what_can_be_sold_is_found_from_any_place_on() {
        let (store, shelf) = (Store::memory().unwrap(), Shelf::of("u", "s"));
        let priced = |id: &str| Good { price: Some(5.into()), ..good(id, false) };
        let kind = |kind: &str| Some(kind.to_owned());
        let goods = vec![
            priced("a"),
            Good { kind: kind("ALCOHOL_MARKED"), ..priced("marked") },
            priced("b"),
            Good { price: Some(0.into()), ..priced("free") },
            good("unpriced", false),
            Good { allow_to_sell: Some(false), ..priced("kept back") },
            good("group", true),
            Good { kind: kind("SERVICE"), allow_to_sell: Some(true), ..priced("c") },
        ];
        put_all(&store, &shelf, goods, 1);
        let of = |place: u64, most: usize| -> String {
            let shelf = shelf.clone();
            let found = store.write_blocking(move |tx| sellable(tx, &shelf, place, most)).unwrap();
            found.into_iter().map(|good| good.id).collect()
        };
        assert_eq!([of(0, 9), of(1, 9), of(3, 9), of(7, 9)], ["abc", "bca", "cab", "cab"]);
        assert_eq!([of(8, 2), of(1 << 63, 1), of(2, 2)], ["ab", "a", "bc"]);
        let other = Shelf::of("u", "t");
        let none = store.write_blocking(move |tx| sellable(tx, &other, 5, 9)).unwrap();
        assert!(none.is_empty());
    }
}
