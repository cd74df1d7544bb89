//! A partner's service that answers every webhook as it should, unless it is told otherwise.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::partner::{Call, Partner, Received, ok};

/// The token that create and verify answer.
pub const LEARNED: &str = "learned-token-0123456789abcdef";

type Script = Arc<dyn Fn(&mut Call) + Send + Sync>;
type Scripts = Arc<Mutex<Vec<(String, Script)>>>;

/// The service; webhooks come below `/hook`.
pub struct Service {
    pub partner: Partner,
    scripts: Scripts,
}

impl Service {
    pub fn start() -> Self {
        let scripts = Scripts::default();
        let theirs = Arc::clone(&scripts);
        let partner = Partner::scripted(move |call| {
            let known = theirs.lock().unwrap_or_else(PoisonError::into_inner);
            let script =
                known.iter().rfind(|(part, _)| call.request.target().contains(part.as_str()));
            let script = script.map(|(_, script)| Arc::clone(script));
            drop(known);
            match script {
                Some(script) => script(call),
                None => properly(call),
            }
        });
        Self { partner, scripts }
    }

    /// The base of its webhooks.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.partner.addr)
    }

    /// From now on runs a script where the target contains `part`; the latest script goes first.
    pub fn script(&self, part: &str, script: impl Fn(&mut Call) + Send + Sync + 'static) {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        scripts.push((part.to_owned(), Arc::new(script)));
    }

    /// From now on answers with these bytes where the target contains `part`.
    pub fn answer(&self, part: &str, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        self.script(part, move |call| {
            call.body();
            call.send(&bytes);
        });
    }

    /// Answers properly again.
    pub fn recover(&self) {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The webhooks that came so far.
    pub fn hooks(&self) -> Vec<Received> {
        let mut requests = self.partner.requests();
        requests.retain(|request| request.target().starts_with("/hook"));
        requests
    }

    /// Those of them that were read whole; of others the body may still be on its way.
    pub fn read(&self) -> Vec<Received> {
        let mut hooks = self.hooks();
        hooks.retain(|hook| hook.body.whole);
        hooks
    }

    /// The last webhook that was read whole.
    #[track_caller]
    pub fn last(&self) -> Received {
        self.read().pop().expect("a webhook")
    }
}

impl Received {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body.content)
            .unwrap_or_else(|error| panic!("{error}: the body of {}", self.describe()))
    }
}

/// An answer with a JSON body.
pub fn json_of(status: u16, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n");
    format!("{head}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// An answer of a status alone.
pub fn status(status: u16) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n").into_bytes()
}

fn properly(call: &mut Call) {
    let body = call.body();
    let target = call.request.target().to_owned();
    let bytes = if target.contains("/user/create") || target.contains("/user/verify") {
        let asked: Value = serde_json::from_slice(&body.content).unwrap_or_default();
        let answer = json!({"userId": asked["userId"], "hasBilling": false, "token": LEARNED});
        json_of(200, &answer)
    } else if target.contains("/commodities") {
        json_of(200, &json!({"name": "Сидр", "scanCodes": ["2000000000060"]}))
    } else {
        ok("")
    };
    call.send(&bytes);
}
