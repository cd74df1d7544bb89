//! The names of fields, their order and their places, byte for byte, in both directions.

use serde_json::json;

use crate::support::world::{DEVICE, STORE, TOKEN, USER};
use crate::support::{Partner, Received, Stage, World, get, h2, ok, secure};

mod answers;
mod emptiness;

const HOST: &str = "loyalty.example.ru";

/// What the cloud adds, as the vendor writes it.
fn added() -> String {
    format!(
        "X-Evotor-Store-Uuid: {STORE}\r\nX-Evotor-Device-UUID: {DEVICE}\r\nX-Evotor-User-Id: {USER}\r\nAuthorization: Bearer {TOKEN}\r\n"
    )
}

fn request(fields: &[&str]) -> String {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    format!("POST /api/x HTTP/1.1\r\n{fields}\r\n")
}

/// An app's head, and what the partner gets of it in front of what the cloud adds.
const HEADS: [(&str, &[&str], &[&str]); 6] = [
    (
        "any casing",
        &["hOST: loyalty.example.ru", "content-LENGTH: 0", "X-lowerUPPER: 1", "ACCEPT: */*"],
        &["hOST: loyalty.example.ru", "content-LENGTH: 0", "X-lowerUPPER: 1", "ACCEPT: */*"],
    ),
    (
        "Host in its place",
        &["Accept: a", "Content-Length: 0", "Host: loyalty.example.ru", "User-Agent: okhttp/4"],
        &["Accept: a", "Content-Length: 0", "Host: loyalty.example.ru", "User-Agent: okhttp/4"],
    ),
    (
        "repeated fields in their places",
        &[
            "Host: loyalty.example.ru",
            "X-A: 1",
            "Cookie: a=1",
            "x-a: 2",
            "Content-Length: 0",
            "X-B: 3",
            "X-A: 4",
            "COOKIE: b=2",
        ],
        &[
            "Host: loyalty.example.ru",
            "X-A: 1",
            "Cookie: a=1",
            "x-a: 2",
            "Content-Length: 0",
            "X-B: 3",
            "X-A: 4",
            "COOKIE: b=2",
        ],
    ),
    (
        "removed ones leave no mark on the others",
        &[
            "X-Device-IMEI: 352099001761481",
            "Host: loyalty.example.ru",
            "X-First: 1",
            "authorization: Bearer own",
            "X-Second: 2",
            "connection: keep-alive, X-Hop",
            "x-evotor-user-id: forged",
            "X-HOP: 1",
            "X-Third: 3",
            "TE: trailers",
            "Content-Length: 0",
            "X-Fourth: 4",
        ],
        &[
            "Host: loyalty.example.ru",
            "X-First: 1",
            "X-Second: 2",
            "X-Third: 3",
            "Content-Length: 0",
            "X-Fourth: 4",
        ],
    ),
    (
        "names that are not words",
        &["Host: loyalty.example.ru", "x_Under_Score: 1", "!#$%&'*+.^`|~: 2", "Content-Length: 0"],
        &["Host: loyalty.example.ru", "x_Under_Score: 1", "!#$%&'*+.^`|~: 2", "Content-Length: 0"],
    ),
    (
        "values as they are",
        &["Host: loyalty.example.ru", "X-Empty:", "X-Colon: a:b: c", "Content-Length: 0"],
        &["Host: loyalty.example.ru", "X-Empty: ", "X-Colon: a:b: c", "Content-Length: 0"],
    ),
];

#[test]
fn an_apps_head_reaches_the_partner_as_written() {
    let stage = Stage::start();
    for (what, sent, got) in HEADS {
        let seen = stage.pass(request(sent));
        let got: String = got.iter().map(|field| format!("{field}\r\n")).collect();
        let expected = format!("POST /api/x HTTP/1.1\r\n{got}{}\r\n", added());
        assert_eq!(seen.describe(), expected, "{what}");
    }
}

#[test]
fn heads_that_come_one_behind_the_other_keep_their_own_names() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    let heads: String = HEADS.iter().map(|(_, sent, _)| request(sent)).collect();
    raw.send(heads);
    HEADS.iter().for_each(|(what, ..)| drop(raw.answer().expect_ok(what)));
    for (seen, (what, _, got)) in stage.partner.wait(HEADS.len()).iter().zip(HEADS) {
        let got: String = got.iter().map(|field| format!("{field}\r\n")).collect();
        let expected = format!("POST /api/x HTTP/1.1\r\n{got}{}\r\n", added());
        assert_eq!(seen.describe(), expected, "{what}");
    }
    assert_eq!(stage.partner.connections(), 1);
}

/// Long enough to be written in many pieces.
fn long() -> Vec<u8> {
    (0..=255).cycle().take(3 << 20).collect()
}

