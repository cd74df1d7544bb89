//! The APIs of the real program: goods written and read in both versions of the Cloud API, tokens of
//! ASNA's, and what memory that takes.
//!
//!   cargo bench --bench cloud
//!
//! Prints a table. Client and gateway share the machine; the state is a file.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench says where it cannot go on")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

const ROWS: usize = 100_000;
const AT_ONCE: usize = 1000;
const TOKENS: usize = 3000;
const USER: &str = "01-000000000000001";
const STORE: &str = "20240105-1A2B-40C3-80D4-E5F60718293A";
const STORE_2: &str = "20240205-1A2B-40C3-80D4-E5F60718293B";

fn main() {
    let folder = TempDir::new().unwrap();
    let gateway = Gateway::start(&folder);
    let first = format!("/evotor/api/v1/inventories/stores/{STORE}/products");
    let second = format!("/evotor/stores/{STORE_2}/products");
    println!("{:<44} {:>10} {:>12} {:>12}", "", "per second", "MB after", "MB at most");
    gateway.row("at the start", None);
    let took = gateway.write("POST", &first, "application/json", first_version);
    gateway.row("v1: 100,000 products, 1000 a POST", Some((ROWS, took)));
    let took = gateway.write("POST", &first, "application/json", first_version);
    gateway.row("v1: the same once more, replaced", Some((ROWS, took)));
    let took = timed(|| assert_eq!(count(&gateway.call("GET", &first, "", ""), "uuid"), ROWS));
    gateway.row("v1: all of them in one GET", Some((ROWS, took)));
    let many = "application/vnd.evotor.v2+bulk+json";
    let took = gateway.write("PUT", &second, many, second_version);
    gateway.row("v2: 100,000 products, 1000 a PUT", Some((ROWS, took)));
    let took = timed(|| assert_eq!(gateway.page_through(&second), ROWS));
    gateway.row("v2: all of them by pages of 1000", Some((ROWS, took)));
    // The first one waits until a key is made.
    gateway.token();
    let took = timed(|| (0..TOKENS).for_each(|_| gateway.token()));
    gateway.row("ASNA: tokens, a connection for each", Some((TOKENS, took)));
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

/// The program with a token of its cloud; dropping it kills it.
struct Gateway {
    admin: SocketAddr,
    token: String,
    child: Child,
}

impl Gateway {
    fn start(folder: &TempDir) -> Self {
        let partner = TcpListener::bind("127.0.0.1:0").unwrap();
        fs::write(folder.path().join("gateway.yaml"), yaml(partner.local_addr().unwrap())).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_evotor-gateway"))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let admin = line.split_whitespace().find_map(|word| word.strip_prefix("admin=")).unwrap();
        let mut gateway = Self { admin: admin.parse().unwrap(), token: String::new(), child };
        gateway.token = gateway.handed_over(partner);
        gateway
    }

    /// What user.token brings to the partner.
    fn handed_over(&self, partner: TcpListener) -> String {
        let (to, from) = mpsc::channel();
        std::thread::spawn(move || {
            let (mut stream, _) = partner.accept().unwrap();
            let request = read(&mut stream);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            to.send(request).unwrap();
        });
        let wish = format!(r#"{{"event": "user.token", "user": "{USER}", "wait": true}}"#);
        self.call("POST", "/api/webhooks", "application/json", &wish);
        let body: Value = serde_json::from_str(&from.recv().unwrap()).unwrap();
        body["token"].as_str().unwrap().to_owned()
    }

    /// Writes all rows, and says how long the gateway took.
    fn write(&self, method: &str, path: &str, kind: &str, row: fn(&mut String, usize)) -> Duration {
        let mut took = Duration::ZERO;
        for from in (0..ROWS).step_by(AT_ONCE) {
            let mut body = String::from("[");
            for number in from..from + AT_ONCE {
                row(&mut body, number);
                body.push(',');
            }
            body.pop();
            body.push(']');
            took += timed(|| drop(self.call(method, path, kind, &body)));
        }
        took
    }

    fn page_through(&self, path: &str) -> usize {
        let (mut seen, mut next) = (0, path.to_owned());
        loop {
            let page = self.call("GET", &next, "", "");
            seen += count(&page, "id");
            let cursor = page.rsplit_once(r#""next_cursor":""#).map(|(_, rest)| rest);
            match cursor.and_then(|rest| rest.split('"').next()) {
                Some(cursor) => next = format!("{path}?cursor={cursor}"),
                None => return seen,
            }
        }
    }

    /// The body of an answer that must be a success.
    fn call(&self, method: &str, path: &str, kind: &str, body: &str) -> String {
        let (admin, token, length) = (self.admin, &self.token, body.len());
        let mut stream = TcpStream::connect(admin).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {admin}\r\nX-Authorization: {token}\r\n\
             Content-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all((head + body).as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 20"), "{}", answer.get(..500).unwrap_or(&answer));
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// Has a token of ASNA's issued.
    fn token(&self) {
        let form = "grant_type=client_credentials&client_id=bench&client_secret=secret";
        let kind = "application/x-www-form-urlencoded";
        let answer = self.call("POST", "/asna/connect/token", kind, form);
        assert!(answer.contains(r#""access_token":"#), "{answer}");
    }

    fn row(&self, what: &str, done: Option<(usize, Duration)>) {
        let rate = done.map(|(many, took)| format!("{:.0}", many as f64 / took.as_secs_f64()));
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let megabytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1024.0
        };
        let (now, most) = (megabytes("VmRSS:"), megabytes("VmHWM:"));
        println!("{what:<44} {:>10} {now:>12.1} {most:>12.1}", rate.unwrap_or_default());
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many objects have a field.
fn count(text: &str, name: &str) -> usize {
    text.matches(&format!("\"{name}\":")).count()
}

/// The body of one request.
fn read(stream: &mut TcpStream) -> String {
    let mut from = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        from.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

fn first_version(body: &mut String, number: usize) {
    write!(
        body,
        r#"{{"uuid":"{number:08x}-0000-4000-8000-000000000000","name":"Товар {number}","group":false,"type":"NORMAL","code":"{number}","barCodes":["2000000000060"],"price":123.12,"quantity":12,"costPrice":100.123,"measureName":"шт","tax":"VAT_20","allowToSell":true,"description":"Яблочный","articleNumber":"SKU-{number}","parentUuid":"1ddea16b-971b-4ee5-b798-1b29a7aa2e27","attributes":{{"объём":"330 мл"}}}}"#
    )
    .unwrap();
}

fn second_version(body: &mut String, number: usize) {
    write!(
        body,
        r#"{{"id":"{number:08x}-0000-4000-8000-000000000000","name":"Товар {number}","type":"NORMAL","code":"{number}","barcodes":["2000000000060"],"price":123.12,"quantity":12,"cost_price":100.123,"measure_name":"шт","tax":"VAT_20","allow_to_sell":true,"description":"Яблочный","article_number":"SKU-{number}","parent_id":"1ddea16b-971b-4ee5-b798-1b29a7aa2e27"}}"#
    )
    .unwrap();
}

fn yaml(partner: SocketAddr) -> String {
    format!(
        "version: 1\nlisten: {{http: '127.0.0.1:0', https: '127.0.0.1:0', admin: '127.0.0.1:0'}}\n\
         state: 'sqlite:./data/gateway.db'\nworkers: 1\n\
         asna: {{clients: [{{id: bench, secret: secret}}], rate: 1000000}}\napps:\n\
         \x20 - id: 5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11\n    name: loyalty\n    \
         allow: ['http://loyalty\\.example\\.ru/api/.*']\n    tokens: {{{USER}: user-token}}\n    \
         webhooks: {{url: 'http://{partner}', auth: {{bearer: app-token}}}}\n\
         users:\n  - id: {USER}\n    stores:\n      - {{uuid: {STORE}, name: Shop}}\n      \
         - {{uuid: {STORE_2}, name: Shop}}\n"
    )
}
