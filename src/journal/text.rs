//! Bodies as people read them: without their content codings, in the characters they were written in.

use std::borrow::Cow;
use std::io::Read;

use encoding_rs::{Encoding, UTF_8};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::net::unpack::has_large_window;

/// What codings hid.
#[derive(Debug, PartialEq, Eq)]
pub struct Plain<T> {
    /// The beginning of it, or all.
    pub content: T,
    /// Whether there is more than was asked for.
    pub is_cut: bool,
}

/// A body as text, from its `Content-Encoding` and `Content-Type`, either may be empty. `None` where
/// it is none: an image, an unknown coding.
pub fn read<'b>(bytes: &'b [u8], encoding: &[u8], kind: &[u8]) -> Option<Cow<'b, str>> {
    Some(read_within(bytes, encoding, kind, LIMIT)?.content)
}

/// The same from at most `limit` decoded bytes.
pub fn read_within<'b>(
    bytes: &'b [u8],
    encoding: &[u8],
    kind: &[u8],
    limit: usize,
) -> Option<Plain<Cow<'b, str>>> {
    let Plain { content, is_cut } = decoded_within(bytes, encoding, limit)?;
    let content = match content {
        Cow::Borrowed(bytes) => text(bytes, kind)?,
        Cow::Owned(bytes) => Cow::Owned(text(&bytes, kind)?.into_owned()),
    };
    Some(Plain { content, is_cut })
}

/// A body without the codings of its `Content-Encoding`, at most [`LIMIT`] bytes of it: a small body
/// can be made to hold gigabytes. Of a cut body, and of a broken one, what can be had. `None` if that
/// is nothing.
pub fn decoded<'b>(bytes: &'b [u8], encoding: &[u8]) -> Option<Cow<'b, [u8]>> {
    Some(decoded_within(bytes, encoding, LIMIT)?.content)
}

/// The same with at most `limit` bytes. What has no coding is as long as it is.
pub fn decoded_within<'b>(
    bytes: &'b [u8],
    encoding: &[u8],
    limit: usize,
) -> Option<Plain<Cow<'b, [u8]>>> {
    let encoding = encoding.to_ascii_lowercase();
    let codings = encoding.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    let codings: Vec<_> = codings.filter(|coding| !matches!(*coding, b"" | b"identity")).collect();
    if codings.len() > MOST_CODINGS {
        return None;
    }
    let mut plain = Plain { content: Cow::Borrowed(bytes), is_cut: false };
    // The last one was put on last.
    for coding in codings.iter().rev() {
        let Plain { content, is_cut } = one(&plain.content, coding, limit)?;
        plain = Plain { content: Cow::Owned(content), is_cut: is_cut || plain.is_cut };
    }
    Some(plain)
}

/// A decoded body as text, in the characters that a byte order mark, its `Content-Type` or its XML
/// declaration tells, and otherwise in UTF-8.
pub fn text<'b>(bytes: &'b [u8], kind: &[u8]) -> Option<Cow<'b, str>> {
    let told = told(bytes, kind);
    let kind = String::from_utf8_lossy(kind).to_ascii_lowercase();
    let is_text = TEXTS.iter().any(|word| kind.contains(word));
    match (told, std::str::from_utf8(whole_letters(bytes))) {
        (Some(encoding), _) => {
            Some(encoding.decode(bytes).0).filter(|text| is_text || is_readable(text))
        }
        (None, Ok(text)) => (is_text || is_readable(text)).then_some(Cow::Borrowed(text)),
        (None, Err(_)) => is_text.then(|| String::from_utf8_lossy(bytes)),
    }
}

/// A text that stands for [`read`]'s, in the characters that the body was written in. What they lack,
/// and UTF-16, which nobody writes without need, becomes UTF-8 or a reference of HTML's.
pub fn written(text: String, bytes: &[u8], encoding: &[u8], kind: &[u8]) -> Vec<u8> {
    match decoded(bytes, encoding).and_then(|bytes| told(&bytes, kind)) {
        Some(told) => told.encode(&text).0.into_owned(),
        None => text.into_bytes(),
    }
}

/// The characters that a decoded body says it is written in: by a byte order mark, its `Content-Type`
/// or its XML declaration. UTF-8 only by its mark, for whatever says nothing is read as UTF-8.
pub fn told(bytes: &[u8], kind: &[u8]) -> Option<&'static Encoding> {
    let named = || {
        let kind = String::from_utf8_lossy(kind).to_ascii_lowercase();
        charset(&kind).or_else(|| declared(bytes)).filter(|encoding| *encoding != UTF_8)
    };
    Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or_else(named)
}

