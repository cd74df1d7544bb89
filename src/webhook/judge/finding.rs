//! What was found in an answer, and the sheet it is noted on.

use serde::Serialize;

use super::rule::Rule;
use crate::text::{Text, kept};

/// How an answer, or one finding about it, stands to the contract. Ordered from mild to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As documented.
    Pass,
    /// The cloud is believed to cope; the documentation says otherwise, or trouble is near.
    Warn,
    /// It never reached the partner, so there is nothing that could keep or break a contract.
    Undelivered,
    /// The contract is broken.
    Fail,
}

impl Verdict {
    /// The word in answers and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Undelivered => "undelivered",
            Self::Fail => "fail",
        }
    }
}

/// The part of an answer that a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// There was no answer.
    Connection,
    /// The status line.
    Status,
    /// The header `Content-Type`.
    ContentType,
    /// The body, at the finding's pointer.
    Body,
}

/// One thing to say about an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How grave it is under the fidelity asked for.
    pub level: Verdict,
    /// Where it is.
    pub place: Place,
    /// RFC 6901 pointer into the body; empty for the whole, and for the other places.
    pub pointer: String,
    /// The rule's stable name.
    pub rule: &'static str,
    /// What is wrong and what to change; never a secret.
    #[serde(with = "kept")]
    pub text: Text,
    /// Where the rule comes from.
    pub source: &'static str,
}

/// An answer with a thousand wrong entries needs no thousand findings.
const MOST: usize = 20;

/// Collects findings under one fidelity.
#[derive(Debug)]
pub(super) struct Sheet {
    strict: bool,
    findings: Vec<Finding>,
}

impl Sheet {
    pub(super) fn new(strict: bool) -> Self {
        Self { strict, findings: Vec::new() }
    }

    /// Whether a further finding would change nothing.
    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= MOST
    }

    /// The gravest level noted.
    pub(super) fn worst(&self) -> Verdict {
        self.findings.iter().map(|finding| finding.level).max().unwrap_or(Verdict::Pass)
    }

    pub(super) fn connection(&mut self, rule: Rule, text: impl Into<Text>) {
        self.note(rule, Place::Connection, String::new(), text.into());
    }

    pub(super) fn status(&mut self, rule: Rule, text: impl Into<Text>) {
        self.note(rule, Place::Status, String::new(), text.into());
    }

    pub(super) fn content_type(&mut self, rule: Rule, text: impl Into<Text>) {
        self.note(rule, Place::ContentType, String::new(), text.into());
    }

    pub(super) fn body(&mut self, rule: Rule, pointer: impl Into<String>, text: impl Into<Text>) {
        self.note(rule, Place::Body, pointer.into(), text.into());
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn note(&mut self, rule: Rule, place: Place, pointer: String, text: Text) {
        let level = if self.strict { rule.strict() } else { rule.loose() };
        if self.is_full() && level <= self.worst() {
            return;
        }
        let source = rule.source();
        self.findings.push(Finding { level, place, pointer, rule: rule.id(), text, source });
    }
}
