//! A relay of bytes before a partner, whose connections can go silent without being closed: what a
//! sleeping machine, a tunnel or a firewall leaves behind.

use std::collections::HashSet;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::PATIENCE;

pub struct Relay {
    pub addr: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    accepted: usize,
    silent: HashSet<usize>,
    all_silent: bool,
}

impl Relay {
    pub fn before(partner: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let state = Arc::new((Mutex::new(State::default()), Condvar::new()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let number = {
                    let mut state = shared.0.lock().unwrap();
                    state.accepted += 1;
                    shared.1.notify_all();
                    state.accepted - 1
                };
                let Ok(onward) = TcpStream::connect(partner) else { return };
                for (from, to) in [(&stream, &onward), (&onward, &stream)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let shared = Arc::clone(&shared);
                    thread::spawn(move || carry(number, from, to, &shared));
                }
            }
        });
        Self { addr, state }
    }

    /// Connections so far.
    pub fn accepted(&self) -> usize {
        self.state.0.lock().unwrap().accepted
    }

    /// Waits for so many connections.
    #[track_caller]
    pub fn wait_for_connections(&self, count: usize) {
        let end = Instant::now() + 3 * PATIENCE;
        let mut state = self.state.0.lock().unwrap();
        while state.accepted < count {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} connections, not {count}", state.accepted);
            state = self.state.1.wait_timeout(state, left).unwrap().0;
        }
    }

    /// From now on nothing passes on this connection.
    pub fn silence(&self, number: usize) {
        self.state.0.lock().unwrap().silent.insert(number);
    }

    /// The same on all, those to come included.
    pub fn silence_all(&self) {
        self.state.0.lock().unwrap().all_silent = true;
    }

    /// Everything passes again.
    pub fn speak(&self) {
        let mut state = self.state.0.lock().unwrap();
        state.all_silent = false;
        state.silent.clear();
        self.state.1.notify_all();
    }
}

fn carry(number: usize, mut from: TcpStream, mut to: TcpStream, shared: &(Mutex<State>, Condvar)) {
    from.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = from.read(&mut buffer);
        let mut state = shared.0.lock().unwrap();
        while state.all_silent || state.silent.contains(&number) {
            state = shared.1.wait(state).unwrap();
        }
        drop(state);
        match read {
            Ok(0) => break,
            Ok(count) => {
                if to.write_all(&buffer[..count]).is_err() {
                    break;
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}
