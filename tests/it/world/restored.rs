//! What was removed is told as removed, and comes back with everything that went with it.

use serde_json::{Value, json};

use super::stage::{Hands, from, id};
use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::world::{APP, DEVICE, IMEI, STORE, TOKEN, USER};
use crate::support::{Answer, get};
use crate::webhooks::stage::{Cloud, on_disk, without_token};

fn say(cloud: &Cloud, args: &[&str]) -> Said {
    let mut run = command(cloud.gateway.path());
    run.args(args).args(["--admin", &cloud.gateway.admin.to_string()]);
    Said::of(&run.output().unwrap())
}

/// Asserts that a refusal says what was removed and when, and gives the command that brings it back.
#[track_caller]
fn expect_removed(answer: Answer, code: &str, name: &str, command: &str) {
    let problem = answer.expect_refusal(name, 403, code).json();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(&format!("{name} was removed in the console on 20")), "{detail}");
    assert!(!detail.contains("gateway.yaml"), "{detail}");
    let hint = problem["hint"].as_str().unwrap();
    assert!(hint.contains(&format!("evotor-gateway world restore {command}")), "{hint}");
}

#[test]
fn a_refusal_says_that_the_app_or_the_terminal_was_removed() {
    let cloud = Cloud::start();
    cloud.gateway.remove(&format!("apps/{APP}"));
    let (app, device) = (format!("app {APP}"), format!("device {DEVICE}"));
    let by_app = get("/api/x", &[&format!("X-OAuth-Client-ID: {}", APP.to_uppercase())]);
    expect_removed(cloud.gateway.ask(by_app), "app_unknown", "app loyalty", &app);
    expect_removed(cloud.gateway.ask(get("/api/x", &[])), "app_unknown", "app loyalty", &app);
    cloud.gateway.api_ok("POST", &format!("/api/world/apps/{APP}/restore"), None);
    cloud.gateway.remove(&format!("devices/{DEVICE}"));
    for said in [format!("X-Device-UUID: {DEVICE}"), format!("X-Device-IMEI: {IMEI}")] {
        let answer = cloud.gateway.ask(get("/api/x", &[&said]));
        expect_removed(answer, "device_unknown", "device Касса", &device);
    }
    let nobody = cloud.gateway.ask(get("/api/x", &[]));
    expect_removed(nobody, "device_unknown", "device Касса", &device);
}

#[test]
fn what_is_asked_of_something_removed_says_so() {
    let cloud = Cloud::start();
    cloud.gateway.remove(&format!("users/{USER}?cascade=true"));
    for wish in [
        json!({"event": "user.create", "user": USER}),
        json!({"event": "stores", "store": STORE}),
        json!({"event": "documents", "device": DEVICE}),
    ] {
        let problem = cloud.gateway.refused(&wish, 422, "trigger_refused");
        let text = problem.to_string();
        assert!(text.contains("was removed in the console on 20"), "{wish}: {text}");
        assert!(text.contains("evotor-gateway world restore"), "{wish}: {text}");
    }
    let address = format!("stores/{STORE}");
    let problem = cloud.gateway.deny("PATCH", &address, &json!({"name": "x"}), 404, "not_found");
    assert!(problem["hint"].as_str().unwrap().contains("world restore store"), "{problem}");
    cloud.gateway.remove(&format!("apps/{APP}"));
    let wish = json!({"event": "user.create", "app": "loyalty"});
    let problem = cloud.gateway.refused(&wish, 422, "trigger_refused");
    assert!(problem["hint"].as_str().unwrap().contains("world restore app"), "{problem}");
}

