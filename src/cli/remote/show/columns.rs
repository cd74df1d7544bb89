//! The app's message, the gateway's doings and the partner's message, side by side.

use std::io::{self, Write};

use super::super::detail::{Change, Detail, Message};
use super::super::paint::{Paint, Tone};
use super::super::table;
use super::tool;
use crate::cli::words::{said, words};

/// A row: what the app has, what was done, what the partner has.
type Cells = [String; 3];

/// Columns where stdout is no terminal, and the least.
const USUAL: usize = 120;
const LEAST: usize = 48;
const BETWEEN: &str = " │ ";

/// The request from left to right, then the answer from right to left.
pub(super) fn write(detail: &Detail, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let width = paint.width.unwrap_or(USUAL).max(LEAST);
    let sheet = Sheet { each: (width - 2 * BETWEEN.chars().count()) / 3, paint };
    let stages = &detail.stages;
    let heading = [words!("App"), words!("Gateway"), words!("Partner")];
    writeln!(out)?;
    sheet.write(&heading, Tone::Strong, out)?;
    let rule = "─".repeat(sheet.each);
    writeln!(out, "{}", [rule.as_str(); 3].join("─┼─"))?;
    let (asked, passed) = (stages.asked.as_ref(), stages.passed.as_ref());
    let stand_in = detail.row.stand_in().map(|one| format!("✳ {}", said(&tool(one))));
    let done = match (&detail.row.code, detail.row.rule) {
        _ if passed.is_none() && stand_in.is_some() => stand_in.clone().unwrap_or_default(),
        (Some(code), _) if passed.is_none() => format!("✕ {code}"),
        (_, Some(rule)) => words!("→ rule {rule}", rule),
        (_, None) => "→".to_owned(),
    };
    let request = Pair { of: "request", left: asked, right: passed, changes: &detail.changes };
    for (cells, tone) in request.rows(done) {
        sheet.write(&cells, tone, out)?;
    }
    writeln!(out, "{}", [rule.as_str(); 3].join("─┼─"))?;
    let (answered, returned) = (stages.answered.as_ref(), stages.returned.as_ref());
    let done = match (stand_in, &detail.row.code) {
        (Some(fault), _) => fault,
        (None, Some(code)) => format!("← {code}"),
        (None, None) => "←".to_owned(),
    };
    let answer = Pair { of: "answer", left: returned, right: answered, changes: &detail.changes };
    for (cells, tone) in answer.rows(done) {
        sheet.write(&cells, tone, out)?;
    }
    Ok(())
}

/// One message as the app has it and as the partner has it.
struct Pair<'a> {
    of: &'a str,
    left: Option<&'a Message>,
    right: Option<&'a Message>,
    changes: &'a [Change],
}

impl Pair<'_> {
    fn rows(&self, done: String) -> Vec<(Cells, Tone)> {
        let line = |side: Option<&Message>| side.map_or("", |message| &message.line).to_owned();
        let mut rows = vec![([line(self.left), done, line(self.right)], Tone::Strong)];
        for change in self.changes.iter().filter(|change| change.of == self.of) {
            rows.push(self.changed(change));
        }
        let changed = |name: &str| {
            let mut own = self.changes.iter().filter(|change| change.of == self.of);
            own.any(|change| change.name.eq_ignore_ascii_case(name))
        };
        let [left, right] = [self.left, self.right].map(|side| {
            let fields = side.into_iter().flat_map(|message| &message.fields);
            let same = fields.filter(|field| !changed(&field.name));
            same.map(|field| (field.name.to_ascii_lowercase(), written(&field.name, &field.value)))
                .collect::<Vec<_>>()
        });
        let mut others = right;
        for (name, text) in left {
            let twin = others.iter().position(|(other, _)| *other == name);
            let twin = twin.map(|at| others.remove(at).1).unwrap_or_default();
            rows.push(([text, String::new(), twin], Tone::Plain));
        }
        let alone = |(_, text)| ([String::new(), String::new(), text], Tone::Plain);
        rows.extend(others.into_iter().map(alone));
        rows
    }

    /// A request is changed on its way to the right, an answer on its way to the left.
    fn changed(&self, change: &Change) -> (Cells, Tone) {
        let side = |values: &Option<String>| {
            let lines = values.as_deref().map(str::lines).into_iter().flatten();
            lines.map(|value| written(&change.name, value)).collect::<Vec<_>>().join("\n")
        };
        let (sign, tone) = match change.change.as_str() {
            "removed" => ('−', Tone::Bad),
            "added" => ('+', Tone::Good),
            _ => ('±', Tone::Warn),
        };
        let reason = format!("{sign} {}", said(&change.reason));
        let (was, now) = (side(&change.was), side(&change.now));
        match self.of {
            "request" => ([was, reason, now], tone),
            _ => ([now, reason, was], tone),
        }
    }
}

struct Sheet {
    each: usize,
    paint: Paint,
}

impl Sheet {
    fn write(&self, cells: &Cells, tone: Tone, out: &mut dyn Write) -> io::Result<()> {
        let folded = cells.each_ref().map(|cell| folded(&table::safe(cell), self.each));
        let height = folded.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let line = folded.each_ref().map(|cell| {
                let text = cell.get(at).map_or("", String::as_str);
                self.paint.tone(tone, &format!("{text:width$}", width = self.each))
            });
            writeln!(out, "{}", line.join(BETWEEN).trim_end())?;
        }
        Ok(())
    }
}

fn written(name: &str, value: &str) -> String {
    format!("{name}: {value}")
}

/// Lines of at most so many characters, broken at blanks where there are some.
fn folded(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut rest: Vec<char> = line.chars().collect();
        while rest.len() > width {
            let blank = rest.iter().take(width + 1).rposition(|letter| *letter == ' ');
            let at = blank.filter(|at| *at > width / 3).unwrap_or(width);
            let tail = rest.split_off(at);
            lines.push(rest.into_iter().collect());
            rest = tail.into_iter().skip(usize::from(blank == Some(at))).collect();
        }
        lines.push(rest.into_iter().collect());
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(folded("one two three", 8), ["one two", "three"]);
        assert_eq!(folded("aaaaaaaaaa", 4), ["aaaa", "aaaa", "aa"]);
        assert_eq!(folded("a\nb", 4), ["a", "b"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_too_wide(text in "[a-zж ]{0,60}", width in 3_usize..20) {
            let lines = folded(&text, width);
            prop_assert!(lines.iter().all(|line| line.chars().count() <= width));
            let bare = |text: &str| text.replace(' ', "");
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
        }
    }
}
