//! Apps that are made and changed at run time.

use serde_json::json;

use super::stage::{Hands, from, id};
use crate::support::world::{APP, DEVICE, TOKEN, USER};
use crate::support::{World, get};
use crate::webhooks::stage::Cloud;

const RULE: &str = r"http://bonus\.example\.ru/v1/.*";

fn bonus(cloud: &Cloud) -> serde_json::Value {
    json!({
        "name": "bonus",
        "allow": [RULE],
        "upstreams": {"http://bonus.example.ru": format!("http://{}", cloud.service.partner.addr)},
        "tokens": {USER: "bonus-token-0123456789"},
        "webhooks": {"url": format!("{}/bonus", cloud.service.url()), "auth": {"bearer": "bonus-app-token"}},
    })
}

fn through(cloud: &Cloud, app: &str, path: &str) -> crate::support::Answer {
    let fields = [format!("X-OAuth-Client-ID: {app}"), format!("X-Device-UUID: {DEVICE}")];
    let request = String::from_utf8(get(path, &[&fields[0], &fields[1]])).unwrap();
    cloud.gateway.ask(request.replace("loyalty.example.ru", "bonus.example.ru"))
}

#[test]
fn an_app_that_was_made_is_let_through_and_told_of_changes() {
    let cloud = Cloud::start();
    let made = cloud.gateway.make("apps", &bonus(&cloud));
    let app = id(&made);
    assert_eq!((&made["origin"], &made["allow"]), (&json!("runtime"), &json!([RULE])));
    through(&cloud, &app, "/v1/x").expect_ok("its own URL");
    assert_eq!(
        cloud.service.partner.last().all("authorization"),
        ["Bearer bonus-token-0123456789"]
    );
    let refused = through(&cloud, &app, "/v2/x").expect_refusal("another", 403, "url_not_allowed");
    assert!(
        refused.json()["hint"].as_str().unwrap().contains("made at run time"),
        "{}",
        refused.text()
    );
    let store = cloud.gateway.made("stores", &json!({"name": "Киоск"}));
    assert_eq!(store["deliveries"].as_array().unwrap().len(), 2, "both apps: {store}");
    assert_eq!(cloud.told("/bonus/api/v1/inventories/stores").len(), 1);
}

#[test]
fn the_secrets_of_an_app_are_never_shown() {
    let cloud = Cloud::start();
    cloud.gateway.make("apps", &bonus(&cloud));
    let all = cloud.gateway.see("").to_string();
    for secret in [TOKEN, "bonus-token-0123456789", "bonus-app-token"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    let bonus = &cloud.gateway.see("")["apps"][1];
    assert_eq!(bonus["webhooks"]["auth"], json!({"masked": "Bearer ••••oken"}));
    assert_eq!(bonus["users"][0]["token"]["masked"], "••••6789");
    assert_eq!(bonus["users"][0]["token"]["origin"], "console");
}

#[test]
fn a_rule_of_the_files_app_changes_and_everything_else_stays_the_files() {
    let cloud = Cloud::start();
    cloud.gateway.ask(get("/crm/x", &[])).expect_refusal("before", 403, "url_not_allowed");
    let rules = json!({"allow": [r"https?://loyalty\.example\.ru/(api|crm)/.*"]});
    let changed = cloud.gateway.change(&format!("apps/{}", APP.to_uppercase()), &rules);
    assert_eq!((&changed["origin"], &changed["allow"]), (&json!("changed"), &rules["allow"]));
    cloud.gateway.ask(get("/crm/x", &[])).expect_ok("the new rule");
    assert_eq!(cloud.injected(), format!("Bearer {TOKEN}"), "the file's token");
    let again = cloud.gateway.change(&format!("apps/{APP}"), &json!({"keep": ["X-Device-Token"]}));
    assert_eq!(again["allow"], rules["allow"], "an earlier change stays");
    let yaml = cloud.world().app("tokens", &format!("{{{USER}: another-token-0123456789}}")).yaml();
    cloud.gateway.rewrite(&yaml);
    cloud.gateway.eventually("the file's new token", || cloud.injected().contains("another-token"));
    cloud.gateway.ask(get("/crm/x", &[])).expect_ok("the rule after a reload");
}

#[test]
fn an_app_becomes_v1_and_gets_another_way_to_authorise() {
    let cloud = Cloud::start();
    let patch = json!({"proxy": "v1", "envelope": "wrap", "authorization": {"bearer": "static-0123456789"}});
    cloud.gateway.change(&format!("apps/{APP}"), &patch);
    let answer = cloud.gateway.ask(get("/api/x", &[])).expect_ok("v1");
    assert_eq!(answer.json()["status"], 200, "{}", answer.text());
    assert_eq!(cloud.injected(), "Bearer static-0123456789");
    cloud.gateway.change(
        &format!("apps/{APP}"),
        &json!({"authorization": "user_token", "proxy": "v2", "envelope": null}),
    );
    assert_eq!(cloud.injected(), format!("Bearer {TOKEN}"));
}

#[test]
fn an_app_that_is_gone_is_unknown_until_the_state_is_reset() {
    let cloud = Cloud::with(World::crowd);
    cloud.gateway.remove(&format!("apps/{APP}"));
    let call = get("/api/x", &[&format!("X-OAuth-Client-ID: {APP}")]);
    cloud.gateway.ask(&call).expect_refusal("a removed app", 403, "app_unknown");
    assert_eq!(cloud.gateway.api("DELETE", "/api/state", None).status, 204);
    cloud.gateway.ask(&call).expect_ok("after the reset");
    cloud.gateway.ask(from(DEVICE)).expect_ok("after the reset");
}

#[test]
fn what_is_known_of_an_app_goes_with_it_if_that_is_asked_for() {
    let cloud = Cloud::start();
    let app = id(&cloud.gateway.make("apps", &bonus(&cloud)));
    cloud
        .gateway
        .make("tokens", &json!({"app": "bonus", "user": USER, "token": "by-hand-0123456789"}));
    let problem = cloud.gateway.deny("DELETE", &format!("apps/{app}"), &json!(null), 409, "in_use");
    assert_eq!(problem["dependents"], json!([{"kind": "tokens", "id": app}]));
    cloud.gateway.remove(&format!("apps/{app}?cascade=true"));
    let again = json!({"id": app, "name": "bonus", "allow": [RULE]});
    cloud.gateway.make("apps", &again);
    assert_eq!(cloud.gateway.see(&format!("/apps/{app}"))["users"][0]["token"], json!(null));
}
