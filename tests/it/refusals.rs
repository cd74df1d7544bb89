//! Every refusal of the contract, provoked over a socket.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::support::gateway::connect;
use crate::support::partner::{hanging, resetting};
use crate::support::world::STOCK;
use crate::support::{Latch, Partner, Raw, Stage, World, get, head_of, ok, post, secure};

const ALLOWED: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

#[test]
fn bad_request() {
    let stage = Stage::start();
    stage.expect_cut("a space before the colon", get("/api/x", &["X-A : b"]), &["bad_request"]);
}

#[test]
fn bad_target() {
    let stage = Stage::start();
    stage.expect_cut("dot segments", get("/api/../admin", &[]), &["bad_target"]);
}

#[test]
fn url_not_allowed() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    raw.exchange(get("/admin", &[])).expect_refusal("no rule", 403, "url_not_allowed");
    raw.expect_alive("after url_not_allowed");
}

#[test]
fn port_not_allowed() {
    let stage = Stage::with(|world| world.allow(&[r"http://loyalty\.example\.ru:8080/.*"]));
    let request = "GET /api/x HTTP/1.1\r\nHost: loyalty.example.ru:8080\r\n\r\n";
    stage.ask(request).expect_refusal("port 8080", 403, "port_not_allowed");
    let request = "GET http://loyalty.example.ru:1/ HTTP/1.1\r\nHost: loyalty.example.ru:1\r\n\r\n";
    stage.ask(request).expect_refusal("port 1", 403, "port_not_allowed");
    let mut raw = stage.gateway.http();
    let answer = connect(&mut raw, "loyalty.example.ru:22", &[]);
    answer.expect_refusal("CONNECT to port 22", 403, "port_not_allowed");
}

#[test]
fn app_unknown() {
    let stage = Stage::start();
    let field = "X-OAuth-Client-ID: 99999999-8c5e-4f2b-9a52-0d6f3f0f7a11";
    let mut raw = stage.gateway.http();
    raw.exchange(get("/api/x", &[field])).expect_refusal("a stranger", 403, "app_unknown");
    raw.expect_alive("after app_unknown");
}

#[test]
fn app_not_installed() {
    let stage = Stage::with(World::crowd);
    let answer = stage.ask(get("/api/x", &[&format!("X-OAuth-Client-ID: {STOCK}")]));
    answer.expect_refusal("not installed", 403, "app_not_installed");
}

#[test]
fn device_unknown() {
    let answer = Stage::start().ask(get("/api/x", &["X-Device-IMEI: 1"]));
    answer.expect_refusal("no such device", 403, "device_unknown");
}

#[test]
fn identity_mismatch() {
    let answer = Stage::start().ask(get("/api/x", &["X-User-ID: 01-000000000000009"]));
    answer.expect_refusal("another user", 403, "identity_mismatch");
}

