//! What reading has noted, within a bound: a report is for people.

use std::ops::Range;

use super::finding::Severity;
use crate::text::Text;

/// How many mistakes and warnings are told.
pub(super) const MOST: usize = 100;

/// A finding before secrets are known and its line is cut out.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) severity: Severity,
    pub(super) at: Range<usize>,
    pub(super) message: Text,
    pub(super) help: Option<Text>,
}

/// Mistakes and warnings in the order of reading.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    errors: Vec<Draft>,
    warnings: Vec<Draft>,
    more_errors: bool,
    more_warnings: usize,
}

impl Drafts {
    /// Keeps what `draft` gives, if there is room for it.
    pub(super) fn note(&mut self, severity: Severity, draft: impl FnOnce() -> Draft) {
        let kept = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        if kept.len() < MOST {
            return kept.push(draft());
        }
        match severity {
            Severity::Error => self.more_errors = true,
            Severity::Warning => self.more_warnings += 1,
        }
    }

    /// Whether there are more mistakes than are told, so that nothing needs to be read any more.
    pub(super) fn is_full(&self) -> bool {
        self.more_errors
    }

    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.errors.is_empty() && self.warnings.is_empty()
    }

    /// Warnings that [`Drafts::shown`] leaves out.
    pub(super) fn more_warnings(&self) -> usize {
        self.more_warnings + (self.errors.len() + self.warnings.len()).saturating_sub(MOST)
    }

    /// What is told, mistakes before warnings.
    pub(super) fn shown(self) -> Vec<Draft> {
        let mut shown = self.errors;
        shown.extend(self.warnings);
        shown.truncate(MOST);
        shown
    }
}

/// A text as far as a report repeats it.
pub(super) fn clipped(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Characters of a message or a hint at most; the longest of our own list all keys of a section.
const LONGEST: usize = 500;
