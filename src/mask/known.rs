//! Secrets whose value is known, as they stand and in escapes.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::SHORTEST;

/// Finds some values, all of them in one pass.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// `None` without any.
    search: Option<AhoCorasick>,
}

impl Known {
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let long = |secret: &&str| secret.chars().nth(SHORTEST - 1).is_some();
        let mut secrets: Vec<_> = secrets.into_iter().filter(long).collect();
        secrets.sort_unstable();
        secrets.dedup();
        // More than an automaton can hold are not known to any gateway.
        let search = (!secrets.is_empty()).then(|| AhoCorasick::new(secrets).ok());
        Self { search: search.flatten() }
    }

    /// Adds where they stand.
    pub fn find(&self, text: &str, spans: &mut Vec<Range<usize>>) {
        self.find_in(text.as_bytes(), spans);
    }

    /// Adds where they stand in what need not be a text.
    pub fn find_in(&self, text: &[u8], spans: &mut Vec<Range<usize>>) {
        let Some(search) = &self.search else { return };
        add(search, text, |at| at, spans);
        if memchr::memchr2(b'%', b'\\', text).is_some() {
            let (bytes, places) = unescaped(text);
            add(search, &bytes, |at| places.get(at).copied().unwrap_or(text.len()), spans);
        }
    }
}

/// One place within another is covered by it, so that few are kept of a text that repeats itself.
fn add(
    search: &AhoCorasick,
    text: &[u8],
    place: impl Fn(usize) -> usize,
    spans: &mut Vec<Range<usize>>,
) {
    let first = spans.len();
    for found in search.find_overlapping_iter(text) {
        let (mut start, end) = (place(found.start()), place(found.end()));
        while spans.len() > first && spans.last().is_some_and(|last| start < last.end) {
            start = spans.pop().map_or(start, |last| last.start.min(start));
        }
        spans.push(start..end);
    }
}

/// The text without the escapes of URLs and of JSON, and where each of its bytes began.
fn unescaped(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let mut utf8 = [0; 4];
        let (letter, length) = match (escape(rest), rest) {
            (Some((byte, length)), _) => {
                utf8[0] = byte;
                (utf8.get(..1).unwrap_or_default(), length)
            }
            (None, [b'\\', b'u', ..]) => match unicode(rest) {
                Some((letter, length)) => (letter.encode_utf8(&mut utf8).as_bytes(), length),
                None => (rest.get(..1).unwrap_or_default(), 1),
            },
            (None, [b'\\', b'"' | b'\\' | b'/', ..]) => (rest.get(1..2).unwrap_or_default(), 2),
            (None, _) => (rest.get(..1).unwrap_or_default(), 1),
        };
        bytes.extend_from_slice(letter);
        places.extend(letter.iter().map(|_| at));
        at += length;
    }
    (bytes, places)
}

/// The byte of the `%3D` that a text begins with, and its length.
pub(super) fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let [b'%', high, low, ..] = text else { return None };
    let digit =
        |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some((digit(high)? << 4 | digit(low)?, 3))
}

/// The letter of the `\u0416` that a text begins with, and its length.
fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let digits = std::str::from_utf8(text.get(2..6)?).ok()?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    Some((char::from_u32(code)?, 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        Known::new(["a/b=c\"d\\e", "секрет-8", "short"]).find(text, &mut spans);
        spans
    }

    #[test]
    fn a_value_is_found_in_every_form() {
        for text in [
            "a/b=c\"d\\e",
            "a%2Fb%3dc%22d%5Ce",
            "a\\/b=c\\\"d\\\\e",
            "\\u0061/b=c\\u0022d\\e",
            "секрет-8",
            "%D1%81екрет%2d8",
            "\\u0441\\u0435\\u043a\\u0440\\u0435\\u0442-8",
        ] {
            let spans = found(text);
            assert!(spans.contains(&(0..text.len())), "{text}: {spans:?}");
        }
    }

    #[test]
    fn short_values_are_words_of_any_text() {
        assert!(found("short").is_empty());
    }

    #[test]
    fn a_text_that_repeats_itself_gives_one_place() {
        let secrets = ["aaaaaaaa", "aaaaaaaaa", "aaaaaaaaaaaa"];
        let mut spans = Vec::new();
        Known::new(secrets).find(&"a".repeat(65_536), &mut spans);
        assert_eq!((spans.len(), spans.first()), (1, Some(&(0..65_536))));
    }
}
