//! For each operation a call that makes it answer each status it documents.

use serde_json::{Value, json};

use crate::support::service::Service;
use crate::support::world::{APP, DEVICE, DEVICE_2, STORE, USER};
use crate::support::{Answer, Gateway, PATIENCE, Raw, World, get};

/// Gateways that differ in what they can answer.
pub struct Theatre {
    /// With everything.
    pub on: Gateway,
    /// Without a journal and without tokens of users.
    pub off: Gateway,
    /// With a token of its own.
    pub guarded: Gateway,
    /// Of a webhook that was sent.
    delivery: String,
    _service: Service,
    /// A request that waits at a breakpoint.
    _held: Raw,
}

impl Theatre {
    #[track_caller]
    pub fn open() -> Self {
        let service = Service::start();
        let world = || World::of(&service.partner).webhooks(&service.url(), &[]);
        let on = world().start();
        let off = world().top("journal", "{enabled: false}").app("tokens", "{}").start();
        let guarded = world().top("admin", "{token: console-0123456789abcdef}").start();
        on.ask(get("/api/points", &[]));
        assert_eq!(on.recorded(1)[0]["id"], 1);
        let entry = json!({
            "startedDateTime": "2026-11-01T00:00:00Z",
            "request": {"method": "X|Y", "url": "http://loyalty.example.ru/api/x"},
            "response": {"status": 200},
        });
        on.api_ok("POST", "/api/exchanges.har", Some(&json!({"log": {"entries": [entry]}})));
        assert_eq!(on.recorded(2)[1]["method"], "X|Y");
        let delivery = on.happen("user.create")["delivery"].as_str().unwrap().to_owned();
        let stop = json!({"path": "/api/held-here", "timeout": "10m"});
        on.api("POST", "/api/breakpoints", Some(&stop));
        let mut held = on.http();
        held.send(get("/api/held-here", &[]));
        let is_held = || on.api_ok("GET", "/api/held", None)["held"][0]["id"] == "h1";
        on.eventually("it is held", is_held);
        Self { on, off, guarded, delivery, _service: service, _held: held }
    }
}

/// Which gateway is called.
#[derive(Debug, Clone, Copy)]
pub enum At {
    On,
    Off,
    Guarded,
}

/// One call and what it comes to.
pub struct Call {
    pub at: At,
    pub method: &'static str,
    pub path: String,
    pub body: Option<Value>,
    pub status: u16,
}

impl Call {
    #[track_caller]
    pub fn make(&self, theatre: &Theatre) -> Answer {
        let gateway = match self.at {
            At::On => &theatre.on,
            At::Off => &theatre.off,
            At::Guarded => &theatre.guarded,
        };
        if self.status == 413 {
            return oversized(gateway, self.method, &self.path);
        }
        if self.path == "/api/events" && self.status == 200 {
            return beginning(gateway, &self.path);
        }
        // What was learned is loaded as it was saved.
        let body = match &self.body {
            Some(Value::String(text)) if text == "saved" => {
                Some(gateway.api_ok("GET", &self.path, None))
            }
            other => other.clone(),
        };
        gateway.api(self.method, &self.path, body.as_ref())
    }
}

/// In an order in which none spoils the next.
pub fn calls(theatre: &Theatre) -> Vec<Call> {
    let mut calls = exchanges();
    calls.extend(marks());
    calls.extend(webhooks());
    calls.extend(deliveries(&theatre.delivery));
    calls.extend(life());
    calls.extend(hands());
    calls.extend(world());
    calls.extend(access());
    calls.extend(endings());
    calls
}

fn on(method: &'static str, path: impl Into<String>, body: Option<Value>, status: u16) -> Call {
    Call { at: At::On, method, path: path.into(), body, status }
}

fn read(path: impl Into<String>, status: u16) -> Call {
    on("GET", path, None, status)
}

fn send(path: impl Into<String>, body: Value, status: u16) -> Call {
    on("POST", path, Some(body), status)
}

fn off(method: &'static str, path: &str, status: u16) -> Call {
    let body = (method != "GET").then(|| json!({}));
    Call { at: At::Off, ..on(method, path, body, status) }
}

