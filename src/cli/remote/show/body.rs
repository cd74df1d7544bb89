//! A body on a terminal: JSON laid out, text as it is, other bytes as numbers.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;

use super::super::detail::Body;
use super::super::table;
use crate::cli::words::words;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Glance,
    Page,
    Whole,
}

impl Length {
    fn lines(self) -> usize {
        match self {
            Self::Glance => 12,
            Self::Page => 60,
            Self::Whole => usize::MAX,
        }
    }
}

/// Size and kind.
pub(super) fn facts(body: &Body) -> String {
    let mut text = words!("{bytes} bytes", bytes = body.bytes);
    let kinds = [body.kind.as_deref(), body.encoding.as_deref()];
    for kind in kinds.into_iter().flatten() {
        text.push_str(&format!(", {}", table::safe(kind)));
    }
    text
}

/// As much of the text as is asked for, and a note on what is left out.
pub(super) fn write(
    body: &Body,
    length: Length,
    stage: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = text(body);
    let count = text.lines().count();
    for line in text.lines().take(length.lines()) {
        writeln!(out, "{}", table::safe(line))?;
    }
    if let Some(more) = count.checked_sub(length.lines()).filter(|more| *more > 0) {
        writeln!(out, "{}", words!("({more} more lines; --body {stage} shows them)", more, stage))?;
    }
    if body.kept < body.bytes {
        let Body { kept, bytes, .. } = body;
        let note = words!(
            "({kept} of {bytes} bytes are kept; a larger journal.body in gateway.yaml keeps more)",
            kept,
            bytes
        );
        writeln!(out, "{note}")?;
    }
    if body.text_cut {
        writeln!(out, "{}", words!("(only the beginning of the decoded body is shown)"))?;
    }
    Ok(())
}

/// As it reads best.
pub(in crate::cli::remote) fn text(body: &Body) -> String {
    match (&body.text, &body.base64) {
        (Some(text), _) => laid_out(text).unwrap_or_else(|| text.clone()),
        (None, Some(bytes)) => numbers(&STANDARD.decode(bytes).unwrap_or_default()),
        (None, None) => String::new(),
    }
}

/// JSON with a line for each member, its tokens as they were written; `None` where it is none.
fn laid_out(text: &str) -> Option<String> {
    let opens = text.trim_start().starts_with(['{', '[']);
    if !opens || serde_json::from_str::<IgnoredAny>(text).is_err() {
        return None;
    }
    let mut shown = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let (mut in_string, mut escaped) = (false, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if in_string {
            shown.push(letter);
            in_string = escaped || letter != '"';
            escaped = letter == '\\' && !escaped;
            continue;
        }
        match letter {
            blank if blank.is_ascii_whitespace() => {}
            '{' | '[' => {
                shown.push(letter);
                while letters.next_if(char::is_ascii_whitespace).is_some() {}
                match letters.next_if(|next| matches!(next, '}' | ']')) {
                    Some(close) => shown.push(close),
                    None => {
                        depth += 1;
                        break_line(&mut shown, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut shown, depth);
                shown.push(letter);
            }
            ',' => {
                shown.push(',');
                break_line(&mut shown, depth);
            }
            ':' => shown.push_str(": "),
            other => {
                in_string = other == '"';
                shown.push(other);
            }
        }
    }
    Some(shown)
}

fn break_line(shown: &mut String, depth: usize) {
    shown.push('\n');
    shown.extend(std::iter::repeat_n("  ", depth));
}

/// Sixteen bytes a line, as numbers and as letters.
fn numbers(bytes: &[u8]) -> String {
    const EACH: usize = 16;
    let line = |(at, bytes): (usize, &[u8])| {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x} ")).collect();
        let letter = |byte: &u8| if (b' '..=b'~').contains(byte) { char::from(*byte) } else { '.' };
        let letters: String = bytes.iter().map(letter).collect();
        format!("{:08x}  {hex:48} {letters}\n", at * EACH)
    };
    bytes.chunks(EACH).enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn numbers_and_repeated_keys_stay_as_they_were_written() {
        let text = "{\"sum\": 170.10,\"a\":[],\n \"a\":{ },\"b\":[1,{\"c\":\"x, \\\"{y\"}]}";
        let shown = "{\n  \"sum\": 170.10,\n  \"a\": [],\n  \"a\": {},\n  \"b\": [\n    1,\n    {\n      \
                     \"c\": \"x, \\\"{y\"\n    }\n  ]\n}";
        assert_eq!(laid_out(text).as_deref(), Some(shown));
    }

    #[test]
    fn what_is_no_json_is_left_alone() {
        for text in ["", "text", "{\"a\":", "a=1&b=2", "<a/>"] {
            assert_eq!(laid_out(text), None, "{text}");
        }
    }

    #[test]
    fn bytes_are_numbers_and_letters() {
        let lines = numbers(b"GIF89a\x00\xff and more..");
        assert!(lines.starts_with("00000000  47 49 46 38 39 61 00 ff 20 61 "), "{lines}");
        assert!(lines.contains(" GIF89a.. and mor\n00000010  65 2e 2e "), "{lines}");
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(".{0,5}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_laid_out_means_the_same(value in prop::collection::vec(json(), 0..4)) {
            let value = Value::from(value);
            let shown = laid_out(&value.to_string()).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Value>(&shown).unwrap(), &value);
            prop_assert_eq!(laid_out(&shown), Some(shown));
        }
    }
}
