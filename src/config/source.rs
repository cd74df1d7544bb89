//! The text of a file, its lines, and which stretches of it are never shown.

use std::ops::Range;
use std::sync::Arc;

use super::drafts::{Draft, Drafts};
use super::finding::{Finding, Place};

/// A file's text, of which each place is found in the same time, however long its lines are.
#[derive(Debug)]
pub(super) struct Source<'t> {
    pub(super) name: Arc<str>,
    pub(super) text: &'t str,
    /// What is before each [`BLOCK`] bytes.
    blocks: Vec<Before>,
}

/// What is before a byte.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    characters: usize,
    line_ends: usize,
    /// Where the line of the byte begins.
    start: usize,
}

impl<'t> Source<'t> {
    pub(super) fn new(name: &str, text: &'t str) -> Self {
        let mut before = Before::default();
        let blocks = text.as_bytes().chunks(BLOCK).enumerate().map(|(block, bytes)| {
            let here = before;
            before.pass(block * BLOCK, bytes);
            here
        });
        Self { name: name.into(), text, blocks: blocks.collect() }
    }

    /// Line and column from 1, the column in characters.
    pub(super) fn position(&self, at: usize) -> (usize, usize) {
        let here = self.before(at);
        (here.line_ends + 1, here.characters - self.before(here.start).characters + 1)
    }

    /// Finishes drafts: sorted by place, their lines shown without what `secrets` cover.
    pub(super) fn findings(&self, drafts: Drafts, secrets: &[Range<usize>]) -> Vec<Finding> {
        let mut drafts = drafts.shown();
        drafts.sort_by_key(|draft| draft.at.start);
        drafts.into_iter().map(|draft| self.finding(draft, secrets)).collect()
    }

    fn finding(&self, draft: Draft, secrets: &[Range<usize>]) -> Finding {
        let (line, column) = self.position(draft.at.start);
        let bounds = self.line(line);
        let window = self.window(&bounds, draft.at.start);
        let marked =
            draft.at.start..draft.at.end.clamp(draft.at.start, window.end.max(draft.at.start));
        let width = self.text.get(marked).map_or(0, |text| text.trim_end().chars().count());
        let mut text = self.masked(window.clone(), secrets);
        let mut skipped = 0;
        if window.start > bounds.start {
            text.insert(0, '…');
            skipped = self.position(window.start).1 - 2;
        }
        if window.end < bounds.end {
            text.push('…');
        }
        Finding {
            severity: draft.severity,
            file: Arc::clone(&self.name),
            place: Some(Place { line, column, width, text: Some(text), skipped }),
            message: draft.message,
            help: draft.help,
        }
    }

    /// The bytes of a line, its end left out.
    pub(super) fn line(&self, line: usize) -> Range<usize> {
        let start = self.start(line).unwrap_or(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        let text = rest.split('\n').next().unwrap_or_default();
        start..start + text.trim_end_matches('\r').len()
    }

    /// The byte a line begins at.
    fn start(&self, line: usize) -> Option<usize> {
        let ends = line.saturating_sub(1);
        if ends == 0 {
            return Some(0);
        }
        let block = self.blocks.partition_point(|before| before.line_ends < ends).checked_sub(1)?;
        let (from, before) = (block * BLOCK, self.blocks.get(block)?);
        let bytes = self.text.as_bytes().get(from..)?.iter().enumerate();
        let mut ends_here = bytes.filter(|(_, byte)| **byte == b'\n');
        ends_here.nth(ends - before.line_ends - 1).map(|(at, _)| from + at + 1)
    }

    fn before(&self, at: usize) -> Before {
        let block = (at / BLOCK).min(self.blocks.len().saturating_sub(1));
        let mut before = self.blocks.get(block).copied().unwrap_or_default();
        let from = block * BLOCK;
        let end = at.min(self.text.len());
        before.pass(from, self.text.as_bytes().get(from..end).unwrap_or_default());
        before
    }

    /// What is shown of a line for the sake of one place in it.
    fn window(&self, line: &Range<usize>, at: usize) -> Range<usize> {
        let whole = self.text.get(line.clone()).unwrap_or_default();
        if whole.chars().take(SHOWN + 1).count() <= SHOWN {
            return line.clone();
        }
        let head = self.text.get(line.start..at.min(line.end)).unwrap_or_default();
        let back = head.char_indices().rev().nth(SHOWN_BEFORE - 1);
        let start = back.map_or(line.start, |(byte, _)| line.start + byte);
        let rest = self.text.get(start..line.end).unwrap_or_default();
        let end = rest.char_indices().nth(SHOWN).map_or(line.end, |(byte, _)| start + byte);
        start..end
    }

    /// A stretch of a line with an asterisk for each character of a secret.
    fn masked(&self, stretch: Range<usize>, secrets: &[Range<usize>]) -> String {
        let first = secrets.partition_point(|secret| secret.end <= stretch.start);
        let near = secrets.get(first..).unwrap_or_default();
        let near = near.split(|secret| secret.start >= stretch.end).next().unwrap_or_default();
        let text = self.text.get(stretch.clone()).unwrap_or_default();
        let hidden = |at: usize| near.iter().any(|secret| secret.contains(&(stretch.start + at)));
        text.char_indices()
            .map(|(at, letter)| match letter {
                _ if hidden(at) => '*',
                '\t' => ' ',
                _ => letter,
            })
            .collect()
    }
}

impl Before {
    /// Passes bytes that begin at `from`.
    fn pass(&mut self, from: usize, bytes: &[u8]) {
        for (at, byte) in bytes.iter().enumerate() {
            self.characters += usize::from(byte & 0xC0 != 0x80);
            if *byte == b'\n' {
                self.line_ends += 1;
                self.start = from + at + 1;
            }
        }
    }
}

/// Bytes that are walked at most to find a place.
const BLOCK: usize = 1024;
/// Characters that are shown of a line at most.
const SHOWN: usize = 200;
/// Those of them that are before the place, where it is far in the line.
const SHOWN_BEFORE: usize = 80;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::finding::Severity;

