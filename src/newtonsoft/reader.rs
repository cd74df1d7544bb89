//! JSON as Newtonsoft.Json (8.0.1 and later) reads it: what it takes, where it says it is, and the
//! words in which it refuses.
//!
//! It takes more than RFC 8259: single quotes, names without quotes, comments, a comma at the end,
//! elements left out, octal and hexadecimal integers, `NaN`, `Infinity`, `undefined`, line breaks in
//! strings, anything blank in Unicode, and U+0000 between tokens.

mod cursor;
mod number;
mod string;

use super::path::{self, Kind, Open};
use super::place::{Place, Walk};
use super::text::Text;
use cursor::Cursor;

pub use number::{double, integer};

/// Containers that may be open at once: Newtonsoft's own bound since 13.0.1.
pub const DEPTH: usize = 64;

/// One step through a document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Token<'a> {
    /// `{`
    StartObject,
    /// `}`
    EndObject,
    /// `[`
    StartArray,
    /// `]`
    EndArray,
    /// A member's name; the reader then stands behind the colon.
    Name(Text<'a>),
    /// A string.
    String(Text<'a>),
    /// A number without fraction or exponent, as written.
    Integer(&'a str),
    /// Any other number, as written.
    Float(&'a str),
    /// `true`
    True,
    /// `false`
    False,
    /// `null`, `undefined`, or an element left out.
    Null,
}

/// The document cannot be read; the text is the exception's message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub Box<str>);

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    ObjectStart,
    Object,
    ArrayStart,
    Array,
    Property,
    PostValue,
    Finished,
}

/// Reads forward, one token at a time.
#[derive(Debug)]
pub struct Reader<'a> {
    cursor: Cursor<'a>,
    state: State,
    open: Vec<Open<'a>>,
    root: Option<Kind>,
    walk: Walk<'a>,
}

impl<'a> Reader<'a> {
    /// At the beginning of a text, which has no byte order mark any more.
    pub fn new(text: &'a str) -> Self {
        Self {
            cursor: Cursor::new(text),
            state: State::Start,
            open: Vec::with_capacity(8),
            root: None,
            walk: Walk::new(text),
        }
    }

    /// The next token; none after the document's end.
    ///
    /// # Errors
    /// What Newtonsoft.Json would not read, or a document that is not whole.
    pub fn next_token(&mut self) -> Result<Option<Token<'a>>, Unreadable> {
        let token = self.step();
        token.map_err(|message| self.refuse(&message))
    }

    /// Where the last token ended.
    pub fn place(&mut self) -> Place {
        let place = self.walk.to(self.cursor.at());
        if self.state == State::Start && place.position == 0 && !self.cursor.commented() {
            return Place { line: 0, position: 0 };
        }
        place
    }

    /// The path of the last token's value; for a closing bracket, of what it closes.
    pub fn path(&self) -> String {
        let inside = !matches!(self.state, State::ObjectStart | State::ArrayStart);
        let levels = if inside { self.open.len() } else { self.open.len().saturating_sub(1) };
        path::write(self.open.get(..levels).unwrap_or_default())
    }

    fn refuse(&mut self, message: &str) -> Unreadable {
        let path = self.path();
        let Place { line, position } = self.place();
        Unreadable(format!("{message} Path '{path}', line {line}, position {position}.").into())
    }

    fn step(&mut self) -> Result<Option<Token<'a>>, Message> {
        loop {
            let Some(byte) = self.cursor.significant()? else { return self.end() };
            match self.state {
                State::Start | State::Property | State::ArrayStart | State::Array => {
                    return self.value(byte).map(Some);
                }
                State::ObjectStart | State::Object if byte == b'}' => {
                    self.cursor.pass(1);
                    return self.close(byte).map(Some);
                }
                State::ObjectStart | State::Object => return self.name(byte).map(Some),
                State::PostValue => match byte {
                    b',' => {
                        self.cursor.pass(1);
                        self.state = self.within();
                    }
                    b'}' | b']' | b')' => {
                        self.cursor.pass(1);
                        return self.close(byte).map(Some);
                    }
                    _ => return Err(self.unexpected(AFTER_VALUE)),
                },
                State::Finished => return Err(self.unexpected(ADDITIONAL)),
            }
        }
    }

    fn value(&mut self, byte: u8) -> Result<Token<'a>, Message> {
        let token = match byte {
            b'"' | b'\'' => Token::String(string::quoted(&mut self.cursor, byte)?),
            b'{' => return self.start(Kind::Object),
            b'[' => return self.start(Kind::Array),
            b']' | b')' => {
                self.cursor.pass(1);
                return self.close(byte);
            }
            b',' => Token::Null,
            b'-' if self.cursor.peek(1) == Some(b'I') => number::infinity(&mut self.cursor)?,
            b'-' | b'.' | b'0'..=b'9' => return self.number(),
            b't' | b'f' | b'n' | b'u' | b'N' | b'I' => self.cursor.literal(byte)?,
            _ if self.cursor.char().is_some_and(numeric) => return self.number(),
            _ => return Err(self.unexpected(IN_VALUE)),
        };
        self.count();
        self.finish_value();
        Ok(token)
    }

    /// The element is counted before its digits are looked at: a refusal names it.
    fn number(&mut self) -> Result<Token<'a>, Message> {
        let raw = number::digits(&mut self.cursor)?;
        self.count();
        self.finish_value();
        number::classify(raw)
    }

    fn name(&mut self, byte: u8) -> Result<Token<'a>, Message> {
        let name = match byte {
            b'"' | b'\'' => string::quoted(&mut self.cursor, byte)?,
            _ if self.cursor.char().is_some_and(string::identifies) => {
                string::unquoted(&mut self.cursor)?
            }
            _ => return Err(self.unexpected("Invalid property identifier character")),
        };
        self.cursor.blank();
        if self.cursor.peek(0) != Some(b':') {
            return Err(self.unexpected(NO_COLON));
        }
        self.cursor.pass(1);
        if let Some(level) = self.open.last_mut() {
            level.name = name;
        }
        self.state = State::Property;
        Ok(Token::Name(name))
    }

    fn start(&mut self, kind: Kind) -> Result<Token<'a>, Message> {
        self.cursor.pass(1);
        self.count();
        self.root.get_or_insert(kind);
        self.open.push(Open::new(kind));
        let (state, token) = match kind {
            Kind::Object => (State::ObjectStart, Token::StartObject),
            Kind::Array => (State::ArrayStart, Token::StartArray),
        };
        self.state = state;
        if self.open.len() > DEPTH {
            return Err(format!("The reader's MaxDepth of {DEPTH} has been exceeded.").into());
        }
        Ok(token)
    }

    fn close(&mut self, byte: u8) -> Result<Token<'a>, Message> {
        let closed = self.open.pop().map(|level| level.kind);
        let (name, kind, token) = match byte {
            b'}' => ("EndObject", Some(Kind::Object), Token::EndObject),
            b']' => ("EndArray", Some(Kind::Array), Token::EndArray),
            _ => ("EndConstructor", None, Token::EndArray),
        };
        if kind.is_none() || kind != closed {
            let closed = closed.map_or("None", kind_name);
            return Err(
                format!("JsonToken {name} is not valid for closing JsonType {closed}.").into()
            );
        }
        self.finish_value();
        Ok(token)
    }

    /// The text is over: well, if the document is.
    fn end(&mut self) -> Result<Option<Token<'a>>, Message> {
        let Some(root) = self.root.map(container) else {
            return match self.state {
                State::Start => Err("Error reading JToken from JsonReader.".into()),
                _ => Ok(None),
            };
        };
        match (self.state, self.open.len()) {
            (_, 0) => Ok(None),
            (State::ObjectStart | State::ArrayStart, 1) => {
                Err(format!("Error reading {root} from JsonReader.").into())
            }
            _ => Err(format!("Unexpected end of content while loading {root}.").into()),
        }
    }

    fn count(&mut self) {
        if let Some(level) = self.open.last_mut() {
            level.elements += 1;
        }
    }

    fn finish_value(&mut self) {
        self.state = if self.open.is_empty() { State::Finished } else { State::PostValue };
    }

    fn within(&self) -> State {
        match self.open.last().map(|level| level.kind) {
            Some(Kind::Object) => State::Object,
            Some(Kind::Array) => State::Array,
            None => State::Finished,
        }
    }

    fn unexpected(&self, what: &str) -> Message {
        format!("{what}: {}.", self.cursor.shown()).into()
    }
}

/// One word: tokens are returned beside it.
type Message = Box<str>;

const IN_VALUE: &str = "Unexpected character encountered while parsing value";
const AFTER_VALUE: &str = "After parsing a value an unexpected character was encountered";
const ADDITIONAL: &str = "Additional text encountered after finished reading JSON content";
const NO_COLON: &str = "Invalid character after parsing property name. Expected ':' but got";

/// Letters and digits of two UTF-16 units are neither for .NET.
fn numeric(c: char) -> bool {
    c.len_utf16() == 1 && c.is_numeric()
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Object => "Object",
        Kind::Array => "Array",
    }
}

fn container(kind: Kind) -> &'static str {
    match kind {
        Kind::Object => "JObject",
        Kind::Array => "JArray",
    }
}
