//! `retry`.

use std::time::Duration;

use crate::config::keys::RETRY;
use crate::config::meant::Retry;
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::config::value::quantity;
use crate::text::{Text, text};

/// Each rule as written, or its default.
pub(super) fn retry(reader: &mut Reader<'_>, node: Option<&Node>) -> Retry {
    let mut retry = Retry::default();
    let Some(fields) = node.and_then(|node| reader.fields(node, &RETRY)) else { return retry };
    for (name, place) in [
        ("timeout", &mut retry.timeout),
        ("events_every", &mut retry.lifecycle_every),
        ("events_for", &mut retry.lifecycle_for),
    ] {
        if let Some(node) = fields.get(name) {
            *place = reader.parsed(node, "a duration", positive).unwrap_or(*place);
        }
    }
    if let Some(node) = fields.get("notifications") {
        let pauses = reader.list(node).iter();
        retry.notifications =
            pauses.filter_map(|node| reader.parsed(node, "a pause", positive)).collect();
    }
    if let Some(in_order) = fields.get("in_order").and_then(|node| reader.flag(node)) {
        retry.in_order = in_order;
    }
    if let Some(node) = fields.get("parallel") {
        let count = |text: &str| quantity::count(text, 1, MOST_PARALLEL);
        let parallel = reader.parsed(node, "a number of messages", count);
        retry.parallel = parallel.unwrap_or(retry.parallel);
    }
    retry
}

impl Default for Retry {
    fn default() -> Self {
        let pauses = [10, 60, 300, 900, 3_600, 21_600, 86_400];
        Self {
            timeout: Duration::from_secs(10),
            notifications: pauses.map(Duration::from_secs).to_vec(),
            lifecycle_every: Duration::from_secs(60),
            lifecycle_for: Duration::from_secs(3 * 86_400),
            in_order: false,
            parallel: 64,
        }
    }
}

fn positive(text: &str) -> Result<Duration, Text> {
    match quantity::days(text)? {
        Duration::ZERO => Err(text!("more than nothing")),
        duration => Ok(duration),
    }
}

const MOST_PARALLEL: usize = 1024;
