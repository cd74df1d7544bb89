//! Heads that came over HTTP/2: what is refused of them, and that no head harms.

mod mutation;
mod property;

use bytes::Bytes;
use h2::Reason;
use hyper::{Request, StatusCode};

use crate::support::frames::{Client, HEADERS, WHOLE, block, frame, get};
use crate::support::h2::{self as plain};
use crate::support::reader::{self, Reader, ask};
use crate::support::{Partner, Stage, ok, secure};

const HOST: &str = "loyalty.example.ru";

fn with(lines: &[(&'static str, &str)]) -> Request<http_body_util::Full<Bytes>> {
    let mut request = plain::request("POST", "https://loyalty.example.ru/api/x", b"x");
    for (name, value) in lines {
        let name = hyper::header::HeaderName::from_static(name);
        request.headers_mut().append(name, value.parse().unwrap());
    }
    request
}

#[test]
fn framing_that_two_readers_could_differ_on_is_refused() {
    let stage = Stage::start();
    let mut client = plain::Client::dial(stage.gateway.https, HOST, &stage.gateway.ca());
    let many: Vec<_> = (0..100).map(|_| ("x-many", "1")).collect();
    let crumbs: Vec<_> = (0..101).map(|_| ("cookie", "a=1")).collect();
    let rows: [(&str, &[(&str, &str)], u16, &str); 5] = [
        (
            "two equal lengths",
            &[("content-length", "1"), ("content-length", "1")],
            400,
            "bad_request",
        ),
        ("a length's lookalike", &[("content_length", "1")], 400, "bad_request"),
        ("a coding's lookalike", &[("transfer_encoding", "chunked")], 400, "bad_request"),
        ("a hundred fields more", &many, 431, "headers_too_large"),
        ("a hundred crumbs and one", &crumbs, 431, "headers_too_large"),
    ];
    for (what, lines, status, code) in rows {
        let reply = client.ask(with(lines)).unwrap();
        assert_eq!((reply.status, reply.code()), (status, code), "{what}");
    }
    if let Ok(reply) = client.ask(with(&[("content-length", "1"), ("content-length", "2")])) {
        assert_eq!(reply.status, 400, "two lengths");
    }
    assert_eq!(stage.partner.lines(), Vec::<String>::new());
    let crumbs = &crumbs[..80];
    assert_eq!(client.ask(with(crumbs)).unwrap().status, 200, "a cookie in 80 pieces");
    let seen = stage.partner.only();
    assert_eq!((seen.all("cookie").len(), seen.all("content-length")), (1, vec!["1"]));
}

#[test]
fn a_scheme_is_http_or_https() {
    let stage = Stage::start();
    let mut client = Client::greeted(&stage.gateway);
    let rows = [
        ("https", 200),
        ("HTTPS", 200),
        ("http", 200),
        ("HTTP", 200),
        ("ftp", 400),
        ("wss", 400),
        ("httpss", 400),
    ];
    for (number, (scheme, status)) in rows.iter().enumerate() {
        let stream = u32::try_from(number * 2 + 1).unwrap();
        let mut fields = get("/api/x");
        fields[1].1 = scheme;
        client.send(frame(HEADERS, WHOLE, stream, &block(&fields)));
        assert_eq!(client.status(stream), *status, "{scheme}");
    }
    assert_eq!(stage.partner.lines().len(), 4, "{:?}", stage.partner.lines());
}

/// See the table of fidelity.
#[test]
fn a_fragment_is_not_seen_and_not_sent_on() {
    let stage = Stage::start();
    let mut client = Client::greeted(&stage.gateway);
    client.send(frame(HEADERS, WHOLE, 1, &block(&get("/api/x?a=1#b"))));
    assert_eq!(client.status(1), 200);
    assert_eq!(stage.partner.only().target(), "/api/x?a=1");
}

#[test]
fn who_waits_for_100_continue_gets_it_or_a_final_answer() {
    let stage = Stage::before(Partner::scripted(|call| {
        let body = call.body();
        call.send(&ok(std::str::from_utf8(&body.content).unwrap()));
    }));
    let expecting = |path: &str| {
        let mut request = ask("POST", path);
        request.headers_mut().insert("expect", "100-Continue".parse().unwrap());
        request
    };
    reader::run(async {
        let mut reader = Reader::dial(&stage.gateway, 65_535, 65_535).await;
        let (mut answer, mut content) = reader.send(expecting("/api/x"), false).await;
        let interim = std::future::poll_fn(|cx| answer.poll_informational(cx)).await;
        assert_eq!(interim.unwrap().unwrap().status(), StatusCode::CONTINUE);
        content.send_data(Bytes::from_static(b"held back"), true).unwrap();
        let mut body = answer.await.unwrap().into_body();
        assert_eq!(reader::content(&mut body).await.unwrap(), b"held back");

        let (refused, _held) = reader.send(expecting("/forbidden"), false).await;
        assert_eq!(refused.await.unwrap().status(), StatusCode::FORBIDDEN);
        let (bare, _) = reader.send(expecting("/api/x"), true).await;
        assert_eq!(bare.await.unwrap().status(), StatusCode::OK, "there is nothing to wait for");
    });
    assert!(stage.partner.requests().iter().all(|seen| seen.field("expect").is_none()));
}

#[test]
fn a_head_that_is_reset_while_it_waits_does_no_harm() {
    let stage = Stage::start();
    reader::run(async {
        let mut reader = Reader::dial(&stage.gateway, 65_535, 65_535).await;
        for _ in 0..10 {
            let (_, mut stream) = reader.send(ask("POST", "/api/x"), false).await;
            stream.send_reset(Reason::CANCEL);
        }
        let mut body = reader.get("/api/x").await.into_body();
        assert_eq!(reader::content(&mut body).await.unwrap(), b"ok");
    });
}

#[test]
fn mutated_heads_end_no_process_and_leave_the_neighbours_served() {
    let stage = Stage::start();
    let tls = secure::trusting(&stage.gateway.ca(), &[b"h2"]);
    let mut neighbour = Client::greeted(&stage.gateway);
    neighbour.expect_alive(1);
    let before = memory(&stage);
    let mut random = mutation::Random::new(20_261_129);
    for round in 0..80u32 {
        let data = mutation::heads(&mut random, 24);
        property::bring(stage.gateway.https, &tls, &data);
        if round.is_multiple_of(8) {
            neighbour.expect_alive(2 * (round / 8) + 3);
        }
    }
    stage.gateway.expect_alive("after all");
    let grown = memory(&stage).saturating_sub(before);
    assert!(grown < 48 << 10, "{grown} KiB");
    assert!(!stage.gateway.log().contains("panicked"), "{}", stage.gateway.log());
}

/// References to a field that was sent once: a byte each, and a field each.
#[test]
fn many_fields_of_few_bytes_take_little_memory() {
    let stage = Stage::start();
    Client::greeted(&stage.gateway).expect_alive(1);
    let before = memory(&stage);
    let mut client = Client::greeted(&stage.gateway);
    // Literal with incremental indexing: it becomes number 62.
    let known = [&[0x40, 1, b'a', 1, b'b'][..], &block(&get("/api/x"))].concat();
    let pseudo = block(&get("/api/x"));
    client.send(frame(HEADERS, WHOLE, 1, &[&pseudo[..], &known[..5]].concat()));
    client.status(1);
    for stream in 1..100 {
        let bomb = [&pseudo[..], &[0x80 | 62; 1800]].concat();
        client.send(frame(HEADERS, WHOLE, stream * 2 + 1, &bomb));
    }
    for stream in 1..100 {
        assert_ne!(client.status(stream * 2 + 1), 200);
    }
    let grown = memory(&stage).saturating_sub(before);
    assert!(grown < 12 << 10, "{grown} KiB");
}

/// The most memory the gateway has had, in KiB; 0 where that is not told.
fn memory(stage: &Stage) -> u64 {
    let path = format!("/proc/{}/status", stage.gateway.pid());
    let status = std::fs::read_to_string(path).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).unwrap_or_default()
}
