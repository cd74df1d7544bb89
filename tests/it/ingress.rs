//! How requests come in: three forms on two listeners, and how connections behave.

use std::fs;
use std::process::Command;

use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::support::gateway::{Gateway, command};
use crate::support::{Latch, Partner, Raw, Stage, World, get, ok, post, secure};

const HOST: &str = "loyalty.example.ru";

#[test]
fn an_origin_form_request_on_the_http_listener_arrives() {
    let seen = Stage::start().pass(get("/api/x?a=1&b", &[]));
    assert_eq!(seen.line, "GET /api/x?a=1&b HTTP/1.1");
    assert_eq!(seen.all("host"), [HOST]);
}

#[test]
fn an_origin_form_request_on_the_https_listener_arrives_as_https() {
    let stage = Stage::with(|world| world.allow(&[r"https://loyalty\.example\.ru/api/.*"]));
    let mut raw = stage.gateway.https(HOST);
    raw.exchange(get("/api/x", &[])).expect_ok("https");
    assert_eq!(stage.partner.only().line, "GET /api/x HTTP/1.1");
    stage.ask(get("/api/x", &[])).expect_refusal("plain http", 403, "url_not_allowed");
}

#[test]
fn an_absolute_form_request_arrives_in_origin_form() {
    let stage = Stage::start();
    let seen = stage
        .pass("GET http://loyalty.example.ru/api/x?q HTTP/1.1\r\nHost: loyalty.example.ru\r\n\r\n");
    assert_eq!(seen.line, "GET /api/x?q HTTP/1.1");
    assert_eq!(seen.all("host"), [HOST]);
}

#[test]
fn an_absolute_https_url_on_the_http_listener_is_matched_as_https() {
    let stage = Stage::with(|world| world.allow(&[r"https://loyalty\.example\.ru/api/.*"]));
    let seen = stage
        .pass("GET https://loyalty.example.ru/api/x HTTP/1.1\r\nHost: loyalty.example.ru\r\n\r\n");
    assert_eq!(seen.line, "GET /api/x HTTP/1.1");
}

#[test]
fn an_absolute_form_request_on_the_https_listener_arrives() {
    let stage = Stage::start();
    let mut raw = stage.gateway.https(HOST);
    raw.exchange(
        "GET https://loyalty.example.ru/api/x HTTP/1.1\r\nHost: loyalty.example.ru\r\n\r\n",
    )
    .expect_ok("absolute form over TLS");
    assert_eq!(stage.partner.only().line, "GET /api/x HTTP/1.1");
}

#[test]
fn http_1_0_is_answered_and_the_connection_closed() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    raw.exchange("GET /api/x HTTP/1.0\r\nHost: loyalty.example.ru\r\n\r\n").expect_ok("1.0");
    raw.expect_end("after a 1.0 request");
    assert_eq!(stage.partner.only().line, "GET /api/x HTTP/1.1");
}

#[test]
fn http_1_0_with_keep_alive_may_go_on() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    let request =
        "GET /api/x HTTP/1.0\r\nHost: loyalty.example.ru\r\nConnection: keep-alive\r\n\r\n";
    for _ in 0..2 {
        let answer = raw.exchange(request).expect_ok("1.0 with keep-alive");
        let connection = answer.field("connection").unwrap_or_default().to_ascii_lowercase();
        assert_eq!(connection, "keep-alive", "{}", answer.describe());
    }
}

#[test]
fn a_chunked_answer_reaches_an_http_1_0_client_without_chunks() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let stage = Stage::before(Partner::answering(chunked));
    let answer = stage.ask("GET /api/x HTTP/1.0\r\nHost: loyalty.example.ru\r\n\r\n");
    assert_eq!((answer.status, answer.text().as_str()), (200, "abc"), "{}", answer.describe());
    assert_eq!(answer.field("transfer-encoding"), None);
}

#[test]
fn a_connection_is_kept_alive_and_the_partners_is_reused() {
    let stage = Stage::with(|world| world.top("workers", "1"));
    let mut raw = stage.gateway.http();
    for number in 0..5 {
        raw.exchange(get(&format!("/api/{number}"), &[])).expect_ok("kept alive");
    }
    assert_eq!(stage.partner.requests().len(), 5);
    assert_eq!(stage.partner.connections(), 1);
}

