//! Bodies, answers and methods on their way through; streaming and memory.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use crate::support::message::chunks;
use crate::support::{Gateway, Latch, PATIENCE, Partner, Stage, get, head_of, ok, post, secure};

const MIB: u64 = 1 << 20;

#[test]
fn each_served_method_passes() {
    let stage = Stage::start();
    for method in ["GET", "POST", "PUT", "DELETE"] {
        let seen = stage.pass(head_of(method, "/api/x", &["Content-Length: 0"]));
        assert_eq!(seen.line, format!("{method} /api/x HTTP/1.1"));
    }
}

#[test]
fn a_body_arrives_byte_for_byte_whatever_its_method() {
    let stage = Stage::start();
    let every_byte: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    for method in ["GET", "POST", "PUT", "DELETE"] {
        let mut counted = head_of(method, "/api/x", &["Content-Length: 10000"]);
        counted.extend_from_slice(&every_byte);
        assert_eq!(stage.pass(counted).body.content, every_byte, "{method}, counted");
        let mut chunked = head_of(method, "/api/x", &["Transfer-Encoding: chunked"]);
        chunked.extend(chunks(&every_byte, 999));
        chunked.extend_from_slice(b"0\r\n\r\n");
        assert_eq!(stage.pass(chunked).body.content, every_byte, "{method}, chunked");
    }
}

#[test]
fn a_request_has_exactly_one_framing() {
    let stage = Stage::start();
    let counted = stage.pass(post("/api/x", &[], b"abc"));
    assert_eq!(
        (counted.all("content-length"), counted.all("transfer-encoding")),
        (vec!["3"], vec![])
    );
    let chunked = stage.pass(
        [head_of("POST", "/api/x", &["Transfer-Encoding: chunked"]), b"0\r\n\r\n".to_vec()]
            .concat(),
    );
    let framings = chunked.all("content-length").len() + chunked.all("transfer-encoding").len();
    assert_eq!(framings, 1, "{}", chunked.describe());
    let bare = stage.pass(get("/api/x", &[]));
    assert_eq!(bare.all("transfer-encoding"), Vec::<&str>::new(), "{}", bare.describe());
}

#[test]
fn request_trailers_are_dropped() {
    let stage = Stage::start();
    let mut request =
        head_of("POST", "/api/x", &["Transfer-Encoding: chunked", "Trailer: X-Evotor-User-Id"]);
    request.extend_from_slice(b"3\r\nabc\r\n0\r\nX-Evotor-User-Id: forged\r\nX-Sum: 1\r\n\r\n");
    let seen = stage.pass(request);
    assert_eq!(seen.body.content, b"abc");
    assert_eq!(seen.body.trailers, Vec::new());
    assert_eq!(seen.all("trailer"), Vec::<&str>::new());
    stage.gateway.expect_alive("after trailers");
}

#[test]
fn an_answer_passes_untouched() {
    let answer = "HTTP/1.1 207 Multi Status\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nServer: partner/1\r\n\
                  Set-Cookie: a=1; Path=/\r\nX-Evotor-Thing: stays\r\nSet-Cookie: b=2\r\n\
                  Content-Type: text/plain; charset=windows-1251\r\nAuthorization: stays\r\n\
                  Content-Encoding: br\r\nETag: \"x\"\r\nContent-Length: 4\r\n\r\n\x00\x01~\x7f";
    let got = Stage::before(Partner::answering(answer)).ask(get("/api/x", &[]));
    let sent = answer.split_once("\r\n\r\n").map_or("", |(head, _)| head);
    assert_eq!(String::from_utf8_lossy(&got.head), format!("{sent}\r\n\r\n"));
    assert_eq!(got.body, b"\x00\x01~\x7f");
}

#[test]
fn every_status_passes() {
    for status in [
        200, 201, 202, 204, 206, 301, 302, 304, 400, 401, 404, 405, 409, 418, 429, 500, 502, 503,
        504, 599,
    ] {
        let body = if matches!(status, 204 | 304) { "" } else { "Content-Length: 2\r\n" };
        let text = if body.is_empty() { "" } else { "hi" };
        let stage = Stage::before(Partner::answering(format!(
            "HTTP/1.1 {status} Some Words\r\n{body}\r\n{text}"
        )));
        let mut raw = stage.gateway.http();
        for _ in 0..2 {
            let got = raw.exchange(get("/api/x", &[]));
            assert_eq!((got.status, got.code()), (status, ""), "{}", got.describe());
            assert_eq!(got.text(), text);
        }
    }
}

