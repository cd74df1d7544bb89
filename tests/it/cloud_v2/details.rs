//! What a completed bulk task tells: whole objects in the order in which they were sent, as the types of
//! the vendor's SDK read them.

use serde_json::{Value, json};

use super::stage::{Client, cider, groups, id, numbered, products};
use crate::cloud::stage::Shop;
use crate::support::world::USER;

/// A task that is over, with its details.
#[track_caller]
fn done(shop: &Shop, method: &str, path: &str, body: &Value) -> Vec<Value> {
    let task = shop.ask(method, path, body, 202);
    shop.gateway.advance("2s");
    let done = shop.see(&format!("/bulks/{}", id(&task)));
    assert_eq!(done["status"], "COMPLETED", "{done}");
    done["details"].as_array().unwrap().clone()
}

/// Reads a product as strictly as a typed client does: every field has its type, and `type` names one of
/// the known kinds.
#[track_caller]
fn expect_product(product: &Value) {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading matters")]
    struct Product {
        id: uuid::Uuid,
        #[serde(rename = "type")]
        kind: Kind,
        name: String,
        price: f64,
        measure_name: String,
        tax: String,
        allow_to_sell: bool,
        parent_id: Option<uuid::Uuid>,
        description: Option<String>,
        article_number: Option<String>,
        code: Option<String>,
        barcodes: Option<Vec<String>>,
        quantity: Option<f64>,
        cost_price: Option<f64>,
        is_excisable: Option<bool>,
        attributes_choices: Option<std::collections::BTreeMap<String, String>>,
        alcocodes: Option<Vec<String>>,
        alcohol_by_volume: Option<f64>,
        alcohol_product_kind_code: Option<u32>,
        tare_volume: Option<f64>,
        store_id: String,
        user_id: String,
        created_at: String,
        updated_at: String,
    }
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    enum Kind {
        Normal,
        Service,
        AlcoholMarked,
        AlcoholNotMarked,
    }
    let read: Result<Product, _> = serde_json::from_value(product.clone());
    assert!(read.is_ok(), "{product}: {:?}", read.err());
}

#[test]
fn details_are_whole_products_in_the_order_they_were_sent() {
    let shop = Shop::open();
    let sent = json!([numbered(9), cider(), numbered(1), numbered(5)]);
    let details = done(&shop, "POST", &products(), &sent);
    let ids: Vec<_> = details.iter().map(id).collect();
    assert_eq!(ids, sent.as_array().unwrap().iter().map(id).collect::<Vec<_>>());
    for detail in &details {
        expect_product(detail);
        assert_eq!(detail, &shop.see(&format!("{}/{}", products(), id(detail))));
    }
}

#[test]
fn an_id_that_the_cloud_has_made_is_told() {
    let shop = Shop::open();
    let details = done(&shop, "POST", &products(), &json!([{"name": "a"}, {"name": "b"}]));
    assert_eq!(details.iter().map(|d| d["name"].clone()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(details.iter().map(id).collect::<Vec<_>>(), shop.ids(&products()));
}

#[test]
fn a_change_shows_the_whole_object_as_each_step_left_it() {
    let shop = Shop::open();
    shop.ask("POST", &products(), &json!([cider(), numbered(1)]), 202);
    let change = json!([
        {"id": numbered(1)["id"], "price": 1}, {"id": cider()["id"], "quantity": 3},
        {"id": numbered(1)["id"], "price": 2},
    ]);
    let details = done(&shop, "PATCH", &products(), &change);
    let prices: Vec<_> = details.iter().map(|detail| detail["price"].clone()).collect();
    assert_eq!(prices, [json!(1), cider()["price"].clone(), json!(2)]);
    assert_eq!((&details[1]["quantity"], &details[1]["name"]), (&json!(3), &cider()["name"]));
    details.iter().for_each(expect_product);
    let details = done(&shop, "PUT", &groups(), &json!([{"id": numbered(7)["id"], "name": "g"}]));
    assert_eq!(details, shop.see(&groups())["items"].as_array().unwrap().clone());
}

#[test]
fn what_came_of_a_task_stays_though_its_products_change() {
    let mut shop = Shop::with(|world| world.top("state", "\"sqlite:./data/gateway.db\""));
    let task = shop.ask("POST", &products(), &json!([numbered(1)]), 202);
    shop.gateway.advance("2s");
    let place = format!("/bulks/{}", id(&task));
    let before = shop.see(&place);
    shop.ask("PATCH", &products(), &json!([{"id": numbered(1)["id"], "price": 77}]), 202);
    shop.gateway.restart();
    assert_eq!(shop.see(&place), before);
}

#[test]
fn tasks_are_listed_by_pages_to_their_own_app() {
    let shop = Shop::of_two_apps();
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(id(&shop.ask("PUT", &products(), &json!([numbered(number)]), 202)));
        shop.gateway.advance("1s");
    }
    assert_eq!(shop.ids("/bulks"), made);
    let first = shop.see("/bulks?limit=2");
    assert_eq!(first["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(), made[..2]);
    let cursor = first["paging"]["next_cursor"].as_str().unwrap();
    let second = shop.see(&format!("/bulks?limit=9&cursor={cursor}"));
    assert_eq!(second["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(), made[2..]);
    assert_eq!(second["paging"], json!({}));
    assert_eq!(first["items"][0], shop.see(&format!("/bulks/{}", made[0])), "as one by one");
    let other = format!("X-Authorization: {}", shop.token_for("second", USER));
    assert_eq!(shop.call("GET", "/bulks", &[&other], b"").json()["items"], json!([]));
}
