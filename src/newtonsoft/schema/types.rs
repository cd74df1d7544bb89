//! Sets of JSON types, in the order in which Json.NET Schema lists them.

use super::super::reader::Token;

/// The types a value may have. The empty set allows any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Types(u8);

const NAMES: [(&str, &str); 7] = [
    ("string", "String"),
    ("number", "Number"),
    ("integer", "Integer"),
    ("boolean", "Boolean"),
    ("object", "Object"),
    ("array", "Array"),
    ("null", "Null"),
];

const NUMBER: u8 = 1;
const INTEGER: u8 = 2;

impl Types {
    /// These and the one of that name in a schema.
    pub fn with(self, name: &str) -> Option<Self> {
        let at = NAMES.iter().position(|(word, _)| *word == name)?;
        Some(Self(self.0 | 1 << at))
    }

    /// Whether a value of this token's type is allowed. Integers are numbers; no float is an
    /// integer.
    #[inline]
    pub fn allow(self, token: &Token<'_>) -> bool {
        let bit = bit(token);
        let integer = bit == INTEGER && self.0 & 1 << NUMBER != 0;
        self.0 == 0 || self.0 & 1 << bit != 0 || integer
    }

    /// `Boolean, Null`
    pub fn list(self) -> String {
        let chosen = NAMES.iter().enumerate().filter(|(at, _)| self.0 & 1 << at != 0);
        chosen.map(|(_, (_, name))| *name).collect::<Vec<_>>().join(", ")
    }
}

/// The type of a value that begins with this token.
pub fn name(token: &Token<'_>) -> &'static str {
    NAMES.get(usize::from(bit(token))).map_or("", |(_, name)| name)
}

#[inline]
fn bit(token: &Token<'_>) -> u8 {
    match token {
        Token::String(_) | Token::Name(_) => 0,
        Token::Float(_) => NUMBER,
        Token::Integer(_) => INTEGER,
        Token::True | Token::False => 3,
        Token::StartObject | Token::EndObject => 4,
        Token::StartArray | Token::EndArray => 5,
        Token::Null => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_listed_in_the_librarys_order() {
        let types = Types::default().with("null").unwrap().with("boolean").unwrap();
        assert_eq!(types.list(), "Boolean, Null");
        assert!(types.with("text").is_none());
    }

    #[test]
    fn integers_are_numbers_but_floats_are_no_integers() {
        let number = Types::default().with("number").unwrap();
        let integer = Types::default().with("integer").unwrap();
        assert!(number.allow(&Token::Integer("1")) && number.allow(&Token::Float("1.0")));
        assert!(integer.allow(&Token::Integer("1")) && !integer.allow(&Token::Float("1.0")));
    }
}