#[test]
fn content_follows_its_head_whole_whatever_its_length() {
    let identity = secure::Identity::of("localhost", &[b"http/1.1"]);
    let script = |call: &mut crate::support::partner::Call| {
        call.body();
        call.send(&ok("ok"));
    };
    for tls in [false, true] {
        let partner = match tls {
            false => Partner::scripted(script),
            true => Partner::secure(identity.server.clone(), script),
        };
        let base =
            format!("{}://localhost:{}", ["http", "https"][usize::from(tls)], partner.addr.port());
        let gateway =
            World::at(&base).file("ca.pem", &identity.ca_pem).top("partner_ca", "[ca.pem]").start();
        for body in [Vec::new(), b"short".to_vec(), long()] {
            let head = format!(
                "POST /api/x HTTP/1.1\r\nX-Z: 1\r\nHost: {HOST}\r\ncontent-length: {}\r\nX-A: 2\r\n\r\n",
                body.len()
            );
            let mut raw = gateway.http();
            raw.send(head).send(&body);
            raw.answer().expect_ok(&format!("{} bytes", body.len()));
            let seen = partner.last();
            assert_eq!(seen.body.content, body, "{tls}");
            let expected = format!(
                "POST /api/x HTTP/1.1\r\nX-Z: 1\r\nHost: {HOST}\r\ncontent-length: {}\r\nX-A: 2\r\n{}\r\n",
                body.len(),
                added()
            );
            assert_eq!(seen.describe(), expected);
        }
    }
}

#[test]
fn chunked_content_is_announced_where_the_app_did() {
    let stage = Stage::start();
    let head = format!(
        "POST /api/x HTTP/1.1\r\nTransfer-encoding: chunked\r\nHost: {HOST}\r\nX-A: 1\r\n\r\n"
    );
    let seen = stage.pass(format!("{head}5\r\nhello\r\n0\r\n\r\n"));
    assert_eq!(seen.body.content, b"hello");
    assert_eq!(seen.describe(), format!("{}{}\r\n", &head[..head.len() - 2], added()));
}

#[test]
fn a_request_that_is_sent_again_is_spelled_again() {
    let partner = Partner::scripted(|call| {
        if call.number == 1 {
            return call.close();
        }
        call.body();
        call.send(&ok("ok"));
    });
    let stage = Stage::before(partner);
    let asked = "GET /api/x HTTP/1.1\r\nACCEPT: a\r\nhost: loyalty.example.ru\r\n";
    let mut raw = stage.gateway.http();
    for _ in 0..2 {
        raw.send(format!("{asked}\r\n")).answer().expect_ok("both");
    }
    let heads: Vec<String> = stage.partner.wait(2).iter().map(Received::describe).collect();
    assert!(heads.iter().all(|head| *head == format!("{asked}{}\r\n", added())), "{heads:?}");
    assert!(stage.partner.connections() > 1, "nothing was sent again");
}

#[test]
fn what_diagnostics_add_is_spelled_as_its_standards_do() {
    let stage = Stage::with(|world| world.top("diagnostic_headers", "true"));
    let seen = stage.pass(get("/api/x", &["X-REQUEST-ID: mine"]));
    let names: Vec<&str> = seen.fields.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "Host",
        "X-REQUEST-ID",
        "X-Evotor-Store-Uuid",
        "X-Evotor-Device-UUID",
        "X-Evotor-User-Id",
        "Authorization",
        "Via",
        "traceparent",
    ];
    assert_eq!(names, expected);
}

#[test]
fn the_names_of_an_app_that_speaks_http2_are_written_in_title_case() {
    let stage = Stage::start();
    let mut app = h2::Client::dial(stage.gateway.https, HOST, &stage.gateway.ca());
    let mut asked = h2::get("/api/x");
    asked.headers_mut().insert("x-lower-case", "1".parse().unwrap());
    assert_eq!(app.ask(asked).unwrap().status, 200);
    let head = stage.partner.last().describe();
    let expected =
        format!("GET /api/x HTTP/1.1\r\nHost: {HOST}\r\nX-Lower-Case: 1\r\n{}\r\n", added());
    assert_eq!(head, expected);
}

#[test]
fn the_record_has_the_names_as_they_were_written() {
    let answer =
        b"HTTP/1.1 200 OK\r\nSERVER: x\r\nX-tRace: 1\r\ncontent-Length: 2\r\nX-Last: 3\r\n\r\nok";
    let stage = Stage::before(Partner::answering(answer));
    stage.ask("GET /api/x HTTP/1.1\r\nX-b: 1\r\nHOST: loyalty.example.ru\r\nx-A: 2\r\n\r\n");
    let row = stage.gateway.recorded(1).remove(0);
    let stages = stage.gateway.exchange(&row["id"])["stages"].clone();
    let names = |stage: &str| -> Vec<String> {
        let fields = stages[stage]["fields"].as_array();
        let fields = fields.unwrap_or_else(|| panic!("{stage} of {stages}"));
        fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
    };
    let passed = [
        "X-b",
        "HOST",
        "x-A",
        "X-Evotor-Store-Uuid",
        "X-Evotor-Device-UUID",
        "X-Evotor-User-Id",
        "Authorization",
    ];
    assert_eq!(json!(names("passed")), json!(passed));
    assert_eq!(names("answered"), ["SERVER", "X-tRace", "content-Length", "X-Last"]);
    assert_eq!(names("returned"), ["SERVER", "X-tRace", "content-Length", "X-Last"]);
}
