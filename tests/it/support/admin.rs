//! The admin API of a running gateway.

use serde_json::{Value, json};

use super::{Answer, Gateway, PATIENCE, Raw};

impl Gateway {
    /// One request of the admin API.
    #[track_caller]
    pub fn admin_get(&self, path: &str, fields: &[&str]) -> Answer {
        let more: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
        let admin = self.admin;
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {admin}\r\n{more}Connection: close\r\n\r\n");
        Raw::dial(admin).exchange(head)
    }

    /// A call with a JSON body.
    pub fn api(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string).unwrap_or_default();
        let admin = self.admin;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {admin}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let mut raw = Raw::dial(admin);
        // Days are wound in one request.
        raw.wire().tcp().set_read_timeout(Some(PATIENCE * 4)).unwrap();
        raw.exchange(head + &body)
    }

    /// The JSON of a 200.
    #[track_caller]
    pub fn api_ok(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let answer = self.api(method, path, body);
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.describe());
        answer.json()
    }

    /// Triggers, and gives the deliveries. `wish` is the request's body.
    #[track_caller]
    pub fn trigger(&self, wish: &Value) -> Vec<Value> {
        let triggered = self.api_ok("POST", "/api/webhooks", Some(wish));
        triggered["deliveries"].as_array().unwrap().clone()
    }

    /// Triggers one event and waits for its first attempt.
    #[track_caller]
    pub fn happen(&self, event: &str) -> Value {
        self.trigger(&json!({"event": event, "wait": true})).remove(0)
    }

    /// A trigger that must be refused.
    #[track_caller]
    pub fn refused(&self, wish: &Value, status: u16, code: &str) -> Value {
        expect_problem(&self.api("POST", "/api/webhooks", Some(wish)), status, code)
    }

    /// A delivery with its attempts.
    #[track_caller]
    pub fn delivery(&self, id: &Value) -> Value {
        self.api_ok("GET", &format!("/api/deliveries/{}", id.as_str().unwrap()), None)
    }

    /// The newest deliveries, those of a state where one is named.
    #[track_caller]
    pub fn deliveries(&self, state: Option<&str>) -> Vec<Value> {
        let query = state.map(|state| format!("&state={state}")).unwrap_or_default();
        let list = self.api_ok("GET", &format!("/api/deliveries?limit=10000{query}"), None);
        list.as_array().unwrap().clone()
    }

    /// Waits until a delivery is as it should be.
    #[track_caller]
    pub fn until(&self, id: &Value, what: &str, ready: impl Fn(&Value) -> bool) -> Value {
        self.eventually(what, || ready(&self.delivery(id)));
        self.delivery(id)
    }

    /// Winds the clock; how many attempts that caused.
    #[track_caller]
    pub fn advance(&self, by: &str) -> u64 {
        let wound = self.api_ok("POST", "/api/clock", Some(&json!({"advance": by})));
        wound["attempts"].as_u64().unwrap()
    }

    /// Winds the clock to the beginning of a minute, so that what is counted by the minute falls into
    /// one.
    #[track_caller]
    pub fn begin_minute(&self) {
        let now = self.api_ok("GET", "/api/clock", None);
        let now: jiff::Timestamp = now["now"].as_str().unwrap().parse().unwrap();
        self.advance(&format!("{}ms", 60_000 - now.as_millisecond().rem_euclid(60_000)));
    }
}

/// A problem document with a remedy in its words.
#[track_caller]
pub fn expect_problem(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.describe());
    assert_eq!(answer.field("content-type"), Some("application/problem+json"));
    let problem = answer.json();
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status, "{problem}");
    assert!(!problem["detail"].as_str().unwrap().is_empty(), "{problem}");
    problem
}
