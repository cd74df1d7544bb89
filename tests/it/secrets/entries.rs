//! Where secrets enter: what apps send, what the partner answers, what the clouds' APIs are called with.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::exits::{admin, get as read};
use super::plants::{CLIENT, Plants, STOCK};
use crate::support::service::{Service, json_of};
use crate::support::world::{DEVICE, USER};
use crate::support::{Answer, Gateway, Raw, get, h2, post};

/// Plants them all; gives what was answered.
pub fn plant(gateway: &Gateway, service: &Service, plants: &Plants) -> BTreeMap<String, String> {
    let mut seen = BTreeMap::new();
    answers(service, plants);
    webhooks(gateway, plants, &mut seen);
    requests(gateway, plants);
    refusals(gateway, plants, &mut seen);
    clouds(gateway, plants, &mut seen);
    seen
}

/// What the partner answers from now on.
fn answers(service: &Service, plants: &Plants) {
    let answer = json!({
        "userId": USER,
        "hasBilling": false,
        "token": plants.of("the learned token"),
        "refresh_token": plants.of("a partner's answer"),
    });
    service.answer("/user/create", json_of(200, &answer));
    let body = answer.to_string();
    let found = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Set-Cookie: sid={}; Path=/\r\nLink: <https://a.ru/?token={}>\r\n\r\n{body}",
        body.len(),
        plants.of("a partner's cookie"),
        plants.of("a partner's redirect"),
    );
    service.answer("/api/answers", found);
    let binary = format!("\u{0}\u{1}{}\u{0}", plants.of("the user's token"));
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n";
    service
        .answer("/api/binary", format!("{head}Content-Length: {}\r\n\r\n{binary}", binary.len()));
}

/// Webhooks and their answers.
fn webhooks(gateway: &Gateway, plants: &Plants, seen: &mut BTreeMap<String, String>) {
    for event in
        ["user.create", "user.token", "stores", "receipts", "employees", "asna.stocks_full"]
    {
        let wish = json!({"event": event, "wait": true}).to_string();
        let answer = admin(gateway, plants, "POST", "/api/webhooks", &wish);
        seen.insert(format!("the trigger of {event}"), answer.text());
        let answer = admin(gateway, plants, "POST", "/api/webhooks/preview", &wish);
        seen.insert(format!("the preview of {event}"), answer.text());
    }
    let again = json!({"state": "delivered", "wait": true}).to_string();
    seen.insert("deliver".into(), admin(gateway, plants, "POST", "/api/deliveries", &again).text());
    let walked = admin(gateway, plants, "POST", "/api/scenarios/onboarding", "{}");
    seen.insert("a scenario".into(), walked.text());
}

/// Requests that reach the partner, with secrets everywhere.
fn requests(gateway: &Gateway, plants: &Plants) {
    let query = format!(
        "access_token={}&state=1&code={}&sig={}&u=https%3A%2F%2Fb.ru%2F%3Ftoken%3D{}",
        plants.escaped("a parameter"),
        plants.of("a code"),
        plants.of("a signature"),
        plants.escaped("an escaped parameter").replace('%', "%25"),
    );
    let fields = [
        format!("Authorization: Bearer {}", plants.of("a bearer")),
        format!("X-Api-Key: {}", plants.of("an API key")),
        format!("Cookie: lang=ru; sid={}", plants.of("a cookie")),
    ];
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let target = format!("/api/answers?{query}");
    gateway.ask(get(&target, &fields)).expect_ok("a query");
    gateway.ask(get(&format!("/api/{}/x", plants.of("the user's token")), &[])).expect_ok("a path");
    gateway.ask(get("/api/binary", &[])).expect_ok("bytes");
    let form = format!("login=a&password={}", plants.escaped("a form"));
    let kind = "Content-Type: application/x-www-form-urlencoded";
    gateway.ask(post("/api/form", &[kind], form.as_bytes())).expect_ok("a form");
    let body = json!({"a": [{"client_secret": plants.of("a JSON body")}]}).to_string();
    let kind = "Content-Type: application/json";
    gateway.ask(post("/api/json", &[kind], body.as_bytes())).expect_ok("JSON");
    let body = format!("<a><password>{}</password></a>", plants.of("an XML body"));
    gateway.ask(post("/api/xml", &["Content-Type: text/xml"], body.as_bytes())).expect_ok("XML");
    let mut over_h2 = h2::Client::dial(gateway.https, "loyalty.example.ru", &gateway.ca());
    assert_eq!(over_h2.ask(h2::get(&target)).expect("an answer").status, 200);
    let stock = format!(
        "GET /api/stock?{query} HTTP/1.1\r\nHost: stock.example.ru\r\nX-OAuth-Client-ID: {STOCK}\r\n\r\n"
    );
    gateway.ask(stock).expect_ok("another app");
    let login = STANDARD.encode(format!("loyalty:{DEVICE}"));
    let login = format!("Proxy-Authorization: Basic {login}");
    let mut tunnel = gateway.tunnel_over(gateway.http(), "loyalty.example.ru:443", &[&login]);
    tunnel.exchange(get(&target, &fields)).expect_ok("a tunnel");
}

