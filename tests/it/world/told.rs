//! Who is told of a change, and what.

use serde_json::{Value, json};

use super::stage::{Hands, id};
use crate::cloud_v2::stage::Client as _;
use crate::support::world::{DEVICE, EMPLOYEE, STORE, TOKEN};
use crate::webhooks::stage::{Cloud, without_token};

#[test]
fn each_change_is_told_as_the_whole_inventory_that_it_changes() {
    let cloud = Cloud::start();
    let (store, device) = cloud.gateway.kiosk();
    let ids = |list: &Value| -> Vec<String> { list.as_array().unwrap().iter().map(id).collect() };
    assert_eq!(ids(&cloud.told("/stores")[0]), [STORE, &store]);
    assert_eq!(ids(&cloud.told("/devices")[0]), [DEVICE, &device]);
    assert_eq!(cloud.told("/employees").len(), 0);
    cloud.gateway.change(&format!("stores/{store}"), &json!({"name": "Ларёк"}));
    assert_eq!(cloud.told("/stores")[1][1]["name"], "Ларёк");
    let form = json!({"stores": [store, STORE], "name": "Пётр"});
    let employee = id(&cloud.gateway.make("employees", &form));
    let told = cloud.told("/employees").remove(0);
    assert_eq!(ids(&told), [EMPLOYEE, &employee]);
    assert_eq!(told[1]["stores"], json!([STORE, store]));
    let hook = cloud.service.last();
    assert_eq!(hook.all("authorization"), [format!("Bearer {TOKEN}")]);
    cloud.gateway.remove(&format!("stores/{store}?cascade=true&wait=true"));
    assert_eq!(ids(cloud.told("/stores").last().unwrap()), [STORE]);
    assert_eq!(ids(cloud.told("/devices").last().unwrap()), [DEVICE]);
}

#[test]
fn the_last_one_that_goes_leaves_an_empty_list() {
    let cloud = Cloud::start();
    cloud.gateway.remove(&format!("devices/{DEVICE}?wait=true"));
    assert_eq!(cloud.told("/devices"), [json!([])]);
    let items = Cloud::of(&["inventories: items"], |world| world);
    items.gateway.remove(&format!("employees/{EMPLOYEE}?wait=true"));
    assert_eq!(items.told("/employees"), [json!({"items": []})]);
}

#[test]
fn an_app_without_the_users_token_is_not_told_and_that_is_said() {
    let cloud = Cloud::with(without_token);
    let made = cloud.gateway.made("stores", &json!({"name": "Киоск"}));
    assert_eq!(made["deliveries"], json!([]));
    assert!(made["notes"][0].as_str().unwrap().contains("loyalty is not told"), "{made}");
}

#[test]
fn an_employee_made_over_rest_is_told_in_each_apps_own_shape_and_triggered_with_the_others() {
    for (more, pointer) in [(&[][..], ""), (&["inventories: items"], "/items")] {
        let shop = crate::cloud::stage::Shop::hooked(more);
        let body = json!({"name": "Анна", "last_name": "", "stores": [STORE], "phone": 79_162_869_949_u64});
        let hired = id(&shop.ask("POST", "/employees", &body, 201));
        let told = |hook: &crate::support::Received| hook.target().ends_with("/employees");
        shop.gateway.eventually("the webhook", || shop.service.hooks().iter().any(told));
        let ours = |body: &Value| {
            let list = body.pointer(pointer).unwrap().as_array().unwrap().clone();
            list.into_iter().find(|person| id(person) == hired).unwrap()
        };
        let first = shop.service.hooks().iter().find(|hook| told(hook)).unwrap().json();
        assert_eq!(ours(&first)["phone"], body["phone"]);
        shop.gateway.happen("employees");
        assert_eq!(ours(&shop.service.last().json())["phone"], body["phone"]);
        let seen = shop.gateway.see(&format!("/employees/{hired}"));
        assert_eq!(seen["origin"], "rest");
        shop.gateway.change(&format!("employees/{hired}"), &json!({"name": "Нюра"}));
        assert_eq!(shop.see(&format!("/employees/{hired}"))["name"], "Нюра");
        shop.gateway.remove(&format!("employees/{hired}"));
        assert_eq!(shop.see("/employees")["items"].as_array().unwrap().len(), 1);
    }
}
