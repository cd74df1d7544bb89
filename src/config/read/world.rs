//! `users`: who owns which stores, devices and employees.

use std::collections::HashMap;

use super::employee;
use crate::config::keys::{DEVICE, EMPLOYEE, STORE, USER};
use crate::config::nearest::nearest;
use crate::config::node::Node;
use crate::config::reader::{Fields, Reader, shown};
use crate::model::world::{Device, Employee, Store, User, UserIndex, World};
use crate::text::text;

/// The users of the file by id, for everything that names one.
#[derive(Debug, Default)]
pub(in crate::config) struct Users {
    by_id: HashMap<String, UserIndex>,
}

/// Reads the world and notes whatever is in it twice.
pub(super) fn world(reader: &mut Reader<'_>, node: Option<&Node>) -> (World, Users) {
    let mut found = Found::default();
    let nodes = node.map_or(&[][..], |node| reader.list(node));
    for node in nodes {
        user(reader, node, &mut found);
    }
    (World::new(found.users, found.stores, found.devices), Users { by_id: found.by_id })
}

impl Users {
    /// Of a world that is known.
    pub(in crate::config) fn of(users: &[User]) -> Self {
        let places = users.iter().enumerate().map(|(at, user)| (user.id.clone(), UserIndex(at)));
        Self { by_id: places.collect() }
    }

    /// Where a user is in the world.
    pub(in crate::config) fn place(&self, id: &str) -> Option<UserIndex> {
        self.by_id.get(id).copied()
    }

    /// The user that a text names; an unknown one is noted at `node`.
    pub(super) fn find(&self, reader: &mut Reader<'_>, node: &Node) -> Option<UserIndex> {
        let text = reader.text(node)?;
        if let Some(user) = self.by_id.get(&*text.text) {
            return Some(*user);
        }
        let known = self.by_id.keys().map(String::as_str);
        let help = match nearest(&text.text, known) {
            Some(id) => text!("did you mean `{id}`?", id),
            None => text!("add the user to `users`"),
        };
        reader.error(&node.span, text!("no user has the id {node}", node => shown(node)), help);
        None
    }
}

#[derive(Default)]
struct Found {
    users: Vec<User>,
    stores: Vec<Store>,
    devices: Vec<Device>,
    by_id: HashMap<String, UserIndex>,
    /// Where identifiers that must be unique were first seen, in upper case.
    seen: HashMap<(&'static str, &'static str, String), usize>,
}

fn user(reader: &mut Reader<'_>, node: &Node, found: &mut Found) {
    let Some(fields) = reader.fields(node, &USER) else { return };
    let id = unique(reader, &fields, "id", "user", found);
    let index = UserIndex(found.users.len());
    found.by_id.entry(id.clone()).or_insert(index);
    found.users.push(User { id });
    for node in items(reader, &fields, "stores") {
        store(reader, node, index, found);
    }
}

fn store(reader: &mut Reader<'_>, node: &Node, user: UserIndex, found: &mut Found) {
    let Some(fields) = reader.fields(node, &STORE) else { return };
    let store = Store {
        uuid: unique(reader, &fields, "uuid", "store", found),
        name: text(reader, &fields, "name"),
        address: text(reader, &fields, "address"),
        user,
        employees: items(reader, &fields, "employees")
            .iter()
            .filter_map(|node| employed(reader, node))
            .collect(),
    };
    let index = found.stores.len();
    found.stores.push(store);
    for node in items(reader, &fields, "devices") {
        device(reader, node, index, user, found);
    }
}

fn device(reader: &mut Reader<'_>, node: &Node, store: usize, user: UserIndex, found: &mut Found) {
    let Some(fields) = reader.fields(node, &DEVICE) else { return };
    let uuid = unique(reader, &fields, "uuid", "device", found);
    let name = text(reader, &fields, "name");
    let imei = fields.get("imei").map(|_| unique(reader, &fields, "imei", "device", found));
    found.devices.push(Device { uuid, name, imei, store, user });
}

fn employed(reader: &mut Reader<'_>, node: &Node) -> Option<Employee> {
    let fields = reader.fields(node, &EMPLOYEE)?;
    Some(Employee {
        uuid: fields
            .get("uuid")
            .and_then(|node| reader.own_id(node, "employee", "uuid"))
            .unwrap_or_default(),
        name: text(reader, &fields, "name"),
        role: employee::role(reader, &fields),
        said: employee::said(reader, &fields),
    })
}

/// An identifier that no other thing of its kind may have, whatever its casing.
fn unique(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    key: &'static str,
    noun: &'static str,
    found: &mut Found,
) -> String {
    let Some(node) = fields.get(key) else { return String::new() };
    let Some(id) = reader.own_id(node, noun, key) else { return String::new() };
    let own = (noun, key, id.to_ascii_uppercase());
    if let Some(first) = found.seen.get(&own) {
        let (line, _) = reader.source.position(*first);
        let message =
            text!("another {noun} has the {key} {node}", noun => noun, key, node => shown(node));
        reader.error(&node.span, message, text!("the first is on line {line}", line));
    } else {
        found.seen.insert(own, node.span.start);
    }
    id
}

fn items<'n>(reader: &mut Reader<'_>, fields: &Fields<'n>, key: &str) -> &'n [Node] {
    fields.get(key).map_or(&[], |node| reader.list(node))
}

fn text(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> String {
    fields
        .get(key)
        .and_then(|node| reader.text(node))
        .map(|text| text.text.into_owned())
        .unwrap_or_default()
}