#[test]
fn connection_close_is_honoured() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    raw.exchange(get("/api/x", &["Connection: close"])).expect_ok("close");
    raw.expect_end("Connection: close");
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let partner = Partner::scripted(|call| {
        let text = call.request.target().to_owned();
        call.send(&ok(&text));
    });
    let stage = Stage::before(partner);
    let mut raw = stage.gateway.http();
    let batch: Vec<u8> = (0..8).flat_map(|n| get(&format!("/api/{n}"), &[])).collect();
    raw.send(batch);
    for number in 0..8 {
        assert_eq!(raw.answer().text(), format!("/api/{number}"));
    }
    raw.expect_alive("after pipelining");
}

#[test]
fn a_pipelined_refusal_keeps_its_place() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    raw.send([get("/api/1", &[]), get("/forbidden", &[]), get("/api/3", &[])].concat());
    raw.answer().expect_ok("the first");
    raw.answer().expect_refusal("the second", 403, "url_not_allowed");
    raw.answer().expect_ok("the third");
}

#[test]
fn pipelined_requests_keep_their_own_identities() {
    use crate::support::world::{DEVICE, DEVICE_2};
    let stage = Stage::with(World::crowd);
    let mut raw = stage.gateway.http();
    let devices = [DEVICE, DEVICE_2, DEVICE, DEVICE_2, DEVICE_2];
    let request = |device: &&str| get("/api/x", &[&format!("X-Device-UUID: {device}")]);
    raw.send(devices.iter().flat_map(request).collect::<Vec<_>>());
    for _ in devices {
        raw.answer().expect_ok("pipelined");
    }
    let seen = stage.partner.wait(devices.len());
    let seen: Vec<_> = seen.iter().filter_map(|r| r.field("x-evotor-device-uuid")).collect();
    assert_eq!(seen, devices);
}

#[test]
fn a_head_that_comes_byte_by_byte_is_one_request() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    for byte in post("/api/x", &["X-A: b"], b"body") {
        raw.send([byte]);
    }
    raw.answer().expect_ok("dripped");
    assert_eq!(stage.partner.only().body.content, b"body");
}

#[test]
fn expect_100_continue_is_answered_before_the_body() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    let fields = "Host: loyalty.example.ru\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    let interim = raw.exchange(format!("POST /api/x HTTP/1.1\r\n{fields}"));
    assert_eq!(interim.status, 100, "{}", interim.describe());
    raw.exchange("body").expect_ok("after the body");
    let seen = stage.partner.only();
    assert_eq!((seen.field("expect"), seen.body.content.as_slice()), (None, &b"body"[..]));
}

#[test]
fn a_body_larger_than_any_buffer_is_answered_while_the_head_is_long_gone() {
    let stage = Stage::start();
    let body = vec![b'x'; 3_000_000];
    let seen = stage.pass(post("/api/x", &[], &body));
    assert_eq!(seen.body.content.len(), body.len());
}

#[test]
fn a_client_that_stops_writing_after_its_request_may_wait_for_the_answer_or_be_dropped() {
    let latch = Latch::default();
    let theirs = latch.clone();
    let stage = Stage::before(Partner::first(move |call| {
        theirs.wait();
        call.send(&ok("late"));
    }));
    let mut raw = stage.gateway.http();
    raw.send(get("/api/x", &[]));
    stage.partner.wait_for_heads(1);
    raw.half_close();
    latch.open();
    if let Some(answer) = raw.try_answer() {
        answer.expect_ok("a half-closed client");
    }
    stage.gateway.expect_alive("after a half-closed client");
}

#[test]
fn alpn_chooses_http_1_1_for_a_client_that_offers_only_that() {
    let stage = Stage::start();
    let config = secure::trusting(&stage.gateway.ca(), &[b"http/1.1"]);
    let mut raw = Raw::dial(stage.gateway.https).secure(HOST, &config);
    assert_eq!(raw.wire().alpn().as_deref(), Some(&b"http/1.1"[..]));
    raw.exchange(get("/api/x", &[])).expect_ok("http/1.1 by ALPN");
}