fn marks() -> Vec<Call> {
    let (count, errors) = ("/api/exchanges/count", "/api/exchanges/errors");
    let (one, none) = ("/api/exchanges/1", "/api/exchanges/999999");
    let mark = |path: &str, body: Value, status| on("PATCH", path, Some(body), status);
    vec![
        read(format!("{count}?filter=is:starred"), 200),
        read(format!("{count}?filter=status:x"), 400),
        off("GET", count, 409),
        read(errors, 200),
        read(format!("{errors}?filter=status:x"), 400),
        off("GET", errors, 409),
        mark(one, json!({"starred": true, "comment": "look here"}), 200),
        mark(one, json!({"comment": "x".repeat(5000)}), 400),
        mark(none, json!({"starred": true}), 404),
        off("PATCH", one, 409),
        mark(one, json!({"starred": 1}), 422),
    ]
}

fn exchanges() -> Vec<Call> {
    let (list, har, one) = ("/api/exchanges", "/api/exchanges.har", "/api/exchanges/1");
    let (none, body) = ("/api/exchanges/999999", "/api/exchanges/1/body");
    let explain = "/api/explain?url=http://loyalty.example.ru/api/x";
    vec![
        read(format!("{list}?filter=path:/api*&limit=5"), 200),
        read(format!("{list}?filter=status:x"), 400),
        off("GET", list, 409),
        off("DELETE", list, 409),
        read(har, 200),
        read(format!("{har}?filter=status:x"), 400),
        off("GET", har, 409),
        send(har, json!({"log": {"entries": []}}), 200),
        send(har, json!({}), 400),
        off("POST", har, 409),
        send(har, json!({}), 413),
        read(one, 200),
        read(format!("{one}?x=1"), 400),
        read("/api/exchanges/one", 400),
        read(none, 404),
        off("GET", one, 409),
        read(format!("{body}/returned"), 200),
        read(format!("{body}/nowhere"), 400),
        read(format!("{none}/body/asked"), 404),
        off("GET", &format!("{body}/asked"), 409),
        send(format!("{one}/replay"), json!({"as": "app", "set": {"X-More": "1"}}), 200),
        send(format!("{one}/replay"), json!({"method": "g e t"}), 400),
        send(format!("{none}/replay"), json!({}), 404),
        off("POST", &format!("{one}/replay"), 409),
        read(format!("{one}/copy?form=curl"), 200),
        read(format!("{one}/copy?form=telnet"), 400),
        read(format!("{none}/copy?form=http"), 404),
        off("GET", &format!("{one}/copy?form=curl"), 409),
        read("/api/exchanges/2/copy?form=http", 422),
        send(format!("{one}/replay"), json!({"as": 7}), 422),
        read("/api/events", 200),
        read("/api/events?filter=status:x", 400),
        off("GET", "/api/events", 409),
        read("/api/filter?text=status:4", 200),
        read("/api/filter?x=1", 400),
        read(explain, 200),
        read("/api/explain", 400),
        read(format!("{explain}&app=nobody"), 404),
    ]
}

fn webhooks() -> Vec<Call> {
    let mut calls = vec![read("/api/webhooks", 200)];
    for path in ["/api/webhooks", "/api/webhooks/preview"] {
        calls.push(send(path, json!({"event": "stores"}), 200));
        calls.push(send(path, json!({}), 400));
        let unknown = json!({"event": "documents"});
        calls.push(Call { body: Some(unknown), ..off("POST", path, 409) });
        calls.push(send(path, json!({"event": 7}), 422));
    }
    calls
}

fn deliveries(id: &str) -> Vec<Call> {
    let (list, one) = ("/api/deliveries", format!("/api/deliveries/{id}"));
    vec![
        read(format!("{list}?state=delivered&limit=3"), 200),
        read(format!("{list}?state=lost"), 400),
        send(list, json!({"state": "delivered", "wait": true}), 200),
        send(list, json!({}), 400),
        send(list, json!({"state": 7}), 422),
        read(one.as_str(), 200),
        read("/api/deliveries/none", 404),
        read("/api/deliveries/none?x=1", 400),
        on("POST", format!("{one}/deliver?wait=true"), None, 200),
        on("POST", format!("{one}/deliver?x=1"), None, 400),
        on("POST", "/api/deliveries/none/deliver", None, 404),
    ]
}

