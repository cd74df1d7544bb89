//! Breakpoints: exchanges are held, edited, let go on and dropped, over sockets.

mod commands;
mod limits;
mod webhooks;

use serde_json::{Value, json};

use crate::support::{Answer, Gateway, Partner, Raw, Stage, World, get, h2, post};

impl Gateway {
    /// Adds a breakpoint; its id.
    #[track_caller]
    fn stop(&self, stop: &Value) -> String {
        let answer = self.api("POST", "/api/breakpoints", Some(stop));
        assert_eq!(answer.status, 201, "{stop}: {}", answer.describe());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn held(&self) -> Vec<Value> {
        self.api_ok("GET", "/api/held", None)["held"].as_array().unwrap().clone()
    }

    /// Waits until so many are held.
    #[track_caller]
    fn hold(&self, count: usize) -> Vec<Value> {
        self.eventually("it is held", || self.held().len() == count);
        self.held()
    }

    /// Decides on one.
    #[track_caller]
    fn decide(&self, id: &str, word: &Value) {
        let answer = self.api("POST", &format!("/api/held/{id}"), Some(word));
        assert_eq!(answer.status, 204, "{word}: {}", answer.describe());
    }
}

/// Begins a request that is held.
#[track_caller]
fn begin(gateway: &Gateway, request: impl AsRef<[u8]>) -> Raw {
    let mut raw = gateway.http();
    raw.send(request);
    gateway.hold(1);
    raw
}

#[track_caller]
fn held_request() -> (Stage, Raw) {
    let stage = Stage::start();
    stage.gateway.stop(&json!({"path": "/api/x*"}));
    let request = post("/api/x?y=1", &["Content-Type: text/plain", "X-Own: 1"], b"abc");
    let raw = begin(&stage.gateway, request);
    (stage, raw)
}

/// So many exchanges that have ended.
#[track_caller]
fn ended(gateway: &Gateway, count: usize) -> Vec<Value> {
    let rows = || gateway.exchanges("-is:running");
    gateway.eventually("they have ended", || rows().len() >= count);
    rows()
}

fn hold_of(row: &Value) -> &Value {
    &row["injected"][0]["hold"]
}

#[test]
fn a_request_is_held_shown_and_goes_on_as_it_was() {
    let (stage, mut raw) = held_request();
    assert!(stage.partner.requests().is_empty());
    let shown = stage.gateway.api_ok("GET", "/api/held/h1", None);
    assert_eq!((&shown["method"], &shown["target"]), (&json!("POST"), &json!("/api/x?y=1")));
    assert_eq!((&shown["body"], &shown["headers"]["x-own"]), (&json!("abc"), &json!("1")));
    assert!(shown["left_ms"].as_u64().unwrap() > 0, "{shown}");
    stage.gateway.eventually("it stands in the timeline", || {
        let rows = stage.gateway.exchanges("is:running");
        rows.first()
            .is_some_and(|row| row["running"]["stage"] == "held" && row["running"]["held"] == "h1")
    });
    assert!(stage.gateway.held()[0]["exchange"].is_i64());
    stage.gateway.decide("h1", &json!({"do": "go"}));
    let answer = raw.answer().expect_ok("it goes on");
    assert_eq!(answer.field("x-gateway-fault"), None, "nothing was changed");
    let got = stage.partner.only();
    assert_eq!((got.target(), &got.body.content[..]), ("/api/x?y=1", &b"abc"[..]));
    assert!(stage.gateway.held().is_empty());
    let row = &ended(&stage.gateway, 1)[0];
    assert_eq!(hold_of(row)["end"], "went_on");
    assert_eq!(stage.gateway.exchanges("has:breakpoint").len(), 1);
}

#[test]
fn a_request_goes_on_edited_and_what_it_was_is_kept() {
    let (stage, mut raw) = held_request();
    stage.gateway.decide("h1", &json!({
        "do": "go", "method": "PUT", "target": "/api/z?w=2", "body": "other body",
        "set": {"X-New": "2", "X-Evotor-User-Id": "forged", "Authorization": "Bearer forged"}, "unset": ["X-Own"],
    }));
    let answer = raw.answer().expect_ok("edited");
    assert_eq!(answer.field("x-gateway-fault"), Some("b1"));
    let got = stage.partner.only();
    assert_eq!(got.line, "PUT /api/z?w=2 HTTP/1.1");
    assert_eq!(
        (&got.body.content[..], got.all("content-length")),
        (&b"other body"[..], vec!["10"])
    );
    assert_eq!((got.field("x-new"), got.field("x-own")), (Some("2"), None));
    let forged = |name| got.field(name).is_none_or(|value| !value.contains("forged"));
    assert!(forged("x-evotor-user-id") && forged("authorization"), "{}", got.describe());
    let row = &ended(&stage.gateway, 1)[0];
    assert_eq!(
        (&hold_of(row)["end"], &hold_of(row)["edited"][1]),
        (&json!("edited"), &json!("path"))
    );
    let shown = stage.gateway.exchange(&row["id"]);
    let (asked, passed) = (&shown["stages"]["asked"], &shown["stages"]["passed"]);
    assert!(asked["line"].as_str().unwrap().contains("/api/x?y=1"), "{asked}");
    assert_eq!(
        (&asked["body"]["text"], &passed["body"]["text"]),
        (&json!("abc"), &json!("other body"))
    );
}

#[test]
fn an_edited_request_passes_the_checks_that_any_does() {
    let (stage, mut raw) = held_request();
    for (word, status, code) in [
        (json!({"do": "go", "target": "/elsewhere"}), 403, "url_not_allowed"),
        (json!({"do": "go", "target": "/api/../x"}), 400, "bad_target"),
        (json!({"do": "go", "target": "http://other.ru/"}), 400, "bad_request"),
        (json!({"do": "go", "set": {"Content-Length": "1"}}), 400, "bad_request"),
        (json!({"do": "go", "set": {"X-A": "Bearer ••••1234"}}), 400, "bad_request"),
        (json!({"do": "go", "status": 500}), 400, "bad_request"),
    ] {
        let answer = stage.gateway.api("POST", "/api/held/h1", Some(&word));
        assert_eq!(answer.status, status, "{word}: {}", answer.describe());
        assert_eq!(answer.json()["code"], code, "{word}");
        assert_eq!(stage.gateway.held().len(), 1, "{word}: it is still held");
    }
    // What only the proxy checks it refuses to the app.
    stage.gateway.decide("h1", &json!({"do": "go", "method": "PATCH"}));
    raw.answer().expect_refusal("no method of a terminal", 405, "method_not_allowed");
    assert!(stage.partner.requests().is_empty());
}

#[test]
fn an_answer_is_held_and_edited_and_what_came_is_kept() {
    let stage = Stage::start();
    stage.gateway.stop(&json!({"side": "answer", "filter": "path:/api/x status:200"}));
    let mut raw = begin(&stage.gateway, get("/api/x", &[]));
    assert_eq!(stage.partner.wait(1).len(), 1, "the partner was asked");
    let shown = stage.gateway.api_ok("GET", "/api/held/h1", None);
    assert_eq!((&shown["status"], &shown["body"]), (&json!(200), &json!("ok")));
    let word = json!({"do": "go", "status": 404, "body": "nothing", "set": {"Content-Type": "text/plain"}});
    stage.gateway.decide("h1", &word);
    let answer = raw.answer();
    assert_eq!((answer.status, answer.text().as_str()), (404, "nothing"));
    assert_eq!(answer.field("x-gateway-fault"), Some("b1"));
    let row = &ended(&stage.gateway, 1)[0];
    let shown = stage.gateway.exchange(&row["id"]);
    assert_eq!(shown["stages"]["answered"]["body"]["text"], "ok");
    assert_eq!(shown["stages"]["returned"]["body"]["text"], "nothing");
}

#[test]
fn either_half_is_dropped_and_the_app_is_told_by_whom() {
    for (side, asked) in [("request", 0), ("answer", 1)] {
        let stage = Stage::start();
        stage.gateway.stop(&json!({"side": side}));
        let mut raw = begin(&stage.gateway, get("/api/x", &[]));
        stage.gateway.decide("h1", &json!({"do": "drop", "by": "page"}));
        let answer = raw.answer().expect_refusal("dropped", 503, "dropped_at_breakpoint");
        let said = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(
            said.contains("b1") && said.contains(side) && said.contains("in the console"),
            "{said}"
        );
        assert_eq!(answer.json()["culprit"], "gateway");
        assert_eq!(stage.partner.requests().len(), asked, "{side}");
        assert_eq!(hold_of(&ended(&stage.gateway, 1)[0])["end"], "dropped", "{side}");
    }
}

#[test]
fn an_app_over_http2_waits_as_well_and_others_on_its_connection_go_on() {
    let stage = Stage::start();
    stage.gateway.stop(&json!({"path": "/api/x"}));
    let gateway = &stage.gateway;
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let mut client = h2::Client::dial(gateway.https, "loyalty.example.ru", &gateway.ca());
            client.all(vec![h2::get("/api/x"), h2::get("/api/other")])
        });
        gateway.hold(1);
        stage.partner.wait(1);
        gateway.decide("h1", &json!({"do": "go", "set": {"x-new": "1"}}));
        for reply in asked.join().unwrap() {
            assert_eq!(reply.unwrap().status, 200);
        }
    });
    let requests = stage.partner.wait(2);
    let edited = requests.iter().find(|one| one.target() == "/api/x").unwrap();
    assert_eq!(edited.field("x-new"), Some("1"));
}

