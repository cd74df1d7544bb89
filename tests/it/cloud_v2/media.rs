//! Media types: what is asked for, what is sent.

use serde_json::json;

use super::stage::{MANY, ONE, groups, numbered, products};
use crate::cloud::stage::{Shop, expect_error};

#[test]
fn an_answer_that_the_client_does_not_take_is_406() {
    let shop = Shop::open();
    for accept in ["application/vnd.evotor.v1+json", "text/html", "application/xml, image/*", "x"] {
        let accept = format!("Accept: {accept}");
        for path in
            ["/stores", "/devices", &products(), &products().replace("products", "documents")]
        {
            let answer = shop.call("GET", path, &[&shop.own(), &accept], b"");
            assert_eq!(answer.status, 406, "{accept} {path}: {}", answer.describe());
            assert_eq!(answer.json()["code"], "not_acceptable");
        }
        let body = numbered(1).to_string();
        let kind = format!("Content-Type: {ONE}");
        let fields = [&*shop.own(), &accept, &kind];
        assert_eq!(shop.call("POST", &products(), &fields, body.as_bytes()).status, 406);
    }
    assert_eq!(shop.get(&products()).json()["items"], json!([]), "nothing was written");
}

#[test]
fn loose_clients_are_answered_in_the_versions_own_type() {
    let shop = Shop::open();
    for accept in
        ["Accept: */*", "Accept: application/json", "X-None: 1", "Accept: text/html, */*;q=0.1"]
    {
        let answer = shop.call("GET", "/stores", &[&shop.own(), accept], b"");
        assert_eq!((answer.status, answer.field("content-type")), (200, Some(ONE)), "{accept}");
    }
}

#[test]
fn a_body_of_another_type_is_415_and_one_that_contradicts_its_type_400() {
    let shop = Shop::open();
    let (one, many) = (numbered(1).to_string(), json!([numbered(1), numbered(2)]).to_string());
    for (kind, body, status, code) in [
        ("text/plain", &one, 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", &one, 415, "unsupported_media_type"),
        ("application/vnd.evotor.v1+json", &one, 415, "unsupported_media_type"),
        (ONE, &many, 400, "bad_request"),
        (MANY, &one, 400, "bad_request"),
    ] {
        for path in [products(), groups()] {
            for method in ["POST", "PUT", "PATCH"] {
                let kind = format!("Content-Type: {kind}");
                let answer = shop.call(method, &path, &[&shop.own(), &kind], body.as_bytes());
                assert_eq!(answer.status, status, "{method} {kind}: {}", answer.describe());
                assert_eq!(answer.json()["code"], code);
            }
        }
    }
    assert_eq!(shop.get(&products()).json()["items"], json!([]), "nothing was written");
    let kind = format!("Content-Type: {ONE}; charset=UTF-8");
    let answer = shop.call("POST", &products(), &[&shop.own(), &kind], one.as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.describe());
    let answer = shop.call(
        "PUT",
        &products(),
        &[&shop.own(), "Content-Type: application/json"],
        many.as_bytes(),
    );
    assert_eq!(
        answer.status,
        202,
        "loosely the body itself says what it is: {}",
        answer.describe()
    );
}

#[test]
fn without_a_token_no_type_helps() {
    let shop = Shop::open();
    for path in ["/stores", "/employees", "/bulks/x", &products()] {
        let accept = format!("Accept: {ONE}");
        expect_error(&shop.call("GET", path, &[&accept], b""), 401, "unauthorized");
    }
}
