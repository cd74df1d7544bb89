//! The properties that a filter can ask about, in one table: reading, completing, SQL and the check
//! of a single exchange go by it.

use crate::fault::Code;
use crate::model::event::Event;

use super::row::Row;

/// One property.
#[derive(Debug)]
pub(super) struct Key {
    pub name: &'static str,
    /// For people, as a completion shows it.
    pub label: &'static str,
    pub kind: Kind,
    /// Whether there may be none, which `none` asks for.
    pub nullable: bool,
}

/// Keys are told apart by their names.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// What the value of a key is.
#[derive(Debug)]
pub(super) enum Kind {
    /// A text in one of some columns.
    Text { columns: &'static [Text], whole: bool },
    /// One of a few words.
    Name { sql: &'static str, names: &'static [&'static str], of: fn(&Row<'_>) -> Option<usize> },
    /// A whole number, or a range of them.
    Number { sql: &'static str, unit: Unit, of: fn(&Row<'_>) -> Option<i64> },
    /// A moment from which, or up to which, microseconds since 1970 count.
    Moment { after: bool },
    /// One of the [`marks`](super::marks::MARKS) under this key.
    Mark,
}

/// A column of texts.
#[derive(Debug)]
pub(super) struct Text {
    pub sql: &'static str,
    pub of: for<'r> fn(&Row<'r>) -> Option<&'r str>,
}

/// Columns are told apart by their names.
impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.sql == other.sql
    }
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    None,
    /// `4xx` is a range.
    Status,
    /// Of microseconds.
    Time,
    Bytes,
}

/// Numbers of the planes are their places.
pub(super) const PLANES: &[&str] = &["proxy", "webhook", "cloud"];
const VERDICTS: &[&str] = &["pass", "warn", "fail", "undelivered"];
const CULPRITS: &[&str] = &["app", "gateway", "partner", "vendor_rule"];

/// The key of a name in any case.
pub(super) fn by_name(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(name))
}

/// Values worth proposing for a key, apart from [`Kind::Mark`]s.
pub(super) fn values(key: &Key) -> Vec<&'static str> {
    let mut values: Vec<_> = match (key.name, &key.kind) {
        (_, Kind::Name { names, .. }) => names.to_vec(),
        ("code", _) => Code::ALL.iter().map(|code| code.name()).collect(),
        ("event", _) => Event::NAMES.to_vec(),
        ("method", _) => vec!["GET", "POST", "PUT", "DELETE", "PATCH"],
        ("status", _) => vec!["2xx", "3xx", "4xx", "5xx", ">=400"],
        ("type", _) => vec!["json", "xml", "html", "text", "image"],
        ("attempt", _) => vec![">1"],
        (_, Kind::Moment { .. }) => vec!["10m", "1h", "1d"],
        (_, Kind::Number { unit: Unit::Time, .. }) => vec![">200ms", ">1s", ">10s"],
        (_, Kind::Number { unit: Unit::Bytes, .. }) => vec![">10KiB", ">1MiB"],
        _ => Vec::new(),
    };
    if key.nullable {
        values.push(NONE);
    }
    values
}

/// The value of a property that is not there.
pub(super) const NONE: &str = "none";

macro_rules! words {
    ($name:literal, $whole:literal, $nullable:literal, [$($sql:literal = $of:expr),+], $label:literal) => {
        Key {
            name: $name,
            label: $label,
            kind: Kind::Text { columns: &[$(Text { sql: $sql, of: $of }),+], whole: $whole },
            nullable: $nullable,
        }
    };
}

macro_rules! name {
    ($name:literal, $sql:literal, $names:expr, $of:expr, $label:literal) => {
        Key {
            name: $name,
            label: $label,
            kind: Kind::Name { sql: $sql, names: $names, of: $of },
            nullable: !matches!($name.as_bytes(), b"plane"),
        }
    };
}

macro_rules! number {
    ($name:literal, $unit:ident, $nullable:literal, $sql:literal = $of:expr, $label:literal) => {
        Key {
            name: $name,
            label: $label,
            kind: Kind::Number { sql: $sql, unit: Unit::$unit, of: $of },
            nullable: $nullable,
        }
    };
}

