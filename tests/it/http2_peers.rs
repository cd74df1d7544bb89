//! HTTP/2 apps that are half dead or hostile: their time and memory are bounded, and the others are
//! served.

use std::io::Write;

use ::h2::Reason;

use crate::support::frames::{
    CONTINUATION, Client, DATA, END_HEADERS, GOAWAY, HEADERS, PING, PREFACE, RST_STREAM, SETTINGS,
    block, frame, get,
};
use crate::support::reader::{self, Reader};
use crate::support::{Gateway, PATIENCE, Partner, Stage, World, h2, ok, secure};

/// A partner whose `/api/long` is long and whose other answers are short.
fn long_winded() -> Partner {
    Partner::scripted(|call| {
        if !call.request.target().starts_with("/api/long") {
            call.send(&ok("ok"));
            return;
        }
        let piece = [b'x'; 64 << 10];
        // Without its length it lasts to the end of the connection.
        let length = match call.request.target() {
            "/api/long/unknown" => "",
            _ => "Content-Length: 8388608\r\n",
        };
        call.send(format!("HTTP/1.1 200 OK\r\n{length}\r\n").as_bytes());
        for _ in 0..128 {
            if !call.send(&piece) {
                break;
            }
        }
        call.close();
    })
}

/// The beginnings of a connection that never goes on.
fn unfinished() -> Vec<(&'static str, Vec<u8>)> {
    let greeting = [PREFACE, &frame(SETTINGS, 0, 0, b"")].concat();
    let head = block(&get("/api/x"));
    let half = frame(HEADERS, 1, 1, &head);
    let more = frame(CONTINUATION, 0, 1, &block(&[("x-more", "1")]));
    let ping = frame(PING, 0, 0, b"12345678");
    vec![
        ("nothing", Vec::new()),
        ("half a preface", PREFACE[..10].to_vec()),
        ("a preface without settings", PREFACE.to_vec()),
        ("a head without its end", [&greeting[..], &half].concat()),
        ("a head that goes on", [&greeting[..], &half, &more].concat()),
        ("half a frame of a head", [&greeting[..], &half[..20]].concat()),
        ("half a header of a frame", [&greeting[..], &half[..5]].concat()),
        ("half a PING", [&greeting[..], &ping, &ping[..12]].concat()),
    ]
}

#[test]
fn what_begins_and_does_not_go_on_ends_in_time() {
    let stage = Stage::with(|world| world.limit("head_timeout: 3s"));
    let begun: Vec<_> = unfinished()
        .into_iter()
        .map(|(what, bytes)| {
            let mut client = Client::dial(&stage.gateway);
            client.send(&bytes);
            (what, bytes, client)
        })
        .collect();
    for (what, bytes, mut client) in begun {
        let frames = client.until_end();
        if bytes.len() > PREFACE.len() {
            assert!(frames.iter().any(|frame| frame.kind == GOAWAY), "{what}: {frames:?}");
        }
    }
    stage.gateway.expect_alive("after all");
}

#[test]
fn hostile_connections_leave_and_others_are_served() {
    let stage = Stage::with(|world| world.limit("head_timeout: 3s").limit("max_connections: 16"));
    let mut hostile = Vec::new();
    for (_, bytes) in unfinished().iter().chain(&unfinished()) {
        let mut client = Client::dial(&stage.gateway);
        client.send(bytes);
        hostile.push(client);
    }
    stage.gateway.eventually("others are served", || {
        let answer = stage.gateway.http().send(crate::support::get("/api/x", &[])).try_answer();
        answer.is_some_and(|answer| answer.status == 200)
    });
    for client in &mut hostile {
        client.until_end();
    }
}