#[test]
fn alpn_prefers_http_2() {
    let stage = Stage::start();
    let config = secure::trusting(&stage.gateway.ca(), &[b"http/1.1", b"h2"]);
    let raw = Raw::dial(stage.gateway.https).secure(HOST, &config);
    assert_eq!(raw.wire().alpn().as_deref(), Some(&b"h2"[..]));
}

#[test]
fn a_tls_session_is_resumed() {
    let stage = Stage::start();
    let config = stage.gateway.trust();
    let mut first = Raw::dial(stage.gateway.https).secure(HOST, &config);
    first.exchange(get("/api/1", &[])).expect_ok("the first session");
    assert!(!first.wire().resumed());
    let mut second = Raw::dial(stage.gateway.https).secure(HOST, &config);
    second.exchange(get("/api/2", &[])).expect_ok("the second session");
    assert!(second.wire().resumed(), "the second handshake was a full one");
}

#[test]
fn a_client_without_sni_is_served() {
    let stage = Stage::start();
    let mut raw = Raw::dial(stage.gateway.https).secure("127.0.0.1", &secure::careless());
    raw.exchange(get("/api/x", &[])).expect_ok("no SNI");
}

#[test]
fn a_leaf_is_minted_for_the_name_and_for_a_short_time() {
    let stage = Stage::start();
    let certificates = stage.gateway.https("loyalty.example.ru").wire().certificates();
    let (_, leaf) = X509Certificate::from_der(&certificates[0]).unwrap();
    let names = &leaf.subject_alternative_name().unwrap().expect("a SAN").value.general_names;
    assert_eq!(names, &[GeneralName::DNSName(HOST)]);
    let validity = leaf.validity();
    let days = (validity.not_after.timestamp() - validity.not_before.timestamp()) / 86_400;
    assert!(days <= 199, "valid for {days} days");
    assert!(leaf.validity().is_valid(), "valid now");
    let key = leaf.public_key().algorithm.algorithm.to_id_string();
    assert_eq!(key, "1.2.840.10045.2.1", "an EC key");
}

#[test]
fn each_name_gets_a_certificate_of_its_own_which_is_made_once() {
    let stage = Stage::start();
    let leaf = |name: &str| stage.gateway.https(name).wire().certificates()[0].clone();
    assert_eq!(leaf("loyalty.example.ru"), leaf("loyalty.example.ru"));
    assert_ne!(leaf("loyalty.example.ru"), leaf("other.example.ru"));
}

#[test]
fn a_certificate_of_the_users_own_is_preferred() {
    let (certificate, key) = secure::self_signed("own.example.ru");
    let stage = Stage::with(|world| {
        world
            .file("certs/own.example.ru.pem", &certificate)
            .file("certs/own.example.ru.key.pem", &key)
    });
    let raw = Raw::dial(stage.gateway.https).secure("own.example.ru", &secure::careless());
    let served = raw.wire().certificates()[0].clone();
    let (_, pem) = x509_parser::pem::parse_x509_pem(certificate.as_bytes()).unwrap();
    assert_eq!(served, pem.contents);
}

