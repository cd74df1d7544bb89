//! What a loose reading of the second version takes as public clients send it, and a strict one refuses.

use serde_json::{Value, json};

use super::stage::{Client, cider, id, numbered, products};
use crate::cloud::stage::Shop;
use crate::support::world::STORE;

/// A field of a product as clients write it, and as it is kept.
fn coerced() -> Vec<(&'static str, Value, Value)> {
    vec![
        ("price", json!("123.12"), json!(123.12)),
        ("cost_price", json!("100.123"), json!(100.123)),
        ("quantity", json!("-3"), json!(-3)),
        ("alcohol_by_volume", json!("5.45"), json!(5.45)),
        ("code", json!(42), json!("42")),
        ("article_number", json!(7.5), json!("7.5")),
        ("description", json!(true), json!("true")),
        ("barcodes", json!([2_000_000_000_060_u64]), json!(["2000000000060"])),
        ("allow_to_sell", json!("false"), json!(false)),
        ("is_excisable", json!(1), json!(true)),
    ]
}

#[test]
fn numbers_as_text_and_text_as_numbers_are_taken_and_noted() {
    let shop = Shop::open();
    for (field, sent, kept) in coerced() {
        let mut body = cider();
        body[field] = sent.clone();
        let place = format!("{}/{}", products(), id(&body));
        assert_eq!(shop.ask("PUT", &place, &body, 200)[field], kept, "{field} {sent}");
        shop.ask("PUT", &products(), &json!([numbered(1), body]), 202);
        assert_eq!(shop.see(&place)[field], kept, "{field} {sent}");
        let change = json!({ (field): sent });
        assert_eq!(shop.ask("PATCH", &place, &change, 200)[field], kept, "{field} {sent}");
    }
    let notes = shop.notes(2);
    assert_eq!(notes[0], ["price: text was taken for a number."]);
    assert_eq!(notes[1], ["[1].price: text was taken for a number."]);
    let employee = json!({"name": "Анна", "stores": [STORE], "phone": "79162869949"});
    assert_eq!(shop.ask("POST", "/employees", &employee, 201)["phone"], 79_162_869_949_u64);
}

#[test]
fn a_strict_reading_names_each_as_a_violation() {
    let shop = Shop::with(|world| world.top("fidelity", "strict"));
    let mut all = coerced();
    all.push(("attributes_choices", json!([]), json!({})));
    for (field, sent, _) in all {
        let mut body = cider();
        body[field] = sent;
        shop.wrong("POST", &products(), &body, 400, &[field]);
        shop.wrong("POST", &products(), &json!([body]), 400, &[&format!("[0].{field}")]);
    }
}

#[test]
fn empty_maps_are_maps_and_php_s_lists_are_taken_for_them() {
    let shop = Shop::open();
    let read = shop.ask("POST", &products(), &numbered(1), 201);
    let choices = read.get("attributes_choices").cloned().unwrap_or_else(|| json!({}));
    assert_eq!(choices, json!({}), "never a list");
    let mut again = read.clone();
    again["attributes_choices"] = json!([]);
    let place = format!("{}/{}", products(), id(&read));
    let kept = shop.ask("PUT", &place, &again, 200);
    assert_eq!(kept.get("attributes_choices"), read.get("attributes_choices"), "{kept}");
    again["attributes_choices"] = json!(["a"]);
    shop.wrong("PUT", &place, &again, 400, &["attributes_choices"]);
}

#[test]
fn limit_makes_smaller_pages_of_every_list() {
    let shop = Shop::with(crate::support::World::crowd);
    let many: Vec<Value> = (0..5).map(numbered).collect();
    shop.ask("PUT", &products(), &json!(many), 202);
    for path in [&*products(), "/stores", "/employees/roles"] {
        let (all, mut seen, mut next) = (shop.ids(path), Vec::new(), format!("{path}?limit=2"));
        loop {
            let page = shop.see(&next);
            let items = page["items"].as_array().unwrap();
            seen.extend(items.iter().map(id));
            let Some(cursor) = page["paging"].get("next_cursor") else { break };
            assert_eq!(items.len(), 2, "{path}");
            next = format!("{path}?limit=2&cursor={}", cursor.as_str().unwrap());
        }
        assert_eq!(seen, all, "{path}");
        for limit in ["0", "-1", "x", "1.5"] {
            shop.wrong("GET", &format!("{path}?limit={limit}"), &Value::Null, 400, &["limit"]);
        }
        assert_eq!(shop.see(&format!("{path}?limit=99999"))["paging"], json!({}));
    }
    let documents = format!("/stores/{STORE}/documents?limit=1");
    assert_eq!(shop.see(&documents)["items"], json!([]));
}

#[test]
fn what_the_vendor_does_not_name_is_refused_strictly() {
    let shop = Shop::with(|world| world.top("fidelity", "strict"));
    let documents = format!("/stores/{STORE}/documents");
    for path in [&*products(), "/stores", &documents] {
        shop.wrong("GET", &format!("{path}?limit=2"), &Value::Null, 400, &["limit"]);
    }
    let error = shop.ask("GET", "/bulks", &Value::Null, 404);
    assert!(error["message"].as_str().unwrap().contains("/bulks/{id}"), "{error}");
}
