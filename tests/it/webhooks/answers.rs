//! Answers no partner should give: each has its verdict, and nothing is learned from it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::stage::{Cloud, without_token};
use crate::support::partner::{Call, Partner, closing, hanging, resetting};
use crate::support::service::{json_of, status};
use crate::support::world::USER;

/// What came of create, which must not have been accepted: its rules and the whole delivery.
#[track_caller]
fn refused(cloud: &Cloud, event: &str) -> (Vec<String>, Value) {
    let delivery = cloud.gateway.happen(event);
    let (state, verdict) = (&delivery["state"], &delivery["verdict"]);
    assert!(*state == "failed" && (*verdict == "fail" || *verdict == "undelivered"), "{delivery}");
    assert_eq!((&delivery["attempts"], &delivery["next_attempt"]), (&json!(1), &Value::Null));
    assert_eq!(cloud.injected(), "nothing", "nothing is learned: {delivery}");
    let findings = delivery["findings"].as_array().unwrap();
    for finding in findings {
        assert!(!finding["text"].as_str().unwrap().is_empty(), "{finding}");
    }
    let failed = findings.iter().filter(|finding| finding["level"] == *verdict);
    (failed.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect(), delivery)
}

fn impatient() -> Cloud {
    Cloud::with(|world| without_token(world).top("retry", "{timeout: 300ms}"))
}

#[test]
fn a_body_that_tells_nothing_is_told_apart_by_its_rule() {
    let cloud = Cloud::with(without_token);
    let token = |token: Value| json!({"userId": USER, "token": token});
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<!DOCTYPE html><p>hi";
    let broken =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"userId\"";
    for (bytes, rule) in [
        (status(200), "body-empty"),
        (page.into(), "body-html"),
        (broken.into(), "body-json"),
        (json_of(200, &json!([1])), "body-not-object"),
        (json_of(200, &token(json!("x".repeat(129)))), "user-token-length"),
        (json_of(200, &token(json!(""))), "user-token-length"),
        (json_of(200, &token(json!(7))), "user-token-type"),
        (json_of(200, &token(json!("a\r\nX-Evil: b"))), "user-token-header"),
        (json_of(200, &token(json!("токен"))), "user-token-header"),
        (json_of(200, &json!({"userId": USER})), "user-token-missing"),
        (json_of(200, &json!({"token": "abc"})), "user-id-missing"),
        (json_of(200, &json!({"userId": "01-000000000000009", "token": "abc"})), "user-id-other"),
    ] {
        cloud.service.answer("/user/", bytes);
        for event in ["user.create", "user.verify"] {
            let (rules, delivery) = refused(&cloud, event);
            assert_eq!(
                (rules, &delivery["status"]),
                (vec![rule.to_owned()], &json!(200)),
                "{event}"
            );
        }
    }
}

#[test]
fn a_token_of_128_characters_is_learned() {
    let cloud = Cloud::with(without_token);
    let token = "x".repeat(128);
    cloud.service.answer("/user/", json_of(200, &json!({"userId": USER, "token": token})));
    assert_eq!(cloud.gateway.happen("user.create")["verdict"], "pass");
    assert_eq!(cloud.injected(), format!("Bearer {token}"));
}

#[test]
fn only_200_is_a_success() {
    let cloud = Cloud::with(without_token);
    let good = json!({"userId": USER, "token": "abc"});
    for (code, rule) in [
        (201, "success-not-200"),
        (202, "success-not-200"),
        (500, "status-undocumented"),
        (503, "status-undocumented"),
        (403, "status-undocumented"),
        (418, "status-undocumented"),
    ] {
        cloud.service.answer("/user/create", json_of(code, &good));
        let (rules, delivery) = refused(&cloud, "user.create");
        assert_eq!((rules, &delivery["status"]), (vec![rule.to_owned()], &json!(code)));
    }
    cloud.service.answer("/user/create", "HTTP/1.1 204 No Content\r\n\r\n");
    assert_eq!(refused(&cloud, "user.create").0, ["success-not-200"]);
}

