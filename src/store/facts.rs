//! What is known of apps and users: tokens, installations, subscriptions, the clock.
//!
//! Every function works inside the transaction it is handed.

use rusqlite::{Connection, OptionalExtension, params};

use super::{StoreError, removed_tokens};
use crate::model::learned::{Learned, pair};
use crate::model::token::Token;

/// Everything the proxy has to know.
///
/// # Errors
///
/// Of the database.
pub fn learned(tx: &Connection) -> Result<Learned, StoreError> {
    let mut learned = Learned::default();
    let mut tokens = tx.prepare_cached("SELECT app, user, token FROM user_token")?;
    let rows = tokens.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    })?;
    for row in rows {
        let (app, user, token) = row?;
        learned.tokens.insert(pair(&app, &user), Token::new(token));
    }
    let mut installed = tx.prepare_cached("SELECT app, user, installed FROM installation")?;
    let rows = installed.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?))
    })?;
    for row in rows {
        let (app, user, installed) = row?;
        learned.installed.insert(pair(&app, &user), installed);
    }
    Ok(learned)
}

/// Keeps the user's token. A partner gave it in answer to the webhook `source`, in that delivery;
/// or somebody set it by hand.
///
/// # Errors
///
/// Of the database.
pub fn keep_user_token(
    tx: &Connection,
    (app, user): (&str, &str),
    token: &Token,
    (source, delivery): (&str, Option<&str>),
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO user_token (app, user, token, source, learned, delivery)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET token = ?3, source = ?4, learned = ?5, delivery = ?6",
    )?
    .execute(params![
        app.to_ascii_lowercase(),
        user,
        token.expose(),
        source,
        now_ms,
        delivery
    ])?;
    removed_tokens::forget(tx, app, user)
}

/// Forgets the user's token; whether there was one.
///
/// # Errors
///
/// Of the database.
pub fn forget_user_token(tx: &Connection, app: &str, user: &str) -> Result<bool, StoreError> {
    let gone = tx
        .prepare_cached("DELETE FROM user_token WHERE app = ?1 AND user = ?2")?
        .execute(params![app.to_ascii_lowercase(), user])?;
    Ok(gone > 0)
}

/// The user's token that was learned, if any.
///
/// # Errors
///
/// Of the database.
pub fn user_token(tx: &Connection, app: &str, user: &str) -> Result<Option<Token>, StoreError> {
    let token = tx
        .prepare_cached("SELECT token FROM user_token WHERE app = ?1 AND user = ?2")?
        .query_row(params![app.to_ascii_lowercase(), user], |row| row.get::<_, String>(0))
        .optional()?;
    Ok(token.map(Token::new))
}

/// The cloud's token of an app and user; `fresh` becomes it where there is none.
///
/// # Errors
///
/// Of the database.
pub fn cloud_token(
    tx: &Connection,
    (app, user): (&str, &str),
    fresh: &str,
    now_ms: i64,
) -> Result<Token, StoreError> {
    let app = app.to_ascii_lowercase();
    tx.prepare_cached("INSERT INTO cloud_token VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")?
        .execute(params![app, user, fresh, now_ms])?;
    let token: String = tx
        .prepare_cached("SELECT token FROM cloud_token WHERE app = ?1 AND user = ?2")?
        .query_row(params![app, user], |row| row.get(0))?;
    Ok(Token::new(token))
}

/// The app and the user that a token of the cloud's was made for.
///
/// # Errors
///
/// Of the database.
pub fn bearer(tx: &Connection, token: &str) -> Result<Option<(String, String)>, StoreError> {
    Ok(tx
        .prepare_cached("SELECT app, user FROM cloud_token WHERE token = ?1")?
        .query_row([token], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Notes that a user has or no longer has an app.
///
/// # Errors
///
/// Of the database.
pub fn install(
    tx: &Connection,
    (app, user): (&str, &str),
    installed: bool,
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO installation VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET installed = ?3, changed = ?4",
    )?
    .execute(params![app.to_ascii_lowercase(), user, installed, now_ms])?;
    Ok(())
}

/// What installation events said of an app and user, if any.
///
/// # Errors
///
/// Of the database.
pub fn installed(tx: &Connection, app: &str, user: &str) -> Result<Option<bool>, StoreError> {
    Ok(tx
        .prepare_cached("SELECT installed FROM installation WHERE app = ?1 AND user = ?2")?
        .query_row(params![app.to_ascii_lowercase(), user], |row| row.get(0))
        .optional()?)
}

/// The present subscription of an app and user, as it was kept.
///
/// # Errors
///
/// Of the database.
pub fn subscription(tx: &Connection, app: &str, user: &str) -> Result<Option<String>, StoreError> {
    Ok(tx
        .prepare_cached("SELECT state FROM subscription WHERE app = ?1 AND user = ?2")?
        .query_row(params![app.to_ascii_lowercase(), user], |row| row.get(0))
        .optional()?)
}

/// Keeps the present subscription of an app and user.
///
/// # Errors
///
/// Of the database.
pub fn keep_subscription(
    tx: &Connection,
    (app, user): (&str, &str),
    state: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO subscription VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET state = ?3",
    )?
    .execute(params![app.to_ascii_lowercase(), user, state])?;
    Ok(())
}

/// Milliseconds that the clock was wound ahead.
///
/// # Errors
///
/// Of the database.
pub fn clock_ahead_ms(tx: &Connection) -> Result<i64, StoreError> {
    let ahead: Option<String> = tx
        .prepare_cached("SELECT value FROM setting WHERE name = 'clock_ahead_ms'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(ahead.and_then(|ahead| ahead.parse().ok()).unwrap_or(0))
}

/// Keeps how far the clock is wound ahead.
///
/// # Errors
///
/// Of the database.
pub fn keep_clock(tx: &Connection, ahead_ms: i64) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO setting VALUES ('clock_ahead_ms', ?1) ON CONFLICT DO UPDATE SET value = ?1",
    )?
    .execute([ahead_ms.to_string()])?;
    Ok(())
}
