//! Undoing content codings (RFC 9110, section 8.4) within bounds: a few kilobytes can be made to
//! hold gigabytes, at any of several codings.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use hyper::header::{CONTENT_ENCODING, HeaderMap};

/// More codings than anybody puts on.
const MOST_CODINGS: usize = 4;

/// What was done to a body, in the order it was done.
#[derive(Debug, Clone, Default)]
pub struct Codings(Vec<Coding>);

#[derive(Debug, Clone, Copy)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
}

/// Why a body cannot be unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unpacking {
    /// More comes out, at the end or between two codings, than is allowed.
    TooLarge,
    /// It is not what its codings say, or not all of it.
    Broken(String),
}

impl Codings {
    /// What a head says of its body.
    ///
    /// # Errors
    ///
    /// The name of a coding that is not known here, or of one too many.
    pub fn of(fields: &HeaderMap) -> Result<Self, String> {
        let mut codings = Vec::new();
        let values = fields.get_all(CONTENT_ENCODING).into_iter();
        for name in values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')) {
            let name = name.trim_ascii().to_ascii_lowercase();
            let known = match name.as_slice() {
                b"" | b"identity" => continue,
                b"gzip" | b"x-gzip" => Some(Coding::Gzip),
                b"deflate" => Some(Coding::Deflate),
                b"br" => Some(Coding::Brotli),
                _ => None,
            };
            match known.filter(|_| codings.len() < MOST_CODINGS) {
                Some(coding) => codings.push(coding),
                None => return Err(String::from_utf8_lossy(&name).chars().take(40).collect()),
            }
        }
        Ok(Self(codings))
    }

    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes come out of a packed body, found out without keeping them.
    ///
    /// # Errors
    ///
    /// See [`Unpacking`]; not more than `most` bytes come out of each coding.
    pub fn measure(&self, packed: impl BufRead, most: usize) -> Result<usize, Unpacking> {
        let bytes = io::copy(&mut self.undone(packed, most)?, &mut io::sink())?;
        Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
    }

    /// Puts what comes out of a packed body behind the bytes of `into`.
    ///
    /// # Errors
    ///
    /// As [`Self::measure`].
    pub fn unpack(
        &self,
        packed: impl BufRead,
        most: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), Unpacking> {
        self.undone(packed, most)?.read_to_end(into)?;
        Ok(())
    }

    /// What comes out, last coding first. An empty body has not been packed at all.
    fn undone<'r>(
        &self,
        mut packed: impl BufRead + 'r,
        most: usize,
    ) -> Result<Box<dyn BufRead + 'r>, Unpacking> {
        let is_empty = packed.fill_buf()?.is_empty();
        let mut body: Box<dyn BufRead + 'r> = Box::new(packed);
        for coding in self.0.iter().rev().filter(|_| !is_empty) {
            let plain = coding.decoder(body)?;
            body = Box::new(BufReader::new(Bounded { of: plain, left: most }));
        }
        Ok(body)
    }
}

/// As `Content-Encoding` has them.
impl fmt::Display for Codings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, coding) in self.0.iter().enumerate() {
            let name = match coding {
                Coding::Gzip => "gzip",
                Coding::Deflate => "deflate",
                Coding::Brotli => "br",
            };
            write!(f, "{}{name}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl Coding {
    fn decoder<'r>(
        self,
        mut packed: Box<dyn BufRead + 'r>,
    ) -> Result<Box<dyn Read + 'r>, Unpacking> {
        let head = packed.fill_buf()?;
        let (first, second) = (head.first().copied(), head.get(1).copied());
        Ok(match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(packed)),
            // Many servers leave out the wrapping that RFC 9110, section 8.4.1.2, asks for.
            Self::Deflate if is_zlib(first, second) => {
                Box::new(Complete { of: ZlibDecoder::new(packed), rest: ZlibDecoder::get_mut })
            }
            Self::Deflate => Box::new(Complete {
                of: DeflateDecoder::new(packed),
                rest: DeflateDecoder::get_mut,
            }),
            Self::Brotli if has_large_window(head) => {
                return Err(Unpacking::Broken("its window is too large".to_owned()));
            }
            Self::Brotli => Box::new(brotli_decompressor::Decompressor::new(packed, 4096)),
        })
    }
}

/// Whether a brotli stream wants a window of up to a gigabyte, which no browser takes (RFC 7932,
/// section 9.1).
pub fn has_large_window(packed: &[u8]) -> bool {
    packed.first().is_some_and(|first| first & 0x7F == 0x11)
}

/// Whether a body begins as RFC 1950, section 2.2, says.
fn is_zlib(first: Option<u8>, second: Option<u8>) -> bool {
    let (Some(first), Some(second)) = (first, second) else { return false };
    first & 0x0F == 8 && u16::from_be_bytes([first, second]) % 31 == 0
}

/// Fails where more comes out than is allowed.
struct Bounded<R> {
    of: R,
    left: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.of.read(into)?;
        self.left = self.left.checked_sub(read).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}

/// Fails where something follows the end.
struct Complete<D, P> {
    of: D,
    rest: fn(&mut D) -> &mut P,
}

impl<D: Read, P: BufRead> Read for Complete<D, P> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.of.read(into)?;
        if read == 0 && !into.is_empty() && !(self.rest)(&mut self.of).fill_buf()?.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "something follows its end"));
        }
        Ok(read)
    }
}

