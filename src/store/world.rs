//! What was done to the world at run time, and what is known of its apps and users.
//!
//! Every function works inside the transaction it is handed.

use rusqlite::{Connection, params};
use serde_json::{Map, Value, json};

use super::staff::{self, Hired};
use super::{StoreError, facts, removed};
use crate::config::laid::{Change, Kind};
use crate::model::learned::{Pair, pair};
use crate::model::token::Token;

/// Every change, in the order in which entries were first touched; what partners' services have made
/// comes first.
///
/// # Errors
///
/// Of the database.
pub fn changes(tx: &Connection) -> Result<Vec<Change>, StoreError> {
    let mut changes: Vec<Change> = staff::everybody(tx)?.into_iter().map(hired).collect();
    let mut statement = tx.prepare_cached("SELECT kind, id, made, form FROM world ORDER BY seq")?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, Option<i64>>(2)?,
            row.get::<_, Option<String>>(3)?,
        ))
    })?;
    for row in rows {
        let (kind, id, made_ms, form) = row?;
        let damaged = || StoreError::Failed(format!("the {kind} {id} cannot be read"));
        let form = form.map(|form| serde_json::from_str(&form).map_err(|_| damaged()));
        let (kind, form) = (Kind::by_name(&kind).ok_or_else(damaged)?, form.transpose()?);
        changes.push(Change { kind, id, made_ms, form, by_partner: false });
    }
    Ok(changes)
}

/// Keeps a change in place of an earlier one of the same entry.
///
/// # Errors
///
/// Of the database.
pub fn keep(tx: &Connection, change: &Change) -> Result<(), StoreError> {
    let form = change.form.as_ref().map(|form| Value::Object(form.clone()).to_string());
    tx.prepare_cached(
        "INSERT INTO world (kind, id, made, form) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (kind, id) DO UPDATE SET made = ?3, form = ?4",
    )?
    .execute(params![
        change.kind.name(),
        change.kind.key(&change.id),
        change.made_ms,
        form
    ])?;
    Ok(())
}

/// Undoes what was done to an entry.
///
/// # Errors
///
/// Of the database.
pub fn undo(tx: &Connection, kind: Kind, id: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM world WHERE kind = ?1 AND id = ?2")?
        .execute(params![kind.name(), kind.key(id)])?;
    Ok(())
}

/// A user's token with where it came from.
#[derive(Debug, Clone)]
pub struct KnownToken {
    /// The secret.
    pub token: Token,
    /// The webhook whose answer brought it, or `console`.
    pub source: String,
    /// That webhook's delivery.
    pub delivery: Option<String>,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

/// What is known of apps and users.
type Rows<T> = Result<Vec<(Pair, T)>, StoreError>;

/// The tokens of users that were learned or set.
///
/// # Errors
///
/// Of the database.
pub fn user_tokens(tx: &Connection) -> Rows<KnownToken> {
    let query = "SELECT app, user, token, source, delivery, learned FROM user_token";
    let mut statement = tx.prepare_cached(query)?;
    let rows = statement.query_map([], |row| {
        let token = KnownToken {
            token: Token::new(row.get::<_, String>(2)?),
            source: row.get(3)?,
            delivery: row.get(4)?,
            at_ms: row.get(5)?,
        };
        Ok((pair(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?), token))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The cloud's own tokens, and when each was made.
///
/// # Errors
///
/// Of the database.
pub fn cloud_tokens(tx: &Connection) -> Rows<(Token, i64)> {
    let mut statement = tx.prepare_cached("SELECT app, user, token, issued FROM cloud_token")?;
    let rows = statement.query_map([], |row| {
        let token = Token::new(row.get::<_, String>(2)?);
        Ok((pair(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?), (token, row.get(3)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What installation events said, and when.
///
/// # Errors
///
/// Of the database.
pub fn installations(tx: &Connection) -> Rows<(bool, i64)> {
    let query = "SELECT app, user, installed, changed FROM installation";
    let mut statement = tx.prepare_cached(query)?;
    let rows = statement.query_map([], |row| {
        let said = (row.get(2)?, row.get(3)?);
        Ok((pair(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?), said))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The apps and users that have a subscription.
///
/// # Errors
///
/// Of the database.
pub fn subscribers(tx: &Connection) -> Result<Vec<Pair>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT app, user FROM subscription")?;
    let rows = statement
        .query_map([], |row| Ok(pair(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets what is known of a user or an app; whether there was anything.
///
/// # Errors
///
/// Of the database.
pub fn forget(tx: &Connection, kind: Kind, id: &str) -> Result<bool, StoreError> {
    let Some(column) = removed::column(kind) else { return Ok(false) };
    let mut gone = 0;
    for table in removed::FACTS {
        gone += tx.execute(&format!("DELETE FROM {table} WHERE {column} = ?1"), [kind.key(id)])?;
    }
    Ok(gone > 0)
}

/// Whether something is known of a user or an app beyond the file.
///
/// # Errors
///
/// Of the database.
pub fn is_known(tx: &Connection, kind: Kind, id: &str) -> Result<bool, StoreError> {
    let learned = facts::learned(tx)?;
    let key = kind.key(id);
    let is = |(app, user): &Pair| match kind {
        Kind::User => **user == *key,
        Kind::App => **app == *key,
        Kind::Store | Kind::Device | Kind::Employee => false,
    };
    Ok(learned.tokens.keys().any(is) || learned.installed.iter().any(|(of, has)| *has && is(of)))
}

/// An employee of a partner's making.
fn hired(hired: Hired) -> Change {
    let Hired { id, name, last_name, patronymic_name, phone, role, stores, created } = hired;
    let form = json!({
        "uuid": id,
        "name": name,
        "last_name": last_name,
        "patronymic_name": patronymic_name,
        "phone": phone,
        "role": role,
        "stores": stores,
    });
    let form: Option<Map<String, Value>> = form.as_object().cloned();
    Change { kind: Kind::Employee, id, made_ms: Some(created), form, by_partner: true }
}