#[test]
fn the_authority_survives_a_restart_and_its_key_is_private() {
    let partner = Partner::start();
    let folder = tempfile::TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), World::of(&partner).yaml()).unwrap();
    let start = || {
        let mut run = command(folder.path());
        run.args(["run", "-c", "gateway.yaml"]);
        Gateway::launch(run, folder.path())
    };
    let first = fs::read(start().ca()).unwrap();
    let again = start();
    assert_eq!(fs::read(again.ca()).unwrap(), first);
    again.https(HOST).exchange(get("/api/x", &[])).expect_ok("the second run");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = fs::metadata(folder.path().join("certs/ca.key.pem")).unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_broken_authority_is_an_error_and_never_overwritten() {
    let (foreign, _) = secure::self_signed("somebody else");
    let rows: &[(&str, &[(&str, &str)])] = &[
        ("a certificate alone", &[("certs/ca.pem", &foreign)]),
        ("a half-written key", &[("certs/ca.pem", &foreign), ("certs/ca.key.pem", "-----BEGIN")]),
        ("rubbish", &[("certs/ca.pem", "rubbish"), ("certs/ca.key.pem", "rubbish")]),
        ("an empty file", &[("certs/ca.pem", ""), ("certs/ca.key.pem", "")]),
    ];
    for (what, files) in rows {
        let folder = tempfile::TempDir::new().unwrap();
        let yaml = World::at("http://127.0.0.1:9").yaml();
        fs::write(folder.path().join("gateway.yaml"), yaml).unwrap();
        fs::create_dir(folder.path().join("certs")).unwrap();
        for (path, text) in *files {
            fs::write(folder.path().join(path), text).unwrap();
        }
        let out = command(folder.path()).args(["run", "-c", "gateway.yaml"]).output().unwrap();
        let talk = String::from_utf8_lossy(&out.stderr);
        assert!(matches!(out.status.code(), Some(2 | 3)), "{what}: {:?} {talk}", out.status);
        assert!(talk.contains("ca."), "{what}: the file is not named: {talk}");
        for (path, text) in *files {
            let now = fs::read_to_string(folder.path().join(path)).unwrap();
            assert_eq!(&now, text, "{what}: {path} was overwritten");
        }
    }
}

#[test]
fn openssl_agrees_that_the_chain_is_good() {
    let stage = Stage::start();
    let Ok(out) = Command::new("openssl")
        .args(["s_client", "-connect", &stage.gateway.https.to_string()])
        .args(["-servername", HOST, "-verify_hostname", HOST, "-verify_return_error"])
        .args(["-CAfile", stage.gateway.ca().to_str().unwrap()])
        .stdin(std::process::Stdio::null())
        .output()
    else {
        eprintln!("skipped: no openssl");
        return;
    };
    let talk = String::from_utf8_lossy(&out.stdout);
    assert!(talk.contains("Verify return code: 0 (ok)"), "{talk}");
}

/// Longer than any sweep over idle connections takes to come round.
const IDLE: std::time::Duration = std::time::Duration::from_millis(1200);

#[test]
fn a_connection_that_was_idle_for_long_is_served_as_before() {
    let stage = Stage::start();
    let mut plain: Vec<Raw> = (0..40).map(|_| stage.gateway.http()).collect();
    plain.push(stage.gateway.https(HOST));
    plain.push(stage.gateway.tunnel("loyalty.example.ru:443"));
    for round in 0..2 {
        for raw in &mut plain {
            raw.expect_alive(&format!("round {round}"));
        }
        std::thread::sleep(IDLE);
    }
    let halves = post("/api/x", &["X-A: b"], b"body");
    let (first, second) = halves.split_at(halves.len() / 2);
    for raw in &mut plain {
        raw.send(first);
    }
    std::thread::sleep(IDLE);
    for raw in &mut plain {
        raw.exchange([second, &get("/api/y", &[])].concat()).expect_ok("a head in halves");
        raw.answer().expect_ok("pipelined after a rest");
    }
    let bad = plain[0].exchange("GET /api/x HTTP/1.1\r\nHost : loyalty.example.ru\r\n\r\n");
    bad.expect_refusal("after a rest", 400, "bad_request");
    plain[0].expect_end("after a rest");
}

#[test]
fn a_connection_that_never_asked_is_served_after_a_rest() {
    let stage = Stage::start();
    let mut plain = stage.gateway.http();
    let mut tls = stage.gateway.https(HOST);
    std::thread::sleep(IDLE);
    plain.expect_alive("plain");
    tls.expect_alive("TLS");
}

#[test]
fn a_long_answer_is_not_disturbed_by_the_sweep_over_idle_connections() {
    let stage = Stage::before(Partner::scripted(|call| {
        call.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for _ in 0..4 {
            call.send(b"2\r\nab\r\n");
            std::thread::sleep(IDLE / 3);
        }
        call.send(b"0\r\n\r\n");
    }));
    let mut raw = stage.gateway.http();
    for _ in 0..2 {
        assert_eq!(raw.exchange(get("/api/x", &[])).expect_ok("a slow answer").text(), "abababab");
    }
}
