//! What has become of a task by now: it follows from the time alone, so that winding the clock is
//! enough to see the end of it.

use serde_json::{Value, json};

use crate::model::moment;
use crate::store::tasks::Task;

/// How long a task waits, and how long it then takes.
const STEP_MS: i64 = 1_000;

/// A bulk task's answer: `ACCEPTED`, a second later `RUNNING`, after another one `COMPLETED`.
pub(super) fn bulk(task: &Task, now_ms: i64) -> Value {
    let steps = (now_ms.saturating_sub(task.created) / STEP_MS).clamp(0, 2);
    let status = match steps {
        0 => "ACCEPTED",
        1 => "RUNNING",
        _ => "COMPLETED",
    };
    let details = if steps == 2 { task.form["details"].clone() } else { json!([]) };
    json!({
        "id": task.id,
        "modified_at": moment::zulu_ms(task.created.saturating_add(steps * STEP_MS)),
        "status": status,
        "type": task.form["type"],
        "details": details,
    })
}

/// A push notification's answer: each terminal has it after a second, unless it expires before.
pub(super) fn push(task: &Task, now_ms: i64) -> Value {
    let until = task.form["until"].as_i64().unwrap_or(i64::MAX);
    let devices = task.form["devices"].as_array().map_or(&[][..], Vec::as_slice);
    let details: Vec<Fate> =
        devices.iter().map(|device| Fate::of(device, task.created, until, now_ms)).collect();
    let modified = details.iter().map(|fate| fate.at).max().unwrap_or(task.created);
    json!({
        "id": task.id,
        "modified_at": moment::zulu_ms(modified),
        "status": overall(&details),
        "details": details.iter().map(|fate| fate.detail(task.created, until)).collect::<Value>(),
    })
}

/// What has become of a push notification at one terminal, and since when.
#[derive(Debug)]
struct Fate<'a> {
    device: &'a Value,
    status: &'static str,
    at: i64,
}

impl<'a> Fate<'a> {
    fn of(device: &'a Value, created: i64, until: i64, now_ms: i64) -> Self {
        let arrives = created.saturating_add(STEP_MS);
        let (status, at) = match device["known"] {
            Value::Bool(false) => ("REJECTED", created),
            _ if now_ms < arrives.min(until) => ("ACCEPTED", created),
            _ if until < arrives => ("EXPIRED", until.max(created)),
            _ => ("DELIVERED", arrives),
        };
        Self { device, status, at }
    }

    fn detail(&self, created: i64, until: i64) -> Value {
        let mut detail = json!({
            "device_id": self.device["id"],
            "status": self.status,
            "created_at": moment::zulu_ms(created),
            "active_until": moment::zulu_ms(until),
        });
        match self.status {
            "REJECTED" => detail["rejected_at"] = moment::zulu_ms(self.at).into(),
            "DELIVERED" => detail["sent_at"] = moment::zulu_ms(self.at).into(),
            _ => {}
        }
        detail
    }
}

fn overall(details: &[Fate<'_>]) -> &'static str {
    let all = |status: &str| details.iter().all(|fate| fate.status == status);
    if all("REJECTED") {
        "DECLINED"
    } else if details.iter().any(|fate| fate.status == "ACCEPTED") {
        "ACCEPTED"
    } else if all("EXPIRED") {
        "FAILED"
    } else {
        "COMPLETED"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tasks::Kind;

    fn task(kind: Kind, form: Value) -> Task {
        let text = || "x".to_owned();
        Task { id: text(), app: text(), user: text(), kind, form, created: 10_000 }
    }

    #[test]
    fn a_bulk_task_runs_and_ends_by_the_clock() {
        let task = task(Kind::Bulk, json!({"type": "product", "details": [{"id": "a"}]}));
        let at = |ms| {
            let shown = bulk(&task, ms);
            (shown["status"].as_str().map(str::to_owned), shown["details"].clone())
        };
        let of = |status: &str, details| (Some(status.to_owned()), details);
        assert_eq!(at(0), of("ACCEPTED", json!([])));
        assert_eq!(at(10_999), of("ACCEPTED", json!([])));
        assert_eq!(at(11_000), of("RUNNING", json!([])));
        assert_eq!(at(12_000), of("COMPLETED", json!([{"id": "a"}])));
        assert_eq!(bulk(&task, 99_000)["modified_at"], "1970-01-01T00:00:12.000Z");
    }

    #[test]
    fn a_push_reaches_a_terminal_unless_it_expires_first() {
        let status = |until: i64, known: bool, now: i64| {
            let form = json!({"until": until, "devices": [{"id": "d", "known": known}]});
            let shown = push(&task(Kind::Push, form), now);
            let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (word(&shown["status"]), word(&shown["details"][0]["status"]))
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(status(90_000, true, 10_500), pair("ACCEPTED", "ACCEPTED"));
        assert_eq!(status(90_000, true, 11_000), pair("COMPLETED", "DELIVERED"));
        assert_eq!(status(90_000, true, 99_000), pair("COMPLETED", "DELIVERED"));
        assert_eq!(status(10_400, true, 10_399), pair("ACCEPTED", "ACCEPTED"));
        assert_eq!(status(10_400, true, 10_400), pair("FAILED", "EXPIRED"));
        assert_eq!(status(5_000, true, 10_000), pair("FAILED", "EXPIRED"));
        assert_eq!(status(90_000, false, 10_000), pair("DECLINED", "REJECTED"));
    }
}
