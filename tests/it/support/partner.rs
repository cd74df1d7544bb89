//! A partner's service that records what it gets, byte for byte, and answers as it is told.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::{Domain, Socket, Type};

use super::PATIENCE;
use super::message::{Framing, framing, parse_head};
use super::pipe::{Body, Pipe, Wire};

/// One request as the partner got it.
#[derive(Debug, Clone)]
pub struct Received {
    /// Which connection, from 0 in the order of accepting.
    pub connection: usize,
    /// Request line and fields, byte for byte.
    pub head: Vec<u8>,
    pub line: String,
    pub fields: Vec<(String, String)>,
    /// As far as it was read.
    pub body: Body,
    done: bool,
}

impl Received {
    pub fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.fields.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        named.map(|(_, v)| v.as_str()).collect()
    }

    /// Field names in lower case, in order.
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|(name, _)| name.to_ascii_lowercase()).collect()
    }

    pub fn describe(&self) -> String {
        String::from_utf8_lossy(&self.head).into_owned()
    }
}

/// `HTTP/1.1 200 OK` with this text.
pub fn ok(text: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len()).into_bytes()
}

/// A script: closes without an answer.
pub fn closing(call: &mut Call) {
    call.close();
}

/// A script: resets without an answer.
pub fn resetting(call: &mut Call) {
    call.reset();
}

/// A script: says nothing.
pub fn hanging(call: &mut Call) {
    call.hang();
}

/// The partner; it stops when dropped.
pub struct Partner {
    pub addr: SocketAddr,
    log: Arc<Log>,
}

type Script = dyn Fn(&mut Call) + Send + Sync;

impl Partner {
    /// Reads each request and answers 200 with `ok`.
    pub fn start() -> Self {
        Self::answering(ok("ok"))
    }

    /// Reads each request and answers it with these bytes.
    pub fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::scripted(move |call| {
            call.body();
            call.send(&bytes);
        })
    }

    /// Answers the first request with these bytes and what follows with 200.
    pub fn first(script: impl Fn(&mut Call) + Send + Sync + 'static) -> Self {
        Self::scripted(move |call| {
            if call.number == 0 {
                return script(call);
            }
            call.body();
            call.send(&ok("ok"));
        })
    }

    /// Runs `script` for each request whose head has come.
    pub fn scripted(script: impl Fn(&mut Call) + Send + Sync + 'static) -> Self {
        Self::launch(None, Arc::new(script))
    }

    /// The same behind TLS.
    pub fn secure(
        config: Arc<ServerConfig>,
        script: impl Fn(&mut Call) + Send + Sync + 'static,
    ) -> Self {
        Self::launch(Some(config), Arc::new(script))
    }

    /// An address where nothing listens. It stays taken for as long as the tests run, so that no
    /// test beside this one is given it; who names it can still listen there.
    pub fn nowhere() -> SocketAddr {
        let held = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        held.set_reuse_address(true).unwrap();
        held.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
        let address = held.local_addr().unwrap().as_socket().unwrap();
        std::mem::forget(held);
        address
    }

    /// Waits for `count` requests, read as far as their scripts read them.
    #[track_caller]
    pub fn wait(&self, count: usize) -> Vec<Received> {
        let ready = |state: &State| state.requests.iter().filter(|r| r.done).count() >= count;
        self.log.wait(ready, &format!("{count} requests")).requests
    }

    /// Waits for `count` heads, whatever their scripts are doing.
    #[track_caller]
    pub fn wait_for_heads(&self, count: usize) -> Vec<Received> {
        self.log.wait(|state| state.requests.len() >= count, &format!("{count} heads")).requests
    }

    /// Waits until `count` connections were closed by the other side or by a script.
    #[track_caller]
    pub fn wait_for_closed(&self, count: usize) {
        self.log.wait(|state| state.closed >= count, &format!("{count} closed connections"));
    }

    /// The one request there was.
    #[track_caller]
    pub fn only(&self) -> Received {
        let mut requests = self.wait(1);
        assert_eq!(requests.len(), 1, "requests: {:?}", self.lines());
        requests.remove(0)
    }

    /// The last request so far.
    #[track_caller]
    pub fn last(&self) -> Received {
        self.wait(1).pop().unwrap()
    }

    /// What came so far.
    pub fn requests(&self) -> Vec<Received> {
        self.log.lock().requests.clone()
    }

    /// How many connections were accepted so far.
    pub fn connections(&self) -> usize {
        self.log.lock().connections
    }

    /// The request lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.line).collect()
    }

    fn launch(tls: Option<Arc<ServerConfig>>, script: Arc<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let log = Arc::new(Log::default());
        let theirs = Arc::clone(&log);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if theirs.lock().stopped {
                    break;
                }
                let (Ok(stream), log, script, tls) =
                    (stream, Arc::clone(&theirs), Arc::clone(&script), tls.clone())
                else {
                    continue;
                };
                thread::spawn(move || serve(stream, tls, &log, &*script));
            }
        });
        Self { addr, log }
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        self.log.lock().stopped = true;
        drop(TcpStream::connect(self.addr));
    }
}

