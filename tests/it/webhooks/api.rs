//! The admin API: what it refuses and how it says so, and that it keeps secrets.

use serde_json::{Value, json};

use super::stage::{Cloud, on_disk, without_token};
use crate::support::Raw;
use crate::support::admin::expect_problem;
use crate::support::service::{LEARNED, json_of};
use crate::support::world::{APP_TOKEN, TOKEN, USER};

/// Asserts that a trigger is a bad request whose words name this.
#[track_caller]
fn bad(cloud: &Cloud, wish: &Value, status: u16, code: &str, word: &str) {
    let problem = cloud.gateway.refused(wish, status, code);
    let words = format!("{} {}", problem["detail"], problem["hint"]);
    assert!(words.contains(word), "{word} is not in {words}");
}

#[test]
fn a_wish_that_is_not_understood_is_refused_with_the_reason() {
    let cloud = Cloud::start();
    for (wish, word) in [
        (json!({}), "user.create"),
        (json!({"event": []}), "No event"),
        (json!({"event": "user.creat"}), "user.create"),
        (json!({"event": "nonsense"}), "trigger --list"),
        (json!({"event": "user.create", "delay": "soon"}), "soon"),
        (json!({"event": "user.create", "count": 20_000}), "10000"),
        (
            json!({"event": "user.create", "count": 4_294_967_295_u32, "copies": 4_294_967_295_u32}),
            "10000",
        ),
        (json!({"event": "documents", "document": "SALE"}), "PAYBACK"),
    ] {
        bad(&cloud, &wish, 400, "bad_request", word);
    }
    for (wish, word) in [
        (json!({"event": "user.create", "evnt": 1}), "evnt"),
        (json!({"event": 7}), "event"),
        (json!({"event": "user.create", "count": -1}), "count"),
        (json!({"event": "user.create", "wait": "yes"}), "wait"),
        (json!({"event": "user.create", "set": "a=1"}), "set"),
    ] {
        bad(&cloud, &wish, 422, "bad_request", word);
    }
    for (wish, word) in [
        (json!({"event": "user.create", "app": "loyality"}), "loyalty"),
        (json!({"event": "user.create", "user": "01-000000000000009"}), USER),
        (json!({"event": "documents", "store": "nowhere"}), "nowhere"),
        (json!({"event": "documents", "device": "nothing"}), "nothing"),
        (json!({"event": "user.create", "unset": ["name"]}), "userId"),
        (json!({"event": "user.create", "set": ["userId"]}), "path=value"),
        (json!({"event": "commodities", "set": ["a=1"]}), "no body"),
    ] {
        bad(&cloud, &wish, 422, "trigger_refused", word);
    }
    assert!(cloud.gateway.deliveries(None).is_empty());
    assert!(cloud.service.hooks().is_empty());
}