#[test]
fn cloud_api_forbidden() {
    let stage = Stage::with(|world| {
        world.allow(&[".*"]).upstream("http://api.evotor.ru", "http://127.0.0.1:9")
    });
    for host in ["api.evotor.ru", "API.Evotor.RU.", "api.evotor.ru:80"] {
        let answer = stage.ask(format!("GET /stores HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        answer.expect_refusal(host, 403, "cloud_api_forbidden");
    }
}

#[test]
fn token_missing() {
    let stage = Stage::with(|world| world.top("fidelity", "strict").app("tokens", "{}"));
    let mut raw = stage.gateway.http();
    raw.exchange(get("/api/x", &[])).expect_refusal("strict", 403, "token_missing");
}

#[test]
fn method_not_allowed() {
    let stage = Stage::start();
    let let_in = ["PATCH", "OPTIONS", "TRACE", "PROPFIND", "GETT", "A"];
    for method in let_in.into_iter().chain(["get", "PRI", "!", "connect"]) {
        let request = head_of(method, "/api/x", &[]);
        let before = stage.partner.requests().len();
        let answer = if let_in.contains(&method) {
            let answer = stage.ask(request).expect_refusal(method, 405, "method_not_allowed");
            stage.expect_nothing_since(before, method);
            answer
        } else {
            stage.expect_cut(method, request, &["method_not_allowed"])
        };
        let allow = answer.field("allow").unwrap_or_default().to_owned();
        for name in ALLOWED {
            assert!(allow.split(',').any(|word| word.trim() == name), "{method}: Allow: {allow}");
        }
    }
}

#[test]
fn head_is_not_served() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    raw.send(head_of("HEAD", "/api/x", &[]));
    let (_, status, fields, _) = raw.answer_head().unwrap();
    assert_eq!(status, 405);
    let code = fields.iter().find(|(n, _)| n.eq_ignore_ascii_case("x-gateway-error"));
    assert_eq!(code.map(|(_, v)| v.as_str()), Some("method_not_allowed"));
    stage.expect_nothing_since(0, "HEAD");
}

#[test]
fn request_timeout_in_the_head() {
    let stage = Stage::with(|world| world.limit("head_timeout: 300ms"));
    let mut raw = stage.gateway.http();
    let answer = raw.exchange("GET /api/x HTTP/1.1\r\nHost: loyal");
    answer.expect_refusal("half a head", 408, "request_timeout");
    raw.expect_end("half a head");
}

#[test]
fn request_timeout_in_the_body() {
    let stage = Stage::with(|world| world.limit("body_timeout: 300ms"));
    let mut raw = stage.gateway.http();
    raw.send(head_of("POST", "/api/x", &["Content-Length: 10"]));
    let answer = raw.exchange("half");
    answer.expect_refusal("half a body", 408, "request_timeout");
    raw.expect_end("half a body");
}

#[test]
fn body_too_large_by_its_length() {
    let stage = Stage::with(|world| world.limit("max_body: 1KiB"));
    let request = post("/api/x", &[], &[b'x'; 2000]);
    stage.expect_cut("2000 bytes", request, &["body_too_large"]);
    stage.pass(post("/api/x", &[], &[b'x'; 1024]));
}

#[test]
fn body_too_large_by_its_chunks() {
    let stage = Stage::with(|world| world.limit("max_body: 1KiB"));
    let mut request = head_of("POST", "/api/x", &["Transfer-Encoding: chunked"]);
    request.extend(crate::support::message::chunks(&[b'x'; 4000], 1000));
    request.extend_from_slice(b"0\r\n\r\n");
    let mut raw = stage.gateway.http();
    raw.exchange(request).expect_refusal("4000 bytes in chunks", 413, "body_too_large");
    raw.expect_end("4000 bytes in chunks");
    stage.gateway.expect_alive("after a body over the limit");
}

#[test]
fn uri_too_long() {
    let stage = Stage::start();
    let target = format!("/api/{}", "a".repeat(70_000));
    stage.expect_cut("70,000 bytes", get(&target, &[]), &["uri_too_long"]);
}

#[test]
fn misdirected_request() {
    let stage = Stage::start();
    let own = stage.gateway.http;
    let answer = stage.ask(format!("GET / HTTP/1.1\r\nHost: {own}\r\n\r\n"));
    answer.expect_refusal("its own address", 421, "misdirected_request");
    for other in [stage.gateway.https, stage.gateway.admin] {
        let answer = stage.ask(format!("GET / HTTP/1.1\r\nHost: {other}\r\n\r\n"));
        answer.expect_one_of("another listener", &["misdirected_request", "port_not_allowed"]);
    }
}

#[test]
fn headers_too_large() {
    let stage = Stage::start();
    let one = format!("X-Long: {}", "a".repeat(70_000));
    stage.expect_cut("one long field", get("/api/x", &[&one]), &["headers_too_large"]);
    let many: Vec<String> = (0..2000).map(|n| format!("X-Field-{n}: {}", "v".repeat(40))).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    stage.expect_cut("many fields", get("/api/x", &many), &["headers_too_large"]);
}

#[test]
fn headers_too_large_follows_max_head() {
    let stage = Stage::with(|world| world.limit("max_head: 4KiB"));
    let long = format!("X-Long: {}", "a".repeat(5000));
    stage.expect_cut("5000 bytes", get("/api/x", &[&long]), &["headers_too_large"]);
    stage.pass(get("/api/x", &[&format!("X-Long: {}", "a".repeat(3000))]));
}

#[test]
fn websocket_not_supported() {
    let stage = Stage::start();
    let fields = [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    stage.ask(get("/api/x", &fields)).expect_refusal("WebSocket", 501, "websocket_not_supported");
    let fields = ["Connection: keep-alive, UPGRADE", "upgrade: WebSocket"];
    stage.ask(get("/api/x", &fields)).expect_refusal("odd case", 501, "websocket_not_supported");
    stage.expect_nothing_since(0, "WebSocket");
}

#[test]
fn partner_dns() {
    let gateway = World::at("http://nowhere.invalid").start();
    let answer = gateway.ask(get("/api/x", &[]));
    let answer = answer.expect_refusal("a name that cannot be", 502, "partner_dns");
    assert!(answer.text().contains("nowhere.invalid"), "{}", answer.text());
}

#[test]
fn partner_unreachable() {
    let addr = Partner::nowhere();
    let gateway = World::at(&format!("http://{addr}")).start();
    let mut raw = gateway.http();
    let answer = raw.exchange(get("/api/x", &[]));
    let answer = answer.expect_refusal("a closed port", 502, "partner_unreachable");
    assert!(answer.text().contains(&addr.port().to_string()), "{}", answer.text());
    let again = raw.exchange(get("/api/x", &[]));
    again.expect_refusal("the same connection again", 502, "partner_unreachable");
}

#[test]
fn partner_tls_where_the_partner_speaks_plain_http() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 5]).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").unwrap();
        stream.read_to_end(&mut Vec::new())
    });
    let gateway = World::at(&format!("https://localhost:{port}")).start();
    gateway.ask(get("/api/x", &[])).expect_refusal("plain http", 502, "partner_tls");
}

