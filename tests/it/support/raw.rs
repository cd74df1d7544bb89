//! A client that writes exactly the bytes it is told to.

use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::PATIENCE;
use super::message::{Answer, Framing, framing, parse_head};
use super::pipe::{Pipe, Wire};

/// One connection to the gateway.
pub struct Raw {
    pub pipe: Pipe,
}

impl Raw {
    pub fn dial(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&addr, PATIENCE)
            .unwrap_or_else(|error| panic!("connect to {addr}: {error}"));
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { pipe: Pipe::new(stream) }
    }

    /// TLS over this connection; the handshake is finished here.
    pub fn secure(self, name: &str, config: &Arc<ClientConfig>) -> Self {
        self.try_secure(name, config).unwrap_or_else(|error| panic!("TLS with {name}: {error}"))
    }

    pub fn try_secure(self, name: &str, config: &Arc<ClientConfig>) -> std::io::Result<Self> {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let mut conn = ClientConnection::new(Arc::clone(config), name).unwrap();
        let mut wire = self.pipe.into_wire();
        while conn.is_handshaking() {
            conn.complete_io(&mut wire)?;
        }
        Ok(Self { pipe: Pipe::new(StreamOwned::new(conn, wire)) })
    }

    /// Writes; a peer that has closed already is no failure of the test's, its answer tells more.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.pipe.try_send(bytes.as_ref());
        self
    }

    /// The next answer, interim ones included.
    #[track_caller]
    pub fn answer(&mut self) -> Answer {
        self.try_answer().unwrap_or_else(|| panic!("the connection ended without an answer"))
    }

    /// The next answer, or nothing if the connection ends instead.
    #[track_caller]
    pub fn try_answer(&mut self) -> Option<Answer> {
        let (head, status, fields, mode) = self.answer_head()?;
        let body = self.pipe.body(mode).expect("the body in time");
        let (content, trailers, whole) = (body.content, body.trailers, body.whole);
        Some(Answer { status, head, fields, body: content, trailers, whole })
    }

    /// Only the head of the next answer; its body stays on the wire.
    #[track_caller]
    pub fn answer_head(&mut self) -> Option<(Vec<u8>, u16, Vec<(String, String)>, Framing)> {
        let head = match self.pipe.head() {
            Ok(head) => head?,
            Err(error) => panic!("no answer in time: {error}"),
        };
        let (line, fields) = parse_head(&head);
        let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.unwrap_or_else(|| panic!("a status line reads {line:?}"));
        let mode = match status {
            100..=199 | 204 | 304 => Framing::None,
            _ => framing(&fields, Framing::Close),
        };
        Some((head, status, fields, mode))
    }

    /// Writes, then reads one answer.
    #[track_caller]
    pub fn exchange(&mut self, bytes: impl AsRef<[u8]>) -> Answer {
        self.send(bytes).answer()
    }

    /// Asserts that the gateway closes now and sends nothing more.
    #[track_caller]
    pub fn expect_end(&mut self, what: &str) {
        match self.pipe.rest() {
            Ok(rest) => {
                assert!(rest.is_empty(), "{what}: more came: {:?}", String::from_utf8_lossy(&rest));
            }
            Err(error) => panic!("{what}: the connection was not closed: {error}"),
        }
    }

    /// Says that nothing more will be written.
    pub fn half_close(&mut self) -> &mut Self {
        self.pipe.wire().tcp().shutdown(Shutdown::Write).unwrap();
        self
    }

    pub fn wire(&self) -> &dyn Wire {
        self.pipe.wire()
    }

    /// Asserts that the connection still serves: one more allowed request is answered.
    #[track_caller]
    pub fn expect_alive(&mut self, what: &str) {
        let answer = self.exchange(super::get("/api/still-alive", &[]));
        assert_eq!(answer.status, 200, "{what}: {}", answer.describe());
    }
}
