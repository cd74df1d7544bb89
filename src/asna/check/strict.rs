//! What Newtonsoft.Json takes, as JSON that every reader takes.

use super::reader::{Reader, Token, Unreadable, double, integer};

/// The same document as JSON of RFC 8259; one that is already, or that cannot be read, as it stands.
pub fn strict(text: String) -> String {
    match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
        Ok(_) => text,
        Err(_) => written_anew(&text).unwrap_or(text),
    }
}

fn written_anew(text: &str) -> Result<String, Unreadable> {
    let mut reader = Reader::new(text);
    let mut out = String::with_capacity(text.len());
    let mut first = true;
    while let Some(token) = reader.next_token()? {
        let closes = matches!(token, Token::EndObject | Token::EndArray);
        if !first && !closes {
            out.push(',');
        }
        first = matches!(token, Token::StartObject | Token::StartArray | Token::Name(_));
        match token {
            Token::StartObject => out.push('{'),
            Token::EndObject => out.push('}'),
            Token::StartArray => out.push('['),
            Token::EndArray => out.push(']'),
            Token::Name(name) => {
                out.push_str(&quoted(&name.decode()));
                out.push(':');
            }
            Token::String(text) => out.push_str(&quoted(&text.decode())),
            Token::Integer(raw) => out.push_str(&whole(raw)),
            Token::Float(raw) => out.push_str(&fraction(raw)),
            Token::True => out.push_str("true"),
            Token::False => out.push_str("false"),
            Token::Null => out.push_str("null"),
        }
    }
    Ok(out)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn whole(raw: &str) -> String {
    integer(raw).to_string()
}

/// JSON has no infinity and nothing that is no number.
fn fraction(raw: &str) -> String {
    let value = double(raw);
    if value.is_finite() { value.to_string() } else { "null".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        strict(text.to_owned())
    }

    #[test]
    fn what_only_newtonsoft_takes_becomes_plain_json() {
        assert_eq!(
            written("{a: 'x\"y', /* c */ \"b\": [1, 010, 0x1F, -2.50,],}"),
            r#"{"a":"x\"y","b":[1,8,31,-2.5]}"#
        );
        assert_eq!(
            written("[true, false, null, undefined, NaN, {}, []]"),
            "[true,false,null,null,null,{},[]]"
        );
    }

    #[test]
    fn what_is_json_or_nothing_stays_as_it_stands() {
        for text in ["{ \"a\" : 1.50 }", "{a:", ""] {
            assert_eq!(written(text), text);
        }
    }
}
