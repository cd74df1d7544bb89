//! Stores, devices and employees: everything the user has.

use axum::Json;
use serde::Serialize;

use crate::cloud::access::Caller;
use crate::model::moment::ZONE_MS;
use crate::model::traits::{Name, phone};
use crate::model::world::Person;

#[derive(Serialize)]
pub(super) struct Store {
    uuid: String,
    name: String,
    address: String,
    code: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Device {
    uuid: String,
    code: String,
    name: String,
    store_uuid: String,
    timezone_offset: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Employee {
    uuid: String,
    name: String,
    last_name: String,
    patronymic_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<u64>,
    code: String,
    stores: Vec<String>,
    role: String,
}

pub(super) async fn stores(caller: Caller) -> Json<Vec<Store>> {
    let stores = caller.config.world.stores_of(caller.user).zip(1..).map(|(store, code)| Store {
        uuid: store.uuid.clone(),
        name: store.name.clone(),
        address: store.address.clone(),
        code: code.to_string(),
    });
    Json(stores.collect())
}

pub(super) async fn devices(caller: Caller) -> Json<Vec<Device>> {
    let devices = caller.config.world.devices_of(caller.user).zip(1..);
    let devices = devices.map(|((device, store), code)| Device {
        uuid: device.uuid.clone(),
        code: code.to_string(),
        name: device.name.clone(),
        store_uuid: store.uuid.clone(),
        timezone_offset: ZONE_MS,
    });
    Json(devices.collect())
}

pub(super) async fn employees(caller: Caller) -> Json<Vec<Employee>> {
    let people = caller.config.world.staff_of(caller.user).into_iter().zip(1..);
    Json(people.map(|(person, code)| employee(person, code)).collect())
}

fn employee((employee, stores): Person<'_>, code: u32) -> Employee {
    let name = Name::of(employee);
    Employee {
        uuid: employee.uuid.clone(),
        name: name.first,
        last_name: name.last,
        patronymic_name: name.patronymic,
        phone: phone(employee),
        code: code.to_string(),
        stores: stores.into_iter().map(str::to_owned).collect(),
        role: employee.role.clone(),
    }
}
