//! What is listed, added and removed at an address of the API: faults, stubs, breakpoints, what is held.

use std::io::Write;

use hyper::Method;
use serde_json::{Map, Value};

use super::client::{Client, segment};
use super::table;
use super::talk;
use super::trouble::Trouble;
use crate::cli::words::{fixed, words};

/// A kind of them.
pub(super) struct Resource<const N: usize> {
    pub(super) address: &'static str,
    /// The member of the answer that has the list.
    pub(super) member: &'static str,
    /// What is said of an empty list.
    pub(super) none: &'static str,
    pub(super) head: [&'static str; N],
    pub(super) cells: fn(&Value) -> [String; N],
}

impl<const N: usize> Resource<N> {
    pub(super) fn list(
        &self,
        client: &Client,
        json: bool,
        out: &mut dyn Write,
    ) -> Result<(), Trouble> {
        let rows = listed(client, self.address, self.member)?;
        if json {
            writeln!(out, "{}", Value::Array(rows))?;
        } else if rows.is_empty() {
            talk(&fixed(self.none));
        } else {
            self.write(&rows, out)?;
        }
        Ok(())
    }

    pub(super) fn add(
        &self,
        client: &Client,
        asked: Map<String, Value>,
        json: bool,
        out: &mut dyn Write,
    ) -> Result<(), Trouble> {
        let made = client.post(self.address, &Value::Object(asked))?;
        match json {
            true => writeln!(out, "{made}")?,
            false => self.write(&[made], out)?,
        }
        Ok(())
    }

    /// Removes one, or all.
    pub(super) fn remove(&self, client: &Client, id: Option<&str>) -> Result<(), Trouble> {
        let path = match id {
            Some(id) => format!("{}/{}", self.address, segment(id)),
            None => self.address.to_owned(),
        };
        client.ask(Method::DELETE, &path, "".into())?;
        talk(&words!("removed"));
        Ok(())
    }

    fn write(&self, rows: &[Value], out: &mut dyn Write) -> std::io::Result<()> {
        let head = std::iter::once(self.head.map(fixed));
        table::write(&head.chain(rows.iter().map(self.cells)).collect::<Vec<_>>(), out)
    }
}

/// The rows under a name of what an address lists.
pub(super) fn listed(client: &Client, address: &str, member: &str) -> Result<Vec<Value>, Trouble> {
    match client.get(address)?.get_mut(member).map(Value::take) {
        Some(Value::Array(rows)) => Ok(rows),
        _ => Err(client.strange()),
    }
}

/// A member of a row as a cell.
pub(super) fn cell(row: &Value, key: &str) -> String {
    match row.get(key) {
        Some(Value::String(text)) => table::safe(text),
        Some(Value::Bool(is)) => fixed(if *is { "yes" } else { "no" }),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}