#[test]
fn an_app_comes_back_with_its_tokens_also_after_a_restart() {
    let mut cloud = Cloud::with(|world| on_disk(without_token(world)));
    let form = json!({"app": APP, "user": USER, "token": "by-hand-0123456789"});
    assert_eq!(cloud.gateway.api("POST", "/api/world/tokens", Some(&form)).status, 201);
    cloud.gateway.change(&format!("apps/{APP}"), &json!({"keep": ["X-Kept"]}));
    let before = cloud.gateway.see("");
    cloud.gateway.remove(&format!("apps/{APP}?cascade=true"));
    let removed = cloud.gateway.see("")["removed"].clone();
    assert_eq!(removed[0]["name"], "loyalty", "{removed}");
    assert_eq!((&removed[0]["kind"], &removed[0]["in_file"]), (&json!("app"), &json!(true)));
    cloud.gateway.restart_after("TERM");
    assert_eq!(cloud.gateway.see("")["removed"], removed, "it is still listed");
    cloud.gateway.api_ok("POST", "/api/world/apps/loyalty/restore", None);
    assert_eq!(cloud.gateway.see(""), before);
    assert_eq!(cloud.injected(), "Bearer by-hand-0123456789");
}

#[test]
fn what_was_made_at_run_time_can_be_brought_back_too() {
    let cloud = Cloud::start();
    let (store, device) = cloud.gateway.kiosk();
    let before = cloud.gateway.see("");
    cloud.gateway.remove(&format!("stores/{store}?cascade=true"));
    cloud.gateway.ask(from(&device)).expect_refusal("it is gone", 403, "device_unknown");
    let removed = cloud.gateway.see("")["removed"].clone();
    assert_eq!(removed[0]["with"][0]["id"], json!(device), "{removed}");
    let path = format!("/api/world/devices/{device}/restore?wait=true");
    let restored = cloud.gateway.api_ok("POST", &path, None);
    assert_eq!(restored["restored"].as_array().unwrap().len(), 2, "{restored}");
    assert!(!restored["deliveries"].as_array().unwrap().is_empty(), "apps are told: {restored}");
    assert_eq!(cloud.gateway.see(""), before);
    cloud.call(&device);
}

#[test]
fn what_took_the_place_of_something_removed_is_not_overwritten() {
    let cloud = Cloud::start();
    cloud.gateway.remove(&format!("devices/{DEVICE}"));
    cloud.gateway.make("devices", &json!({"uuid": DEVICE, "store": STORE, "name": "Другая"}));
    assert_eq!(cloud.gateway.see("")["removed"], json!([]));
    let path = format!("devices/{DEVICE}/restore");
    cloud.gateway.deny("POST", &path, &Value::Null, 409, "conflict");
    cloud.gateway.deny("POST", "devices/none/restore", &Value::Null, 404, "not_found");
}

#[test]
fn what_has_no_place_any_more_stays_removed() {
    let cloud = Cloud::start();
    let (store, device) = cloud.gateway.kiosk();
    cloud.gateway.remove(&format!("devices/{device}"));
    cloud.gateway.remove(&format!("stores/{store}"));
    let before = cloud.gateway.see("");
    let path = format!("devices/{device}/restore");
    cloud.gateway.deny("POST", &path, &Value::Null, 409, "conflict");
    assert_eq!(cloud.gateway.see(""), before);
    cloud.gateway.api_ok("POST", &format!("/api/world/stores/{store}/restore"), None);
    cloud.gateway.api_ok("POST", &format!("/api/world/{path}"), None);
    cloud.call(&device);
}

#[test]
fn the_command_lists_what_was_removed_and_restores_it_by_name() {
    let cloud = Cloud::start();
    let said = say(&cloud, &["world", "remove", "app", "loyalty"]).expect("by its name", 0);
    let restore = format!("evotor-gateway world restore app {APP}");
    assert!(said.err.contains(&restore), "{}", said.err);
    let said = say(&cloud, &["world", "list"]).expect("the list", 0);
    let row = said.out.lines().find(|line| line.contains("removed 20")).unwrap();
    assert!(row.starts_with("app") && row.contains("loyalty"), "{row}");
    assert!(said.err.contains("evotor-gateway world restore"), "{}", said.err);
    let said = say(&cloud, &["world", "restore", "app", "loyalty"]).expect("restored", 0);
    assert_eq!(said.out, format!("app {APP}\n"));
    assert_eq!(cloud.injected(), format!("Bearer {TOKEN}"));
    say(&cloud, &["world", "restore", "app", "loyalty"]).expect("nothing is removed", 2);
}

