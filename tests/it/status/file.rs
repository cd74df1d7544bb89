//! A gateway.yaml that is broken while the gateway runs.

use std::fs;

use serde_json::json;

use super::{status, until};
use crate::support::{Stage, get};

#[test]
fn a_broken_file_is_told_with_its_line_until_it_is_mended() {
    let stage = Stage::start();
    let gateway = &stage.gateway;
    let text = |path: &str| gateway.api("GET", path, None).text();
    assert_eq!(text("/readyz"), "ready\n");
    assert!(text("/metrics").contains("\nevotor_gateway_config_refused 0\n"));
    let good = fs::read_to_string(gateway.path().join("gateway.yaml")).unwrap();
    gateway.rewrite(&good.replace("version: 1\n", "version: 1\nlistn: {}\n"));
    let broken = until(gateway, "configuration", "configuration_refused");
    assert_eq!((&broken["state"], &broken["params"]["line"]), (&json!("fail"), &json!(2)));
    assert!(broken["params"]["message"].as_str().unwrap().contains("listn"), "{broken}");
    assert!(
        broken["remedy"]["text"].as_str().unwrap().contains("evotor-gateway check -c"),
        "{broken}"
    );
    assert_eq!(status(gateway)["ready"], false);
    let ready = gateway.api("GET", "/readyz", None);
    assert_eq!(ready.status, 200, "the old file is served");
    assert!(
        ready.text().starts_with("ready\nthe configuration was not taken (1 error)"),
        "{}",
        ready.text()
    );
    assert!(ready.text().contains("gateway.yaml:2:"), "{}", ready.text());
    assert!(text("/metrics").contains("\nevotor_gateway_config_refused 1\n"));
    stage.ask(get("/api/points", &[])).expect_ok("by the old file");
    gateway.rewrite(&good);
    until(gateway, "configuration", "configuration_in_force");
    assert_eq!(text("/readyz"), "ready\n");
    assert!(text("/metrics").contains("\nevotor_gateway_config_refused 0\n"));
}
