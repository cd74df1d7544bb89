//! From the first trigger to the last recorded answer, every delivery on disk before it is sent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use evotor_gateway::store::{Store, facts};

use crate::client::Client;
use crate::partner::Partner;
use crate::row;
use crate::stage::{Folder, user};

const USERS: usize = 1000;
const DELIVERIES: usize = 20_000;
const CALLERS: usize = 32;

pub fn measure() {
    for (event, per_request) in [("receipts", 50), ("receipts", 1), ("user.create", 1)] {
        let (enqueued, delivered) = run(event, per_request);
        let what = format!("{event}, {per_request} per request");
        row(&format!("enqueued per second, {what}"), &per_second(enqueued), "");
        row(&format!("delivered per second, {what}"), &per_second(delivered), ">= 3000");
    }
    for tasks in [1, 64] {
        let commits = commits(tasks);
        row(&format!("store: changes per second, {tasks} at a time"), &format!("{commits:.0}"), "");
    }
}

/// How long it took to enqueue everything, and until everything was recorded.
fn run(event: &str, per_request: usize) -> (Duration, Duration) {
    let partner = Partner::start();
    let folder = Folder::new(partner.addr, USERS);
    let gateway = folder.start();
    let (turn, begun) = (AtomicUsize::new(0), Instant::now());
    thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                let mut client = Client::dial(gateway.admin);
                loop {
                    let turn = turn.fetch_add(1, Ordering::Relaxed);
                    if turn * per_request >= DELIVERIES {
                        return;
                    }
                    client.trigger(event, &user(turn % USERS), per_request);
                }
            });
        }
    });
    let enqueued = begun.elapsed();
    while partner.count() < DELIVERIES {
        thread::sleep(Duration::from_millis(1));
    }
    let mut client = Client::dial(gateway.admin);
    while !client.is_idle() {
        thread::sleep(Duration::from_millis(1));
    }
    let delivered = begun.elapsed();
    assert_eq!(partner.count(), DELIVERIES, "a delivery was repeated");
    (enqueued, delivered)
}

fn per_second(took: Duration) -> String {
    format!("{:.0}", DELIVERIES as f64 / took.as_secs_f64())
}

/// Changes per second of a store on disk; with one at a time each is a commit of its own.
fn commits(tasks: usize) -> f64 {
    const FOR: Duration = Duration::from_secs(2);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::sqlite(&folder.path().join("gateway.db")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begun = Instant::now();
    let total: usize = runtime.block_on(async {
        let one = |task: usize| {
            let store = store.clone();
            async move {
                let mut made = 0;
                while begun.elapsed() < FOR {
                    let name = user(task);
                    store
                        .write(move |tx| facts::install(tx, ("app", &name), made % 2 == 0, 0))
                        .await
                        .unwrap();
                    made += 1;
                }
                made
            }
        };
        let tasks: Vec<_> = (0..tasks).map(|task| tokio::spawn(one(task))).collect();
        let mut total = 0;
        for task in tasks {
            total += task.await.unwrap();
        }
        total
    });
    total as f64 / begun.elapsed().as_secs_f64()
}
