//! What the journal of a running gateway has recorded.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::{Gateway, PATIENCE};

/// The stream of exchanges as they end and go on.
pub struct Feed(BufReader<TcpStream>);

impl Gateway {
    /// Everything after a number, and all that follows.
    #[track_caller]
    pub fn feed(&self, query: &str, fields: &[&str]) -> Feed {
        let mut stream = TcpStream::connect(self.admin).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
        // To HTTP/1.0 the stream comes without chunks.
        let host = self.admin;
        let request = format!("GET /api/events?{query} HTTP/1.0\r\nHost: {host}\r\n{fields}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        Feed(BufReader::new(stream))
    }

    /// The first exchanges of this gateway, in the order in which they were recorded.
    #[track_caller]
    pub fn recorded(&self, count: usize) -> Vec<Value> {
        let mut feed = self.feed("after=0", &[]);
        (0..count).map(|_| feed.next()).collect()
    }

    /// All of an exchange.
    #[track_caller]
    pub fn exchange(&self, id: &Value) -> Value {
        self.api_ok("GET", &format!("/api/exchanges/{id}"), None)
    }

    /// The same with its secrets.
    #[track_caller]
    pub fn revealed(&self, id: &Value) -> Value {
        self.api_ok("GET", &format!("/api/exchanges/{id}?reveal=true"), None)
    }

    /// Exchanges that a filter lets through, the newest first.
    #[track_caller]
    pub fn exchanges(&self, filter: &str) -> Vec<Value> {
        let path = format!("/api/exchanges?filter={}", filter.replace(' ', "+"));
        self.api_ok("GET", &path, None)["exchanges"].as_array().unwrap().clone()
    }
}

impl Feed {
    /// The next exchange that has ended.
    #[track_caller]
    pub fn next(&mut self) -> Value {
        loop {
            let data = self.data();
            if data["id"].is_i64() {
                return data;
            }
        }
    }

    /// The line of an exchange that has not ended, as soon as it is told.
    #[track_caller]
    pub fn until_running(&mut self, id: &Value) -> Value {
        loop {
            let data = self.data();
            let rows = data["exchanges"].as_array().into_iter().flatten();
            if let Some(row) = rows.into_iter().find(|row| row["id"] == *id) {
                return row.clone();
            }
        }
    }

    /// Waits until it is told that an exchange is no longer among those that have not ended.
    #[track_caller]
    pub fn until_gone(&mut self, id: &Value) {
        while !self.data()["gone"].as_array().is_some_and(|gone| gone.contains(id)) {}
    }

    #[track_caller]
    fn data(&mut self) -> Value {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream has ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }
}
