//! Pages: nothing is lost and nothing comes twice.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::stage::{Client, groups, id, numbered, products};
use crate::cloud::stage::Shop;
use crate::support::World;
use crate::support::world::{STORE, STORE_2, USER_3};

fn fill(shop: &Shop, numbers: std::ops::Range<usize>) {
    let many: Vec<Value> = numbers.map(numbered).collect();
    for part in many.chunks(1000) {
        shop.ask("PUT", &products(), &part.into(), 202);
    }
}

fn cursor(page: &Value) -> Option<&str> {
    page["paging"].get("next_cursor").map(|cursor| cursor.as_str().unwrap())
}

#[test]
fn three_pages_while_others_write() {
    let shop = Shop::open();
    fill(&shop, 0..2500);
    let first = shop.see(&products());
    assert_eq!(first["items"].as_array().unwrap().len(), 1000);
    fill(&shop, 5000..5010);
    fill(&shop, 0..10);
    let second = shop.see(&format!("{}?cursor={}", products(), cursor(&first).unwrap()));
    assert_eq!(second["items"].as_array().unwrap().len(), 1000);
    let removed = id(&numbered(2400));
    assert_eq!(shop.send("DELETE", &format!("{}/{removed}", products()), &Value::Null).status, 204);
    let third = shop.see(&format!("{}?cursor={}", products(), cursor(&second).unwrap()));
    assert_eq!(third["paging"], json!({}));
    let pages = [first, second, third];
    let ids: Vec<String> =
        pages.iter().flat_map(|page| page["items"].as_array().unwrap()).map(id).collect();
    let unique: BTreeSet<_> = ids.iter().cloned().collect();
    assert_eq!(unique.len(), ids.len(), "nothing comes twice");
    let expected =
        (0..2500).chain(5000..5010).map(|n| id(&numbered(n))).filter(|id| *id != removed);
    assert_eq!(unique, expected.collect());
}

#[test]
fn a_page_that_ends_exactly_at_the_last_item_is_the_last() {
    let shop = Shop::open();
    fill(&shop, 0..1000);
    assert_eq!(cursor(&shop.see(&products())), None);
    fill(&shop, 1000..1001);
    let first = shop.see(&products());
    let last = shop.see(&format!("{}?cursor={}", products(), cursor(&first).unwrap()));
    assert_eq!(last["items"].as_array().unwrap().len(), 1);
    assert_eq!(shop.ids(&products()).len(), 1001);
}

#[test]
fn a_cursor_fits_its_own_list_only() {
    let shop = Shop::with(World::crowd);
    fill(&shop, 0..1001);
    let own = shop.see(&products());
    let own = cursor(&own).unwrap();
    let (start, end) = own.split_at(own.len() - 1);
    let twisted = format!("{start}{}", if end == "A" { "B" } else { "A" });
    for (path, cursor) in [
        (groups(), own),
        (format!("/stores/{STORE_2}/products"), own),
        ("/stores".to_owned(), own),
        (format!("/devices?store_id={STORE}"), own),
        (products(), "opaque-cursor"),
        (products(), "1000"),
        (products(), "%00"),
        (products(), "%D1%8F"),
        (products(), "AAAAAAAAAAAAAAAAAAAAAA"),
        (products(), &own[1..]),
        (products(), &twisted),
        (products(), &format!("{own}=")),
        (products(), &own.repeat(500)),
    ] {
        let sign = if path.contains('?') { '&' } else { '?' };
        shop.wrong("GET", &format!("{path}{sign}cursor={cursor}"), &Value::Null, 400, &["cursor"]);
    }
    shop.wrong(
        "GET",
        &format!("{}?cursor={own}&cursor={own}", products()),
        &Value::Null,
        400,
        &["cursor"],
    );
    let other = format!("X-Authorization: {}", shop.token_of(USER_3));
    let answer = shop.call("GET", &format!("/stores?cursor={own}"), &[&other], b"");
    assert_eq!(answer.status, 400, "{}", answer.describe());
    let empty = shop.see(&format!("{}?cursor=", products()));
    assert_eq!(empty["items"].as_array().unwrap().len(), 1000, "an empty one is none");
}
