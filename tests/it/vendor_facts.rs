//! What the vendor's page says and nothing else shows: on the exchange, and in `check`.

use std::fs;

use serde_json::Value;

use crate::support::gateway::command;
use crate::support::{Partner, Stage, World, get, post};

/// The exchange of the last request, whole.
fn last(stage: &Stage, count: usize) -> Value {
    let row = stage.gateway.recorded(count).pop().unwrap();
    stage.gateway.exchange(&row["id"])
}

fn says(list: &Value, words: &str) -> bool {
    list.as_array().unwrap().iter().any(|one| one.to_string().contains(words))
}

#[test]
fn a_body_outside_the_guaranteed_media_types_passes_with_a_note() {
    let body =
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 2\r\n\r\nok";
    for strict in [false, true] {
        let stage = Stage::of(Partner::answering(body), |world| {
            world.top("fidelity", if strict { "strict" } else { "loose" })
        });
        let kinds = ["application/x-protobuf", "application/JSON; charset=utf-8", "text/csv"];
        for (index, kind) in kinds.into_iter().enumerate() {
            stage.ask(post("/api/x", &[&format!("Content-Type: {kind}")], b"{}")).expect_ok(kind);
            let exchange = last(&stage, index + 1);
            let told = |words| says(&exchange["notes"], words);
            assert_eq!(told("of the request is application/x-protobuf"), index == 0, "{exchange}");
            assert!(told("of the answer is application/octet-stream"), "{exchange}");
            assert_eq!(says(&exchange["findings"], "media_type"), strict, "{exchange}");
        }
    }
    let stage = Stage::start();
    stage.ask(get("/api/x", &["Content-Type: application/x-none"])).expect_ok("no body");
    assert_eq!(last(&stage, 1)["notes"], serde_json::json!([]));
}

#[test]
fn a_host_that_the_cloud_does_not_reach_is_told_on_the_exchange() {
    let partner = Partner::start();
    let to = format!("http://{}", partner.addr);
    let hosts = ["10.0.0.5", "partner", "localhost", "shop.localhost"];
    let stage = Stage::of(partner, |world| {
        hosts.iter().fold(world.allow(&[".*"]), |world, host| {
            world.upstream(&format!("http://{host}"), &to)
        })
    });
    for (index, host) in hosts.iter().enumerate() {
        let head = format!("GET http://{host}/api/x HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stage.ask(head).expect_ok(host);
        let exchange = last(&stage, index + 1);
        assert!(says(&exchange["notes"], "the cloud does not reach it"), "{host}: {exchange}");
        assert!(!says(&exchange["findings"], "host"), "{exchange}");
    }
}

/// What `check` says of a world, with its code.
fn checked(world: &World) -> (Option<i32>, String) {
    let folder = tempfile::TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), world.yaml()).unwrap();
    let output = command(folder.path()).args(["check", "-c", "gateway.yaml"]).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn check_warns_of_rules_that_do_not_mean_what_they_say() {
    let world = World::at("http://127.0.0.1:9");
    assert_eq!(checked(&world), (Some(0), String::new()));
    let rows: [(&str, &[&str]); 9] = [
        (
            r"https://loyalty\.example\.ru/a/.*; http://shop\.example\.ru/.*;",
            &[
                "joined with `;`",
                r"- 'https://loyalty\.example\.ru/a/.*'",
                r"- 'http://shop\.example\.ru/.*'",
            ],
        ),
        (r"https://loyalty\.example\.ru", &["no URL can match", "path"]),
        (r"https://loyalty\.example\.ru:8443/.*", &["no URL can match", "ports 80 and 443"]),
        (r"https://loyalty\.example\.ru/a b", &["no URL can match", "blank"]),
        (r"https://Loyalty\.example\.ru/.*", &["no URL can match", "lower case"]),
        (r"http://10\.0\.0\.5/.*", &["a private address", "the cloud does not reach it"]),
        (r"https://localhost/.*", &["this machine", "the cloud does not reach it"]),
        (r"https://partner/.*", &["a name without a dot"]),
        (r"(?!x)https://loyalty\.example\.ru/.*", &["step by step"]),
    ];
    for (rule, words) in rows {
        let (code, said) = checked(&world.clone().allow(&[rule]));
        assert_eq!(code, Some(0), "{rule}: {said}");
        assert!(words.iter().all(|words| said.contains(words)), "{rule}: {words:?} in\n{said}");
    }
}

#[test]
fn check_warns_of_http_rules_for_a_host_that_only_answers_https() {
    let world = World::at("http://127.0.0.1:9")
        .no_upstreams()
        .upstream("https://loyalty.example.ru", "http://127.0.0.1:9");
    for (rule, warned) in [
        (r"https?://loyalty\.example\.ru/.*", true),
        (r"http://loyalty\.example\.ru/.*", true),
        (r"https://loyalty\.example\.ru/.*", false),
        (r"http://other\.example\.ru/.*", false),
    ] {
        let (_, said) = checked(&world.clone().allow(&[rule]));
        assert_eq!(said.contains("only answers https"), warned, "{rule}: {said}");
    }
}