/// Asserts that the only removed thing is the token, and that the proxy's refusal says so.
#[track_caller]
fn expect_token_removed(cloud: &Cloud, in_file: bool) {
    let removed = cloud.gateway.see("")["removed"].clone();
    assert_eq!(removed.as_array().map(Vec::len), Some(1), "{removed}");
    let row = &removed[0];
    assert_eq!((&row["kind"], &row["in_file"]), (&json!("token"), &json!(in_file)), "{row}");
    assert_eq!(row["id"], format!("{APP}/{USER}"));
    let problem = cloud.gateway.ask(get("/api/x", &[]));
    let problem = problem.expect_refusal("it is removed", 403, "token_missing").json();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("loyalty was removed in the console on 20"), "{detail}");
    let hint = problem["hint"].as_str().unwrap();
    assert!(hint.contains(&format!("evotor-gateway world restore token {APP}/{USER}")), "{hint}");
    assert_eq!((&problem["app"], &problem["user"]), (&json!(APP), &json!(USER)));
}

#[test]
fn a_token_that_was_removed_is_told_as_removed_and_comes_back_also_after_a_restart() {
    let mut cloud = Cloud::with(|world| on_disk(world).top("fidelity", "strict"));
    let (address, restore) = (format!("tokens/{APP}/{USER}"), format!("{APP}/{USER}/restore"));
    let before = cloud.gateway.see("");
    cloud.gateway.remove(&address);
    expect_token_removed(&cloud, true);
    cloud.gateway.restart_after("TERM");
    expect_token_removed(&cloud, true);
    let back = cloud.gateway.api_ok("POST", &format!("/api/world/tokens/{restore}"), None);
    assert_eq!(back["restored"][0]["user"], USER, "{back}");
    assert_eq!(cloud.gateway.see(""), before, "and nothing else is left of it");
    assert_eq!(cloud.injected(), format!("Bearer {TOKEN}"));
    cloud.gateway.deny("POST", &format!("tokens/{restore}"), &Value::Null, 409, "conflict");
}

#[test]
fn a_token_comes_back_with_where_it_was_from() {
    let cloud = Cloud::with(|world| without_token(world).top("fidelity", "strict"));
    let (address, restore) =
        (format!("tokens/{APP}/{USER}"), format!("tokens/{APP}/{USER}/restore"));
    cloud.gateway.deny("POST", &restore, &Value::Null, 404, "not_found");
    cloud.gateway.happen("user.create");
    let before = cloud.gateway.see("/tokens");
    cloud.gateway.remove(&address);
    expect_token_removed(&cloud, false);
    let problem = cloud.gateway.refused(&json!({"event": "stores"}), 409, "token_missing");
    assert!(problem["hint"].as_str().unwrap().contains("world restore token"), "{problem}");
    cloud.gateway.api_ok("POST", &format!("/api/world/{restore}"), None);
    assert_eq!(cloud.gateway.see("/tokens"), before, "origin and delivery are those of before");
    cloud.gateway.remove(&address);
    cloud.gateway.happen("user.create");
    assert_eq!(cloud.gateway.see("")["removed"], json!([]), "another has taken its place");
}

#[test]
fn a_token_of_an_app_that_was_made_at_run_time_comes_back_too() {
    let cloud = Cloud::start();
    let form = json!({"name": "fresh", "allow": ["http://fresh\\.ru/.*"], "tokens": {USER: "fresh-0123456789"}});
    let app = id(&cloud.gateway.make("apps", &form));
    let before = cloud.gateway.see("");
    cloud.gateway.remove(&format!("tokens/{app}/{USER}"));
    cloud.gateway.change(&format!("apps/{app}"), &json!({"keep": ["X-Kept"]}));
    cloud.gateway.api_ok("POST", &format!("/api/world/tokens/fresh/{USER}/restore"), None);
    cloud.gateway.change(&format!("apps/{app}"), &json!({"keep": []}));
    assert_eq!(cloud.gateway.see(""), before, "the change in between is not lost with it");
    cloud.gateway.change(&format!("apps/{APP}"), &json!({"tokens": {USER: null}}));
    assert_eq!(cloud.gateway.see("")["removed"][0]["kind"], "token", "removed by a patch");
    cloud.gateway.api_ok("POST", &format!("/api/world/tokens/loyalty/{USER}/restore"), None);
    assert_eq!(cloud.injected(), format!("Bearer {TOKEN}"));
}

