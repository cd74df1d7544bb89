//! What of a filter can be said of an exchange that has not ended.

use super::Filter;
use super::tree::{Node, Term};

/// Known when an exchange begins.
const AT_FIRST: [&str; 13] = [
    "app", "plane", "method", "host", "path", "url", "user", "store", "device", "event",
    "delivery", "attempt", "after",
];
/// Known once the head of its answer has come.
const ANSWERED: [&str; 2] = ["status", "type"];
/// Marks that are known when it begins.
const MARKS: [&str; 2] = ["is:retried", "has:device"];

impl Filter {
    /// The first part that is not known yet when an exchange begins, or, with `is_answered`, when its
    /// answer has; `None` where [`matches`](Filter::matches) can be asked of either.
    pub fn not_known_yet(&self, is_answered: bool) -> Option<String> {
        unknown(&self.0, is_answered)
    }
}

fn unknown(node: &Node, is_answered: bool) -> Option<String> {
    match node {
        Node::And(parts) | Node::Or(parts) => {
            parts.iter().find_map(|part| unknown(part, is_answered))
        }
        Node::Not(part) => unknown(part, is_answered),
        Node::Term(term) => (!is_known(term, is_answered)).then(|| term.to_string()),
    }
}

fn is_known(term: &Term, is_answered: bool) -> bool {
    let name = match term {
        Term::Words { .. } => return false,
        Term::Mark(mark) => return MARKS.contains(&format!("{}:{}", mark.key, mark.name).as_str()),
        Term::Text { key, .. }
        | Term::Name { key, .. }
        | Term::Number { key, .. }
        | Term::Moment { key, .. }
        | Term::None { key } => key.name,
    };
    AT_FIRST.contains(&name) || name == "before" || (is_answered && ANSWERED.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(text: &str, is_answered: bool) -> Option<String> {
        Filter::parse(text, 0).unwrap().not_known_yet(is_answered)
    }

    #[test]
    fn a_status_is_known_of_an_answer_alone_and_words_of_neither() {
        assert_eq!(unknown("path:/api app:loyalty -method:GET or device:none", false), None);
        assert_eq!(unknown("path:/api status:500", false).as_deref(), Some("status:500"));
        assert_eq!(unknown("path:/api (type:json or status:>=500)", true), None);
        for text in ["bonus", "took:>1s", "is:slow", "has:body", "id:3"] {
            assert!(unknown(text, true).is_some(), "{text}");
        }
    }
}
