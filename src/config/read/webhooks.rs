//! `apps[].webhooks`.

use std::collections::HashMap;

use crate::config::keys::{EVENTS, WEBHOOKS};
use crate::config::meant::{Target, Webhooks};
use crate::config::nearest::nearest;
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::config::value::origin;
use crate::model::token::Token;
use crate::text::text;

use super::credential::credential;

/// The partner's side of the webhook plane.
pub(super) fn webhooks(reader: &mut Reader<'_>, node: &Node) -> Option<Webhooks> {
    let fields = reader.fields(node, &WEBHOOKS)?;
    let url = fields.get("url").and_then(|node| reader.parsed(node, "a base URL", origin::base));
    let auth = fields.get("auth").and_then(|node| credential(reader, node));
    let auths_at = fields.get("auths");
    let auths = auths_at.map(|node| auths(reader, node)).unwrap_or_default();
    let paths = fields.get("paths").map(|node| paths(reader, node)).unwrap_or_default();
    note_unused(reader, auths_at, &paths);
    let mut word =
        |key, words| fields.get(key).and_then(|node| reader.word(node, words)).unwrap_or(false);
    let documents_v1 = word("documents", DOCUMENTS);
    let inventories_items = word("inventories", INVENTORIES);
    let subscription_zulu = word("subscription_times", TIMES);
    let tariff = fields.get("tariff").and_then(|node| reader.flag(node)).unwrap_or(false);
    Some(Webhooks {
        url: url?,
        auth,
        auths,
        paths,
        documents_v1,
        inventories_items,
        subscription_zulu,
        tariff,
    })
}

fn paths(reader: &mut Reader<'_>, node: &Node) -> HashMap<String, Target> {
    let mut paths = HashMap::new();
    for (event, value) in by_event(reader, node) {
        let parse = |text: &str| match text {
            "off" | "false" => Ok(Target::Off),
            text => origin::path(text).map(Target::Own),
        };
        if let Some(path) = reader.parsed(value, "a path", parse) {
            paths.insert(event.to_owned(), path);
        }
    }
    paths
}

fn auths(reader: &mut Reader<'_>, node: &Node) -> HashMap<String, Token> {
    let mut auths = HashMap::new();
    for (event, value) in by_event(reader, node) {
        if let Some(token) = credential(reader, value) {
            auths.insert(event.to_owned(), token);
        }
    }
    auths
}

/// The entries of a map by events; what is not called as one is noted and read all the same.
fn by_event<'n>(reader: &mut Reader<'_>, node: &'n Node) -> Vec<(&'n str, &'n Node)> {
    let entries = reader.entries(node).unwrap_or_default();
    for (key, event, _) in entries.iter().filter(|(_, event, _)| !EVENTS.contains(event)) {
        let help = match nearest(event, EVENTS.iter().copied()) {
            Some(event) => text!("did you mean `{event}`?", event),
            None => text!("events are {join}", join = EVENTS.join(", ")),
        };
        reader.error(&key.span, text!("no event is called `{event}`", event), help);
    }
    entries.into_iter().map(|(_, event, value)| (event, value)).collect()
}

/// What a partner does not get needs no token.
fn note_unused(reader: &mut Reader<'_>, node: Option<&Node>, paths: &HashMap<String, Target>) {
    let entries = node.and_then(Node::map).unwrap_or_default();
    for (key, _) in entries {
        let event = key.scalar().map_or("", |key| key.value.as_str());
        if paths.get(event) == Some(&Target::Off) {
            let message = text!("`{event}` is off, so that this is never sent", event);
            reader.warn(&key.span, message, text!("leave it out, or take `off` away"));
        }
    }
}

const DOCUMENTS: &[(&str, bool)] = &[("v1", true), ("v2", false)];
const TIMES: &[(&str, bool)] = &[("Z", true), ("+0000", false)];
const INVENTORIES: &[(&str, bool)] = &[("items", true), ("array", false)];