#[test]
fn partner_tls_where_the_certificate_is_nobodys() {
    let identity = secure::Identity::of("localhost", &[]);
    let partner = Partner::secure(identity.server, |call| {
        call.send(&ok("never"));
    });
    let gateway = World::at(&format!("https://localhost:{}", partner.addr.port())).start();
    gateway.ask(get("/api/x", &[])).expect_refusal("an unknown authority", 502, "partner_tls");
    assert_eq!(partner.lines(), Vec::<String>::new());
}

#[test]
fn partner_reset() {
    let stage = Stage::before(Partner::first(resetting));
    stage.ask(post("/api/x", &[], b"x")).expect_refusal("a reset", 502, "partner_reset");
    stage.gateway.expect_alive("after a reset");
}

#[test]
fn partner_protocol() {
    let stage = Stage::before(Partner::first(|call| {
        call.send(b"HELLO\r\n\r\n");
        call.close();
    }));
    stage.ask(post("/api/x", &[], b"x")).expect_refusal("no HTTP", 502, "partner_protocol");
    stage.gateway.expect_alive("after rubbish");
}

#[test]
fn v1_envelope_invalid() {
    let stage = Stage::with(|world| world.app("proxy", "v1").app("envelope", "require"));
    stage.ask(get("/api/x", &[])).expect_refusal("no envelope", 502, "v1_envelope_invalid");
}

#[test]
fn overloaded() {
    let stage = Stage::with(|world| world.limit("max_connections: 2"));
    let mut first = stage.gateway.http();
    let mut second = stage.gateway.http();
    first.expect_alive("the first");
    second.expect_alive("the second");
    let mut third = stage.gateway.http();
    third.exchange(get("/api/x", &[])).expect_refusal("the third", 503, "overloaded");
    third.expect_end("the third");
    drop(first);
    stage.gateway.eventually("a place is free again", || {
        stage.gateway.http().send(get("/api/x", &[])).try_answer().is_some_and(|a| a.status == 200)
    });
    second.expect_alive("the second, still");
}

#[test]
fn stub_unavailable() {
    let stage = Stage::start();
    let stub = serde_json::json!({"file": "none.json"});
    assert_eq!(stage.gateway.api("POST", "/api/stubs", Some(&stub)).status, 201);
    stage.ask(get("/api/x", &[])).expect_refusal("no such file", 503, "stub_unavailable");
}

