//! Who has come lately and what was refused, learned from what was recorded since somebody last asked.

use std::collections::BTreeMap;

use tokio::sync::Mutex;

use crate::journal::exchange::HANDSHAKE;
use crate::journal::{Journal, JournalError, Proxied, proxied};

/// Records that are looked through at most, the newest.
const LOOKED_AT: i64 = 2000;

/// What the status is told of apps' requests.
#[derive(Debug, Default)]
pub(super) struct Watch(Mutex<Seen>);

/// What was seen until a record.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    cursor: i64,
    /// By the app's name.
    apps: BTreeMap<String, App>,
    /// The latest handshake that came to nothing.
    pub(super) handshake: Option<Proxied>,
}

/// What was seen of one app.
#[derive(Debug, Clone, Default)]
pub(super) struct App {
    /// The latest request, whatever became of it.
    pub(super) latest: Option<Proxied>,
    /// The latest over TLS: its caller trusts the local authority.
    pub(super) trusted: Option<Proxied>,
    /// The latest that a partner answered.
    pub(super) passed: Option<Proxied>,
    /// The latest that no rule allowed.
    pub(super) refused: Option<Proxied>,
}

impl Watch {
    /// What was seen until now.
    pub(super) async fn look(&self, journal: &Journal) -> Result<Seen, JournalError> {
        let mut seen = self.0.lock().await;
        let after = seen.cursor;
        let read =
            move |db: &rusqlite::Connection| Ok::<_, JournalError>(proxied(db, after, LOOKED_AT)?);
        let (rows, latest) = journal.read(read).await?;
        if latest < after {
            // Everything was forgotten.
            *seen = Seen::default();
        }
        seen.cursor = latest;
        rows.into_iter().for_each(|row| seen.learn(row));
        Ok(seen.clone())
    }
}

impl Seen {
    /// What was seen of an app.
    pub(super) fn of(&self, app: &str) -> App {
        self.apps.get(app).cloned().unwrap_or_default()
    }

    fn learn(&mut self, row: Proxied) {
        if row.method == HANDSHAKE {
            self.handshake = Some(row);
            return;
        }
        let known = ["http", "https", "tunnel"];
        let is_own = row.entrance.as_deref().is_some_and(|entrance| known.contains(&entrance));
        let Some(app) = row.app.clone().filter(|_| is_own) else { return };
        let app = self.apps.entry(app).or_default();
        if row.url.starts_with("https://") {
            app.trusted = Some(row.clone());
        }
        if row.code.is_none() && row.status.is_some() {
            app.passed = Some(row.clone());
        }
        if row.code.as_deref() == Some("url_not_allowed") {
            app.refused = Some(row.clone());
        }
        app.latest = Some(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(url: &str, code: Option<&str>, entrance: &str) -> Proxied {
        Proxied {
            app: Some("shop".into()),
            method: "GET".into(),
            url: url.into(),
            status: Some(code.map_or(200, |_| 403)),
            code: code.map(str::to_owned),
            entrance: Some(entrance.into()),
            ..Proxied::default()
        }
    }

    #[test]
    fn what_came_is_told_apart() {
        let mut seen = Seen::default();
        seen.learn(row("https://shop.ru/a", None, "tunnel"));
        seen.learn(row("http://shop.ru/b", Some("url_not_allowed"), "http"));
        seen.learn(row("https://shop.ru/c", None, "import"));
        seen.learn(Proxied { method: HANDSHAKE.into(), ..Proxied::default() });
        let app = seen.of("shop");
        let url = |row: Option<Proxied>| row.map(|row| row.url).unwrap_or_default();
        assert_eq!(url(app.latest), "http://shop.ru/b");
        assert_eq!(url(app.trusted), "https://shop.ru/a");
        assert_eq!(url(app.passed), "https://shop.ru/a");
        assert_eq!(url(app.refused), "http://shop.ru/b");
        assert!(seen.handshake.is_some() && seen.of("other").latest.is_none());
    }
}