#[test]
fn the_end_waits_for_no_silent_peer() {
    let mut stage = Stage::with(|world| world.limit("drain: 10m").limit("head_timeout: 10m"));
    let mut clients = Vec::new();
    for (_, bytes) in unfinished() {
        let mut client = Client::dial(&stage.gateway);
        client.send(&bytes);
        clients.push(client);
    }
    let mut served = Client::greeted(&stage.gateway);
    served.expect_alive(1);
    clients.push(served);
    stage.gateway.signal("TERM");
    assert_eq!(stage.gateway.wait().code(), Some(0));
    for client in &mut clients {
        client.until_end();
    }
}

#[test]
fn an_answer_that_is_not_taken_is_reset_alone_and_frees_its_partner() {
    for window in [0, 1000] {
        let stage = Stage::of(long_winded(), |world| world.limit("body_timeout: 1s"));
        reader::run(async {
            let mut reader = Reader::dial(&stage.gateway, window, 1 << 20).await;
            let mut unread = Vec::new();
            for _ in 0..20 {
                unread.push(reader.get("/api/long").await.into_body());
            }
            for body in &mut unread {
                let error = reader::content(body).await.expect_err("an end by a reset");
                assert_eq!(error.reason(), Some(Reason::CANCEL), "{error}");
            }
            let mut neighbour = reader.get("/api/x").await.into_body();
            if window > 0 {
                assert_eq!(reader::content(&mut neighbour).await.unwrap(), b"ok");
            }
        });
        stage.partner.wait_for_closed(20);
    }
}

#[test]
fn an_answer_that_turns_out_empty_waits_for_no_window() {
    let partner = Partner::scripted(|call| {
        let trailers = if call.request.target() == "/api/trailers" { "Grade: a\r\n" } else { "" };
        call.send(b"HTTP/1.1 200 OK\r\nTrailer: Grade\r\nTransfer-Encoding: chunked\r\n\r\n");
        call.send(format!("0\r\n{trailers}\r\n").as_bytes());
    });
    let stage = Stage::of(partner, |world| world.limit("body_timeout: 5m"));
    reader::run(async {
        let mut reader = Reader::dial(&stage.gateway, 0, 1 << 20).await;
        for path in ["/api/nothing", "/api/trailers"] {
            let mut body = reader.get(path).await.into_body();
            assert_eq!(reader::content(&mut body).await.unwrap(), b"", "{path}");
        }
    });
}

#[test]
fn a_neighbour_of_answers_that_are_not_taken_is_served_meanwhile() {
    let stage = Stage::of(long_winded(), |world| world.limit("body_timeout: 5m"));
    reader::run(async {
        let mut reader = Reader::dial(&stage.gateway, 1000, 1 << 20).await;
        let mut unread = Vec::new();
        for _ in 0..6 {
            unread.push(reader.get("/api/long").await.into_body());
        }
        for _ in 0..3 {
            let mut neighbour = reader.get("/api/x").await.into_body();
            assert_eq!(reader::content(&mut neighbour).await.unwrap(), b"ok");
        }
    });
}

#[test]
fn more_requests_than_are_answered_at_once_have_their_turn() {
    let stage = Stage::of(long_winded(), |world| world.limit("body_timeout: 1s"));
    reader::run(async {
        let mut reader = Reader::dial(&stage.gateway, 1000, 1 << 20).await;
        let mut answers = Vec::new();
        for number in 0..90 {
            let path = if number < 60 { "/api/long" } else { "/api/x" };
            answers.push(reader.send(reader::get(path), true).await.0);
        }
        for answer in answers.split_off(60) {
            let mut body = answer.await.unwrap().into_body();
            assert_eq!(reader::content(&mut body).await.unwrap(), b"ok");
        }
    });
}

/// Opens many streams for a long answer and reads nothing of it.
fn unread_streams(gateway: &Gateway, window: u32, path: &str) -> Client {
    let mut client = Client::dial(gateway);
    let settings = [&[0, 4][..], &window.to_be_bytes()].concat();
    let mut bytes = [PREFACE, &frame(SETTINGS, 0, 0, &settings)].concat();
    bytes.extend(frame(8, 0, 0, &0x7000_0000_u32.to_be_bytes()));
    for number in 0..100 {
        bytes.extend(frame(HEADERS, 5, number * 2 + 1, &block(&get(path))));
    }
    client.send(bytes);
    client
}