/// The most that is made of a body.
pub const LIMIT: usize = 1 << 20;

const MOST_CODINGS: usize = 4;

/// In the content types of texts.
const TEXTS: &[&str] = &["text/", "json", "xml", "x-www-form-urlencoded", "javascript", "yaml"];

fn one(bytes: &[u8], coding: &[u8], limit: usize) -> Option<Plain<Vec<u8>>> {
    let plain = match coding {
        b"gzip" | b"x-gzip" => drained(MultiGzDecoder::new(bytes), limit),
        b"br" if has_large_window(bytes) => return None,
        b"br" => drained(brotli_decompressor::Decompressor::new(bytes, 4096), limit),
        // Many servers leave out the wrapping that RFC 9110, section 8.4.1.2, asks for.
        b"deflate" => match drained(ZlibDecoder::new(bytes), limit) {
            plain if plain.content.is_empty() => drained(DeflateDecoder::new(bytes), limit),
            plain => plain,
        },
        _ => return None,
    };
    (bytes.is_empty() || !plain.content.is_empty()).then_some(plain)
}

fn drained(decoder: impl Read, limit: usize) -> Plain<Vec<u8>> {
    let mut content = Vec::new();
    // An error ends a body like its end: what came before stays.
    let _ = decoder.take(limit as u64 + 1).read_to_end(&mut content);
    let is_cut = content.len() > limit;
    content.truncate(limit);
    Plain { content, is_cut }
}

/// The parameter of a content type.
fn charset(kind: &str) -> Option<&'static Encoding> {
    let (_, label) = kind.split_once("charset=")?;
    Encoding::for_label(label.split(';').next()?.trim_matches(['"', '\'', ' ']).as_bytes())
}

/// What an XML document says of itself.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(128)).filter(|head| head.starts_with(b"<?xml"))?;
    let head = String::from_utf8_lossy(head);
    let (declaration, _) = head.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding=")?;
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Encoding::for_label(value.split(quote).nth(1)?.as_bytes())
}

/// Whether a decoded body in UTF-8 breaks off within a letter, which [`text`] leaves out.
pub fn ends_in_half_a_letter(bytes: &[u8], kind: &[u8]) -> bool {
    told(bytes, kind).is_none() && whole_letters(bytes).len() < bytes.len()
}

/// Without the beginning of a letter that the end of what was kept cut.
fn whole_letters(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => {
            bytes.get(..error.valid_up_to()).unwrap_or_default()
        }
        _ => bytes,
    }
}

