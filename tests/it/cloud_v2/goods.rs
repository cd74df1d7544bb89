//! Products and groups, one at a time: made, replaced, changed, removed.

use serde_json::{Value, json};

use super::stage::{Client, ONE, cider, groups, id, numbered, products};
use crate::cloud::stage::{self, Shop};

#[test]
fn a_product_is_made_replaced_changed_and_removed() {
    let shop = Shop::open();
    let made = shop.ask("POST", &products(), &cider(), 201);
    let place = format!("{}/{}", products(), id(&made));
    shop.gateway.advance("5s");

    let mut other = numbered(1);
    other.as_object_mut().unwrap().remove("id");
    let replaced = shop.ask("PUT", &place, &other, 200);
    assert_eq!((&replaced["id"], &replaced["name"]), (&made["id"], &json!("Товар 1")));
    assert!(replaced.get("description").is_none(), "PUT replaces all: {replaced}");
    assert_eq!(replaced["created_at"], made["created_at"]);
    assert_ne!(replaced["updated_at"], made["updated_at"]);

    let stock = json!({"quantity": 12, "cost_price": 100.123, "price": 123.12});
    let changed = shop.ask("PATCH", &place, &stock, 200);
    for (name, value) in stock.as_object().unwrap() {
        assert_eq!(&changed[name], value, "{name}");
    }
    assert_eq!(changed["name"], "Товар 1");
    let changed = shop.ask("PATCH", &place, &json!({"quantity": null, "code": "7"}), 200);
    assert!(changed.get("quantity").is_none() && changed["code"] == "7", "{changed}");

    assert_eq!(shop.send("DELETE", &place, &Value::Null).status, 204);
    for method in ["GET", "DELETE"] {
        shop.wrong(method, &place, &Value::Null, 404, &[]);
    }
    shop.wrong("PATCH", &place, &stock, 404, &[]);
    assert_eq!(shop.see(&products())["items"], json!([]));
}

#[test]
fn the_cloud_makes_an_id_where_the_client_has_none() {
    let shop = Shop::open();
    let made = shop.ask("POST", &products(), &json!({"name": "a"}), 201);
    assert_eq!(shop.see(&format!("{}/{}", products(), id(&made))), made);
    shop.wrong("PUT", &products(), &json!({"name": "a"}), 400, &["id"]);
    let named = shop.ask("PUT", &products(), &numbered(7), 200);
    assert_eq!(named["id"], numbered(7)["id"]);
    let fresh = format!("{}/{}", products(), id(&numbered(8)));
    assert_eq!(shop.ask("PUT", &fresh, &json!({"name": "b"}), 200)["id"], numbered(8)["id"]);
}

#[test]
fn a_group_is_no_product() {
    let shop = Shop::open();
    let group = json!({
        "id": "1ddea16b-971b-4ee5-b798-1b29a7aa2e27", "name": "Цвета", "barcodes": ["2000000000060"],
        "attributes": [{"id": "36755a25-8f56-11e8-96a6-85f64fd5f8e3", "name": "Цвет", "choices": []}],
    });
    let made = shop.ask("POST", &groups(), &group, 201);
    for (name, value) in group.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    assert!(made.get("price").is_none() && made.get("attributes_choices").is_none(), "{made}");
    assert_eq!(shop.see(&groups())["items"], json!([made]));
    assert_eq!(shop.see(&products())["items"], json!([]));
    let as_product = format!("{}/{}", products(), id(&group));
    shop.wrong("GET", &as_product, &Value::Null, 404, &[]);
    shop.wrong("DELETE", &as_product, &Value::Null, 404, &[]);
    shop.wrong("PUT", &as_product, &json!({"name": "x"}), 400, &["id"]);
    shop.wrong("PATCH", &as_product, &json!({"price": 1}), 400, &["id"]);
    let ids = format!("{}?id={}", products(), id(&group));
    assert_eq!(shop.send("DELETE", &ids, &Value::Null).status, 204);
    assert_eq!(shop.see(&groups())["items"], json!([made]), "it was none of the products");
    let renamed =
        shop.ask("PATCH", &format!("{}/{}", groups(), id(&group)), &json!({"name": "Тона"}), 200);
    assert_eq!((&renamed["name"], &renamed["attributes"]), (&json!("Тона"), &group["attributes"]));
}

