//! CONNECT, and TLS inside it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use crate::support::gateway::connect;
use crate::support::pipe::Pipe;
use crate::support::world::{DEVICE_2, DEVICE_3, STORE_2};
use crate::support::{Raw, Stage, World, get, secure};

const AUTHORITY: &str = "loyalty.example.ru:443";

#[test]
fn a_tunnel_on_the_http_listener_carries_requests() {
    let stage = Stage::with(|world| world.allow(&[r"https://loyalty\.example\.ru/api/.*"]));
    let mut raw = stage.gateway.tunnel(AUTHORITY);
    for number in 0..3 {
        raw.exchange(get(&format!("/api/{number}"), &[])).expect_ok("in a tunnel");
    }
    assert_eq!(
        stage.partner.lines(),
        ["GET /api/0 HTTP/1.1", "GET /api/1 HTTP/1.1", "GET /api/2 HTTP/1.1"]
    );
}

#[test]
fn a_tunnel_on_the_https_listener_carries_requests() {
    let stage = Stage::start();
    let outer = stage.gateway.https("loyalty.example.ru");
    let mut raw = stage.gateway.tunnel_over(outer, AUTHORITY, &[]);
    raw.exchange(get("/api/x", &[])).expect_ok("TLS in TLS");
    assert_eq!(stage.partner.only().line, "GET /api/x HTTP/1.1");
}

#[test]
fn the_proxys_own_name_may_differ_from_the_tunnels() {
    let stage = Stage::start();
    let outer = stage.gateway.https("proxy.example.ru");
    let mut raw = stage.gateway.tunnel_over(outer, AUTHORITY, &[]);
    raw.exchange(get("/api/x", &[])).expect_ok("a proxy by another name");
}

#[test]
fn the_answer_to_connect_has_no_framing() {
    let stage = Stage::start();
    let answer = connect(&mut stage.gateway.http(), AUTHORITY, &[]);
    assert_eq!(answer.status, 200);
    for name in ["content-length", "transfer-encoding"] {
        assert_eq!(answer.field(name), None, "{}", answer.describe());
    }
}

#[test]
fn a_hello_in_the_same_write_as_connect_is_not_lost() {
    let stage = Stage::start();
    let name = ServerName::try_from("loyalty.example.ru").unwrap();
    let mut conn = ClientConnection::new(stage.gateway.trust(), name).unwrap();
    let mut bytes =
        format!("CONNECT {AUTHORITY} HTTP/1.1\r\nHost: {AUTHORITY}\r\n\r\n").into_bytes();
    conn.write_tls(&mut bytes).unwrap();
    let mut raw = stage.gateway.http();
    raw.send(bytes);
    assert_eq!(raw.answer_head().expect("an answer").1, 200);
    let wire = raw.pipe.into_wire();
    let mut raw = Raw { pipe: Pipe::new(StreamOwned::new(conn, wire)) };
    raw.exchange(get("/api/x", &[])).expect_ok("an eager client");
}

#[test]
fn who_is_calling_may_be_said_in_connect() {
    let stage = Stage::with(World::crowd);
    let basic = STANDARD.encode(format!("loyalty:{DEVICE_2}"));
    let field = format!("Proxy-Authorization: Basic {basic}");
    let mut raw = stage.gateway.tunnel_over(stage.gateway.http(), AUTHORITY, &[&field]);
    for _ in 0..2 {
        raw.exchange(get("/api/x", &[])).expect_ok("said in CONNECT");
        let seen = stage.partner.last();
        assert_eq!(seen.all("x-evotor-store-uuid"), [STORE_2], "{}", seen.describe());
    }
}

#[test]
fn what_a_request_says_goes_before_what_connect_said() {
    let stage = Stage::with(World::crowd);
    let basic = STANDARD.encode(format!("loyalty:{DEVICE_2}"));
    let field = format!("Proxy-Authorization: Basic {basic}");
    let mut raw = stage.gateway.tunnel_over(stage.gateway.http(), AUTHORITY, &[&field]);
    raw.exchange(get("/api/x", &[&format!("X-Device-UUID: {DEVICE_3}")]))
        .expect_ok("in the request");
    assert_eq!(stage.partner.only().all("x-evotor-device-uuid"), [DEVICE_3]);
}

