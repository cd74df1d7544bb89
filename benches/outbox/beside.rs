//! What deliveries cost the proxy: requests at a fixed rate, with and without deliveries beside.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use evotor_gateway::net::priority::step_back;

use crate::client::Client;
use crate::partner::Partner;
use crate::stage::{APP, Folder, Gateway, device, user};
use crate::{percentile, row};

const USERS: usize = 100;
const CONNECTIONS: u32 = 8;
const REQUESTS_PER_SECOND: u32 = 2000;
const DELIVERIES_PER_SECOND: u32 = 1000;
const PER_TRIGGER: u32 = 10;
const FOR: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;

pub fn measure() {
    let (apps, partner) = (Partner::start(), Partner::elsewhere());
    let folder = Folder::beside(apps.addr, partner.addr, USERS);
    let gateway = folder.start();
    proxy(&gateway);
    // They take turns, so that the machine's moods fall on all; a second time alone tells these.
    let (mut alone, mut again, mut beside) = (Vec::new(), Vec::new(), Vec::new());
    let mut delivered = Vec::new();
    for _ in 0..ROUNDS {
        alone.push(proxy(&gateway));
        again.push(proxy(&gateway));
        let before = partner.count();
        beside.push(with_deliveries(&gateway, || proxy(&gateway)));
        delivered.push((partner.count() - before) as f64 / FOR.as_secs_f64());
    }
    for (at, name) in ["p50", "p99"].into_iter().enumerate() {
        let median = |rounds: &[[Duration; 2]]| {
            let mut values: Vec<_> = rounds.iter().map(|round| round[at]).collect();
            percentile(&mut values, 0.5).as_secs_f64() * 1e6
        };
        let (alone, again, beside) = (median(&alone), median(&again), median(&beside));
        let change = |of: f64| format!("{:+.1} %", (of / alone - 1.0) * 100.0);
        row(&format!("proxy at 2000/s alone, {name}"), &format!("{alone:.0} us"), "");
        row(&format!("change of {name} from one time alone to the next"), &change(again), "noise");
        row(&format!("proxy at 2000/s beside deliveries, {name}"), &format!("{beside:.0} us"), "");
        row(&format!("change of {name} beside deliveries"), &change(beside), "+- 5 %");
    }
    let least = delivered.into_iter().fold(f64::INFINITY, f64::min);
    row("delivered per second meanwhile, least of the rounds", &format!("{least:.0}"), "1000");
}

/// Latencies at a fixed rate, p50 and p99, counted from when each request was to be sent.
fn proxy(gateway: &Gateway) -> [Duration; 2] {
    let pause = Duration::from_secs(1) * CONNECTIONS / REQUESTS_PER_SECOND;
    let begun = Instant::now() + Duration::from_millis(20);
    let mut took: Vec<Duration> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|nth| {
                scope.spawn(move || {
                    let mut client = Client::dial(gateway.http);
                    let request = request(nth as usize);
                    let mut due = begun + pause * nth / CONNECTIONS;
                    let mut took = Vec::new();
                    while due < begun + FOR {
                        thread::sleep(due.saturating_duration_since(Instant::now()));
                        client.exchange(&request);
                        took.push(due.elapsed());
                        due += pause;
                    }
                    took
                })
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    [percentile(&mut took, 0.5), percentile(&mut took, 0.99)]
}

fn with_deliveries<T>(gateway: &Gateway, measured: impl FnOnce() -> T) -> T {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            step_back();
            let mut client = Client::dial(gateway.admin);
            let mut due = Instant::now();
            for turn in 0.. {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                thread::sleep(due.saturating_duration_since(Instant::now()));
                client.trigger("receipts", &user(turn % USERS), PER_TRIGGER as usize);
                due += Duration::from_secs(1) * PER_TRIGGER / DELIVERIES_PER_SECOND;
            }
            while !client.is_idle() {
                thread::sleep(Duration::from_millis(5));
            }
        });
        let result = measured();
        over.store(true, Ordering::Relaxed);
        result
    })
}

fn request(nth: usize) -> Vec<u8> {
    format!(
        "GET http://loyalty.example.ru/api/cards/17 HTTP/1.1\r\nHost: loyalty.example.ru\r\n\
         User-Agent: okhttp/4.12.0\r\nX-Device-UUID: {}\r\nX-User-ID: {}\r\n\
         X-OAuth-Client-ID: {APP}\r\nX-Device-Salt: c2FsdA==\r\n\r\n",
        device(nth),
        user(nth)
    )
    .into_bytes()
}
