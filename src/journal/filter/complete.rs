//! What can be typed next.

use super::keys::{self, KEYS, Key, Kind};
use super::marks;

/// A text that can stand in place of the one before the cursor, back to a blank, a parenthesis or a
/// minus in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// `status:` or `is:slow`.
    pub insert: String,
    /// For people; may be empty.
    pub label: &'static str,
}

/// What may stand at a cursor, given in characters; keys first, then their values.
pub fn complete(text: &str, at: usize) -> Vec<Completion> {
    let before: String = text.chars().take(at).collect();
    // In a quoted text nothing is known.
    if before.matches('"').count() % 2 == 1 {
        return Vec::new();
    }
    let start = before.rfind(|c: char| c.is_whitespace() || c == '(');
    let word = start.and_then(|start| before.get(start..)).unwrap_or(&before);
    let word = word.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '-'));
    match word.split_once(':') {
        None => {
            let word = word.to_lowercase();
            let fitting = KEYS.iter().filter(|key| key.name.starts_with(&word));
            fitting.map(|key| completion(key, "", key.label)).collect()
        }
        Some((key, value)) => keys::by_name(key).map(|key| values(key, value)).unwrap_or_default(),
    }
}

fn values(key: &'static Key, typed: &str) -> Vec<Completion> {
    let typed = typed.to_lowercase();
    let marks = marks::of(key.name).map(|mark| (mark.name, mark.label));
    let known = keys::values(key).into_iter().map(|value| (value, ""));
    let fitting = marks.chain(known).filter(|(value, _)| {
        let value = value.to_lowercase();
        // Names of codes and events are found by any part of them.
        value.starts_with(&typed) || matches!(key.kind, Kind::Text { .. }) && value.contains(&typed)
    });
    fitting.map(|(value, label)| completion(key, value, label)).collect()
}

fn completion(key: &Key, value: &str, label: &'static str) -> Completion {
    Completion { insert: format!("{}:{value}", key.name), label }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inserts(text: &str) -> Vec<String> {
        complete(text, text.chars().count()).into_iter().map(|c| c.insert).collect()
    }

    #[test]
    fn nothing_typed_proposes_every_key() {
        assert_eq!(inserts("").len(), KEYS.len());
        assert_eq!(inserts("касса (").len(), KEYS.len());
    }

    #[test]
    fn a_key_is_proposed_by_its_beginning() {
        assert_eq!(inserts("app:a -ST"), ["status:", "store:"]);
        assert_eq!(inserts("(ver"), ["verdict:"]);
        assert_eq!(inserts("xyz"), [""; 0]);
    }

    #[test]
    fn a_key_proposes_its_values() {
        assert_eq!(inserts("plane:"), ["plane:proxy", "plane:webhook", "plane:cloud"]);
        assert_eq!(inserts("is:re"), ["is:refused", "is:retried", "is:replayed"]);
        assert_eq!(inserts("code:not_allowed").len(), 3);
        assert_eq!(inserts("event:docu"), ["event:documents"]);
        assert_eq!(inserts("nokey:"), [""; 0]);
    }

    #[test]
    fn the_cursor_may_stand_anywhere() {
        let text = "касса pla status:200";
        assert_eq!(complete(text, 9).first().map(|c| c.insert.as_str()), Some("plane:"));
        assert_eq!(complete(text, 900).len(), 0);
        assert_eq!(inserts("app:\"a st"), [""; 0]);
    }
}
