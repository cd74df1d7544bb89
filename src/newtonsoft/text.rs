//! A string as it stands in the document: decoded only when its content matters.

use std::borrow::Cow;
use std::char::decode_utf16;

/// What is between the quotes; every escape in it has been checked by the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Text<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Text<'a> {
    /// The raw text, and whether it has a backslash.
    pub fn new(raw: &'a str, escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// The string's value. Half of a surrogate pair becomes U+FFFD.
    pub fn decode(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }
}

fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let mut units = Vec::new();
        while let Some(unit) = unicode_escape(rest) {
            units.push(unit);
            rest = rest.get(6..).unwrap_or_default();
        }
        if units.is_empty() {
            let escape = rest.chars().nth(1).unwrap_or_default();
            out.push(simple_escape(escape));
            rest = rest.get(1 + escape.len_utf8()..).unwrap_or_default();
        }
        out.extend(decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    out.push_str(rest);
    out
}

fn unicode_escape(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

fn simple_escape(letter: char) -> char {
    match letter {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(raw: &str) -> String {
        Text::new(raw, raw.contains('\\')).decode().into_owned()
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(decoded(r#"a\"\'\/\\\b\f\n\r\tz"#), "a\"'/\\\u{8}\u{c}\n\r\tz");
        assert_eq!(decoded(r"\u0031\u043a"), "1к");
    }

    #[test]
    fn pairs_of_surrogates_are_one_character_and_halves_are_replaced() {
        assert_eq!(decoded(r"\ud83d\uDE00"), "😀");
        assert_eq!(decoded(r"\ud83d!"), "\u{fffd}!");
        assert_eq!(decoded(r"\ude00\ud83d\ud83d\ude00"), "\u{fffd}\u{fffd}😀");
        assert_eq!(decoded(r"\ud83d\n"), "\u{fffd}\n");
    }
}
