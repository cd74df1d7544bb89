//! Paths with slashes too many, on every address of both versions.

use serde_json::Value;

use super::stage::{Shop, expect_error};
use crate::support::gateway::command;
use crate::support::world::{APP, DEVICE, STORE};
use crate::support::{Answer, Raw};

/// A path of each address.
fn paths() -> Vec<String> {
    let named = |template: String| {
        let named = template.replace("{store}", STORE).replace("{app}", APP);
        named.replace("{device}", DEVICE)
    };
    let other = "01ba18b6-8707-4f47-bd9c-4db058054cb2";
    let filled = |path: String| {
        let parts = path.split('/').map(|part| if part.starts_with('{') { other } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    evotor_gateway::cloud::addresses().into_iter().map(named).map(filled).collect()
}

fn seen(answer: &Answer) -> (u16, Value) {
    let body = if answer.body.is_empty() { Value::Null } else { answer.json() };
    // A task has an id of its own each time.
    let kept = if body.get("status").is_some() { Value::Null } else { body };
    (answer.status, kept)
}

#[test]
fn every_address_is_the_same_with_slashes_too_many() {
    let shop = Shop::open();
    let mut raw = Raw::dial(shop.gateway.admin);
    let paths = paths();
    assert!(paths.len() > 30, "{paths:?}");
    for path in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let mut call =
                |path: &str| seen(&raw.exchange(shop.bytes(method, path, &[&shop.own()], b"")));
            let plain = call(&path);
            let unknown =
                plain.1["message"].as_str().is_some_and(|said| said.contains(" resource "));
            assert!(!unknown, "{method} {path}: {plain:?}");
            for more in [format!("{path}/"), format!("/{path}"), format!("//{path}//")] {
                assert_eq!(call(&more), plain, "{method} {more}");
            }
            if method == "GET" {
                assert_eq!(call(&format!("{path}/?cursor=")), plain, "{path}");
            }
        }
    }
}

#[test]
fn a_slash_too_many_is_told_on_the_timeline() {
    let shop = Shop::open();
    assert_eq!(shop.get("/stores").status, 200);
    assert_eq!(shop.get("/stores/").status, 200);
    let notes = shop.notes(2);
    assert!(notes[0].is_empty(), "{notes:?}");
    assert!(notes[1][0].contains("slash too many"), "{notes:?}");
    let noted = shop.gateway.exchanges("plane:cloud")[0]["id"].to_string();
    let mut show = command(shop.gateway.path());
    show.env("EVOTOR_GATEWAY_ADMIN", shop.gateway.admin.to_string()).args(["show", &noted]);
    let said = String::from_utf8(show.output().unwrap().stdout).unwrap();
    assert!(said.contains("\nnote: The path has a slash too many"), "{said}");
}

#[test]
fn by_its_name_a_final_slash_is_as_good() {
    let shop = Shop::open();
    let head = format!("GET /stores/ HTTP/1.1\r\nHost: api.evotor.ru\r\n{}\r\n\r\n", shop.own());
    for mut raw in [shop.gateway.http(), shop.gateway.https("api.evotor.ru")] {
        let answer = raw.exchange(&head);
        assert_eq!(answer.status, 200, "{}", answer.describe());
        assert_eq!(answer.json(), shop.get("/stores").json());
    }
}

#[test]
fn a_strict_reading_refuses_the_slash_and_says_so() {
    let shop = Shop::with(|world| world.top("fidelity", "strict"));
    for path in paths() {
        for more in [format!("{path}/"), format!("/{path}")] {
            if more == "/api/v1/ofd/documents/" {
                assert_eq!(shop.get(&more).status, 200, "the vendor's own spelling");
                continue;
            }
            let error = expect_error(&shop.get(&more), 404, "not_found");
            assert!(error["message"].as_str().unwrap().contains("without the slash"), "{error}");
        }
    }
    let answer = shop.call("GET", "/stores/", &[], b"");
    expect_error(&answer, 401, "unauthorized");
}
