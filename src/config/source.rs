//! The text of a file, its lines, and which stretches of it are never shown.

use std::ops::Range;
use std::sync::Arc;

use super::finding::{Finding, Place, Severity};

/// A file's text with its lines found once.
#[derive(Debug)]
pub(super) struct Source<'t> {
    pub(super) name: Arc<str>,
    pub(super) text: &'t str,
    /// The byte each line begins at.
    lines: Vec<usize>,
}

/// A finding before secrets are known and its line is cut out.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) severity: Severity,
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl<'t> Source<'t> {
    pub(super) fn new(name: &str, text: &'t str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        Self { name: name.into(), text, lines: lines.collect() }
    }

    /// Line and column from 1, the column in characters.
    pub(super) fn position(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.lines.get(line).copied().unwrap_or_default();
        let before = self.text.get(start..at).unwrap_or_default();
        (line + 1, before.chars().count() + 1)
    }

    /// Finishes drafts: sorted by place, their lines shown without what `secrets` cover.
    pub(super) fn findings(
        &self,
        mut drafts: Vec<Draft>,
        secrets: &[Range<usize>],
    ) -> Vec<Finding> {
        drafts.sort_by_key(|draft| draft.at.start);
        drafts.into_iter().map(|draft| self.finding(draft, secrets)).collect()
    }

    fn finding(&self, draft: Draft, secrets: &[Range<usize>]) -> Finding {
        let (line, column) = self.position(draft.at.start);
        let bounds = self.line(line);
        let marked =
            draft.at.start..draft.at.end.clamp(draft.at.start, bounds.end.max(draft.at.start));
        let width = self.text.get(marked).map_or(0, |text| text.trim_end().chars().count());
        let place = Place { line, column, width, text: Some(self.masked(bounds, secrets)) };
        Finding {
            severity: draft.severity,
            file: Arc::clone(&self.name),
            place: Some(place),
            message: draft.message,
            help: draft.help,
        }
    }

    /// The bytes of a line, its end left out.
    pub(super) fn line(&self, line: usize) -> Range<usize> {
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        let text = self.text.get(start..end).unwrap_or_default();
        start..start + text.trim_end_matches(['\n', '\r']).len()
    }

    /// A line with an asterisk for each character of a secret.
    fn masked(&self, line: Range<usize>, secrets: &[Range<usize>]) -> String {
        let first = secrets.partition_point(|secret| secret.end <= line.start);
        let near = secrets.get(first..).unwrap_or_default();
        let near = near.split(|secret| secret.start >= line.end).next().unwrap_or_default();
        let text = self.text.get(line.clone()).unwrap_or_default();
        let hidden = |at: usize| near.iter().any(|secret| secret.contains(&(line.start + at)));
        text.char_indices()
            .map(|(at, letter)| match letter {
                _ if hidden(at) => '*',
                '\t' => ' ',
                _ => letter,
            })
            .collect()
    }
}
