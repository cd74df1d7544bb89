//! Bodies that are too long, cut off, or no JSON at all.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::stage::{Shop, cider, expect_error, plain, products};
use crate::support::{Answer, Raw};

const MOST: usize = 10_000_000;

/// A POST of goods whose body is sent in one chunk.
fn chunked(shop: &Shop, body: &[u8]) -> Answer {
    let admin = shop.gateway.admin;
    let own = shop.own();
    let path = products();
    let head = format!(
        "POST /evotor{path} HTTP/1.1\r\nHost: {admin}\r\n{own}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let size = format!("{:x}\r\n", body.len());
    let request = [head.as_bytes(), size.as_bytes(), body, b"\r\n0\r\n\r\n"].concat();
    Raw::dial(admin).exchange(request)
}

fn padded(length: usize) -> Vec<u8> {
    let mut body = json!([plain(1)]).to_string().into_bytes();
    body.resize(length, b' ');
    body
}

#[test]
fn ten_megabytes_are_taken_and_one_byte_more_is_not() {
    let shop = Shop::open();
    assert_eq!(shop.post_bytes(&products(), &padded(MOST)).status, 200);
    assert_eq!(shop.read(&products()).as_array().unwrap().len(), 1);
    shop.write(&format!("{}/delete", products()), &json!([]));
    for length in [MOST + 1, 11_000_000, 30_000_000] {
        let answer = shop.post_bytes(&products(), &padded(length));
        expect_error(&answer, 413, "payload_too_large");
        expect_error(&chunked(&shop, &padded(length)), 413, "payload_too_large");
    }
    assert_eq!(chunked(&shop, &padded(1000)).status, 200);
}

#[test]
fn a_length_that_is_too_large_is_answered_before_the_body_comes() {
    let shop = Shop::open();
    let own = shop.own();
    let (admin, path) = (shop.gateway.admin, products());
    for more in ["", "Expect: 100-continue\r\n"] {
        let head = format!(
            "POST /evotor{path} HTTP/1.1\r\nHost: {admin}\r\n{own}\r\n{more}Content-Length: 11000000\r\n\r\n"
        );
        expect_error(&Raw::dial(admin).exchange(head), 413, "payload_too_large");
    }
}

#[test]
fn a_body_that_stops_in_the_middle_changes_nothing() {
    let shop = Shop::open();
    shop.write(&products(), &json!([cider()]));
    let body = b"[]".to_vec();
    let whole = shop.bytes("POST", &format!("{}/delete", products()), &[&shop.own()], &body);
    for missing in [1, 2] {
        let mut raw = Raw::dial(shop.gateway.admin);
        raw.send(&whole[..whole.len() - missing]).half_close();
        if let Some(answer) = raw.try_answer() {
            expect_error(&answer, 400, "bad_request");
        }
        assert_eq!(shop.read(&products()), json!([cider()]), "{missing} bytes are missing");
    }
}

#[test]
fn what_is_no_array_of_objects_is_refused_and_nothing_of_it_kept() {
    let shop = Shop::open();
    let good = plain(1).to_string();
    let deep = "[".repeat(100_000);
    let deep_inside = format!(r#"[{good},{{"uuid":{}}}]"#, "[".repeat(5000) + &"]".repeat(5000));
    for body in [
        b"".to_vec(),
        b"null".to_vec(),
        b"{}".to_vec(),
        b"17".to_vec(),
        good.clone().into_bytes(),
        format!("[{good}").into_bytes(),
        format!("[{good},]").into_bytes(),
        format!("[{good}] [{good}]").into_bytes(),
        format!("[{good},null]").into_bytes(),
        format!("[{good},[{good}]]").into_bytes(),
        format!("[{good},\"x\"]").into_bytes(),
        format!("[{good},{{\"uuid\":1e999}}]").into_bytes(),
        format!("[{good},{{\"name\":\"\\ud800\"}}]").into_bytes(),
        [b"[", good.as_bytes(), b",{\"name\":\"\xff\"}]"].concat(),
        [b"\xef\xbb\xbf[", good.as_bytes(), b"]"].concat(),
        b"\xff\xfe[\x00]\x00".to_vec(),
        deep.into_bytes(),
        deep_inside.into_bytes(),
        b"uuid=1&name=x".to_vec(),
    ] {
        let answer = shop.post_bytes(&products(), &body);
        let shown = String::from_utf8_lossy(&body[..body.len().min(120)]).into_owned();
        assert_eq!(answer.status, 400, "{shown}: {}", answer.describe());
        expect_error(&answer, 400, "bad_request");
        assert_eq!(shop.read(&products()), json!([]), "{shown}");
    }
}

#[test]
fn the_content_type_of_a_call_does_not_matter_to_the_first_version() {
    let shop = Shop::open();
    let body = json!([plain(1)]).to_string();
    for kind in ["Content-Type: text/plain", "Accept: text/html", "Content-Type: x"] {
        let answer = shop.call("POST", &products(), &[&shop.own(), kind], body.as_bytes());
        assert_eq!(answer.status, 200, "{kind}: {}", answer.describe());
    }
}

/// Any JSON that is not too large.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(|n| serde_json::Number::from_f64(n).into()),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("01ba18b6-8707-4f47-bd9c-4db058054cb2")),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        let name = prop_oneof![
            any::<String>(),
            prop::sample::select(cider().as_object().unwrap().keys().cloned().collect::<Vec<_>>()),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..8)
                .prop_map(|fields| fields.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// The sample with some fields changed to anything.
fn changed() -> impl Strategy<Value = Value> {
    let names: Vec<String> = cider().as_object().unwrap().keys().cloned().collect();
    prop::collection::vec((prop::sample::select(names), anything()), 0..4).prop_map(|changes| {
        let mut good = cider();
        for (name, value) in changes {
            good[name] = value;
        }
        good
    })
}

#[test]
fn no_body_is_answered_with_a_500() {
    let shop = Shop::open();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let bodies = prop_oneof![
        anything(),
        prop::collection::vec(prop_oneof![anything(), changed()], 0..4).prop_map(Value::from),
    ];
    runner
        .run(&bodies, |body| {
            for path in ["", "/delete", "/quantities"] {
                let answer = shop.post(&format!("{}{path}", products()), &body);
                prop_assert!(matches!(answer.status, 200 | 400), "{}", answer.describe());
            }
            prop_assert!(shop.read(&products()).is_array());
            Ok(())
        })
        .unwrap();
}