/// One request in the hands of a script.
pub struct Call<'a> {
    /// How many requests came before, on all connections.
    pub number: usize,
    /// How many requests came before on this connection.
    pub nth: usize,
    pub request: Received,
    pipe: &'a mut Pipe,
    log: &'a Log,
    end: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Close,
    Reset,
}

impl Call<'_> {
    /// Reads the body to its end and records it.
    pub fn body(&mut self) -> Body {
        let mode = framing(&self.request.fields, Framing::None);
        let body = self.pipe.body(mode).unwrap_or_default();
        self.request.body = body.clone();
        self.log.update(|state| state.requests[self.number].body = body.clone());
        if !body.whole {
            self.end = End::Close;
        }
        body
    }

    /// Reads `count` raw bytes of the body away; how many came.
    pub fn skip(&mut self, count: u64) -> u64 {
        self.pipe.skip(count).unwrap_or_default()
    }

    /// Writes; whether all of it went out.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.pipe.try_send(bytes).is_ok()
    }

    /// Writes byte by byte.
    pub fn drip(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.send(std::slice::from_ref(byte));
        }
    }

    /// Closes after this script.
    pub fn close(&mut self) {
        self.end = End::Close;
    }

    /// Closes with a reset after this script.
    pub fn reset(&mut self) {
        self.end = End::Reset;
    }

    /// Says nothing until the gateway gives up; then closes.
    pub fn hang(&mut self) {
        let _ = self.pipe.rest();
        self.end = End::Close;
    }
}

/// Something a test waits for, or lets a partner wait for.
#[derive(Clone, Default)]
pub struct Latch(Arc<(Mutex<bool>, Condvar)>);

impl Latch {
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    pub fn wait(&self) {
        let lock = self.0.0.lock().unwrap();
        let (open, _) = self.0.1.wait_timeout_while(lock, PATIENCE, |open| !*open).unwrap();
        assert!(*open, "nobody opened the latch");
    }
}

#[derive(Default)]
struct Log {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default, Clone)]
struct State {
    requests: Vec<Received>,
    connections: usize,
    closed: usize,
    stopped: bool,
}

impl Log {
    /// The state, also after a test that failed while it held it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let value = change(&mut self.lock());
        self.changed.notify_all();
        value
    }

    #[track_caller]
    fn wait(&self, ready: impl Fn(&State) -> bool, what: &str) -> State {
        let until = Instant::now() + PATIENCE;
        let mut state = self.lock();
        while !ready(&state) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "waited for {what}; the partner saw {:?} on {} connections, {} closed",
                state.requests.iter().map(|r| &r.line).collect::<Vec<_>>(),
                state.connections,
                state.closed
            );
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.clone()
    }
}

fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, log: &Log, script: &Script) {
    let connection = log.update(|state| {
        state.connections += 1;
        state.connections - 1
    });
    let _ = stream.set_nodelay(true);
    let _ = stream.set_read_timeout(Some(PATIENCE * 6));
    let mut pipe = match tls {
        None => Pipe::new(stream),
        Some(config) => {
            let wire: Box<dyn Wire> = Box::new(stream);
            let conn = ServerConnection::new(config).unwrap();
            Pipe::new(StreamOwned::new(conn, wire))
        }
    };
    if calls(&mut pipe, connection, log, script).is_ok_and(|end| end == End::Reset) {
        pipe.reset();
    }
    log.update(|state| state.closed += 1);
}

fn calls(pipe: &mut Pipe, connection: usize, log: &Log, script: &Script) -> io::Result<End> {
    for nth in 0.. {
        let Some(head) = pipe.head()? else { break };
        let (line, fields) = parse_head(&head);
        let request =
            Received { connection, head, line, fields, body: Body::default(), done: false };
        let number = log.update(|state| {
            state.requests.push(request.clone());
            state.requests.len() - 1
        });
        let mut call = Call { number, nth, request, pipe: &mut *pipe, log, end: End::Open };
        script(&mut call);
        let end = call.end;
        log.update(|state| state.requests[number].done = true);
        if end != End::Open {
            return Ok(end);
        }
    }
    Ok(End::Close)
}
