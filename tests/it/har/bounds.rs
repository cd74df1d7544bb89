//! What a large file, and many large bodies, cost the gateway: little memory, and no answer of the admin
//! address that has to wait.

use std::io::Write as _;
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::import;
use crate::support::admin::expect_problem;
use crate::support::{Answer, Gateway, Partner, Raw, Stage, World, get};

const MIB: u64 = 1 << 20;

/// The most memory that the process has had, in bytes.
fn peak(gateway: &Gateway) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", gateway.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// A file of so many bytes: entries without end.
fn file(bytes: usize, entry: &str) -> String {
    let entries = format!("{entry},").repeat(bytes / (entry.len() + 1));
    format!("{{\"log\":{{\"entries\":[{entries}{entry}]}}}}")
}

fn slow_import(gateway: &Gateway, file: &str) -> Answer {
    upload(gateway, file.len()).exchange(file)
}

/// A connection on which the body of an import is awaited.
fn upload(gateway: &Gateway, bytes: usize) -> Raw {
    let admin = gateway.admin;
    let mut raw = Raw::dial(admin);
    raw.wire().tcp().set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    raw.wire().tcp().set_write_timeout(Some(Duration::from_secs(60))).unwrap();
    raw.send(format!(
        "POST /api/exchanges.har HTTP/1.1\r\nHost: {admin}\r\nContent-Length: {bytes}\r\nConnection: close\r\n\r\n"
    ));
    raw
}

fn livez(gateway: &Gateway) -> u16 {
    gateway.api("GET", "/livez", None).status
}

#[test]
fn sixty_mebibytes_of_small_values_are_refused_and_take_little_memory() {
    let stage = Stage::start();
    let before = peak(&stage.gateway);
    for entry in ["0", "{}"] {
        let answer = slow_import(&stage.gateway, &file(60 << 20, entry));
        let problem = expect_problem(&answer, 413, "too_many_entries");
        assert!(problem["detail"].as_str().unwrap().contains("100000"), "{problem}");
    }
    assert_eq!(stage.gateway.api_ok("GET", "/api/exchanges", None)["kept"], 0, "nothing was taken");
    let more = (peak(&stage.gateway) - before) / MIB;
    assert!(more < 150, "{more} MiB");
}

/// Bytes of one entry.
const LONG: usize = 24 << 20;

/// What is small in a file is large in memory only where a reader lets it.
#[test]
fn one_entry_of_many_mebibytes_takes_little_memory() {
    let stage = Stage::start();
    let before = peak(&stage.gateway);
    let now = jiff::Timestamp::now();
    let entry = |more: &str, request: &str| {
        format!(
            "{{\"log\":{{\"entries\":[{{\"startedDateTime\":\"{now}\",{more}\"request\":{{\"method\":\"GET\",{request}\
             \"url\":\"http://a.example.ru/\"}},\"response\":{{\"status\":0}}}}]}}}}"
        )
    };
    let many =
        |piece: &str| format!("{}{piece}", format!("{piece},").repeat(LONG / (piece.len() + 1)));
    let cases = [
        ("unknown members", entry(&format!("\"_evotor\":{{\"x\":[{}]}},", many("0")), ""), 1),
        (
            "words of faults",
            entry(&format!("\"_evotor\":{{\"faults\":[{}]}},", many("\"\"")), ""),
            0,
        ),
        (
            "headers",
            entry("", &format!("\"headers\":[{}],", many("{\"name\":\"a\",\"value\":\"\"}"))),
            0,
        ),
        ("a body", entry("", &format!("\"postData\":{{\"text\":\"{}\"}},", "A".repeat(LONG))), 1),
        (
            "a coded body",
            entry(
                "",
                &format!(
                    "\"postData\":{{\"_encoding\":\"base64\",\"text\":\"{}\"}},",
                    "A".repeat(LONG)
                ),
            ),
            1,
        ),
    ];
    for (name, file, imported) in cases {
        let answer = slow_import(&stage.gateway, &file);
        assert_eq!(answer.status, 200, "{name}: {}", answer.describe());
        assert_eq!(answer.json()["imported"], imported, "{name}: {}", answer.text());
        let more = (peak(&stage.gateway) - before) / MIB;
        assert!(more < 90, "{name}: {more} MiB");
    }
}

