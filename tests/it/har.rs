//! Exchanges as HAR files: what is written keeps the format's schema, and hostile files do no harm.

mod bounds;
mod mutated;
mod property;

use std::fs;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::admin::expect_problem;
use crate::support::world::{IMEI, TOKEN};
use crate::support::{Answer, Gateway, Partner, Raw, Stage, get, post};

fn schema() -> Validator {
    let text = fs::read_to_string("tests/fixtures/har/har-1.2.schema.json").unwrap();
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&serde_json::from_str(&text).unwrap())
        .unwrap()
}

#[track_caller]
fn export(gateway: &Gateway, query: &str) -> Value {
    let answer = gateway.api("GET", &format!("/api/exchanges.har{query}"), None);
    assert_eq!(answer.status, 200, "{}", answer.describe());
    assert!(answer.whole);
    assert!(answer.field("content-disposition").unwrap().starts_with("attachment"));
    let har = answer.json();
    let wrong: Vec<String> = schema().iter_errors(&har).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{har}");
    har
}

#[track_caller]
fn import(gateway: &Gateway, file: &str) -> Answer {
    let admin = gateway.admin;
    let head = format!(
        "POST /api/exchanges.har HTTP/1.1\r\nHost: {admin}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        file.len()
    );
    Raw::dial(admin).exchange(head + file)
}

fn entries(har: &Value) -> &[Value] {
    har["log"]["entries"].as_array().unwrap()
}

/// Three exchanges of different fates.
fn busy() -> Stage {
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nSet-Cookie: s=1; Path=/\r\n\
                  Content-Length: 4\r\n\r\n\u{0}\u{1}\u{2}\u{3}";
    let stage = Stage::before(Partner::answering(answer));
    let seen = |count: usize| {
        stage.gateway.eventually("recorded", || {
            let list = stage.gateway.api_ok("GET", "/api/exchanges", None);
            list["exchanges"].as_array().unwrap().len() >= count
        });
    };
    stage
        .ask(get("/api/points?phone=7&x=%20", &["Cookie: a=b", &format!("X-Device-IMEI: {IMEI}")]));
    seen(1);
    let form = ["Content-Type: application/x-www-form-urlencoded"];
    stage.ask(post("/api/points", &form, b"a=1&b=%D0%90"));
    seen(2);
    stage.ask(get("/forbidden", &[]));
    seen(3);
    stage
}

#[test]
fn what_is_written_keeps_the_schema() {
    let stage = busy();
    let har = export(&stage.gateway, "");
    let [first, second, third] = entries(&har) else { panic!("{har}") };
    assert_eq!(first["request"]["queryString"][1], json!({"name": "x", "value": " "}));
    assert_eq!(first["response"]["content"]["encoding"], "base64", "{first}");
    assert_eq!(first["response"]["content"]["text"], "AAECAw==");
    let own = &first["_evotor"];
    assert_eq!((&own["plane"], &own["rule"]), (&json!("proxy"), &json!(1)));
    let passed = own["passed"]["headers"].as_array().unwrap();
    assert!(passed.iter().all(|field| field["name"] != "X-Device-IMEI"), "{own}");
    assert!(
        own["changes"].as_array().unwrap().iter().any(|change| change["name"] == "X-Device-IMEI")
    );
    assert_eq!(second["request"]["postData"]["params"][1], json!({"name": "b", "value": "А"}));
    assert_eq!(third["_evotor"]["fault"]["code"], "url_not_allowed");
    assert_eq!(third["_evotor"].get("answered"), None);
    let some = export(&stage.gateway, "?filter=is:refused");
    assert_eq!(entries(&some).len(), 1);
    assert!(entries(&export(&stage.gateway, "?filter=status:599")).is_empty());
    let bad = stage.gateway.api("GET", "/api/exchanges.har?filter=status:x", None);
    expect_problem(&bad, 400, "bad_filter");
}

