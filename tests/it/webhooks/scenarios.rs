//! Documented sequences of events, walked through with a partner that keeps the contract or does not.

use serde_json::{Value, json};

use super::stage::{Cloud, without_token};
use crate::support::service::{LEARNED, status};

fn run(cloud: &Cloud, name: &str) -> Value {
    cloud.gateway.api_ok("POST", &format!("/api/scenarios/{name}"), Some(&json!({})))
}

#[test]
fn every_scenario_passes_with_a_partner_that_keeps_the_contract() {
    let cloud = Cloud::with(|world| without_token(world).top("fidelity", "strict"));
    let list = cloud.gateway.api_ok("GET", "/api/scenarios", None);
    let names: Vec<_> = list.as_array().unwrap().iter().map(|row| row["name"].clone()).collect();
    let documented = ["onboarding", "trial", "paid", "cancel", "reinstall", "dunning"];
    assert_eq!(names, documented);
    for name in documented {
        let report = run(&cloud, name);
        assert_eq!(
            (&report["scenario"], &report["passed"]),
            (&json!(name), &json!(true)),
            "{report:#}"
        );
        for step in report["steps"].as_array().unwrap() {
            assert!(!step["because"].as_str().unwrap().is_empty(), "{step}");
            let delivery = &step["delivery"];
            assert!(delivery.is_null() || delivery["state"] == "delivered", "{step}");
        }
    }
}

#[test]
fn onboarding_ends_with_a_user_whose_requests_pass() {
    let cloud = Cloud::with(without_token);
    run(&cloud, "onboarding");
    assert_eq!(cloud.injected(), format!("Bearer {LEARNED}"));
}

#[test]
fn a_scenario_stops_at_the_first_answer_that_breaks_the_contract_and_says_why() {
    let cloud = Cloud::with(without_token);
    cloud.service.answer("/subscription/event", status(500));
    let report = run(&cloud, "onboarding");
    assert_eq!(report["passed"], false);
    let steps = report["steps"].as_array().unwrap();
    let (last, before) = steps.split_last().unwrap();
    assert!(before.iter().all(|step| step.get("stopped").is_none()), "{report:#}");
    assert_eq!(last["delivery"]["event"], "subscription.created");
    let why = last["stopped"].as_str().unwrap();
    assert!(why.contains("500") && why.contains("subscription.created"), "{why}");
    let lines = cloud.service.partner.lines();
    assert!(lines.last().unwrap().contains("/subscription/event"), "nothing came after: {lines:?}");
}