const fn other(name: &'static str, kind: Kind, label: &'static str) -> Key {
    Key { name, label, kind, nullable: false }
}

/// The place of a name among some.
fn place(names: &[&str], name: Option<&str>) -> Option<usize> {
    names.iter().position(|known| Some(*known) == name)
}

/// In the order in which they are proposed.
pub(super) const KEYS: &[Key] = &[
    words!("app", false, true, ["e.app" = |row| row.app], "the app"),
    name!(
        "plane",
        "e.plane",
        PLANES,
        |row| Some(usize::from(row.plane)),
        "proxy, webhook or cloud"
    ),
    number!(
        "status",
        Status,
        true,
        "e.status" = |row| row.status.map(i64::from),
        "200, 4xx, >=400, 400..499"
    ),
    words!("method", true, false, ["e.method" = |row| Some(row.method)], "GET, POST and others"),
    words!("host", false, false, ["e.host" = |row| Some(row.host)], "part of the host"),
    words!(
        "path",
        false,
        false,
        ["e.path" = |row| Some(row.path)],
        "part of path and query, * for any"
    ),
    words!("url", false, false, ["e.url" = |row| Some(row.url)], "part of the URL"),
    other("is", Kind::Mark, "running, refused, slow and others"),
    other("has", Kind::Mark, "fault, body, token and others"),
    words!("user", false, true, ["e.user" = |row| row.user], "the user's id"),
    words!("store", false, true, ["e.store" = |row| row.store], "the store's UUID"),
    words!(
        "device",
        false,
        true,
        ["e.device" = |row| row.device, "e.device_name" = |row| row.device_name],
        "the device's UUID or name"
    ),
    words!("code", false, true, ["e.code" = |row| row.code], "what went wrong"),
    name!("culprit", "e.culprit", CULPRITS, |row| place(CULPRITS, row.culprit), "who has to act"),
    number!("rule", None, true, "e.rule" = |row| row.rule, "number of the rule that allowed it"),
    words!("event", false, true, ["e.event" = |row| row.event], "the webhook's event"),
    words!("delivery", false, true, ["e.delivery" = |row| row.delivery], "the webhook's delivery"),
    number!(
        "attempt",
        None,
        true,
        "e.attempt" = |row| row.attempt,
        "the webhook's attempt, from 1"
    ),
    name!(
        "verdict",
        "e.verdict",
        VERDICTS,
        |row| place(VERDICTS, row.verdict),
        "pass, warn or fail"
    ),
    other("after", Kind::Moment { after: true }, "12:30, 2026-11-22, 10m ago"),
    other("before", Kind::Moment { after: false }, "12:30, 2026-11-22, 10m ago"),
    number!("took", Time, false, "e.took" = |row| Some(row.took), ">200ms, 100ms..1s"),
    number!(
        "size",
        Bytes,
        false,
        "(e.sent_bytes + e.answer_bytes)" = |row| Some(row.sent_bytes + row.answer_bytes),
        "of both bodies: >10KiB"
    ),
    words!(
        "type",
        false,
        true,
        ["e.answer_type" = |row| row.answer_type],
        "content type of the answer"
    ),
    number!("id", None, false, "e.id" = |row| Some(row.id), "42, 40..50"),
    words!("comment", false, true, ["e.comment" = |row| row.comment], "part of somebody's note"),
    number!("replay", None, true, "e.replay_of" = |row| row.replay_of, "replays of a number"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_culprit_can_be_asked_for() {
        for code in Code::ALL {
            assert!(CULPRITS.contains(&code.culprit().name()));
        }
    }

    #[test]
    fn names_are_unique_and_in_lower_case() {
        for (place, key) in KEYS.iter().enumerate() {
            assert!(key.name.bytes().all(|byte| byte.is_ascii_lowercase()));
            assert!(KEYS.iter().skip(place + 1).all(|other| other != key), "{}", key.name);
        }
    }
}
