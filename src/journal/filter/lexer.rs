//! A filter's text cut into words, signs and parentheses.

use std::ops::Range;

use super::FilterError;
use crate::text::text;

/// A piece of a filter and where it stands, in characters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub token: Token,
    pub span: Range<usize>,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    /// The `-` before a term.
    Minus,
    Or,
    And,
    Word(Word),
}

/// `value` or `key:value`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    /// As written, and where it ends.
    pub key: Option<(String, usize)>,
    pub value: String,
    pub quoted: bool,
    /// Whether `*` follows the closing quote.
    pub starred: bool,
    /// Whether `=` stands before the opening quote.
    pub whole: bool,
}

/// Cuts a text. The only errors are of quotes.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, FilterError> {
    let mut lexer = Lexer { text: text.chars().collect(), at: 0 };
    let mut pieces = Vec::new();
    while let Some(piece) = lexer.next()? {
        pieces.push(piece);
    }
    Ok(pieces)
}

/// Whether a text can stand for itself without quotes as what is searched for.
pub(super) fn is_plain(text: &str) -> bool {
    let plain = |piece: &Piece| {
        matches!(&piece.token, Token::Word(word)
            if word.key.is_none() && !word.quoted && word.value == text)
    };
    pieces(text).is_ok_and(|pieces| pieces.len() == 1 && pieces.iter().all(plain))
}

/// In quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

struct Lexer {
    text: Vec<char>,
    at: usize,
}

impl Lexer {
    fn next(&mut self) -> Result<Option<Piece>, FilterError> {
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        let start = self.at;
        let Some(first) = self.peek(0) else { return Ok(None) };
        let token = match first {
            '(' => self.sign(Token::Open),
            ')' => self.sign(Token::Close),
            '-' if self.peek(1).is_some_and(|next| !next.is_whitespace() && next != ')') => {
                self.sign(Token::Minus)
            }
            _ => self.word()?,
        };
        Ok(Some(Piece { token, span: start..self.at }))
    }

    fn sign(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn word(&mut self) -> Result<Token, FilterError> {
        let key = self.key();
        let whole = key.is_some() && self.peek(0) == Some('=') && self.peek(1) == Some('"');
        self.at += usize::from(whole);
        let quoted = self.peek(0) == Some('"');
        let value = if quoted { self.quoted()? } else { self.bare() };
        let starred = quoted && key.is_none() && self.peek(0) == Some('*');
        self.at += usize::from(starred);
        Ok(match value.to_ascii_lowercase().as_str() {
            "or" if key.is_none() && !quoted => Token::Or,
            "and" if key.is_none() && !quoted => Token::And,
            _ => Token::Word(Word { key, value, quoted, starred, whole }),
        })
    }

    /// What stands before a colon, unless the colon is a URL's.
    fn key(&mut self) -> Option<(String, usize)> {
        let rest = self.text.get(self.at..)?;
        let length = rest.iter().position(|c| !c.is_alphabetic() && !matches!(c, '_' | '-'))?;
        let is_key = length > 0 && rest.get(length) == Some(&':');
        let is_url = rest.get(length + 1..length + 3) == Some(&['/', '/']);
        if !is_key || is_url {
            return None;
        }
        let key = rest.get(..length)?.iter().collect();
        self.at += length + 1;
        Some((key, self.at - 1))
    }

    /// Up to a blank, or a `)` that nothing in the word opened.
    fn bare(&mut self) -> String {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(c) = self.peek(0).filter(|c| !c.is_whitespace()) {
            match c {
                '(' => open += 1,
                ')' if open == 0 => break,
                ')' => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default().iter().collect()
    }

    /// Up to the next quote. A backslash takes the meaning from a quote and from another backslash.
    fn quoted(&mut self) -> Result<String, FilterError> {
        let start = self.at;
        let mut value = String::new();
        self.at += 1;
        while let Some(c) = self.peek(0) {
            self.at += 1;
            match (c, self.peek(0)) {
                ('"', _) => return Ok(value),
                ('\\', Some(escaped @ ('"' | '\\'))) => {
                    self.at += 1;
                    value.push(escaped);
                }
                _ => value.push(c),
            }
        }
        Err(FilterError {
            message: text!("a quote is not closed"),
            hint: text!("end it with \", or write \\\" for a quote that is searched for"),
            at: start,
            length: self.at - start,
        })
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(Option<String>, String)> {
        let word = |piece: Piece| match piece.token {
            Token::Word(word) => (word.key.map(|(key, _)| key), word.value),
            other => (None, format!("{other:?}")),
        };
        pieces(text).unwrap().into_iter().map(word).collect()
    }

    fn pair(key: &str, value: &str) -> (Option<String>, String) {
        ((!key.is_empty()).then(|| key.to_owned()), value.to_owned())
    }

    #[test]
    fn keys_end_at_their_colon() {
        assert_eq!(words("app:a b"), [pair("app", "a"), pair("", "b")]);
        assert_eq!(words("path:\"a b\"c"), [pair("path", "a b"), pair("", "c")]);
        assert_eq!(words("app:"), [pair("app", "")]);
        for text in ["https://a.ru/b", "12:30", "{\"a\":1}", ":a", "a=b:c"] {
            assert_eq!(words(text), [pair("", text)]);
        }
    }

    #[test]
    fn parentheses_belong_to_the_word_that_opened_them() {
        assert_eq!(
            words("(path:/a(b))"),
            [pair("", "Open"), pair("path", "/a(b)"), pair("", "Close")]
        );
    }

    #[test]
    fn a_minus_stands_before_something() {
        assert_eq!(words("-a"), [pair("", "Minus"), pair("", "a")]);
        assert_eq!(words("a-b - c"), [pair("", "a-b"), pair("", "-"), pair("", "c")]);
    }

    #[test]
    fn quotes_keep_blanks_and_escapes_keep_quotes() {
        assert_eq!(words(r#""a \"b\" \\ \d""#), [pair("", r#"a "b" \ \d"#)]);
        for text in ["", "a b", r#"\"#, r#"a\"b"#] {
            assert_eq!(words(&quoted(text)), [pair("", text)]);
        }
        assert_eq!(pieces("a \"b").unwrap_err().at, 2);
    }
}
