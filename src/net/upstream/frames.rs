//! The frames of an HTTP/2 connection as they go by (RFC 9113, 4.1). Nothing is checked: hyper reads
//! the same bytes.

/// Types of frames (RFC 9113, 6).
pub(super) mod kind {
    pub(in super::super) const DATA: u8 = 0;
    pub(in super::super) const PRIORITY: u8 = 2;
    pub(in super::super) const SETTINGS: u8 = 4;
    pub(in super::super) const PING: u8 = 6;
    pub(in super::super) const GOAWAY: u8 = 7;
}

const HEAD: usize = 9;
const ACK: u8 = 1;
const MAX_CONCURRENT_STREAMS: u16 = 3;
/// Identifier and value of one setting.
const SETTING: usize = 6;
/// Last stream and error code.
const GOAWAY: usize = 8;

/// What is told of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// Its head has come.
    Begins { kind: u8, ack: bool, stream: u32 },
    /// A further part of DATA has come.
    Data,
    /// A setting.
    MaxStreams(u32),
    /// SETTINGS have come whole.
    Settings,
    /// With its error code.
    GoAway(u32),
}

/// Where in its frames a connection is.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// The head as far as it has come.
    head: Part<HEAD>,
    /// Bytes of the payload that have not come.
    left: usize,
    /// A setting, or the fixed part of GOAWAY.
    part: Part<GOAWAY>,
}

impl Frames {
    /// Takes the next bytes.
    pub(super) fn feed(&mut self, mut bytes: &[u8], tell: &mut impl FnMut(Frame)) {
        while !bytes.is_empty() {
            if self.head.is_full() {
                let (payload, rest) = bytes.split_at(self.left.min(bytes.len()));
                self.left -= payload.len();
                self.payload(payload, tell);
                bytes = rest;
            } else {
                bytes = self.head.fill(bytes, HEAD);
                if !self.head.is_full() {
                    return;
                }
                let [a, b, c, kind, flags, s @ ..] = self.head.bytes;
                self.left = u32::from_be_bytes([0, a, b, c]) as usize;
                self.part = Part::default();
                let stream = u32::from_be_bytes(s) & (u32::MAX >> 1);
                tell(Frame::Begins { kind, ack: flags & ACK != 0, stream });
            }
            if self.left == 0 {
                self.end(tell);
            }
        }
    }

    fn payload(&mut self, mut payload: &[u8], tell: &mut impl FnMut(Frame)) {
        match self.kind() {
            kind::DATA => tell(Frame::Data),
            kind::SETTINGS => {
                while !payload.is_empty() {
                    payload = self.part.fill(payload, SETTING);
                    if self.part.have == SETTING {
                        let [a, b, value @ .., _, _] = self.part.bytes;
                        if u16::from_be_bytes([a, b]) == MAX_CONCURRENT_STREAMS {
                            tell(Frame::MaxStreams(u32::from_be_bytes(value)));
                        }
                        self.part = Part::default();
                    }
                }
            }
            kind::GOAWAY if !self.part.is_full() => {
                self.part.fill(payload, GOAWAY);
                if self.part.is_full() {
                    let [_, _, _, _, code @ ..] = self.part.bytes;
                    tell(Frame::GoAway(u32::from_be_bytes(code)));
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tell: &mut impl FnMut(Frame)) {
        let [.., kind, flags, _, _, _, _] = self.head.bytes;
        if kind == kind::SETTINGS && flags & ACK == 0 {
            tell(Frame::Settings);
        }
        self.head = Part::default();
    }

    fn kind(&self) -> u8 {
        let [_, _, _, kind, ..] = self.head.bytes;
        kind
    }
}

/// Bytes that are needed together.
#[derive(Debug)]
struct Part<const N: usize> {
    bytes: [u8; N],
    have: usize,
}

impl<const N: usize> Default for Part<N> {
    fn default() -> Self {
        Self { bytes: [0; N], have: 0 }
    }
}

impl<const N: usize> Part<N> {
    fn is_full(&self) -> bool {
        self.have == N
    }

    /// Takes bytes until it has `want`; returns the others.
    fn fill<'a>(&mut self, bytes: &'a [u8], want: usize) -> &'a [u8] {
        let (taken, rest) = bytes.split_at(want.saturating_sub(self.have).min(bytes.len()));
        for (place, byte) in self.bytes.iter_mut().skip(self.have).zip(taken) {
            *place = *byte;
        }
        self.have += taken.len();
        rest
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEEN: &[u8] = b"\0\0\x0c\x04\0\0\0\0\0\0\x04\0\0\x10\0\0\x03\0\0\0\x05\
        \0\0\0\x04\x01\0\0\0\0\
        \0\0\x05\0\x01\0\0\0\x03hello\
        \0\0\x08\x06\x01\0\0\0\0pongpong\
        \0\0\x0a\x07\0\0\0\0\0\0\0\0\x03\0\0\0\x02no";

    fn told(pieces: &[&[u8]]) -> Vec<Frame> {
        let mut frames = Frames::default();
        let mut told = Vec::new();
        for piece in pieces {
            frames.feed(piece, &mut |frame| told.push(frame));
        }
        told
    }

    fn begins(kind: u8, ack: bool, stream: u32) -> Frame {
        Frame::Begins { kind, ack, stream }
    }

    #[test]
    fn frames_are_told_as_they_pass() {
        let expected = [
            begins(kind::SETTINGS, false, 0),
            Frame::MaxStreams(5),
            Frame::Settings,
            begins(kind::SETTINGS, true, 0),
            begins(kind::DATA, true, 3),
            Frame::Data,
            begins(kind::PING, true, 0),
            begins(kind::GOAWAY, false, 0),
            Frame::GoAway(2),
        ];
        assert_eq!(told(&[SEEN]), expected);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_they_are_cut(at in 0..SEEN.len(), again in 0..SEEN.len()) {
            let (one, two) = (at.min(again), at.max(again));
            let pieces = [&SEEN[..one], &SEEN[one..two], &SEEN[two..]];
            let whole: Vec<_> = told(&[SEEN]).into_iter().filter(|f| *f != Frame::Data).collect();
            let cut: Vec<_> = told(&pieces).into_iter().filter(|f| *f != Frame::Data).collect();
            prop_assert_eq!(cut, whole);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            told(&[&bytes]);
        }
    }
}