#[test]
fn what_is_no_json_is_refused() {
    let cloud = Cloud::start();
    let ask = |kind: &str, body: &str| {
        let admin = cloud.gateway.admin;
        let length = body.len();
        let head = format!(
            "POST /api/webhooks HTTP/1.1\r\nHost: {admin}\r\n{kind}Content-Length: {length}\r\n\r\n"
        );
        Raw::dial(admin).exchange(head + body)
    };
    let json = "Content-Type: application/json\r\n";
    expect_problem(&ask(json, "{\"event\""), 400, "bad_request");
    expect_problem(&ask(json, ""), 400, "bad_request");
    expect_problem(&ask("Content-Type: text/plain\r\n", "{}"), 415, "bad_request");
    expect_problem(&ask("", "{}"), 415, "bad_request");
    let deep = format!(
        "{{\"event\": \"user.create\", \"body\": {}1{}}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    expect_problem(&ask(json, &deep), 400, "bad_request");
    cloud.gateway.expect_alive("after all that");
}

#[test]
fn other_addresses_of_the_api_are_as_strict() {
    let cloud = Cloud::start();
    let api = |method: &str, path: &str, body: Value| cloud.gateway.api(method, path, Some(&body));
    for (method, path, body, status) in [
        ("POST", "/api/clock", json!({}), 400),
        ("POST", "/api/clock", json!({"advance": "1h", "reset": true}), 400),
        ("POST", "/api/clock", json!({"advance": "-1h"}), 400),
        ("POST", "/api/clock", json!({"advance": 5}), 422),
        ("POST", "/api/clock", json!({"rewind": "1h"}), 422),
        ("POST", "/api/deliveries", json!({}), 400),
        ("POST", "/api/deliveries", json!({"state": "lost"}), 400),
        ("POST", "/api/deliveries", json!({"state": "failed", "all": true}), 422),
        ("GET", "/api/deliveries?state=lost", json!(null), 400),
        ("GET", "/api/deliveries?since=yesterday", json!(null), 400),
        ("GET", "/api/deliveries?limit=-1", json!(null), 400),
        ("GET", "/api/deliveries?all=1", json!(null), 400),
        ("POST", "/api/scenarios/onboarding", json!({"speed": 2}), 422),
        ("PUT", "/api/state", json!({"version": "1"}), 422),
    ] {
        let answer = api(method, path, body.clone());
        let problem = expect_problem(&answer, status, "bad_request");
        assert!(problem["detail"].is_string(), "{method} {path} {body}");
    }
    for (method, path, status, code) in [
        ("GET", "/api/deliveries/none", 404, "not_found"),
        ("POST", "/api/deliveries/none/deliver", 404, "not_found"),
        ("POST", "/api/scenarios/none", 404, "not_found"),
        ("GET", "/api/nothing", 404, "not_found"),
        ("DELETE", "/api/webhooks", 405, "method_not_allowed"),
        ("GET", "/api/scenarios/onboarding", 405, "method_not_allowed"),
    ] {
        expect_problem(&api(method, path, json!({})), status, code);
    }
}

#[test]
fn another_origin_and_another_host_reach_nothing() {
    let cloud = Cloud::start();
    let admin = cloud.gateway.admin;
    let body = r#"{"event": "user.token"}"#;
    let ask = |host: &str, fields: &str| {
        let length = body.len();
        let request = format!(
            "POST /api/webhooks HTTP/1.1\r\nHost: {host}\r\n{fields}\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        Raw::dial(admin).exchange(request).status
    };
    let own = admin.to_string();
    for host in ["evil.example", "evil.example:4040", "127.0.0.1.evil.example", "10.0.0.1", ""] {
        assert_eq!(ask(host, ""), 403, "Host: {host}");
    }
    for origin in [
        "http://evil.example",
        "https://127.0.0.1:4040",
        "null",
        "http://127.0.0.1",
        "http://localhost:1",
        "",
    ] {
        assert_eq!(ask(&own, &format!("Origin: {origin}\r\n")), 403, "Origin: {origin}");
    }
    assert!(cloud.gateway.deliveries(None).is_empty(), "none of them did anything");
    assert_eq!(ask(&own, &format!("Origin: http://{own}\r\n")), 200, "its own page");
    for host in ["localhost", "localhost:9", "[::1]:4040", "127.0.0.2"] {
        assert_eq!(ask(host, ""), 200, "Host: {host}");
    }
}

#[test]
fn bodies_can_be_changed_by_hand() {
    let cloud = Cloud::start();
    let sent = |wish: Value| {
        let delivery = cloud.gateway.trigger(&wish).remove(0);
        let body = cloud.service.last().json();
        assert_eq!(cloud.gateway.delivery(&delivery["delivery"])["body"], body);
        body
    };
    let wish = json!({
        "event": "receipts", "set": ["data.type=PAYBACK", "extra.random=7"],
        "unset": ["data.egais"], "invalid": ["timestamp"], "wait": true,
    });
    let body = sent(wish);
    assert_eq!((&body["data"]["type"], &body["extra"]["random"]), (&json!("PAYBACK"), &json!(7)));
    assert!(body["data"].get("egais").is_none() && !body["timestamp"].is_number(), "{body}");
    let own = json!({"any": ["thing", null]});
    assert_eq!(sent(json!({"event": "stores", "body": own, "wait": true})), own);
    assert_eq!(sent(json!({"event": "stores", "content": own.to_string(), "wait": true})), own);
    for (wish, why) in [
        (json!({"event": "stores", "body": 1, "content": "1"}), "two bodies"),
        (json!({"event": "stores", "content": "{"}), "no JSON"),
    ] {
        let problem = cloud.gateway.refused(&wish, 400, "bad_request");
        assert!(problem["detail"].as_str().unwrap().contains(why), "{problem}");
    }
}

#[test]
fn a_delivery_shows_everything_but_its_secret() {
    let cloud =
        Cloud::of(&["auth: {basic: {login: shop, password: pass-of-basic}}"], |world| world);
    for (event, shown) in [("user.token", "Basic ••••"), ("stores", "Bearer ••••")]
    {
        let id = cloud.gateway.happen(event)["delivery"].clone();
        let detail = cloud.gateway.delivery(&id);
        let fields = detail["fields"].as_array().unwrap();
        let named = |name: &str| {
            let of_name = fields.iter().filter(|field| field[0] == name);
            of_name.map(|field| field[1].as_str().unwrap()).collect::<Vec<_>>()
        };
        assert!(named("Authorization")[0].starts_with(shown), "{detail}");
        assert_eq!(named("Content-Type"), ["application/json;charset=UTF-8"]);
        let sent = cloud.service.last().json();
        let path = format!("/api/deliveries/{}?reveal=true", id.as_str().unwrap());
        assert_eq!(cloud.gateway.api_ok("GET", &path, None)["body"], sent);
        assert_eq!(detail["body"].to_string().contains("••••"), event == "user.token");
        let tried = &detail["tries"][0];
        assert_eq!(
            (&tried["number"], &tried["status"], &tried["verdict"]),
            (&json!(1), &json!(200), &json!("pass"))
        );
        assert!(tried["took_ms"].as_f64().unwrap() > 0.0, "{tried}");
        let text = detail.to_string();
        assert!(
            !text.contains(TOKEN) && !text.contains("c2hvcD") && !text.contains("pass-of-basic")
        );
    }
}

#[test]
fn no_token_is_written_to_the_log() {
    let secrets = ["too-long-to-be-a-token", "of-another-user-0123", LEARNED, TOKEN, APP_TOKEN];
    let mut cloud = Cloud::of(&["tariff: true"], on_disk);
    let other = json!({"userId": "01-000000000000009", "token": secrets[1]});
    let long = json!({"userId": USER, "token": secrets[0].repeat(9)});
    for answer in [json_of(200, &other), json_of(200, &long), json_of(500, &other)] {
        cloud.service.answer("/user/", answer);
        for event in ["user.create", "user.verify", "user.tariff"] {
            cloud.gateway.happen(event);
        }
    }
    cloud.service.recover();
    for event in ["user.create", "user.verify", "user.token", "stores", "documents", "commodities"]
    {
        assert_eq!(cloud.gateway.happen(event)["state"], "delivered", "{event}");
    }
    assert_eq!(cloud.injected(), format!("Bearer {LEARNED}"));
    let handed =
        cloud.service.hooks().into_iter().find(|hook| hook.target().ends_with("/user/token"));
    let handed = handed.unwrap().json()["token"].as_str().unwrap().to_owned();
    let log = |cloud: &Cloud| cloud.gateway.log() + &cloud.gateway.output();
    let mut said = log(&cloud);
    cloud.gateway.signal("TERM");
    cloud.gateway.wait();
    said += &log(&cloud);
    assert!(said.contains("user.verify"), "{said}");
    for secret in secrets.iter().copied().chain([handed.as_str()]) {
        assert!(!said.contains(secret), "{secret} is in the log:\n{said}");
    }
}

#[test]
fn findings_and_lists_hold_no_token() {
    let cloud = Cloud::with(without_token);
    let long = "secret".repeat(40);
    cloud.service.answer("/user/create", json_of(200, &json!({"userId": USER, "token": long})));
    let delivery = cloud.gateway.happen("user.create");
    assert!(!delivery["findings"].to_string().contains(&long), "{delivery}");
    assert_eq!(delivery["answer"]["token"], "••••cret");
    let path = format!(
        "/api/deliveries/{}/deliver?wait=true&reveal=true",
        delivery["delivery"].as_str().unwrap()
    );
    let again = cloud.gateway.api_ok("POST", &path, None);
    assert_eq!(again[0]["answer"]["token"], long, "its developer may ask for it");
}
