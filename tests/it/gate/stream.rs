//! A stream brought to a gate in pieces, as a connection would bring it.

use evotor_gateway::net::gate::{
    Class, Content, End, Fields, RefusalKind, Requests, Responses, Verdict,
};

/// The longest request head in these tests.
pub const MAX_HEAD: usize = 16 * 1024;

/// Cuts and notes device fields, as the proxy will.
pub struct Devices;

impl Fields for Devices {
    fn class(&self, name: &[u8]) -> Class {
        match name.to_ascii_lowercase().as_slice() {
            b"x-device-uuid" => Class::CutNote(0),
            b"authorization" => Class::Note(1),
            b"x-cut" => Class::Cut,
            _ => Class::Pass,
        }
    }
}

/// A head as far as other readers can tell it, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub method: String,
    pub target: Vec<u8>,
    pub content: Content,
}

/// What a gate made of a whole stream.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many bytes passed.
    pub pass: usize,
    pub end: End,
    pub kind: Option<RefusalKind>,
    pub heads: Vec<Seen>,
    /// What hyper would get to read.
    pub delivered: Vec<u8>,
    pub at_boundary: bool,
    pub in_head: bool,
    pub in_body: bool,
}

/// Brings `stream` to a request gate in pieces of these sizes, and the rest at once.
pub fn requests(stream: &[u8], pieces: &[usize]) -> Outcome {
    let mut gate = Requests::new(Devices, MAX_HEAD);
    let mut delivered = Vec::new();
    let mut heads = Vec::new();
    let verdict = bring(stream, pieces, |unpassed| {
        let verdict = gate.feed(unpassed);
        let mut from = 0;
        for cut in gate.cuts() {
            assert!(from <= cut.start && cut.start < cut.end && cut.end <= verdict.pass);
            delivered.extend_from_slice(&unpassed[from..cut.start]);
            from = cut.end;
        }
        delivered.extend_from_slice(&unpassed[from..verdict.pass]);
        while let Some(head) = gate.take_head() {
            heads.push(Seen {
                method: String::from_utf8(head.method_name().to_vec()).unwrap(),
                target: head.target().to_vec(),
                content: head.content(),
            });
            gate.recycle(head);
        }
        verdict
    });
    assert_eq!(gate.refusal().is_some(), verdict.end == End::Refuse);
    assert_eq!(gate.broken_why().is_some(), verdict.end == End::Broken);
    assert_eq!(gate.connect_head_len().is_some(), verdict.end == End::Connect);
    Outcome {
        pass: verdict.pass,
        end: verdict.end,
        kind: gate.refusal().map(|refusal| refusal.kind),
        heads,
        delivered,
        at_boundary: gate.at_boundary(),
        in_head: gate.in_head(),
        in_body: gate.in_body(),
    }
}

/// What the answer gate made of a whole stream.
#[derive(Debug, PartialEq, Eq)]
pub struct Answered {
    pub pass: usize,
    pub end: End,
    pub reusable: bool,
    pub in_head: bool,
    pub in_body: bool,
}

/// Brings `stream` to an answer gate that expects one answer.
pub fn responses(stream: &[u8], head: bool, pieces: &[usize]) -> Answered {
    let mut gate = Responses::new();
    gate.expect(head);
    let verdict = bring(stream, pieces, |unpassed| gate.feed(unpassed));
    assert_eq!(gate.broken_why().is_some(), verdict.end == End::Broken);
    Answered {
        pass: verdict.pass,
        end: verdict.end,
        reusable: gate.reusable(),
        in_head: gate.in_head(),
        in_body: gate.in_body(),
    }
}

/// Shows what was held and each new piece to `feed` and adds up what passed.
fn bring(stream: &[u8], pieces: &[usize], mut feed: impl FnMut(&[u8]) -> Verdict) -> Verdict {
    let mut pass = 0;
    let mut shown = 0;
    for piece in pieces.iter().copied().chain([usize::MAX]) {
        let piece = piece.min(stream.len() - shown);
        shown += piece;
        let verdict = feed(&stream[pass..shown]);
        assert!(verdict.pass <= shown - pass);
        pass += verdict.pass;
        if verdict.end != End::Open {
            let again = feed(&stream[pass..]);
            assert_eq!(again, Verdict { pass: 0, end: verdict.end }, "an end is final");
            return Verdict { pass, end: verdict.end };
        }
        if shown == stream.len() {
            break;
        }
    }
    Verdict { pass, end: End::Open }
}
