//! `/connect`: what leads a client through the gateway, and that it works.

use std::fs;

use serde_json::json;

use crate::support::{Stage, get};

#[test]
fn the_authority_can_be_taken_in_both_forms() {
    let stage = Stage::start();
    let pem = stage.gateway.api("GET", "/connect/ca.pem", None);
    assert_eq!(pem.field("content-type"), Some("application/x-x509-ca-cert"));
    let file = fs::read_to_string(stage.gateway.ca()).unwrap();
    assert_eq!(pem.text(), file);
    let der = stage.gateway.api("GET", "/connect/ca.der", None);
    assert!(der.field("content-disposition").unwrap().contains("ca.der"));
    assert_eq!(der.body[0], 0x30);
}

#[test]
fn the_page_is_told_where_to_go_and_who_has_come() {
    let stage = Stage::start();
    let gateway = &stage.gateway;
    let known = gateway.api_ok("GET", "/api/connect", None);
    assert_eq!(known["proxy"], format!("http://{}", gateway.http));
    assert_eq!(known["addresses"]["https"], format!("https://{}", gateway.https));
    assert_eq!(known["ca"]["fingerprint"].as_str().unwrap().split(':').count(), 32);
    assert_eq!(known["reached"], json!([]));
    stage.ask(get("/api/x", &[]));
    gateway.recorded(1);
    let reached = &gateway.api_ok("GET", "/api/connect", None)["reached"];
    assert_eq!((&reached[0]["entrance"], &reached[0]["exchange"]), (&json!("http"), &json!(1)));
    let page = gateway.api("GET", "/connect", None);
    assert_eq!((page.status, page.field("location")), (303, Some("/#/connect")));
    let picture = gateway.api("GET", "/connect/qr.svg", None);
    assert!(picture.text().contains("<svg"), "{}", picture.describe());
}

#[test]
fn the_self_test_comes_in_by_every_entrance() {
    let stage = Stage::start();
    let tested = stage.gateway.api_ok("POST", "/api/connect/test", None);
    assert_eq!(tested["works"], true, "{tested}");
    let entrances: Vec<_> =
        tested["ways"].as_array().unwrap().iter().map(|way| way["entrance"].clone()).collect();
    assert_eq!(entrances, [json!("http"), json!("https"), json!("tunnel")]);
    assert!(stage.partner.requests().is_empty());
}

#[test]
fn the_configuration_in_force_says_where_each_value_is_from() {
    let stage = Stage::start();
    let shown = stage.gateway.api_ok("GET", "/api/config", None);
    let values = shown["values"].as_array().unwrap();
    let of = |key: &str| values.iter().find(|one| one["key"] == key).unwrap();
    assert_eq!(of("limits.drain")["origin"], "default");
    assert!(of("certs")["origin"].as_str().unwrap().starts_with("file:"), "{shown}");
    let token = values.iter().find(|one| one["key"].as_str().unwrap().contains("tokens[")).unwrap();
    assert_eq!(token["value"], "••••");
}

#[test]
fn the_metrics_count_what_is_recorded() {
    let stage = Stage::start();
    stage.ask(get("/api/x", &[]));
    stage.gateway.recorded(1);
    let metrics = stage.gateway.api("GET", "/metrics", None).text();
    for line in [
        "evotor_gateway_journal_exchanges_total 1",
        "evotor_gateway_journal_exchanges_lost_total 0",
        "evotor_gateway_journal_waiting_bytes 0",
    ] {
        assert!(metrics.lines().any(|own| own == line), "{line} is not in\n{metrics}");
    }
}
