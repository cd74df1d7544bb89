//! A client with one connection that stays open.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;

use crate::partner::whole;

pub struct Client {
    stream: TcpStream,
    addr: SocketAddr,
    bytes: Vec<u8>,
}

impl Client {
    pub fn dial(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, addr, bytes: Vec::new() }
    }

    /// Sends these bytes and reads one answer, which has to be 200.
    pub fn exchange(&mut self, request: &[u8]) -> Vec<u8> {
        self.stream.write_all(request).unwrap();
        let mut piece = [0u8; 1 << 14];
        loop {
            if let Some(end) = whole(&self.bytes) {
                let answer: Vec<u8> = self.bytes.drain(..end).collect();
                let text = String::from_utf8_lossy(&answer);
                assert!(answer.starts_with(b"HTTP/1.1 200"), "{text}");
                return answer;
            }
            let read = self.stream.read(&mut piece).unwrap();
            assert!(read > 0, "the connection ended");
            self.bytes.extend_from_slice(&piece[..read]);
        }
    }

    /// Asks the admin API.
    pub fn ask(&mut self, method: &str, target: &str, body: &str) -> Value {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.addr,
            body.len()
        );
        let answer = self.exchange(request.as_bytes());
        let body = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        serde_json::from_slice(&answer[body..]).unwrap()
    }

    /// Lets `count` events of a user happen.
    pub fn trigger(&mut self, event: &str, user: &str, count: usize) {
        let body = format!(r#"{{"event":"{event}","user":"{user}","count":{count}}}"#);
        self.ask("POST", "/api/webhooks", &body);
    }

    /// Whether anything waits to be sent.
    pub fn is_idle(&mut self) -> bool {
        let queued = self.ask("GET", "/api/deliveries?state=queued&limit=1", "");
        queued.as_array().unwrap().is_empty()
    }
}
