//! The simplest file: one user, one store, one device, one app, and nobody who works there.

use std::collections::BTreeSet;

use evotor_gateway::model::event::Event;
use serde_json::{Value, json};

use crate::support::service::Service;
use crate::support::world::{DEVICE, STORE};
use crate::support::{Gateway, World};

/// The old tariff is sent by its switch alone.
fn start(service: &Service) -> Gateway {
    let webhooks = format!("{{url: \"{}\", tariff: true}}", service.url());
    let world = World::of(&service.partner).app("tokens", "{}").app("webhooks", &webhooks);
    assert!(!world.yaml().contains("employees"), "{}", world.yaml());
    world.start()
}

#[test]
fn it_drives_every_event() {
    let service = Service::start();
    let gateway = start(&service);
    let mut cashiers = BTreeSet::new();
    for event in Event::ALL {
        let name = event.name();
        let delivery = gateway.happen(name);
        assert_eq!(delivery["state"], "delivered", "{name}: {delivery}");
        let hook = service.last();
        let id = match event {
            Event::Employees => hook.json()[0]["uuid"].clone(),
            Event::Documents => hook.json()["close_user_id"].clone(),
            Event::Receipts => hook.json()["data"]["employeeId"].clone(),
            _ => continue,
        };
        cashiers.insert(id.as_str().unwrap_or_default().to_owned());
    }
    assert_eq!(cashiers.len(), 1, "the cashier is one person: {cashiers:?}");
}

#[test]
fn it_drives_terminals_and_scenarios_and_the_cloud_knows_the_cashier() {
    let service = Service::start();
    let gateway = start(&service);
    gateway.happen("user.create");
    gateway.happen("user.token");
    let token = service.last().json()["token"].as_str().unwrap().to_owned();
    for what in ["receipt", "document", "session"] {
        let wish = json!({"what": what, "device": DEVICE, "payback": false, "wait": true});
        gateway.api_ok("POST", "/api/simulate", Some(&wish));
    }
    let read = |path: &str| -> Value {
        let request = format!(
            "GET /evotor{path} HTTP/1.1\r\nHost: {}\r\nX-Authorization: {token}\r\nConnection: close\r\n\r\n",
            gateway.admin
        );
        crate::support::Raw::dial(gateway.admin).send(request).answer().expect_ok(path).json()
    };
    let listed = read("/api/v1/inventories/employees/search");
    let cashier = listed[0]["uuid"].as_str().unwrap();
    assert_eq!(listed[0]["stores"], json!([STORE]));
    assert_eq!(read(&format!("/employees/{cashier}"))["id"], cashier);
    let documents = read(&format!("/stores/{STORE}/documents"));
    let documents = documents["items"].as_array().unwrap();
    assert!(documents.len() >= 3, "{documents:?}");
    assert!(documents.iter().all(|document| document["close_user_id"] == cashier), "{documents:?}");
    let scenarios = gateway.api_ok("GET", "/api/scenarios", None);
    for scenario in scenarios.as_array().unwrap() {
        let name = scenario["name"].as_str().unwrap();
        let report = gateway.api_ok("POST", &format!("/api/scenarios/{name}"), Some(&json!({})));
        assert_eq!(report["passed"], true, "{report:#}");
    }
}
