//! Tokens of users that were removed by hand, kept so that they can be brought back.
//!
//! Every function works inside the transaction it is handed.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::{StoreError, dump, facts};
use crate::config::laid::RemovedToken;
use crate::model::token::Token;

/// Removes what was learned of a user's token and keeps it, with what the app's entry has; whether there
/// was any.
///
/// # Errors
///
/// Of the database.
pub fn remove(
    tx: &Connection,
    (app, user): (&str, &str),
    written: Option<&Token>,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let app = app.to_ascii_lowercase();
    let rows = dump::rows(tx, "user_token", Some(("app", &app)))?;
    let is_own = |row: &Value| row.get("user").and_then(Value::as_str) == Some(user);
    let learned = rows.into_iter().find(is_own);
    if written.is_none() && learned.is_none() {
        return Ok(false);
    }
    tx.prepare_cached("INSERT OR REPLACE INTO removed_token VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            app,
            user,
            now_ms,
            written.map(Token::expose),
            learned.map(|row| row.to_string())
        ])?;
    facts::forget_user_token(tx, &app, user)?;
    Ok(true)
}

/// All of them.
///
/// # Errors
///
/// Of the database.
pub fn all(tx: &Connection) -> Result<Vec<RemovedToken>, StoreError> {
    let query = "SELECT app, user, at, written, learned FROM removed_token ORDER BY at";
    let mut statement = tx.prepare_cached(query)?;
    let rows = statement.query_map([], |row| {
        let written: Option<String> = row.get(3)?;
        let learned: Option<String> = row.get(4)?;
        let learned = learned.and_then(|row| serde_json::from_str::<Value>(&row).ok());
        let learned = learned.as_ref().and_then(|row| row.get("token")?.as_str().map(Token::new));
        Ok(RemovedToken {
            app: row.get(0)?,
            app_name: String::new(),
            user: row.get(1)?,
            at_ms: row.get(2)?,
            in_file: false,
            secrets: written.map(Token::new).into_iter().chain(learned).collect(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Brings back what was learned, and gives what the app's entry had.
///
/// # Errors
///
/// Of the database.
pub fn bring_back(tx: &Connection, app: &str, user: &str) -> Result<Option<Token>, StoreError> {
    let app = app.to_ascii_lowercase();
    let row = tx
        .prepare_cached("SELECT written, learned FROM removed_token WHERE app = ?1 AND user = ?2")?
        .query_row([&*app, user], |row| {
            Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?))
        });
    let Some((written, learned)) = row.optional()? else { return Ok(None) };
    if let Some(learned) = learned {
        let damaged = |_| StoreError::Failed(format!("the token of {app}/{user} cannot be read"));
        dump::insert(tx, "user_token", &serde_json::from_str(&learned).map_err(damaged)?)?;
    }
    forget(tx, &app, user)?;
    Ok(written.map(Token::new))
}

/// Forgets that one was removed: another has taken its place.
///
/// # Errors
///
/// Of the database.
pub fn forget(tx: &Connection, app: &str, user: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM removed_token WHERE app = ?1 AND user = ?2")?
        .execute([&*app.to_ascii_lowercase(), user])?;
    Ok(())
}
