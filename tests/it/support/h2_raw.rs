//! A partner that writes HTTP/2 frames by hand.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::PATIENCE;

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;

pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const ACK: u8 = 1;

/// `:status: 200`, by its place in HPACK's static table.
pub const OK: &[u8] = &[0x88];

#[derive(Debug)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

/// One connection from the gateway.
pub struct Connection {
    /// From 0, in the order of accepting.
    pub number: usize,
    wire: StreamOwned<ServerConnection, TcpStream>,
    aborted: bool,
}

/// Listens for ever; each connection runs the script on a thread of its own, after SETTINGS.
pub fn partner(
    config: Arc<ServerConfig>,
    script: impl Fn(&mut Connection) + Send + Sync + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let script = Arc::new(script);
    thread::spawn(move || {
        for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
            let (config, script) = (Arc::clone(&config), Arc::clone(&script));
            thread::spawn(move || {
                stream.set_read_timeout(Some(4 * PATIENCE)).unwrap();
                stream.set_write_timeout(Some(PATIENCE)).unwrap();
                let tls = ServerConnection::new(config).unwrap();
                let wire = StreamOwned::new(tls, stream);
                let mut connection = Connection { number, wire, aborted: false };
                if connection.preface().is_some() {
                    script(&mut connection);
                }
            });
        }
    });
    addr
}

impl Connection {
    fn preface(&mut self) -> Option<()> {
        self.read(24)?;
        self.send(SETTINGS, 0, 0, &[]);
        Some(())
    }

    /// The next frame that is not SETTINGS; PING is answered.
    pub fn next(&mut self) -> Option<Frame> {
        loop {
            let head = self.read(9)?;
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
            let payload = self.read(length as usize)?;
            let frame = Frame { kind: head[3], flags: head[4], stream, payload };
            match frame.kind {
                SETTINGS if frame.flags & ACK == 0 => self.send(SETTINGS, ACK, 0, &[]),
                SETTINGS => {}
                PING if frame.flags & ACK == 0 => self.send(PING, ACK, 0, &frame.payload),
                _ => return Some(frame),
            }
        }
    }

    /// The next request: its stream and its body.
    pub fn request(&mut self) -> Option<(u32, Vec<u8>)> {
        let mut body = Vec::new();
        let mut at = None;
        loop {
            let frame = self.next()?;
            match frame.kind {
                HEADERS => at = Some(frame.stream),
                DATA if at == Some(frame.stream) => body.extend_from_slice(&frame.payload),
                _ => continue,
            }
            if frame.flags & END_STREAM != 0 {
                return Some((frame.stream, body));
            }
        }
    }

    /// Answers 200 with this body.
    pub fn answer(&mut self, stream: u32, body: &[u8]) {
        self.send(HEADERS, END_HEADERS, stream, OK);
        self.send(DATA, END_STREAM, stream, body);
    }

    /// A peer that has closed already is no failure of the test's.
    pub fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut bytes = vec![length[1], length[2], length[3], kind, flags];
        bytes.extend_from_slice(&stream.to_be_bytes());
        bytes.extend_from_slice(payload);
        self.raw(&bytes);
    }

    pub fn reset(&mut self, stream: u32, code: u32) {
        self.send(RST_STREAM, 0, stream, &code.to_be_bytes());
    }

    pub fn go_away(&mut self, last: u32, code: u32) {
        let payload = [last.to_be_bytes(), code.to_be_bytes()].concat();
        self.send(GOAWAY, 0, 0, &payload);
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        let _ = self.wire.write_all(bytes);
        let _ = self.wire.flush();
    }

    /// Floods with PING and reads nothing, until no more is taken. Returns how many there were.
    pub fn flood(&mut self) -> usize {
        self.wire.sock.set_write_timeout(Some(std::time::Duration::from_secs(1))).unwrap();
        let pings = [&[0, 0, 8, PING, 0, 0, 0, 0, 0][..], &[7; 8]].concat().repeat(900);
        let mut sent = 0;
        while sent < 10_000_000 && self.wire.write_all(&pings).is_ok() {
            sent += 900;
        }
        sent
    }

    /// Closes the socket.
    pub fn close(&mut self) {
        let _ = self.wire.sock.shutdown(std::net::Shutdown::Both);
    }

    /// Ends the socket with a reset, as soon as the script has ended.
    pub fn abort(&mut self) {
        let socket = socket2::SockRef::from(&self.wire.sock);
        socket.set_linger(Some(std::time::Duration::ZERO)).unwrap();
        self.aborted = true;
    }

    fn read(&mut self, count: usize) -> Option<Vec<u8>> {
        if self.aborted {
            return None;
        }
        let mut bytes = vec![0; count];
        self.wire.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }
}
