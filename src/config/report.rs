//! Everything that is wrong with a file, at once.

use std::fmt;

use serde_json::{Value, json};

use super::finding::{Finding, Severity};
use crate::text::{Language, Text, text};

/// Why a file is refused: every mistake in it, and its warnings, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// At least one error, and no more than 100.
    pub findings: Vec<Finding>,
    /// Whether there are further mistakes; reading stopped at them.
    pub more: bool,
    /// How many further warnings there are.
    pub more_warnings: usize,
}

impl Report {
    /// Of what is wrong, and nothing more.
    pub(super) fn of(findings: Vec<Finding>) -> Self {
        Self { findings, more: false, more_warnings: 0 }
    }

    /// All findings with their source lines, then their number, for a terminal.
    pub fn render(&self, color: bool) -> String {
        let mut out = String::new();
        for finding in &self.findings {
            out.push_str(&finding.render(color));
            out.push_str("\n\n");
        }
        out.push_str(&self.summary().in_language(Language::of_scope()));
        out.push('\n');
        out
    }

    /// All findings, for programs.
    pub fn to_json(&self) -> Value {
        json!({ "findings": self.findings.iter().map(Finding::to_json).collect::<Vec<_>>() })
    }

    /// `2 errors, 1 warning`; `100 errors and more` where reading stopped at them.
    pub fn summary(&self) -> Text {
        let errors = self.findings.iter().filter(|f| f.severity == Severity::Error).count();
        let warnings = self.findings.len() - errors + self.more_warnings;
        let errors = match (errors, self.more) {
            (1, false) => text!("1 error"),
            (1, true) => text!("1 error and more"),
            (n, false) => text!("{n} errors", n),
            (n, true) => text!("{n} errors and more", n),
        };
        match warnings {
            0 => errors,
            1 => text!("{errors}, 1 warning", errors => errors),
            n => text!("{errors}, {n} warnings", errors => errors, n),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Report {}
