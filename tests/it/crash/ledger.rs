//! The partner's ledger: what came in which run of the gateway, in the order it came.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::PATIENCE;
use crate::support::message::{Framing, framing, parse_head};
use crate::support::pipe::Pipe;

/// An event as the partner got it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub mark: String,
    pub target: String,
    pub body: Value,
}

/// The partner. A page of its ledger is one run of the gateway.
pub struct Ledger {
    pub addr: SocketAddr,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    state: Mutex<State>,
    closed: Condvar,
}

#[derive(Default)]
struct State {
    pages: Vec<Vec<Entry>>,
    open: usize,
}

impl Ledger {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let book = Arc::new(Book::default());
        book.state.lock().unwrap().pages.push(Vec::new());
        let theirs = Arc::clone(&book);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, book) = (stream.unwrap(), Arc::clone(&theirs));
                book.state.lock().unwrap().open += 1;
                thread::spawn(move || {
                    serve(stream, &book);
                    book.state.lock().unwrap().open -= 1;
                    book.closed.notify_all();
                });
            }
        });
        Self { addr, book }
    }

    /// Turns the page once everything the killed gateway has sent was read.
    pub fn turn_page(&self) {
        // Connections are accepted in order: once this one is served, those before it are known.
        let mut last = Pipe::new(TcpStream::connect(self.addr).unwrap());
        last.try_send(b"GET /last HTTP/1.1\r\n\r\n").unwrap();
        last.head().unwrap().expect("an answer");
        drop(last);
        let state = self.book.state.lock().unwrap();
        let (mut state, waited) =
            self.book.closed.wait_timeout_while(state, PATIENCE, |state| state.open > 0).unwrap();
        assert!(!waited.timed_out(), "connections of a dead gateway are open");
        state.pages.push(Vec::new());
    }

    pub fn pages(&self) -> Vec<Vec<Entry>> {
        self.book.state.lock().unwrap().pages.clone()
    }
}

fn serve(stream: TcpStream, book: &Book) {
    stream.set_nodelay(true).unwrap();
    let mut pipe = Pipe::new(stream);
    while let Ok(Some(head)) = pipe.head() {
        let (line, fields) = parse_head(&head);
        let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let Ok(body) = pipe.body(framing(&fields, Framing::None)) else { return };
        // A request that broke off was not received.
        if !body.whole {
            return;
        }
        let answer =
            if target == "/last" { String::new() } else { enter(book, target, &body.content) };
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{answer}",
            answer.len()
        );
        if pipe.try_send(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn enter(book: &Book, target: String, body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).expect("a body of JSON");
    let mark = body["mark"].as_str().expect("a mark").to_owned();
    let answer = match body["userId"].as_str().filter(|_| target.ends_with("/user/create")) {
        Some(user) => format!(r#"{{"userId":"{user}","token":"{}"}}"#, token(&mark)),
        None => String::new(),
    };
    let pause = mark.bytes().map(u64::from).sum::<u64>() % 4;
    let entry = Entry { mark, target, body };
    book.state.lock().unwrap().pages.last_mut().unwrap().push(entry);
    // Kills fall between an arrival and its answer, too.
    thread::sleep(Duration::from_millis(pause));
    answer
}

/// The user's token with which the partner answers an event.
pub fn token(mark: &str) -> String {
    format!("token-after-{mark}")
}