fn is_readable(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1b'))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    const PLAIN: &str = "Касса 1: привет, привет, привет!";
    const GZIP: &str = "H4sIAAAAAAAAA7sw68KGi40XGy9sUDC0Uriw/2LDhR0XNl3YerFJBw9PEQAzRjpyNwAAAA==";
    const ZLIB: &str = "eJy7MOvChouNFxsvbFAwtFK4sP9iw4UdFzZd2HqxSQcPTxEAx1ciuQ==";
    const RAW: &str = "uzDrwoaLjRcbL2xQMLRSuLD/YsOFHRc2Xdh6sUkHD08RAA==";
    const BROTLI: &str = "GzYA+AX+bUe6+WSaU0swoV133WWBvl+KcBUPTNm0SkVbDuNr8jhcreA=";
    /// 64 MiB of zeros.
    const BOMB: &str = "y///P/gnAOKxQCD3/o///3/wTwDEYRGA7v0f////4J8AiMMCAN37P/7//8E/ARCHBQC693/8//+DfwIgDgsA\
        dO//+P//B/8EQBwWAOje//H//w/+CYA4LADQvf/L//8//BMAcVgAoHv/Bw==";

    fn bytes(base64: &str) -> Vec<u8> {
        STANDARD.decode(base64).unwrap()
    }

    fn gzipped(plain: &[u8]) -> Vec<u8> {
        let mut body = Vec::new();
        let mut encoder = flate2::read::GzEncoder::new(plain, flate2::Compression::fast());
        encoder.read_to_end(&mut body).unwrap();
        body
    }

    #[test]
    fn every_coding_is_taken_off() {
        for (body, coding) in
            [(GZIP, "gzip"), (GZIP, "X-GZip"), (ZLIB, "deflate"), (RAW, "deflate"), (BROTLI, "br")]
        {
            let body = bytes(body);
            assert_eq!(decoded(&body, coding.as_bytes()).unwrap(), PLAIN.as_bytes(), "{coding}");
            assert_eq!(read(&body, coding.as_bytes(), b"").unwrap(), PLAIN, "{coding}");
        }
        assert!(matches!(decoded(b"a", b"identity"), Some(Cow::Borrowed(b"a"))));
        assert_eq!(decoded(b"a", b"zstd"), None);
        assert_eq!(decoded(b"a", b"gzip"), None);
    }

    #[test]
    fn several_codings_come_off_from_the_last() {
        let twice = gzipped(&bytes(BROTLI));
        assert_eq!(decoded(&twice, b"br, gzip").unwrap(), PLAIN.as_bytes());
        assert_eq!(decoded(b"a", b"gzip, gzip, gzip, gzip, gzip"), None);
    }

    #[test]
    fn a_cut_body_is_decoded_as_far_as_it_goes() {
        let plain: String = (0..9999).map(|number| number.to_string()).collect();
        let whole = gzipped(plain.as_bytes());
        let shown = read(&whole[..whole.len() / 2], b"gzip", b"").unwrap();
        assert!(shown.len() > 1000 && plain.starts_with(&*shown));
    }

    #[test]
    fn a_bomb_stays_small_and_is_told() {
        assert_eq!(decoded(&bytes(BOMB), b"br").unwrap().len(), LIMIT);
        let plain = decoded_within(&bytes(BOMB), b"br", 1000).map(|plain| plain.is_cut);
        assert_eq!(plain, Some(true));
        let bomb = bytes(BOMB);
        let read = read_within(&bomb, b"br", b"text/plain", 1000).unwrap();
        assert_eq!((read.content.len(), read.is_cut), (1000, true));
        let whole = |limit| decoded_within(&bytes(GZIP), b"gzip", limit).unwrap().is_cut;
        assert_eq!((whole(PLAIN.len()), whole(PLAIN.len() - 1)), (false, true));
    }

    #[test]
    fn a_text_is_read_in_its_characters() {
        let cyrillic = b"\xcf\xf0\xe8\xe2\xe5\xf2";
        assert_eq!(text(cyrillic, b"text/plain; charset=windows-1251").unwrap(), "Привет");
        assert_eq!(text(b"\xff\xfe\x1f\x04", b"").unwrap(), "П");
        assert_eq!(text(b"\xef\xbb\xbf{}", b"application/json").unwrap(), "{}");
        let declared =
            [b"<?xml version='1.0' encoding='windows-1251'?><a>", &cyrillic[..]].concat();
        assert!(text(&declared, b"application/xml").unwrap().ends_with("<a>Привет"));
        assert_eq!(text(b"a\xffb", b"application/json").unwrap(), "a\u{fffd}b");
    }

    #[test]
    fn a_cut_letter_is_left_out() {
        let cut = &"Касса".as_bytes()[..9];
        assert_eq!(text(cut, b"").unwrap(), "Касс");
    }

    #[test]
    fn what_is_no_text_is_not_shown_as_one() {
        assert_eq!(text(b"\x89PNG\r\n\x1a\n\0\0", b"image/png"), None);
        assert_eq!(text(b"a\0b", b""), None);
        assert_eq!(text(b"a\0b", b"text/plain").unwrap(), "a\0b");
        assert_eq!(text(b"", b"image/png").unwrap(), "");
    }

    proptest! {
        #[test]
        fn any_body_is_read_without_a_panic(
            body in prop::collection::vec(any::<u8>(), 0..64),
            encoding in prop::sample::select(vec!["", "gzip", "deflate", "br", "br, deflate", "x"]),
            kind in ".{0,20}",
        ) {
            read(&body, encoding.as_bytes(), kind.as_bytes());
        }

        #[test]
        fn any_utf8_text_comes_back(body in "\\PC{0,40}") {
            prop_assume!(Encoding::for_bom(body.as_bytes()).is_none() && !body.starts_with("<?xml"));
            prop_assert_eq!(text(body.as_bytes(), b"text/plain").unwrap(), body.as_str());
        }
    }
}
