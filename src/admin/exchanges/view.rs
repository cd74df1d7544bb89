//! An exchange as the API shows it: what happened, at which stage, and why.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::copy::{Offer, offers};
use super::message::{Message, message};
use crate::fault::Code;
use crate::journal::exchange::{Plane, Stage};
use crate::journal::{Recorded, Summary};
use crate::mask::Masker;
use crate::model::finding::Finding;
use crate::net::transcript::parts;
use crate::proxy::changes::{self, Change, Kind, Of};
use crate::proxy::explanation::{Explanation, explanation};
use crate::proxy::facts::{Fact, SOURCE, facts};
use crate::proxy::snapshot::Snapshot;
use crate::text::Text;

/// All of an exchange.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ExchangeDetail")]
pub(super) struct Detail {
    #[serde(flatten)]
    summary: Summary,
    times: Times,
    entrance: Option<String>,
    to: Option<String>,
    hint: Option<Text>,
    stages: Stages,
    changes: Vec<Told>,
    explanation: Option<Explanation>,
    /// That the token which the request lacks was removed by hand, and can be restored.
    removed_token: Option<Gone>,
    findings: Vec<Finding>,
    /// The forms in which its request can be had for other tools.
    copies: Vec<Offer>,
    /// What was taken although `fidelity: strict` refuses it, and what the vendor's cloud does not do.
    notes: Vec<Text>,
}

