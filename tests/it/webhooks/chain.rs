//! What a partner answers changes what the proxy does next.

use serde_json::json;

use super::form::{UUID4, assert_form};
use super::stage::{Cloud, on_disk, without_token};
use crate::support::service::{LEARNED, json_of};
use crate::support::world::{APP, IMEI, STOCK, TOKEN, USER, USER_3};
use crate::support::{get, ok};

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// Answers create and verify with this token from now on.
fn hand_out(cloud: &Cloud, part: &str, token: &str) {
    let answer = json!({"userId": USER, "hasBilling": false, "token": token});
    cloud.service.answer(part, json_of(200, &answer));
}

#[test]
fn a_token_is_injected_from_the_moment_it_was_answered() {
    for event in ["user.create", "user.verify"] {
        let cloud = Cloud::with(without_token);
        assert_eq!(cloud.injected(), "nothing");
        assert_eq!(cloud.gateway.happen(event)["state"], "delivered");
        assert_eq!(cloud.injected(), bearer(LEARNED), "{event}");
        assert_eq!(cloud.gateway.happen("stores")["state"], "delivered");
        assert_eq!(cloud.service.last().all("authorization"), [bearer(LEARNED)]);
    }
}

#[test]
fn a_connection_that_stays_open_carries_the_token_as_soon_as_the_trigger_is_answered() {
    let cloud =
        Cloud::with(|world| without_token(world).top("workers", "4").top("fidelity", "strict"));
    let mut kept: Vec<_> = (0..8).map(|_| cloud.gateway.http()).collect();
    for raw in &mut kept {
        raw.exchange(get("/api/x", &[])).expect_refusal("before", 403, "token_missing");
    }
    for round in 0..20 {
        let token = format!("token-of-round-{round}");
        hand_out(&cloud, "/user/create", &token);
        cloud.gateway.happen("user.create");
        for raw in &mut kept {
            raw.exchange(get("/api/y", &[])).expect_ok("after");
            let seen = cloud.service.partner.requests();
            assert_eq!(seen.last().unwrap().all("authorization"), [bearer(&token)]);
        }
    }
}

#[test]
fn the_token_that_was_answered_last_goes_before_all_others() {
    let cloud = Cloud::of(&["tariff: true"], |world| world);
    assert_eq!(cloud.injected(), bearer(TOKEN), "the file's");
    for (event, token) in [
        ("user.create", "of-create"),
        ("user.verify", "of-verify"),
        ("user.tariff", "of-tariff"),
        ("user.create", "of-create-again"),
    ] {
        hand_out(&cloud, &event.replace('.', "/"), token);
        cloud.gateway.happen(event);
        assert_eq!(cloud.injected(), bearer(token), "{event}");
    }
    cloud.service.answer("/user/tariff", ok("{}"));
    assert_eq!(cloud.gateway.happen("user.tariff")["verdict"], "pass");
    assert_eq!(cloud.injected(), bearer("of-create-again"), "a tariff need not bring one");
}

#[test]
fn what_was_learned_outlives_a_restart() {
    let mut cloud = Cloud::with(|world| on_disk(without_token(world)));
    cloud.gateway.happen("user.create");
    cloud.gateway.happen("user.token");
    let handed = cloud.service.last().json()["token"].clone();
    assert_form(&json!(UUID4), &handed, "the cloud's token");
    cloud.gateway.happen("subscription.created");
    let subscription = cloud.service.last().json()["subscriptionId"].clone();
    cloud.gateway.restart();
    assert_eq!(cloud.injected(), bearer(LEARNED));
    cloud.gateway.happen("user.token");
    assert_eq!(cloud.service.last().json()["token"], handed);
    cloud.gateway.happen("subscription.activated");
    let next = cloud.service.last().json();
    assert_eq!((&next["subscriptionId"], &next["sequenceNumber"]), (&subscription, &json!(2)));
    cloud.gateway.happen("installation.uninstalled");
    cloud.gateway.restart();
    assert_eq!(cloud.injected(), "app_not_installed");
    assert_eq!(cloud.gateway.deliveries(Some("delivered")).len(), 6);
}

