//! The first version of the vendor's proxy: the answer as `{status, body}`.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::{Answer, Partner, Stage, World, get};

fn v1(world: World) -> World {
    world.app("proxy", "v1")
}

fn answer(status: u16, kind: &str, body: &[u8]) -> Vec<u8> {
    let kind = if kind.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
    let mut bytes =
        format!("HTTP/1.1 {status} X\r\n{kind}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn ask(mode: &str, answer: Vec<u8>) -> Answer {
    let stage = Stage::of(Partner::answering(answer), |world| v1(world).app("envelope", mode));
    stage.ask(get("/api/x", &[]))
}

#[track_caller]
fn wrapped(status: u16, kind: &str, body: &[u8]) -> Answer {
    let got = ask("wrap", answer(status, kind, body));
    assert_eq!(got.status, 200, "{}", got.describe());
    let content_type = got.field("content-type").unwrap_or_default();
    assert!(content_type.starts_with("application/json"), "{}", got.describe());
    assert_eq!(got.json()["status"], status, "{}", got.describe());
    got
}

#[test]
fn json_is_embedded_as_a_value() {
    let got = wrapped(200, "application/json", br#"{"cards":[1,2],"name":"\u041a"}"#);
    assert_eq!(got.json(), json!({"status": 200, "body": {"cards": [1, 2], "name": "К"}}));
}

#[test]
fn json_is_embedded_as_it_stands() {
    let bodies = [
        r#"{"big":12345678901234567890123456789.000000000000000001,"e":1e400}"#,
        r#"{"a":1,"a":2}"#,
        r#"[ 1 ,  2,{ "x" : "\u0041\/" } ]"#,
        r#""a string""#,
        "17",
        "null",
        "true",
        r#"{"body":1}"#,
        r#"{"status":"ok","body":{}}"#,
        r#"{"status":200}"#,
        r#"{"nested":{"status":200,"body":1}}"#,
    ];
    for body in bodies {
        let text = ask("wrap", answer(200, "application/json", body.as_bytes())).text();
        assert!(text.contains(body) && text.contains("200"), "{body} is not verbatim in {text}");
    }
}

#[test]
fn space_around_json_does_no_harm() {
    let got = wrapped(200, "application/json; charset=utf-8", b" \r\n{\"a\" :1}\n");
    assert_eq!(got.json()["body"], json!({"a": 1}));
}

#[test]
fn other_text_becomes_a_string() {
    let rows: &[(&str, &str)] = &[
        ("text/plain", "hello \"quoted\" \\ \u{1} back\r\nline"),
        ("text/html; charset=utf-8", "<p>Привет</p>"),
        ("application/xml", "<a b='c'/>"),
        ("application/json", "{broken"),
        ("application/json", "{} trailing"),
    ];
    for (kind, body) in rows {
        let got = wrapped(200, kind, body.as_bytes());
        assert_eq!(got.json()["body"], *body, "{kind}");
        assert_eq!(got.json()["encoding"], Value::Null, "{kind}");
    }
}

#[test]
fn anything_else_becomes_base64() {
    let bytes: Vec<u8> = (0..=255).collect();
    for kind in ["image/png", "application/octet-stream", ""] {
        let got = wrapped(200, kind, &bytes);
        assert_eq!(got.json()["body"], STANDARD.encode(&bytes), "{kind}");
        assert_eq!(got.json()["encoding"], "base64", "{kind}");
    }
}

#[test]
fn the_partners_status_travels_in_the_object() {
    for status in [201, 302, 400, 401, 404, 418, 500, 503] {
        let got = wrapped(status, "application/json", br#"{"m":1}"#);
        assert_eq!(got.json()["body"]["m"], 1);
    }
}

#[test]
fn an_answer_without_a_body_is_wrapped_too() {
    for head in ["HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
    {
        let got = ask("wrap", head.into());
        assert_eq!(got.status, 200, "{}", got.describe());
        let body = &got.json()["body"];
        assert!(body.is_null() || body == "", "{head}: {}", got.describe());
    }
}

#[test]
fn an_answer_that_is_an_envelope_already_passes_as_it_is() {
    for body in [
        r#"{"status":201,"body":{"a":1}}"#,
        r#"{ "body" : null , "status" : 404 }"#,
        r#"{"status":200,"body":"x","encoding":"base64"}"#,
    ] {
        for mode in ["wrap", "require"] {
            let got = ask(mode, answer(200, "application/json", body.as_bytes()));
            assert_eq!(
                (got.status, got.text().as_str()),
                (200, body),
                "{mode}: {}",
                got.describe()
            );
        }
    }
}

#[test]
fn require_refuses_what_is_no_envelope() {
    for body in ["{}", "hello", r#"{"status":"200","body":1}"#, r#"{"status":200}"#, "[]", ""] {
        let got = ask("require", answer(200, "application/json", body.as_bytes()));
        got.expect_refusal(body, 502, "v1_envelope_invalid");
    }
}

#[test]
fn unwrap_makes_a_plain_answer() {
    let rows: &[(&str, u16, &str)] = &[
        (r#"{"status":404,"body":"not here"}"#, 404, "not here"),
        (r#"{"status":200,"body":{"a" : 1.0}}"#, 200, r#"{"a" : 1.0}"#),
    ];
    for (envelope, status, body) in rows {
        let got = ask("unwrap", answer(200, "application/json", envelope.as_bytes()));
        assert_eq!(
            (got.status, got.text().as_str(), got.code()),
            (*status, *body, ""),
            "{envelope}"
        );
    }
}

#[test]
fn compressed_json_is_decoded() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(br#"{"a":1}"#).unwrap();
    let packed = encoder.finish().unwrap();
    let mut bytes = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    )
    .into_bytes();
    bytes.extend_from_slice(&packed);
    let got = ask("wrap", bytes);
    assert_eq!(got.json(), json!({"status": 200, "body": {"a": 1}}), "{}", got.describe());
    assert_eq!(got.field("content-encoding"), None);
}

#[test]
fn what_only_claims_to_be_gzip_harms_nobody() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nnot zip";
    let stage = Stage::of(Partner::answering(bytes.to_vec()), v1);
    let got = stage.ask(get("/api/x", &[]));
    assert!(matches!(got.status, 200 | 502), "{}", got.describe());
    assert_eq!(stage.ask(get("/api/x", &[])).status, got.status);
}

#[test]
fn answers_of_every_framing_are_wrapped() {
    let rows = [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    ];
    for row in rows {
        let got = ask("wrap", row.into());
        assert_eq!(got.status, 200);
        assert_eq!(got.json()["status"], 200, "{row}");
    }
}

#[test]
fn a_v1_request_is_rewritten_like_any_other() {
    let stage = Stage::with(v1);
    let seen = stage.pass(get("/api/x", &["X-Device-Salt: 1", "Authorization: mine"]));
    assert_eq!(seen.all("authorization"), ["Bearer user-token-0123456789abcdef"]);
    assert_eq!(seen.all("x-device-salt"), Vec::<&str>::new());
}

#[test]
fn a_refusal_is_never_wrapped() {
    let stage = Stage::with(v1);
    stage.ask(get("/forbidden", &[])).expect_refusal("v1", 403, "url_not_allowed");
}

#[test]
fn a_request_to_the_gateway_itself_goes_to_base_url() {
    let stage = Stage::with(|world| v1(world).app("base_url", "http://loyalty.example.ru/api"));
    let addr = stage.gateway.http;
    let got = stage.ask(format!("GET /cards?x=1 HTTP/1.1\r\nHost: {addr}\r\n\r\n"));
    assert_eq!(got.json(), json!({"status": 200, "body": "ok"}), "{}", got.describe());
    let seen = stage.partner.only();
    assert_eq!(seen.line, "GET /api/cards?x=1 HTTP/1.1");
    assert_eq!(seen.all("host"), ["loyalty.example.ru"]);
}
