//! `journal`.

use std::time::Duration;

use crate::config::keys::JOURNAL;
use crate::config::meant::Journal;
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::config::value::quantity;
use crate::text::{Text, text};

/// Each bound as written, or its default.
pub(super) fn journal(reader: &mut Reader<'_>, node: Option<&Node>) -> Journal {
    let mut journal = Journal::default();
    let Some(fields) = node.and_then(|node| reader.fields(node, &JOURNAL)) else { return journal };
    if let Some(enabled) = fields.get("enabled").and_then(|node| reader.flag(node)) {
        journal.enabled = enabled;
    }
    if let Some(body) = fields.get("body").and_then(|node| reader.parsed(node, "a size", body)) {
        journal.body = body;
    }
    if let Some(size) = fields.get("size").and_then(|node| reader.parsed(node, "a size", size)) {
        journal.size = size;
    }
    if let Some(age) =
        fields.get("age").and_then(|node| reader.parsed(node, "a duration", quantity::days))
    {
        journal.age = age;
    }
    journal
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            enabled: true,
            body: 64 << 10,
            size: 512 << 20,
            age: Duration::from_secs(7 * 86_400),
        }
    }
}

fn body(text: &str) -> Result<usize, Text> {
    let size = quantity::size(text)?;
    let most = text!("at most {most_of_a_body} MiB", most_of_a_body = MOST_OF_A_BODY >> 20);
    usize::try_from(size).ok().filter(|size| *size <= MOST_OF_A_BODY).ok_or(most)
}

fn size(text: &str) -> Result<u64, Text> {
    match quantity::size(text)? {
        size if size < LEAST => Err(text!("at least {least} MiB", least = LEAST >> 20)),
        size => Ok(size),
    }
}

const MOST_OF_A_BODY: usize = 16 << 20;
/// An empty database and a few exchanges.
const LEAST: u64 = 1 << 20;