#[test]
fn the_admin_address_answers_while_a_file_is_read_and_takes_no_second_one() {
    let stage = Stage::start();
    let gateway = &stage.gateway;
    // As many entries as are taken, of which none can be.
    let padding = "x".repeat(500);
    let file = format!(
        "{{\"log\":{{\"entries\":[{}0]}}}}",
        format!("{{\"comment\":\"{padding}\"}},").repeat(99_999)
    );
    let (first, second) = file.split_at(file.len() / 2);
    let mut raw = upload(gateway, file.len());
    // More than sockets hold: it is being read.
    raw.send(first);
    expect_problem(&import(gateway, "{}"), 503, "busy");
    thread::scope(|scope| {
        let rest = scope.spawn(|| raw.exchange(second));
        let mut answered = 0;
        while !rest.is_finished() {
            assert_eq!(livez(gateway), 200);
            answered += 1;
        }
        let told = rest.join().unwrap();
        assert_eq!(told.status, 200, "{}", told.describe());
        assert_eq!(told.json()["refused"], 100_000);
        assert!(answered >= 20, "{answered} answers meanwhile");
    });
    expect_problem(&import(gateway, "{}"), 400, "bad_har");
}

/// A partner whose answers are small and hold a lot.
fn packed() -> Partner {
    let mut packed = Vec::new();
    let mut encoder = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::best());
    let zeros = vec![0; 1 << 20];
    (0..64).for_each(|_| encoder.write_all(&zeros).unwrap());
    encoder.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    );
    let answer = [head.as_bytes(), &packed].concat();
    Partner::scripted(move |call| {
        call.body();
        call.send(&answer);
    })
}

#[test]
fn exporting_many_packed_bodies_takes_little_memory() {
    let stage = Stage::of(packed(), |world: World| world.top("journal", "{body: 1MiB}"));
    for count in 1..=24 {
        stage.ask(get("/api/points", &[]));
        stage.gateway.recorded(count);
    }
    let before = peak(&stage.gateway);
    let har = super::export(&stage.gateway, "");
    assert_eq!(super::entries(&har).len(), 24);
    let content = &super::entries(&har)[0]["response"]["content"];
    assert_eq!(content["text"].as_str().unwrap().len(), 256 << 10);
    assert!(content["comment"].as_str().unwrap().contains("262144"), "{}", content["comment"]);
    let more = (peak(&stage.gateway) - before) / MIB;
    assert!(more < 64, "{more} MiB");
    let detail = stage.gateway.exchange(&json!(1));
    let body = &detail["stages"]["answered"]["body"];
    assert_eq!((&body["text_cut"], &body["whole"]), (&json!(true), &json!(true)));
    let more = (peak(&stage.gateway) - before) / MIB;
    assert!(more < 128, "{more} MiB");
}

/// Whoever does not read an answer has one of few turns, and the admin address goes on.
#[test]
fn files_that_nobody_reads_are_two_at_most() {
    let stage = Stage::of(packed(), |world: World| world.top("journal", "{body: 1MiB}"));
    for count in 1..=12 {
        stage.ask(get("/api/points", &[]));
        stage.gateway.recorded(count);
    }
    let admin = stage.gateway.admin;
    let ask = format!("GET /api/exchanges.har HTTP/1.1\r\nHost: {admin}\r\n\r\n");
    let mut waiting: Vec<_> = (0..2).map(|_| Raw::dial(admin)).collect();
    for raw in &mut waiting {
        raw.send(&ask);
        assert_eq!(raw.answer_head().unwrap().1, 200);
    }
    let refused = stage.gateway.api("GET", "/api/exchanges.har", None);
    expect_problem(&refused, 503, "busy");
    assert_eq!(livez(&stage.gateway), 200);
    drop(waiting.pop());
    stage.gateway.eventually("another turn", || {
        stage.gateway.api("GET", "/api/exchanges.har?filter=status:599", None).status == 200
    });
}

#[test]
fn a_state_that_is_too_large_is_refused_before_it_is_read() {
    let stage = Stage::start();
    let admin = stage.gateway.admin;
    let before = peak(&stage.gateway);
    let head = format!(
        "PUT /api/state HTTP/1.1\r\nHost: {admin}\r\nContent-Type: application/json\r\nContent-Length: 67108865\r\n\r\n"
    );
    let problem = expect_problem(&Raw::dial(admin).exchange(head), 413, "bad_request");
    assert!(problem["hint"].as_str().unwrap().contains("64 MiB"), "{problem}");
    let many = format!("{{\"version\":1,\"tables\":{{\"paper\":[{}0]}}}}", "0,".repeat(25 << 20));
    let head = format!(
        "PUT /api/state HTTP/1.1\r\nHost: {admin}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        many.len()
    );
    let mut raw = Raw::dial(admin);
    raw.wire().tcp().set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    expect_problem(&raw.exchange(head + &many), 413, "too_many_values");
    let more = (peak(&stage.gateway) - before) / MIB;
    assert!(more < 150, "{more} MiB");
}
