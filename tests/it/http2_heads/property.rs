//! What holds for whatever is sent over HTTP/2: it is answered, or the connection ends. The fuzz
//! target runs this as well.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

/// The preface and empty settings.
const GREETING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// A PING whose answer comes when all before it was read.
const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0the last";
/// Its answer's header.
const PONG: &[u8] = b"\0\0\x08\x06\x01\0\0\0\0the last";
/// A longer input is cut off.
const MOST: usize = 64 << 10;

/// Sends the frames that `data` spells on a connection of their own and waits for what comes of it.
pub fn bring(to: SocketAddr, tls: &Arc<ClientConfig>, data: &[u8]) {
    let tcp = TcpStream::connect(to).unwrap();
    tcp.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    tcp.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
    let name = ServerName::try_from("loyalty.example.ru").unwrap();
    let mut stream = StreamOwned::new(ClientConnection::new(Arc::clone(tls), name).unwrap(), tcp);
    let sent = [GREETING, &frames(data), PING].concat();
    // It may have been ended before all was sent.
    if stream.write_all(&sent).and_then(|()| stream.flush()).is_err() {
        return;
    }
    let mut got = Vec::new();
    let mut room = [0; 16 << 10];
    while !got.windows(PONG.len()).any(|window| window == PONG) {
        match stream.read(&mut room) {
            Ok(0) => return,
            Ok(len) => got.extend_from_slice(&room[..len]),
            Err(error) => {
                let late = std::io::ErrorKind::WouldBlock;
                assert_ne!(error.kind(), late, "no answer and no end: {}", data.escape_ascii());
                return;
            }
        }
    }
}

/// Frames spelled by bytes: a kind of record, its length, its content.
fn frames(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut stream = 1u32;
    let mut rest = data;
    while let [kind, high, low, after @ ..] = rest
        && bytes.len() < MOST
    {
        let len = usize::from(u16::from_be_bytes([*high, *low])).min(after.len());
        let (content, next) = after.split_at(len);
        rest = next;
        match kind % 8 {
            0..5 => frame(&mut bytes, 1, 5, stream, content),
            5 => {
                let (first, last) = content.split_at(len / 2);
                frame(&mut bytes, 1, 1, stream, first);
                frame(&mut bytes, 9, 4, stream, last);
            }
            6 => frame(&mut bytes, kind >> 3, *low, stream.saturating_sub(2), content),
            _ => bytes.extend_from_slice(content),
        }
        stream += 2;
    }
    bytes
}

fn frame(bytes: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let len = u32::try_from(payload.len()).unwrap().to_be_bytes();
    bytes.extend_from_slice(&len[1..]);
    bytes.extend_from_slice(&[kind, flags]);
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
}
