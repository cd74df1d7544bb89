//! `/api/apps/{app}/push-notifications`: messages to an app on terminals (evotor.md, section 6.2).

use axum::Json;
use axum::extract::State as Here;
use axum::http::StatusCode;
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::progress;
use super::sent::Sent;
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::intake::At;
use crate::cloud::problem::{Problem, Violation};
use crate::cloud::routes::Table;
use crate::model::moment::DAY_MS;
use crate::store::tasks::{self, Kind, Task};

/// Where the sender says nothing, as the vendor's own library does.
const LIFE_MS: i64 = 2 * DAY_MS;
/// As the vendor's pages spell it, each in its own way.
const UNTIL: [&str; 4] = ["active_until", "active_untill", "active_till", "activeTill"];

pub(super) fn routes() -> Table {
    vec![
        ("/api/apps/{app}/push-notifications".into(), post(send)),
        ("/api/apps/{app}/push-notifications/{push}".into(), get(one)),
        ("/api/apps/{app}/devices/{device}/push-notifications".into(), post(send_one)),
        ("/api/apps/{app}/devices/{device}/push-notifications/{push}".into(), get(one_of)),
    ]
}

type Answer = Result<(StatusCode, Json<Value>), Problem>;

async fn send(Here(state): Here<State>, caller: Caller, At(app): At<String>, sent: Sent) -> Answer {
    own(&caller, &app)?;
    let body = sent.one()?;
    let devices = body.get("devices").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let devices: Option<Vec<&str>> = devices.iter().map(Value::as_str).collect();
    let devices = devices.filter(|devices| !devices.is_empty());
    let devices = devices.ok_or_else(|| violation("devices", "must be an array of ids"))?;
    let targets = devices.into_iter().map(|id| json!({"id": id, "known": has(&caller, id)}));
    accept(&state, &caller, targets.collect(), &body).await
}

async fn send_one(
    Here(state): Here<State>,
    caller: Caller,
    At((app, device)): At<(String, String)>,
    sent: Sent,
) -> Answer {
    own(&caller, &app)?;
    if !has(&caller, &device) {
        return Err(Problem::missing("device", &device));
    }
    accept(&state, &caller, json!([{"id": device, "known": true}]), &sent.one()?).await
}

async fn one(
    state: Here<State>,
    caller: Caller,
    At((app, push)): At<(String, String)>,
) -> Result<Json<Value>, Problem> {
    show(&state.0, caller, &app, &push).await
}

async fn one_of(
    state: Here<State>,
    caller: Caller,
    At((app, device, push)): At<(String, String, String)>,
) -> Result<Json<Value>, Problem> {
    if !has(&caller, &device) {
        return Err(Problem::missing("device", &device));
    }
    show(&state.0, caller, &app, &push).await
}

async fn show(
    state: &State,
    caller: Caller,
    app: &str,
    push: &str,
) -> Result<Json<Value>, Problem> {
    own(&caller, app)?;
    let id = push.to_owned();
    let (app, user) = (caller.app, caller.user_id);
    let task = state.store.write(move |tx| tasks::find(tx, &app, &user, Kind::Push, &id)).await?;
    let task = task.ok_or_else(|| Problem::missing("push notification", push))?;
    Ok(Json(progress::push(&task, state.clock.now_ms())))
}

async fn accept(
    state: &State,
    caller: &Caller,
    devices: Value,
    body: &Map<String, Value>,
) -> Answer {
    let now_ms = state.clock.now_ms();
    let payload = body.get("payload").filter(|payload| !payload.is_null());
    let payload = payload.cloned().ok_or_else(|| violation("payload", "is required"))?;
    let payload = caller.reading.object("payload", payload);
    let form = json!({"devices": devices, "until": until(body, now_ms)?, "payload": payload});
    let task = Task {
        id: Uuid::new_v4().to_string(),
        app: caller.app.clone(),
        user: caller.user_id.clone(),
        kind: Kind::Push,
        form,
        created: now_ms,
    };
    let shown = progress::push(&task, now_ms);
    state.store.write(move |tx| tasks::add(tx, &task)).await?;
    Ok((StatusCode::ACCEPTED, Json(shown)))
}

/// Until when it may be delivered: a time as text, or milliseconds since 1970.
fn until(body: &Map<String, Value>, now_ms: i64) -> Result<i64, Problem> {
    let said = UNTIL.iter().find_map(|name| Some((name, body.get(*name)?)));
    let Some((name, value)) = said.filter(|(_, value)| !value.is_null()) else {
        return Ok(now_ms.saturating_add(LIFE_MS));
    };
    let time = match value {
        Value::String(text) => text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond),
        other => other.as_i64(),
    };
    time.ok_or_else(|| violation(name, "must be a time, as in 2018-05-29T14:17:32.376Z"))
}

/// A token opens the pushes of its own app only.
fn own(caller: &Caller, app: &str) -> Result<(), Problem> {
    if caller.app.eq_ignore_ascii_case(app) {
        return Ok(());
    }
    Err(Problem::forbidden(format!("The token is not one of the app {app}.")))
}

fn has(caller: &Caller, device: &str) -> bool {
    let mut devices = caller.config.world.devices_of(caller.user);
    devices.any(|(known, _)| known.uuid.eq_ignore_ascii_case(device))
}

fn violation(subject: &str, reason: &str) -> Problem {
    Problem::violated(vec![Violation::new(subject, reason)])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(body: &Value) -> Option<i64> {
        until(body.as_object().unwrap(), 1_000).ok()
    }

    #[test]
    fn the_end_of_its_life_is_read_however_it_is_spelled() {
        let ms = 1_527_603_452_376;
        for name in UNTIL {
            for text in ["2018-05-29T14:17:32.376Z", "2018-05-29T14:17:32.376+0000"] {
                assert_eq!(read(&json!({name: text})), Some(ms), "{name}: {text}");
            }
            assert_eq!(read(&json!({name: ms})), Some(ms), "{name}");
        }
        assert_eq!(read(&json!({})), Some(1_000 + LIFE_MS));
        for value in [json!("tomorrow"), json!(true), json!(1.5), json!("2018-05-29")] {
            assert_eq!(read(&json!({"active_until": value})), None, "{value}");
        }
    }
}