#[test]
fn an_answer_over_http2_is_edited() {
    let stage = Stage::start();
    stage.gateway.stop(&json!({"side": "answer", "path": "/api/x"}));
    let gateway = &stage.gateway;
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let mut client = h2::Client::dial(gateway.https, "loyalty.example.ru", &gateway.ca());
            client.ask(h2::get("/api/x")).unwrap()
        });
        gateway.hold(1);
        let word = json!({"do": "go", "status": 404, "body": "nothing", "set": {"X-New": "1"}});
        gateway.decide("h1", &word);
        let reply = asked.join().unwrap();
        assert_eq!((reply.status, &reply.body[..]), (404, &b"nothing"[..]));
        assert_eq!(reply.fields["x-new"], "1");
        assert_eq!(reply.fields["x-gateway-fault"], "b1");
    });
    let row = &ended(gateway, 1)[0];
    assert_eq!((&row["status"], &hold_of(row)["end"]), (&json!(404), &json!("edited")));
}

#[test]
fn an_app_with_a_base_url_has_its_request_and_its_answer_edited() {
    let partner = Partner::answering(crate::support::ok("{\"status\":200,\"body\":\"x\"}"));
    let stage = Stage::of(partner, |world: World| {
        world.app("proxy", "v1").app("base_url", "http://loyalty.example.ru/api")
    });
    stage.gateway.stop(&json!({"path": "/api/cards"}));
    let addr = stage.gateway.http;
    let mut raw = begin(&stage.gateway, format!("GET /cards HTTP/1.1\r\nHost: {addr}\r\n\r\n"));
    let shown = stage.gateway.api_ok("GET", "/api/held/h1", None);
    assert_eq!(shown["target"], "/api/cards", "{shown}");
    stage.gateway.stop(&json!({"side": "answer", "path": "/api/others"}));
    stage.gateway.decide("h1", &json!({"do": "go", "target": "/api/others"}));
    stage.gateway.eventually("its answer is held", || {
        stage.gateway.held().first().is_some_and(|one| one["side"] == "answer")
    });
    assert_eq!(stage.partner.only().target(), "/api/others");
    stage.gateway.decide("h2", &json!({"do": "go", "status": 500}));
    assert_eq!(raw.answer().status, 500);
}

