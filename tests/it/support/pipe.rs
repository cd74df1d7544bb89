//! A blocking byte stream with a look-ahead: messages are cut out of it by their framing.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use rustls::{ClientConnection, ServerConnection, StreamOwned};
use socket2::SockRef;

use super::message::{Framing, parse_fields};

/// A stream over one TCP socket, however many layers of TLS are in between.
pub trait Wire: Read + Write + Send {
    /// The socket at the bottom.
    fn tcp(&self) -> &TcpStream;
    /// What ALPN settled, where there is TLS.
    fn alpn(&self) -> Option<Vec<u8>> {
        None
    }
    /// The peer's certificates, leaf first, where there is TLS.
    fn certificates(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }
    /// Whether TLS resumed an earlier session.
    fn resumed(&self) -> bool {
        false
    }
}

impl Wire for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Wire for StreamOwned<ClientConnection, Box<dyn Wire>> {
    fn tcp(&self) -> &TcpStream {
        self.sock.tcp()
    }

    fn alpn(&self) -> Option<Vec<u8>> {
        self.conn.alpn_protocol().map(<[u8]>::to_vec)
    }

    fn certificates(&self) -> Vec<Vec<u8>> {
        self.conn.peer_certificates().unwrap_or_default().iter().map(|c| c.to_vec()).collect()
    }

    fn resumed(&self) -> bool {
        self.conn.handshake_kind() == Some(rustls::HandshakeKind::Resumed)
    }
}

impl Wire for StreamOwned<ServerConnection, Box<dyn Wire>> {
    fn tcp(&self) -> &TcpStream {
        self.sock.tcp()
    }
}

/// A body as it was on the wire and as it reads.
#[derive(Debug, Default, Clone)]
pub struct Body {
    /// Content, framing taken off.
    pub content: Vec<u8>,
    /// The same with its framing.
    pub framed: Vec<u8>,
    /// Fields after the last chunk.
    pub trailers: Vec<(String, String)>,
    /// Whether the end that the framing promises was seen.
    pub whole: bool,
}

/// A [`Wire`] and what was read ahead of need.
pub struct Pipe {
    wire: Box<dyn Wire>,
    held: Vec<u8>,
}

impl Pipe {
    pub fn new(wire: impl Wire + 'static) -> Self {
        Self { wire: Box::new(wire), held: Vec::new() }
    }

    pub fn wire(&self) -> &dyn Wire {
        &*self.wire
    }

    /// The stream itself, what is held in front.
    pub fn into_wire(self) -> Box<dyn Wire> {
        Box::new(Ahead { held: io::Cursor::new(self.held), wire: self.wire })
    }

    /// Writes all of it, or says why not.
    pub fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.wire.write_all(bytes)?;
        self.wire.flush()
    }

    /// Reads once; 0 is the end, however it came about. A time limit is an error.
    pub fn fill(&mut self) -> io::Result<usize> {
        let mut room = [0; 16 * 1024];
        let got = match self.wire.read(&mut room) {
            Err(error) if is_end(&error) => 0,
            other => other?,
        };
        self.held.extend_from_slice(&room[..got]);
        Ok(got)
    }

    /// What was read and nobody has taken.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    /// Up to and including the empty line. `None` if the stream ends before a first byte.
    pub fn head(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(at) = find(&self.held, b"\r\n\r\n") {
                return Ok(Some(self.held.drain(..at + 4).collect()));
            }
            if self.fill()? == 0 {
                let left = std::mem::take(&mut self.held);
                return if left.is_empty() { Ok(None) } else { Ok(Some(left)) };
            }
        }
    }

    pub fn body(&mut self, framing: Framing) -> io::Result<Body> {
        match framing {
            Framing::None => Ok(Body { whole: true, ..Body::default() }),
            Framing::Length(length) => self.counted(length),
            Framing::Chunked => self.chunked(),
            Framing::Close => {
                let content = self.rest()?;
                Ok(Body { framed: content.clone(), content, whole: true, ..Body::default() })
            }
        }
    }

    /// The next `count` bytes, or fewer if the stream ends before.
    pub fn exactly(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.held.len() < count && self.fill()? > 0 {}
        Ok(self.held.drain(..count.min(self.held.len())).collect())
    }

    /// All that comes until the end.
    pub fn rest(&mut self) -> io::Result<Vec<u8>> {
        while self.fill()? > 0 {}
        Ok(std::mem::take(&mut self.held))
    }

    /// Reads `count` bytes away without keeping them; how many came before the end.
    pub fn skip(&mut self, count: u64) -> io::Result<u64> {
        let mut seen = 0;
        while seen < count {
            if self.held.is_empty() && self.fill()? == 0 {
                break;
            }
            let part = (self.held.len() as u64).min(count - seen);
            self.held.drain(..usize::try_from(part).unwrap());
            seen += part;
        }
        Ok(seen)
    }

    /// Closes with a reset instead of a FIN.
    pub fn reset(self) {
        SockRef::from(self.wire.tcp()).set_linger(Some(std::time::Duration::ZERO)).unwrap();
    }

    fn counted(&mut self, length: u64) -> io::Result<Body> {
        let length = usize::try_from(length).unwrap();
        while self.held.len() < length && self.fill()? > 0 {}
        let whole = self.held.len() >= length;
        let content: Vec<u8> = self.held.drain(..length.min(self.held.len())).collect();
        Ok(Body { framed: content.clone(), content, whole, ..Body::default() })
    }

    fn chunked(&mut self) -> io::Result<Body> {
        let mut body = Body::default();
        loop {
            let Some(line) = self.line()? else { return Ok(body) };
            body.framed.extend_from_slice(&line);
            let text = String::from_utf8_lossy(&line);
            let digits = text.trim_end().split(';').next().unwrap_or_default();
            let size = usize::from_str_radix(digits, 16)
                .unwrap_or_else(|_| panic!("a chunk size line reads {text:?}"));
            if size == 0 {
                break;
            }
            let part = self.counted(size as u64 + 2)?;
            body.framed.extend_from_slice(&part.content);
            body.content.extend_from_slice(&part.content[..size.min(part.content.len())]);
            if !part.whole {
                return Ok(body);
            }
        }
        let mut fields = Vec::new();
        loop {
            let Some(line) = self.line()? else { return Ok(body) };
            body.framed.extend_from_slice(&line);
            if line == b"\r\n" {
                body.trailers = parse_fields(&fields);
                body.whole = true;
                return Ok(body);
            }
            fields.extend_from_slice(&line);
        }
    }

    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(at) = find(&self.held, b"\r\n") {
                return Ok(Some(self.held.drain(..at + 2).collect()));
            }
            if self.fill()? == 0 {
                return Ok(None);
            }
        }
    }
}

/// A stream some of whose bytes were read already.
struct Ahead {
    held: io::Cursor<Vec<u8>>,
    wire: Box<dyn Wire>,
}

impl Read for Ahead {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self.held.read(room)? {
            0 => self.wire.read(room),
            got => Ok(got),
        }
    }
}

impl Write for Ahead {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wire.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.wire.flush()
    }
}

impl Wire for Ahead {
    fn tcp(&self) -> &TcpStream {
        self.wire.tcp()
    }
}

/// Whether an error is only another way for a stream to end.
pub fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}
