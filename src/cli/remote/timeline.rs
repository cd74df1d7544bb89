//! The timeline as it stands: the rows that a filter lets through.

use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::row::Row;
use super::trouble::Trouble;
use super::wanted::Wanted;

/// Rows, as they came and as they are read.
pub(super) type Rows = Vec<(Value, Row)>;

/// A part of the timeline.
#[derive(Debug)]
pub(super) struct Part {
    /// The oldest first.
    pub(super) rows: Rows,
    /// How far the records went when the newest were read, let through or not: what is told after it is
    /// none of them.
    pub(super) latest: i64,
}

#[derive(Debug, Deserialize)]
struct Page {
    exchanges: Vec<Value>,
    latest: i64,
}

/// Rows of one page, which is the most that the API gives.
const PAGE: usize = 1000;

/// The newest, at most so many.
pub(super) fn newest(client: &Client, wanted: &Wanted, most: usize) -> Result<Part, Trouble> {
    let mut part = Part { rows: Vec::new(), latest: 0 };
    let mut before = None;
    loop {
        let limit = (most - part.rows.len()).min(PAGE);
        let mut path = format!("/api/exchanges?{}&limit={limit}", wanted.query());
        for (name, id) in [("after", wanted.after), ("before", before)] {
            if let Some(id) = id {
                path.push_str(&format!("&{name}={id}"));
            }
        }
        let page = Page::deserialize(client.get(&path)?).map_err(|_| client.strange())?;
        if before.is_none() {
            part.latest = page.latest;
        }
        let count = page.exchanges.len();
        for value in page.exchanges {
            let row = Row::deserialize(&value).map_err(|_| client.strange())?;
            before = Some(row.id);
            // What has not ended is told of at its end, unless it is asked for.
            if row.running.is_none() || wanted.is_for_running() {
                part.rows.push((value, row));
            }
        }
        if count < limit || part.rows.len() >= most {
            part.rows.reverse();
            return Ok(part);
        }
    }
}

/// One row by its number.
pub(super) fn row(client: &Client, id: i64) -> Result<(Value, Row), Trouble> {
    let wanted = Wanted { filter: format!("id:{id}"), after: None };
    newest(client, &wanted, 1)?.rows.pop().ok_or_else(|| client.strange())
}