#[test]
fn dropped_at_breakpoint() {
    let stage = Stage::start();
    let stop = serde_json::json!({"timeout": "10m"});
    assert_eq!(stage.gateway.api("POST", "/api/breakpoints", Some(&stop)).status, 201);
    let mut raw = stage.gateway.http();
    raw.send(get("/api/x", &[]));
    let word = serde_json::json!({"do": "drop"});
    let drop = || stage.gateway.api("POST", "/api/held/h1", Some(&word)).status == 204;
    stage.gateway.eventually("it is dropped", drop);
    raw.answer().expect_refusal("dropped", 503, "dropped_at_breakpoint");
}

#[test]
fn shutting_down() {
    let latch = Latch::default();
    let theirs = latch.clone();
    let stage = Stage::before(Partner::scripted(move |call| {
        if call.request.target() == "/api/slow" {
            theirs.wait();
        }
        call.send(&ok("ok"));
    }));
    let mut slow = stage.gateway.http();
    slow.send(get("/api/slow", &[]));
    stage.partner.wait_for_heads(1);
    let mut begun = stage.gateway.http();
    begun.send("GET /api/x HTTP/1.1\r\nHost: loyalty.ex");
    stage.gateway.expect_alive("the head's first half is read by now");
    stage.gateway.signal("TERM");
    let addr = stage.gateway.http;
    stage.gateway.eventually("no new connections", || TcpStream::connect(addr).is_err());
    let answer = begun.exchange("ample.ru\r\n\r\n");
    answer.expect_refusal("a head finished too late", 503, "shutting_down");
    begun.expect_end("shutting down");
    latch.open();
    slow.answer().expect_ok("what was under way");
}

#[test]
fn partner_timeout() {
    let partner = Partner::first(hanging);
    let stage = Stage::of(partner, |world| world.limit("response_timeout: 300ms"));
    let mut raw = stage.gateway.http();
    raw.exchange(get("/api/x", &[])).expect_refusal("silence", 504, "partner_timeout");
    stage.gateway.expect_alive("after a silent partner");
}

#[test]
fn loop_detected() {
    let stage = Stage::start();
    for addr in [stage.gateway.http, stage.gateway.admin] {
        stage.gateway.rewrite(&World::at(&format!("http://{addr}")).yaml());
        stage.gateway.signal("HUP");
        stage.gateway.eventually("the loop is refused", || {
            let answer = stage.ask(get("/api/x", &[]));
            answer.status == 508 && answer.code() == "loop_detected"
        });
        stage.ask(get("/api/x", &[])).expect_refusal("a loop", 508, "loop_detected");
    }
}

#[test]
fn a_refusal_with_an_unread_body_says_that_it_closes() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    let answer = raw.exchange(post("/forbidden", &[], &[b'x'; 100_000]));
    let answer = answer.expect_refusal("an unread body", 403, "url_not_allowed");
    assert!(answer.says_close(), "{}", answer.describe());
    raw.expect_end("an unread body");
}

#[test]
fn a_refusal_reaches_a_client_that_is_still_writing() {
    let stage = Stage::start();
    let mut raw: Raw = stage.gateway.http();
    raw.send(head_of("POST", "/forbidden", &["Content-Length: 900000"]));
    raw.send(vec![b'x'; 900_000]);
    raw.answer().expect_refusal("still writing", 403, "url_not_allowed");
}

#[test]
fn a_refusal_leaves_one_line_in_the_log_and_no_secret() {
    let stage = Stage::start();
    let secret = "Authorization: Bearer the-apps-own-secret";
    stage.ask(get("/forbidden?x=1", &[secret])).expect_refusal("logged", 403, "url_not_allowed");
    let line = stage.gateway.wait_for_log(&["url_not_allowed"]);
    assert!(line.contains("/forbidden") && line.contains("loyalty"), "{line}");
    stage.pass(get("/api/x", &[secret]));
    stage.gateway.wait_for_log(&["/api/x"]);
    let log = stage.gateway.log();
    assert!(!log.contains("the-apps-own-secret") && !log.contains("user-token-0123"), "{log}");
}
