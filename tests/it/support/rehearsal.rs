//! The support against itself: a raw client talks to the partner directly.

use super::{Latch, Partner, Raw, World, get, h2, ok, post, secure};

#[test]
fn a_partner_records_and_answers() {
    let partner = Partner::start();
    let mut raw = Raw::dial(partner.addr);
    let answer = raw.exchange(post("/a", &["X-A: b"], b"body"));
    assert_eq!((answer.status, answer.text().as_str()), (200, "ok"));
    raw.exchange(get("/b", &[])).expect_ok("the second");
    let seen = partner.wait(2);
    assert_eq!((seen[0].line.as_str(), seen[0].field("x-a")), ("POST /a HTTP/1.1", Some("b")));
    assert_eq!(seen[0].body.content, b"body");
    assert_eq!((seen[1].target(), partner.connections()), ("/b", 1));
}

#[test]
fn chunks_and_trailers_are_read() {
    let text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n";
    let partner = Partner::answering(text);
    let answer = Raw::dial(partner.addr).exchange(get("/", &[]));
    assert_eq!((answer.text().as_str(), answer.whole), ("abc", true));
    assert_eq!(answer.trailers, [("X-Sum".to_owned(), "1".to_owned())]);
}

#[test]
fn a_reset_and_a_close_are_told_from_an_answer() {
    for reset in [true, false] {
        let partner =
            Partner::scripted(move |call| if reset { call.reset() } else { call.close() });
        let mut raw = Raw::dial(partner.addr);
        assert!(raw.send(get("/", &[])).try_answer().is_none());
        partner.wait_for_closed(1);
    }
}

#[test]
fn a_cut_body_is_not_whole() {
    let partner = Partner::scripted(|call| {
        call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        call.close();
    });
    let mut raw = Raw::dial(partner.addr);
    let answer = raw.exchange(get("/", &[]));
    assert!(!answer.whole && answer.body == b"half");
    raw.expect_end("a cut body");
}

#[test]
fn a_latch_holds_a_script() {
    let latch = Latch::default();
    let theirs = latch.clone();
    let partner = Partner::scripted(move |call| {
        theirs.wait();
        call.send(&ok("late"));
    });
    let mut raw = Raw::dial(partner.addr);
    raw.send(get("/", &[]));
    partner.wait_for_heads(1);
    latch.open();
    assert_eq!(raw.answer().text(), "late");
}

#[test]
fn tls_and_http_2_partners_answer() {
    let folder = tempfile::TempDir::new().unwrap();
    let ca = folder.path().join("ca.pem");
    let identity = secure::Identity::of("localhost", &[]);
    std::fs::write(&ca, &identity.ca_pem).unwrap();
    let partner = Partner::secure(identity.server, |call| {
        call.send(&ok("TLS"));
    });
    let mut raw = Raw::dial(partner.addr).secure("localhost", &secure::trusting(&ca, &[]));
    assert_eq!(raw.exchange(get("/", &[])).text(), "TLS");

    let identity = secure::Identity::of("localhost", &[b"h2"]);
    std::fs::write(&ca, &identity.ca_pem).unwrap();
    let partner = h2::Partner::start(identity.server);
    let mut client = h2::Client::dial(partner.addr, "localhost", &ca);
    let reply = client.ask(h2::request("POST", "https://localhost/x", b"body")).unwrap();
    assert_eq!((reply.status, &reply.body[..]), (200, &b"ok over h2"[..]));
    assert_eq!(partner.seen()[0].path, "/x");
}

#[test]
fn the_sample_world_is_yaml() {
    for world in [World::at("http://127.0.0.1:9"), World::at("http://127.0.0.1:9").crowd()] {
        let yaml = world.app("keep", "[X-Own]").limit("drain: 1s").yaml();
        let value: serde_json::Value =
            serde_yaml::from_str(&yaml).unwrap_or_else(|e| panic!("{e}\n{yaml}"));
        assert_eq!(value["apps"][0]["keep"][0], "X-Own");
        assert_eq!(value["users"][0]["stores"][0]["devices"][0]["imei"], "352099001761481");
    }
}
