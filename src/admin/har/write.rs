//! An exchange becomes an entry.

use serde_json::Value;

use super::entry::{Cache, Entry, Own, Pair, Request, Response, Timings, Told, Trouble, Webhook};
use super::message::{masked_json, masked_url, request, response};
use crate::journal::exchange::{IMPORTED, Stage};
use crate::journal::{Particulars, Recorded, Summary};
use crate::mask::Masker;

/// What an entry shows beside what was recorded.
#[derive(Debug, Default)]
pub(in crate::admin) struct Extra<'m> {
    /// What the gateway changed, as the API shows it.
    pub(in crate::admin) changes: Vec<Value>,
    /// Hides secrets, unless they were asked for.
    pub(in crate::admin) mask: Option<&'m Masker>,
}

/// One exchange.
pub(in crate::admin) fn entry(recorded: &Recorded, extra: Extra<'_>) -> Entry {
    let mask = extra.mask;
    let row = &recorded.summary;
    let asked = request(recorded, Stage::Asked, mask);
    let passed = request(recorded, Stage::Passed, mask);
    let answered = response(recorded, Stage::Answered, mask);
    let returned = response(recorded, Stage::Returned, mask);
    // Where there is no caller but the gateway itself, the partner's side is all there is.
    let ((request, passed), (response, answered)) = match asked {
        Some(_) => ((asked, passed), (returned, answered)),
        None => ((passed, None), (returned.or(answered), None)),
    };
    let timings = timings(&recorded.particulars);
    Entry {
        started_date_time: started(row.at_us),
        time: recorded.particulars.done_us as f64 / 1e3,
        request: request.unwrap_or_else(|| bare(row, mask)),
        response: response.unwrap_or_else(none),
        cache: Cache {},
        timings,
        comment: row.comment.as_deref().map(|text| masked_url(mask, text)),
        own: Own { passed, answered, ..own(recorded, extra) },
    }
}

fn own(recorded: &Recorded, extra: Extra<'_>) -> Own {
    let Recorded { summary: row, particulars: more, .. } = recorded;
    let masked = |text: &str| masked_url(extra.mask, text);
    let imported = more.entrance.as_deref() == Some(IMPORTED);
    let trouble = |code: &String| Trouble {
        code: code.clone(),
        culprit: row.culprit.clone().unwrap_or_default(),
        why: row.why.as_ref().map(|why| masked(&why.to_string())).unwrap_or_default(),
        hint: more.hint.as_ref().map(|hint| masked(&hint.to_string())).unwrap_or_default(),
    };
    let webhook = |event: &String| Webhook {
        event: event.clone(),
        delivery: row.delivery.clone(),
        attempt: row.attempt,
        verdict: row.verdict.clone(),
        findings: masked_json(extra.mask, &serde_json::json!(more.findings)),
    };
    Own {
        id: row.id,
        plane: row.plane.name(),
        imported,
        starred: row.starred,
        told: Told {
            app: row.app.clone(),
            user: row.user.clone(),
            store: row.store.clone(),
            device: row.device.clone(),
            device_name: row.device_name.clone(),
            rule: row.rule,
            faults: row.faults.clone(),
        },
        fault: row.code.as_ref().map(trouble),
        webhook: row.event.as_ref().map(webhook),
        replay_of: row.replay_of,
        replay_as: row.replay_as.clone(),
        entrance: more.entrance.clone().filter(|_| !imported),
        to: more.to.as_deref().map(masked),
        changes: extra.changes,
        passed: None,
        answered: None,
    }
}

fn started(at_us: i64) -> String {
    format!("{:.6}", jiff::Timestamp::from_microsecond(at_us).unwrap_or_default())
}

/// Sending takes no time that is known of; what it took is part of the waiting.
fn timings(times: &Particulars) -> Timings {
    let ms = |from: u64, to: u64| to.saturating_sub(from) as f64 / 1e3;
    let connected = times.connected_us.map(|at| at.min(times.done_us));
    let begun = connected.unwrap_or(0);
    let first = times.first_byte_us.unwrap_or(times.done_us).clamp(begun, times.done_us.max(begun));
    let until = connected.map_or(-1.0, |at| ms(0, at));
    let reused = times.reused == Some(true);
    Timings {
        blocked: if reused { until } else { -1.0 },
        dns: -1.0,
        connect: if reused { -1.0 } else { until },
        send: 0.0,
        wait: ms(begun, first),
        receive: ms(first, times.done_us),
        ssl: -1.0,
    }
}

/// A request of which only its line in the timeline is left.
fn bare(row: &Summary, mask: Option<&Masker>) -> Request {
    Request {
        method: row.method.clone(),
        url: masked_url(mask, &row.url),
        http_version: "HTTP/1.1".to_owned(),
        cookies: Vec::new(),
        headers: Vec::<Pair>::new(),
        query_string: Vec::new(),
        post_data: None,
        headers_size: -1,
        body_size: -1,
    }
}

/// No answer.
fn none() -> Response {
    Response { headers_size: -1, body_size: -1, ..Response::default() }
}
