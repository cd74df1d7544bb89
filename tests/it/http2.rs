//! HTTP/2 from the app and toward the partner: the same rules as over HTTP/1.1.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Version};

use crate::support::h2::{self, Client, Reply};
use crate::support::partner::closing;
use crate::support::world::{DEVICE, STORE, TOKEN, USER};
use crate::support::{Partner, Stage, World, ok, secure};

const HOST: &str = "loyalty.example.ru";

fn dial(stage: &Stage) -> Client {
    Client::dial(stage.gateway.https, HOST, &stage.gateway.ca())
}

fn ask(stage: &Stage, request: Request<Full<Bytes>>) -> Reply {
    dial(stage).ask(request).expect("an answer")
}

#[track_caller]
fn expect_refusal(reply: &Reply, what: &str, status: u16, code: &str) {
    let text = String::from_utf8_lossy(&reply.body);
    assert_eq!((reply.status, reply.code()), (status, code), "{what}: {text}");
    assert_eq!(reply.fields["content-type"], "application/problem+json", "{what}");
}

#[test]
fn a_get_arrives_with_the_documented_headers() {
    let stage = Stage::start();
    let mut request = h2::get("/api/x?a=1");
    request.headers_mut().insert("x-device-salt", "1".parse().unwrap());
    request.headers_mut().insert("x-evotor-user-id", "forged".parse().unwrap());
    request.headers_mut().insert("x_evotor_user_id", "forged".parse().unwrap());
    request.headers_mut().insert("authorization", "Bearer mine".parse().unwrap());
    request.headers_mut().insert("x-own", "stays".parse().unwrap());
    let reply = ask(&stage, request);
    assert_eq!((reply.status, &reply.body[..]), (200, &b"ok"[..]));
    let seen = stage.partner.only();
    assert_eq!(seen.line, "GET /api/x?a=1 HTTP/1.1");
    let mut names = seen.names();
    names.sort();
    let expected = [
        "authorization",
        "host",
        "x-evotor-device-uuid",
        "x-evotor-store-uuid",
        "x-evotor-user-id",
        "x-own",
    ];
    assert_eq!(names, expected, "{}", seen.describe());
    assert_eq!(seen.all("host"), [HOST]);
    assert_eq!(seen.all("x-evotor-user-id"), [USER]);
    assert_eq!(seen.all("x-evotor-store-uuid"), [STORE]);
    assert_eq!(seen.all("x-evotor-device-uuid"), [DEVICE]);
    assert_eq!(seen.all("authorization"), [format!("Bearer {TOKEN}")]);
}

#[test]
fn bodies_go_both_ways() {
    let stage = Stage::before(Partner::scripted(|call| {
        let body = call.body();
        let text = String::from_utf8(body.content).unwrap();
        call.send(&ok(&text));
    }));
    let reply = ask(&stage, h2::request("POST", "https://loyalty.example.ru/api/x", b"over h2"));
    assert_eq!(&reply.body[..], b"over h2");
    let seen = stage.partner.only();
    let framings = seen.all("content-length").len() + seen.all("transfer-encoding").len();
    assert_eq!(framings, 1, "{}", seen.describe());
}

#[test]
fn many_streams_share_one_connection() {
    let stage = Stage::before(Partner::scripted(|call| {
        let text = call.request.target().to_owned();
        call.send(&ok(&text));
    }));
    let requests = (0..50).map(|n| h2::get(&format!("/api/{n}"))).collect();
    for (number, reply) in dial(&stage).all(requests).into_iter().enumerate() {
        assert_eq!(reply.unwrap().body, format!("/api/{number}"));
    }
}

#[test]
fn refusals_have_the_same_names() {
    let stage = Stage::with(|world| world.crowd().allow(&[r"https://loyalty\.example\.ru/.*"]));
    let mut client = dial(&stage);
    let url = |path: &str| format!("https://loyalty.example.ru{path}");
    let field = |name: &'static str, value: &str| {
        let mut request = h2::get("/api/x");
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    let rows = [
        ("PATCH", h2::request("PATCH", &url("/api/x"), b""), 405, "method_not_allowed"),
        (
            "the method of the gate's own",
            h2::request("!", &url("/400"), b""),
            405,
            "method_not_allowed",
        ),
        ("dot segments", h2::get("/api/../x"), 400, "bad_target"),
        ("encoded dot segments", h2::get("/api/%2e%2e/x"), 400, "bad_target"),
        ("a NUL by escape", h2::get("/api/%00"), 400, "bad_target"),
        ("half an escape", h2::get("/api/%4"), 400, "bad_target"),
        ("an unknown device", field("x-device-id", "42"), 403, "device_unknown"),
        ("an unknown app", field("x-oauth-client-id", "42"), 403, "app_unknown"),
        ("another user", field("x-user-id", "01-000000000000003"), 403, "identity_mismatch"),
    ];
    for (what, request, status, code) in rows {
        expect_refusal(&client.ask(request).unwrap(), what, status, code);
    }
    assert_eq!(stage.partner.lines(), Vec::<String>::new());
    assert_eq!(client.ask(h2::get("/api/x")).unwrap().status, 200, "the connection stands");
}

#[test]
fn the_allowlist_holds() {
    let stage = Stage::start();
    expect_refusal(&ask(&stage, h2::get("/admin")), "no rule", 403, "url_not_allowed");
    assert_eq!(stage.partner.lines(), Vec::<String>::new());
}