fn life() -> Vec<Call> {
    let (scenario, simulate, clock) = ("/api/scenarios", "/api/simulate", "/api/clock");
    let faults = "/api/faults";
    vec![
        read(scenario, 200),
        send("/api/scenarios/onboarding", json!({}), 200),
        send("/api/scenarios/none", json!({}), 404),
        send("/api/scenarios/onboarding", json!({"app": 7}), 422),
        send(simulate, json!({"what": "receipt", "wait": true}), 200),
        send(simulate, json!({"what": "nothing"}), 400),
        send(simulate, json!({"what": 7}), 422),
        read(clock, 200),
        send(clock, json!({"advance": "1s"}), 200),
        send(clock, json!({}), 400),
        send(clock, json!({"reset": 7}), 422),
        read(faults, 200),
        send(faults, json!({"kind": "status", "status": 503, "path": "/none"}), 201),
        send(faults, json!({"kind": "nothing"}), 400),
        send(faults, json!([]), 422),
        on("DELETE", "/api/faults/none", None, 404),
    ]
}

/// Stubs and breakpoints.
fn hands() -> Vec<Call> {
    let (stubs, stops, held) = ("/api/stubs", "/api/breakpoints", "/api/held/h1");
    let name = "x".repeat(65);
    vec![
        read(stubs, 200),
        send(stubs, json!({"path": "/none", "status": 201, "body": "x"}), 201),
        send(stubs, json!({"headers": {"Content-Length": "1"}}), 400),
        send(stubs, json!([]), 422),
        on("DELETE", "/api/stubs/none", None, 404),
        on("DELETE", "/api/stubs/s1", None, 204),
        on("DELETE", stubs, None, 204),
        read(stops, 200),
        send(stops, json!({"path": "/none", "side": "answer"}), 201),
        send(stops, json!({"side": "both"}), 400),
        send(stops, json!([]), 422),
        on("PUT", "/api/watchers/me", None, 200),
        on("PUT", format!("/api/watchers/{name}"), None, 400),
        on("DELETE", "/api/watchers/me", None, 204),
        read("/api/held", 200),
        read(held, 200),
        read(format!("{held}?x=1"), 400),
        read("/api/held/h9", 404),
        send(held, json!({"do": "go", "status": 500}), 400),
        send(held, json!({"do": "go", "target": "/elsewhere"}), 403),
        send(held, json!({}), 422),
        send(held, json!({"do": "go"}), 204),
        send(held, json!({"do": "drop"}), 404),
        on("DELETE", "/api/breakpoints/none", None, 404),
        on("DELETE", "/api/breakpoints/b1", None, 204),
        on("DELETE", stops, None, 204),
    ]
}

fn world() -> Vec<Call> {
    let mut calls = vec![read("/api/world", 200)];
    calls.extend(collections());
    let pair = format!("{APP}/{USER}");
    let whose = json!({"app": APP, "user": USER});
    let token = json!({"app": APP, "user": USER, "token": "another-token-0123"});
    for (name, made, change) in [
        ("tokens", token, json!({"token": "third-token-0123456"})),
        ("installations", whose, json!({"installed": true})),
    ] {
        let many = format!("/api/world/{name}");
        let (one, none) = (format!("{many}/{pair}"), format!("{many}/none/{USER}"));
        let mut nobody = made.clone();
        nobody["app"] = json!("none");
        calls.extend([
            read(many.as_str(), 200),
            send(many.as_str(), made, 201),
            send(many.as_str(), json!({}), 400),
            send(many.as_str(), nobody, 404),
            read(one.as_str(), 200),
            read(none.as_str(), 404),
            on("PATCH", one.as_str(), Some(change.clone()), 200),
            on("PATCH", one.as_str(), Some(json!({})), 400),
            on("PATCH", none.as_str(), Some(change), 404),
            on("DELETE", one.as_str(), None, 200),
            on("DELETE", none, None, 404),
        ]);
    }
    calls.push(on("DELETE", format!("/api/world/installations/{pair}?x=1"), None, 400));
    let restore = |whose: &str, status| {
        on("POST", format!("/api/world/tokens/{whose}/restore"), None, status)
    };
    calls.extend([restore(&pair, 200), restore(&pair, 409), restore(&format!("none/{USER}"), 404)]);
    calls
}

