//! Users, stores, devices and employees are made, changed and removed; the proxy knows at once.

use serde_json::json;

use super::stage::{Hands, from, id};
use crate::support::World;
use crate::support::world::{
    DEVICE, DEVICE_2, DEVICE_3, EMPLOYEE, IMEI, STORE, STORE_2, USER, USER_3,
};
use crate::webhooks::stage::Cloud;

#[test]
fn a_device_that_was_made_calls_with_its_own_identity() {
    let cloud = Cloud::start();
    let (store, device) = cloud.gateway.kiosk();
    let seen = cloud.call(&device);
    assert_eq!(seen.all("x-evotor-store-uuid"), [store.as_str()]);
    assert_eq!(seen.all("x-evotor-device-uuid"), [device.as_str()]);
    assert_eq!(seen.all("x-evotor-user-id"), [USER]);
    assert_eq!(cloud.call(DEVICE).all("x-evotor-store-uuid"), [STORE], "the file's device");
}

#[test]
fn silence_still_means_the_device_it_meant_before() {
    let cloud = Cloud::start();
    cloud.gateway.kiosk();
    cloud.gateway.expect_alive("without a word of who is calling");
    let device = &cloud.gateway.see(&format!("/devices/{DEVICE}"));
    assert_eq!((&device["default"], &device["origin"]), (&json!(true), &json!("file")));
}

#[test]
fn a_user_of_its_own_gets_stores_and_devices() {
    let cloud = Cloud::start();
    let user = id(&cloud.gateway.make("users", &json!({})));
    assert!(user.starts_with("01-") && user.len() == 18, "{user}");
    let store = id(&cloud.gateway.make("stores", &json!({"user": user, "name": "Лавка"})));
    let form = json!({"store": store.to_lowercase(), "imei": "352099001761555"});
    let device = id(&cloud.gateway.make("devices", &form));
    assert_eq!(cloud.call(&device).field("authorization"), None, "no token yet");
    cloud
        .gateway
        .make("tokens", &json!({"app": "loyalty", "user": user, "token": "by-hand-0123456789"}));
    let seen = cloud.call(&device);
    assert_eq!(seen.all("x-evotor-user-id"), [user.as_str()]);
    assert_eq!(seen.all("authorization"), ["Bearer by-hand-0123456789"]);
    assert_eq!(cloud.call("352099001761555").all("x-evotor-device-uuid"), [device.as_str()]);
}

#[test]
fn a_device_that_was_removed_is_unknown() {
    let cloud = Cloud::start();
    let (_, device) = cloud.gateway.kiosk();
    cloud.call(&device);
    let gone = cloud.gateway.remove(&format!("devices/{device}"));
    assert_eq!(gone["removed"], json!([{"kind": "device", "id": device}]));
    cloud.gateway.ask(from(&device)).expect_refusal("a device that is gone", 403, "device_unknown");
    cloud.gateway.deny("GET", &format!("devices/{device}"), &json!(null), 404, "not_found");
}

#[test]
fn a_device_of_the_file_can_go_and_come_back() {
    let cloud = Cloud::with(World::crowd);
    cloud.gateway.remove(&format!("devices/{}", DEVICE_2.to_lowercase()));
    cloud.gateway.ask(from(DEVICE_2)).expect_refusal("removed", 403, "device_unknown");
    let again = cloud.gateway.make("devices", &json!({"uuid": DEVICE_2, "store": STORE}));
    assert_eq!((&again["origin"], &again["imei"]), (&json!("changed"), &json!(null)));
    assert_eq!(cloud.call(DEVICE_2).all("x-evotor-store-uuid"), [STORE], "in another store now");
}

#[test]
fn a_device_moves_to_another_store_and_gets_another_imei() {
    let cloud = Cloud::with(World::crowd);
    let patch = json!({"store": STORE_2, "imei": "352099001761777", "name": "Касса у входа"});
    let moved = cloud.gateway.change(&format!("devices/{DEVICE}"), &patch);
    assert_eq!((&moved["store"], &moved["name"]), (&json!(STORE_2), &patch["name"]));
    assert_eq!(moved["origin"], "changed");
    assert_eq!(cloud.call("352099001761777").all("x-evotor-store-uuid"), [STORE_2]);
    cloud.gateway.ask(from(IMEI)).expect_refusal("the old imei", 403, "device_unknown");
    let without = cloud.gateway.change(&format!("devices/{DEVICE}"), &json!({"imei": null}));
    assert_eq!(without["imei"], json!(null));
}

