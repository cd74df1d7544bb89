//! What is asked of one value beyond its type, in the order in which Json.NET Schema asks.

use serde_json::Value;

use super::super::date::is_date_time;
use super::super::reader::{Token, double, integer};
use super::super::schema::Node;
use super::super::wording::{float, json, json_float};

/// Tells every error.
pub(super) fn check(node: &Node, token: &Token<'_>, mut tell: impl FnMut(String)) {
    match token {
        Token::String(text) => string(node, &text.decode(), &mut tell),
        Token::Integer(raw) => {
            number(node, double(raw), &format!("Integer {}", integer(raw)), float, &mut tell);
        }
        Token::Float(raw) => {
            let value = double(raw);
            number(node, value, &format!("Float {}", json_float(value)), json_float, &mut tell);
        }
        _ => {}
    }
    if node.values.as_ref().is_some_and(|values| !values.iter().any(|value| same(value, token))) {
        tell(format!("Value {} is not defined in enum.", json(token)));
    }
}

fn string(node: &Node, text: &str, tell: &mut impl FnMut(String)) {
    let length = node.length;
    if length.least.is_some() || length.most.is_some() {
        let characters = text.chars().count() as u64;
        if let Some(most) = length.most.filter(|most| characters > *most) {
            tell(format!("String '{text}' exceeds maximum length of {most}."));
        }
        if let Some(least) = length.least.filter(|least| characters < *least) {
            tell(format!("String '{text}' is less than minimum length of {least}."));
        }
    }
    if let Some(pattern) = node.pattern.as_ref().filter(|pattern| !pattern.is_match(text)) {
        tell(format!("String '{text}' does not match regex pattern '{pattern}'."));
    }
    if node.date_time && !is_date_time(text) {
        tell(format!("String '{text}' does not validate against format 'date-time'."));
    }
}

fn number(
    node: &Node,
    value: f64,
    shown: &str,
    written: fn(f64) -> String,
    tell: &mut impl FnMut(String),
) {
    if let Some(most) = node.number.most.filter(|most| value > *most) {
        tell(format!("{shown} exceeds maximum value of {}.", written(most)));
    }
    if let Some(least) = node.number.least.filter(|least| value < *least) {
        tell(format!("{shown} is less than minimum value of {}.", written(least)));
    }
}

/// Whether a value of the list is this one; 1 and 1.0 are.
fn same(value: &Value, token: &Token<'_>) -> bool {
    match (value, token) {
        (Value::String(value), Token::String(text)) => *value == text.decode(),
        (Value::Bool(true), Token::True) | (Value::Bool(false), Token::False) => true,
        (Value::Null, Token::Null) => true,
        (Value::Number(value), Token::Integer(raw) | Token::Float(raw)) => {
            value.as_f64() == Some(double(raw))
        }
        _ => false,
    }
}
