//! No body is too strange.

use evotor_gateway::asna::check::{self, Refused, Schema, check};
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{anything, invalid, stocks};

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[к😀\n\"\\\\/ ]{0,6}".prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("[a-z.😀]{0,4}", inner), 0..6)
                .prop_map(|members| Value::from(Map::from_iter(members))),
        ]
    })
}

/// Pieces that a mutilated document consists of.
fn fragments() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "'",
        "\\",
        "\\u",
        "/",
        "/*",
        "*/",
        "//",
        "\n",
        "\r",
        " ",
        "a",
        "null",
        "true",
        "new",
        "NaN",
        "-",
        "-I",
        "0x",
        "1",
        ".",
        "e",
        "к",
        "😀",
        "\0",
        "stocks",
        "\"stocks\":",
        "\"prtId\":",
        "\u{2028}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Position behind a piece of text on one line.
fn end(text: &str) -> usize {
    text.encode_utf16().count()
}

proptest! {
    #[test]
    fn no_bytes_bring_it_down(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = check(&stocks(), &body);
    }

    #[test]
    fn no_broken_document_brings_it_down(body in fragments()) {
        let message = match check(&stocks(), body.as_bytes()) {
            Err(Refused::Unreadable(message)) => message,
            _ => return Ok(()),
        };
        let (_, position) = message.rsplit_once("position ").unwrap();
        prop_assert!(position.trim_end_matches('.').parse::<usize>().unwrap() <= end(&body));
    }

    #[test]
    fn every_json_text_is_read(value in value()) {
        prop_assert_eq!(check(&anything(), value.to_string().as_bytes()), Ok(()));
        prop_assert_eq!(check::value(value.to_string().as_bytes()), Ok(value.clone()));
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(check(&anything(), pretty.as_bytes()), Ok(()));
    }

    #[test]
    fn positions_are_the_ends_of_values(values in prop::collection::vec(value(), 1..8)) {
        let schema = Schema::parse(r#"{"items":{"maxLength":0,"type":"string"}}"#).unwrap();
        let body = Value::from(values.clone()).to_string();
        let mut at = 1;
        let mut expected = Vec::new();
        for (number, value) in values.iter().enumerate() {
            let text = value.to_string();
            let told = if value.is_array() || value.is_object() { 1 } else { end(&text) };
            if value.as_str() != Some("") {
                expected.push((format!("[{number}]"), at + told));
            }
            at += end(&text) + 1;
        }
        prop_assume!(!expected.is_empty());
        let found: Vec<_> = invalid(&schema, &body).into_iter().map(|error| {
            let rest = error.message.strip_prefix("Line: 1 Position: ").unwrap().to_owned();
            (error.field, rest.split(' ').next().unwrap().parse::<usize>().unwrap())
        }).collect();
        prop_assert_eq!(found, expected);
    }
}
