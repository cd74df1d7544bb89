//! `/api/faults`, gateway.yaml and reloading.

use serde_json::json;

use super::{fault, named};
use crate::support::admin::expect_problem;
use crate::support::{Stage, World, get};

#[test]
fn a_fault_is_shown_as_it_was_made() {
    let stage = Stage::start();
    let made = json!({
        "kind": "status", "plane": "webhook", "side": "request", "app": "loyalty",
        "path": "/hooks/*", "event": "documents", "status": 503, "first": 2, "p": 0.5, "seed": 7
    });
    let answer = stage.gateway.api("POST", "/api/faults", Some(&made));
    assert_eq!(answer.status, 201);
    let shown = answer.json();
    for (key, value) in made.as_object().unwrap() {
        assert_eq!(&shown[key], value, "{key}");
    }
    assert_eq!(
        (&shown["id"], &shown["hits"], &shown["source"]),
        (&json!("f1"), &json!(0), &json!("api"))
    );
    assert_eq!(stage.gateway.faults(), [shown]);
    let lone = stage.gateway.api("POST", "/api/faults", Some(&json!({"kind": "drip"}))).json();
    let wanted = json!({"id": "f2", "plane": "proxy", "side": "answer", "rate": "1KiB",
        "kind": "drip", "hits": 0, "source": "api"});
    assert_eq!(lone, wanted);
}

#[test]
fn a_seed_that_was_made_up_is_told() {
    let stage = Stage::start();
    stage.gateway.fault(&fault("empty", json!({"p": 0.5})));
    assert!(stage.gateway.faults()[0]["seed"].is_u64());
}

#[test]
fn bad_ones_are_refused_with_what_is_wrong_and_a_remedy() {
    let stage = Stage::start();
    for (bad, detail, hint) in [
        (json!({}), "`kind` is missing", "status"),
        (json!({"kind": "stauts"}), "stauts", "did you mean `status`"),
        (json!({"kind": "status", "status": 42}), "42", "200 to 599"),
        (json!({"kind": "empty", "stauts": 1}), "no `stauts`", "did you mean `status`"),
        (json!({"kind": "empty", "app": ["loyalty"]}), "`app`", "a text"),
        (json!({"kind": "empty", "app": "loyalti"}), "loyalti", "did you mean `loyalty`"),
        (json!({"kind": "empty", "plane": "asna"}), "asna", "cloud"),
        (json!({"kind": "empty", "p": 0}), "probability", "above 0"),
    ] {
        let answer = stage.gateway.api("POST", "/api/faults", Some(&bad));
        let problem = expect_problem(&answer, 400, "bad_request");
        let text = |key: &str| problem[key].as_str().unwrap().to_lowercase();
        assert!(text("detail").contains(detail), "{bad}: {problem}");
        assert!(text("hint").contains(hint), "{bad}: {problem}");
    }
    let both = json!({"kind": "delay", "delay": "soon", "first": 0});
    let problem = stage.gateway.api("POST", "/api/faults", Some(&both)).json();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("soon") && detail.contains("first"), "all at once: {detail}");
    expect_problem(&stage.gateway.api("DELETE", "/api/faults/f9", None), 404, "not_found");
    assert!(stage.gateway.faults().is_empty());
}

#[test]
fn all_are_taken_away_at_once() {
    let stage = Stage::start();
    for status in [500, 501] {
        stage.gateway.fault(&fault("status", json!({"status": status})));
    }
    assert_eq!(stage.ask(get("/api/x", &[])).status, 500);
    assert_eq!(stage.gateway.api("DELETE", "/api/faults", None).status, 204);
    let answer = stage.ask(get("/api/x", &[])).expect_ok("none is left");
    assert_eq!(named(&answer), None);
}

#[test]
fn those_of_the_file_reload_with_it_and_those_of_the_api_stay() {
    let file = |faults: &str| {
        let faults = faults.to_owned();
        move |world: World| world.top("faults", &faults)
    };
    let stage = Stage::with(file("[{kind: status, status: 500, path: /api/a}]"));
    stage.gateway.fault(&fault("status", json!({"status": 501, "path": "/api/b"})));
    let status = |target| stage.ask(get(target, &[])).status;
    assert_eq!((status("/api/a"), status("/api/b"), status("/api/c")), (500, 501, 200));
    let faults =
        "[{kind: status, status: 502, path: /api/c}, {kind: status, status: 500, path: /api/a}]";
    stage.gateway.rewrite(&file(faults)(World::of(&stage.partner)).yaml());
    stage.gateway.signal("HUP");
    stage.gateway.eventually("the new file", || status("/api/c") == 502);
    assert_eq!((status("/api/a"), status("/api/b")), (500, 501));
    let listed: Vec<_> =
        stage.gateway.faults().iter().map(|fault| fault["source"].clone()).collect();
    assert_eq!(listed, ["file", "file", "api"]);
    assert_eq!(stage.gateway.hits()[1], 2, "what stayed goes on counting");
    stage.gateway.rewrite(&World::of(&stage.partner).yaml());
    stage.gateway.signal("HUP");
    stage.gateway.eventually("an empty file", || status("/api/a") == 200);
    assert_eq!(status("/api/b"), 501);
}

#[test]
fn those_of_the_api_are_gone_after_a_restart() {
    let mut stage = Stage::with(|world| world.top("faults", "[{kind: empty, path: /api/a}]"));
    stage.gateway.fault(&fault("empty", json!({})));
    stage.gateway.restart();
    let left = stage.gateway.faults();
    assert_eq!((left.len(), &left[0]["source"]), (1, &json!("file")));
}
