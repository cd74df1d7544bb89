//! Which webhooks a partner has, and which have tokens of their own: the portal's choice.

use serde_json::{Value, json};

use super::stage::{Cloud, without_token};
use crate::simulate::stage::each;
use crate::support::Gateway;
use crate::support::service::{LEARNED, status};
use crate::support::world::{APP_TOKEN, DEVICE, TOKEN, USER};

const OWN: &str = "auths: {receipts: {bearer: token-of-receipts-0123}, \
                   documents: {basic: {login: crm, password: pass}}, user.token: {raw: just-this}}";

fn run(gateway: &Gateway, name: &str, wish: &Value) -> Value {
    gateway.api_ok("POST", &format!("/api/scenarios/{name}"), Some(wish))
}

fn steps(report: &Value) -> &[Value] {
    report["steps"].as_array().unwrap()
}

/// The step that has this in its note.
fn noted<'v>(report: &'v Value, words: &str) -> &'v Value {
    let has = |step: &&Value| step["note"].as_str().is_some_and(|note| note.contains(words));
    steps(report).iter().find(has).unwrap_or_else(|| panic!("no note of {words}: {report:#}"))
}

/// The last parts of the targets of all webhooks so far.
fn targets(cloud: &Cloud) -> Vec<String> {
    let last = |target: &str| target.rsplit('/').next().unwrap().to_owned();
    cloud.service.hooks().iter().map(|hook| last(hook.target())).collect()
}

#[test]
fn a_webhook_that_is_off_is_not_sent_and_it_is_said_where_to_switch_it_on() {
    let cloud = Cloud::of(&["paths: {receipts: off, documents: /crm/docs/}"], |world| world);
    for path in ["/api/webhooks", "/api/webhooks/preview"] {
        let answer = cloud.gateway.api("POST", path, Some(&json!({"event": "receipts"})));
        assert_eq!(answer.status, 422, "{}", answer.describe());
        let hint = answer.json()["hint"].as_str().unwrap().to_owned();
        assert!(hint.contains("receipts: off") && hint.contains("webhooks.paths"), "{hint}");
    }
    let wish = json!({"what": "receipt", "device": DEVICE, "wait": true});
    let done = cloud.gateway.api_ok("POST", "/api/simulate", Some(&wish));
    assert_eq!(each(&done["deliveries"], "event"), ["documents", "documents"], "{done}");
    assert!(done["notes"][0].as_str().unwrap().contains("receipts is off"), "{done}");
    assert_eq!(cloud.service.partner.last().target(), "/crm/docs/");
}

#[test]
fn a_webhook_may_have_a_token_of_its_own() {
    let cloud = Cloud::of(&[OWN], without_token);
    for (event, value) in [
        ("receipts", "Bearer token-of-receipts-0123"),
        ("documents", "Basic Y3JtOnBhc3M="),
        ("user.token", "just-this"),
        ("installation.installed", &*format!("Bearer {APP_TOKEN}")),
    ] {
        assert_eq!(cloud.gateway.happen(event)["state"], "delivered", "{event}");
        assert_eq!(cloud.service.last().all("authorization"), [value], "{event}");
    }
    let problem = cloud.gateway.refused(&json!({"event": "stores"}), 409, "token_missing");
    assert!(problem["hint"].as_str().unwrap().contains("user.create"), "{problem}");
    cloud.gateway.happen("user.create");
    cloud.gateway.happen("stores");
    assert_eq!(cloud.service.last().all("authorization"), [format!("Bearer {LEARNED}")]);
    cloud.gateway.happen("receipts");
    assert_eq!(cloud.service.last().all("authorization"), ["Bearer token-of-receipts-0123"]);
}

#[test]
fn a_token_of_its_own_is_named_where_the_partner_refuses_it_and_shown_nowhere() {
    let cloud = Cloud::of(&[OWN], |world| world);
    cloud.service.answer("/receipts", status(401));
    let refused = cloud.gateway.happen("receipts");
    assert!(refused.to_string().contains("webhooks.auths"), "{refused}");
    let seen = [
        cloud.gateway.api_ok("GET", "/api/world", None).to_string(),
        cloud.gateway.api_ok("GET", "/api/deliveries", None).to_string(),
        cloud
            .gateway
            .api_ok("POST", "/api/webhooks/preview", Some(&json!({"event": "receipts"})))
            .to_string(),
    ];
    for text in &seen {
        for secret in ["token-of-receipts-0123", "Y3JtOnBhc3M=", "just-this"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(seen[0].contains("••••0123"), "{}", seen[0]);
}

#[test]
fn an_app_made_at_run_time_has_its_choice_too() {
    let cloud = Cloud::start();
    let wish = |more: Value| {
        let mut webhooks = json!({"url": format!("{}/second", cloud.service.url())});
        webhooks.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"name": "second", "tokens": {USER: "second-token-0123"}, "webhooks": webhooks})
    };
    let made = wish(json!({
        "paths": {"stores": "off", "devices": false, "documents": "/docs"},
        "auths": {"documents": {"bearer": "own-token-0123"}},
    }));
    let made = cloud.gateway.api("POST", "/api/world/apps", Some(&made));
    assert_eq!(made.status, 201, "{}", made.describe());
    let entry = made.json()["entry"].clone();
    assert_eq!(entry["webhooks"]["paths"]["stores"], "off");
    assert_eq!(entry["webhooks"]["paths"]["devices"], "off");
    assert_eq!(entry["webhooks"]["auths"]["documents"], json!({"masked": "Bearer ••••0123"}));
    let off = json!({"event": "stores", "app": "second"});
    cloud.gateway.refused(&off, 422, "trigger_refused");
    cloud.gateway.trigger(&json!({"event": "documents", "app": "second", "wait": true}));
    let last = cloud.service.partner.last();
    assert_eq!(
        (last.target(), last.all("authorization")),
        ("/docs", vec!["Bearer own-token-0123"])
    );

    let address = format!("/api/world/apps/{}", entry["id"].as_str().unwrap());
    let patch = json!({"webhooks": {
        "paths": {"stores": null}, "auths": {"documents": {"raw": "another-0456"}},
    }});
    cloud.gateway.api_ok("PATCH", &address, Some(&patch));
    cloud
        .gateway
        .trigger(&json!({"event": ["stores", "documents"], "app": "second", "wait": true}));
    let last = cloud.service.partner.last();
    assert_eq!((last.target(), last.all("authorization")), ("/docs", vec!["another-0456"]));
    for wrong in [json!({"paths": {"recipts": "off"}}), json!({"auths": {"recipts": {"raw": "x"}}})]
    {
        let answer = cloud.gateway.api("POST", "/api/world/apps", Some(&wish(wrong)));
        assert_eq!(answer.status, 422, "{}", answer.describe());
        assert!(answer.text().contains("did you mean `receipts`"), "{}", answer.text());
    }
}

