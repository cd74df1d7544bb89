//! Arrays of camelCase objects, as the specification has them (evotor.md, section 3.11).

use serde::Serialize;
use serde_json::Value;

use crate::model::traits::{Name, phone};
use crate::model::world::{Device, Person, Store};
use crate::webhook::payload::moment::ZONE_MS;
use crate::webhook::payload::value;

#[derive(Serialize)]
struct PlainStore<'a> {
    uuid: &'a str,
    name: &'a str,
    address: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlainDevice<'a> {
    uuid: &'a str,
    name: &'a str,
    store_uuid: &'a str,
    timezone_offset: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlainEmployee<'a> {
    uuid: &'a str,
    name: String,
    last_name: String,
    patronymic_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<u64>,
    stores: &'a [&'a str],
    role: &'a str,
}

pub(super) fn stores(stores: &[&Store]) -> Value {
    let plain = |store: &&Store| {
        value(&PlainStore { uuid: &store.uuid, name: &store.name, address: &store.address })
    };
    stores.iter().map(plain).collect()
}

pub(super) fn devices(devices: &[(&Device, &Store)]) -> Value {
    let plain = |(device, store): &(&Device, &Store)| {
        value(&PlainDevice {
            uuid: &device.uuid,
            name: &device.name,
            store_uuid: &store.uuid,
            timezone_offset: ZONE_MS,
        })
    };
    devices.iter().map(plain).collect()
}

pub(super) fn employees(people: &[Person<'_>]) -> Value {
    let plain = |(employee, stores): &Person<'_>| {
        let name = Name::of(employee);
        value(&PlainEmployee {
            uuid: &employee.uuid,
            name: name.first,
            last_name: name.last,
            patronymic_name: None,
            phone: phone(employee),
            stores,
            role: &employee.role,
        })
    };
    people.iter().map(plain).collect()
}
