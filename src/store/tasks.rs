//! What goes on for a while: bulk changes and push notifications. What a task has come to follows
//! from the clock, so a row is written once.
//!
//! Every function works inside the transaction it is handed.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::StoreError;

/// What a task is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A change of many products or groups.
    Bulk,
    /// A push notification.
    Push,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::Push => "push",
        }
    }
}

/// A task of an app and user.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// In lower case.
    pub id: String,
    /// The app.
    pub app: String,
    /// The user.
    pub user: String,
    /// What it is about.
    pub kind: Kind,
    /// What its plane wants to know of it.
    pub form: Value,
    /// When it was accepted, in milliseconds since 1970.
    pub created: i64,
}

/// Keeps a new task.
///
/// # Errors
///
/// Of the database.
pub fn add(tx: &Connection, task: &Task) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO task (id, app, user, kind, form, created, updated)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
    )?
    .execute(params![
        task.id,
        task.app,
        task.user,
        task.kind.name(),
        task.form.to_string(),
        task.created
    ])?;
    Ok(())
}

/// The task of an id, if it is this app's and user's.
///
/// # Errors
///
/// Of the database.
pub fn find(
    tx: &Connection,
    app: &str,
    user: &str,
    kind: Kind,
    id: &str,
) -> Result<Option<Task>, StoreError> {
    let id = id.to_ascii_lowercase();
    let row: Option<(String, i64)> = tx
        .prepare_cached(
            "SELECT form, created FROM task WHERE id = ?1 AND app = ?2 AND user = ?3 AND kind = ?4",
        )?
        .query_row(params![id, app, user, kind.name()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((form, created)) = row else { return Ok(None) };
    let form = serde_json::from_str(&form)
        .map_err(|error| StoreError::Failed(format!("the task {id} cannot be read: {error}")))?;
    Ok(Some(Task { id, app: app.to_owned(), user: user.to_owned(), kind, form, created }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::Store;

    #[test]
    fn a_task_is_shown_to_its_app_and_user_only() {
        let task = Task {
            id: "ca187ddc-0000-4000-8000-000000000001".into(),
            app: "app".into(),
            user: "user".into(),
            kind: Kind::Bulk,
            form: json!({"a": [1]}),
            created: 5,
        };
        let store = Store::memory().unwrap();
        let kept = task.clone();
        store.write_blocking(move |tx| add(tx, &kept)).unwrap();
        let seek = |app: &'static str, user: &'static str, kind| {
            let id = task.id.to_ascii_uppercase();
            store.write_blocking(move |tx| find(tx, app, user, kind, &id)).unwrap()
        };
        assert_eq!(seek("app", "user", Kind::Bulk), Some(task.clone()));
        assert_eq!(seek("app", "user", Kind::Push), None);
        assert_eq!(seek("other", "user", Kind::Bulk), None);
        assert_eq!(seek("app", "other", Kind::Bulk), None);
    }
}
