//! `apps[].webhooks`.

use std::collections::HashMap;

use crate::config::keys::{EVENTS, WEBHOOKS};
use crate::config::meant::Webhooks;
use crate::config::nearest::nearest;
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::config::value::origin;

use super::credential::credential;

/// The partner's side of the webhook plane.
pub(super) fn webhooks(reader: &mut Reader<'_>, node: &Node) -> Option<Webhooks> {
    let fields = reader.fields(node, &WEBHOOKS)?;
    let url = fields.get("url").and_then(|node| reader.parsed(node, "a base URL", origin::base));
    let auth = fields.get("auth").and_then(|node| credential(reader, node));
    let paths = fields.get("paths").map(|node| paths(reader, node)).unwrap_or_default();
    let mut word =
        |key, words| fields.get(key).and_then(|node| reader.word(node, words)).unwrap_or(false);
    let documents_v1 = word("documents", DOCUMENTS);
    let inventories_items = word("inventories", INVENTORIES);
    let subscription_zulu = word("subscription_times", TIMES);
    let tariff = fields.get("tariff").and_then(|node| reader.flag(node)).unwrap_or(false);
    Some(Webhooks {
        url: url?,
        auth,
        paths,
        documents_v1,
        inventories_items,
        subscription_zulu,
        tariff,
    })
}

fn paths(reader: &mut Reader<'_>, node: &Node) -> HashMap<String, String> {
    let mut paths = HashMap::new();
    for (key, event, value) in reader.entries(node).unwrap_or_default() {
        if !EVENTS.contains(&event) {
            let help = match nearest(event, EVENTS.iter().copied()) {
                Some(event) => format!("did you mean `{event}`?"),
                None => format!("events are {}", EVENTS.join(", ")),
            };
            reader.error(&key.span, format!("no event is called `{event}`"), help);
        }
        if let Some(path) = reader.parsed(value, "a path", origin::path) {
            paths.insert(event.to_owned(), path);
        }
    }
    paths
}

const DOCUMENTS: &[(&str, bool)] = &[("v1", true), ("v2", false)];
const TIMES: &[(&str, bool)] = &[("Z", true), ("+0000", false)];
const INVENTORIES: &[(&str, bool)] = &[("items", true), ("array", false)];
