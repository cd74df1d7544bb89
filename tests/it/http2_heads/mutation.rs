//! Heads as clients send them, changed at random from a seed.

use crate::support::frames::block;

/// Fields that matter to somebody.
const FIELDS: &[(&str, &str)] = &[
    (":method", "GET"),
    (":method", "HEAD"),
    (":method", "CONNECT"),
    (":method", "*"),
    (":scheme", "https"),
    (":scheme", "ftp"),
    (":authority", "loyalty.example.ru"),
    (":authority", "loyalty.example.ru:443"),
    (":authority", "user@loyalty.example.ru"),
    (":authority", ""),
    (":path", "/api/x"),
    (":path", "/api/../x#y"),
    (":path", "*"),
    (":path", ""),
    (":status", "200"),
    (":protocol", "websocket"),
    ("host", "loyalty.example.ru"),
    ("content-length", "0"),
    ("content-length", "18446744073709551616"),
    ("transfer-encoding", "chunked"),
    ("content_length", "5"),
    ("connection", "x-a"),
    ("te", "trailers"),
    ("expect", "100-continue"),
    ("x-device-uuid", "1"),
    ("X-Upper", "1"),
    ("cookie", "a=1"),
    ("", "x"),
    ("x-nul", "a\0b"),
    ("x-line", "a\r\nb"),
];

/// Numbers without end that are the same each time.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// Below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// So many records as `property::bring` reads them.
pub fn heads(random: &mut Random, count: usize) -> Vec<u8> {
    let mut data = Vec::new();
    for _ in 0..count {
        let mut head = head(random);
        for _ in 0..random.below(4) {
            change(random, &mut head);
        }
        // Most are heads; whole records of noise end a connection early.
        let kind = if random.below(20) == 0 { random.below(256) } else { random.below(6) };
        data.push(u8::try_from(kind).unwrap());
        data.extend(u16::try_from(head.len()).unwrap().to_be_bytes());
        data.extend(head);
    }
    data
}

fn head(random: &mut Random) -> Vec<u8> {
    let mut fields = crate::support::frames::get("/api/x").to_vec();
    for _ in 0..random.below(5) {
        let field = FIELDS[random.below(FIELDS.len())];
        match random.below(3) {
            0 => fields.push(field),
            1 => fields.insert(random.below(fields.len()), field),
            _ => {
                let at = random.below(fields.len());
                fields[at] = field;
            }
        }
    }
    block(&fields)
}

fn change(random: &mut Random, head: &mut Vec<u8>) {
    let at = random.below(head.len());
    let byte = u8::try_from(random.below(256)).unwrap();
    match random.below(6) {
        0 => head[at] = byte,
        1 => head[at] ^= 1 << random.below(8),
        2 => head.insert(at, byte),
        3 => drop(head.remove(at)),
        // References to fields and changes of the table's size.
        4 => head.insert(at, [0x80, 0xbe, 0xff, 0x20, 0x3f, 0x40, 0x10][random.below(7)]),
        _ => {
            let piece = head[at..].to_vec();
            head.extend(piece.iter().take(random.below(200)));
        }
    }
    if head.is_empty() {
        head.push(byte);
    }
}
