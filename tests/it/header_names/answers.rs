//! From the partner to the app.

use serde_json::json;

use super::{HOST, long};
use crate::support::h2_raw;
use crate::support::{Partner, Stage, World, get, secure};

/// A partner's head, and what the app gets of it.
const HEADS: [(&str, &[&str], &[&str]); 4] = [
    (
        "casing and order",
        &["sErVer: x", "X-Z: 1", "content-LENGTH: 2", "Date: d", "X-A: 2", "ETAG: \"e\""],
        &["sErVer: x", "X-Z: 1", "content-LENGTH: 2", "Date: d", "X-A: 2", "ETAG: \"e\""],
    ),
    (
        "repeated fields in their places",
        &[
            "Set-Cookie: a",
            "Date: d",
            "SET-cookie: b",
            "Content-Length: 2",
            "X-A: 1",
            "set-cookie: c",
        ],
        &[
            "Set-Cookie: a",
            "Date: d",
            "SET-cookie: b",
            "Content-Length: 2",
            "X-A: 1",
            "set-cookie: c",
        ],
    ),
    (
        "what concerns the connection leaves no mark on the others",
        &[
            "X-First: 1",
            "Connection: keep-alive, X-Hop",
            "X-Second: 2",
            "Keep-Alive: timeout=5",
            "X-HOP: 1",
            "X-Third: 3",
            "X-Gateway-Error: forged",
            "Content-Length: 2",
            "Date: d",
            "X-Fourth: 4",
        ],
        &["X-First: 1", "X-Second: 2", "X-Third: 3", "Content-Length: 2", "Date: d", "X-Fourth: 4"],
    ),
    (
        "chunks are announced where the partner did",
        &["X-First: 1", "TRANSFER-encoding: chunked", "Date: d", "x-last: 2"],
        &["X-First: 1", "TRANSFER-encoding: chunked", "Date: d", "x-last: 2"],
    ),
];

fn head(fields: &[&str]) -> String {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    format!("HTTP/1.1 200 OK\r\n{fields}\r\n")
}

fn answer(fields: &[&str]) -> String {
    let chunked = fields.iter().any(|field| field.ends_with("chunked"));
    format!("{}{}", head(fields), if chunked { "2\r\nok\r\n0\r\n\r\n" } else { "ok" })
}

#[test]
fn a_partners_head_reaches_the_app_as_written() {
    for (what, sent, got) in HEADS {
        let stage = Stage::before(Partner::answering(answer(sent)));
        let told = stage.ask(get("/api/x", &[])).expect_ok(what);
        assert_eq!(String::from_utf8_lossy(&told.head), head(got), "{what}");
        assert_eq!(told.body, b"ok", "{what}");
    }
}

#[test]
fn answers_that_come_one_behind_the_other_keep_their_own_names() {
    let partner = Partner::scripted(|call| {
        let (_, sent, _) = HEADS[call.number % HEADS.len()];
        call.body();
        call.send(answer(sent).as_bytes());
    });
    let stage = Stage::before(partner);
    let mut raw = stage.gateway.http();
    let refused = "GET /nowhere HTTP/1.1\r\nHost: loyalty.example.ru\r\n\r\n";
    raw.send([&get("/api/x", &[])[..], refused.as_bytes()].concat().repeat(8));
    for (what, _, got) in HEADS.iter().cycle().take(8) {
        let told = raw.answer().expect_ok(what);
        assert_eq!(String::from_utf8_lossy(&told.head), head(got), "{what}");
        let own = raw.answer().expect_refusal(what, 403, "url_not_allowed");
        assert_eq!(own.fields[0].0, "Content-Type", "{}", own.describe());
    }
}

#[test]
fn an_interim_answer_stands_before_the_final_one() {
    let (what, sent, got) = HEADS[0];
    let stage = Stage::before(Partner::answering(answer(sent)));
    let mut raw = stage.gateway.http();
    let expecting = "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    raw.send(format!("POST /api/x HTTP/1.1\r\nHost: {HOST}\r\n{expecting}"));
    let interim = raw.answer();
    assert_eq!(interim.head, b"HTTP/1.1 100 Continue\r\n\r\n");
    raw.send("body");
    assert_eq!(String::from_utf8_lossy(&raw.answer().head), head(got), "{what}");
    assert_eq!(stage.partner.last().body.content, b"body");
}

