//! What the simulated ASNA keeps: keys, subscriptions, packages and what they have left.
//!
//! Ids of clients and stores are compared in lower case; times are milliseconds since 1970.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;

/// Packages whose status can be asked for; older ones that are done with are unknown.
const KEPT_PACKAGES: i64 = 10_000;

/// Who is told of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The API client that made it, in lower case.
    pub owner: String,
    /// The pharmacy or legal entity it is about, as registered.
    pub client: String,
    /// Where webhooks go.
    pub url: String,
}

/// What a package does to what was there before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// It replaces everything.
    All,
    /// It changes some of it.
    Changes,
    /// It leaves nothing.
    None,
}

impl Scope {
    fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Changes => "changes",
            Self::None => "none",
        }
    }

    fn by_name(name: &str) -> Self {
        [Self::All, Self::Changes]
            .into_iter()
            .find(|scope| scope.name() == name)
            .unwrap_or(Self::None)
    }
}

/// A package of data as it was received.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its GUID, in lower case.
    pub message: String,
    /// The API client that sent it.
    pub owner: String,
    /// The store or legal entity it is about.
    pub target: String,
    /// What is in it: `stocks`, `preorders`, `orders`.
    pub kind: &'static str,
    /// What it does to what was there.
    pub scope: Scope,
    /// Whether its processing will fail.
    pub failed: bool,
    /// When it came.
    pub received: i64,
    /// When its processing begins.
    pub began: i64,
    /// When its processing ends.
    pub ended: i64,
    /// JSON.
    pub content: Option<String>,
}

/// How far a package has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Packages are numbered in the order they came.
    pub id: i64,
    /// Whether its processing fails.
    pub failed: bool,
    /// When it came.
    pub received: i64,
    /// When its processing begins.
    pub began: i64,
    /// When its processing ends.
    pub ended: i64,
}

/// A package whose processing has ended and that has not taken effect yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ripe {
    /// See [`Progress::id`].
    pub id: i64,
    /// What it does to what was there.
    pub scope: Scope,
    /// When its processing ended.
    pub ended: i64,
    /// JSON.
    pub content: Option<String>,
}

/// The key that signs tokens, PKCS#8; `fresh` becomes it where there is none.
///
/// # Errors
///
/// Of the database.
pub fn key(
    tx: &Connection,
    fresh: Option<&[u8]>,
    now_ms: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    if let Some(fresh) = fresh {
        tx.prepare_cached("INSERT OR IGNORE INTO asna_key VALUES (1, ?1, ?2)")?
            .execute(params![fresh, now_ms])?;
    }
    let mut kept = tx.prepare_cached("SELECT body FROM asna_key")?;
    Ok(kept.query_row([], |row| row.get(0)).optional()?)
}

/// What an API client's webhooks are signed with; `fresh` becomes it where there is none.
///
/// # Errors
///
/// Of the database.
pub fn secret(tx: &Connection, owner: &str, fresh: &str) -> Result<String, StoreError> {
    tx.prepare_cached("INSERT OR IGNORE INTO asna_secret VALUES (?1, ?2)")?
        .execute([owner, fresh])?;
    let mut kept = tx.prepare_cached("SELECT secret FROM asna_secret WHERE owner = ?1")?;
    Ok(kept.query_row([owner], |row| row.get(0))?)
}

/// Keeps a subscription. Whether there was one of the same event and client.
///
/// # Errors
///
/// Of the database.
pub fn subscribe(
    tx: &Connection,
    event: &str,
    subscription: &Subscription,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let target = subscription.client.to_ascii_lowercase();
    let removed = unsubscribe(tx, event, (&subscription.owner, &target))?;
    tx.prepare_cached("INSERT INTO asna_subscription VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(
        params![subscription.owner, event, target, subscription.client, subscription.url, now_ms],
    )?;
    Ok(removed)
}

/// Drops the subscription of an owner to a client's event. Whether there was one.
///
/// # Errors
///
/// Of the database.
pub fn unsubscribe(
    tx: &Connection,
    event: &str,
    (owner, client): (&str, &str),
) -> Result<bool, StoreError> {
    let removed = tx
        .prepare_cached(
            "DELETE FROM asna_subscription WHERE event = ?1 AND target = ?2 AND owner = ?3",
        )?
        .execute([event, &client.to_ascii_lowercase(), owner])?;
    Ok(removed > 0)
}

