//! The way of an app's webhooks: what waits, and what became of the latest of each event.

use serde_json::json;

use super::chip::{Chip, Name, Remedy, State, command, moment, span};
use super::{Now, way};
use crate::admin::exchanges::hidden;
use crate::config::meant::App;
use crate::model::event::Event;
use crate::store::latest::Latest;
use crate::text::text;

/// What waits to be sent.
pub(super) fn queue(now: &Now, app: &App) -> Chip {
    let mine = now.kept.queues.iter().find(|queue| queue.app.eq_ignore_ascii_case(&app.id));
    let Some(queue) = mine else {
        return Chip::new(Name::Queue, State::Ok, "queue_empty", text!("no webhook waits"));
    };
    let n = usize::try_from(queue.queued).unwrap_or(usize::MAX);
    let in_ms = (queue.due_ms - now.cloud_ms).max(0);
    let (state, code) = match queue.failed {
        0 => (State::Note, "queue_waits"),
        _ => (State::Fail, "queue_failing"),
    };
    let queued = match (n, queue.failed) {
        (1, 0) => text!("1 webhook queued"),
        (1, _) => text!("1 webhook queued, some after failing"),
        (n, 0) => text!("{n} webhooks queued", n),
        (n, _) => text!("{n} webhooks queued, some after failing", n),
    };
    let text = text!(
        "{queued}; the next attempt in {span}",
        queued => queued, span => span(in_ms)
    );
    let deliver = command(now.admin, &format!("deliver {}", queue.next));
    let wish = json!({"state": "queued", "app": app.id, "wait": true});
    Chip::new(Name::Queue, state, code, text)
        .with("n", n)
        .with("failed", queue.failed)
        .with("in_ms", in_ms)
        .with("at", moment(queue.due_ms.saturating_mul(1000)))
        .remedy(
            Remedy::new("queue_deliver", deliver)
                .call("POST", "/api/deliveries", wish)
                .page("#/webhooks"),
        )
}

/// What became of the latest webhook of each event.
pub(super) fn verdicts(now: &Now, app: &App) -> Vec<Chip> {
    let Some(webhooks) = &app.webhooks else {
        let text = text!("no webhooks are configured");
        let remedy = Remedy::new(
            "webhooks_set",
            command(
                now.admin,
                &format!("world set app {} webhooks.url=http://127.0.0.1:9000", app.name),
            ),
        );
        let remedy = remedy.page(way::world(app));
        return vec![Chip::new(Name::Webhook, State::Unknown, "webhooks_off", text).remedy(remedy)];
    };
    let mine = now.kept.latest.iter().filter(|one| one.app.eq_ignore_ascii_case(&app.id));
    let mut chips: Vec<_> = mine.map(|one| verdict(now, one)).collect();
    chips.sort_by_key(|chip| std::cmp::Reverse(chip.state));
    if chips.is_empty() {
        let event = if webhooks.has(Event::UserCreate) { Event::UserCreate } else { Event::Stores };
        let run =
            format!("trigger {} --app {} --wait", event.name(), crate::shell::word(&app.name));
        let wish = json!({"event": event.name(), "app": app.id, "wait": true});
        let remedy = Remedy::new("webhook_send", command(now.admin, &run)).call(
            "POST",
            "/api/webhooks",
            wish,
        );
        let chip = Chip::new(
            Name::Webhook,
            State::Unknown,
            "webhook_none",
            text!("no webhook was sent yet"),
        );
        chips.push(
            chip.with("event", event.name())
                .remedy(remedy.page(format!("#/webhooks/{}", event.name()))),
        );
    }
    chips
}

fn verdict(now: &Now, one: &Latest) -> Chip {
    let (state, code, worth) = match one.verdict.as_deref() {
        Some("pass") => (State::Ok, "webhook_pass", text!("contract OK")),
        Some("warn") => (State::Warn, "webhook_warn", text!("contract: warning")),
        Some("fail") => (State::Fail, "webhook_fail", text!("contract violated")),
        Some("undelivered") => (State::Fail, "webhook_undelivered", text!("not delivered")),
        _ => (State::Note, "webhook_unjudged", text!("made by a fault, not judged")),
    };
    let status = one.status.map(|status| format!("{status}, ")).unwrap_or_default();
    let found = one.finding.as_ref().filter(|_| state != State::Ok);
    let finding = found.map(|found| hidden(found.text.clone(), &now.mask));
    let failure = one.failure.clone().map(|text| hidden(text, &now.mask));
    let said = finding.clone().or_else(|| failure.clone());
    let event = &one.event;
    let text = match said {
        Some(said) => text!(
            "{event}: {status}{worth}: {said}",
            event, status, worth => worth, said => said
        ),
        None => text!("{event}: {status}{worth}", event, status, worth => worth),
    };
    let chip = Chip::new(Name::Webhook, state, code, text)
        .with("event", one.event.as_str())
        .with("status", one.status)
        .with("delivery", one.delivery.as_str())
        .with("at", moment(one.at_ms.saturating_mul(1000)))
        .with("finding", json!(finding))
        .with("place", found.map(|found| found.place.clone()))
        .with("pointer", found.map(|found| found.pointer.clone()));
    if state == State::Ok {
        return chip;
    }
    let look = command(now.admin, &format!("deliveries {}", one.delivery));
    chip.remedy(
        Remedy::new("webhook_look", look)
            .page(format!("#/webhooks/{}/{}", one.event, one.delivery)),
    )
}
