//! How long, how many, how much; and for whom.

use serde_json::json;

use super::{begin, ended, hold_of};
use crate::support::{Partner, Raw, Stage, get, post};

fn hasty(more: &str) -> Stage {
    Stage::with(|world| world.limit(&format!("response_timeout: {more}")))
}

#[test]
fn nothing_is_held_for_longer_than_an_answer_may_take() {
    let stage = hasty("700ms");
    stage.gateway.stop(&json!({"path": "/api/x"}));
    let answer = stage.ask(get("/api/x", &[])).expect_ok("its time was up");
    assert_eq!(answer.field("x-gateway-fault"), None);
    let row = &ended(&stage.gateway, 1)[0];
    assert_eq!(hold_of(row)["end"], "timed_out");
    assert!(hold_of(row)["ms"].as_u64().unwrap() >= 700, "{row}");
}

#[test]
fn unless_its_breakpoint_says_how_long() {
    let stage = hasty("700ms");
    stage.gateway.stop(&json!({"path": "/api/x", "timeout": "10m"}));
    let mut raw = begin(&stage.gateway, get("/api/x", &[]));
    let is_late = || stage.gateway.held()[0]["held_ms"].as_u64().unwrap() > 1000;
    stage.gateway.eventually("longer than an answer may take", is_late);
    stage.gateway.decide("h1", &json!({"do": "go"}));
    raw.answer().expect_ok("the partner had all its time");
}

#[test]
fn what_is_held_for_a_watcher_goes_on_when_the_watcher_leaves() {
    let stage = Stage::start();
    stage.gateway.stop(&json!({"watched": true, "timeout": "10m"}));
    stage.ask(get("/api/x", &[])).expect_ok("nobody watches");
    assert_eq!(stage.gateway.api("PUT", "/api/watchers/page-1", None).status, 200);
    let mut raw = begin(&stage.gateway, get("/api/y", &[]));
    assert_eq!(stage.gateway.api("PUT", "/api/watchers/page-2", None).status, 200);
    assert_eq!(stage.gateway.api("DELETE", "/api/watchers/page-1", None).status, 204);
    assert_eq!(stage.gateway.held().len(), 1, "another one watches");
    assert_eq!(stage.gateway.api("DELETE", "/api/watchers/page-2", None).status, 204);
    raw.answer().expect_ok("let go");
    let rows = ended(&stage.gateway, 2);
    let held = rows.iter().find(|row| row["path"] == "/api/y").unwrap();
    assert_eq!(hold_of(held)["end"], "unwatched");
}

#[test]
fn a_watcher_that_says_nothing_more_has_left() {
    let stage = Stage::start();
    stage.gateway.stop(&json!({"watched": true, "timeout": "10m"}));
    stage.gateway.api_ok("PUT", "/api/watchers/page", None);
    let mut raw = begin(&stage.gateway, get("/api/y", &[]));
    // A lease lasts for longer than a test waits at a time.
    let is_old = || {
        let held = stage.gateway.held();
        held.first().is_none_or(|one| one["held_ms"].as_u64().unwrap() > 8000)
    };
    stage.gateway.eventually("half of the lease is over", is_old);
    stage.gateway.eventually("all of it is over", || stage.gateway.held().is_empty());
    raw.answer().expect_ok("let go");
    assert_eq!(hold_of(&ended(&stage.gateway, 1)[0])["end"], "unwatched");
}

#[test]
fn more_than_may_be_held_pass_and_say_so() {
    let stage = Stage::start();
    stage.gateway.stop(&json!({"path": "/api/x"}));
    let mut raws: Vec<Raw> = (0..64)
        .map(|_| {
            let mut raw = stage.gateway.http();
            raw.send(get("/api/x", &[]));
            raw
        })
        .collect();
    stage.gateway.hold(64);
    stage.ask(get("/api/x", &[])).expect_ok("the 65th");
    stage.gateway.eventually("it is recorded", || {
        let rows = stage.gateway.exchanges("has:breakpoint -is:running");
        rows.first().is_some_and(|row| hold_of(row)["end"] == "too_many")
    });
    assert_eq!(stage.gateway.api("DELETE", "/api/breakpoints", None).status, 204);
    for raw in &mut raws {
        raw.answer().expect_ok("let go");
    }
}

#[test]
fn what_is_too_large_passes_whole_and_says_so() {
    let body = vec![b'x'; 5 << 20];
    let stage = Stage::with(|world| world.limit("max_body: 8MiB"));
    stage.gateway.stop(&json!({"path": "/api/x"}));
    let received = stage.pass(post("/api/x", &[], &body));
    assert_eq!(received.body.content.len(), body.len());
    let mut chunked = get("/api/x", &["Transfer-Encoding: chunked"]);
    chunked.splice(..3, *b"POST");
    chunked.extend(crate::support::message::chunks(&body, 50_000));
    chunked.extend_from_slice(b"0\r\n\r\n");
    let received = stage.pass(chunked);
    assert_eq!(received.body.content.len(), body.len(), "its length was not known before");
    for row in ended(&stage.gateway, 2) {
        assert_eq!(hold_of(&row)["end"], "too_large");
    }
}

#[test]
fn an_answer_that_is_too_large_passes_whole() {
    let body = vec![b'y'; 5 << 20];
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    bytes.extend(crate::support::message::chunks(&body, 50_000));
    bytes.extend_from_slice(b"0\r\n\r\n");
    let stage = Stage::before(Partner::answering(bytes));
    stage.gateway.stop(&json!({"side": "answer"}));
    let answer = stage.ask(get("/api/x", &[])).expect_ok("passed");
    assert!(answer.body == body && answer.whole);
    assert_eq!(hold_of(&ended(&stage.gateway, 1)[0])["end"], "too_large");
}

#[test]
fn a_shutdown_lets_go_of_what_is_held() {
    let mut stage = Stage::start();
    stage.gateway.stop(&json!({"timeout": "10m"}));
    let mut raw = begin(&stage.gateway, get("/api/x", &[]));
    stage.gateway.signal("TERM");
    raw.answer().expect_ok("it went on");
    assert!(stage.gateway.wait().success());
}
