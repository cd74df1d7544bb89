//! `asna`.

use std::collections::HashMap;
use std::time::Duration;

use crate::config::keys::{ASNA, ASNA_CLIENT, ASNA_SCHEMAS};
use crate::config::meant::{Asna, AsnaClient};
use crate::config::nearest::nearest;
use crate::config::node::Node;
use crate::config::reader::{Fields, Reader, shown};
use crate::config::value::{origin, quantity};

use super::credential::secret;
use super::limits::rate;
use crate::file;
use crate::model::token::Token;
use crate::newtonsoft::Schema;
use crate::text::{Text, text};

/// What is written, the rest by default.
pub(super) fn asna(reader: &mut Reader<'_>, node: Option<&Node>) -> Asna {
    let mut asna = Asna::default();
    let Some(fields) = node.and_then(|node| reader.fields(node, &ASNA)) else { return asna };
    asna.clients = clients(reader, &fields);
    if let Some(node) = fields.get("processing") {
        let processing = reader.parsed(node, "a duration", quantity::days);
        asna.processing = processing.unwrap_or(asna.processing);
    }
    if let Some(node) = fields.get("issuer") {
        asna.issuer = reader.parsed(node, "a base URL", origin::base).unwrap_or(asna.issuer);
    }
    if let Some(node) = fields.get("retry") {
        let pauses = reader.list(node).iter();
        asna.retry =
            pauses.filter_map(|node| reader.parsed(node, "a pause", quantity::days)).collect();
    }
    if let Some(notify) = fields.get("notify_errors").and_then(|node| reader.flag(node)) {
        asna.notify_errors = notify;
    }
    if let Some(node) = fields.get("rate") {
        asna.rate = reader.parsed(node, "a number of calls", rate).unwrap_or(asna.rate);
    }
    if let Some(node) = fields.get("schemas") {
        asna.schemas = schemas(reader, node);
    }
    asna
}

impl Default for Asna {
    fn default() -> Self {
        Self {
            clients: Vec::new(),
            processing: Duration::from_secs(1),
            issuer: "https://sso.asna.cloud:5000".to_owned(),
            retry: [1, 5, 30].map(Duration::from_secs).to_vec(),
            notify_errors: false,
            rate: 6000,
            schemas: HashMap::new(),
        }
    }
}

fn clients(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<AsnaClient> {
    let nodes = fields.get("clients").map_or(&[][..], |node| reader.list(node));
    let mut first = HashMap::new();
    let mut clients = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Some(fields) = reader.fields(node, &ASNA_CLIENT) else { continue };
        let client = client(reader, &fields);
        if let Some(node) = fields.get("id").filter(|_| !client.id.is_empty()) {
            let place = first.entry(client.id.to_ascii_lowercase()).or_insert(node.span.start);
            if *place != node.span.start {
                let (line, _) = reader.source.position(*place);
                let message = text!("another client has the id {node}", node => shown(node));
                reader.error(&node.span, message, text!("the first is on line {line}", line));
            }
        }
        clients.push(client);
    }
    clients
}

fn client(reader: &mut Reader<'_>, fields: &Fields<'_>) -> AsnaClient {
    let stores = fields.get("stores").map_or(&[][..], |node| reader.list(node));
    let secret = |reader: &mut Reader<'_>, key| {
        fields.get(key).and_then(|node| secret(reader, node)).map(Token::new)
    };
    AsnaClient {
        id: fields.get("id").and_then(|node| reader.id(node)).unwrap_or_default(),
        secret: secret(reader, "secret").unwrap_or_else(|| Token::new("")),
        webhook_key: secret(reader, "webhook_key"),
        stores: stores.iter().filter_map(|node| reader.id(node)).collect(),
    }
}

fn schemas(reader: &mut Reader<'_>, node: &Node) -> HashMap<String, Schema> {
    let mut schemas = HashMap::new();
    for (key, name, value) in reader.entries(node).unwrap_or_default() {
        if !ASNA_SCHEMAS.contains(&name) {
            let help = match nearest(name, ASNA_SCHEMAS.iter().copied()) {
                Some(near) => text!("did you mean `{near}`?", near),
                None => text!("known here: {join}", join = ASNA_SCHEMAS.join(", ")),
            };
            reader.error(&key.span, text!("no package is called {key}", key => shown(key)), help);
            continue;
        }
        if let Some(schema) = schema(reader, value) {
            schemas.insert(name.to_owned(), schema);
        }
    }
    schemas
}

fn schema(reader: &mut Reader<'_>, node: &Node) -> Option<Schema> {
    let path = reader.path(node)?;
    reader.files.push(path.clone());
    let text = match file::read_text(&path, file::CONFIG) {
        Ok(text) => text,
        Err(error) => {
            reader.unreadable(node, &error);
            return None;
        }
    };
    match Schema::parse(text.trim_start_matches('\u{FEFF}')) {
        Ok(schema) => Some(schema),
        Err(error) => {
            reader.error(
                &node.span,
                text!("this file is no JSON Schema that can be used"),
                Text::verbatim(error),
            );
            None
        }
    }
}
