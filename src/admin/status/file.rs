//! gateway.yaml as it was last read: what is wrong with it, while an older one stays in force.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::chip::{Chip, Name, Remedy, State};
use crate::admin::Surface;
use crate::config::finding::{Finding, Severity};
use crate::config::report::Report;
use crate::text::{Text, text};

/// The last reading that was refused; nothing where what was last read is in force.
#[derive(Debug, Default)]
pub struct RefusedFile(ArcSwapOption<Report>);

impl RefusedFile {
    /// The file could not be put in force.
    pub fn refuse(&self, report: Report) {
        self.0.store(Some(Arc::new(report)));
    }

    /// It could not be put in force for a reason that lies outside of it.
    pub fn refuse_for(&self, file: &str, why: Text) {
        let finding = Finding {
            severity: Severity::Error,
            file: file.into(),
            place: None,
            message: why,
            help: None,
        };
        self.refuse(Report { findings: vec![finding], more: false, more_warnings: 0 });
    }

    /// What was last read is in force.
    pub fn take(&self) {
        self.0.store(None);
    }

    /// Whether an older file stays in force.
    pub(in crate::admin) fn is_refused(&self) -> bool {
        self.0.load().is_some()
    }

    /// For `/readyz`: a line for each mistake.
    pub(in crate::admin) fn lines(&self) -> Option<String> {
        let report = self.0.load_full()?;
        let mut text = format!(
            "the configuration was not taken ({}); the old one stays in force\n",
            report.summary()
        );
        for finding in mistakes(&report) {
            text.push_str(&format!("{}\n", line(finding)));
        }
        Some(text)
    }
}

/// Mistakes that are told one by one.
const SHOWN: usize = 20;

fn mistakes(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.severity == Severity::Error).take(SHOWN)
}

fn line(finding: &Finding) -> Text {
    let place = finding.place.as_ref();
    let place = place.map(|place| format!(":{}:{}", place.line, place.column)).unwrap_or_default();
    let file = &finding.file;
    text!("{file}{place}: {message}", file, place, message => finding.message.clone())
}

/// One chip where all is well, else one for each mistake.
pub(super) fn chips(surface: &Surface) -> Vec<Chip> {
    let Some(report) = surface.refused.0.load_full() else {
        let file = surface.proxy.snapshot.load().config.file.clone();
        let text = text!("{file} is in force", file);
        return vec![
            Chip::new(Name::Configuration, State::Ok, "configuration_in_force", text)
                .with("file", file),
        ];
    };
    let chip = |finding: &Finding| {
        let text = text!("{line}; the old configuration stays in force", line => line(finding));
        let check = command_of_check(&finding.file);
        let remedy = match &finding.help {
            None => check,
            Some(help) => text!("{help}; {check}", help => help.clone(), check => check),
        };
        let place = finding.place.as_ref();
        let code = if place.is_some() { "configuration_refused" } else { "configuration_unusable" };
        Chip::new(Name::Configuration, State::Fail, code, text)
            .with("file", &*finding.file)
            .with("line", place.map(|place| place.line))
            .with("column", place.map(|place| place.column))
            .with("shown", place.and_then(|place| place.text.clone()))
            .with("message", serde_json::json!(finding.message))
            .with("help", serde_json::json!(finding.help))
            .remedy(Remedy::new("configuration_fix", remedy))
    };
    mistakes(&report).map(chip).collect()
}

fn command_of_check(file: &str) -> Text {
    Text::verbatim(format!("evotor-gateway check -c {}", crate::shell::word(file)))
}