#[test]
fn a_documented_refusal_keeps_the_contract_and_brings_nothing() {
    let cloud = Cloud::with(without_token);
    for (code, error) in [(401, 1001), (400, 2002), (409, 2005)] {
        let refusal = json!({"errors": [{"code": error}]});
        cloud.service.answer("/user/create", json_of(code, &refusal));
        let delivery = cloud.gateway.happen("user.create");
        assert_eq!((&delivery["state"], &delivery["verdict"]), (&json!("failed"), &json!("pass")));
        assert_eq!((&delivery["status"], &delivery["answer"]), (&json!(code), &refusal));
        assert_eq!(cloud.injected(), "nothing");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Partner::start();
    let cloud = Cloud::with(without_token);
    for code in [301, 302, 307, 308] {
        let target = format!("http://{}/user/create", elsewhere.addr);
        let answer =
            format!("HTTP/1.1 {code} X\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
        cloud.service.answer("/user/create", answer);
        assert_eq!(refused(&cloud, "user.create").0, ["redirect"]);
    }
    assert_eq!((elsewhere.connections(), cloud.service.hooks().len()), (0, 4));
}

#[test]
fn a_partner_that_says_nothing_is_given_up_in_time() {
    let cloud = impatient();
    for script in [hanging as fn(&mut Call), slowly] {
        cloud.service.script("/user/create", script);
        let begun = Instant::now();
        let (rules, delivery) = refused(&cloud, "user.create");
        assert_eq!(
            (rules, &delivery["status"]),
            (vec!["connection-timeout".to_owned()], &Value::Null)
        );
        assert!(delivery["failure"].as_str().unwrap().starts_with("partner_timeout"), "{delivery}");
        let took = begun.elapsed();
        assert!((300..5000).contains(&took.as_millis()), "took {took:?}");
    }
}

/// Begins an answer and never ends it.
fn slowly(call: &mut Call) {
    call.body();
    call.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{");
    call.hang();
}

#[test]
fn a_connection_that_ends_before_the_answer_is_a_failure() {
    let cloud = impatient();
    for (name, script) in [
        ("closed", closing as fn(&mut Call)),
        ("reset", resetting),
        ("cut", |call| {
            call.body();
            call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"userId\"");
            call.close();
        }),
    ] {
        cloud.service.script("/user/create", script);
        let (rules, delivery) = refused(&cloud, "user.create");
        assert_eq!(rules, ["connection-reset"], "{name}: {delivery}");
    }
}

#[test]
fn what_is_no_http_is_a_failure() {
    let cloud = impatient();
    for garbage in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 two hundred\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        "\0\u{1}\u{2}\r\n\r\n",
    ] {
        cloud.service.script("/user/create", move |call| {
            call.body();
            call.send(garbage.as_bytes());
            call.close();
        });
        let (rules, delivery) = refused(&cloud, "user.create");
        assert_eq!(rules, ["connection-protocol"], "{garbage:?}: {delivery}");
    }
}

#[test]
fn nobody_at_the_address_is_a_failure_with_a_remedy() {
    let nowhere = format!("http://{}", Partner::nowhere());
    let cloud = Cloud::with(|world| without_token(world).webhooks(&nowhere, &[]));
    let (rules, delivery) = refused(&cloud, "user.create");
    assert_eq!(rules, ["connection-refused"]);
    assert_eq!(delivery["verdict"], "undelivered", "it is no broken contract: {delivery}");
    assert_eq!(delivery["findings"][0]["level"], "undelivered");
    let text = delivery["findings"][0]["text"].as_str().unwrap();
    assert!(text.contains("Start the service"), "{text}");
    let cloud = Cloud::with(|world| without_token(world).webhooks("http://nobody.invalid", &[]));
    assert_eq!(refused(&cloud, "user.create").0, ["connection-dns"]);
}

#[test]
fn ten_gigabytes_are_cut_short() {
    const WHOLE: u64 = 10 << 30;
    let cloud = Cloud::with(without_token);
    for head in [
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {WHOLE}\r\n\r\n"
        ),
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".to_owned(),
    ] {
        let sent = Arc::new(AtomicU64::new(0));
        let theirs = Arc::clone(&sent);
        cloud.service.script("/", move |call| {
            call.body();
            let block = vec![b' '; 1 << 20];
            let mut room = call.send(head.as_bytes());
            while room && theirs.load(Ordering::Relaxed) < WHOLE {
                room = call.send(&block);
                theirs.fetch_add(block.len() as u64, Ordering::Relaxed);
            }
            call.close();
        });
        let begun = Instant::now();
        let delivery = cloud.gateway.happen("user.create");
        assert_eq!((&delivery["state"], &delivery["status"]), (&json!("failed"), &json!(200)));
        assert_eq!(delivery["findings"][0]["rule"], "body-too-large", "{delivery}");
        let ignored = cloud.gateway.happen("user.token");
        assert_eq!((&ignored["state"], &ignored["verdict"]), (&json!("delivered"), &json!("warn")));
        assert_eq!(ignored["findings"][0]["rule"], "ignored-body-too-large", "{ignored}");
        assert!(begun.elapsed() < Duration::from_secs(8), "took {:?}", begun.elapsed());
        assert!(
            sent.load(Ordering::Relaxed) < 200 << 20,
            "{} bytes were taken",
            sent.load(Ordering::Relaxed)
        );
        cloud.service.recover();
        assert_eq!(cloud.injected(), "nothing");
    }
    expect_small(&cloud);
}

#[cfg(target_os = "linux")]
fn expect_small(cloud: &Cloud) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", cloud.gateway.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(kilobytes < 200 << 10, "{line}");
}

#[cfg(not(target_os = "linux"))]
fn expect_small(_: &Cloud) {}

#[test]
fn a_notification_needs_200_and_nothing_else() {
    let cloud = Cloud::start();
    for (bytes, state, verdict) in [
        (status(200), "delivered", "pass"),
        (json_of(200, &json!({"ok": true})), "delivered", "pass"),
        (status(201), "queued", "fail"),
        (status(204), "queued", "fail"),
        (status(302), "queued", "fail"),
        (status(500), "queued", "fail"),
        (json_of(401, &json!({"errors": [{"code": 1002}]})), "queued", "warn"),
    ] {
        cloud.service.answer("/receipts", bytes.clone());
        let delivery = cloud.gateway.happen("receipts");
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(
            (&delivery["state"], &delivery["verdict"]),
            (&json!(state), &json!(verdict)),
            "{text}"
        );
        assert_eq!(delivery["next_attempt"].is_null(), state == "delivered", "{text}");
    }
}
