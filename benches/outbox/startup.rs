//! From the start of the process to the line that says where it listens.

use std::time::{Duration, Instant};

use evotor_gateway::model::event::Event;
use evotor_gateway::store::Store;
use evotor_gateway::store::deliveries::{Fields, Message, enqueue};

use crate::client::Client;
use crate::partner::Partner;
use crate::stage::{APP, Folder, user};
use crate::{percentile, row};

const USERS: usize = 200;
const QUEUED: usize = 100_000;
const STARTS: usize = 5;

pub fn measure() {
    let partner = Partner::start();
    let folder = Folder::new(partner.addr, USERS);
    // The first start makes the certificates.
    drop(folder.start());
    let (listening, _) = starts(&folder);
    row("start with nothing queued, to `listening`", &shown(listening), "");
    // None is due for a day: the queue is as long at every start.
    fill(&folder, 86_400_000);
    let (listening, answered) = starts(&folder);
    row("start with 100000 queued, to `listening`", &shown(listening), "+ 1 s");
    row("start with 100000 queued, to the first trigger's answer", &shown(answered), "");
    let megabytes = std::fs::metadata(database(&folder)).unwrap().len() >> 20;
    row("size of that database", &format!("{megabytes} MB"), "");
    let folder = Folder::new(partner.addr, USERS);
    drop(folder.start());
    fill(&folder, 0);
    let gateway = folder.start();
    row("start with 100000 due, to `listening`", &shown(gateway.started_in), "+ 1 s");
}

/// Medians of the time to `listening` and to an event's being accepted.
fn starts(folder: &Folder) -> (Duration, Duration) {
    let (mut listening, mut answered) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let begun = Instant::now();
        let gateway = folder.start();
        listening.push(gateway.started_in);
        Client::dial(gateway.admin).trigger("receipts", &user(0), 1);
        answered.push(begun.elapsed());
    }
    (percentile(&mut listening, 0.5), percentile(&mut answered, 0.5))
}

fn fill(folder: &Folder, from_now: i64) {
    let store = Store::sqlite(&database(folder)).unwrap();
    let now = evotor_gateway::clock::Clock::default().now_ms();
    let rows = move |tx: &rusqlite::Connection| {
        for at in 0..QUEUED {
            enqueue(tx, &message(at), now, now + from_now)?;
        }
        Ok(())
    };
    store.write_blocking(rows).unwrap();
}

fn message(at: usize) -> Message {
    Message {
        id: format!("0190-{at}"),
        app: APP.to_owned(),
        user: user(at % USERS),
        event: Event::Receipts.name().to_owned(),
        class: Event::Receipts.class(),
        method: "POST".to_owned(),
        url: "http://127.0.0.1:9/api/v2/receipts".to_owned(),
        fields: Fields(vec![("Content-Type".to_owned(), "application/json".to_owned())]),
        body: Some(format!("{{\"pad\":\"{}\"}}", "x".repeat(1000)).into_bytes()),
    }
}

fn database(folder: &Folder) -> std::path::PathBuf {
    folder.path().join("data/gateway.db")
}

fn shown(took: Duration) -> String {
    format!("{:.0} ms", took.as_secs_f64() * 1e3)
}
