//! Faults made on purpose: each kind, on each side of each plane, over sockets.

mod api;
mod cloud;
mod commands;
mod proxy;
mod record;
mod webhooks;

use serde_json::Value;

use crate::support::{Answer, Gateway};

impl Gateway {
    /// Adds a fault; its id.
    #[track_caller]
    fn fault(&self, fault: &Value) -> String {
        let answer = self.api("POST", "/api/faults", Some(fault));
        assert_eq!(answer.status, 201, "{fault}: {}", answer.describe());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Takes one away.
    #[track_caller]
    fn forget_fault(&self, id: &str) {
        let answer = self.api("DELETE", &format!("/api/faults/{id}"), None);
        assert_eq!(answer.status, 204, "{}", answer.describe());
    }

    #[track_caller]
    fn faults(&self) -> Vec<Value> {
        self.api_ok("GET", "/api/faults", None)["faults"].as_array().unwrap().clone()
    }

    /// How often each befell an exchange, in order.
    #[track_caller]
    fn hits(&self) -> Vec<u64> {
        self.faults().iter().map(|fault| fault["hits"].as_u64().unwrap()).collect()
    }
}

/// A fault of a kind, with further keys.
fn fault(kind: &str, mut more: Value) -> Value {
    more["kind"] = kind.into();
    more
}

/// Which faults an answer says it met.
fn named(answer: &Answer) -> Option<&str> {
    answer.field("x-gateway-fault")
}
