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
    let form = read(&id, &form)?;
    Ok(Some(Task { id, app: app.to_owned(), user: user.to_owned(), kind, form, created }))
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// So many, the first, are passed over.
    pub skip: i64,
    /// So many at most.
    pub most: usize,
    /// No further one when these hold so many bytes.
    pub bytes: usize,
}

/// The tasks of an app and user in the order in which they were made, and whether there are more.
///
/// # Errors
///
/// Of the database.
pub fn list(
    tx: &Connection,
    (app, user): (&str, &str),
    kind: Kind,
    window: Window,
) -> Result<(Vec<Task>, bool), StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, form, created FROM task WHERE app = ?1 AND user = ?2 AND kind = ?3
         ORDER BY created, id LIMIT -1 OFFSET ?4",
    )?;
    let mut rows = statement.query(params![app, user, kind.name(), window.skip])?;
    let (mut found, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        if found.len() >= window.most || (bytes >= window.bytes && !found.is_empty()) {
            return Ok((found, true));
        }
        let (id, form, created): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        bytes += form.len();
        let form = read(&id, &form)?;
        let (app, user) = (app.to_owned(), user.to_owned());
        found.push(Task { id, app, user, kind, form, created });
    }
    Ok((found, false))
}

fn read(id: &str, form: &str) -> Result<Value, StoreError> {
    serde_json::from_str(form)
        .map_err(|error| StoreError::Failed(format!("the task {id} cannot be read: {error}")))
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

    #[test]
    fn a_list_goes_on_where_it_ended_and_holds_no_more_than_it_may() {
        let store = Store::memory().unwrap();
        let task = |id: &str, user: &str, created| Task {
            id: id.into(),
            app: "app".into(),
            user: user.into(),
            kind: Kind::Bulk,
            form: json!({"a": "x".repeat(100)}),
            created,
        };
        let all = [task("c", "u", 1), task("a", "u", 2), task("b", "u", 2), task("d", "v", 1)];
        store.write_blocking(move |tx| all.iter().try_for_each(|one| add(tx, one))).unwrap();
        let ids = |skip, most, bytes| {
            let window = Window { skip, most, bytes };
            let list = move |tx: &Connection| list(tx, ("app", "u"), Kind::Bulk, window);
            let (found, more) = store.write_blocking(list).unwrap();
            (found.into_iter().map(|one| one.id).collect::<String>(), more)
        };
        assert_eq!(ids(0, 9, 9999), ("cab".to_owned(), false));
        assert_eq!(ids(0, 2, 9999), ("ca".to_owned(), true));
        assert_eq!(ids(2, 2, 9999), ("b".to_owned(), false));
        assert_eq!(ids(0, 9, 150), ("ca".to_owned(), true));
        assert_eq!(ids(0, 9, 1), ("c".to_owned(), true));
        assert_eq!(ids(3, 9, 1), (String::new(), false));
    }
}
