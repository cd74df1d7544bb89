//! Faults made on purpose: what is spoiled, where, and how often. Words only; who decides and who
//! spoils is elsewhere.

use std::num::NonZeroU64;
use std::time::Duration;

use super::wildcard::Wildcard;

/// Whose exchanges are spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plane {
    /// Apps' requests to partners.
    Proxy,
    /// The clouds' own requests to partners.
    Webhook,
    /// Partners' calls of the clouds.
    Cloud,
}

/// Which half of an exchange is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What the receiver gets.
    Request,
    /// What the caller gets.
    Answer,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The receiver is not asked; the caller gets an answer of this status.
    Status(u16),
    /// It goes on after this time.
    Delay(Duration),
    /// A body goes on at so many bytes a second.
    Drip(NonZeroU64),
    /// The connection is reset once so many bytes of the body are through; at 0 nothing comes at all.
    Reset(u64),
    /// No body; with `raw` no answer, the connection just ends.
    Empty {
        /// Whether there is no answer at all.
        raw: bool,
    },
    /// A body that is not of the announced type; with `raw` bytes that are no HTTP.
    Garbage {
        /// Whether not even the head is an answer's.
        raw: bool,
    },
    /// Another Content-Type.
    ContentType(String),
}

/// An app that a fault is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppName {
    /// Name or id, as written.
    pub written: String,
    /// The id it stands for.
    pub id: String,
}

/// How often matches are met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// From just above 0 to 1.
    pub share: f64,
    /// The same one gives the same sequence; one is made up where none is written.
    pub seed: Option<u64>,
}

/// A fault made on purpose.
#[derive(Debug, Clone, PartialEq)]
pub struct Injection {
    /// Whose exchanges.
    pub plane: Plane,
    /// Which half.
    pub side: Side,
    /// One app's alone.
    pub app: Option<AppName>,
    /// Paths; with a `?` in it, paths with their query.
    pub path: Option<Wildcard>,
    /// Events.
    pub event: Option<Wildcard>,
    /// What is done.
    pub kind: Kind,
    /// At most so often.
    pub first: Option<NonZeroU64>,
    /// By chance.
    pub chance: Option<Chance>,
}

impl Plane {
    /// Every one, by the word that is written.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("proxy", Self::Proxy), ("webhook", Self::Webhook), ("cloud", Self::Cloud)];

    /// The word that is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Webhook => "webhook",
            Self::Cloud => "cloud",
        }
    }
}

impl Side {
    /// Both, by the word that is written.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("request", Self::Request), ("answer", Self::Answer)];

    /// The word that is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Answer => "answer",
        }
    }
}

impl Kind {
    /// Every word that is written.
    pub const WORDS: &'static [&'static str] =
        &["status", "delay", "drip", "reset", "empty", "garbage", "content_type"];

    /// The word that is written.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::Delay(_) => "delay",
            Self::Drip(_) => "drip",
            Self::Reset(_) => "reset",
            Self::Empty { .. } => "empty",
            Self::Garbage { .. } => "garbage",
            Self::ContentType(_) => "content_type",
        }
    }
}

impl Injection {
    /// Whether an exchange of these particulars is meant. `path` may have a query behind it.
    pub fn meets(&self, app: Option<&str>, path: &str, event: Option<&str>) -> bool {
        let of_app = |wanted: &AppName| app.is_some_and(|app| app.eq_ignore_ascii_case(&wanted.id));
        let on_path = |wanted: &Wildcard| is_on_path(wanted, path);
        self.app.as_ref().is_none_or(of_app)
            && self.path.as_ref().is_none_or(on_path)
            && self.event.as_ref().is_none_or(|wanted| event.is_some_and(|e| wanted.matches(e)))
    }
}

/// Whether a path is meant, which may have a query behind it; one counts only where one is written.
pub fn is_on_path(wanted: &Wildcard, path: &str) -> bool {
    let bare = path.split('?').next().unwrap_or(path);
    match wanted.as_str().contains('?') {
        true => wanted.matches(path),
        false => wanted.matches(bare),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn injection() -> Injection {
        Injection {
            plane: Plane::Proxy,
            side: Side::Answer,
            app: None,
            path: None,
            event: None,
            kind: Kind::Status(503),
            first: None,
            chance: None,
        }
    }

    #[test]
    fn what_is_not_written_meets_everything() {
        assert!(injection().meets(None, "/", None));
        assert!(injection().meets(Some("a"), "/x?y", Some("documents")));
    }

    #[test]
    fn a_query_counts_only_where_one_is_written() {
        let on = |path| Injection { path: Some(Wildcard::new(path)), ..injection() };
        assert!(on("/api/x").meets(None, "/api/x?a=1", None));
        assert!(on("/api/x?*").meets(None, "/api/x?a=1", None));
        assert!(!on("/api/x?*").meets(None, "/api/x", None));
        assert!(!on("/api/x?b=*").meets(None, "/api/x?a=1", None));
    }

    #[test]
    fn an_app_has_its_id_in_any_case_and_an_unknown_one_is_no_match() {
        let app = AppName { written: "loyalty".into(), id: "5C0D".into() };
        let of = Injection { app: Some(app), ..injection() };
        assert!(of.meets(Some("5c0d"), "/", None));
        assert!(!of.meets(Some("loyalty"), "/", None));
        assert!(!of.meets(None, "/", None));
    }

    #[test]
    fn every_kind_has_its_word() {
        for (word, plane) in Plane::WORDS {
            assert_eq!(plane.word(), *word);
        }
        for (word, side) in Side::WORDS {
            assert_eq!(side.word(), *word);
        }
        assert!(Kind::WORDS.contains(&Kind::ContentType(String::new()).word()));
    }
}
