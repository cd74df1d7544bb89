//! Text for people: aligned columns, moments, spans, and what others wrote.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::paint::shortened;

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

/// The same for a terminal of so many columns: where it has too few, columns are left out in the order of
/// `spare`, and then the widest that is left is cut.
pub(super) fn write_within<const N: usize>(
    rows: &[[String; N]],
    width: Option<usize>,
    spare: &[usize],
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(width) = width else { return write(rows, out) };
    let widest = |at: usize| rows.iter().filter_map(|row| Some(row.get(at)?.chars().count())).max();
    let mut kept: Vec<(usize, usize)> =
        (0..N).map(|at| (at, widest(at).unwrap_or_default())).collect();
    let total = |kept: &[(usize, usize)]| {
        let gaps = 2 * kept.len().saturating_sub(1);
        kept.iter().map(|(_, width)| width).sum::<usize>() + gaps
    };
    let mut spare = spare.iter();
    while total(&kept) > width
        && let Some(left_out) = spare.next()
    {
        kept.retain(|(at, _)| at != left_out);
    }
    let over = total(&kept).saturating_sub(width);
    if let Some((_, widest)) = kept.iter_mut().max_by_key(|(_, width)| *width) {
        *widest = widest.saturating_sub(over).max(1);
    }
    for row in rows {
        let cells = kept
            .iter()
            .filter_map(|(at, width)| Some(format!("{:width$}", shortened(row.get(*at)?, *width))));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// How many characters tell ids apart, 8 or more.
pub(super) fn distinct(ids: &[&str]) -> usize {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let common = |pair: &[&str]| match pair {
        [one, other] => one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count() + 1,
        _ => 0,
    };
    sorted.windows(2).map(common).max().unwrap_or_default().max(8)
}

/// An RFC 3339 moment to the second, where the command runs.
pub(super) fn moment(text: &str) -> String {
    in_form(text, "%Y-%m-%d %H:%M:%S")
}

fn in_form(text: &str, form: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(at) => at.to_zoned(TimeZone::system()).strftime(form).to_string(),
        Err(_) => safe(text),
    }
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
        for text in ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05Z"] {
            let shown = moment(text);
            assert!(shown.len() == 19 && shown.ends_with(":05"), "{shown}");
        }
        assert_eq!(moment("soon"), "soon");
    }

    #[test]
    fn a_table_fits_its_terminal() {
        let rows = [["TIME", "WHAT", "MORE"], ["12:00", "a long text indeed", "rest"]];
        let rows = rows.map(|row| row.map(str::to_owned));
        let written = |width| {
            let mut out = Vec::new();
            write_within(&rows, width, &[2], &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(None), written(Some(31)), "all of it");
        assert_eq!(written(Some(25)), "TIME   WHAT\n12:00  a long text indeed\n");
        for width in [12, 15, 24] {
            let text = written(Some(width));
            assert!(text.lines().all(|line| line.chars().count() <= width), "{width}: {text}");
            assert!(text.contains('…'), "{text}");
        }
    }

    #[test]
    fn a_partners_text_cannot_steer_a_terminal() {
        assert_eq!(body(&json!("a\u{1b}[2J\nb")), "a\\u{1b}[2J\nb");
        assert!(!line(&json!({"a": "\u{9b}2J"})).contains('\u{9b}'));
        assert_eq!(line(&json!("x".repeat(161))).chars().count(), 161);
    }
}