/// Requests that the gateway refuses, each with a word about why.
fn refusals(gateway: &Gateway, plants: &Plants, seen: &mut BTreeMap<String, String>) {
    let token = plants.of("the user's token");
    let query =
        format!("x=1&access_token={}&code={}", plants.escaped("a parameter"), plants.of("a code"));
    let proxy = plants.of("the company's proxy");
    let login = |user: &str| {
        format!("Proxy-Authorization: Basic {}", STANDARD.encode(format!("{user}:{proxy}")))
    };
    let mut refuse = |what: &str, answer: Answer, code: &str| {
        assert_eq!(answer.code(), code, "{what}: {}", answer.describe());
        seen.insert(format!("the refusal of {what}"), answer.describe());
    };
    let ask = |target: &str, fields: &[&str]| gateway.ask(get(target, fields));
    refuse("a URL", ask(&format!("/elsewhere/{token}?{query}"), &[]), "url_not_allowed");
    refuse("dots", ask(&format!("/api/../x?{query}"), &[]), "bad_target");
    refuse("a fragment", ask(&format!("/api/{token}?{query}#x"), &[]), "bad_target");
    refuse("a password", ask("/api/x", &[&login("loyalty")]), "device_unknown");
    refuse("a login", ask("/api/x", &[&login("ivanov")]), "app_unknown");
    let host = format!("x{query}.example.ru:1");
    let connect = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{}\r\n\r\n", login("x"));
    let tunnel = gateway.ask(connect);
    let gone = format!(
        "GET /api/gone?{query} HTTP/1.1\r\nHost: gone.example.ru\r\nX-OAuth-Client-ID: {STOCK}\r\n\r\n"
    );
    refuse("a partner that is gone", gateway.ask(gone), "partner_unreachable");
    let method = format!("PATCH /api/x?{query} HTTP/1.1\r\nHost: loyalty.example.ru\r\n\r\n");
    refuse("a method", gateway.ask(method), "method_not_allowed");
    seen.insert("the refusal of a tunnel".into(), tunnel.describe());
}

/// Calls of the clouds' APIs and of the admin's, right and wrong.
fn clouds(gateway: &Gateway, plants: &Plants, seen: &mut BTreeMap<String, String>) {
    let (admin_at, token) = (gateway.admin, plants.of("the user's token"));
    let call = format!(
        "GET /evotor/api/v1/inventories/stores/search?token={} HTTP/1.1\r\nHost: {admin_at}\r\n\
         X-Authorization: {}\r\nConnection: close\r\n\r\n",
        plants.escaped("a parameter"),
        plants.of("a partner's token"),
    );
    seen.insert("a call of Evotor's".into(), Raw::dial(admin_at).exchange(call).describe());
    for place in ["ASNA's secret", "a wrong ASNA secret"] {
        let form = format!(
            "client_id={CLIENT}&client_secret={}&grant_type=client_credentials&scope={token}",
            plants.escaped(place)
        );
        let head = format!(
            "POST /asna/connect/token HTTP/1.1\r\nHost: {admin_at}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            form.len()
        );
        seen.insert(
            format!("a call with {place}"),
            Raw::dial(admin_at).exchange(head + &form).text(),
        );
    }
    let fault = json!({"kind": "status", "status": 503, "path": format!("/api/f?token={token}")});
    let made = admin(gateway, plants, "POST", "/api/faults", &fault.to_string());
    assert_eq!(made.status, 201, "{}", made.describe());
    seen.insert("a fault".into(), made.text());
    for (path, body) in [
        ("/api/webhooks", json!({"event": token})),
        ("/api/webhooks", json!({"event": "user.create", "app": token})),
        ("/api/webhooks", json!({"event": "user.create", "seed": token})),
        ("/api/clock", json!({"advance": token})),
        ("/api/faults", json!({"kind": token})),
    ] {
        let answer = admin(gateway, plants, "POST", path, &body.to_string());
        assert!(answer.status >= 400, "{path} {body}: {}", answer.describe());
        seen.insert(format!("the refusal of {body} at {path}").replace(token, "T"), answer.text());
    }
    for path in [
        "/api/deliveries/T",
        "/api/deliveries?state=T",
        "/api/T",
        "/api/exchanges?filter=T:x",
        "/api/world/T",
    ] {
        let text = read(gateway, plants, &path.replace('T', token));
        seen.insert(format!("what is at {path}"), text);
    }
}