#[test]
fn several_are_removed_with_commas_or_again_and_again() {
    let shop = Shop::open();
    shop.ask("PUT", &products(), &(0..210).map(numbered).collect(), 202);
    let ids = |from: usize, to: usize, by: &str| {
        (from..to).map(|n| id(&numbered(n))).collect::<Vec<_>>().join(by)
    };
    let remove =
        |query: &str| shop.send("DELETE", &format!("{}?{query}", products()), &Value::Null).status;
    assert_eq!(remove(&format!("id={}", ids(0, 100, ","))), 204);
    assert_eq!(shop.ids(&products()).len(), 110);
    assert_eq!(remove(&format!("id={}", ids(100, 150, "&id="))), 204);
    assert_eq!(remove(&format!("id={}", ids(100, 151, "%2C"))), 204, "some are gone already");
    assert_eq!(shop.ids(&products()).len(), 59);
    for query in [
        format!("id={}", ids(0, 101, ",")),
        String::new(),
        "id=".into(),
        "id=,".into(),
        "ids=x".into(),
    ] {
        assert_eq!(remove(&query), 400, "{query}");
    }
    shop.wrong(
        "DELETE",
        &format!("{}?id={},x", products(), id(&numbered(200))),
        &Value::Null,
        400,
        &["id"],
    );
    assert_eq!(shop.ids(&products()).len(), 59);
}

#[test]
fn what_is_wrong_with_a_body_is_said_and_nothing_written() {
    let shop = Shop::open();
    let with = |name: &str, value: Value| {
        let mut body = numbered(1);
        body[name] = value;
        body
    };
    for (body, subjects) in [
        (json!({}), &["name"][..]),
        (with("id", json!("x")), &["id"]),
        (with("price", json!("one")), &["price"]),
        (with("price", json!(-1)), &["price"]),
        (with("tax", json!("VAT")), &["tax"]),
        (with("type", json!("ORDINARY")), &["type"]),
        (with("name", Value::Null), &["name"]),
        (
            json!({"name": [], "barcodes": "1", "allow_to_sell": "yes"}),
            &["name", "barcodes", "allow_to_sell"],
        ),
    ] {
        shop.wrong("POST", &products(), &body, 400, subjects);
    }
    shop.ask("POST", &products(), &numbered(1), 201);
    let place = format!("{}/{}", products(), id(&numbered(1)));
    let before = shop.see(&place);
    for (body, subjects) in [
        (json!({}), &[""][..]),
        (json!({"name": null}), &["name"]),
        (json!({"id": id(&numbered(2)), "price": 1}), &["id"]),
        (json!({"price": 1.234}), &["price"]),
    ] {
        shop.wrong("PATCH", &place, &body, 400, subjects);
    }
    assert_eq!(shop.see(&products())["items"], json!([before]));
}

#[test]
fn bodies_that_are_no_json_or_too_long_are_refused() {
    let shop = Shop::open();
    let kind = format!("Content-Type: {ONE}");
    let ask = |body: &[u8]| shop.call("POST", &products(), &[&shop.own(), &kind], body);
    let deep = format!(
        "{{\"name\":\"a\",\"attributes_choices\":{}{}}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    for body in [
        &b""[..],
        b"{",
        b"null",
        b"7",
        b"\"x\"",
        b"{\"name\":\"a\"",
        b"{\"name\":\"a\"}}",
        b"\xff\xfe",
        b"{\"name\":\"\xff\"}",
        b"{\"name\":\"a\",\"price\":1e999}",
        deep.as_bytes(),
    ] {
        let answer = ask(body);
        assert_eq!(answer.status, 400, "{}: {}", String::from_utf8_lossy(body), answer.describe());
        assert_eq!(answer.json()["code"], "bad_request");
    }
    let mut long = numbered(1).to_string().into_bytes();
    long.resize(11_000_000, b' ');
    let answer = ask(&long);
    assert_eq!((answer.status, &answer.json()["code"]), (413, &json!("payload_too_large")));
    assert_eq!(shop.see(&products())["items"], json!([]));
}

#[test]
fn both_versions_see_the_same_goods() {
    let shop = Shop::open();
    shop.write(&stage::products(), &json!([stage::drinks(), stage::cider()]));
    let place = format!("{}/{}", products(), stage::cider()["uuid"].as_str().unwrap());
    let seen = shop.see(&place);
    for (ours, theirs) in [
        ("id", "uuid"),
        ("name", "name"),
        ("barcodes", "barCodes"),
        ("price", "price"),
        ("tax", "tax"),
        ("cost_price", "costPrice"),
        ("measure_name", "measureName"),
        ("parent_id", "parentUuid"),
        ("article_number", "articleNumber"),
        ("alcohol_by_volume", "alcoholByVolume"),
    ] {
        assert_eq!(seen[ours], stage::cider()[theirs], "{ours}");
    }
    shop.ask("PATCH", &place, &json!({"price": 5}), 200);
    let mut expected = stage::cider();
    expected["price"] = json!(5);
    assert_eq!(shop.read(&stage::products()), json!([expected, stage::drinks()]));
    assert_eq!(shop.ids(&groups()), [stage::drinks()["uuid"].as_str().unwrap()]);
}
