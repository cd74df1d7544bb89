//! `faults`.

use crate::config::injection::{Known, Written, Wrong, injection};
use crate::config::keys::FAULT;
use crate::config::meant::{App, AsnaClient};
use crate::config::node::Node;
use crate::config::reader::{Fields, Reader, shown};
use crate::model::injection::Injection;
use crate::text::text;

/// In the order of the file.
pub(super) fn faults(
    reader: &mut Reader<'_>,
    node: Option<&Node>,
    apps: &[App],
    clients: &[AsnaClient],
) -> Vec<Injection> {
    let apps = apps.iter().map(|app| (app.name.clone(), app.id.clone()));
    let clients = clients.iter().map(|client| (client.id.clone(), client.id.clone()));
    let known = Known::new(apps.chain(clients));
    let nodes = node.map_or(&[][..], |node| reader.list(node));
    nodes.iter().filter_map(|node| fault(reader, node, &known)).collect()
}

fn fault(reader: &mut Reader<'_>, node: &Node, known: &Known) -> Option<Injection> {
    let fields = reader.fields(node, &FAULT)?;
    let written: Vec<Written> = FAULT
        .keys
        .iter()
        .filter_map(|key| Some((key.name, fields.get(key.name)?)))
        .map(|(key, node)| (key, reader.text(node).map(|text| text.text.into_owned())))
        .collect();
    match injection(&written, known) {
        Ok(injection) => Some(injection),
        Err(wrong) => {
            wrong.into_iter().for_each(|wrong| complain(reader, node, &fields, wrong));
            None
        }
    }
}

fn complain(reader: &mut Reader<'_>, whole: &Node, fields: &Fields<'_>, wrong: Wrong) {
    let Wrong { key, of_key, what, help, .. } = wrong;
    match fields.get(key) {
        Some(node) if of_key => {
            reader.error(&node.span, text!("`{key}` {what}", key, what => what), help);
        }
        Some(node) => reader.error(
            &node.span,
            text!("{node} {what}", node => shown(node), what => what),
            help,
        ),
        // A key that no fault may lack has been missed already.
        None if key == "kind" => {}
        None => reader.error(&reader.head(whole), text!("`{key}` {what}", key, what => what), help),
    }
}
