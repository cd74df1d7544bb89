//! What `fidelity: strict` refuses.

use serde_json::{Value, json};

use super::stage::{Client, ONE, cider, groups, id, numbered, products};
use crate::cloud::stage::Shop;
use crate::support::world::STORE;

fn strict() -> Shop {
    Shop::with(|world| world.top("fidelity", "strict"))
}

#[test]
fn only_the_versions_own_types_are_taken() {
    let shop = strict();
    assert_eq!(shop.see("/stores")["paging"], json!({}));
    for accept in ["Accept: */*", "Accept: application/json", "X-None: 1"] {
        let answer = shop.call("GET", "/stores", &[&shop.own(), accept], b"");
        assert_eq!(answer.status, 406, "{accept}: {}", answer.describe());
    }
    let accept = format!("Accept: {ONE}");
    for kind in ["Content-Type: application/json", "X-None: 1"] {
        let body = numbered(1).to_string();
        let answer = shop.call("POST", &products(), &[&shop.own(), &accept, kind], body.as_bytes());
        assert_eq!(answer.status, 415, "{kind}: {}", answer.describe());
    }
}

#[test]
fn whole_products_and_no_unknown_fields() {
    let shop = strict();
    let made = shop.ask("POST", &products(), &cider(), 201);
    let needed = ["type", "price", "measure_name", "tax", "allow_to_sell"];
    shop.wrong("POST", &products(), &json!({"name": "a"}), 400, &needed);
    let mut body = numbered(1);
    body["colour"] = json!("red");
    shop.wrong("PUT", &products(), &body, 400, &["colour"]);
    shop.wrong("POST", &groups(), &json!({"name": "a", "price": 1}), 400, &["price"]);
    let place = format!("{}/{}", products(), id(&made));
    shop.wrong("PATCH", &place, &json!({"name": "b"}), 400, &["name"]);
    assert_eq!(shop.ask("PATCH", &place, &json!({"price": 1}), 200)["price"], 1);
    let read = shop.see(&place);
    assert_eq!(
        shop.ask("PUT", &place, &read, 200)["name"],
        made["name"],
        "what was read can be sent back"
    );
    assert_eq!(shop.see(&products())["items"].as_array().unwrap().len(), 1);
}

#[test]
fn whole_employees() {
    let shop = strict();
    shop.wrong(
        "POST",
        "/employees",
        &json!({"name": "a", "stores": [STORE]}),
        400,
        &["phone", "role_id"],
    );
    let employee = json!({"name": "a", "stores": [STORE], "phone": 79_162_869_949_u64});
    shop.wrong("POST", "/employees", &employee, 400, &["role_id"]);
    assert_eq!(
        shop.ask("GET", "/employees", &Value::Null, 200)["items"].as_array().unwrap().len(),
        1
    );
}