/// Microseconds from the beginning.
#[derive(Debug, Serialize, JsonSchema)]
struct Times {
    connected_us: Option<u64>,
    reused: Option<bool>,
    first_byte_us: Option<u64>,
    done_us: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Stages {
    asked: Option<Message>,
    passed: Option<Message>,
    answered: Option<Message>,
    returned: Option<Message>,
}

/// One field that the gateway changed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Change")]
pub(super) struct Told {
    of: Of,
    name: String,
    change: Kind,
    was: Option<String>,
    now: Option<String>,
    reason: &'static str,
}

/// A user's token that was removed by hand.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "GoneToken")]
struct Gone {
    /// The app's id.
    app: String,
    user: String,
    /// RFC 3339, where it is known.
    at: Option<String>,
}

/// Shows an exchange by the configuration that is in force now.
pub(super) fn detail(recorded: &Recorded, known: &Snapshot, mask: Option<&Masker>) -> Detail {
    let mut summary = recorded.summary.clone();
    if let Some(mask) = mask {
        self::mask(&mut summary, mask);
    }
    let more = &recorded.particulars;
    let facts = facts(recorded);
    let stage = |stage| message(recorded, stage, mask);
    Detail {
        times: Times {
            connected_us: more.connected_us,
            reused: more.reused,
            first_byte_us: more.first_byte_us,
            done_us: more.done_us,
        },
        entrance: more.entrance.clone(),
        to: more.to.clone(),
        hint: more.hint.clone().map(|hint| masked(hint, mask)),
        stages: Stages {
            asked: stage(Stage::Asked),
            passed: stage(Stage::Passed),
            answered: stage(Stage::Answered),
            returned: stage(Stage::Returned),
        },
        changes: changed(recorded, known, mask),
        explanation: explained(&recorded.summary, known, mask),
        removed_token: removed_token(&recorded.summary, known),
        copies: offers(recorded),
        findings: found(more.findings.clone(), &facts, known, mask),
        notes: (more.notes.iter().chain(facts.iter().map(|fact| &fact.text)))
            .map(|note| masked(note.clone(), mask))
            .collect(),
        summary,
    }
}

/// What the gateway changed, shown.
pub(super) fn changed(recorded: &Recorded, known: &Snapshot, mask: Option<&Masker>) -> Vec<Told> {
    changes(recorded, known).into_iter().map(|change| told(change, mask)).collect()
}

/// Hides what a line of the timeline would give away.
pub(super) fn mask(row: &mut Summary, mask: &Masker) {
    row.url = mask.url(&row.url).into_owned();
    // A CONNECT's target is kept as it came, and is no host if the app errs.
    row.host = mask.url(&row.host).into_owned();
    row.path = mask.url(&row.path).into_owned();
    if let Some(finding) = &mut row.finding {
        finding.text = hidden(std::mem::take(&mut finding.text), mask);
    }
    row.comment = row.comment.take().map(|text| mask.text(&text).into_owned());
    row.why = row.why.take().map(|why| why.map(&|data| mask.url(data).into_owned()));
}

fn masked(text: Text, mask: Option<&Masker>) -> Text {
    match mask {
        Some(mask) => hidden(text, mask),
        None => text,
    }
}

/// A text whose data shows no secret.
pub(in crate::admin) fn hidden(text: Text, mask: &Masker) -> Text {
    text.map(&|data| mask.text(data).into_owned())
}

fn changes(recorded: &Recorded, known: &Snapshot) -> Vec<Change> {
    let fields = |stage| recorded.stage(stage).map(|kept| parts(&kept.head).1);
    let mut found = Vec::new();
    if recorded.summary.plane != Plane::Proxy {
        return found;
    }
    let replayed_as_delivered = recorded.summary.replay_as.as_deref() == Some("delivered");
    if let Some((sent, got)) = fields(Stage::Asked).zip(fields(Stage::Passed))
        && !replayed_as_delivered
    {
        found.extend(changes::of_request(&sent, &got));
    }
    if let Some((answered, returned)) = fields(Stage::Answered).zip(fields(Stage::Returned))
        && recorded.summary.code.is_none()
    {
        found.extend(changes::of_answer(&answered, &returned, enveloped(recorded, known)));
    }
    for change in found.iter_mut().filter(|change| is_by_hand(recorded, change)) {
        change.reason = changes::EDITED;
    }
    found
}

/// Whether somebody changed this field of an exchange that was held.
fn is_by_hand(recorded: &Recorded, change: &Change) -> bool {
    let side = if change.of == Of::Request { "request" } else { "answer" };
    let holds = recorded.summary.injected.iter().filter(|one| one.side == side);
    let mut edited = holds.filter_map(|one| one.hold.as_ref()).flat_map(|hold| &hold.edited);
    edited.any(|part| part.eq_ignore_ascii_case(&change.name))
}

fn enveloped(recorded: &Recorded, known: &Snapshot) -> bool {
    let app = recorded.summary.app.as_deref().and_then(|app| known.app_by_name(app));
    let app = app.and_then(|app| known.config.apps.get(app));
    app.is_some_and(|app| matches!(app.proxy, crate::config::meant::Proxy::V1(_)))
}

fn told(change: Change, mask: Option<&Masker>) -> Told {
    let Change { of, name, kind, was, now, reason } = change;
    let shown = |values: Vec<String>| {
        let masked = values.iter().map(|value| match mask {
            Some(mask) => mask.field(&name, value).0.into_owned(),
            None => value.clone(),
        });
        Some(masked.collect::<Vec<_>>().join("\n")).filter(|_| !values.is_empty())
    };
    Told { of, change: kind, was: shown(was), now: shown(now), reason, name: name.clone() }
}

/// Of a request that lacks a token: the one that was removed before it was sent.
fn removed_token(row: &Summary, known: &Snapshot) -> Option<Gone> {
    if !row.without_token && row.code.as_deref() != Some(Code::TokenMissing.name()) {
        return None;
    }
    let app = known.app_by_name(row.app.as_deref()?)?;
    let removed = known.removed_token(app, row.user.as_deref()?)?;
    let is_before = |at_ms: i64| at_ms.saturating_mul(1000) <= row.at_us;
    removed.at_ms.is_none_or(is_before).then(|| Gone {
        app: removed.app.clone(),
        user: removed.user.clone(),
        at: removed.at_ms.map(crate::model::moment::zulu_ms),
    })
}

/// Of an app's request: how each rule of the app fares with its URL.
fn explained(row: &Summary, known: &Snapshot, mask: Option<&Masker>) -> Option<Explanation> {
    if row.plane != Plane::Proxy {
        return None;
    }
    let app = known.app_by_name(row.app.as_deref()?)?;
    let mut found = explanation(&row.url, app, known)?;
    if let Some(mask) = mask {
        hide(&mut found, &row.url, mask);
    }
    Some(found)
}

/// Hides what an explanation quotes of its URL. A rule made of a path that holds a secret would tell
/// it or match nothing.
pub(super) fn hide(found: &mut Explanation, url: &str, mask: &Masker) {
    found.sentence = std::mem::take(&mut found.sentence).map(&|data| mask.url(data).into_owned());
    let path = url.split('?').next().unwrap_or_default();
    found.suggestion.take_if(|_| matches!(mask.url(path), Cow::Owned(_)));
}

/// What the judge found, and the facts that a strict reading counts.
fn found(
    findings: Vec<Finding>,
    facts: &[Fact],
    known: &Snapshot,
    mask: Option<&Masker>,
) -> Vec<Finding> {
    let strict = facts.iter().filter(|fact| fact.strict && known.is_strict());
    let findings = findings.into_iter().chain(strict.map(of_fact));
    findings.map(|finding| Finding { text: masked(finding.text, mask), ..finding }).collect()
}

fn of_fact(fact: &Fact) -> Finding {
    Finding {
        level: "warn".to_owned(),
        place: "content_type".to_owned(),
        pointer: String::new(),
        rule: fact.rule.to_owned(),
        text: fact.text.clone(),
        source: SOURCE.to_owned(),
    }
}