#[test]
fn secrets_are_written_only_when_asked_for() {
    let stage = busy();
    let hidden = export(&stage.gateway, "").to_string();
    let shown = export(&stage.gateway, "?reveal=true").to_string();
    assert!(shown.contains(TOKEN));
    assert!(!hidden.contains(TOKEN), "{hidden}");
}

#[test]
fn a_file_comes_back_as_new_exchanges() {
    let stage = busy();
    let gateway = &stage.gateway;
    let before = export(gateway, "?reveal=true");
    let answer = import(gateway, &before.to_string());
    assert_eq!(answer.json(), json!({"imported": 3, "refused": 0, "refusals": []}));
    let after = export(gateway, "?reveal=true");
    assert_eq!(entries(&after).len(), 6);
    assert_eq!(entries(&after)[..3], *entries(&before));
    for (old, new) in entries(&before).iter().zip(&entries(&after)[3..]) {
        assert_eq!(new["_evotor"]["imported"], true);
        for key in ["request", "response", "timings", "startedDateTime"] {
            assert_eq!(old[key], new[key], "{key}");
        }
    }
    let latest = gateway.api_ok("GET", "/api/exchanges?limit=1", None);
    let id = &latest["exchanges"][0]["id"];
    let detail = gateway.api_ok("GET", &format!("/api/exchanges/{id}"), None);
    assert_eq!(detail["entrance"], "import");
}

#[test]
fn bad_entries_are_refused_by_their_place_and_the_rest_is_kept() {
    let stage = busy();
    let mut har = export(&stage.gateway, "");
    har["log"]["entries"][0]["request"]["url"] = json!("javascript:alert(1)");
    har["log"]["entries"][2]["startedDateTime"] = json!("long ago");
    let told = import(&stage.gateway, &har.to_string()).json();
    assert_eq!((&told["imported"], &told["refused"]), (&json!(1), &json!(2)));
    assert_eq!(
        (&told["refusals"][0]["index"], &told["refusals"][1]["index"]),
        (&json!(0), &json!(2))
    );
    assert!(told["refusals"][1]["why"].as_str().unwrap().contains("is no time"), "{told}");
    expect_problem(&import(&stage.gateway, "{}"), 400, "bad_har");
    expect_problem(&import(&stage.gateway, &"[".repeat(100_000)), 400, "bad_har");
}

#[test]
fn a_file_of_any_age_comes_in_and_stays() {
    let mut stage = Stage::with(|world| {
        world.top("journal", "{age: 1m}").top("state", "sqlite:./data/gateway.db")
    });
    stage.ask(get("/api/points", &[]));
    stage.gateway.recorded(1);
    let mut har = export(&stage.gateway, "");
    har["log"]["entries"][0]["startedDateTime"] = json!("1999-01-01T00:00:00Z");
    for count in 1..4 {
        let told = import(&stage.gateway, &har.to_string()).json();
        assert_eq!((&told["imported"], &told["refused"]), (&json!(1), &json!(0)), "{told}");
        let kept = export(&stage.gateway, "?filter=before:2000-01-01");
        assert_eq!(entries(&kept).len(), count);
    }
    // What is too old is looked for with the first that is written after a start.
    stage.gateway.restart();
    stage.ask(get("/api/points", &[]));
    stage.gateway.eventually("recorded", || {
        entries(&export(&stage.gateway, "?filter=after:2020-01-01")).len() == 2
    });
    assert_eq!(entries(&export(&stage.gateway, "?filter=before:2000-01-01")).len(), 3);
    assert_eq!(stage.gateway.api("DELETE", "/api/exchanges", None).status, 204);
    assert!(entries(&export(&stage.gateway, "")).is_empty());
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let stage = Stage::start();
    let admin = stage.gateway.admin;
    let head = format!(
        "POST /api/exchanges.har HTTP/1.1\r\nHost: {admin}\r\nContent-Length: 67108865\r\n\r\n"
    );
    expect_problem(&Raw::dial(admin).exchange(head), 413, "bad_request");
}
