//! What is kept of an attempt.

use super::{Reply, Ruling};
use crate::fault::{Code, Fault};
use crate::injection::Applied;
use crate::model::finding::Finding;
use crate::store::deliveries::Attempt;
use crate::text::{Text, text};

/// What a fault has made is no answer of the partner's: it counts for the schedule, and nothing is said
/// of its worth.
pub(super) fn fair<E>(ruling: Ruling<E>, reply: &Reply, applied: &Applied) -> Ruling<E> {
    let is_late = matches!(reply, Reply::Failed(fault) if fault.code == Code::PartnerTimeout);
    let Some(fault) = applied.injected().find(|fault| fault.stands_in(is_late)) else {
        return ruling;
    };
    let finding = Finding {
        level: "note".to_owned(),
        place: fault.place().to_owned(),
        rule: "injected_fault".to_owned(),
        text: fault.sentence("the partner"),
        ..Finding::default()
    };
    let findings = Finding::written(&[finding]);
    Ruling { verdict: None, findings, ..ruling }
}

/// An attempt as it is kept.
pub(super) fn made<E>(at: i64, took: i64, reply: Reply, ruling: &Ruling<E>) -> Attempt {
    let (status, failure, kind, answer) = match reply {
        Reply::Answered { status, kind, body, .. } => (Some(status), None, kind, Some(body)),
        Reply::Failed(fault) => (None, Some(said(fault)), None, None),
    };
    let (verdict, findings) = (ruling.verdict.map(str::to_owned), ruling.findings.clone());
    Attempt { at, took, status, failure, verdict, findings, kind, answer }
}

/// Code, what happened and what to do.
fn said(fault: Fault) -> Text {
    text!("{code}: {detail}", code = fault.code.name(), detail => fault.detail).and(fault.hint)
}
