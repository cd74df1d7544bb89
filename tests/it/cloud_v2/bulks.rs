//! Arrays: all of one or nothing, and a task that runs by the clock.

use serde_json::{Value, json};

use super::stage::{Client, ONE, groups, id, numbered, products};
use crate::cloud::stage::Shop;
use crate::support::world::{STORE, USER_3};

#[test]
fn a_bulk_task_is_accepted_runs_and_ends_by_the_clock() {
    let shop = Shop::open();
    let accepted = shop.ask("POST", &products(), &json!([numbered(1), numbered(2)]), 202);
    assert_eq!((&accepted["status"], &accepted["type"]), (&json!("ACCEPTED"), &json!("product")));
    assert_eq!(accepted["details"], json!([]));
    let place = format!("/bulks/{}", id(&accepted));
    shop.gateway.advance("1500ms");
    assert_ne!(shop.see(&place)["status"], "ACCEPTED");
    shop.gateway.advance("1s");
    let done = shop.see(&place);
    assert_eq!(done["status"], "COMPLETED");
    assert_eq!(done["details"], shop.see(&products())["items"]);
    assert!(done["modified_at"].as_str().unwrap().ends_with('Z'), "{done}");
    assert_eq!(
        done.as_object().unwrap().keys().collect::<Vec<_>>(),
        accepted.as_object().unwrap().keys().collect::<Vec<_>>()
    );
    shop.gateway.advance("3d");
    assert_eq!(shop.see(&place), done);
}

#[test]
fn the_older_address_of_many_products_makes_the_same_task() {
    let shop = Shop::open();
    let older = format!("/stores/{STORE}/product-bulks");
    let accepted = shop.ask("POST", &older, &json!([numbered(1), numbered(2)]), 202);
    shop.gateway.advance("3s");
    let done = shop.see(&format!("{older}/{}", id(&accepted)));
    assert_eq!(done["status"], "COMPLETED");
    assert_eq!(done, shop.see(&format!("/bulks/{}", id(&accepted))));
    assert_eq!(done["details"], shop.see(&products())["items"]);
    let fields = [shop.own(), format!("Content-Type: {ONE}"), format!("Accept: {ONE}")];
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let body = json!([numbered(3)]).to_string();
    assert_eq!(shop.call("POST", &older, &fields, body.as_bytes()).status, 202);
    shop.ask("POST", &older, &numbered(4), 400);
    shop.ask("GET", &format!("{older}/nothing"), &Value::Null, 404);
    let path = format!("/stores/nowhere/product-bulks/{}", id(&accepted));
    shop.ask("GET", &path, &Value::Null, 404);
}

#[test]
fn a_task_is_shown_to_its_own_user_only_and_outlives_a_restart() {
    let mut shop = Shop::with(|world| world.crowd().top("state", "\"sqlite:./data/gateway.db\""));
    let task = shop.ask("PUT", &groups(), &json!([{"id": numbered(1)["id"], "name": "a"}]), 202);
    assert_eq!(task["type"], "product-group");
    let place = format!("/bulks/{}", id(&task));
    let other = format!("X-Authorization: {}", shop.token_of(USER_3));
    assert_eq!(shop.call("GET", &place, &[&other], b"").status, 404);
    shop.gateway.restart();
    assert_eq!(shop.see(&place)["id"], task["id"]);
    assert_eq!(shop.ids(&groups()), [id(&numbered(1))]);
}

#[test]
fn one_bad_element_and_nothing_is_written() {
    let shop = Shop::open();
    shop.ask("POST", &products(), &numbered(1), 201);
    let before = shop.see(&products());
    let bad = |name: &str, value: Value| {
        let mut body = numbered(9);
        body[name] = value;
        json!([numbered(1), numbered(8), body])
    };
    for (method, body, subject) in [
        ("POST", bad("price", json!(-1)), "[2].price"),
        ("PUT", bad("id", Value::Null), "[2].id"),
        ("PUT", bad("tax", json!({})), "[2].tax"),
        ("POST", json!([numbered(2), 7]), "[1]"),
        (
            "PATCH",
            json!([{"id": numbered(1)["id"], "price": 1}, {"id": numbered(5)["id"], "price": 1}]),
            "[1].id",
        ),
        ("PATCH", json!([{"id": numbered(1)["id"]}]), "[0]."),
        ("PATCH", json!([{"price": 1}]), "[0].id"),
    ] {
        shop.wrong(method, &products(), &body, 400, &[subject]);
        assert_eq!(shop.see(&products()), before, "{method} {body}");
    }
    shop.wrong("POST", &products(), &json!([]), 400, &[]);
    shop.ask("PATCH", &products(), &json!([{"id": numbered(1)["id"], "price": 77}]), 202);
    assert_eq!(shop.see(&products())["items"][0]["price"], 77);
}

#[test]
fn many_mistakes_are_not_all_listed() {
    let shop = Shop::open();
    let body: Value = (0..3000).map(|_| json!({"price": "x"})).collect();
    let error = shop.ask("POST", &products(), &body, 400);
    assert_eq!(error["violations"].as_array().unwrap().len(), 100);
}
