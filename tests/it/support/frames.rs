//! An HTTP/2 client that writes exactly the frames it is told to.

use super::secure;
use super::{Gateway, Raw};

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const CONTINUATION: u8 = 9;
/// END_STREAM and END_HEADERS.
pub const WHOLE: u8 = 0x5;
pub const END_HEADERS: u8 = 0x4;

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A frame as bytes.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = len[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A block of fields, none of them indexed.
pub fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for text in fields.iter().flat_map(|(name, value)| [(true, name), (false, value)]) {
        let (is_name, text) = text;
        if is_name {
            bytes.push(0);
        }
        assert!(text.len() < 127, "{text} needs a longer length");
        bytes.push(u8::try_from(text.len()).unwrap());
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// The pseudo fields of a GET of the sample partner's.
pub fn get(path: &str) -> [(&str, &str); 4] {
    [
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", "loyalty.example.ru"),
        (":path", path),
    ]
}

/// One frame as it was read.
#[derive(Debug)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

/// One connection.
pub struct Client {
    pub raw: Raw,
}

impl Client {
    /// A TLS connection on which HTTP/2 was agreed upon and nothing was sent.
    #[track_caller]
    pub fn dial(gateway: &Gateway) -> Self {
        let config = secure::trusting(&gateway.ca(), &[b"h2"]);
        let raw = Raw::dial(gateway.https).secure("loyalty.example.ru", &config);
        assert_eq!(raw.wire().alpn().as_deref(), Some(&b"h2"[..]));
        Self { raw }
    }

    /// One that has sent the preface and empty settings.
    #[track_caller]
    pub fn greeted(gateway: &Gateway) -> Self {
        let mut client = Self::dial(gateway);
        client.send(PREFACE).send(frame(SETTINGS, 0, 0, b""));
        client
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.raw.send(bytes);
        self
    }

    /// The next frame, or nothing when the connection has ended.
    #[track_caller]
    pub fn next(&mut self) -> Option<Frame> {
        let head = self.raw.pipe.exactly(9).expect("a frame in time");
        let [a, b, c, kind, flags, d, e, f, g] = head[..] else { return None };
        let len = u32::from_be_bytes([0, a, b, c]) as usize;
        let payload = self.raw.pipe.exactly(len).expect("a payload in time");
        let stream = u32::from_be_bytes([d, e, f, g]);
        Some(Frame { kind, flags, stream, payload })
    }

    /// Everything until the connection ends, which it has to do in time.
    #[track_caller]
    pub fn until_end(&mut self) -> Vec<Frame> {
        std::iter::from_fn(|| self.next()).collect()
    }

    /// The status of a stream's answer as its block begins, or 0 when the stream was reset.
    #[track_caller]
    pub fn status(&mut self, stream: u32) -> u16 {
        loop {
            let frame = self.next().expect("an answer");
            if frame.stream == stream && frame.kind == RST_STREAM {
                return 0;
            }
            if frame.stream == stream && frame.kind == HEADERS {
                // The static table's, see RFC 7541, appendix A.
                let indexed = [200, 204, 206, 304, 400, 404, 500];
                let first = frame.payload.iter().find(|byte| **byte & 0xe0 != 0x20).unwrap();
                return indexed.get(usize::from(first.wrapping_sub(0x88))).copied().unwrap_or(1);
            }
        }
    }

    /// Asserts that a request on this stream is answered with 200.
    #[track_caller]
    pub fn expect_alive(&mut self, stream: u32) {
        let head = block(&get("/api/still-alive"));
        self.send(frame(HEADERS, WHOLE, stream, &head));
        assert_eq!(self.status(stream), 200);
    }
}
