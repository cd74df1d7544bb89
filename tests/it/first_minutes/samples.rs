//! The commands that the page proposes are made from the configuration in force.

use serde_json::{Value, json};

use super::shell;
use crate::support::gateway::Gateway;
use crate::support::service::Service;
use crate::support::world::{DEVICE, STOCK};
use crate::support::{Partner, Stage, World};

/// What the page proposes.
fn proposed(gateway: &Gateway) -> (Value, Value) {
    let known = gateway.api_ok("GET", "/api/connect", None);
    (known["sample"].clone(), known["webhook"].clone())
}

/// Runs the proposed request as it stands.
#[track_caller]
fn expect_passes(gateway: &Gateway, partner: &Partner, count: usize) -> Value {
    let (sample, _) = proposed(gateway);
    let said = shell(gateway.path(), sample["command"].as_str().unwrap()).expect("the request", 0);
    let requests = partner.wait(count);
    assert_eq!(requests.len(), count, "{sample}: {}{}", said.out, said.err);
    sample
}

#[test]
fn the_proposed_request_passes_whatever_the_rule_is() {
    for (rule, url) in [
        (r"https?://loyalty\.example\.ru/api/.*", "http://loyalty.example.ru/api/"),
        (r"https://loyalty\.example\.ru/api/.*", "https://loyalty.example.ru/api/"),
        (
            r"http[s]://loyalty\.example\.ru/(cards|points)/\d{3}",
            "https://loyalty.example.ru/cards/111",
        ),
        (r"https?://.*\.example\.ru/.*", "https://a.example.ru/a"),
    ] {
        let stage = Stage::with(|world| {
            let base = "http://a.example.ru";
            let world = world.allow(&[rule]).upstream("https://a.example.ru", "http://127.0.0.1:9");
            world.upstream(base, "http://127.0.0.1:9")
        });
        let (sample, _) = proposed(&stage.gateway);
        if rule.contains("/.*\\.") {
            assert_eq!(
                sample["url"].as_str().map(|url| url.replace("https", "http")),
                Some(url.replace("https", "http"))
            );
            continue;
        }
        assert_eq!(sample["url"], url);
        expect_passes(&stage.gateway, &stage.partner, 1);
    }
}

/// The file that `init` writes without more allows https alone, and its page once proposed http.
#[test]
fn the_proposed_request_is_encrypted_where_only_that_is_allowed() {
    let stage = Stage::with(|world| world.allow(&[r"https://loyalty\.example\.ru/api/.*"]));
    let sample = expect_passes(&stage.gateway, &stage.partner, 1);
    assert!(sample["command"].as_str().unwrap().contains("--cacert"), "{sample}");
}

#[test]
fn who_calls_is_said_where_it_does_not_go_without_saying() {
    let partner = Partner::start();
    let world = World::of(&partner).crowd();
    let gateway = world.clone().top("terminal", "{}").start();
    let sample = expect_passes(&gateway, &partner, 1);
    let proxy = format!("http://loyalty:{DEVICE}@{}", gateway.http);
    assert_eq!((&sample["app"], &sample["proxy"]), (&json!("loyalty"), &json!(proxy)));
    let gateway = world.start();
    let sample = expect_passes(&gateway, &partner, 2);
    assert_eq!(sample["proxy"], json!(format!("http://{}", gateway.http)), "the defaults say it");
    let gateway = World::of(&partner)
        .crowd()
        .top("terminal", &format!("{{default_app: {STOCK}, default_device: {DEVICE}}}"))
        .start();
    let sample = expect_passes(&gateway, &partner, 3);
    assert_eq!(sample["app"], "stock", "its user is another one's than the default device's");
}

#[test]
fn the_proposed_webhook_is_sent_and_names_the_gateway_it_is_for() {
    let service = Service::start();
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).crowd().start();
    let (_, webhook) = proposed(&gateway);
    let webhook = webhook.as_str().unwrap();
    assert!(webhook.ends_with(&format!(" --admin {}", gateway.admin)), "{webhook}");
    let said = shell(gateway.path(), webhook).expect(webhook, 0);
    assert!(said.out.contains("verdict pass"), "{}", said.out);
}

#[test]
fn nothing_is_proposed_that_cannot_work() {
    let stage = Stage::with(|world| world.allow(&[r"https://loyalty\.example\.ru/(a)\1"]));
    assert_eq!(proposed(&stage.gateway), (Value::Null, Value::Null));
}

#[test]
fn what_is_proposed_follows_the_world_as_it_is_changed() {
    let stage = Stage::start();
    let change = json!({"allow": ["http://loyalty\\.example\\.ru/v2/.*"]});
    stage.gateway.api_ok("PATCH", "/api/world/apps/loyalty", Some(&change));
    let sample = expect_passes(&stage.gateway, &stage.partner, 1);
    assert_eq!(sample["url"], "http://loyalty.example.ru/v2/");
}

/// The first rows that a newcomer sees are the newcomer's own.
#[test]
fn the_self_test_leaves_nothing_on_the_timeline() {
    let stage = Stage::start();
    let tested = stage.gateway.api_ok("POST", "/api/connect/test", None);
    assert_eq!(tested["works"], true, "{tested}");
    stage.ask(crate::support::get("/api/x", &[]));
    let rows = stage.gateway.recorded(1);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["url"], "http://loyalty.example.ru/api/x");
    let known = stage.gateway.api_ok("GET", "/api/connect", None);
    assert_eq!(known["reached"].as_array().unwrap().len(), 1, "{known}");
}