#[test]
fn a_stub_and_a_fault_are_chosen_by_what_a_request_was_edited_to() {
    let (stage, mut raw) = held_request();
    let stub = json!({"path": "/api/other", "body": "stubbed"});
    assert_eq!(stage.gateway.api("POST", "/api/stubs", Some(&stub)).status, 201);
    stage.gateway.decide("h1", &json!({"do": "go", "target": "/api/other"}));
    assert_eq!(raw.answer().text(), "stubbed");
    assert!(stage.partner.requests().is_empty());
}

#[test]
fn a_breakpoint_that_is_removed_lets_go_of_what_it_holds() {
    let (stage, mut raw) = held_request();
    assert_eq!(stage.gateway.api("DELETE", "/api/breakpoints/b1", None).status, 204);
    raw.answer().expect_ok("let go");
}

#[test]
fn secrets_of_what_is_held_are_masked_unless_asked_for() {
    let stage = Stage::start();
    stage.gateway.stop(&json!({}));
    let secret = "0123456789abcdef";
    let cookie = format!("Cookie: session={secret}");
    let _raw = begin(&stage.gateway, get("/api/x?token=0123456789abcdef", &[&cookie]));
    let text = |path| -> Answer { stage.gateway.api("GET", path, None) };
    for path in ["/api/held", "/api/held/h1"] {
        assert!(!text(path).text().contains(secret), "{path}: {}", text(path).text());
    }
    assert!(text("/api/held/h1?reveal=true").text().contains(secret));
}

#[test]
fn for_a_v1_app_the_answer_is_held_in_its_envelope() {
    let partner = Partner::answering(crate::support::ok("{\"status\":200,\"body\":\"x\"}"));
    let stage = Stage::of(partner, |world: World| world.app("proxy", "v1"));
    stage.gateway.stop(&json!({"side": "answer"}));
    let mut raw = begin(&stage.gateway, get("/api/x", &[]));
    stage.gateway.decide("h1", &json!({"do": "go"}));
    assert_eq!(raw.answer().status, 200);
}
