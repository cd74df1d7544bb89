//! Everything that is wrong with a file, at once.

use std::fmt;

use serde_json::{Value, json};

use super::finding::{Finding, Severity};

/// Why a file is refused: every mistake in it, and its warnings, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// At least one error.
    pub findings: Vec<Finding>,
}

impl Report {
    /// All findings with their source lines, then their number, for a terminal.
    pub fn render(&self, color: bool) -> String {
        let mut out = String::new();
        for finding in &self.findings {
            out.push_str(&finding.render(color));
            out.push_str("\n\n");
        }
        out.push_str(&self.summary());
        out.push('\n');
        out
    }

    /// All findings, for programs.
    pub fn to_json(&self) -> Value {
        json!({ "findings": self.findings.iter().map(Finding::to_json).collect::<Vec<_>>() })
    }

    /// `2 errors, 1 warning`.
    pub fn summary(&self) -> String {
        let errors = self.findings.iter().filter(|f| f.severity == Severity::Error).count();
        let warnings = self.findings.len() - errors;
        match warnings {
            0 => count(errors, "error"),
            _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Report {}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
