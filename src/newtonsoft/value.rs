//! A document as a value, for whoever stores what was taken.

use serde_json::{Map, Number, Value};

use super::reader::{Reader, Token, Unreadable, double, integer};

/// A container that is open, and the name under which its parent keeps it.
struct Level {
    name: Option<String>,
    content: Value,
}

/// The whole document. Of members with the same name the last is kept; numbers that JSON cannot
/// write become null.
pub(super) fn read(text: &str) -> Result<Value, Unreadable> {
    let mut reader = Reader::new(text);
    let mut open: Vec<Level> = Vec::new();
    let mut name = None;
    let mut root = Value::Null;
    while let Some(token) = reader.next_token()? {
        let (name, value) = match token {
            Token::Name(text) => {
                name = Some(text.decode().into_owned());
                continue;
            }
            Token::StartObject | Token::StartArray => {
                let array = token == Token::StartArray;
                let content =
                    if array { Value::from(Vec::<Value>::new()) } else { Map::new().into() };
                open.push(Level { name: name.take(), content });
                continue;
            }
            Token::EndObject | Token::EndArray => match open.pop() {
                Some(level) => (level.name, level.content),
                None => continue,
            },
            scalar => (name.take(), plain(&scalar)),
        };
        match (open.last_mut().map(|level| &mut level.content), name) {
            (Some(Value::Array(elements)), _) => elements.push(value),
            (Some(Value::Object(members)), Some(name)) => {
                members.insert(name, value);
            }
            _ => root = value,
        }
    }
    Ok(root)
}

fn plain(token: &Token<'_>) -> Value {
    match token {
        Token::String(text) => text.decode().into(),
        Token::True => true.into(),
        Token::False => false.into(),
        Token::Integer(raw) => {
            let digits = integer(raw);
            let small = digits.parse::<i64>().map(Value::from);
            small.unwrap_or_else(|_| Number::from_f64(double(raw)).into())
        }
        Token::Float(raw) => Number::from_f64(double(raw)).into(),
        _ => Value::Null,
    }
}