    fn draft(at: Range<usize>) -> Draft {
        Draft {
            severity: Severity::Error,
            at,
            message: crate::text::Text::fixed("wrong"),
            help: None,
        }
    }

    fn shown(text: &str, at: Range<usize>, secrets: &[Range<usize>]) -> (Place, String) {
        let mut drafts = Drafts::default();
        drafts.note(Severity::Error, || draft(at));
        let finding = Source::new("a.yaml", text).findings(drafts, secrets).remove(0);
        let rendered = finding.render(false);
        (finding.place.unwrap_or_else(|| panic!("no place")), rendered)
    }

    #[test]
    fn of_a_long_line_the_surroundings_of_the_place_are_shown() {
        let line = format!("{}касса{}", "б".repeat(5000), "ю".repeat(5000));
        let at = "б".len() * 5000;
        let (place, rendered) = shown(&format!("x: 1\n{line}\n"), 5 + at..5 + at + 10, &[]);
        assert_eq!((place.line, place.column, place.width), (2, 5001, 5));
        let text = place.text.unwrap_or_default();
        assert_eq!(text.chars().count(), 202);
        assert!(text.starts_with("…б") && text.ends_with("ю…"), "{text}");
        assert!(rendered.contains("a.yaml:2:5001"), "{rendered}");
        let caret = rendered.lines().last().and_then(|line| line.split_once('^'));
        let above = rendered.lines().rev().nth(1).unwrap_or_default();
        let under = caret.map_or(0, |(before, _)| before.chars().count());
        assert_eq!(above.chars().nth(under), Some('к'), "{rendered}");
    }

    #[test]
    fn a_secret_stays_masked_where_its_line_is_cut() {
        let line = format!("{}hunter2{}", "a".repeat(1000), "b".repeat(1000));
        let (place, _) = shown(&line, 1010..1011, std::slice::from_ref(&(1000..1007)));
        let text = place.text.unwrap_or_default();
        assert!(text.contains("a*******b"), "{text}");
    }

    proptest! {
        #[test]
        fn places_are_found_as_by_counting(text in "[aя\n\r]{0,3000}", share in 0.0..=1.0f64) {
            let mut at = (text.len() as f64 * share) as usize;
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let before = &text[..at];
            let line = before.matches('\n').count() + 1;
            let start = before.rfind('\n').map_or(0, |end| end + 1);
            let source = Source::new("a", &text);
            prop_assert_eq!(source.position(at), (line, before[start..].chars().count() + 1));
            let whole = text[start..].split('\n').next().unwrap_or_default().trim_end_matches('\r');
            prop_assert_eq!(source.line(line), start..start + whole.len());
        }
    }
}
