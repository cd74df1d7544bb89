//! Reads a filter.

use std::iter::Peekable;
use std::ops::Range as Span;
use std::vec::IntoIter;

use crate::config::nearest::nearest;
use crate::text::{Text, text};

use super::FilterError;
use super::fold::fold;
use super::keys::{self, KEYS, Key, Kind, NONE};
use super::lexer::{self, Piece, Token, Word};
use super::marks;
use super::moment::{self, Now};
use super::range::Range;
use super::tree::{Node, Pattern, Term};

/// Reads a whole filter.
pub(super) fn parse(text: &str, now: &Now<'_>) -> Result<Node, FilterError> {
    let length = text.chars().count();
    if length > LONGEST {
        let message = text!("a filter has at most {most} characters", most = LONGEST);
        return Err(error(message, text!(""), LONGEST..length));
    }
    let pieces = lexer::pieces(text)?;
    let is_word = |piece: &&Piece| matches!(piece.token, Token::Word(_));
    if let Some(piece) = pieces.iter().filter(is_word).nth(MOST_TERMS) {
        let message = text!("a filter has at most {most} terms", most = MOST_TERMS);
        return Err(error(message, text!(""), piece.span.clone()));
    }
    let is_free = |piece: &&Piece| matches!(&piece.token, Token::Word(word) if word.key.is_none());
    let last_free = pieces.iter().rfind(is_free).map(|piece| piece.span.start);
    let mut parser = Parser { pieces: pieces.into_iter().peekable(), now, last_free, depth: 0 };
    if parser.pieces.peek().is_none() {
        return Ok(Node::And(Vec::new()));
    }
    let node = parser.any()?;
    match parser.pieces.next() {
        None => Ok(node),
        // Only `)` ends what is not in parentheses.
        Some(piece) => Err(error(
            text!("nothing is open that this could close"),
            text!("take it away, or search for \")\" in quotes"),
            piece.span,
        )),
    }
}

struct Parser<'n> {
    pieces: Peekable<IntoIter<Piece>>,
    now: &'n Now<'n>,
    /// Where the word begins that may still be being typed.
    last_free: Option<usize>,
    depth: usize,
}

