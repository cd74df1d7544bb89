//! The first version of the vendor's proxy: the answer as `{status, body}`.

use std::io::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::{Answer, Gateway, Partner, Stage, World, get};

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

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn packed(coding: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

#[test]
fn an_answer_is_whole_or_it_is_an_error() {
    let plain: Vec<u8> = (0..600_000_u32).flat_map(|n| format!("{n},").into_bytes()).collect();
    let whole = gzip(&plain);
    for mode in ["wrap", "unwrap"] {
        let got = ask(mode, packed("gzip", &whole));
        got.clone().expect_ok("a whole answer");
        let text = String::from_utf8(plain.clone()).unwrap();
        match mode {
            "wrap" => assert!(got.json()["body"] == *text, "not all of it"),
            _ => assert!(got.text() == text, "not all of it"),
        }
        let rows: &[(&str, &str, Vec<u8>)] = &[
            ("what is no gzip", "gzip", b"not zip".to_vec()),
            ("a large one cut", "gzip", whole[..whole.len() - 9].to_vec()),
            ("a small one cut", "gzip", gzip(b"{}")[..12].to_vec()),
            ("another after it", "gzip", [&gzip(b"{}")[..], b"{}"].concat()),
            ("an unknown coding", "zstd", b"{}".to_vec()),
            ("more than 8 MiB", "gzip", gzip(&vec![b' '; (8 << 20) + 1])),
            ("twice packed", "gzip, gzip", gzip(&gzip(&vec![b' '; 80 << 20]))),
        ];
        for (what, coding, body) in rows {
            let got = ask(mode, packed(coding, body));
            let got = got.expect_refusal(what, 502, "v1_envelope_invalid");
            assert!(!got.json()["hint"].as_str().unwrap().is_empty(), "{what}");
        }
    }
}

#[test]
fn an_answer_over_the_limit_is_an_error_whether_it_tells_its_length_or_not() {
    let told = b"HTTP/1.1 200 OK\r\nContent-Length: 33554433\r\n\r\n".to_vec();
    let got = ask("wrap", told);
    got.expect_refusal("told", 502, "v1_envelope_invalid");
    let partner = Partner::scripted(|call| {
        call.body();
        call.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        let chunk = [b"100000\r\n".to_vec(), vec![b'a'; 1 << 20], b"\r\n".to_vec()].concat();
        while call.send(&chunk) {}
        call.close();
    });
    let stage = Stage::of(partner, v1);
    let got = stage.ask(get("/api/x", &[]));
    let got = got.expect_refusal("an endless one", 502, "v1_envelope_invalid");
    assert!(got.json()["detail"].as_str().unwrap().contains("32 MiB"), "{}", got.describe());
}

#[test]
fn all_members_and_codings_come_off() {
    let members = [gzip(b"{\"a\":"), gzip(b"1}")].concat();
    for (coding, body) in [("gzip", members), ("gzip, gzip", gzip(&gzip(b"{\"a\":1}")))] {
        let got = ask("wrap", packed(coding, &body));
        assert_eq!(got.json(), json!({"status": 200, "body": {"a": 1}}), "{coding}");
    }
}

/// Starts with one worker, so that every connection is a neighbour, and a partner whose answer to
/// `/api/bomb` is given.
fn beside_bombs(bomb: Vec<u8>) -> Stage {
    let partner = Partner::scripted(move |call| {
        call.body();
        let is_bomb = call.request.target() == "/api/bomb";
        call.send(if is_bomb { &bomb } else { b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" });
    });
    // What the journal keeps is bounded by itself.
    Stage::of(partner, |world| v1(world).top("workers", "1").top("journal", "{enabled: false}"))
}

/// The most memory that the process takes from now on, beyond what it takes now.
fn grown(gateway: &Gateway, work: impl FnOnce()) -> u64 {
    let kib = |name: &str| -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", gateway.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    };
    // The peak begins anew.
    std::fs::write(format!("/proc/{}/clear_refs", gateway.pid()), "5").unwrap();
    let before = kib("VmRSS:");
    work();
    kib("VmHWM:").saturating_sub(before) >> 10
}

#[test]
fn many_bombs_at_once_take_little_memory() {
    // 29 KiB, and 30 MiB of text that would be quoted to 180.
    let bomb = gzip(&vec![0; 30 << 20]);
    let stage = beside_bombs(packed("gzip", &bomb));
    stage.gateway.expect_alive("before");
    let mebibytes = grown(&stage.gateway, || {
        let mut apps: Vec<_> = (0..12).map(|_| stage.gateway.http()).collect();
        for app in &mut apps {
            app.send(get("/api/bomb", &[]));
        }
        for mut app in apps {
            let answer = app.answer();
            answer.expect_one_of("a bomb", &["v1_envelope_invalid", "overloaded"]);
        }
    });
    assert!(mebibytes <= 64, "twelve bombs took {mebibytes} MiB");
}

#[test]
fn long_answers_that_nobody_reads_take_only_what_is_set_apart() {
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4194304\r\n\r\n".to_vec();
    answer.resize(answer.len() + (4 << 20), b'a');
    let stage = beside_bombs(answer);
    stage.gateway.expect_alive("before");
    let mebibytes = grown(&stage.gateway, || {
        let mut apps: Vec<_> = (0..40).map(|_| stage.gateway.http()).collect();
        for app in &mut apps {
            app.send(get("/api/bomb", &[]));
        }
        stage.partner.wait_for_heads(41);
        // The neighbour's small answer needs nothing of it.
        stage.gateway.expect_alive("beside them");
        let answers = apps.into_iter().map(|mut app| {
            app.wire().tcp().set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            app.answer()
        });
        let answers: Vec<_> = answers.map(|answer| (answer.status, answer.body.len())).collect();
        let whole = (4 << 20) + r#"{"status":200,"body":""}"#.len();
        assert!(answers.iter().all(|&(status, length)| status == 503 || length == whole));
        assert!(answers.iter().any(|&(status, _)| status == 200));
    });
    // 160 MiB as they come, and as much again quoted.
    assert!(mebibytes <= 160, "forty long answers took {mebibytes} MiB");
}

#[test]
fn a_neighbour_is_answered_while_a_bomb_is_unpacked() {
    // Long work whatever the machine: so many members of nothing, and then one that is broken.
    let stage = beside_bombs(packed("gzip", &[gzip(b"").repeat(25_000), b"end".to_vec()].concat()));
    stage.gateway.expect_alive("before");
    let mut bombs: Vec<_> = (0..2).map(|_| stage.gateway.http()).collect();
    for bomb in &mut bombs {
        bomb.send(get("/api/bomb", &[]));
    }
    stage.partner.wait(3);
    let (tell, hear) = std::sync::mpsc::channel();
    let bombs = bombs.into_iter().map(|mut bomb| {
        let tell = tell.clone();
        std::thread::spawn(move || {
            bomb.wire().tcp().set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            let answer = bomb.answer();
            tell.send("bomb").unwrap();
            answer.expect_refusal("a bomb", 502, "v1_envelope_invalid");
        })
    });
    let bombs: Vec<_> = bombs.collect();
    stage.gateway.expect_alive("a neighbour");
    tell.send("neighbour").unwrap();
    for bomb in bombs {
        bomb.join().unwrap();
    }
    let order: Vec<_> = hear.try_iter().collect();
    assert_eq!(order, ["neighbour", "bomb", "bomb"]);
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