#[test]
fn an_authority_other_than_the_sni_is_refused() {
    let stage = Stage::with(|world| world.allow(&[".*"]));
    for url in ["https://other.example.ru/api/x", "https://loyalty.example.ru:444/api/x"] {
        let reply = ask(&stage, h2::request("GET", url, b""));
        let known = ["bad_target", "misdirected_request", "port_not_allowed"];
        assert!(known.contains(&reply.code()), "{url}: {} {}", reply.status, reply.code());
    }
    assert_eq!(stage.partner.lines(), Vec::<String>::new());
}

#[test]
fn a_host_that_contradicts_the_authority_is_refused() {
    let stage = Stage::with(|world| world.allow(&[".*"]));
    let mut request = h2::get("/api/x");
    request.headers_mut().insert("host", "other.example.ru".parse().unwrap());
    match dial(&stage).ask(request) {
        Ok(reply) => expect_refusal(&reply, "another host", 400, "bad_target"),
        Err(error) => eprintln!("refused as a stream error: {error}"),
    }
    assert_eq!(stage.partner.lines(), Vec::<String>::new());
}

#[test]
fn a_v1_app_gets_its_envelope() {
    let stage = Stage::with(|world| world.app("proxy", "v1"));
    let reply = ask(&stage, h2::get("/api/x"));
    let value: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(value, serde_json::json!({"status": 200, "body": "ok"}));
}

#[test]
fn hop_by_hop_fields_of_the_partner_do_not_break_the_stream() {
    let stage = Stage::before(Partner::answering(
        "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\n\
         Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ));
    let reply = ask(&stage, h2::get("/api/x"));
    assert_eq!((reply.status, &reply.body[..]), (200, &b"ok"[..]));
    for name in ["connection", "keep-alive", "transfer-encoding"] {
        assert!(!reply.fields.contains_key(name), "{name}");
    }
}

#[test]
fn response_trailers_arrive() {
    let stage = Stage::before(Partner::answering(
        "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 42\r\n\r\n",
    ));
    let mut request = h2::get("/api/x");
    request.headers_mut().insert("te", "trailers".parse().unwrap());
    let trailers = ask(&stage, request).trailers.expect("trailers");
    assert_eq!(trailers["x-sum"], "42");
}

#[test]
fn a_partner_that_offers_http_2_is_asked_over_it() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = h2::Partner::start(identity.server);
    let gateway = World::at(&format!("https://localhost:{}", partner.addr.port()))
        .file("ca.pem", &identity.ca_pem)
        .top("partner_ca", "[ca.pem]")
        .start();
    for number in 0..3 {
        let request = crate::support::post(
            &format!("/api/{number}?q"),
            &["X-Device-Salt: 1", "X-Own: 1", "Connection: X-Hop", "X-Hop: 1"],
            b"body",
        );
        assert_eq!(gateway.ask(request).expect_ok("an h2 partner").text(), "ok over h2");
    }
    for (number, seen) in partner.seen().iter().enumerate() {
        assert_eq!(seen.version, Version::HTTP_2);
        assert_eq!(
            (seen.method.as_str(), seen.path.as_str()),
            ("POST", format!("/api/{number}?q").as_str())
        );
        assert_eq!(seen.authority.as_deref(), Some(HOST));
        assert_eq!(seen.body, "body");
        let mut names: Vec<_> = seen.fields.keys().map(ToString::to_string).collect();
        names.retain(|name| name != "content-length" && name != "host");
        names.sort();
        let expected = [
            "authorization",
            "x-evotor-device-uuid",
            "x-evotor-store-uuid",
            "x-evotor-user-id",
            "x-own",
        ];
        assert_eq!(names, expected);
    }
    assert_eq!(partner.seen().len(), 3);
}

#[test]
fn an_http_2_partner_that_is_gone_is_a_502() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = Partner::secure(identity.server, closing);
    let gateway = World::at(&format!("https://localhost:{}", partner.addr.port()))
        .file("ca.pem", &identity.ca_pem)
        .top("partner_ca", "[ca.pem]")
        .start();
    let answer = gateway.ask(crate::support::get("/api/x", &[]));
    answer.expect_one_of("no h2 after all", &["partner_reset", "partner_protocol"]);
}

#[test]
fn long_bodies_go_both_ways_under_flow_control() {
    let stage = Stage::before(Partner::scripted(|call| {
        let body = call.body().content;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        call.send(head.as_bytes());
        call.send(&body);
    }));
    let body: Vec<u8> = (0..=255).cycle().take(8 << 20).collect();
    let requests = (0..3)
        .map(|_| {
            let url = "https://loyalty.example.ru/api/x";
            Request::post(url).body(Full::from(body.clone())).unwrap()
        })
        .collect();
    for reply in dial(&stage).all(requests) {
        assert!(reply.unwrap().body == body, "the echo differs");
    }
}

#[test]
fn a_partner_that_breaks_off_resets_one_stream_only() {
    let stage = Stage::before(Partner::scripted(|call| match call.request.target() {
        "/api/cut" => {
            call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
            call.send(&[b'x'; 100_000]);
            call.close();
        }
        _ => {
            call.send(&ok("ok"));
        }
    }));
    let mut client = dial(&stage);
    let mut replies = client.all(vec![h2::get("/api/1"), h2::get("/api/cut"), h2::get("/api/2")]);
    assert_eq!(replies.pop().unwrap().unwrap().body, "ok");
    if let Ok(reply) = replies.pop().unwrap() {
        assert_eq!(reply.status, 502, "a cut answer was taken for whole");
    }
    assert_eq!(replies.pop().unwrap().unwrap().body, "ok");
    assert_eq!(client.ask(h2::get("/api/3")).unwrap().body, "ok");
}