#[test]
fn a_store_takes_everything_in_it_along_if_that_is_asked_for() {
    let cloud = Cloud::with(World::crowd);
    let store = format!("stores/{STORE_2}");
    let problem = cloud.gateway.deny("DELETE", &store, &json!(null), 409, "in_use");
    let device = json!({"kind": "device", "id": DEVICE_2});
    // The employee works in another store of the same user as well.
    assert_eq!(problem["dependents"], json!([device]));
    assert!(problem["hint"].as_str().unwrap().contains("cascade=true"), "{problem}");
    let gone = cloud.gateway.remove(&format!("{store}?cascade=true"));
    assert_eq!(gone["removed"], json!([device, {"kind": "store", "id": STORE_2}]));
    cloud.gateway.ask(from(DEVICE_2)).expect_refusal("a store's device", 403, "device_unknown");
    let employee = cloud.gateway.see(&format!("/employees/{EMPLOYEE}"));
    assert_eq!(employee["stores"], json!([STORE]));
}

#[test]
fn a_user_goes_with_everything_there_is_of_them() {
    let cloud = Cloud::with(World::crowd);
    cloud.gateway.deny("DELETE", &format!("users/{USER_3}"), &json!(null), 409, "in_use");
    cloud.gateway.remove(&format!("users/{USER_3}?cascade=true"));
    cloud.gateway.ask(from(DEVICE_3)).expect_refusal("gone", 403, "device_unknown");
    let all = cloud.gateway.see("");
    assert_eq!(all["users"].as_array().unwrap().len(), 1);
    assert_eq!(all["apps"][1]["installed_by"], json!([]), "{all}");
    cloud.call(DEVICE_2);
}

#[test]
fn an_employee_has_what_was_said_and_the_rest_follows() {
    let cloud = Cloud::start();
    let form = json!({"name": "Анна", "last_name": "Каренина", "role": "ADMIN", "stores": [STORE]});
    let made = cloud.gateway.make("employees", &form);
    assert_eq!((&made["origin"], &made["user"]), (&json!("runtime"), &json!(USER)));
    let patch = json!({"phone": 79_161_234_567_u64, "last_name": null});
    let changed = cloud.gateway.change(&format!("employees/{}", id(&made)), &patch);
    assert_eq!((&changed["phone"], &changed["last_name"]), (&patch["phone"], &json!(null)));
    let anna = cloud.told("/employees").pop().unwrap()[1].clone();
    assert_eq!(anna["phone"], patch["phone"]);
    assert!(anna["lastName"].as_str().is_some_and(|name| !name.is_empty()), "{anna}");
}

#[test]
fn the_list_of_everything_has_each_entry_below_its_owner() {
    let cloud = Cloud::start();
    let (store, device) = cloud.gateway.kiosk();
    let all = cloud.gateway.see("");
    let stores = &all["users"][0]["stores"];
    assert_eq!((&stores[0]["uuid"], &stores[0]["origin"]), (&json!(STORE), &json!("file")));
    assert_eq!((&stores[1]["uuid"], &stores[1]["origin"]), (&json!(store), &json!("runtime")));
    assert_eq!(stores[1]["devices"][0]["uuid"], device.as_str());
    assert_eq!(stores[0]["employees"][0]["uuid"], EMPLOYEE);
    assert_eq!(all["waiting"], json!([]));
    for collection in ["users", "stores", "devices", "employees", "apps"] {
        let list = cloud.gateway.see(&format!("/{collection}"));
        for entry in list[collection].as_array().unwrap() {
            let address = format!("/{collection}/{}", id(entry));
            assert_eq!(&cloud.gateway.see(&address), entry);
        }
    }
}

#[test]
fn connections_to_the_partner_outlive_a_change() {
    // Each worker has connections of its own.
    let cloud = Cloud::with(|world| world.top("workers", "1"));
    cloud.call(DEVICE);
    let before = cloud.service.partner.connections();
    let user = cloud.gateway.make("users", &json!({}));
    cloud.call(DEVICE);
    assert_eq!(cloud.service.partner.connections(), before, "{user}");
}
