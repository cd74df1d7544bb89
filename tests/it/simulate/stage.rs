//! A shop whose app has webhooks and a token of the cloud's.

use std::ops::Deref;

use serde_json::{Value, json};

use crate::support::world::{DEVICE, STORE, USER};
use crate::support::{Answer, Gateway, Raw, World};
use crate::webhooks::stage::Cloud;

pub struct Shop {
    pub cloud: Cloud,
    pub token: String,
}

impl Deref for Shop {
    type Target = Gateway;

    fn deref(&self) -> &Gateway {
        &self.cloud.gateway
    }
}

impl Shop {
    #[track_caller]
    pub fn open() -> Self {
        Self::with(&[], |world| world)
    }

    /// A changed world with further entries of `webhooks`.
    #[track_caller]
    pub fn with(more: &[&str], change: impl FnOnce(World) -> World) -> Self {
        let cloud = Cloud::of(more, change);
        cloud.gateway.trigger(&json!({"event": "user.token", "user": USER, "wait": true}));
        let token = cloud.service.last().json()["token"].as_str().unwrap().to_owned();
        Self { cloud, token }
    }

    /// Something is done at the terminal, and the app has been told.
    #[track_caller]
    pub fn simulate(&self, what: &str, payback: bool) -> Value {
        let wish = json!({"what": what, "device": DEVICE, "payback": payback, "wait": true});
        self.api_ok("POST", "/api/simulate", Some(&wish))
    }

    /// A call of the Cloud API.
    #[track_caller]
    pub fn call(&self, path: &str) -> Answer {
        call(self, &self.token, path)
    }

    /// The JSON of a 200.
    #[track_caller]
    pub fn read(&self, path: &str) -> Value {
        let answer = self.call(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.describe());
        answer.json()
    }

    /// The store's documents of the second version, a page of them.
    #[track_caller]
    pub fn page(&self, query: &str) -> Value {
        self.read(&format!("/stores/{STORE}/documents?{query}"))
    }

    /// The store's documents of the first version.
    #[track_caller]
    pub fn first(&self, query: &str) -> Vec<Value> {
        let path = format!("/api/v1/inventories/stores/{STORE}/documents?{query}");
        self.read(&path).as_array().unwrap().clone()
    }

    /// Bodies of the webhooks so far whose target ends so.
    pub fn told(&self, end: &str) -> Vec<Value> {
        let hooks = self.cloud.service.read();
        let hooks = hooks.iter().filter(|hook| hook.target().ends_with(end));
        hooks.map(|hook| hook.json()).collect()
    }
}

/// A call of the Cloud API by its path there.
#[track_caller]
pub fn call(gateway: &Gateway, token: &str, path: &str) -> Answer {
    let admin = gateway.admin;
    let request = format!(
        "GET /evotor{path} HTTP/1.1\r\nHost: {admin}\r\nX-Authorization: {token}\r\n\
         Accept: application/vnd.evotor.v2+json\r\nConnection: close\r\n\r\n"
    );
    Raw::dial(admin).exchange(request)
}

/// The values of a key.
pub fn each(documents: &Value, key: &str) -> Vec<Value> {
    documents.as_array().unwrap().iter().map(|document| document[key].clone()).collect()
}
