//! The bytes ahead: blanks, comments and fixed words.

use super::{Message, Token};

/// A place in the text, moving forward only.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    commented: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, commented: false }
    }

    /// Bytes passed.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Whether a comment has been passed.
    pub(super) fn commented(&self) -> bool {
        self.commented
    }

    /// The byte so far ahead.
    #[inline]
    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// The bytes ahead.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The character ahead.
    pub(super) fn char(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    /// The character ahead as a message shows it: U+0000 for the end, and a character of two UTF-16
    /// units only by halves, which cannot be written.
    pub(super) fn shown(&self) -> char {
        let c = self.char().unwrap_or('\0');
        if c.len_utf16() == 2 { char::REPLACEMENT_CHARACTER } else { c }
    }

    /// So many characters ahead.
    pub(super) fn ahead(&self, characters: usize) -> String {
        self.text.get(self.at..).unwrap_or_default().chars().take(characters).collect()
    }

    /// The text from there to here.
    pub(super) fn since(&self, from: usize) -> &'a str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    /// Goes on by so many bytes.
    #[inline]
    pub(super) fn pass(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
    }

    /// Goes to the end.
    pub(super) fn exhaust(&mut self) {
        self.at = self.text.len();
    }

    /// Whether that many UTF-16 units are ahead.
    pub(super) fn has_units(&self, wanted: usize) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.chars().take(wanted).map(char::len_utf16).sum::<usize>() >= wanted
    }

    /// Passes blanks and U+0000.
    #[inline]
    pub(super) fn blank(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t'..=b'\r' | 0 => self.at += 1,
                0x80.. => match self.char() {
                    Some(c) if c.is_whitespace() => self.at += c.len_utf8(),
                    _ => return,
                },
                _ => return,
            }
        }
    }

    /// Passes blanks and comments; the byte after them.
    #[inline]
    pub(super) fn significant(&mut self) -> Result<Option<u8>, Message> {
        loop {
            self.blank();
            match self.peek(0) {
                Some(b'/') => self.comment()?,
                other => return Ok(other),
            }
        }
    }

    fn comment(&mut self) -> Result<(), Message> {
        self.pass(1);
        if !self.has_units(2) {
            return Err(OPEN_COMMENT.into());
        }
        self.commented = true;
        match self.peek(0) {
            Some(b'/') => {
                let end = memchr::memchr2(b'\n', b'\r', self.rest());
                self.pass(end.unwrap_or(self.text.len()));
                Ok(())
            }
            Some(b'*') => {
                self.pass(1);
                let Some(end) = memchr::memmem::find(self.rest(), b"*/") else {
                    self.exhaust();
                    return Err(OPEN_COMMENT.into());
                };
                self.pass(end + 2);
                Ok(())
            }
            _ => Err(format!("Error parsing comment. Expected: *, got {}.", self.shown()).into()),
        }
    }

    /// One of the words that stand for values, of which the first letter is ahead.
    pub(super) fn literal<'t>(&mut self, first: u8) -> Result<Token<'t>, Message> {
        let (word, token, what) = match first {
            b't' => ("true", Token::True, "boolean"),
            b'f' => ("false", Token::False, "boolean"),
            b'u' => ("undefined", Token::Null, "undefined"),
            b'N' => ("NaN", Token::Float("NaN"), "NaN"),
            b'I' => ("Infinity", Token::Float("Infinity"), "Infinity"),
            _ if !self.has_units(2) => {
                self.pass(1);
                return Err(UNEXPECTED_END.into());
            }
            _ if self.peek(1) != Some(b'u') => {
                return Err(format!("{}: n.", super::IN_VALUE).into());
            }
            _ => ("null", Token::Null, "null"),
        };
        self.word(word, what)?;
        Ok(token)
    }

    /// A fixed word and the end of it.
    pub(super) fn word(&mut self, word: &str, what: &str) -> Result<(), Message> {
        if self.rest().starts_with(word.as_bytes()) {
            self.pass(word.len());
            return if self.separated() { Ok(()) } else { Err(wrong(what)) };
        }
        if !self.has_units(word.len()) {
            self.exhaust();
            return Err(UNEXPECTED_END.into());
        }
        let same = self.rest().iter().zip(word.bytes()).take_while(|(a, b)| **a == *b).count();
        self.pass(same);
        Err(wrong(what))
    }

    fn separated(&self) -> bool {
        match self.peek(0) {
            None | Some(b'}' | b']' | b',' | 0) => true,
            Some(b'/') => matches!(self.peek(1), Some(b'*' | b'/')),
            Some(_) => self.char().is_some_and(char::is_whitespace),
        }
    }
}

fn wrong(what: &str) -> Message {
    format!("Error parsing {what} value.").into()
}

const OPEN_COMMENT: &str = "Unexpected end while parsing comment.";
const UNEXPECTED_END: &str = "Unexpected end when reading JSON.";
