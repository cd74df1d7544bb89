//! Forms, the JSON of the API, read by the same reader as the file.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::config::finding::Severity;
use crate::config::node::{Kind, Node, Scalar, Style};
use crate::config::reader::Reader;
use crate::config::source::Source;
use crate::text::{Text, text};

/// A mistake in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// What is wrong.
    pub message: Text,
    /// What to change.
    pub help: Option<Text>,
}

/// What was read, and what is doubtful about it.
pub(super) type Reading<T> = Result<(T, Vec<Wrong>), Vec<Wrong>>;

/// Reads a form.
pub(super) fn read<T>(
    form: &Map<String, Value>,
    read: impl FnOnce(&mut Reader<'_>, &Node) -> Option<T>,
) -> Reading<T> {
    let mut pointers = Vec::new();
    let node = map(form, "", &mut pointers);
    let source = Source::new("", "");
    let mut reader = Reader::of_request(&source);
    let value = read(&mut reader, &node);
    reader.finish();
    let (is_refused, is_cut) = (reader.drafts.has_errors(), reader.drafts.is_full());
    // Doubts about what is refused anyway are left out.
    let shown = reader.drafts.shown().into_iter();
    let told = shown.filter(|draft| !is_refused || draft.severity == Severity::Error);
    let mut wrong: Vec<Wrong> = told
        .map(|draft| Wrong {
            pointer: pointers.get(draft.at.start).cloned().unwrap_or_default(),
            message: draft.message,
            help: draft.help,
        })
        .collect();
    if is_cut {
        let most = wrong.len();
        let message = text!("there are more than {most} mistakes; the others are not told", most);
        wrong.push(Wrong { pointer: String::new(), message, help: None });
    }
    match value {
        Some(value) if !is_refused => Ok((value, wrong)),
        _ => Err(wrong),
    }
}

/// A node's place is the number of its pointer.
fn node(value: &Value, pointer: String, pointers: &mut Vec<String>) -> Node {
    let (text, style) = match value {
        Value::Object(entries) => return map(entries, &pointer, pointers),
        Value::Array(items) => {
            let at = note(pointer.clone(), pointers);
            let items = items.iter().enumerate();
            let items = items.map(|(at, item)| node(item, format!("{pointer}/{at}"), pointers));
            return Node { span: at..at, kind: Kind::List(Rc::new(items.collect())) };
        }
        Value::String(text) => (text.clone(), Style::Double),
        plain => (plain.to_string(), Style::Plain),
    };
    scalar(text, style, note(pointer, pointers))
}

fn map(entries: &Map<String, Value>, pointer: &str, pointers: &mut Vec<String>) -> Node {
    let at = note(pointer.to_owned(), pointers);
    let pair = |(key, value): (&String, &Value)| {
        let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        let name = scalar(key.clone(), Style::Double, note(pointer.clone(), pointers));
        (name, node(value, pointer, pointers))
    };
    let pairs = entries.iter().map(pair).collect();
    Node { span: at..at, kind: Kind::Map(Rc::new(pairs)) }
}

fn scalar(value: String, style: Style, at: usize) -> Node {
    Node { span: at..at, kind: Kind::Scalar(Rc::new(Scalar { value, style })) }
}

fn note(pointer: String, pointers: &mut Vec<String>) -> usize {
    pointers.push(pointer);
    pointers.len() - 1
}
