//! The three searches.

use serde_json::json;

use super::stage::Shop;
use crate::support::world::{DEVICE, EMPLOYEE, STORE};

const BASE: &str = "/api/v1/inventories";

#[test]
fn stores_have_the_documented_fields() {
    let shop = Shop::open();
    let stores = shop.read(&format!("{BASE}/stores/search"));
    assert_eq!(stores, json!([{"uuid": STORE, "name": "Кофейня", "address": "", "code": "1"}]));
}

#[test]
fn devices_have_the_documented_fields() {
    let shop = Shop::open();
    let devices = shop.read(&format!("{BASE}/devices/search"));
    let device = json!({
        "uuid": DEVICE, "code": "1", "name": "Касса", "storeUuid": STORE, "timezoneOffset": 10_800_000
    });
    assert_eq!(devices, json!([device]));
}

#[test]
fn employees_are_those_of_the_webhook() {
    let shop = Shop::open();
    let employees = shop.read(&format!("{BASE}/employees/search"));
    shop.gateway.happen("employees");
    let told = shop.service.last().json();
    for (name, value) in told[0].as_object().unwrap() {
        if name != "patronymicName" {
            assert_eq!(&employees[0][name], value, "{name}");
        }
    }
    let employee = &employees[0];
    assert_eq!(employee["uuid"], EMPLOYEE);
    let names: Vec<_> = employee.as_object().unwrap().keys().map(String::as_str).collect();
    let documented =
        ["uuid", "name", "lastName", "patronymicName", "phone", "code", "stores", "role"];
    assert_eq!(names, documented);
    assert!(employee["phone"].is_u64(), "{employee}");
}
