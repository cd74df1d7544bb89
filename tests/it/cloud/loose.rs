//! What a loose reading of the first version takes as public clients send it, and a strict one refuses.

use serde_json::{Value, json};

use super::stage::{Shop, cider, expect_error, plain, products};

/// A field as it should be, and as clients write it.
fn coerced() -> Vec<(&'static str, Value, Value)> {
    vec![
        ("price", json!("123.12"), json!(123.12)),
        ("price", json!(" 9999999.99 "), json!(9_999_999.99)),
        ("costPrice", json!("100.123"), json!(100.123)),
        ("quantity", json!("12"), json!(12)),
        ("quantity", json!("-3.125"), json!(-3.125)),
        ("alcoholByVolume", json!("5.45"), json!(5.45)),
        ("code", json!(6), json!("6")),
        ("measureName", json!(1), json!("1")),
        ("description", json!(false), json!("false")),
        ("barCodes", json!([2_000_000_000_060_u64]), json!(["2000000000060"])),
        ("allowToSell", json!("true"), json!(true)),
        ("allowToSell", json!(0), json!(false)),
        ("group", json!("false"), json!(false)),
    ]
}

#[test]
fn numbers_as_text_and_text_as_numbers_are_taken_and_noted() {
    let shop = Shop::open();
    for (field, sent, kept) in coerced() {
        let mut good = cider();
        good[field] = sent.clone();
        let answer = shop.write(&products(), &json!([good]));
        assert_eq!(answer.field("x-products-violations-count"), None, "{field} {sent}");
        assert_eq!(shop.read(&products())[0][field], kept, "{field} {sent}");
    }
    let notes = shop.notes(1).remove(0);
    assert_eq!(notes, ["[0].price: text was taken for a number."]);
}

#[test]
fn a_strict_reading_reports_each_as_a_violation() {
    let shop = Shop::with(|world| world.top("fidelity", "strict"));
    let mut all = coerced();
    all.push(("attributes", json!([]), json!({})));
    for (field, sent, _) in all {
        let mut good = cider();
        good[field] = sent.clone();
        let answer = shop.write(&products(), &json!([good]));
        let listed = answer.field("x-products-violations").unwrap_or_default();
        assert!(listed.contains(&format!("[0].{field}")), "{field} {sent}: {listed}");
    }
    assert_eq!(shop.read(&products()), json!([]));
    assert!(shop.notes(1)[0].is_empty());
}

#[test]
fn a_list_in_place_of_an_empty_map_is_taken() {
    let shop = Shop::open();
    let mut good = cider();
    good["attributes"] = json!([]);
    shop.write(&products(), &json!([good]));
    let read = shop.read(&products());
    assert_eq!(read[0].get("attributes"), None, "an empty map is left out: {read}");
    shop.write(&format!("{}/quantities", products()), &json!([]));
    let strict = Shop::with(|world| world.top("fidelity", "strict"));
    expect_error(
        &strict.post(&format!("{}/quantities", products()), &json!([])),
        400,
        "bad_request",
    );
}

#[test]
fn very_many_coercions_make_no_long_record() {
    let shop = Shop::open();
    let many: Vec<Value> = (0..3000)
        .map(|number| {
            let mut good = plain(number);
            good["price"] = json!("1");
            good
        })
        .collect();
    shop.write(&products(), &json!(many));
    let notes = shop.notes(1).remove(0);
    assert_eq!((notes.len(), notes[20].as_str()), (21, "And 2980 more of the kind."));
}

#[test]
fn deletion_without_a_body_removes_everything_in_either_reading() {
    for reading in ["loose", "strict"] {
        let shop = Shop::with(|world| world.top("fidelity", reading));
        let delete = format!("{}/delete", products());
        let fields = [shop.own(), "Transfer-Encoding: chunked".to_owned()];
        let chunked = format!(
            "POST /evotor{delete} HTTP/1.1\r\nHost: {}\r\n{}\r\n\r\n0\r\n\r\n",
            shop.gateway.admin,
            fields.join("\r\n")
        );
        for empty in [shop.bytes("POST", &delete, &[&shop.own()], b""), chunked.into_bytes()] {
            shop.write(&products(), &json!([cider(), plain(1)]));
            let answer = crate::support::Raw::dial(shop.gateway.admin).exchange(empty);
            assert_eq!((answer.status, answer.body.len()), (200, 0), "{}", answer.describe());
            assert_eq!(shop.read(&products()), json!([]));
        }
    }
}