/// Who is told of a client's event; of every client's where none is named.
///
/// # Errors
///
/// Of the database.
pub fn subscriptions(
    tx: &Connection,
    event: &str,
    client: Option<&str>,
) -> Result<Vec<Subscription>, StoreError> {
    let mut rows = tx.prepare_cached(
        "SELECT owner, client, url FROM asna_subscription
         WHERE event = ?1 AND (?2 IS NULL OR target = ?2) ORDER BY target, owner",
    )?;
    let rows = rows.query_map(params![event, client.map(str::to_ascii_lowercase)], |row| {
        Ok(Subscription { owner: row.get(0)?, client: row.get(1)?, url: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes a package in.
///
/// # Errors
///
/// Of the database.
pub fn receive(tx: &Connection, package: &Package) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO asna_package
             (message, owner, target, kind, scope, failed, received, began, ended, content)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        package.message,
        package.owner,
        package.target,
        package.kind,
        package.scope.name(),
        package.failed,
        package.received,
        package.began,
        package.ended,
        package.content
    ])?;
    tx.prepare_cached(
        "DELETE FROM asna_package
         WHERE id <= (SELECT max(id) FROM asna_package) - ?1 AND (applied OR failed)",
    )?
    .execute([KEPT_PACKAGES])?;
    Ok(())
}

/// How far an owner's package has come.
///
/// # Errors
///
/// Of the database.
pub fn progress(
    tx: &Connection,
    owner: &str,
    message: &str,
) -> Result<Option<Progress>, StoreError> {
    let read = |row: &Row<'_>| {
        Ok(Progress {
            id: row.get(0)?,
            failed: row.get(1)?,
            received: row.get(2)?,
            began: row.get(3)?,
            ended: row.get(4)?,
        })
    };
    let mut found = tx.prepare_cached(
        "SELECT id, failed, received, began, ended FROM asna_package
         WHERE message = ?1 AND owner = ?2",
    )?;
    Ok(found.query_row([message, owner], read).optional()?)
}

/// Packages of a target and kind that are to take effect now, in the order they came. They are not
/// given again.
///
/// # Errors
///
/// Of the database.
pub fn ripe(
    tx: &Connection,
    (target, kind): (&str, &str),
    now_ms: i64,
) -> Result<Vec<Ripe>, StoreError> {
    let mut rows = tx.prepare_cached(
        "SELECT id, scope, ended, content FROM asna_package
         WHERE target = ?1 AND kind = ?2 AND ended <= ?3 AND applied = 0 AND NOT failed
         ORDER BY ended, id",
    )?;
    let rows = rows.query_map(params![target, kind, now_ms], |row| {
        let scope: String = row.get(1)?;
        Ok(Ripe {
            id: row.get(0)?,
            scope: Scope::by_name(&scope),
            ended: row.get(2)?,
            content: row.get(3)?,
        })
    })?;
    let ripe: Vec<Ripe> = rows.collect::<Result<_, _>>()?;
    if !ripe.is_empty() {
        tx.prepare_cached(
            "UPDATE asna_package SET applied = 1, content = NULL
             WHERE target = ?1 AND kind = ?2 AND ended <= ?3 AND applied = 0 AND NOT failed",
        )?
        .execute(params![target, kind, now_ms])?;
    }
    Ok(ripe)
}

/// Keeps a row of a part, in place of the one of the same name.
///
/// # Errors
///
/// Of the database.
pub fn keep(
    tx: &Connection,
    (target, part, name): (&str, &str, &str),
    content: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR REPLACE INTO asna_row VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![target, part, name, content, now_ms])?;
    Ok(())
}

/// Drops every row of a part.
///
/// # Errors
///
/// Of the database.
pub fn clear(tx: &Connection, target: &str, part: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM asna_row WHERE target = ?1 AND part = ?2")?
        .execute([target, part])?;
    Ok(())
}

/// The rows of a part that were changed at this time or later, by name.
///
/// # Errors
///
/// Of the database.
pub fn rows(
    tx: &Connection,
    (target, part): (&str, &str),
    since: i64,
) -> Result<Vec<String>, StoreError> {
    let mut rows = tx.prepare_cached(
        "SELECT content FROM asna_row
         WHERE target = ?1 AND part = ?2 AND changed >= ?3 ORDER BY name",
    )?;
    let rows = rows.query_map(params![target, part, since], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Moves what lies ahead of `now_ms` back by as much as the clock is set back.
///
/// # Errors
///
/// Of the database.
pub fn set_back(tx: &Connection, ms: i64, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE asna_package SET received = received - ?1, began = began - ?1, ended = ended - ?1
         WHERE ended > ?2",
        [ms, now_ms],
    )?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn inside(test: impl FnOnce(&Connection) + Send + 'static) {
        let run = |tx: &Connection| {
            test(tx);
            Ok(())
        };
        Store::memory().unwrap().write_blocking(run).unwrap();
    }

    fn package(message: &str, ended: i64) -> Package {
        Package {
            message: message.to_owned(),
            owner: "owner".to_owned(),
            target: "store".to_owned(),
            kind: "stocks",
            scope: Scope::Changes,
            failed: false,
            received: ended - 10,
            began: ended - 5,
            ended,
            content: Some("{}".to_owned()),
        }
    }

    #[test]
    fn a_package_takes_effect_once_and_in_the_order_of_its_end() {
        inside(|tx| {
            for (message, ended) in [("late", 30), ("first", 10), ("second", 20)] {
                receive(tx, &package(message, ended)).unwrap();
            }
            receive(tx, &Package { failed: true, ..package("failed", 10) }).unwrap();
            let ids = |now| {
                let ripe = ripe(tx, ("store", "stocks"), now).unwrap();
                ripe.iter().map(|ripe| ripe.id).collect::<Vec<_>>()
            };
            assert_eq!((ids(9), ids(20), ids(20), ids(99)), (vec![], vec![2, 3], vec![], vec![1]));
        });
    }

    #[test]
    fn old_packages_that_are_done_with_are_forgotten_and_no_other() {
        inside(|tx| {
            receive(tx, &package("done", 10)).unwrap();
            ripe(tx, ("store", "stocks"), 10).unwrap();
            receive(tx, &package("open", 99)).unwrap();
            tx.execute("UPDATE sqlite_sequence SET seq = 20000 WHERE name = 'asna_package'", [])
                .unwrap();
            receive(tx, &package("new", 99)).unwrap();
            let known = |message| progress(tx, "owner", message).unwrap().is_some();
            assert_eq!((known("done"), known("open"), known("new")), (false, true, true));
            assert_eq!(progress(tx, "other", "new").unwrap(), None);
        });
    }

    #[test]
    fn what_lies_ahead_keeps_its_distance_when_the_clock_is_set_back() {
        inside(|tx| {
            receive(tx, &package("past", 10)).unwrap();
            receive(tx, &package("ahead", 1_100)).unwrap();
            set_back(tx, 1_000, 50).unwrap();
            let ended = |message| progress(tx, "owner", message).unwrap().unwrap().ended;
            assert_eq!((ended("past"), ended("ahead")), (10, 100));
        });
    }
}