/// The most memory a process has had, in KiB.
fn peak(gateway: &Gateway) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", gateway.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

const PEERS: usize = 8;
/// A connection's share of memory, in KiB.
const SHARE: u64 = 1024;
/// What the allocator and the first requests of all take, in KiB.
const SLACK: u64 = 8 * 1024;

/// Has clients ask for long answers and read nothing; `came` says how many requests the partner has.
fn expect_little_memory(gateway: &Gateway, path: &str, window: u32, came: impl Fn() -> usize) {
    Client::greeted(gateway).expect_alive(1);
    gateway.expect_alive("before");
    let (before, first) = (peak(gateway), came());
    let clients: Vec<_> = (0..PEERS).map(|_| unread_streams(gateway, window, path)).collect();
    let until = std::time::Instant::now() + PATIENCE * 6;
    // As many as are answered at once, and those that follow when they are given up. A window that
    // is never used up leaves it to the socket, which ends with its first stall.
    let most = if window > 100_000 { PEERS * 8 } else { PEERS * 16 };
    while came() < first + most {
        assert!(std::time::Instant::now() < until, "{} came", came());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    gateway.expect_alive("meanwhile");
    let grown = peak(gateway) - before;
    let _ = writeln!(std::io::stderr(), "windows of {window}: {grown} KiB by {PEERS}");
    assert!(grown < PEERS as u64 * SHARE + SLACK, "windows of {window}: {grown} KiB");
    drop(clients);
}

const WINDOWS: [u32; 3] = [0, 60_000, 0x7fff_ffff];

#[cfg(target_os = "linux")]
#[test]
fn a_connection_that_reads_nothing_takes_little_memory() {
    for (window, path) in WINDOWS
        .into_iter()
        .flat_map(|window| [(window, "/api/long"), (window, "/api/long/unknown")])
    {
        let stage = Stage::of(long_winded(), |world| {
            world.limit("body_timeout: 1s").top("journal", "{enabled: false}")
        });
        let came = || stage.partner.requests().len();
        expect_little_memory(&stage.gateway, path, window, came);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_connection_that_reads_nothing_takes_little_memory_before_a_partner_over_http2() {
    for window in WINDOWS {
        let identity = secure::Identity::of("localhost", &[b"h2"]);
        let partner = h2::Partner::start(identity.server.clone());
        let gateway = World::at(&format!("https://localhost:{}", partner.addr.port()))
            .file("ca.pem", &identity.ca_pem)
            .top("partner_ca", "[ca.pem]")
            .limit("body_timeout: 1s")
            .top("journal", "{enabled: false}")
            .top("workers", "1")
            .start();
        expect_little_memory(&gateway, "/api/big", window, || partner.seen().len());
    }
}

#[test]
fn a_request_that_is_reset_in_its_content_never_passes_for_a_whole_one() {
    for code in [Reason::NO_ERROR, Reason::CANCEL] {
        let (tell, told) = std::sync::mpsc::channel();
        let partner = Partner::scripted(move |call| {
            let _ = tell.send(call.body().whole);
        });
        let stage = Stage::of(partner, |world| world);
        let mut client = Client::greeted(&stage.gateway);
        let mut head = get("/api/x");
        head.iter_mut().filter(|field| field.0 == ":method").for_each(|field| field.1 = "POST");
        client.send(frame(HEADERS, END_HEADERS, 1, &block(&head)));
        client.send(frame(DATA, 0, 1, b"a part"));
        stage.partner.wait_for_heads(1);
        client.send(frame(RST_STREAM, 0, 1, &u32::from(code).to_be_bytes()));
        assert_eq!(told.recv_timeout(PATIENCE), Ok(false), "{code:?}");
    }
}
