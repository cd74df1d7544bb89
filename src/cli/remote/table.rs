//! Text for people: aligned columns, moments, spans, and what others wrote.

use std::io::{self, Write};

use serde_json::Value;

/// Rows with their columns aligned.
pub(super) fn write<const N: usize>(rows: &[[String; N]], out: &mut dyn Write) -> io::Result<()> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// An RFC 3339 moment to the second.
pub(super) fn moment(text: &str) -> String {
    text.split_once('.').map_or_else(|| text.to_owned(), |(seconds, _)| format!("{seconds}Z"))
}

/// Seconds as days, hours, minutes and seconds: `3d`, `1h 30m`.
pub(super) fn span(seconds: u64) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')];
    let mut left = seconds;
    let mut parts = Vec::new();
    for (size, name) in units {
        if left >= size {
            parts.push(format!("{}{name}", left / size));
            left %= size;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

/// A body as it reads best: JSON laid out, text as it is.
pub(super) fn body(value: &Value) -> String {
    match value {
        Value::String(text) => safe(text),
        other => safe(&format!("{other:#}")),
    }
}

/// A body on one line of bounded length.
pub(super) fn line(value: &Value) -> String {
    const MOST: usize = 160;
    let text = match value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    let mut short: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    safe(&short)
}

/// A text of somebody else's that cannot steer a terminal.
pub(super) fn safe(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a", "жук", "x"], ["bcd", "e", ""]].map(|row| row.map(str::to_owned));
        let mut out = Vec::new();
        write(&rows, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a    жук  x\nbcd  e\n");
    }

    #[test]
    fn spans_leave_out_what_is_nothing() {
        assert_eq!(span(0), "0s");
        assert_eq!(span(3 * 86_400), "3d");
        assert_eq!(span(5_400), "1h 30m");
        assert_eq!(span(86_401), "1d 1s");
    }

    #[test]
    fn moments_end_with_the_second() {
        assert_eq!(moment("2026-01-02T03:04:05.678Z"), "2026-01-02T03:04:05Z");
        assert_eq!(moment("2026-01-02T03:04:05Z"), "2026-01-02T03:04:05Z");
    }

    #[test]
    fn a_partners_text_cannot_steer_a_terminal() {
        assert_eq!(body(&json!("a\u{1b}[2J\nb")), "a\\u{1b}[2J\nb");
        assert!(!line(&json!({"a": "\u{9b}2J"})).contains('\u{9b}'));
        assert_eq!(line(&json!("x".repeat(161))).chars().count(), 161);
    }
}
