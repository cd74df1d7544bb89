//! The API at its own name, on the ordinary listeners.

use serde_json::{Value, json};

use super::stage::{Client, ONE, id, numbered, products};
use crate::cloud::stage::Shop;
use crate::support::world::STORE;
use crate::support::{Answer, Raw};

fn call(shop: &Shop, raw: &mut Raw, method: &str, target: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (own, length) = (shop.own(), body.len());
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: api.evotor.ru\r\n{own}\r\nAccept: {ONE}\r\n\
         Content-Type: {ONE}\r\nContent-Length: {length}\r\n\r\n"
    );
    raw.exchange(head + &body)
}

#[test]
fn bodies_and_queries_arrive() {
    let shop = Shop::open();
    let place = format!("{}/{}", products(), id(&numbered(1)));
    for mut raw in [shop.gateway.http(), shop.gateway.https("api.evotor.ru")] {
        let mut ask = |method: &str, target: &str, body: Value| {
            let answer = call(&shop, &mut raw, method, target, &body);
            (answer.status, answer)
        };
        let (status, made) = ask("POST", &products(), numbered(1));
        assert_eq!((status, made.field("content-type")), (201, Some(ONE)), "{}", made.describe());
        assert_eq!(ask("PUT", &place, numbered(1)).0, 200);
        let (status, changed) = ask("PATCH", &place, json!({"price": 7.5}));
        assert_eq!(
            (status, &changed.json()["price"]),
            (200, &json!(7.5)),
            "{}",
            changed.describe()
        );
        assert_eq!(ask("GET", &format!("{}?cursor=made-up", products()), Value::Null).0, 400);
        assert_eq!(ask("GET", &format!("/devices?store_id={STORE}"), Value::Null).0, 200);
        let some = format!("{}?id={}", products(), id(&numbered(1)));
        assert_eq!(ask("DELETE", &some, Value::Null).0, 204);
        assert_eq!(shop.see(&products())["items"], json!([]));
    }
}