#[test]
fn what_was_learned_outlives_a_reload() {
    let cloud = Cloud::with(without_token);
    cloud.gateway.happen("user.create");
    let world = without_token(cloud.world()).allow(&[r"http://loyalty\.example\.ru/.*"]);
    cloud.gateway.rewrite(&world.yaml());
    cloud.gateway.signal("HUP");
    let is_new = || cloud.gateway.ask(get("/other", &[])).status == 200;
    cloud.gateway.eventually("the new rule", is_new);
    assert_eq!(cloud.injected(), bearer(LEARNED));
    cloud.gateway.happen("installation.uninstalled");
    cloud.gateway.rewrite(&without_token(cloud.world()).yaml());
    cloud.gateway.signal("HUP");
    cloud.gateway.eventually("the old rule", || !is_new());
    assert_eq!(cloud.injected(), "app_not_installed");
}

#[test]
fn without_the_app_a_user_is_refused_until_it_is_installed_again() {
    let cloud = Cloud::start();
    assert_eq!(cloud.injected(), bearer(TOKEN));
    cloud.gateway.happen("installation.uninstalled");
    assert_eq!(cloud.injected(), "app_not_installed");
    cloud.gateway.happen("installation.installed");
    assert_eq!(cloud.injected(), bearer(TOKEN));
}

#[test]
fn an_app_is_gone_although_the_partner_does_not_hear_of_it() {
    let cloud = Cloud::start();
    cloud.service.script("/installation/", crate::support::partner::closing);
    assert_eq!(cloud.gateway.happen("installation.uninstalled")["state"], "queued");
    assert_eq!(cloud.injected(), "app_not_installed");
}

#[test]
fn the_file_says_who_has_the_app_until_an_event_does() {
    let cloud = Cloud::with(|world| world.crowd().app("installed_by", &format!("[{USER_3}]")));
    let ask = || {
        let field = format!("X-Device-IMEI: {IMEI}");
        cloud.gateway.ask(get("/api/x", &[&field])).code().to_owned()
    };
    assert_eq!(ask(), "app_not_installed");
    cloud.gateway.trigger(&json!({"event": "installation.installed", "user": USER, "wait": true}));
    assert_eq!(ask(), "");
    cloud
        .gateway
        .trigger(&json!({"event": "installation.uninstalled", "user": USER, "wait": true}));
    assert_eq!(ask(), "app_not_installed");
}

#[test]
fn a_token_belongs_to_one_user_of_one_app() {
    let cloud = Cloud::with(|world| without_token(world.crowd()));
    cloud.gateway.trigger(&json!({"event": "user.create", "user": USER, "wait": true}));
    let wish = json!({"event": "stores", "user": USER_3});
    cloud.gateway.refused(&wish, 409, "token_missing");
    let wish = json!({"event": "stores", "app": STOCK, "user": USER});
    cloud.gateway.refused(&wish, 422, "trigger_refused");
    let made = cloud.gateway.trigger(&json!({"event": "stores", "app": APP, "user": USER}));
    assert_eq!(made.len(), 1);
}

#[test]
fn a_missing_token_names_the_webhook_that_fetches_it_and_changes_nothing() {
    let cloud = Cloud::with(without_token);
    for event in
        ["stores", "devices", "employees", "products", "documents", "receipts", "commodities"]
    {
        let problem = cloud.gateway.refused(&json!({"event": event}), 409, "token_missing");
        assert!(problem["hint"].as_str().unwrap().contains("user.create"), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(USER), "{problem}");
    }
    let wish = json!({"event": ["installation.uninstalled", "stores"]});
    cloud.gateway.refused(&wish, 409, "token_missing");
    assert_eq!(cloud.injected(), "nothing", "the first event was taken back");
    assert!(cloud.gateway.deliveries(None).is_empty());
}