#[test]
fn the_command_says_how_a_token_comes_back() {
    let cloud = Cloud::start();
    let said = say(&cloud, &["world", "remove", "token", &format!("loyalty/{USER}")]);
    let said = said.expect("a token", 0);
    let restore = format!("evotor-gateway world restore token {APP}/{USER}");
    assert!(said.err.to_lowercase().contains(&restore.to_lowercase()), "{}", said.err);
    let said = say(&cloud, &["world", "list"]).expect("the list", 0);
    assert!(
        said.out.lines().any(|line| line.starts_with("token") && line.contains("removed 20")),
        "{}",
        said.out
    );
    say(&cloud, &["world", "restore", "token", &format!("loyalty/{USER}")]).expect("restored", 0);
    assert_eq!(cloud.injected(), format!("Bearer {TOKEN}"));
}

#[test]
fn names_are_taken_where_ids_are() {
    let cloud = Cloud::with(crate::support::World::crowd);
    let (store, device) = cloud.gateway.kiosk();
    for (kind, name) in [("app", "stock"), ("store", "Киоск"), ("device", "Касса в киоске")]
    {
        let said = say(&cloud, &["world", "set", kind, name, "name=Новое"]).expect(name, 0);
        let named = say(&cloud, &["world", "show", kind, "Новое"]).expect("by the new name", 0);
        let entry: Value = serde_json::from_str(&named.out).unwrap();
        assert_eq!(said.out.trim(), id(&entry), "{kind}");
    }
    let said = say(&cloud, &["world", "show", "device", "Касса"]).expect("three are called so", 2);
    assert!(said.err.contains(DEVICE), "which they are: {}", said.err);
    let said = say(&cloud, &["world", "show", "device", &device]).expect("by its id", 0);
    assert!(said.out.contains(&store), "{}", said.out);
    let begins = &device[..30].to_lowercase();
    let said = say(&cloud, &["world", "show", "device", begins]).expect("by its beginning", 0);
    assert!(said.out.contains(&device), "{}", said.out);
    say(&cloud, &["world", "remove", "device", begins]).expect("by its beginning", 0);
    say(&cloud, &["world", "restore", "device", begins]).expect("what was removed too", 0);
    say(&cloud, &["world", "show", "device", &device]).expect("it is back", 0);
}

#[test]
fn the_command_line_gives_hints_in_its_own_language() {
    let cloud = Cloud::start();
    for (args, hint) in [
        (&["world", "show", "app", "none"][..], "evotor-gateway world list"),
        (&["world", "remove", "token", "none/none"], "evotor-gateway world list"),
        (&["world", "remove", "store", STORE], "--cascade"),
        (&["world", "add", "token", "app=loyalty"], "Write it as user="),
        (&["world", "set", "installation", &format!("loyalty/{USER}"), "x=1"], "installed=true"),
        (&["show", "99999"], "evotor-gateway tail"),
        (&["fault", "add", "status"], "--status 503"),
        (&["fault", "remove", "f99"], "evotor-gateway fault list"),
    ] {
        let said = say(&cloud, args).expect(hint, 2);
        assert!(said.err.contains(hint), "{args:?}: {}", said.err);
        for foreign in ["GET /", "POST /", "Send {", "?cascade"] {
            assert!(!said.err.contains(foreign), "{args:?}: {}", said.err);
        }
    }
}

#[test]
fn a_user_without_the_app_is_told_how_it_is_installed_again() {
    let cloud = Cloud::start();
    cloud.gateway.remove(&format!("installations/loyalty/{USER}?wait=true"));
    let refusal = cloud.gateway.ask(get("/api/x", &[]));
    let problem = refusal.expect_refusal("uninstalled", 403, "app_not_installed").json();
    let hint = problem["hint"].as_str().unwrap();
    assert!(hint.contains("evotor-gateway world add installation"), "{hint}");
    say(&cloud, &["world", "add", "installation", "app=loyalty", &format!("user={USER}")])
        .expect("the hint", 0);
    cloud.gateway.ask(get("/api/x", &[])).expect_ok("installed again");
}
