//! Schemes and extra fields of products, which each app has for itself.
//!
//! Every function works inside the transaction it is handed.

use rusqlite::{Connection, params};

use super::StoreError;
use super::goods::Shelf;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What fields look like at terminals.
    Scheme,
    /// What one of a product's fields holds.
    Extra,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Scheme => "scheme",
            Self::Extra => "extra",
        }
    }
}

/// What an app has in a user's store.
#[derive(Debug, Clone)]
pub struct Drawer {
    /// The app's id.
    pub app: String,
    /// Whose store, and which.
    pub shelf: Shelf,
    /// Which of the two.
    pub kind: Kind,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As written; compared without regard to ASCII case.
    pub id: String,
    /// The product whose field it is.
    pub product: Option<String>,
    /// JSON.
    pub form: String,
}

/// Makes one, or replaces the one of the same id, which keeps its place.
///
/// # Errors
///
/// Of the database.
pub fn put(tx: &Connection, drawer: &Drawer, entry: &Entry) -> Result<(), StoreError> {
    let product = entry.product.as_ref().map(|product| product.to_ascii_lowercase());
    tx.prepare_cached(
        "INSERT INTO product_extra (app, user, store, kind, id, product, form)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (app, user, store, kind, id) DO UPDATE SET product = ?6, form = ?7",
    )?
    .execute(params![
        drawer.app,
        drawer.shelf.user(),
        drawer.shelf.store(),
        drawer.kind.name(),
        entry.id.to_ascii_lowercase(),
        product,
        entry.form,
    ])?;
    Ok(())
}

/// All of them as JSON, in the order they were made.
///
/// # Errors
///
/// Of the database.
pub fn list(tx: &Connection, drawer: &Drawer) -> Result<Vec<String>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT form FROM product_extra
         WHERE app = ?1 AND user = ?2 AND store = ?3 AND kind = ?4 ORDER BY seq",
    )?;
    let (user, store) = (drawer.shelf.user(), drawer.shelf.store());
    let rows = statement
        .query_map(params![drawer.app, user, store, drawer.kind.name()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes the one of an id, if there is one.
///
/// # Errors
///
/// Of the database.
pub fn remove(tx: &Connection, drawer: &Drawer, id: &str) -> Result<(), StoreError> {
    tx.prepare_cached(
        "DELETE FROM product_extra
         WHERE app = ?1 AND user = ?2 AND store = ?3 AND kind = ?4 AND id = ?5",
    )?
    .execute(params![
        drawer.app,
        drawer.shelf.user(),
        drawer.shelf.store(),
        drawer.kind.name(),
        id.to_ascii_lowercase(),
    ])?;
    Ok(())
}

/// Removes the fields of a product that is gone, or of all products of a store.
///
/// # Errors
///
/// Of the database.
pub fn forget(tx: &Connection, shelf: &Shelf, product: Option<&str>) -> Result<(), StoreError> {
    let product = product.map(str::to_ascii_lowercase);
    tx.prepare_cached(
        "DELETE FROM product_extra
         WHERE user = ?1 AND store = ?2 AND product IS NOT NULL AND (?3 IS NULL OR product = ?3)",
    )?
    .execute(params![shelf.user(), shelf.store(), product])?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::goods;

    fn drawer(app: &str, kind: Kind) -> Drawer {
        Drawer { app: app.to_owned(), shelf: Shelf::of("u", "s"), kind }
    }

    fn entry(id: &str, product: Option<&str>) -> Entry {
        Entry {
            id: id.into(),
            product: product.map(str::to_owned),
            form: format!("{{\"{id}\":1}}"),
        }
    }

    #[test]
    fn each_app_has_its_own_and_a_product_takes_its_fields_with_it() {
        let work = |tx: &Connection| {
            let (extras, schemes) = (drawer("a", Kind::Extra), drawer("a", Kind::Scheme));
            put(tx, &extras, &entry("x", Some("P")))?;
            put(tx, &extras, &entry("y", Some("q")))?;
            put(tx, &schemes, &entry("x", None))?;
            put(tx, &drawer("b", Kind::Extra), &entry("x", Some("p")))?;
            put(tx, &extras, &Entry { form: "{}".into(), ..entry("X", Some("p")) })?;
            assert_eq!(list(tx, &extras)?, ["{}", "{\"y\":1}"]);
            goods::remove(tx, &extras.shelf, "p")?;
            assert_eq!(list(tx, &extras)?, ["{\"y\":1}"]);
            assert_eq!(list(tx, &drawer("b", Kind::Extra))?, [""; 0]);
            goods::clear(tx, &extras.shelf)?;
            assert_eq!(list(tx, &extras)?, [""; 0]);
            assert_eq!(list(tx, &schemes)?, ["{\"x\":1}"]);
            remove(tx, &schemes, "X")?;
            assert_eq!(list(tx, &schemes)?, [""; 0]);
            Ok(())
        };
        Store::memory().unwrap().write_blocking(work).unwrap();
    }
}
