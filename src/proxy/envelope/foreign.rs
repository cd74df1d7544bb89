//! Text in other characters than UTF-8, read piece by piece: what it comes to is measured before any
//! memory is taken for it.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};
use hyper::StatusCode;
use serde::Deserialize;
use serde::Serializer as _;
use serde::de::IgnoredAny;

use super::content::Count;
use crate::journal::text::told;

/// A body that is written in the characters that it tells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Foreign<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) encoding: &'static Encoding,
}

/// Decodes what is read.
struct Decoding<'b> {
    decoder: Decoder,
    rest: &'b [u8],
    ended: bool,
}

/// An envelope whose body nobody looks at yet.
#[derive(Deserialize)]
struct Envelope {
    status: u16,
    #[serde(rename = "body")]
    _body: IgnoredAny,
}

impl<'b> Foreign<'b> {
    /// A body in the characters that its beginning or `Content-Type` tells; none where that is UTF-8.
    pub(super) fn of(bytes: &'b [u8], kind: &[u8]) -> Option<Self> {
        let encoding = told(bytes, kind).filter(|encoding| *encoding != UTF_8)?;
        Some(Self { bytes, encoding })
    }

    /// Bytes of it in UTF-8; none where something in it is no character.
    pub(super) fn measure(&self) -> Option<usize> {
        let mut count = Count::default();
        io::copy(&mut self.reader(), &mut count).ok()?;
        Some(count.0)
    }

    /// Bytes of it as a JSON string.
    pub(super) fn quoted_length(&self) -> usize {
        let mut count = Count::default();
        self.quote(&mut count);
        count.0
    }

    pub(super) fn is_json(&self) -> bool {
        serde_json::from_reader::<_, IgnoredAny>(self.reader()).is_ok()
    }

    pub(super) fn is_envelope(&self) -> bool {
        let mut reader = self.reader();
        // An array would do for serde.
        let first = |piece: &[u8]| piece.trim_ascii_start().first().copied();
        let begins = reader.fill_buf().is_ok_and(|piece| first(piece) == Some(b'{'));
        begins
            && serde_json::from_reader::<_, Envelope>(reader)
                .is_ok_and(|envelope| StatusCode::from_u16(envelope.status).is_ok())
    }

    /// Adds it in UTF-8.
    pub(super) fn append(&self, into: &mut Vec<u8>) {
        // It was measured, and memory takes everything.
        let _ = io::copy(&mut self.reader(), into);
    }

    /// Writes it as a JSON string.
    pub(super) fn quote(&self, into: &mut impl Write) {
        // Nothing fails that is written to memory.
        let _ = serde_json::Serializer::new(into).collect_str(self);
    }

    fn reader(&self) -> BufReader<Decoding<'b>> {
        let decoder = self.encoding.new_decoder();
        BufReader::with_capacity(PIECE, Decoding { decoder, rest: self.bytes, ended: false })
    }
}

/// As far as it can be read.
impl fmt::Display for Foreign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut reader = self.reader();
        while let Ok(piece) = reader.fill_buf() {
            let bytes = piece.len();
            match std::str::from_utf8(piece) {
                Ok(text) if bytes > 0 => f.write_str(text)?,
                Ok(_) | Err(_) => break,
            }
            reader.consume(bytes);
        }
        Ok(())
    }
}

/// Each piece is of whole letters.
impl Read for Decoding<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(self.rest, into, true);
        self.rest = self.rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => self.ended = true,
            DecoderResult::OutputFull if written > 0 => {}
            DecoderResult::OutputFull | DecoderResult::Malformed(..) => {
                self.ended = true;
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok(written)
    }
}

/// Bytes that are decoded at a time.
const PIECE: usize = 8 << 10;
