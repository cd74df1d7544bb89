//! Answers have the fields and kinds of the vendor's sample.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::stage::{Client, cider, id, products, sample};
use crate::cloud::stage::Shop;
use crate::support::World;
use crate::support::world::{DEVICE, EMPLOYEE, STORE, STORE_2, STORE_3, USER};

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "flag",
        Value::Number(_) => "number",
        Value::String(text) if is_time(text) => "time",
        Value::String(_) => "text",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// `2018-04-17T10:11:49.393+0000`
fn is_time(text: &str) -> bool {
    text.len() == 28 && text.as_bytes()[10] == b'T' && text.ends_with("+0000")
}

#[track_caller]
fn assert_like(found: &Value, part: &str) {
    let shape = |value: &Value| -> BTreeSet<(String, &'static str)> {
        value.as_object().unwrap().iter().map(|(name, value)| (name.clone(), kind(value))).collect()
    };
    assert_eq!(shape(found), shape(&sample(part)), "{part}: {found}");
}

#[test]
fn the_world_is_shown_as_in_the_sample() {
    let shop = Shop::open();
    for (path, part) in [
        ("/stores", "stores"),
        ("/devices", "devices"),
        ("/employees", "employees"),
        ("/employees/roles", "roles"),
    ] {
        let page = shop.see(path);
        assert_eq!(page["paging"], json!({}), "{path}");
        for item in page["items"].as_array().unwrap() {
            assert_like(item, part);
        }
    }
    for (path, part) in [
        (format!("/stores/{STORE}"), "stores"),
        (format!("/devices/{}", DEVICE.to_ascii_lowercase()), "devices"),
        (format!("/employees/{EMPLOYEE}"), "employees"),
    ] {
        let item = shop.see(&path);
        assert_like(&item, part);
        assert_eq!(item["user_id"], USER, "{path}");
    }
    assert_eq!(shop.see("/stores"), shop.see("/stores"), "nothing of it changes by itself");
    assert!(
        shop.see("/stores")["items"][0]["created_at"].as_str().unwrap().starts_with("2024-01-05T")
    );
}

#[test]
fn an_employees_role_is_one_of_the_roles() {
    let shop = Shop::open();
    let role = shop.see(&format!("/employees/{EMPLOYEE}"))["role_id"].clone();
    let roles = shop.see("/employees/roles")["items"].clone();
    assert!(roles.as_array().unwrap().iter().any(|known| known["id"] == role), "{role}: {roles}");
}

#[test]
fn a_product_is_shown_as_in_the_sample() {
    let shop = Shop::open();
    let made = shop.ask("POST", &products(), &cider(), 201);
    assert_like(&made, "products");
    for (name, value) in cider().as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    assert_eq!((&made["store_id"], &made["user_id"]), (&json!(STORE), &json!(USER)));
    assert_eq!(shop.see(&products())["items"], json!([made]));
    assert_eq!(shop.see(&format!("{}/{}", products(), id(&made).to_ascii_uppercase())), made);
}

#[test]
fn lists_can_be_narrowed_to_a_store() {
    let shop = Shop::with(World::crowd);
    let count = |path: &str| shop.see(path)["items"].as_array().unwrap().len();
    assert_eq!((count("/stores"), count("/devices"), count("/employees")), (2, 2, 1));
    for path in ["/devices", "/employees"] {
        assert_eq!(count(&format!("{path}?store_id={STORE_2}")), 1, "{path}");
        assert_eq!(count(&format!("{path}?store_id=")), count(path), "{path}");
        shop.wrong("GET", &format!("{path}?store_id={STORE_3}"), &Value::Null, 403, &[]);
        shop.wrong("GET", &format!("{path}?store_id=x"), &Value::Null, 404, &[]);
    }
}

#[test]
fn what_does_not_exist_is_404_and_what_is_anothers_403() {
    let shop = Shop::with(World::crowd);
    for path in [
        "/stores/x",
        "/devices/x",
        "/employees/x",
        "/bulks/x",
        "/suppliers/x",
        "/stores/x/products",
        "/stores/%D1%8F/product-groups",
        "/nowhere",
        "/stores/x/nowhere",
    ] {
        let answer = shop.send("GET", path, &Value::Null);
        assert_eq!(answer.status, 404, "{path}: {}", answer.describe());
        assert_eq!(answer.json()["code"], "not_found", "{path}");
    }
    for path in [format!("/stores/{STORE_3}"), format!("/stores/{STORE_3}/products")] {
        shop.wrong("GET", &path, &Value::Null, 403, &[]);
    }
    shop.wrong("POST", &format!("/stores/{STORE_3}/products"), &cider(), 403, &[]);
    let missing = "01ba18b6-0000-4f47-bd9c-4db058054cb3";
    for path in [format!("{}/{missing}", products()), format!("{}/{missing}/images", products())] {
        shop.wrong("GET", &path, &Value::Null, 404, &[]);
    }
    assert_eq!(shop.send("GET", "/stores/%FF", &Value::Null).status, 400);
}

#[test]
fn there_are_no_suppliers_and_no_images() {
    let shop = Shop::open();
    let made = shop.ask("POST", &products(), &cider(), 201);
    let empty = json!({"items": [], "paging": {}});
    assert_eq!(shop.see("/suppliers"), empty);
    assert_eq!(shop.see(&format!("{}/{}/images", products(), id(&made))), empty);
}

#[test]
fn methods_that_an_address_does_not_take_are_405() {
    let shop = Shop::open();
    for (method, path) in [
        ("POST", "/stores".to_owned()),
        ("DELETE", "/devices".to_owned()),
        ("PUT", "/employees".to_owned()),
        ("POST", "/employees/roles".to_owned()),
        ("POST", format!("{}/x", products())),
        ("POST", "/bulks/x".to_owned()),
    ] {
        let answer = shop.send(method, &path, &json!({}));
        assert_eq!(answer.status, 405, "{method} {path}: {}", answer.describe());
        assert_eq!(answer.json()["code"], "method_not_allowed");
    }
}