impl Parser<'_> {
    /// Terms with `or` between them.
    fn any(&mut self) -> Result<Node, FilterError> {
        let mut parts = vec![self.all()?];
        while let Some(or) = self.pieces.next_if(|piece| piece.token == Token::Or) {
            if !self.pieces.peek().is_some_and(begins_term) {
                return Err(lonely(&or, "or"));
            }
            parts.push(self.all()?);
        }
        Ok(Node::any(parts))
    }

    /// Terms beside each other.
    fn all(&mut self) -> Result<Node, FilterError> {
        let mut parts = Vec::new();
        while let Some(piece) =
            self.pieces.next_if(|piece| !matches!(piece.token, Token::Or | Token::Close))
        {
            if piece.token != Token::And {
                parts.push(self.one(piece)?);
            } else if parts.is_empty() || !self.pieces.peek().is_some_and(begins_term) {
                return Err(lonely(&piece, "and"));
            }
        }
        match self.pieces.peek() {
            Some(piece) if parts.is_empty() && piece.token == Token::Or => Err(lonely(piece, "or")),
            _ => Ok(Node::all(parts)),
        }
    }

    fn one(&mut self, mut piece: Piece) -> Result<Node, FilterError> {
        let mut negated = false;
        while piece.token == Token::Minus {
            negated = !negated;
            piece = match self.pieces.next() {
                Some(next) => next,
                None => return Err(lonely(&piece, "-")),
            };
        }
        let node = match piece.token {
            Token::Open => self.group(piece.span)?,
            Token::Word(word) => Node::Term(self.term(&word, piece.span)?),
            Token::Close | Token::Minus | Token::Or | Token::And => {
                return Err(lonely(&piece, "-"));
            }
        };
        Ok(if negated { Node::not(node) } else { node })
    }

    /// What follows a `(`.
    fn group(&mut self, open: Span<usize>) -> Result<Node, FilterError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(error(text!("parentheses stand too deep in each other"), text!(""), open));
        }
        if let Some(close) = self.pieces.peek().filter(|piece| piece.token == Token::Close) {
            let span = open.start..close.span.end;
            return Err(error(text!("there is nothing between the parentheses"), text!(""), span));
        }
        let node = self.any()?;
        self.depth -= 1;
        match self.pieces.next() {
            Some(_) => Ok(node),
            None => Err(error(
                text!("this parenthesis is not closed"),
                text!("end with ), or search for \"(\" in quotes"),
                open,
            )),
        }
    }

    fn term(&self, word: &Word, span: Span<usize>) -> Result<Term, FilterError> {
        let Some((name, colon)) = &word.key else { return self.words(word, span) };
        let key = keys::by_name(name).ok_or_else(|| unknown_key(name, span.start..*colon))?;
        if word.value.trim().is_empty() {
            let hint = match keys::values(key).first() {
                Some(value) if *value != NONE => {
                    text!("as in {key}:{value}", key = key.name, value)
                }
                _ => text!("it asks for {what}", what => key.label),
            };
            return Err(error(text!("`{key}:` has no value", key = key.name), hint, span));
        }
        if key.nullable && !word.quoted && word.value.eq_ignore_ascii_case(NONE) {
            return Ok(Term::None { key });
        }
        let place = colon + 1..span.end;
        self.value(key, word).map_err(|(message, hint)| error(message, hint, place))
    }

    fn value(&self, key: &'static Key, word: &Word) -> Result<Term, (Text, Text)> {
        let value = word.value.trim();
        let wrong =
            |hint: Text| (text!("`{key}:` cannot be `{value}`", key = key.name, value), hint);
        match key.kind {
            Kind::Text { columns, whole } => {
                let bare = value.strip_prefix('=').filter(|rest| !word.quoted && !rest.is_empty());
                let text = fold(bare.unwrap_or(&word.value)).into_owned();
                let whole = whole || word.whole || bare.is_some();
                Ok(Term::Text { key, columns, pattern: Pattern { text, whole } })
            }
            Kind::Name { names, .. } => names
                .iter()
                .position(|name| name.eq_ignore_ascii_case(value))
                .map(|place| Term::Name { key, place })
                .ok_or_else(|| wrong(meant(value, names))),
            Kind::Number { unit, .. } => {
                Range::parse(value, unit).map(|range| Term::Number { key, range }).map_err(wrong)
            }
            Kind::Moment { after } => self
                .now
                .moment(value)
                .map(|at| Term::Moment { key, after, at })
                .ok_or_else(|| wrong(Text::fixed(moment::FORMS))),
            Kind::Mark => marks::of(key.name)
                .find(|mark| mark.name.eq_ignore_ascii_case(value))
                .map(Term::Mark)
                .ok_or_else(|| {
                    let names: Vec<_> = marks::of(key.name).map(|mark| mark.name).collect();
                    wrong(meant(value, &names))
                }),
        }
    }

    fn words(&self, word: &Word, span: Span<usize>) -> Result<Term, FilterError> {
        let last = self.last_free == Some(span.start);
        let stem = if word.quoted { &word.value } else { word.value.trim_end_matches('*') };
        if !stem.contains(char::is_alphanumeric) {
            let message = "there is no letter or digit to search for";
            return Err(error(Text::fixed(message), text!("search finds words and numbers"), span));
        }
        let open = word.starred || !word.quoted && (last || stem.len() < word.value.len());
        Ok(Term::Words { text: stem.to_owned(), open })
    }
}

fn begins_term(piece: &Piece) -> bool {
    matches!(piece.token, Token::Open | Token::Minus | Token::Word(_))
}

fn lonely(piece: &Piece, sign: &str) -> FilterError {
    let (message, hint) = match sign {
        "-" => (text!("nothing follows this `-`"), "write it right before a term"),
        sign => (
            text!("`{sign}` stands between two terms", sign),
            "to search for the word itself, put it in quotes",
        ),
    };
    error(message, Text::fixed(hint), piece.span.clone())
}

fn unknown_key(name: &str, span: Span<usize>) -> FilterError {
    let hint = match nearest(name, KEYS.iter().map(|key| key.name)) {
        Some(near) => text!("did you mean `{near}:`?", near),
        None => text!("to search for the text itself, put it in quotes"),
    };
    error(text!("there is no key `{name}:`", name), hint, span)
}

fn meant(value: &str, names: &[&str]) -> Text {
    match nearest(value, names.iter().copied()) {
        Some(near) => text!("did you mean `{near}`?", near),
        None => text!("one of {names}", names = names.join(", ")),
    }
}

fn error(message: Text, hint: impl Into<Text>, span: Span<usize>) -> FilterError {
    FilterError { message, hint: hint.into(), at: span.start, length: span.len() }
}

/// Longer texts are not typed.
const LONGEST: usize = 4096;

