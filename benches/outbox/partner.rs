//! A partner that answers at once and keeps connections open, on a thread of its own.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Instant;

use evotor_gateway::net::priority::step_back;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What it has got.
pub struct Partner {
    pub addr: SocketAddr,
    counted: Arc<AtomicUsize>,
    arrivals: Mutex<mpsc::Receiver<Instant>>,
}

impl Partner {
    pub fn start() -> Self {
        Self::placed(false)
    }

    /// One that would be on another machine: here it leaves the processor to what is measured.
    pub fn elsewhere() -> Self {
        Self::placed(true)
    }

    fn placed(elsewhere: bool) -> Self {
        let (tell, addr) = mpsc::channel();
        let (arrived, arrivals) = mpsc::channel();
        let counted = Arc::new(AtomicUsize::new(0));
        let theirs = Arc::clone(&counted);
        thread::spawn(move || {
            if elsewhere {
                step_back();
            }
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    tokio::spawn(serve(stream, Arc::clone(&theirs), arrived.clone()));
                }
            });
        });
        Self { addr: addr.recv().unwrap(), counted, arrivals: Mutex::new(arrivals) }
    }

    /// How many requests came so far.
    pub fn count(&self) -> usize {
        self.counted.load(Ordering::Acquire)
    }

    /// When the next request was complete.
    pub fn arrival(&self) -> Instant {
        self.arrivals.lock().unwrap().recv().unwrap()
    }
}

async fn serve(mut stream: TcpStream, counted: Arc<AtomicUsize>, arrived: mpsc::Sender<Instant>) {
    stream.set_nodelay(true).unwrap();
    let mut bytes = Vec::with_capacity(1 << 14);
    while stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
        while let Some(end) = whole(&bytes) {
            let message: Vec<u8> = bytes.drain(..end).collect();
            let _ = arrived.send(Instant::now());
            let nth = counted.fetch_add(1, Ordering::AcqRel);
            if stream.write_all(answer(&message, nth).as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

/// Where a user registers, a token that nobody had before.
fn answer(message: &[u8], nth: usize) -> String {
    let text = String::from_utf8_lossy(message);
    let user = text.starts_with("POST /api/v1/user/create ").then(|| {
        let (_, rest) = text.split_once(r#""userId":""#).unwrap();
        rest.split('"').next().unwrap()
    });
    let body = user.map_or("{}".to_owned(), |user| {
        format!(r#"{{"userId":"{user}","token":"user-token-{nth:012}"}}"#)
    });
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// Where the first message ends, if it is there.
pub fn whole(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.split_once("content-length:").map_or("0", |(_, rest)| rest);
    let length = length.split("\r\n").next().unwrap_or("0");
    let end = head + length.trim().parse::<usize>().unwrap();
    (bytes.len() >= end).then_some(end)
}
