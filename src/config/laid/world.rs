//! Users, stores, devices and employees, each with the identifiers of what it belongs to.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::change::Kind;
use super::entry::Entry;
use super::form::{self, Reading};
use super::{Context, Left, keys};
use crate::config::meant::Config;
use crate::config::node::Node;
use crate::config::read;
use crate::config::reader::{Fields, Reader};
use crate::model::world::{Device, Employee, Store, User, UserIndex, World};
use crate::text::{Text, text};

type Form = Map<String, Value>;

pub(super) struct UserEntry(User);

pub(super) struct StoreEntry {
    store: Store,
    user: String,
}

pub(super) struct DeviceEntry {
    device: Device,
    store: String,
}

pub(super) struct EmployeeEntry {
    employee: Employee,
    stores: Vec<String>,
}

impl UserEntry {
    pub(super) fn all(config: &Config) -> Vec<Self> {
        config.world.users.iter().cloned().map(Self).collect()
    }
}

impl StoreEntry {
    pub(super) fn all(config: &Config) -> Vec<Self> {
        let world = &config.world;
        let user = |store: &Store| world.users.get(store.user.0).map_or("", |user| &user.id);
        let entry = |store: &Store| Self {
            store: Store { employees: Vec::new(), ..store.clone() },
            user: user(store).to_owned(),
        };
        world.stores.iter().map(entry).collect()
    }
}

impl DeviceEntry {
    pub(super) fn all(config: &Config) -> Vec<Self> {
        let world = &config.world;
        let store = |device: &Device| world.stores.get(device.store).map_or("", |s| &s.uuid);
        let entry =
            |device: &Device| Self { device: device.clone(), store: store(device).to_owned() };
        world.devices.iter().map(entry).collect()
    }
}

impl EmployeeEntry {
    /// One that the file has in several stores, even of several users, is one.
    pub(super) fn all(config: &Config) -> Vec<Self> {
        let mut entries: Vec<Self> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for store in &config.world.stores {
            for employee in &store.employees {
                let key = Kind::Employee.key(&employee.uuid);
                match places.get(&key).and_then(|at| entries.get_mut(*at)) {
                    Some(known) => known.stores.push(store.uuid.clone()),
                    None => {
                        places.insert(key, entries.len());
                        let stores = vec![store.uuid.clone()];
                        entries.push(Self { employee: employee.clone(), stores });
                    }
                }
            }
        }
        entries
    }
}

impl Entry for UserEntry {
    const KIND: Kind = Kind::User;

    fn id(&self) -> &str {
        &self.0.id
    }

    fn form(&self, _: &Context) -> Form {
        object(json!({"id": self.0.id}))
    }

    fn read(form: &Form, _: &Context) -> Reading<Self> {
        form::read(form, |reader, node| {
            let fields = reader.fields(node, &keys::USER)?;
            Some(Self(User { id: own_id(reader, &fields, "user", "id")? }))
        })
    }
}

impl Entry for StoreEntry {
    const KIND: Kind = Kind::Store;

    fn id(&self) -> &str {
        &self.store.uuid
    }

    fn form(&self, _: &Context) -> Form {
        let Store { uuid, name, address, .. } = &self.store;
        object(json!({"uuid": uuid, "name": name, "address": address, "user": self.user}))
    }

    fn read(form: &Form, _: &Context) -> Reading<Self> {
        form::read(form, |reader, node| {
            let fields = reader.fields(node, &keys::STORE)?;
            let uuid = own_id(reader, &fields, "store", "uuid");
            let user = id(reader, &fields, "user");
            let name = text(reader, &fields, "name");
            let address = text(reader, &fields, "address");
            let (user, employees) = (user?, Vec::new());
            let store = Store { uuid: uuid?, name, address, user: UserIndex(0), employees };
            Some(Self { store, user })
        })
    }
}

impl Entry for DeviceEntry {
    const KIND: Kind = Kind::Device;

    fn id(&self) -> &str {
        &self.device.uuid
    }

    fn form(&self, _: &Context) -> Form {
        let Device { uuid, name, imei, .. } = &self.device;
        let mut form = object(json!({"uuid": uuid, "name": name, "store": self.store}));
        form.extend(imei.as_ref().map(|imei| ("imei".to_owned(), imei.as_str().into())));
        form
    }

    fn read(form: &Form, _: &Context) -> Reading<Self> {
        form::read(form, |reader, node| {
            let fields = reader.fields(node, &keys::DEVICE)?;
            let uuid = own_id(reader, &fields, "device", "uuid");
            let store = id(reader, &fields, "store");
            let name = text(reader, &fields, "name");
            let imei = given(&fields, "imei");
            let imei = imei.and_then(|node| reader.own_id(node, "device", "imei"));
            let device = Device { uuid: uuid?, name, imei, store: 0, user: UserIndex(0) };
            Some(Self { device, store: store? })
        })
    }
}

impl Entry for EmployeeEntry {
    const KIND: Kind = Kind::Employee;

    fn id(&self) -> &str {
        &self.employee.uuid
    }

