//! Those who trigger events, and what the gateway has promised them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;

use serde_json::{Value, json};

use super::user_id;
use crate::support::PATIENCE;

/// What each user's events are, in turn.
const EVENTS: [&str; 6] = [
    "user.create",
    "installation.installed",
    "receipts",
    "subscription.renewed",
    "receipts",
    "installation.uninstalled",
];

/// What was said by answers that came whole.
#[derive(Debug, Default, Clone)]
pub struct Said {
    /// Every mark that was asked for.
    pub asked: BTreeSet<String>,
    /// The delivery of each mark that was accepted.
    pub accepted: BTreeMap<String, String>,
    /// The run in which a delivery was first seen to be recorded.
    pub recorded: BTreeMap<String, u32>,
}

#[derive(Debug, Default)]
pub struct Promises(Mutex<Said>);

impl Promises {
    /// Triggers one event after the other. Each carries a mark that no other does.
    pub fn trigger_until_killed(&self, admin: SocketAddr, user: usize, run: u32) {
        for number in 0.. {
            let mark = format!("u{user}-r{run:02}-n{number:03}");
            let event = EVENTS[(number + user + run as usize) % EVENTS.len()];
            let body =
                json!({"event": event, "user": user_id(user), "set": [format!("mark={mark}")]});
            self.0.lock().unwrap().asked.insert(mark.clone());
            let Some(answer) = ask(admin, "POST", "/api/webhooks", &body.to_string()) else {
                return;
            };
            let id = answer["deliveries"][0]["delivery"].as_str().expect("a delivery").to_owned();
            self.0.lock().unwrap().accepted.insert(mark, id);
        }
    }

    /// Reads again and again what is recorded as delivered.
    pub fn watch_until_killed(&self, admin: SocketAddr, run: u32) {
        while let Some(list) = ask(admin, "GET", "/api/deliveries?state=delivered&limit=20", "") {
            let mut said = self.0.lock().unwrap();
            for delivery in list.as_array().expect("a list") {
                let id = delivery["delivery"].as_str().expect("a delivery").to_owned();
                said.recorded.entry(id).or_insert(run);
            }
        }
    }

    pub fn take(self) -> Said {
        self.0.into_inner().unwrap()
    }
}

/// One request on a connection of its own. Nothing if the answer did not come whole.
pub fn ask(admin: SocketAddr, method: &str, target: &str, body: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(admin).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n")?;
    assert!(head.starts_with("HTTP/1.1 200 "), "{target}: {answer}");
    serde_json::from_str(body).ok()
}