impl From<io::Error> for Unpacking {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::FileTooLarge => Self::TooLarge,
            io::ErrorKind::UnexpectedEof => Self::Broken("it ends too early".to_owned()),
            _ => Self::Broken(error.to_string()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::Write;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use hyper::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const PLAIN: &str = "Касса 1: привет, привет, привет!";
    const BROTLI: &str = "GzYA+AX+bUe6+WSaU0swoV133WWBvl+KcBUPTNm0SkVbDuNr8jhcreA=";

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(plain: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn raw(plain: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli() -> Vec<u8> {
        STANDARD.decode(BROTLI).unwrap()
    }

    fn codings(value: &'static str) -> Result<Codings, String> {
        let mut fields = HeaderMap::new();
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static(value));
        Codings::of(&fields)
    }

    fn unpacked(value: &'static str, packed: &[u8], most: usize) -> Result<Vec<u8>, Unpacking> {
        let codings = codings(value).unwrap();
        let measured = codings.measure(packed, most);
        let mut plain = Vec::new();
        let unpacked = codings.unpack(packed, most, &mut plain).map(|()| plain);
        assert_eq!(measured, unpacked.as_ref().map(Vec::len).map_err(Clone::clone), "{value}");
        unpacked
    }

    #[test]
    fn every_coding_comes_off_and_several_from_the_last() {
        let plain = PLAIN.as_bytes();
        for (value, packed) in [
            ("gzip", gzip(plain)),
            ("X-GZip", gzip(plain)),
            ("deflate", zlib(plain)),
            ("deflate", raw(plain)),
            ("br", brotli()),
            ("identity", plain.to_vec()),
            ("deflate, gzip", gzip(&zlib(plain))),
            ("br ,identity, gzip", gzip(&brotli())),
        ] {
            assert_eq!(unpacked(value, &packed, 1000).unwrap(), plain, "{value}");
        }
        assert_eq!(codings("zstd").unwrap_err(), "zstd");
        assert_eq!(codings("gzip, gzip, gzip, gzip, deflate").unwrap_err(), "deflate");
    }

    #[test]
    fn all_members_of_a_gzip_are_one_body() {
        let members = [gzip(b"one, "), gzip(b""), gzip(b"two")].concat();
        assert_eq!(unpacked("gzip", &members, 100).unwrap(), b"one, two");
    }

    #[test]
    fn an_empty_body_is_empty_whatever_it_claims() {
        for value in ["gzip", "deflate", "br", "gzip, br"] {
            assert_eq!(unpacked(value, b"", 0).unwrap(), b"", "{value}");
        }
    }

    #[test]
    fn the_limit_is_exact_and_holds_between_codings_too() {
        let plain = vec![b'a'; 1000];
        let packings =
            [("gzip", gzip(&plain)), ("deflate", zlib(&plain)), ("deflate", raw(&plain))];
        for (value, packed) in packings {
            assert_eq!(unpacked(value, &packed, 1000).unwrap(), plain);
            assert_eq!(unpacked(value, &packed, 999), Err(Unpacking::TooLarge), "{value}");
        }
        // 50,000 members of nothing: little at both ends, a megabyte in between.
        let hollow = gzip(&gzip(b"").repeat(50_000));
        assert!(hollow.len() < 10_000);
        assert_eq!(unpacked("gzip, gzip", &hollow, 10_000), Err(Unpacking::TooLarge));
    }

    #[test]
    fn what_is_cut_damaged_or_followed_by_something_is_broken() {
        let plain: String = (0..999).map(|number| number.to_string()).collect();
        let plain = plain.as_bytes();
        let packings = [
            ("gzip", gzip(plain)),
            ("deflate", zlib(plain)),
            ("deflate", raw(plain)),
            ("br", brotli()),
        ];
        for (value, packed) in packings {
            for length in 1..packed.len() {
                let cut = unpacked(value, &packed[..length], 1 << 20);
                assert!(matches!(cut, Err(Unpacking::Broken(_))), "{value}: {length}: {cut:?}");
            }
            if value == "br" {
                continue; // Its end is not told apart, and it has no checksum.
            }
            let longer = [&packed[..], b"more"].concat();
            let longer = unpacked(value, &longer, 1 << 20);
            assert!(matches!(longer, Err(Unpacking::Broken(_))), "{value}: {longer:?}");
            if packed == raw(plain) {
                continue; // Nor has it.
            }
            let mut other = packed.clone();
            let last = other.len() - 5;
            other[last] ^= 1;
            assert!(
                matches!(unpacked(value, &other, 1 << 20), Err(Unpacking::Broken(_))),
                "{value}"
            );
        }
        assert!(matches!(unpacked("gzip", b"not zip", 100), Err(Unpacking::Broken(_))));
        assert!(matches!(unpacked("br", b"\x11\x1e\0\0", 100), Err(Unpacking::Broken(_))));
    }

    proptest! {
        #[test]
        fn no_body_gets_past_the_limit(
            packed in prop::collection::vec(any::<u8>(), 0..200),
            value in prop::sample::select(vec!["gzip", "deflate", "br", "br, deflate"]),
            most in 0_usize..300,
        ) {
            if let Ok(plain) = unpacked(value, &packed, most) {
                prop_assert!(plain.len() <= most);
            }
        }
    }
}