#[test]
fn another_host_inside_the_tunnel_is_refused() {
    let stage = Stage::with(|world| world.allow(&[".*"]));
    let mut raw = stage.gateway.tunnel(AUTHORITY);
    let answer = raw.exchange("GET /api/x HTTP/1.1\r\nHost: other.example.ru\r\n\r\n");
    answer.expect_refusal("another host", 400, "bad_target");
    stage.expect_nothing_since(0, "another host");
}

#[test]
fn an_sni_that_is_not_the_tunnels_host_is_refused() {
    let stage = Stage::with(|world| world.allow(&[".*"]));
    let mut raw = stage.gateway.http();
    assert_eq!(connect(&mut raw, AUTHORITY, &[]).status, 200);
    if let Ok(mut raw) = raw.try_secure("other.example.ru", &secure::careless()) {
        for host in ["loyalty.example.ru", "other.example.ru"] {
            raw.send(format!("GET /api/x HTTP/1.1\r\nHost: {host}\r\n\r\n"));
            if let Some(answer) = raw.try_answer() {
                answer.expect_one_of(host, &["bad_target", "misdirected_request"]);
            }
        }
    }
    stage.expect_nothing_since(0, "another SNI");
}

#[test]
fn http_2_is_offered_inside_the_tunnel() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    assert_eq!(connect(&mut raw, AUTHORITY, &[]).status, 200);
    let config = secure::trusting(&stage.gateway.ca(), &[b"h2", b"http/1.1"]);
    let raw = raw.secure("loyalty.example.ru", &config);
    assert_eq!(raw.wire().alpn().as_deref(), Some(&b"h2"[..]));
}

#[test]
fn a_tunnel_in_odd_casing_or_with_a_trailing_dot_is_the_same() {
    let stage = Stage::start();
    for authority in ["LOYALTY.example.RU:443", "loyalty.example.ru.:443"] {
        let mut raw = stage.gateway.http();
        assert_eq!(connect(&mut raw, authority, &[]).status, 200, "{authority}");
        let mut raw = raw.secure("loyalty.example.ru", &stage.gateway.trust());
        raw.exchange(get("/api/x", &[])).expect_ok(authority);
    }
}

#[test]
fn a_refused_url_inside_a_tunnel_leaves_the_tunnel_usable() {
    let stage = Stage::start();
    let mut raw = stage.gateway.tunnel(AUTHORITY);
    raw.exchange(get("/admin", &[])).expect_refusal("in a tunnel", 403, "url_not_allowed");
    raw.expect_alive("after a refusal in a tunnel");
}

#[test]
fn connect_after_a_request_on_the_same_connection_opens_a_tunnel() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    raw.expect_alive("before CONNECT");
    let mut raw = stage.gateway.tunnel_over(raw, AUTHORITY, &[]);
    raw.exchange(get("/api/x", &[])).expect_ok("a tunnel after a request");
}

#[test]
fn connect_inside_a_tunnel_is_refused() {
    let stage = Stage::start();
    let mut raw = stage.gateway.tunnel(AUTHORITY);
    let answer = connect(&mut raw, AUTHORITY, &[]);
    assert!(matches!(answer.status, 400 | 403 | 405), "{}", answer.describe());
    raw.expect_end("CONNECT inside a tunnel");
}

#[test]
fn connect_with_content_or_two_hosts_is_refused() {
    let stage = Stage::start();
    let rows = [
        ("two Hosts", "Host: loyalty.example.ru:443\r\nHost: other.example.ru:443\r\n"),
        ("content", "Host: loyalty.example.ru:443\r\nContent-Length: 3\r\n"),
        (
            "chunks and a length",
            "Host: loyalty.example.ru:443\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        ),
    ];
    for (what, fields) in rows {
        let mut raw = stage.gateway.http();
        raw.send(format!("CONNECT {AUTHORITY} HTTP/1.1\r\n{fields}\r\n"));
        let answer = raw.answer();
        answer.expect_one_of(what, &["bad_request", "bad_target"]);
        raw.expect_end(what);
    }
}

#[test]
fn a_tunnel_that_is_never_used_harms_nobody() {
    let stage = Stage::start();
    for _ in 0..20 {
        assert_eq!(connect(&mut stage.gateway.http(), AUTHORITY, &[]).status, 200);
    }
    stage.gateway.expect_alive("after empty tunnels");
}
