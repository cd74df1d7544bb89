//! Mutations of the corpus, brought to the gate in random pieces and to the reference reader.

use evotor_gateway::net::gate::End;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRunner};

use super::corpus::{Case, request_cases, response_cases};
use super::property::fuzz;
use super::stream::{Outcome, requests};

/// Bytes and pieces that matter to somebody's parser.
const PIECES: &[&[u8]] = &[
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b" ",
    b"\t",
    b"\x0b",
    b"\x7f",
    b"\xff",
    b":",
    b",",
    b";",
    b"=",
    b"\"",
    b"\\",
    b"/",
    b"//",
    b".",
    b"..",
    b"%2e",
    b"%2f",
    b"%5c",
    b"%00",
    b"%",
    b"?",
    b"#",
    b"@",
    b"[",
    b"]",
    b"0",
    b"1",
    b"5",
    b"f",
    b"+",
    b"-",
    b"0x",
    b"_",
    b"Host: h.example\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 0\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"X-Device-UUID: 1\r\n",
    b"X-Cut: 1\r\n",
    b"Upgrade: websocket\r\n",
    b"GET / HTTP/1.1\r\n",
    b"HTTP/1.0",
    b"HTTP/1.1",
    b"CONNECT",
    b"http://h.example",
    b"0\r\n\r\n",
    b"5\r\n12345\r\n",
    b";a=b",
    b"\r\n\r\n",
    b"HTTP/1.1 100 \r\n\r\n",
    b"HTTP/1.1 204 \r\n\r\n",
];

#[derive(Debug, Clone)]
enum Edit {
    Insert(prop::sample::Index, &'static [u8]),
    Replace(prop::sample::Index, u8),
    Delete(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Append(prop::sample::Index),
}

#[test]
fn mutated_requests_end_as_the_reference_reader_says() {
    try_all(2, &request_cases(), 4000);
}

#[test]
fn mutated_answers_end_as_the_reference_reader_says() {
    try_all(0, &response_cases(), 2000);
    try_all(1, &response_cases(), 500);
}

#[test]
fn the_corpus_itself_ends_as_the_reference_reader_says() {
    for (direction, cases) in [(2, request_cases()), (0, response_cases()), (1, response_cases())] {
        for case in cases {
            fuzz(&[&[direction, 1, 2], case.bytes.as_slice()].concat());
        }
    }
}

#[test]
fn a_mutated_request_behind_its_original_ends_as_alone() {
    // Whole, and with no empty line behind it: it would count for the stream that follows.
    let whole = |case: &Case| {
        let followed = requests(&[&case.bytes, &b"\r\n"[..]].concat(), &[]);
        requests(&case.bytes, &[]).at_boundary && followed.end == End::Open
    };
    let cases: Vec<Case> = request_cases().into_iter().filter(whole).collect();
    run(&cases, 4000, |case, stream, (seed, step)| {
        let (first, alone) = (requests(&case.bytes, &[]), requests(stream, &[]));
        let both = [case.bytes.as_slice(), stream].concat();
        let pieces = [case.bytes.len(), seed.into(), step.into()];
        let behind = requests(&both, &pieces);
        let wanted = Outcome {
            pass: first.pass + alone.pass,
            heads: [first.heads, alone.heads].concat(),
            delivered: [first.delivered, alone.delivered].concat(),
            ..alone
        };
        assert_eq!(behind, wanted, "{}\npieces {pieces:?}", both.escape_ascii());
    });
}

fn try_all(direction: u8, cases: &[Case], streams: u32) {
    run(cases, streams, |_, stream, (seed, step)| {
        fuzz(&[&[direction, seed, step], stream].concat());
    });
}

/// Mutates cases and shows each with its stream to `look`, with two random bytes.
///
/// The seed is fixed: a test that fails has to fail again. `GATE_MUTATIONS` asks for more streams.
pub fn run(cases: &[Case], streams: u32, look: impl Fn(&Case, &[u8], (u8, u8))) {
    let asked = std::env::var("GATE_MUTATIONS").ok().and_then(|text| text.parse().ok());
    let config = Config {
        cases: asked.unwrap_or(streams),
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..Config::default()
    };
    let strategy = (any::<prop::sample::Index>(), vec(edit(), 0..6), any::<(u8, u8)>());
    TestRunner::new(config)
        .run(&strategy, |(case, edits, random)| {
            let case = case.get(cases);
            look(case, &mutated(case, &edits, cases), random);
            Ok(())
        })
        .unwrap();
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        4 => (at(), select(PIECES)).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        2 => (at(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        2 => (at(), 1..9_usize).prop_map(|(at, len)| Edit::Delete(at, len)),
        1 => (at(), 1..40_usize).prop_map(|(at, len)| Edit::Repeat(at, len)),
        1 => at().prop_map(Edit::Append),
    ]
}

fn mutated(case: &Case, edits: &[Edit], cases: &[Case]) -> Vec<u8> {
    let mut stream = case.bytes.clone();
    for edit in edits {
        let place = |at: &prop::sample::Index| at.index(stream.len() + 1);
        match edit {
            Edit::Insert(at, piece) => {
                let at = place(at);
                stream.splice(at..at, piece.iter().copied());
            }
            Edit::Replace(at, byte) => {
                let at = place(at);
                if let Some(old) = stream.get_mut(at) {
                    *old = *byte;
                }
            }
            Edit::Delete(at, len) => {
                let at = place(at);
                stream.drain(at..(at + len).min(stream.len()));
            }
            Edit::Repeat(at, len) => {
                let at = place(at);
                let again = stream[at..(at + len).min(stream.len())].to_vec();
                stream.splice(at..at, again);
            }
            Edit::Append(other) => stream.extend_from_slice(&other.get(cases).bytes),
        }
    }
    stream
}
