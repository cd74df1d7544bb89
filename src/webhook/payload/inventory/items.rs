//! `{"items": […]}` of snake_case objects, as a partner of 2024 received them (evotor.md, section
//! 3.11).

use serde::Serialize;
use serde_json::Value;

use crate::model::traits::{Name, created_ms, hired_ms, phone, role, serial_number};
use crate::model::world::{Device, Person, Store, User};
use crate::webhook::payload::moment::{self, ZONE_MS};
use crate::webhook::payload::value;

#[derive(Serialize)]
struct Items {
    items: Vec<Value>,
}

#[derive(Serialize)]
struct ItemStore<'a> {
    id: &'a str,
    name: &'a str,
    address: &'a str,
    user_id: &'a str,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct ItemDevice<'a> {
    id: &'a str,
    name: &'a str,
    store_id: &'a str,
    timezone_offset: i64,
    imei: Option<&'a str>,
    firmware_version: &'a str,
    location: Location,
    user_id: &'a str,
    serial_number: String,
    model: &'a str,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct Location {
    lng: f64,
    lat: f64,
}

#[derive(Serialize)]
struct ItemEmployee<'a> {
    id: &'a str,
    name: String,
    last_name: String,
    patronymic_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<u64>,
    stores: &'a [&'a str],
    role: &'a str,
    role_id: String,
    user_id: &'a str,
    created_at: String,
    updated_at: String,
}

pub(super) fn stores(stores: &[&Store], user: &User, now_ms: i64) -> Value {
    let item = |store: &&Store| {
        let (created_at, updated_at) = changed(created_ms(&store.uuid), now_ms);
        value(&ItemStore {
            id: &store.uuid,
            name: &store.name,
            address: &store.address,
            user_id: &user.id,
            created_at,
            updated_at,
        })
    };
    value(&Items { items: stores.iter().map(item).collect() })
}

pub(super) fn devices(devices: &[(&Device, &Store)], user: &User, now_ms: i64) -> Value {
    let item = |(device, store): &(&Device, &Store)| {
        let (created_at, updated_at) = changed(created_ms(&device.uuid), now_ms);
        value(&ItemDevice {
            id: &device.uuid,
            name: &device.name,
            store_id: &store.uuid,
            timezone_offset: ZONE_MS,
            imei: device.imei.as_deref(),
            firmware_version: "5.7.1",
            location: Location { lng: 37.59, lat: 55.78 },
            user_id: &user.id,
            serial_number: serial_number(device),
            model: "POWER",
            created_at,
            updated_at,
        })
    };
    value(&Items { items: devices.iter().map(item).collect() })
}

pub(super) fn employees(people: &[Person<'_>], user: &User, now_ms: i64) -> Value {
    let item = |(employee, stores): &Person<'_>| {
        let (created_at, updated_at) = changed(hired_ms(employee), now_ms);
        let name = Name::of(employee);
        value(&ItemEmployee {
            id: &employee.uuid,
            name: name.first,
            last_name: name.last,
            patronymic_name: name.patronymic,
            phone: phone(employee),
            stores,
            role: &employee.role,
            role_id: role(&employee.role),
            user_id: &user.id,
            created_at,
            updated_at,
        })
    };
    value(&Items { items: people.iter().map(item).collect() })
}

/// When it was made, and when it changed: now, or the cloud would not tell.
fn changed(made_ms: i64, now_ms: i64) -> (String, String) {
    (moment::offset(made_ms.min(now_ms)), moment::offset(now_ms))
}
