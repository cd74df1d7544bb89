//! Making a recorded exchange happen again.

use serde_json::{Value, json};

use crate::support::service::Service;
use crate::support::world::{DEVICE, TOKEN};
use crate::support::{Gateway, Partner, Stage, World, get, head_of, post};

fn replay(gateway: &Gateway, id: &Value, wish: &Value) -> Value {
    let made = gateway.api_ok("POST", &format!("/api/exchanges/{id}/replay"), Some(wish));
    assert_eq!(&made["replay_of"], id);
    gateway.exchange(&made["exchange"])
}

#[test]
fn as_the_app_it_goes_through_everything_again() {
    let stage = Stage::start();
    let device = format!("X-Device-UUID: {DEVICE}");
    stage.pass(post("/api/x?q=%20", &[&device, "X-Own: 1"], b"{\"a\":1}"));
    let row = stage.gateway.recorded(1).remove(0);
    let before = stage.gateway.revealed(&row["id"]);
    let again = replay(&stage.gateway, &row["id"], &json!({"as": "app"}));
    assert_eq!((&again["replay_of"], &again["replay_as"]), (&row["id"], &json!("app")));
    assert_eq!(
        (&again["status"], &again["rule"], &again["url"]),
        (&json!(200), &json!(1), &row["url"])
    );
    let seen = stage.partner.wait(2);
    assert_eq!(seen[1].line, seen[0].line);
    assert_eq!(seen[1].body.content, seen[0].body.content);
    let mut names = [seen[0].names(), seen[1].names()];
    names.iter_mut().for_each(|names| names.sort());
    assert_eq!(names[0], names[1]);
    assert_eq!(seen[1].field("authorization"), Some(&*format!("Bearer {TOKEN}")));
    assert_eq!(stage.gateway.revealed(&row["id"]), before, "the original has changed");
}

#[test]
fn an_edited_replay_is_judged_like_any_request() {
    let stage = Stage::start();
    stage.pass(post("/api/x", &["X-Own: 1", "X-Gone: 1"], b"{\"a\":1}"));
    let row = stage.gateway.recorded(1).remove(0);
    let wish = json!({"set": {"X-Own": "2", "X-New": "n"}, "unset": ["x-gone"], "body": "edited", "method": "PUT"});
    replay(&stage.gateway, &row["id"], &wish);
    let seen = stage.partner.wait(2).remove(1);
    assert_eq!(
        (seen.line.as_str(), seen.body.content.as_slice()),
        ("PUT /api/x HTTP/1.1", &b"edited"[..])
    );
    assert_eq!(
        (seen.all("x-own"), seen.all("x-new"), seen.all("x-gone")),
        (vec!["2"], vec!["n"], vec![])
    );
    let refused =
        replay(&stage.gateway, &row["id"], &json!({"url": "http://loyalty.example.ru/other"}));
    assert_eq!(refused["code"], "url_not_allowed");
}

#[test]
fn as_delivered_the_same_request_reaches_the_partner_unjudged() {
    let stage = Stage::start();
    stage.pass(post("/api/x", &["X-Own: 1"], b"{\"a\":1}"));
    let row = stage.gateway.recorded(1).remove(0);
    let again = replay(&stage.gateway, &row["id"], &json!({"as": "delivered"}));
    assert_eq!((&again["replay_as"], &again["app"]), (&json!("delivered"), &row["app"]));
    let seen = stage.partner.wait(2);
    let mut fields = [seen[0].fields.clone(), seen[1].fields.clone()];
    fields.iter_mut().for_each(|fields| fields.sort());
    assert_eq!(fields[0], fields[1]);
    assert_eq!((&seen[1].line, &seen[1].body.content), (&seen[0].line, &seen[0].body.content));
}

#[test]
fn inside_a_tunnel_it_was_https_and_stays_so() {
    let stage = Stage::start();
    let mut inside = stage.gateway.tunnel("loyalty.example.ru:443");
    inside.exchange(get("/api/x", &[])).expect_ok("the request");
    drop(inside);
    let row = stage.gateway.recorded(1).remove(0);
    let again = replay(&stage.gateway, &row["id"], &json!({}));
    assert_eq!(
        (&again["url"], &again["status"]),
        (&json!("https://loyalty.example.ru/api/x"), &json!(200))
    );
}

#[test]
fn a_webhook_is_delivered_again_and_marked() {
    let service = Service::start();
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).start();
    gateway.happen("user.create");
    let row = gateway.recorded(1).remove(0);
    assert_eq!(
        (&row["plane"], &row["event"], &row["verdict"]),
        (&json!("webhook"), &json!("user.create"), &json!("pass"))
    );
    let again = replay(&gateway, &row["id"], &json!({"as": "delivered"}));
    assert_eq!((&again["plane"], &again["event"]), (&json!("webhook"), &json!("user.create")));
    let hooks = service.hooks();
    assert_eq!(hooks[0].body.content, hooks[1].body.content);
    assert_eq!(hooks[0].field("authorization"), hooks[1].field("authorization"));
}

#[test]
fn what_is_not_kept_whole_is_not_sent_in_part() {
    let stage = Stage::with(|world| world.top("journal", "{body: 1KiB}"));
    stage.ask(post("/api/x", &[], &[b'x'; 5000])).expect_ok("the request");
    let row = stage.gateway.recorded(1).remove(0);
    let path = format!("/api/exchanges/{}/replay", row["id"]);
    let answer = stage.gateway.api("POST", &path, Some(&json!({})));
    assert_eq!((answer.status, &answer.json()["code"]), (422, &json!("not_replayable")));
    replay(&stage.gateway, &row["id"], &json!({"body": "whole"}));
}

#[test]
fn a_ticket_of_nobodys_is_only_a_header_that_no_partner_gets() {
    let stage = Stage::start();
    let seen = stage.pass(get("/api/x", &["X-Gateway-Replay: 12345"]));
    assert_eq!(seen.all("x-gateway-replay"), Vec::<&str>::new());
    let row = stage.gateway.recorded(1).remove(0);
    assert_eq!(row["replay_of"], Value::Null);
}

#[test]
fn nonsense_is_refused_with_a_remedy() {
    let partner = Partner::start();
    let stage = Stage::before(partner);
    stage.ask(head_of("GET", "/api/x", &[])).expect_ok("the request");
    let row = stage.gateway.recorded(1).remove(0);
    let path = format!("/api/exchanges/{}/replay", row["id"]);
    for wish in [
        json!({"as": "a cat"}),
        json!({"method": "get it"}),
        json!({"url": "file:///etc/passwd"}),
        json!({"set": {"X\r\nY": "1"}}),
        json!({"set": {"X": "1\r\nHost: evil"}}),
        json!({"body_base64": "!"}),
        json!({"unknown": 1}),
    ] {
        let answer = stage.gateway.api("POST", &path, Some(&wish));
        assert!(matches!(answer.status, 400 | 422), "{wish}: {}", answer.describe());
    }
    assert_eq!(
        stage.gateway.api("POST", "/api/exchanges/999/replay", Some(&json!({}))).status,
        404
    );
}
