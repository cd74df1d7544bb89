//! Strings and names.

use memchr::memchr2;

use super::super::text::Text;
use super::Message;
use super::cursor::Cursor;

/// A string in these quotes, the first of which is ahead.
#[inline]
pub(super) fn quoted<'a>(cursor: &mut Cursor<'a>, quote: u8) -> Result<Text<'a>, Message> {
    cursor.pass(1);
    let from = cursor.at();
    let mut escaped = false;
    loop {
        let Some(plain) = find(quote, cursor.rest()) else {
            cursor.exhaust();
            return Err(unterminated(quote));
        };
        cursor.pass(plain);
        if cursor.peek(0) == Some(quote) {
            let text = Text::new(cursor.since(from), escaped);
            cursor.pass(1);
            return Ok(text);
        }
        escaped = true;
        cursor.pass(1);
        escape(cursor, quote)?;
    }
}

/// The next quote or backslash. Most names and values are too short to set up a search for.
#[inline]
fn find(quote: u8, rest: &[u8]) -> Option<usize> {
    let near = rest.get(..SHORT).unwrap_or(rest);
    let found = near.iter().position(|byte| *byte == quote || *byte == b'\\');
    found.or_else(|| Some(near.len() + memchr2(quote, b'\\', rest.get(near.len()..)?)?))
}

const SHORT: usize = 16;

/// What follows a backslash.
fn escape(cursor: &mut Cursor<'_>, quote: u8) -> Result<(), Message> {
    let Some(letter) = cursor.char() else { return Err(unterminated(quote)) };
    let shown = cursor.shown();
    cursor.pass(letter.len_utf8());
    match letter {
        '"' | '\'' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => Ok(()),
        'u' if !cursor.has_units(5) => {
            Err("Unexpected end while parsing Unicode escape sequence.".into())
        }
        'u' => {
            let digits = cursor.rest().get(..4).unwrap_or_default();
            if digits.iter().all(u8::is_ascii_hexdigit) {
                cursor.pass(4);
                return Ok(());
            }
            Err(format!(r"Invalid Unicode escape sequence: \u{}.", cursor.ahead(4)).into())
        }
        _ => Err(format!(r"Bad JSON escape sequence: \{shown}.").into()),
    }
}

/// A name without quotes, of which the first character is ahead.
pub(super) fn unquoted<'a>(cursor: &mut Cursor<'a>) -> Result<Text<'a>, Message> {
    let from = cursor.at();
    loop {
        match cursor.char() {
            Some(c) if identifies(c) => cursor.pass(c.len_utf8()),
            Some(c) if c == ':' || c == '\0' || c.is_whitespace() => {
                return Ok(Text::new(cursor.since(from), false));
            }
            Some(_) => {
                let shown = cursor.shown();
                return Err(
                    format!("Invalid JavaScript property identifier character: {shown}.").into()
                );
            }
            None => return Err("Unexpected end while parsing unquoted property name.".into()),
        }
    }
}

/// Whether a name without quotes may have it. Letters of two UTF-16 units may not stand there.
pub(super) fn identifies(c: char) -> bool {
    c.len_utf16() == 1 && (c.is_alphanumeric() || c == '_' || c == '$')
}

fn unterminated(quote: u8) -> Message {
    format!("Unterminated string. Expected delimiter: {}.", char::from(quote)).into()
}
