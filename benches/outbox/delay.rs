//! From a trigger to the partner while nothing else goes on.

use std::thread;
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::partner::Partner;
use crate::stage::{Folder, user};
use crate::{percentile, row};

const USERS: usize = 20;
const TIMES: usize = 1000;

pub fn measure() {
    let partner = Partner::start();
    let folder = Folder::new(partner.addr, USERS);
    let gateway = folder.start();
    let mut client = Client::dial(gateway.admin);
    let mut delays: Vec<Duration> = (0..TIMES)
        .map(|turn| {
            thread::sleep(Duration::from_millis(5));
            let begun = Instant::now();
            client.trigger("receipts", &user(turn % USERS), 1);
            partner.arrival().duration_since(begun)
        })
        .collect();
    let mut shown = |share| format!("{:.2} ms", percentile(&mut delays, share).as_secs_f64() * 1e3);
    row("trigger to partner, idle, p50", &shown(0.5), "");
    row("trigger to partner, idle, p99", &shown(0.99), "< 20 ms");
}
