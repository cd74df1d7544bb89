//! A filter as a condition of SQL. Every part of it is 0 or 1, never NULL, so that `NOT` is safe.

use rusqlite::types::Value;

use super::keys::{Key, Kind};
use super::range::Range;
use super::tree::{Node, Term};

/// The condition and its parameters.
pub(super) fn condition(node: &Node) -> (String, Vec<Value>) {
    let mut sql = Sql::default();
    sql.node(node);
    (sql.text, sql.parameters)
}

#[derive(Default)]
struct Sql {
    text: String,
    parameters: Vec<Value>,
}

impl Sql {
    fn node(&mut self, node: &Node) {
        match node {
            Node::And(parts) if parts.is_empty() => self.text.push('1'),
            Node::And(parts) => self.all(parts),
            Node::Or(parts) => self.joined(parts, " OR "),
            Node::Not(part) => {
                self.text.push_str("NOT ");
                self.node(part);
            }
            Node::Term(term) => self.term(term),
        }
    }

    /// Words that must all be there are one question to the index.
    fn all(&mut self, parts: &[Node]) {
        let is_words = |part: &&Node| matches!(part, Node::Term(Term::Words { .. }));
        let (words, others): (Vec<&Node>, Vec<&Node>) = parts.iter().partition(is_words);
        let phrases: Vec<_> = words
            .iter()
            .filter_map(|part| match part {
                Node::Term(Term::Words { text, open }) => Some(phrase(text, *open)),
                _ => None,
            })
            .collect();
        self.text.push('(');
        if !phrases.is_empty() {
            self.words(phrases.join(" AND "));
        }
        for (place, part) in others.into_iter().enumerate() {
            self.text.push_str(if place == 0 && phrases.is_empty() { "" } else { " AND " });
            self.node(part);
        }
        self.text.push(')');
    }

    fn joined(&mut self, parts: &[Node], between: &str) {
        self.text.push('(');
        for (place, part) in parts.iter().enumerate() {
            self.text.push_str(if place == 0 { "" } else { between });
            self.node(part);
        }
        self.text.push(')');
    }

    fn term(&mut self, term: &Term) {
        match term {
            Term::Words { text, open } => self.words(phrase(text, *open)),
            Term::Text { columns, pattern, .. } => {
                let glob = pattern.glob();
                let calls: Vec<_> =
                    columns.iter().map(|column| format!("fits({}, ?)", column.sql)).collect();
                self.parameters.extend(columns.iter().map(|_| Value::Text(glob.clone())));
                self.text.push_str(&format!("({})", calls.join(" OR ")));
            }
            Term::Name { key, place } => self.name(key, *place),
            Term::Number { key, range } => {
                if let Kind::Number { sql, .. } = key.kind {
                    self.number(sql, key.nullable, *range);
                }
            }
            Term::Moment { after, at, .. } => {
                self.text.push_str(if *after { "e.at >= ?" } else { "e.at < ?" });
                self.parameters.push(Value::Integer(*at));
            }
            Term::None { key } => self.none(key),
            Term::Mark(mark) => self.text.push_str(mark.sql),
        }
    }

    fn words(&mut self, query: String) {
        self.text.push_str("e.id IN (SELECT rowid FROM words WHERE words MATCH ?)");
        self.parameters.push(Value::Text(query));
    }

    fn name(&mut self, key: &Key, place: usize) {
        let Kind::Name { sql, names, .. } = key.kind else { return };
        self.text.push_str(&format!("{sql} IS ?"));
        self.parameters.push(match names.get(place) {
            Some(name) if key.nullable => Value::Text((*name).to_owned()),
            _ => Value::Integer(i64::try_from(place).unwrap_or(i64::MAX)),
        });
    }

    fn number(&mut self, sql: &str, nullable: bool, range: Range) {
        let mut parts = Vec::new();
        if nullable {
            parts.push(format!("{sql} IS NOT NULL"));
        }
        for (end, sign) in [(range.from, ">="), (range.to, "<=")] {
            if let Some(end) = end {
                parts.push(format!("{sql} {sign} ?"));
                self.parameters.push(Value::Integer(end));
            }
        }
        self.text.push_str(&format!("({})", parts.join(" AND ")));
    }

    fn none(&mut self, key: &Key) {
        let columns = match key.kind {
            Kind::Text { columns, .. } => columns.iter().map(|column| column.sql).collect(),
            Kind::Name { sql, .. } | Kind::Number { sql, .. } => vec![sql],
            Kind::Moment { .. } | Kind::Mark => Vec::new(),
        };
        let parts: Vec<_> = columns.iter().map(|column| format!("{column} IS NULL")).collect();
        self.text.push_str(&format!("({})", parts.join(" AND ")));
    }
}

/// A string of FTS5's query language: only quotes have a meaning in it, and NUL would end the query.
fn phrase(text: &str, open: bool) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\"{}\"{}", text.replace('"', "\"\""), if open { " *" } else { "" })
}
