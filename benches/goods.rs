//! The Cloud API of the real program: 100,000 products made in requests of 1000, then listed.
//!
//!   cargo bench --bench goods
//!
//! Prints a table. Client and gateway share the machine.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench says where it cannot go on")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

const GOODS: usize = 100_000;
const AT_ONCE: usize = 1000;
const STORE: &str = "20240105-1A2B-40C3-80D4-E5F60718293A";

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path());
    let path = format!("/evotor/api/v1/inventories/stores/{STORE}/products");
    println!("{:<44} {:>14}", "", "measured");
    let before = shop.memory("VmRSS");
    for (what, price) in [("made", 100), ("replaced", 200)] {
        let bodies: Vec<_> = (0..GOODS / AT_ONCE).map(|nth| goods(nth, price)).collect();
        let begun = Instant::now();
        for body in &bodies {
            shop.call("POST", &path, body);
        }
        let rate = GOODS as f64 / begun.elapsed().as_secs_f64();
        row(&format!("{GOODS} products {what}"), &format!("{rate:.0}/s"));
    }
    let begun = Instant::now();
    let list = shop.call("GET", &path, "");
    let took = begun.elapsed().as_secs_f64();
    let listed = list.windows(6).filter(|six| six == b"\"uuid\"").count();
    assert_eq!(listed, GOODS);
    row("listed in one array", &format!("{:.0}/s", GOODS as f64 / took));
    row("its length", &format!("{} MB", list.len() / 1_000_000));
    row("memory before", &format!("{before} kB"));
    row("memory at most", &format!("{} kB", shop.memory("VmHWM")));
}

fn row(what: &str, value: &str) {
    println!("{what:<44} {value:>14}");
}

fn goods(nth: usize, price: usize) -> String {
    let goods = (nth * AT_ONCE..(nth + 1) * AT_ONCE).map(|at| {
        json!({
            "uuid": format!("{at:08x}-0000-4000-8000-000000000000"), "name": format!("Товар {at}"),
            "group": false, "type": "NORMAL", "code": at.to_string(), "price": price,
            "barCodes": [format!("{:013}", 2_000_000_000_000_u64 + at as u64)], "quantity": 12,
            "costPrice": 10.5, "measureName": "шт", "tax": "VAT_20", "allowToSell": true
        })
    });
    goods.collect::<Value>().to_string()
}

/// The program with a store, and a token for it.
struct Shop {
    admin: SocketAddr,
    token: String,
    child: Child,
}

impl Shop {
    fn open(folder: &Path) -> Self {
        fs::write(folder.join("gateway.yaml"), yaml()).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_evotor-gateway"))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let admin = line.split_whitespace().find_map(|word| word.strip_prefix("admin="));
        let admin = admin.unwrap().parse().unwrap();
        let mut shop = Self { admin, token: String::new(), child };
        let made = shop.call("POST", "/api/webhooks", r#"{"event":"user.token"}"#);
        let id = body(&made)["deliveries"][0]["delivery"].as_str().unwrap().to_owned();
        let kept = body(&shop.call("GET", &format!("/api/deliveries/{id}"), ""));
        let token = kept["body"]["token"].as_str().unwrap();
        shop.token = token.to_owned();
        shop
    }

    /// Sends a request and reads the whole answer, which has to be 200.
    fn call(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.admin).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nX-Authorization: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.admin,
            self.token,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let start = String::from_utf8_lossy(&answer[..answer.len().min(500)]).into_owned();
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{start}");
        answer
    }

    /// A line of the process's status, in kB.
    fn memory(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).unwrap_or(0)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn body(answer: &[u8]) -> Value {
    let start = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    serde_json::from_slice(&answer[start..]).unwrap()
}

fn yaml() -> String {
    format!(
        "version: 1\nlisten: {{http: '127.0.0.1:0', https: '127.0.0.1:0', admin: '127.0.0.1:0'}}\n\
         state: 'sqlite:./data/gateway.db'\nworkers: 1\napps:\n  - \
         id: 5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11\n    name: loyalty\n    \
         allow: ['http://loyalty\\.example\\.ru/.*']\n    \
         webhooks: {{url: 'http://127.0.0.1:9', auth: {{bearer: app-token}}}}\n\
         users:\n  - id: 01-000000000000001\n    stores:\n      - uuid: {STORE}\n        name: Shop\n        \
         devices: [{{uuid: 20240105-9F8E-407D-80C6-B5A493827160, name: Till}}]\n"
    )
}
