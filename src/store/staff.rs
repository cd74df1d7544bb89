//! Employees made over the Cloud API.
//!
//! Every function works inside the transaction it is handed.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::StoreError;

/// An employee as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Hired {
    /// Of the form that a store's has.
    pub id: String,
    /// The first name.
    pub name: String,
    /// Empty where it was not said.
    pub last_name: String,
    /// Empty where it was not said.
    pub patronymic_name: String,
    /// A number, as the cloud has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<u64>,
    /// `ADMIN`, `CASHIER` and the like.
    pub role: String,
    /// Uuids of the shops.
    pub stores: Vec<String>,
    /// When it was made, in milliseconds since 1970.
    #[serde(skip)]
    pub created: i64,
}

/// Keeps a new employee of a user.
///
/// # Errors
///
/// Of the database.
pub fn add(tx: &Connection, user: &str, hired: &Hired) -> Result<(), StoreError> {
    let form = serde_json::to_string(hired)
        .map_err(|error| StoreError::Failed(format!("an employee cannot be written: {error}")))?;
    tx.prepare_cached(
        "INSERT INTO employee (user, id, form, created, updated) VALUES (?1, ?2, ?3, ?4, ?4)",
    )?
    .execute(params![user, hired.id.to_ascii_uppercase(), form, hired.created])?;
    Ok(())
}

/// Everybody's employees, in the order in which they were made.
///
/// # Errors
///
/// Of the database.
pub fn everybody(tx: &Connection) -> Result<Vec<Hired>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT form, created FROM employee ORDER BY seq")?;
    let rows =
        statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    rows.map(|row| read(row?)).collect()
}

fn read((form, created): (String, i64)) -> Result<Hired, StoreError> {
    let hired: Hired = serde_json::from_str(&form)
        .map_err(|error| StoreError::Failed(format!("an employee cannot be read: {error}")))?;
    Ok(Hired { created, ..hired })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn employees_are_kept_in_order_and_a_user_has_each_once() {
        let hired = |id: &str| Hired {
            id: id.into(),
            name: "Анна".into(),
            stores: vec!["S".into()],
            created: 7,
            ..Hired::default()
        };
        let store = Store::memory().unwrap();
        for (user, id) in [("a", "2"), ("b", "3"), ("a", "1")] {
            let made = hired(id);
            store.write_blocking(move |tx| add(tx, user, &made)).unwrap();
        }
        let all = store.write_blocking(everybody).unwrap();
        assert_eq!(all, [hired("2"), hired("3"), hired("1")]);
        let again = hired("1");
        assert!(store.write_blocking(move |tx| add(tx, "a", &again)).is_err());
    }
}
