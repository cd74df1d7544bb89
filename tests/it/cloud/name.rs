//! The API by its own host name on the apps' listeners, as a partner's service calls it that cannot
//! change the address.

use serde_json::{Value, json};

use super::stage::{Shop, cider, drinks, expect_error, plain, products};
use crate::support::{Answer, Raw};

const SEARCH: &str = "/api/v1/inventories/stores/search";

fn bytes(shop: &Shop, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let (own, length) = (shop.own(), body.len());
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: api.evotor.ru\r\n{own}\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[track_caller]
fn plainly(shop: &Shop, method: &str, path: &str, body: &[u8]) -> Answer {
    shop.gateway.ask(bytes(shop, method, path, body))
}

#[test]
fn the_api_is_reached_by_its_name_in_plain_and_over_tls() {
    let shop = Shop::open();
    let known = shop.read(SEARCH);
    assert_eq!(plainly(&shop, "GET", SEARCH, b"").json(), known);
    let mut secure: Raw = shop.gateway.https("api.evotor.ru");
    assert_eq!(secure.exchange(bytes(&shop, "GET", SEARCH, b"")).json(), known);
    assert_eq!(secure.exchange(bytes(&shop, "GET", SEARCH, b"")).json(), known, "once more");
}

#[test]
fn goods_pass_both_ways_and_so_do_errors_and_limits() {
    let shop = Shop::open();
    let body = json!([drinks(), cider()]).to_string();
    let answer = plainly(&shop, "POST", &products(), body.as_bytes());
    assert_eq!((answer.status, answer.text().as_str()), (200, ""), "{}", answer.describe());
    assert_eq!(answer.field("x-ratelimit-limit"), Some("1000"), "{}", answer.describe());
    let many: Vec<Value> = (0..2000).map(plain).collect();
    plainly(&shop, "POST", &products(), json!(many).to_string().as_bytes());
    let list = plainly(&shop, "GET", &products(), b"");
    assert_eq!(list.json().as_array().unwrap().len(), 2002);
    expect_error(&plainly(&shop, "GET", "/nowhere", b""), 404, "not_found");
    expect_error(&plainly(&shop, "POST", &products(), b"{}"), 400, "bad_request");
    let wrong = b"GET /api/v1/inventories/stores/search HTTP/1.1\r\nHost: api.evotor.ru\r\n\
        X-Authorization: 7f8b2b8e-0000-4000-8000-000000000000\r\n\r\n";
    expect_error(&shop.gateway.ask(wrong), 401, "unauthorized");
}

#[test]
fn a_body_that_is_too_long_is_told_so_by_name_too() {
    let shop = Shop::open();
    let long = vec![b' '; 11_000_000];
    let answer = plainly(&shop, "POST", &products(), &long);
    expect_error(&answer, 413, "payload_too_large");
}
