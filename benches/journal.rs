//! The journal by itself: how fast exchanges are written and found, and what memory that takes.
//!
//!   cargo bench --bench journal [-- 50000 500000]
//!
//! Prints a table for each number of exchanges. About two minutes.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench says where it cannot go on")]

use std::time::{Duration, Instant};

use evotor_gateway::journal::exchange::{Exchange, Stage, Times, Trouble};
use evotor_gateway::journal::filter::Filter;
use evotor_gateway::journal::{Bounds, Journal, JournalError, Page, Place, list};
use evotor_gateway::net::tape::Tape;
use evotor_gateway::text::Text;

/// Filters as people type them, rare and common ones.
const FILTERS: [&str; 12] = [
    "",
    "app:loyalty status:4xx",
    "is:refused",
    "path:/api/orders method:POST",
    "took:>200ms",
    "needle-17",
    "фискальный",
    "json loyalty -status:200",
    "code:url_not_allowed or status:503",
    "device:касса",
    "path:*/orders/4*9",
    "has:body size:>10KiB after:5m",
];

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![50_000, 500_000] } else { sizes };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for size in sizes {
        runtime.block_on(measure(size));
    }
}

async fn measure(size: usize) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("bench.journal"));
    let bounds = Bounds { body: 64 << 10, size: 64 << 30, age: Duration::from_secs(86_400) };
    let journal = Journal::open(&place, bounds).unwrap();
    let begun = Instant::now();
    let mut at = jiff::Timestamp::now().as_microsecond() - size as i64 * 10_000;
    for first in (0..size).step_by(64) {
        let batch = (first..size.min(first + 64)).map(|nth| exchange(nth, at)).collect();
        at += 640_000;
        while !journal.has_room() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        journal.record(batch);
    }
    journal.settle(false).await.unwrap();
    let rate = size as f64 / begun.elapsed().as_secs_f64();
    let bytes: u64 = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|f| f.unwrap().metadata().unwrap().len())
        .sum();
    println!(
        "\n{size} exchanges: {rate:.0} written a second, {:.0} MB on disk, {:.1} MB resident",
        bytes as f64 / 1e6,
        resident()
    );
    for text in FILTERS {
        let (first, found) = ask(&journal, text).await;
        let mut again: Vec<Duration> = Vec::new();
        for _ in 0..5 {
            again.push(ask(&journal, text).await.0);
        }
        again.sort();
        println!(
            "  {text:<40} {found:>4} rows  first {:>7.1} ms, then {:>7.1} ms",
            millis(first),
            millis(again[2])
        );
    }
}

async fn ask(journal: &Journal, text: &str) -> (Duration, usize) {
    let filter = Filter::parse(text, jiff::Timestamp::now().as_microsecond()).unwrap();
    let page = Page { before: None, after: None, oldest: false, limit: 100 };
    let begun = Instant::now();
    let rows =
        journal.read(move |db| Ok::<_, JournalError>(list(db, &filter, page, &[])?)).await.unwrap();
    (begun.elapsed(), rows.len())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Exchanges of a partner's day: mostly small JSON, some refusals, a few large or slow ones.
fn exchange(nth: usize, at: i64) -> Exchange {
    let refused = nth.is_multiple_of(23);
    let path = if nth.is_multiple_of(3) { "orders" } else { "cards" };
    let mut exchange = Exchange {
        at: at + (nth % 64) as i64 * 10_000,
        times: Times {
            connected: Some(20),
            reused: Some(true),
            first_byte: Some(900),
            done: 1000 + (nth % 997) as u64 * 400,
        },
        app: Some(if nth.is_multiple_of(5) { "stock" } else { "loyalty" }.into()),
        user: Some("01-000000000000001".to_owned()),
        store: Some("20240105-1A2B-40C3-80D4-E5F60718293A".to_owned()),
        device: Some("20240105-9F8E-407D-80C6-B5A493827160".to_owned()),
        device_name: Some(format!("Касса {}", nth % 7)),
        method: if nth.is_multiple_of(3) { "POST" } else { "GET" }.into(),
        url: format!("https://loyalty.example.ru/api/{path}/{nth}?phone=7900{nth:07}"),
        status: Some(if refused { 403 } else { [200, 200, 201, 404, 503][nth % 5] }),
        rule: (!refused).then_some(1),
        trouble: refused.then(|| Trouble {
            code: "url_not_allowed",
            culprit: "app",
            why: Text::verbatim("No rule matches."),
            hint: Text::default(),
        }),
        entrance: Some("https"),
        ..Exchange::default()
    };
    let head = format!(
        "POST /api/{path}/{nth} HTTP/1.1\r\nHost: loyalty.example.ru\r\nAccept: application/json\r\nUser-Agent: okhttp/4.12\r\nX-Device-UUID: 20240105-9F8E-407D-80C6-B5A493827160\r\nContent-Type: application/json\r\n"
    );
    let sent = format!(
        "{{\"order\":{nth},\"sum\":\"{}.00\",\"note\":\"needle-{}\"}}",
        nth % 1000,
        nth % 5000
    );
    let long = if nth.is_multiple_of(500) { "x".repeat(20_000) } else { String::new() };
    let answer = format!(
        "{{\"id\":{nth},\"status\":\"accepted\",\"чек\":\"{}\",\"more\":\"{long}\"}}",
        if nth.is_multiple_of(100) { "фискальный" } else { "обычный" }
    );
    exchange.stage(Stage::Asked).head = head.clone().into_bytes();
    exchange.stage(Stage::Asked).body = Some(Tape::of(sent.as_bytes(), 64 << 10));
    if !refused {
        exchange.stage(Stage::Passed).head = head.into_bytes();
        let answered = exchange.stage(Stage::Answered);
        answered.head =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nserver: partner\r\n".to_vec();
        answered.body = Some(Tape::of(answer.as_bytes(), 64 << 10));
    }
    exchange.stage(Stage::Returned).head =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n".to_vec();
    exchange
}

/// Megabytes of memory that the process has now.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(0.0)
        / 1e3
}
