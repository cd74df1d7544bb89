//! Employees made over the API.

use serde_json::{Value, json};

use super::stage::{Client, id};
use crate::cloud::stage::Shop;
use crate::support::World;
use crate::support::world::{EMPLOYEE, STORE, STORE_2, STORE_3};

fn anna(shop: &Shop) -> Value {
    let roles = shop.see("/employees/roles");
    json!({
        "phone": 79_162_869_949_u64, "role_id": roles["items"][1]["id"], "name": "Анна",
        "last_name": "Каренина", "patronymic_name": "Аркадьевна", "stores": [STORE.to_ascii_lowercase()],
    })
}

#[test]
fn a_new_employee_is_in_all_lists_and_stays() {
    let mut shop = Shop::with(|world| world.top("state", "\"sqlite:./data/gateway.db\""));
    let made = shop.ask("POST", "/employees", &anna(&shop), 201);
    assert_eq!((&made["role"], &made["stores"]), (&json!("CASHIER"), &json!([STORE])));
    assert_eq!(made["phone"], 79_162_869_949_u64);
    shop.gateway.restart();
    let items = shop.see("/employees")["items"].clone();
    assert_eq!(items[0]["id"], EMPLOYEE);
    assert_eq!(items[1], made);
    let fields = |item: &Value| item.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&items[0]), fields(&items[1]));
    assert_eq!(shop.see(&format!("/employees/{}", id(&made))), made);
    assert_eq!(shop.see(&format!("/employees?store_id={STORE}"))["items"][1], made);
    let first = shop.read("/api/v1/inventories/employees/search");
    assert_eq!((&first[1]["uuid"], &first[1]["code"]), (&made["id"], &json!("2")));
}

#[test]
fn an_id_has_the_form_of_the_worlds() {
    let shop = Shop::open();
    let made = id(&shop.ask("POST", "/employees", &anna(&shop), 201));
    let parts: Vec<_> = made.split('-').collect();
    assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert!(parts[2].starts_with("40") && parts[3].starts_with("80"), "{made}");
}

#[test]
fn a_bad_employee_is_refused_and_nobody_kept() {
    let shop = Shop::with(World::crowd);
    let with = |name: &str, value: Value| {
        let mut body = anna(&shop);
        body[name] = value;
        body
    };
    for (body, subjects) in [
        (json!({}), &["name", "stores"][..]),
        (with("name", json!("")), &["name"]),
        (with("phone", json!("+7 916")), &["phone"]),
        (with("phone", json!(7)), &["phone"]),
        (with("role_id", json!("x")), &["role_id"]),
        (with("stores", json!([])), &["stores"]),
        (with("stores", json!("x")), &["stores"]),
        (with("stores", json!([STORE, STORE_3])), &["stores"]),
        (with("stores", json!([STORE, "x"])), &["stores"]),
    ] {
        shop.wrong("POST", "/employees", &body, 400, subjects);
    }
    shop.wrong("POST", "/employees", &json!([anna(&shop)]), 400, &[]);
    assert_eq!(shop.see("/employees")["items"].as_array().unwrap().len(), 1);
    let made = shop.ask("POST", "/employees", &with("stores", json!([STORE, STORE_2])), 201);
    assert_eq!(made["stores"], json!([STORE, STORE_2]));
}

#[test]
fn partners_are_told_of_a_new_employee() {
    let shop = Shop::open();
    let made = shop.ask("POST", "/employees", &anna(&shop), 201);
    let told = |hook: &crate::support::Received| hook.target().ends_with("/employees");
    shop.gateway.eventually("the webhook", || shop.service.hooks().iter().any(told));
    let hooks = shop.service.hooks();
    let body = hooks.iter().find(|hook| told(hook)).unwrap().json();
    assert_eq!((body.as_array().unwrap().len(), &body[0]["uuid"]), (2, &json!(EMPLOYEE)));
    for (theirs, ours) in [
        ("uuid", "id"),
        ("name", "name"),
        ("lastName", "last_name"),
        ("phone", "phone"),
        ("stores", "stores"),
        ("role", "role"),
    ] {
        assert_eq!(body[1][theirs], made[ours], "{theirs}");
    }
}
