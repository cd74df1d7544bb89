//! What was removed from the world at run time and can be brought back.

use serde_json::{Map, Value};

use super::Kind;
use crate::config::meant::Config;
use crate::model::moment;
use crate::model::token::Token;
use crate::text::{Text, text};

/// An entry that was removed at run time.
#[derive(Debug, Clone)]
pub struct Removed {
    /// The same for everything that went together.
    pub act: i64,
    /// Of what.
    pub kind: Kind,
    /// As it was written.
    pub id: String,
    /// The name for people; empty where it had none.
    pub name: String,
    /// By which a terminal may be meant too.
    pub imei: Option<String>,
    /// When, in milliseconds since 1970; an earlier version of this program did not note it.
    pub at_ms: Option<i64>,
    /// Whether gateway.yaml still has it.
    pub in_file: bool,
    /// Whether gateway.yaml calls it the one that is meant where nothing is said.
    pub is_default: bool,
    /// Its tokens and passwords, which stand in what was recorded before.
    pub secrets: Vec<Token>,
}

impl Removed {
    /// From what it was like when it went, and the rows that went with it.
    pub fn new(act: i64, kind: Kind, key: &str, at_ms: Option<i64>, held: [&Value; 2]) -> Self {
        let [entry, _] = held;
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut secrets = Vec::new();
        held.into_iter().for_each(|held| collect(held, &mut secrets));
        Self {
            act,
            kind,
            id: text(kind.id_key()).unwrap_or_else(|| key.to_owned()),
            name: text("name").unwrap_or_default(),
            imei: text("imei"),
            at_ms,
            in_file: false,
            is_default: false,
            secrets,
        }
    }

    /// Says what was removed and when, as in `The app orders was removed in the console on …`.
    pub fn sentence(&self) -> Text {
        let kind = self.kind.name();
        let name = if self.name.is_empty() { &self.id } else { &self.name };
        let Some((day, time)) = on(self.at_ms) else {
            return text!("The {kind} {name} was removed in the console.", kind => kind, name);
        };
        text!(
            "The {kind} {name} was removed in the console on {day} at {time} UTC.",
            kind => kind, name, day, time
        )
    }

    /// The command that brings it back.
    pub fn command(&self) -> String {
        format!("evotor-gateway world restore {} {}", self.kind.name(), self.id)
    }

    /// What to do about it.
    pub fn remedy(&self) -> Text {
        text!("`{command}` brings it back.", command = self.command())
    }

    fn is(&self, kind: Kind, word: &str) -> bool {
        let is_id = || kind.key(&self.id) == kind.key(word);
        self.kind == kind && (is_id() || self.name == word || self.imei.as_deref() == Some(word))
    }
}

/// Day and time of day, where they are known.
pub(super) fn on(at_ms: Option<i64>) -> Option<(String, String)> {
    let at = moment::zulu_ms(at_ms?);
    let (day, time) = at.split_once('T').unwrap_or((&at, ""));
    Some((day.to_owned(), time.get(..8).unwrap_or(time).to_owned()))
}

impl Config {
    /// The removed entry that a word means: its id, its name or its IMEI.
    pub fn removed(&self, kind: Kind, word: &str) -> Option<&Removed> {
        self.removed.iter().find(|removed| removed.is(kind, word))
    }
}

/// Members that hold secrets as texts, or in objects of them.
const SECRET: [&str; 4] = ["raw", "bearer", "password", "token"];

fn collect(value: &Value, secrets: &mut Vec<Token>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| match value {
            Value::String(text) if SECRET.contains(&key.as_str()) => secrets.push(Token::new(text)),
            Value::Object(tokens) if key == "tokens" => all(tokens, secrets),
            other => collect(other, secrets),
        }),
        Value::Array(items) => items.iter().for_each(|item| collect(item, secrets)),
        _ => {}
    }
}

fn all(tokens: &Map<String, Value>, secrets: &mut Vec<Token>) {
    secrets.extend(tokens.values().filter_map(Value::as_str).map(Token::new));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn orders(at_ms: Option<i64>) -> Removed {
        let entry = json!({"id": "0B4C", "name": "orders", "authorization": "user_token",
            "tokens": {"01-1": "of the file"}, "webhooks": {"auth": {"raw": "Bearer of webhooks"},
            "auths": {"stores": {"raw": "own"}}}});
        let facts = json!({"user_token": [{"user": "01-1", "token": "learned"}]});
        Removed::new(7, Kind::App, "0b4c", at_ms, [&entry, &facts])
    }

    #[test]
    fn it_says_what_was_removed_when_and_what_brings_it_back() {
        let said = orders(Some(1_700_000_000_000)).sentence().to_string();
        let wanted = "The app orders was removed in the console on 2023-11-14 at 22:13:20 UTC.";
        assert_eq!(said, wanted);
        assert_eq!(
            orders(None).sentence().to_string(),
            "The app orders was removed in the console."
        );
        let remedy = "`evotor-gateway world restore app 0B4C` brings it back.";
        assert_eq!(orders(None).remedy().to_string(), remedy);
    }

    #[test]
    fn its_secrets_stay_known() {
        let secrets = orders(None).secrets;
        let mut secrets: Vec<&str> = secrets.iter().map(Token::expose).collect();
        secrets.sort_unstable();
        assert_eq!(secrets, ["Bearer of webhooks", "learned", "of the file", "own"]);
    }

    #[test]
    fn it_is_meant_by_id_in_any_case_and_by_name() {
        let removed = orders(None);
        assert!(removed.is(Kind::App, "0b4C") && removed.is(Kind::App, "orders"));
        assert!(!removed.is(Kind::Store, "0B4C") && !removed.is(Kind::App, "order"));
    }
}
