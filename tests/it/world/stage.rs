//! A gateway whose world is changed.

use serde_json::{Value, json};

use crate::support::admin::expect_problem;
use crate::support::world::USER;
use crate::support::{Gateway, Received, get};
use crate::webhooks::stage::Cloud;

/// What is done to a world, over the API.
pub trait Hands {
    /// Makes an entry of a collection and gives it; its webhooks were attempted.
    fn make(&self, collection: &str, form: &Value) -> Value;

    /// The same with the whole answer.
    fn made(&self, collection: &str, form: &Value) -> Value;

    /// Changes the entry at an address below `/api/world` and gives it.
    fn change(&self, address: &str, patch: &Value) -> Value;

    /// Removes one; what came of it.
    fn remove(&self, address: &str) -> Value;

    /// What is at an address below `/api/world`.
    fn see(&self, address: &str) -> Value;

    /// A call that must be refused.
    fn deny(&self, method: &str, address: &str, body: &Value, status: u16, code: &str) -> Value;

    /// A store of the first user and a device in it; their ids.
    fn kiosk(&self) -> (String, String);
}

impl Hands for Gateway {
    #[track_caller]
    fn make(&self, collection: &str, form: &Value) -> Value {
        self.made(collection, form)["entry"].clone()
    }

    #[track_caller]
    fn made(&self, collection: &str, form: &Value) -> Value {
        let address = format!("/api/world/{collection}?wait=true");
        let answer = self.api("POST", &address, Some(form));
        assert_eq!(
            answer.status,
            201,
            "{collection} {form}: {}{}",
            answer.describe(),
            answer.text()
        );
        let place = answer.field("location").unwrap().to_owned();
        let made = answer.json();
        assert_eq!(self.api_ok("GET", &place, None), made["entry"]);
        made
    }

    #[track_caller]
    fn change(&self, address: &str, patch: &Value) -> Value {
        let path = format!("/api/world/{address}?wait=true");
        self.api_ok("PATCH", &path, Some(patch))["entry"].clone()
    }

    #[track_caller]
    fn remove(&self, address: &str) -> Value {
        self.api_ok("DELETE", &format!("/api/world/{address}"), None)
    }

    #[track_caller]
    fn see(&self, address: &str) -> Value {
        self.api_ok("GET", &format!("/api/world{address}"), None)
    }

    #[track_caller]
    fn deny(&self, method: &str, address: &str, body: &Value, status: u16, code: &str) -> Value {
        let body = Some(body).filter(|body| !body.is_null());
        let problem =
            expect_problem(&self.api(method, &format!("/api/world/{address}"), body), status, code);
        assert!(!problem["hint"].as_str().unwrap().is_empty(), "no remedy: {problem}");
        problem
    }

    #[track_caller]
    fn kiosk(&self) -> (String, String) {
        let store = self.make("stores", &json!({"user": USER, "name": "Киоск"}));
        let store = id(&store);
        let device = self.make("devices", &json!({"store": store, "name": "Касса в киоске"}));
        (store, id(&device))
    }
}

/// The identifier of an entry.
#[track_caller]
pub fn id(entry: &Value) -> String {
    let id = entry.get("uuid").unwrap_or(&entry["id"]);
    id.as_str().unwrap_or_else(|| panic!("no id: {entry}")).to_owned()
}

/// A request through the proxy in a device's name.
pub fn from(device: &str) -> Vec<u8> {
    get("/api/x", &[&format!("X-Device-UUID: {device}")])
}

impl Cloud {
    /// What the partner gets when a device calls.
    #[track_caller]
    pub fn call(&self, device: &str) -> Received {
        self.gateway.ask(from(device)).expect_ok(device);
        let mut seen = self.service.partner.requests();
        seen.retain(|request| request.target() == "/api/x");
        seen.pop().unwrap()
    }

    /// Bodies of the webhooks so far whose target ends so.
    pub fn told(&self, end: &str) -> Vec<Value> {
        let hooks = self.service.hooks();
        let hooks = hooks.iter().filter(|hook| hook.target().ends_with(end));
        hooks.map(Received::json).collect()
    }
}