fn collections() -> Vec<Call> {
    let of = |tail: &str| format!("/api/world/{tail}");
    let imei = "352099001761507";
    let device = json!({"store": STORE, "uuid": DEVICE_2, "imei": imei});
    let change = |path: String, body: Value, status| on("PATCH", path, Some(body), status);
    vec![
        read(of("devices"), 200),
        read(of("nothing"), 404),
        send(of("devices?wait=true"), device.clone(), 201),
        send(of("devices?x=1"), device.clone(), 400),
        send(of("nothing"), json!({}), 404),
        send(of("devices"), device, 409),
        send(of("devices"), json!({"store": "none"}), 422),
        read(of(&format!("devices/{DEVICE}")), 200),
        read(of("devices/none"), 404),
        change(of(&format!("devices/{DEVICE}")), json!({"name": "Касса 7"}), 200),
        change(of(&format!("devices/{DEVICE}?x=1")), json!({}), 400),
        change(of("devices/none"), json!({}), 404),
        change(of(&format!("devices/{DEVICE}")), json!({"imei": imei}), 409),
        change(of(&format!("devices/{DEVICE}")), json!({"nothing": 1}), 422),
        on("DELETE", of(&format!("devices/{DEVICE_2}")), None, 200),
        on("DELETE", of(&format!("devices/{DEVICE}?x=1")), None, 400),
        on("DELETE", of("devices/none"), None, 404),
        on("POST", of(&format!("devices/{DEVICE_2}/restore?x=1")), None, 400),
        on("POST", of(&format!("devices/{DEVICE_2}/restore")), None, 200),
        on("POST", of("devices/none/restore"), None, 404),
        on("POST", of(&format!("devices/{DEVICE}/restore")), None, 409),
        on("DELETE", of(&format!("stores/{STORE}")), None, 409),
        on("GET", of(&format!("apps/{APP}/yaml?reveal=true")), None, 200),
        on("GET", of(&format!("apps/{APP}/yaml?x=1")), None, 400),
        on("GET", of("apps/none/yaml"), None, 404),
    ]
}

fn access() -> Vec<Call> {
    let session = "/api/session";
    let wrong = on("POST", session, Some(json!({"token": "guess"})), 401);
    vec![
        read(session, 200),
        send(session, json!({"token": "any"}), 204),
        Call { at: At::Guarded, ..wrong },
        send(session, json!({}), 422),
        on("DELETE", session, None, 204),
        read("/api/openapi.json", 200),
        read("/api/status", 200),
        on("POST", "/api/status/probe", None, 200),
        read("/api/config", 200),
        read("/api/connect", 200),
        on("POST", "/api/connect/test", None, 200),
        read("/connect", 303),
        read("/connect/ca.pem", 200),
        read("/connect/ca.der", 200),
        read("/connect/qr.svg", 200),
        read("/livez", 200),
        read("/readyz", 200),
        read("/metrics", 200),
    ]
}

/// What forgets something.
fn endings() -> Vec<Call> {
    let state = "/api/state";
    let newer = json!({"version": 99_999, "tables": {}});
    vec![
        read(state, 200),
        on("PUT", state, Some(json!("saved")), 204),
        on("PUT", state, Some(newer), 400),
        on("PUT", state, Some(json!({})), 422),
        on("PUT", state, None, 413),
        on("DELETE", state, None, 204),
        on("DELETE", "/api/faults/f1", None, 204),
        on("DELETE", "/api/faults", None, 204),
        on("DELETE", "/api/exchanges", None, 204),
    ]
}

/// Says that it is larger than anything that is taken, and sends none of it.
#[track_caller]
fn oversized(gateway: &Gateway, method: &str, path: &str) -> Answer {
    let admin = gateway.admin;
    let size = 64 << 20;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {admin}\r\nContent-Length: {}\r\n\r\n",
        size + 1
    );
    Raw::dial(admin).exchange(head)
}

/// The head of an answer that does not end.
#[track_caller]
fn beginning(gateway: &Gateway, path: &str) -> Answer {
    let admin = gateway.admin;
    let mut raw = Raw::dial(admin);
    raw.wire().tcp().set_read_timeout(Some(PATIENCE)).unwrap();
    raw.send(format!("GET {path} HTTP/1.1\r\nHost: {admin}\r\n\r\n"));
    let (head, status, fields, _) = raw.answer_head().expect("an answer");
    Answer { status, head, fields, body: Vec::new(), trailers: Vec::new(), whole: true }
}
