//! Stores, devices and employees: everything the user has.

use axum::{Json, extract};
use serde::Serialize;

use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::problem::Problem;
use crate::model::moment::ZONE_MS;
use crate::model::traits::{Name, phone};
use crate::model::world::Person;
use crate::store::staff::{self, Hired};

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

/// Those of gateway.yaml, then those made over the API.
pub(super) async fn employees(
    extract::State(state): extract::State<State>,
    caller: Caller,
) -> Result<Json<Vec<Employee>>, Problem> {
    let user = caller.user_id.clone();
    let hired = state.store.write(move |tx| staff::all(tx, &user)).await?;
    let people = caller.config.world.people_of(caller.user).into_iter().map(of_file);
    let mut people: Vec<Employee> = people.chain(hired.into_iter().map(of_api)).collect();
    for (employee, code) in people.iter_mut().zip(1..) {
        employee.code = code.to_string();
    }
    Ok(Json(people))
}

fn of_file((employee, stores): Person<'_>) -> Employee {
    let name = Name::of(employee);
    Employee {
        uuid: employee.uuid.clone(),
        name: name.first,
        last_name: name.last,
        patronymic_name: name.patronymic,
        phone: Some(phone(employee)),
        code: String::new(),
        stores: stores.into_iter().map(str::to_owned).collect(),
        role: employee.role.clone(),
    }
}

fn of_api(hired: Hired) -> Employee {
    Employee {
        uuid: hired.id,
        name: hired.name,
        last_name: hired.last_name,
        patronymic_name: hired.patronymic_name,
        phone: hired.phone,
        code: String::new(),
        stores: hired.stores,
        role: hired.role,
    }
}