#[test]
fn content_follows_its_head_whole_whatever_its_length_to_a_reader_that_is_slow_too() {
    let body = long();
    let fields = format!("X-b: 1\r\ncontent-length: {}\r\nDATE: d\r\nx-A: 2\r\n\r\n", body.len());
    let whole = [format!("HTTP/1.1 200 OK\r\n{fields}").as_bytes(), &body].concat();
    let stage = Stage::before(Partner::answering(whole));
    let mut plain = stage.gateway.http();
    let mut secured = stage.gateway.https(HOST);
    for _ in 0..2 {
        plain.send(get("/api/x", &[]));
        secured.send(get("/api/x", &[]));
        // What was not taken waits in the sockets and behind them while the other is read.
        for raw in [&mut secured, &mut plain] {
            let told = raw.answer().expect_ok("a long one");
            assert_eq!(String::from_utf8_lossy(&told.head), format!("HTTP/1.1 200 OK\r\n{fields}"));
            assert!(told.body == body, "{} bytes came", told.body.len());
        }
    }
}

#[test]
fn fields_of_a_v1_answer_stand_as_the_partner_wrote_them() {
    let sent =
        ["x-First: 1", "CONTENT-TYPE: text/plain", "Date: d", "Content-length: 2", "X-LAST: 2"];
    let wrapped = r#"{"status":200,"body":"ok"}"#;
    for (mode, body, kind) in
        [("wrap", wrapped, "application/json"), ("unwrap", "ok", "text/plain; charset=utf-8")]
    {
        let answered = match mode {
            "wrap" => answer(&sent),
            _ => {
                let length = format!("Content-length: {}", wrapped.len());
                let mut sent = sent;
                sent[3] = &length;
                format!("{}{wrapped}", head(&sent))
            }
        };
        let partner = Partner::answering(answered);
        let stage = Stage::of(partner, |world| world.app("proxy", "v1").app("envelope", mode));
        let told = stage.ask(get("/api/x", &[]));
        let got = format!(
            "HTTP/1.1 200 OK\r\nx-First: 1\r\nCONTENT-TYPE: {kind}\r\nDate: d\r\nContent-length: {}\r\nX-LAST: 2\r\n\r\n",
            body.len()
        );
        assert_eq!((told.text(), String::from_utf8_lossy(&told.head)), (body.into(), got.into()));
    }
}

#[test]
fn an_answer_that_a_fault_changes_keeps_the_partners_names() {
    let sent = [
        "x-B: 1",
        "content-TYPE: text/plain",
        "DATE: d",
        "X-gone: 2",
        "content-LENGTH: 2",
        "X-a: 3",
    ];
    let stage = Stage::before(Partner::answering(answer(&sent)));
    let garbage = "#garbage#";
    for (fault, changed) in [
        (json!({"kind": "delay", "delay": "1ms"}), ["text/plain", "2"]),
        (json!({"kind": "drip", "rate": "1KiB"}), ["text/plain", "2"]),
        (json!({"kind": "content_type", "type": "text/x"}), ["text/x", "2"]),
        (json!({"kind": "empty"}), ["text/plain", "0"]),
        (json!({"kind": "garbage"}), ["text/plain", garbage]),
    ] {
        let made = stage.gateway.api("POST", "/api/faults", Some(&fault)).json();
        let made = made["id"].as_str().unwrap();
        let told = stage.ask(get("/api/x", &[]));
        let [kind, length] = changed;
        let length =
            if length == garbage { told.body.len().to_string() } else { length.to_owned() };
        let expected = format!(
            "HTTP/1.1 200 OK\r\nx-B: 1\r\ncontent-TYPE: {kind}\r\nDATE: d\r\nX-gone: 2\r\ncontent-LENGTH: {length}\r\nX-a: 3\r\nX-Gateway-Fault: {made}\r\n\r\n"
        );
        assert_eq!(String::from_utf8_lossy(&told.head), expected, "{fault}");
        stage.gateway.api("DELETE", &format!("/api/faults/{made}"), None);
    }
}

#[test]
fn names_of_a_partner_that_speaks_http2_are_written_in_title_case() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let addr = h2_raw::partner(identity.server, move |connection| {
        while let Some((stream, _)) = connection.request() {
            // :status 200 and x-own: 1, the second as a literal.
            let block = b"\x88\x00\x05x-own\x011";
            let flags = h2_raw::END_HEADERS | h2_raw::END_STREAM;
            connection.send(h2_raw::HEADERS, flags, stream, block);
        }
    });
    let gateway = World::at(&format!("https://localhost:{}", addr.port()))
        .file("ca.pem", &identity.ca_pem)
        .top("partner_ca", "[ca.pem]")
        .start();
    let told = gateway.ask(get("/api/x", &[])).expect_ok("over HTTP/2");
    assert_eq!(told.fields[0], ("X-Own".to_owned(), "1".to_owned()), "{}", told.describe());
}
