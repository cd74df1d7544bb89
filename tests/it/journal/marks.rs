//! A person's stars and notes, and what many exchanges come to.

use serde_json::{Value, json};

use crate::support::admin::expect_problem;
use crate::support::{Gateway, Partner, Stage, World, get};

fn mark(gateway: &Gateway, id: i64, mark: &Value) -> Value {
    gateway.api_ok("PATCH", &format!("/api/exchanges/{id}"), Some(mark))
}

fn ids(gateway: &Gateway, filter: &str) -> Vec<i64> {
    gateway.exchanges(filter).iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

#[test]
fn a_star_and_a_note_are_kept_found_and_exported() {
    let partner = Partner::start();
    let mut gateway = World::of(&partner).top("state", "\"sqlite:./data/gateway.db\"").start();
    for path in ["/api/a", "/api/b", "/api/c"] {
        gateway.ask(get(path, &[])).expect_ok("a request");
    }
    gateway.eventually("all are recorded", || gateway.exchanges("").len() == 3);
    let row = mark(&gateway, 1, &json!({"starred": true}));
    assert_eq!(
        (&row["id"], &row["starred"], &row["comment"]),
        (&1.into(), &true.into(), &Value::Null)
    );
    let row = mark(&gateway, 2, &json!({"comment": "  Здесь ошибка  "}));
    assert_eq!((&row["starred"], &row["comment"]), (&false.into(), &"Здесь ошибка".into()));
    gateway.signal("TERM");
    gateway.wait();
    gateway.restart();
    assert_eq!(ids(&gateway, "is:starred"), [1]);
    assert_eq!(ids(&gateway, "has:comment"), [2]);
    assert_eq!(ids(&gateway, "comment:ошибка"), [2]);
    assert_eq!(ids(&gateway, "-is:starred -has:comment"), [3]);
    assert_eq!(gateway.exchange(&json!(2))["comment"], "Здесь ошибка");
    // In a file as the format says it; another gateway takes it back.
    let har = gateway.api_ok("GET", "/api/exchanges.har", None);
    let comments: Vec<_> = har["log"]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["comment"].clone())
        .collect();
    assert_eq!(comments, [Value::Null, json!("Здесь ошибка"), Value::Null]);
    let other = Stage::start().gateway;
    other.api_ok("POST", "/api/exchanges.har", Some(&har));
    assert_eq!(ids(&other, "is:imported"), [3, 2, 1]);
    assert_eq!(ids(&other, "is:starred"), [1]);
    assert_eq!(ids(&other, "has:comment"), [2]);
    // Taken away.
    mark(&gateway, 1, &json!({"starred": false}));
    mark(&gateway, 2, &json!({"comment": ""}));
    assert_eq!(ids(&gateway, "is:starred or has:comment"), [0; 0]);
    assert_eq!(ids(&gateway, "is:imported"), [0; 0]);
    expect_problem(
        &gateway.api("PATCH", "/api/exchanges/99", Some(&json!({"starred": true}))),
        404,
        "not_found",
    );
    let long = json!({"comment": "x".repeat(4097)});
    assert_eq!(gateway.api("PATCH", "/api/exchanges/1", Some(&long)).status, 400);
    assert_eq!(gateway.api("PATCH", "/api/exchanges/1", Some(&json!({"star": true}))).status, 422);
}

#[test]
fn exchanges_are_counted_and_the_oldest_are_had_at_once() {
    let stage = Stage::start();
    for nth in 0..7 {
        stage.ask(get(&format!("/api/points?nth={nth}"), &[]));
    }
    stage.ask(get("/admin", &[]));
    stage.gateway.recorded(8);
    let count = |filter: &str| {
        stage.gateway.api_ok("GET", &format!("/api/exchanges/count?filter={filter}"), None)["count"]
            .clone()
    };
    assert_eq!(count(""), 8);
    assert_eq!(count("path:/api/"), 7);
    assert_eq!(count("is:refused"), 1);
    assert_eq!(count("nosuch"), 0);
    let page = stage.gateway.api_ok("GET", "/api/exchanges?oldest=true&limit=3", None);
    let oldest: Vec<_> =
        page["exchanges"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    assert_eq!(oldest, [3, 2, 1], "falling, as ever");
    let answer = stage.gateway.api("GET", "/api/exchanges/count?filter=nosuch:1", None);
    expect_problem(&answer, 400, "bad_filter");
}

#[test]
fn failures_are_grouped_by_kind_and_endpoint() {
    let partner = Partner::scripted(|call| {
        call.body();
        call.send(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
    });
    let stage = Stage::before(partner);
    for nth in 0..3 {
        stage.ask(get(&format!("/api/orders/{nth}7/items?page={nth}"), &[]));
    }
    stage.ask(get("/v2/x", &[]));
    stage.gateway.recorded(4);
    let fault = json!({"plane": "proxy", "side": "answer", "kind": "status", "status": 503});
    assert_eq!(stage.gateway.api("POST", "/api/faults", Some(&fault)).status, 201);
    stage.ask(get("/api/orders/1/items", &[]));
    stage.gateway.eventually("it is recorded", || stage.gateway.exchanges("").len() == 5);
    let groups = stage.gateway.api_ok("GET", "/api/exchanges/errors", None);
    let told: Vec<_> = groups
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["path"], one["status"], one["code"], one["count"], one["latest"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["/api/orders/*/items", 500, null, 3, 3]),
            json!(["/v2/x", 403, "url_not_allowed", 1, 4]),
        ],
        "what a fault made is nobody's failure"
    );
    let only = stage.gateway.api_ok("GET", "/api/exchanges/errors?filter=is:refused", None);
    assert_eq!(only.as_array().unwrap().len(), 1);
}