/// SQLite reads expressions a thousand levels deep.
const MOST_TERMS: usize = 100;
const DEEPEST: usize = 20;

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    const NOW: i64 = 1_795_312_800_000_000;

    fn read(text: &str) -> Result<Node, FilterError> {
        parse(text, &Now { at: NOW, zone: &TimeZone::UTC })
    }

    #[test]
    fn a_filter_prints_what_it_means() {
        for (text, printed) in [
            ("", ""),
            ("  ", ""),
            ("APP:Loyalty Status:4XX", "app:loyalty status:400..499"),
            ("a b or c", "\"a\" \"b\" or c*"),
            ("a (b or c)", "\"a\" (\"b\" or c*)"),
            ("(a b) and (c)", "\"a\" \"b\" c*"),
            ("--is:slow ---has:body", "is:slow -has:body"),
            ("-(plane:cloud verdict:fail)", "-(plane:cloud verdict:fail)"),
            ("касса status:none app:\"none\"", "касса* status:none app:\"none\""),
            ("took:>200ms took:1s", "took:>=200001us took:1s..1999999us"),
            ("size:>=10240 id:40..50 rule:<=3", "size:>=10KiB id:40..50 rule:<=3"),
            ("path:=/api/* method:get", "path:=/api/* method:=get"),
            ("device:\"Касса 1\"", "device:\"касса 1\""),
            ("after:10m", "after:2026-11-22T01:50:00Z"),
            ("https://a.ru/b", "https://a.ru/b*"),
            ("\"or\" or\tor*", "\"or\" or \"or\"*"),
        ] {
            let node = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(node.to_string(), printed, "{text}");
        }
    }

    #[test]
    fn an_error_shows_its_place() {
        for (text, at, length, message, hint) in [
            ("app:a stats:200", 6, 5, "no key `stats:`", "`status:`"),
            ("касса стор:1", 6, 4, "no key `стор:`", "quotes"),
            ("localhost:80", 0, 9, "no key `localhost:`", "quotes"),
            ("status:2oo", 7, 3, "cannot be `2oo`", "4xx"),
            ("-status:500..400", 8, 8, "cannot be `500..400`", "first"),
            ("plane:weebhook", 6, 8, "cannot be `weebhook`", "`webhook`"),
            ("verdict:ok", 8, 2, "cannot be `ok`", "pass, warn, fail"),
            ("is:slwo", 3, 4, "cannot be `slwo`", "`slow`"),
            ("took:200", 5, 3, "cannot be `200`", "200ms"),
            ("size:64K", 5, 3, "cannot be `64K`", "KiB"),
            ("after:soon", 6, 4, "cannot be `soon`", "12:30"),
            ("app: x", 0, 4, "`app:` has no value", "the app"),
            ("plane:\" \"", 0, 9, "`plane:` has no value", "plane:proxy"),
            ("а \"б", 2, 2, "a quote is not closed", "end it"),
            ("a (b", 2, 1, "not closed", "end with )"),
            ("a b)", 3, 1, "nothing is open", "quotes"),
            ("a () b", 2, 2, "nothing between", ""),
            ("or a", 0, 2, "`or` stands between", "quotes"),
            ("a or", 2, 2, "`or` stands between", "quotes"),
            ("(a or ) b", 3, 2, "`or` stands between", "quotes"),
            ("a AND", 2, 3, "`and` stands between", "quotes"),
            ("a -", 2, 1, "no letter or digit", "words"),
            ("a --", 3, 1, "no letter or digit", "words"),
            ("a -or b", 3, 2, "nothing follows", "term"),
            ("\"—\"", 0, 3, "no letter or digit", "words"),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!((error.at, error.length), (at, length), "{text}: {error}");
            assert!(error.message.to_string().contains(message), "{text}: {}", error.message);
            assert!(error.hint.to_string().contains(hint), "{text}: {}", error.hint);
        }
    }

    #[test]
    fn a_filter_has_bounds() {
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(read(&long).unwrap_err().at, LONGEST);
        let many = "x ".repeat(MOST_TERMS + 1);
        assert_eq!(read(&many).unwrap_err().at, 2 * MOST_TERMS);
        let deep = "(".repeat(DEEPEST + 1);
        assert_eq!(read(&deep).unwrap_err().at, DEEPEST);
        assert!(read(&many[..2 * MOST_TERMS]).is_ok());
        assert!(read(&format!("{}x{}", "(".repeat(DEEPEST), ")".repeat(DEEPEST))).is_ok());
    }
}