#[test]
fn a_redirect_is_passed_on_and_never_followed() {
    let stage = Stage::before(Partner::answering(
        "HTTP/1.1 302 Found\r\nLocation: http://loyalty.example.ru/api/y\r\nContent-Length: 0\r\n\r\n",
    ));
    let got = stage.ask(get("/api/x", &[]));
    assert_eq!(got.field("location"), Some("http://loyalty.example.ru/api/y"));
    assert_eq!(stage.partner.requests().len(), 1);
}

#[test]
fn answers_of_each_framing_arrive_whole() {
    let big = vec![b'y'; 300_000];
    let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    chunked.extend(chunks(&big, 7000));
    chunked.extend_from_slice(b"0\r\n\r\n");
    let mut counted = b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n".to_vec();
    counted.extend_from_slice(&big);
    let mut closed = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    closed.extend_from_slice(&big);
    for (what, answer, close) in
        [("chunked", chunked, false), ("counted", counted, false), ("close", closed, true)]
    {
        let partner = Partner::scripted(move |call| {
            call.send(&answer);
            if close {
                call.close();
            }
        });
        let stage = Stage::before(partner);
        let mut raw = stage.gateway.http();
        for _ in 0..2 {
            let got = raw.exchange(get("/api/x", &[])).expect_ok(what);
            assert!(got.whole && got.body == big, "{what}: {} bytes", got.body.len());
        }
    }
}

#[test]
fn response_trailers_reach_a_client_that_takes_them() {
    let stage = Stage::before(Partner::answering(
        "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 42\r\n\r\n",
    ));
    let got = stage.ask(get("/api/x", &["TE: trailers", "Connection: TE"])).expect_ok("trailers");
    assert_eq!(
        got.trailers,
        [("X-Sum".to_owned(), "42".to_owned())].map(|(n, v)| (n.to_ascii_lowercase(), v)),
        "{}",
        got.describe()
    );
    let got = stage.ask(get("/api/x", &[])).expect_ok("no TE");
    assert_eq!(got.text(), "abc");
}

#[test]
fn the_first_bytes_of_an_answer_pass_before_its_last_are_written() {
    let latch = Latch::default();
    let theirs = latch.clone();
    let stage = Stage::before(Partner::scripted(move |call| {
        let first = "x".repeat(20_000);
        call.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        call.send(&chunks(first.as_bytes(), 20_000));
        theirs.wait();
        call.send(b"1\r\n!\r\n0\r\n\r\n");
    }));
    let mut raw = stage.gateway.http();
    raw.send(get("/api/x", &[]));
    raw.answer_head().expect("a head before the end");
    assert!(raw.pipe.skip(10_000).unwrap() >= 10_000);
    latch.open();
    assert!(raw.pipe.head().is_ok());
}

#[test]
fn the_first_bytes_of_a_request_pass_before_its_last_are_written() {
    let (tell, told) = mpsc::channel();
    let tell = std::sync::Mutex::new(tell);
    let stage = Stage::before(Partner::scripted(move |call| {
        call.skip(5);
        tell.lock().unwrap().send(()).unwrap();
        call.skip(5);
        call.send(&ok("streamed"));
    }));
    let mut raw = stage.gateway.http();
    raw.send(head_of("POST", "/api/x", &["Content-Length: 10"])).send("first");
    told.recv_timeout(PATIENCE).expect("the partner sees the first half");
    assert_eq!(raw.send("last.").answer().text(), "streamed");
}

#[test]
fn a_slow_client_holds_up_its_partner_and_memory_stays_flat() {
    flat_down(64 * MIB);
}

#[test]
fn a_slow_partner_holds_up_its_client_and_memory_stays_flat() {
    flat_up(64 * MIB);
}

#[test]
#[ignore = "a minute of copying: 1 GiB each way"]
fn a_gibibyte_each_way_stays_within_64_mib() {
    flat_down(1024 * MIB);
    flat_up(1024 * MIB);
}

