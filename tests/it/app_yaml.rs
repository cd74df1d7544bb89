//! An app as an entry of gateway.yaml: pasted there, it is the same app.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::world::USER;
use crate::support::{Gateway, Partner, World};

/// An app that is made at run time, with everything an app can have.
fn whole(base: &str) -> Value {
    json!({
        "id": "11111111-2222-4333-8444-555555555555", "name": "заказы: \"#1\"", "proxy": "v1", "envelope": "unwrap",
        "base_url": "https://orders.example.ru/v1", "allow_origins": ["http://localhost:3000"],
        "allow": [r"http://orders\.example\.ru/(a|b)/\d{2,3}", r"http://orders\.example\.ru/it's#[${]x", "https://orders\\.example\\.ru/.*"],
        "authorization": {"bearer": "requests-secret-0001"},
        "tokens": {"01-000000000000001": "user-secret-000000001"},
        "upstreams": {"http://orders.example.ru": base, "https://orders.example.ru": {"url": base, "host": "upstream", "insecure": false}},
        "keep": ["X-Device-Token"],
        "webhooks": {"url": base, "auth": {"basic": {"login": "me", "password": "p:${HOME}"}}, "auths": {"stores": {"raw": "off"}},
            "paths": {"documents": "/docs/", "receipts": "off"}, "documents": "v1", "tariff": true},
    })
}

fn made(partner: &Partner) -> (Gateway, Value) {
    let gateway = World::of(partner).start();
    let form = whole(&format!("http://{}", partner.addr));
    let answer = gateway.api("POST", "/api/world/apps", Some(&form));
    assert_eq!(answer.status, 201, "{}", answer.describe());
    (gateway, form)
}

/// Puts the entry below the other apps of a file; what `check` and a gateway with it say.
fn pasted(partner: &Partner, entry: &str, variables: &[(&str, &str)]) -> (Said, Value) {
    let (folder, world) = (TempDir::new().unwrap(), World::of(partner).more_apps(entry));
    fs::write(folder.path().join("gateway.yaml"), world.yaml()).unwrap();
    let mut check = command(folder.path());
    let said = Said::of(&check.arg("check").envs(variables.iter().copied()).output().unwrap());
    let gateway = Gateway::start_with(&world, variables);
    let path = "/api/world/apps/11111111-2222-4333-8444-555555555555";
    (said, gateway.api_ok("GET", path, None))
}

/// What an app is, without where it is from.
fn same(mut app: Value) -> Value {
    let app = app.as_object_mut().unwrap();
    for key in ["origin", "users", "default"] {
        app.remove(key);
    }
    json!(app)
}

#[test]
fn an_app_made_at_run_time_is_pasted_into_the_file_with_its_secrets() {
    let partner = Partner::start();
    let (gateway, form) = made(&partner);
    let path = format!("/api/world/apps/{}", form["id"].as_str().unwrap());
    let yaml = gateway.api_ok("GET", &format!("{path}/yaml?reveal=true"), None);
    assert_eq!(yaml["variables"], json!([]));
    let (said, app) = pasted(&partner, yaml["yaml"].as_str().unwrap(), &[]);
    said.expect("check", 0);
    assert_eq!(same(app), same(gateway.api_ok("GET", &path, None)));
}

#[test]
fn secrets_are_references_to_the_environment_unless_they_are_asked_for() {
    let partner = Partner::start();
    let (gateway, form) = made(&partner);
    let path = format!("/api/world/apps/{}", form["id"].as_str().unwrap());
    let yaml = gateway.api_ok("GET", &format!("{path}/yaml"), None);
    let text = yaml["yaml"].as_str().unwrap();
    assert!(!text.contains("secret-0") && !text.contains("bWU6"), "{text}");
    let names: Vec<_> =
        yaml["variables"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    let values = ["requests-secret-0001", "user-secret-000000001", "Basic bWU6cDoke0hPTUV9", "off"];
    let given: Vec<_> = names.iter().copied().zip(values).collect();
    let (said, app) = pasted(&partner, text, &given);
    said.expect("check", 0);
    assert_eq!(same(app), same(gateway.api_ok("GET", &path, None)));
}

#[test]
fn what_the_file_says_anyway_is_left_out() {
    let gateway = World::at("http://127.0.0.1:9").start();
    let yaml = gateway.api_ok("GET", "/api/world/apps/loyalty/yaml", None);
    let lines: Vec<_> = yaml["yaml"].as_str().unwrap().lines().collect();
    assert!(lines[0].starts_with("  - id: ") && lines.contains(&"    tokens:"), "{lines:?}");
    let led = r#"      "https://loyalty.example.ru": http://127.0.0.1:9"#;
    assert!(lines.contains(&led), "{lines:#?}");
    let token = format!("      {USER}: ${{LOYALTY_TOKEN_01_000000000000001}}");
    assert!(lines.contains(&&*token), "{lines:#?}");
    for key in ["installed_by", "authorization", "keep", "insecure", "webhooks"] {
        assert!(!lines.iter().any(|line| line.contains(key)), "{key}: {lines:#?}");
    }
}

#[test]
fn of_an_app_that_there_is_not_nothing_is_written() {
    let gateway = World::at("http://127.0.0.1:9").start();
    assert_eq!(gateway.api("GET", "/api/world/apps/nosuch/yaml", None).status, 404);
    assert_eq!(gateway.api("GET", "/api/world/apps/loyalty/yaml?x=1", None).status, 400);
}
