//! Chunked content (RFC 9112, section 7.1), the same in both directions.

use std::ops::Range;

use super::field::{Field, Held, walk};
use super::framing::barred_from_trailers;
use super::grammar::is_token;
use super::refusal::{Flaw, malformed};

/// Bytes the extensions of one message may take in all, as in hyper.
const MAX_EXTENSIONS: u16 = 16 * 1024;
/// Bytes a trailer section may take, as in hyper.
const MAX_TRAILERS: usize = 16 * 1024;
/// Hexadecimal digits of a chunk size behind its leading zeros.
const MAX_DIGITS: u8 = 15;

/// Where in a chunked message the stream stands.
#[derive(Debug, Default)]
pub(super) struct Chunked {
    at: At,
    /// The size being read, then the bytes of the chunk that are still to come.
    left: u64,
    digits: u8,
    extensions: u16,
    trailers: Held,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum At {
    #[default]
    FirstDigit,
    Size,
    ExtensionStart,
    ExtensionName,
    ExtensionValueStart,
    ExtensionValue,
    Quoted,
    QuotedPair,
    QuotedEnd,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    Trailers,
}

/// What a read brought.
pub(super) enum Progress {
    /// More is to come.
    More,
    /// The message ended; where its trailer fields stood in the bytes shown.
    Done(Range<usize>),
    /// The next byte cannot be part of the message.
    Broken(&'static str),
}

impl Chunked {
    /// Reads on; returns how many bytes may pass as well. Trailers pass as a whole.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> (usize, Progress) {
        let mut rest = bytes;
        while self.at != At::Trailers {
            let used = bytes.len() - rest.len();
            let [byte, after @ ..] = rest else { return (used, Progress::More) };
            if self.at == At::Data {
                rest = self.data(rest);
                continue;
            }
            match self.line(*byte) {
                Ok(next) => self.at = next,
                Err(why) => return (used, Progress::Broken(why)),
            }
            rest = after;
        }
        self.trailers(bytes.len() - rest.len(), rest)
    }

    /// Passes chunk data in one step.
    fn data<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let len = usize::try_from(self.left).map_or(rest.len(), |left| left.min(rest.len()));
        self.left -= len as u64;
        if self.left == 0 {
            self.at = At::DataCr;
        }
        rest.get(len..).unwrap_or_default()
    }

    /// Takes one byte of what stands around the data.
    fn line(&mut self, byte: u8) -> Result<At, &'static str> {
        match (self.at, byte) {
            (At::FirstDigit | At::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                self.digit(byte)
            }
            (At::Size | At::ExtensionName | At::ExtensionValue | At::QuotedEnd, b';') => {
                self.extension(At::ExtensionStart)
            }
            (At::Size | At::ExtensionName | At::ExtensionValue | At::QuotedEnd, b'\r') => {
                Ok(At::SizeLf)
            }
            (At::SizeLf, b'\n') => Ok(self.open_chunk()),
            (At::DataCr, b'\r') => Ok(At::DataLf),
            (At::DataLf, b'\n') => Ok(At::FirstDigit),
            (At::DataCr | At::DataLf, _) => Err("a chunk is not followed by CRLF"),
            (At::SizeLf, _) => Err("a carriage return stands inside a chunk line"),
            (At::FirstDigit | At::Size, _) => Err("a chunk size is not a plain hexadecimal number"),
            (_, byte) => self.extension_byte(byte),
        }
    }

    fn digit(&mut self, byte: u8) -> Result<At, &'static str> {
        let digit = char::from(byte).to_digit(16).unwrap_or_default();
        self.left = self.left << 4 | u64::from(digit);
        self.digits += u8::from(self.left > 0);
        if self.digits > MAX_DIGITS { Err("a chunk size is too large") } else { Ok(At::Size) }
    }

    fn open_chunk(&mut self) -> At {
        self.digits = 0;
        if self.left == 0 { At::Trailers } else { At::Data }
    }

    fn extension_byte(&mut self, byte: u8) -> Result<At, &'static str> {
        let text = byte == b'\t' || !byte.is_ascii_control();
        let next = match (self.at, byte) {
            (At::ExtensionStart | At::ExtensionName, byte) if is_token(byte) => At::ExtensionName,
            (At::ExtensionName, b'=') => At::ExtensionValueStart,
            (At::ExtensionValueStart, b'"') => At::Quoted,
            (At::ExtensionValueStart | At::ExtensionValue, byte) if is_token(byte) => {
                At::ExtensionValue
            }
            (At::Quoted, b'"') => At::QuotedEnd,
            (At::Quoted, b'\\') => At::QuotedPair,
            (At::Quoted | At::QuotedPair, _) if text => At::Quoted,
            _ => return Err("a chunk extension is malformed"),
        };
        self.extension(next)
    }

    fn extension(&mut self, next: At) -> Result<At, &'static str> {
        self.extensions += 1;
        if self.extensions >= MAX_EXTENSIONS {
            Err("chunk extensions are too long")
        } else {
            Ok(next)
        }
    }

    fn trailers(&mut self, used: usize, block: &[u8]) -> (usize, Progress) {
        if self.trailers.still_open(block) {
            return (used, Progress::More);
        }
        let window = block.get(..MAX_TRAILERS).unwrap_or(block);
        let judged = walk(window, 0, |rest, at| {
            let (field, next) = Field::read(rest, at)?;
            if barred_from_trailers(field.name) {
                return Err(malformed("a trailer field belongs into the head"));
            }
            Ok(next)
        });
        match judged {
            Ok(len) => (used + len, Progress::Done(used..used + len - 2)),
            Err(Flaw::Bad(_, why)) => (used, Progress::Broken(why)),
            Err(Flaw::Unfinished) if window.len() == MAX_TRAILERS => {
                (used, Progress::Broken("the trailer section is too long"))
            }
            Err(Flaw::Unfinished) => {
                self.trailers.hold(block, MAX_TRAILERS);
                (used, Progress::More)
            }
        }
    }
}
