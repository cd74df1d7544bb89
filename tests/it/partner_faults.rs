//! A partner that misbehaves: the app gets a clean answer, and the next request is none the worse.

use crate::support::message::chunks;
use crate::support::partner::hanging;
use crate::support::{Answer, Call, Latch, Partner, Stage, get, head_of, ok, post, secure};

const PROTOCOL: &[&str] = &["partner_protocol"];
const RESET: &[&str] = &["partner_reset", "partner_protocol"];

/// Asks twice on one connection; the second answer must be the second request's own.
fn first_and_next(what: &str, script: impl Fn(&mut Call) + Send + Sync + 'static) -> Answer {
    let stage = Stage::of(Partner::first(script), |world| world.top("workers", "1"));
    let mut raw = stage.gateway.http();
    let first = raw.exchange(post("/api/first", &[], b"body"));
    for number in 0..2 {
        let next = stage.gateway.ask(get(&format!("/api/next/{number}"), &[]));
        assert_eq!((next.status, next.text().as_str()), (200, "ok"), "{what}: {}", next.describe());
    }
    first
}

#[test]
fn a_broken_head_is_a_502() {
    let big =
        format!("HTTP/1.1 200 OK\r\nX-Big: {}\r\nContent-Length: 0\r\n\r\n", "x".repeat(3_000_000));
    let flood = "HTTP/1.1 100 Continue\r\n\r\n".repeat(200)
        + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let rows = [
        ("no status line", "HELLO\r\n\r\n"),
        ("no status", "HTTP/1.1\r\n\r\n"),
        ("a status in letters", "HTTP/1.1 abc OK\r\n\r\n"),
        ("four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
        ("two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"),
        ("status 600", "HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n"),
        ("status 000", "HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n"),
        ("HTTP/2.0 in text", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ("ICY", "ICY 200 OK\r\n\r\n"),
        ("a blank before", " HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ("bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        ("bare LF behind a field", "HTTP/1.1 200 OK\r\nX: y\nContent-Length: 0\r\n\r\n"),
        ("bare CR", "HTTP/1.1 200 OK\r\nX: y\rZ: z\r\nContent-Length: 0\r\n\r\n"),
        ("NUL in a value", "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"),
        ("NUL in a name", "HTTP/1.1 200 OK\r\nX\0: a\r\nContent-Length: 0\r\n\r\n"),
        ("a folded field", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n"),
        ("a space before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n"),
        ("no colon", "HTTP/1.1 200 OK\r\nX\r\nContent-Length: 0\r\n\r\n"),
        ("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"),
        (
            "two equal lengths",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
        ),
        ("a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nab"),
        ("a signed length", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab"),
        ("a length in letters", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nab"),
        (
            "an endless length",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nab",
        ),
        (
            "CL and TE",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "TE and CL",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        ),
        ("TE gzip", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc"),
        (
            "TE twice",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "TE gzip, chunked",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        ),
        ("TE in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (
            "101 unasked",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        ),
        ("a flood of 100", &flood),
        ("a head of 3 MB", &big),
        ("the TLS of a wrong port", "\x15\x03\x03\x00\x02\x02\x28\r\n\r\n"),
    ];
    for (what, answer) in rows {
        let answer = answer.as_bytes().to_vec();
        let first = first_and_next(what, move |call| {
            call.body();
            call.send(&answer);
            call.close();
        });
        first.expect_one_of(what, PROTOCOL);
    }
}

#[test]
fn leftovers_never_answer_the_next_request() {
    let evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL";
    let rows = [
        ("extra bytes", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokEXTRA".to_owned()),
        ("a second answer", format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok{evil}")),
        (
            "a second answer behind chunks",
            format!(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n{evil}"
            ),
        ),
        ("204 with a body", format!("HTTP/1.1 204 No Content\r\n\r\n{evil}")),
        (
            "204 with a length",
            format!("HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nEVIL{evil}"),
        ),
        (
            "204 with chunks",
            "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nEVIL\r\n0\r\n\r\n"
                .to_owned(),
        ),
        (
            "304 with a body",
            format!("HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nEVIL{evil}"),
        ),
        ("304 with an answer", format!("HTTP/1.1 304 Not Modified\r\n\r\n{evil}")),
        ("an empty answer and more", format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n{evil}")),
    ];
    for (what, answer) in rows {
        let first = first_and_next(what, move |call| {
            call.body();
            call.send(answer.as_bytes());
        });
        match first.code() {
            "" => assert!(!first.text().contains("E"), "{what}: {}", first.describe()),
            _ => drop(first.expect_one_of(what, PROTOCOL)),
        }
    }
}

#[test]
fn an_unasked_answer_on_an_idle_connection_is_never_used() {
    let (asked, said) = (Latch::default(), Latch::default());
    let (wait, tell) = (asked.clone(), said.clone());
    let partner = Partner::first(move |call| {
        call.body();
        call.send(&ok("first"));
        wait.wait();
        call.send(&ok("EVIL"));
        tell.open();
    });
    let stage = Stage::of(partner, |world| world.top("workers", "1"));
    let mut raw = stage.gateway.http();
    assert_eq!(raw.exchange(get("/api/1", &[])).text(), "first");
    asked.open();
    said.wait();
    for _ in 0..3 {
        assert_eq!(raw.exchange(get("/api/2", &[])).text(), "ok");
    }
}

#[test]
fn a_partner_that_closes_or_resets_before_answering_is_a_502() {
    let rows: &[(&str, &str, bool)] = &[
        ("a close at once", "", false),
        ("a reset at once", "", true),
        ("a close within the status line", "HTTP/1.1 20", false),
        ("a reset within the status line", "HTTP/1.1 20", true),
        ("a close within the fields", "HTTP/1.1 200 OK\r\nContent-Le", false),
        ("a reset within the fields", "HTTP/1.1 200 OK\r\nContent-Le", true),
        ("a close behind 100", "HTTP/1.1 100 Continue\r\n\r\n", false),
    ];
    for (what, bytes, reset) in rows {
        let first = first_and_next(what, move |call| {
            call.body();
            call.send(bytes.as_bytes());
            if *reset { call.reset() } else { call.close() }
        });
        first.expect_one_of(what, RESET);
    }
}

#[test]
fn a_small_answer_cut_short_is_a_clean_502() {
    for reset in [false, true] {
        let first = first_and_next("cut short", move |call| {
            call.body();
            call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            if reset { call.reset() } else { call.close() }
        });
        first.expect_one_of("cut short", RESET);
    }
}

#[test]
fn a_long_answer_cut_short_is_never_taken_for_whole() {
    let big = "x".repeat(200_000);
    let chunked = String::from_utf8(chunks(big.as_bytes(), 50_000)).unwrap();
    let rows = [
        ("counted", format!("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n{big}"), false),
        ("counted, reset", format!("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n{big}"), true),
        (
            "chunked",
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}"),
            false,
        ),
        (
            "a broken chunk",
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}zz\r\n"),
            false,
        ),
        (
            "an overflowing chunk",
            format!(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}fffffffffffffffff\r\n"
            ),
            false,
        ),
    ];
    for (what, answer, reset) in rows {
        let stage = Stage::before(Partner::first(move |call| {
            call.send(answer.as_bytes());
            if reset { call.reset() } else { call.close() }
        }));
        let mut raw = stage.gateway.http();
        let got = raw.exchange(get("/api/x", &[]));
        if got.status == 200 {
            assert!(!got.whole, "{what}: taken for whole, {} bytes", got.body.len());
            raw.expect_end(what);
        } else {
            got.expect_one_of(what, RESET);
        }
        stage.gateway.expect_alive(what);
    }
}

#[test]
fn a_close_delimited_answer_that_is_reset_is_not_whole() {
    let (sent, read) = (Latch::default(), Latch::default());
    let (tell, wait) = (sent.clone(), read.clone());
    let stage = Stage::before(Partner::first(move |call| {
        call.send(b"HTTP/1.1 200 OK\r\n\r\n");
        call.send(&[b'x'; 100_000]);
        tell.open();
        wait.wait();
        call.reset();
    }));
    let mut raw = stage.gateway.http();
    raw.send(get("/api/x", &[]));
    sent.wait();
    let (_, status, fields, mode) = raw.answer_head().expect("a head");
    assert_eq!(status, 200);
    read.open();
    let body = raw.pipe.body(mode).unwrap();
    let framed = crate::support::message::framing(&fields, crate::support::message::Framing::Close);
    let by_close = framed == crate::support::message::Framing::Close;
    assert!(by_close || !body.whole, "a cut answer looks whole: {fields:?}");
    stage.gateway.expect_alive("after a reset");
}

#[test]
fn an_http_1_0_partner_is_relayed() {
    let first = first_and_next("1.0", |call| {
        call.body();
        call.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end");
        call.close();
    });
    assert_eq!(first.expect_ok("1.0").text(), "until the end");
}

#[test]
fn interim_answers_do_not_hide_the_final_one() {
    let first = first_and_next("interim", |call| {
        call.body();
        call.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
        call.send(&ok("final"));
    });
    if first.status == 200 {
        assert_eq!(first.text(), "final");
    } else {
        assert!(matches!(first.status, 100 | 103), "{}", first.describe());
    }
}

#[test]
fn a_dripped_answer_arrives_whole() {
    let first = first_and_next("drip", |call| {
        call.body();
        call.drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n3;x\r\nabc\r\n0\r\n\r\n");
    });
    assert_eq!(first.expect_ok("drip").text(), "abc");
}

#[test]
fn an_early_answer_reaches_the_app_and_frees_nothing_half_used() {
    for close in [true, false] {
        let stage = Stage::of(
            Partner::first(move |call| {
                call.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nearly");
                if close { call.close() } else { call.hang() }
            }),
            |world| world.top("workers", "1"),
        );
        let mut raw = stage.gateway.http();
        raw.send(head_of("POST", "/api/x", &["Content-Length: 100000"])).send("some");
        let got = raw.answer();
        assert_eq!((got.status, got.text().as_str()), (413, "early"), "{}", got.describe());
        for _ in 0..2 {
            stage.gateway.expect_alive("after an early answer");
        }
        let lines = stage.partner.lines();
        assert_eq!(lines.len(), 3, "{lines:?}");
    }
}

#[test]
fn a_body_that_stalls_is_cut_off() {
    let partner = Partner::first(|call| {
        call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        call.send(&[b'x'; 40_000]);
        call.hang();
    });
    let stage = Stage::of(partner, |world| world.limit("body_timeout: 400ms"));
    let mut raw = stage.gateway.http();
    let got = raw.exchange(get("/api/x", &[]));
    if got.status == 200 {
        assert!(!got.whole, "taken for whole");
        raw.expect_end("a stalled body");
    } else {
        got.expect_refusal("a stalled body", 504, "partner_timeout");
    }
    stage.gateway.expect_alive("after a stalled body");
}

#[test]
fn a_handshake_that_hangs_is_a_timeout() {
    let partner = Partner::scripted(hanging);
    let base = format!("https://localhost:{}", partner.addr.port());
    let stage = Stage::of(partner, |world| {
        world.upstream("http://loyalty.example.ru", &base).limit("connect_timeout: 400ms")
    });
    let answer = stage.ask(get("/api/x", &[]));
    answer.expect_one_of("no ServerHello", &["partner_timeout", "partner_tls"]);
}

#[test]
fn an_app_that_leaves_lets_go_of_its_partner() {
    let stage = Stage::before(Partner::first(hanging));
    let mut raw = stage.gateway.http();
    raw.send(get("/api/x", &[]));
    stage.partner.wait_for_heads(1);
    raw.pipe.reset();
    stage.partner.wait_for_closed(1);
    stage.gateway.expect_alive("after an app that left");
}

#[test]
fn insecure_takes_a_certificate_unseen_and_says_so() {
    let identity = secure::Identity::of("somebody.else", &[]);
    let partner = Partner::secure(identity.server, |call| {
        call.body();
        call.send(&ok("unseen"));
    });
    let entry = format!("{{url: https://localhost:{}, insecure: true}}", partner.addr.port());
    let stage = Stage::of(partner, |world| world.upstream("http://loyalty.example.ru", &entry));
    assert_eq!(stage.ask(get("/api/x", &[])).expect_ok("insecure").text(), "unseen");
    stage.gateway.wait_for_log(&["WARN", "insecure"]);
}

#[test]
fn a_partners_certificate_is_held_to_its_name() {
    let identity = secure::Identity::of("somebody.else", &[]);
    let partner = Partner::secure(identity.server, |call| {
        call.send(&ok("never"));
    });
    let base = format!("https://localhost:{}", partner.addr.port());
    let stage = Stage::of(partner, |world| {
        let world = world.file("ca.pem", &identity.ca_pem).top("partner_ca", "[ca.pem]");
        world.upstream("http://loyalty.example.ru", &base)
    });
    stage.ask(get("/api/x", &[])).expect_refusal("another name", 502, "partner_tls");
    assert_eq!(stage.partner.lines(), Vec::<String>::new());
}
