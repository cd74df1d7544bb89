//! How .NET writes values into messages.

use std::borrow::Cow;
use std::fmt::Write;

use super::place::Place;
use super::reader::{Token, double, integer};

/// One message: the documented template. An empty value leaves one blank between its neighbours.
pub fn message(place: Place, value: &str, error: &str) -> String {
    let Place { line, position } = place;
    let blank = if value.is_empty() { "" } else { " " };
    format!("Line: {line} Position: {position} Value:{blank}{value} Error: {error}")
}

/// A token's value; nothing for brackets and null.
pub fn value<'a>(token: &Token<'a>) -> Cow<'a, str> {
    match token {
        Token::Name(text) | Token::String(text) => text.decode(),
        Token::Integer(raw) => integer(raw),
        Token::Float(raw) => Cow::Owned(float(double(raw))),
        Token::True => Cow::Borrowed("True"),
        Token::False => Cow::Borrowed("False"),
        _ => Cow::Borrowed(""),
    }
}

/// A token's value as JSON.
pub fn json(token: &Token<'_>) -> String {
    match token {
        Token::String(text) => serde_json::Value::from(text.decode()).to_string(),
        Token::True => "true".into(),
        Token::False => "false".into(),
        Token::Float(raw) => json_float(double(raw)),
        Token::StartObject => "{...}".into(),
        Token::StartArray => "[...]".into(),
        Token::Null => "null".into(),
        other => value(other).into_owned(),
    }
}

/// A float as JSON: always with a point or an exponent.
pub fn json_float(value: f64) -> String {
    let mut text = float(value);
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        text.push_str(".0");
    }
    text
}

/// The shortest digits that mean this number; an exponent from 1E+15 up and from 1E-05 down.
pub fn float(value: f64) -> String {
    if !value.is_finite() {
        let word = if value > 0.0 { "Infinity" } else { "-Infinity" };
        return if value.is_nan() { "NaN".into() } else { word.into() };
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..15).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let mut out = String::from(mantissa);
    let _ = write!(out, "E{sign}{:02}", exponent.abs());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_dotnet_writes_them() {
        for (value, text) in [
            (137.5, "137.5"),
            (132.0, "132"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.00001, "1E-05"),
            (1e14, "100000000000000"),
            (1e15, "1E+15"),
            (-1.5e300, "-1.5E+300"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(float(value), text);
        }
        assert_eq!(json_float(3.0), "3.0");
        assert_eq!(json_float(1e15), "1E+15");
    }

    #[test]
    fn an_empty_value_leaves_one_blank() {
        let place = Place { line: 1, position: 2 };
        assert_eq!(message(place, "", "e"), "Line: 1 Position: 2 Value: Error: e");
        assert_eq!(message(place, "v", "e"), "Line: 1 Position: 2 Value: v Error: e");
    }
}