/// The client reads nothing until its partner is stuck, then all of it.
fn flat_down(size: u64) {
    let sent = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&sent);
    let stage = Stage::before(Partner::scripted(move |call| {
        if call.request.target() != "/api/download" {
            call.send(&ok("ok"));
            return;
        }
        call.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n").as_bytes());
        let part = vec![b'z'; 1 << 16];
        for _ in 0..size / part.len() as u64 {
            if !call.send(&part) {
                return;
            }
            counter.fetch_add(part.len() as u64, Ordering::SeqCst);
        }
    }));
    stage.gateway.expect_alive("warm");
    let before = peak(&stage.gateway);
    let mut raw = stage.gateway.http();
    raw.send(get("/api/download", &[]));
    assert_eq!(raw.answer_head().expect("a head").1, 200);
    let stuck = settle(&sent);
    assert!(stuck < size, "the partner wrote all {size} bytes though nobody read them");
    assert_eq!(raw.pipe.skip(size).unwrap(), size, "all of it arrives");
    expect_flat(&stage.gateway, before);
}

/// The count once it has stopped growing.
fn settle(count: &AtomicU64) -> u64 {
    let mut last = u64::MAX;
    loop {
        let now = count.load(Ordering::SeqCst);
        if now == last {
            return now;
        }
        last = now;
        thread::sleep(std::time::Duration::from_millis(200));
    }
}

fn flat_up(size: u64) {
    let (start, started) = mpsc::channel();
    let start = std::sync::Mutex::new(start);
    let stage = Stage::before(Partner::scripted(move |call| {
        if call.request.target() == "/api/upload" {
            start.lock().unwrap().send(()).unwrap();
            assert_eq!(call.skip(size), size);
        }
        call.send(&ok("ok"));
    }));
    stage.gateway.expect_alive("warm");
    let before = peak(&stage.gateway);
    let mut raw = stage.gateway.http();
    raw.send(head_of("POST", "/api/upload", &[&format!("Content-Length: {size}")]));
    started.recv_timeout(PATIENCE).expect("the partner has the head");
    let part = vec![b'u'; 1 << 16];
    for _ in 0..size / part.len() as u64 {
        raw.pipe.try_send(&part).expect("the gateway goes on reading");
    }
    raw.answer().expect_ok("a long upload");
    expect_flat(&stage.gateway, before);
}

#[track_caller]
fn expect_flat(gateway: &Gateway, before: u64) {
    let grown = peak(gateway).saturating_sub(before);
    assert!(grown <= 64 * MIB, "the peak grew by {} MiB", grown / MIB);
}

/// The most memory the process ever had, in bytes; 0 where the system does not tell.
fn peak(gateway: &Gateway) -> u64 {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", gateway.pid())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[test]
fn a_partner_behind_tls_is_verified_and_reached() {
    let identity = secure::Identity::of("localhost", &[b"http/1.1"]);
    let partner = Partner::secure(identity.server, |call| {
        call.body();
        call.send(&ok("over TLS"));
    });
    let base = format!("https://localhost:{}", partner.addr.port());
    let stage = Stage::of(partner, |world| {
        let world =
            world.file("partner-ca.pem", &identity.ca_pem).top("partner_ca", "[partner-ca.pem]");
        world.upstream("http://loyalty.example.ru", &base)
    });
    assert_eq!(stage.ask(get("/api/x", &[])).expect_ok("TLS").text(), "over TLS");
    assert_eq!(stage.partner.only().all("host"), ["loyalty.example.ru"]);
}

#[test]
fn many_clients_at_once_each_get_their_own_answer() {
    let partner = Partner::scripted(|call| {
        call.body();
        let text = call.request.target().to_owned();
        call.send(&ok(&text));
    });
    let stage = Stage::before(partner);
    thread::scope(|scope| {
        for client in 0..16 {
            let stage = &stage;
            scope.spawn(move || {
                let mut raw = stage.gateway.http();
                for number in 0..20 {
                    let target = format!("/api/{client}/{number}");
                    let answer = raw.exchange(post(&target, &[], target.as_bytes()));
                    assert_eq!(answer.text(), target);
                }
            });
        }
    });
}
