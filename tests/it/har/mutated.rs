//! Files that were good once: bytes changed, pieces cut out, doubled, moved and replaced, by a seed.

use serde_json::json;

use super::property;

/// How many files are tried; the same ones each time.
const FILES: u64 = 20_000;

/// What a reader of HAR may stumble over.
const PIECES: [&str; 24] = [
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "1e309",
    "-1",
    "99999999999999999999",
    "\\n",
    "\\r\\n",
    "\"log\":",
    "\"entries\":[",
    "\"headers\":[{\"name\":\"a\",\"value\":\"b\\nc\"}],",
    "\"encoding\":\"base64\",",
    "\"_evotor\":{\"faults\":[\"\"]},",
    "\u{feff}",
    "\u{0}",
    "ж",
];

/// One entry with everything that is looked at.
fn good() -> Vec<u8> {
    let request = json!({"method": "POST", "url": "https://a.example.ru/x?y=1", "httpVersion": "h2",
        "headers": [{"name": ":path", "value": "/x"}, {"name": "X-A", "value": "1\n2"},
            {"name": "Content-Type", "value": "text/plain; charset=windows-1251"}],
        "postData": {"mimeType": "", "params": [{"name": "a", "value": "ж"}, {"name": "b"}]}});
    let response = json!({"status": 200, "statusText": "OK", "headers": [],
        "content": {"text": "AJ+ Slg==", "encoding": "base64", "comment": "cut"}});
    let entry = json!({"startedDateTime": "2026-01-02T03:04:05.678+03:00", "time": 12.5,
        "request": request, "response": response,
        "timings": {"blocked": 1, "dns": -1, "connect": 2.5, "send": 0, "wait": 3, "receive": 1e9},
        "_evotor": {"app": "a", "rule": 1, "faults": ["x"], "passed": request, "answered": response,
            "fault": {"code": "url_not_allowed", "culprit": "", "why": "w", "hint": "h"}}});
    json!({"log": {"version": "1.2", "entries": [entry, {}, entry]}}).to_string().into_bytes()
}

/// Numbers from a seed (xorshift64).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most.max(1)
    }

    /// A piece of a file that is not long.
    fn range(&mut self, file: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(file.len());
        start..file.len().min(start + 1 + self.below(60))
    }
}

fn mutate(file: &mut Vec<u8>, seeded: &mut Seeded) {
    let range = seeded.range(file);
    match seeded.below(6) {
        0 => file[range.start] ^= 1 << seeded.below(8),
        1 => drop(file.drain(range)),
        2 => {
            let piece = file[range].to_vec();
            let at = seeded.below(file.len());
            drop(file.splice(at..at, piece));
        }
        3 => file.truncate(file.len() - seeded.below(40).min(file.len() - 1)),
        _ => {
            let piece = PIECES[seeded.below(PIECES.len())];
            drop(file.splice(range.start..range.start + seeded.below(2), piece.bytes()));
        }
    }
    if file.is_empty() {
        file.push(b'{');
    }
}

#[test]
fn twenty_thousand_spoilt_files_are_read_or_refused() {
    let good = good();
    assert_eq!(property::fuzz(&good), Some(2), "the file that is spoilt is a good one");
    let (mut read, mut exchanges) = (0, 0);
    for seed in 1..=FILES {
        let mut seeded = Seeded(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut file = good.clone();
        for _ in 0..=seeded.below(4) {
            mutate(&mut file, &mut seeded);
        }
        let taken = property::fuzz(&file);
        read += usize::from(taken.is_some());
        exchanges += taken.unwrap_or(0);
    }
    // Neither all good nor all bad, else nothing was tried.
    assert!((500..FILES as usize).contains(&read), "{read} of {FILES} were read");
    assert!(exchanges > 500, "{exchanges}");
}