    fn form(&self, _: &Context) -> Form {
        let Employee { uuid, name, role, said } = &self.employee;
        let mut form =
            object(json!({"uuid": uuid, "name": name, "role": role, "stores": self.stores}));
        if let Some(said) = said {
            let names =
                [("last_name", &said.last_name), ("patronymic_name", &said.patronymic_name)];
            let names = names.into_iter().filter_map(|(key, name)| Some((key, name.as_ref()?)));
            form.extend(names.map(|(key, name)| (key.to_owned(), name.as_str().into())));
            form.extend(said.phone.map(|phone| ("phone".to_owned(), phone.into())));
        }
        form
    }

    fn read(form: &Form, _: &Context) -> Reading<Self> {
        form::read(form, employee)
    }

    fn changed(&self, patch: &Form, context: &Context) -> Result<Self, Vec<form::Wrong>> {
        let form = super::patch::merged(&self.form(context), patch);
        let mut changed = Self::read(&form, context)?.0;
        let made_ms = self.employee.said.as_ref().and_then(|said| said.made_ms);
        if let Some(made_ms) = made_ms {
            changed = changed.made_at(made_ms);
        }
        Ok(changed)
    }

    fn made_at(mut self, made_ms: i64) -> Self {
        self.employee.said.get_or_insert_default().made_ms = Some(made_ms);
        self
    }
}

fn employee(reader: &mut Reader<'_>, node: &Node) -> Option<EmployeeEntry> {
    let fields = reader.fields(node, &keys::EMPLOYEE)?;
    let uuid = own_id(reader, &fields, "employee", "uuid");
    let mut stores = Vec::new();
    if let Some(node) = fields.get("stores") {
        stores.extend(reader.list(node).iter().filter_map(|node| reader.id(node)));
        if stores.is_empty() {
            reader.error(
                &node.span,
                text!("an employee works somewhere"),
                text!("list the uuids of stores"),
            );
        }
    }
    let employee = Employee {
        uuid: uuid?,
        name: text(reader, &fields, "name"),
        role: read::employee::role(reader, &fields),
        said: read::employee::said(reader, &fields),
    };
    Some(EmployeeEntry { employee, stores })
}

/// Puts the entries together. One whose owner does not exist is left out.
pub(super) fn built(
    users: Vec<UserEntry>,
    stores: Vec<StoreEntry>,
    devices: Vec<DeviceEntry>,
    people: Vec<EmployeeEntry>,
    left: &mut Vec<Left>,
) -> World {
    let users: Vec<User> = users.into_iter().map(|entry| entry.0).collect();
    let owners: HashMap<&str, UserIndex> =
        users.iter().enumerate().map(|(at, user)| (user.id.as_str(), UserIndex(at))).collect();
    let mut leave = |kind, id: &str, why: Text| {
        left.push(Left { kind, id: id.to_owned(), why });
    };
    let mut kept: Vec<Store> = Vec::new();
    let mut places = HashMap::new();
    for StoreEntry { store, user } in stores {
        let Some(owner) = owners.get(user.as_str()) else {
            leave(Kind::Store, &store.uuid, text!("there is no user {user}", user));
            continue;
        };
        places.insert(Kind::Store.key(&store.uuid), kept.len());
        kept.push(Store { user: *owner, ..store });
    }
    for EmployeeEntry { employee, stores } in people {
        let homes = stores.iter().filter_map(|id| places.get(&Kind::Store.key(id)).copied());
        let homes: HashSet<usize> = homes.collect();
        if homes.is_empty() {
            let why = text!("there is no store {store}", store = stores.join(", "));
            leave(Kind::Employee, &employee.uuid, why);
        }
        for home in homes {
            if let Some(store) = kept.get_mut(home) {
                store.employees.push(employee.clone());
            }
        }
    }
    let mut terminals = Vec::new();
    let mut imeis = HashSet::new();
    for DeviceEntry { device, store } in devices {
        let place = places.get(&Kind::Store.key(&store)).copied();
        let owner = place.and_then(|at| kept.get(at)).map(|store| store.user);
        let Some((place, user)) = place.zip(owner) else {
            leave(Kind::Device, &device.uuid, text!("there is no store {store}", store));
            continue;
        };
        if let Some(imei) = device.imei.as_ref().filter(|imei| !imeis.insert((*imei).clone())) {
            leave(Kind::Device, &device.uuid, text!("another device has the imei {imei}", imei));
            continue;
        }
        terminals.push(Device { store: place, user, ..device });
    }
    World::new(users, kept, terminals)
}

fn id(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Option<String> {
    fields.get(key).and_then(|node| reader.id(node))
}

fn own_id(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    noun: &'static str,
    key: &'static str,
) -> Option<String> {
    fields.get(key).and_then(|node| reader.own_id(node, noun, key))
}

/// A value that is there and not null.
fn given<'n>(fields: &Fields<'n>, key: &str) -> Option<&'n Node> {
    fields.get(key).filter(|node| !node.is_null())
}

fn text(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> String {
    let text = given(fields, key).and_then(|node| reader.text(node));
    text.map(|text| text.text.into_owned()).unwrap_or_default()
}

fn object(value: Value) -> Form {
    match value {
        Value::Object(map) => map,
        _ => Form::new(),
    }
}
