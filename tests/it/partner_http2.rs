//! What is said of a partner that breaks off or breaks the rules over HTTP/2.

use crate::support::h2_raw::{
    Connection, DATA, END_HEADERS, END_STREAM, HEADERS, OK, PING, WINDOW_UPDATE, partner,
};
use crate::support::{Gateway, World, get, secure};

const NAMES: [&str; 14] = [
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
];

/// A gateway before a partner that does this with every request.
fn before(act: impl Fn(&mut Connection, u32) + Send + Sync + 'static) -> Gateway {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let addr = partner(identity.server, move |connection| {
        while let Some((stream, _)) = connection.request() {
            act(connection, stream);
        }
    });
    World::at(&format!("https://localhost:{}", addr.port()))
        .file("ca.pem", &identity.ca_pem)
        .top("partner_ca", "[ca.pem]")
        .start()
}

#[track_caller]
fn expect(gateway: &Gateway, what: &str, code: &str, words: &[&str]) {
    let answer = gateway.ask(get("/api/x", &[])).expect_refusal(what, 502, code);
    let text = answer.text();
    assert!(words.iter().all(|word| text.contains(word)), "{what}: {words:?} in {text}");
}

#[test]
fn a_reset_stream_is_told_with_its_code() {
    for (code, name) in (0..).zip(NAMES) {
        let gateway = before(move |connection, stream| connection.reset(stream, code));
        expect(&gateway, name, "partner_protocol", &["RST_STREAM", name]);
    }
    let gateway = before(|connection, stream| connection.reset(stream, 0xbeef));
    expect(&gateway, "an unknown code", "partner_protocol", &["RST_STREAM", "beef"]);
}

#[test]
fn a_connection_that_goes_away_is_told_with_its_code() {
    for (code, name) in (0..).zip(NAMES) {
        let gateway = before(move |connection, _| connection.go_away(0, code));
        expect(&gateway, name, "partner_protocol", &["GOAWAY", name]);
    }
    for (code, name) in (1..).zip(&NAMES[1..]) {
        let gateway = before(move |connection, stream| {
            connection.go_away(stream, code);
            connection.close();
        });
        expect(&gateway, name, "partner_protocol", &["GOAWAY", name]);
    }
}

#[test]
fn only_a_connection_that_ends_without_a_word_is_partner_reset() {
    let rows: [(&str, fn(&mut Connection, u32)); 3] = [
        ("a close", |connection, _| connection.close()),
        ("a reset", |connection, _| connection.abort()),
        ("a close after a polite GOAWAY", |connection, stream| {
            connection.go_away(stream, 0);
            connection.close();
        }),
    ];
    for (what, act) in rows {
        expect(&before(act), what, "partner_reset", &["closed the connection"]);
    }
}

#[test]
fn a_violation_is_told_with_its_code() {
    let rows: [(&str, fn(&mut Connection, u32), &str); 10] = [
        (
            "a window that overflows",
            |connection, _| connection.send(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
            "FLOW_CONTROL_ERROR",
        ),
        (
            "HPACK with an index of none",
            |connection, stream| connection.send(HEADERS, END_HEADERS, stream, &[0x80]),
            "PROTOCOL_ERROR",
        ),
        ("a short PING", |connection, _| connection.send(PING, 0, 0, b"1234567"), "PROTOCOL_ERROR"),
        (
            "a frame over the limit",
            |connection, stream| connection.send(DATA, 0, stream, &[0; 16385]),
            "FRAME_SIZE_ERROR",
        ),
        (
            "DATA before a head",
            |connection, stream| connection.send(DATA, END_STREAM, stream, b"x"),
            "PROTOCOL_ERROR",
        ),
        (
            "a head without a status",
            |connection, stream| connection.send(HEADERS, END_HEADERS, stream, &field("a", "b")),
            "PROTOCOL_ERROR",
        ),
        (
            "a name in upper case",
            |connection, stream| {
                connection.send(HEADERS, END_HEADERS, stream, &[OK, &field("X-A", "b")].concat());
            },
            "PROTOCOL_ERROR",
        ),
        (
            "a field of the connection",
            |connection, stream| {
                let head = [OK, &field("connection", "close")].concat();
                connection.send(HEADERS, END_HEADERS, stream, &head);
            },
            "PROTOCOL_ERROR",
        ),
        (
            "a stream that nobody opened",
            |connection, _| connection.send(HEADERS, END_HEADERS, 99, OK),
            "PROTOCOL_ERROR",
        ),
        ("DATA on no stream", |connection, _| connection.send(DATA, 0, 0, b"x"), "PROTOCOL_ERROR"),
    ];
    for (what, act, name) in rows {
        expect(&before(act), what, "partner_protocol", &[name]);
    }
}

#[test]
fn a_partner_that_does_not_speak_what_it_chose_in_alpn_is_told_of() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = crate::support::Partner::secure(identity.server, |call| {
        call.send(&crate::support::ok("over HTTP/1.1"));
    });
    let gateway = World::at(&format!("https://localhost:{}", partner.addr.port()))
        .file("ca.pem", &identity.ca_pem)
        .top("partner_ca", "[ca.pem]")
        .start();
    let answer = gateway.ask(get("/api/x", &[]));
    answer.expect_one_of("HTTP/1.1 after all", &["partner_protocol", "partner_reset"]);
}

#[test]
fn a_long_answer_that_is_reset_is_never_whole_and_the_journal_says_why() {
    for code in [0, 2, 8] {
        let gateway = before(move |connection, stream| {
            connection.send(HEADERS, END_HEADERS, stream, OK);
            connection.send(DATA, 0, stream, &[b'x'; 10_000]);
            connection.reset(stream, code);
        });
        let mut raw = gateway.http();
        raw.send(get("/api/x", &[]));
        if let Some(answer) = raw.try_answer() {
            assert!(answer.status == 502 || !answer.whole, "{code}: {}", answer.describe());
        }
        let recorded = gateway.recorded(1);
        let told = gateway.exchange(&recorded[0]["id"]).to_string();
        let name = NAMES[code as usize];
        assert!(told.contains("partner_protocol") && told.contains(name), "{name}: {told}");
    }
}

#[test]
fn a_short_answer_that_is_reset_is_a_clean_502() {
    for code in [0, 2, 8] {
        let gateway = before(move |connection, stream| {
            let head = [OK, &field("content-length", "100")].concat();
            connection.send(HEADERS, END_HEADERS, stream, &head);
            connection.send(DATA, 0, stream, b"half");
            connection.reset(stream, code);
        });
        let name = NAMES[code as usize];
        expect(&gateway, name, "partner_protocol", &["broke off", "RST_STREAM", name]);
    }
}

/// A field as HPACK writes one that nobody is to remember.
fn field(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    [vec![0], text(name), text(value)].concat()
}