#[test]
fn a_scenario_goes_by_verify_where_create_is_off_and_leaves_out_what_else_is() {
    let off = "paths: {user.create: off, subscription.created: off, devices: off}";
    let cloud = Cloud::of(&[off], |world| without_token(world).top("fidelity", "strict"));
    let report = run(&cloud.gateway, "onboarding", &json!({}));
    assert_eq!(report["passed"], true, "{report:#}");
    let told = ["verify", "event", "token", "stores", "employees"];
    assert_eq!(targets(&cloud), told);
    assert_eq!(noted(&report, "user.verify")["delivery"]["event"], "user.verify");
    for event in ["subscription.created", "devices"] {
        assert!(noted(&report, &format!("{event} is off")).get("delivery").is_none(), "{report:#}");
    }
    // What the partner was not told of has happened: strictly, this could not come otherwise.
    assert_eq!(cloud.gateway.happen("subscription.activated")["state"], "delivered");
    assert_eq!(cloud.injected(), format!("Bearer {LEARNED}"));
}

#[test]
fn an_app_is_installed_although_the_partner_is_not_told() {
    let off = "paths: {installation.installed: off, installation.uninstalled: off}";
    let cloud = Cloud::of(&[off], |world| world.app("installed_by", "[]"));
    assert_eq!(cloud.injected(), "app_not_installed");
    let report = run(&cloud.gateway, "trial", &json!({}));
    assert_eq!(report["passed"], true, "{report:#}");
    noted(&report, "installation.installed is off");
    assert_ne!(cloud.injected(), "app_not_installed");
    run(&cloud.gateway, "cancel", &json!({}));
    assert_eq!(cloud.injected(), "app_not_installed");
}

#[test]
fn a_scenario_can_begin_after_registration() {
    let cloud = Cloud::start();
    let report = run(&cloud.gateway, "onboarding", &json!({"registered": true}));
    assert_eq!(report["passed"], true, "{report:#}");
    noted(&report, "has an account");
    assert_eq!(targets(&cloud)[0], "event", "the subscription comes first: {:?}", targets(&cloud));
    assert_eq!(cloud.service.last().all("authorization"), [format!("Bearer {TOKEN}")]);

    let paths = "paths: {user.create: off, user.verify: off}";
    let none = Cloud::of(&[paths], |world| world);
    let report = run(&none.gateway, "onboarding", &json!({}));
    assert_eq!(report["passed"], true, "the file has a token: {report:#}");
    noted(&report, "user.create is off");
}

#[test]
fn a_scenario_without_any_way_to_a_token_says_so() {
    let paths = "paths: {user.create: off, user.verify: off}";
    let cloud = Cloud::of(&[paths], without_token);
    let report = run(&cloud.gateway, "onboarding", &json!({}));
    assert_eq!(report["passed"], false);
    let why = steps(&report).last().unwrap()["stopped"].as_str().unwrap();
    assert!(why.contains("are off") && why.contains("webhooks.auths"), "{why}");
    let paths = format!(
        "{paths}, auths: {{stores: {{bearer: a}}, devices: {{bearer: b}}, employees: {{bearer: c}}}}"
    );
    let cloud = Cloud::of(&[&paths], without_token);
    let report = run(&cloud.gateway, "onboarding", &json!({}));
    assert_eq!(report["passed"], true, "each has a token of its own: {report:#}");
}

#[test]
fn the_command_shows_what_is_off() {
    let cloud = Cloud::of(&["paths: {user.create: off}"], |world| world);
    let admin = cloud.gateway.admin.to_string();
    let said = |args: &[&str]| {
        let mut command = crate::support::gateway::command(cloud.gateway.path());
        let output =
            command.args(["scenario", "run"]).args(args).args(["--admin", &admin]).output();
        crate::cli::Said::of(&output.unwrap()).expect("it passes", 0).out
    };
    let out = said(&["onboarding"]);
    assert!(out.contains("user.create is off: the user signs in by user.verify."), "{out}");
    let out = said(&["trial", "--registered"]);
    assert!(out.contains("The user has an account"), "{out}");
}
