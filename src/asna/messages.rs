//! How far the processing of a package has come (asna.md, section 6.3).

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use super::State;
use super::access::Caller;
use super::moment;
use super::refusal::Refusal;
use super::request::Named;
use crate::store::asna::{self, Progress};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    id: i64,
    message_id: Uuid,
    status_id: u8,
    status_message: &'static str,
    status_date: String,
}

/// By `statusId`, as the page's table describes them.
const STATUSES: [&str; 4] =
    ["Принято к обработке", "Обрабатывается", "Обработано", "Ошибка. Пакет не был обработан"];

pub(super) async fn status(
    Shared(state): Shared<State>,
    caller: Caller,
    Named(id): Named,
) -> Result<Response, Refusal> {
    let Ok(message) = Uuid::try_parse(&id) else {
        return Err(Refusal::field("messageId", format!("'{id}' is not a valid GUID")));
    };
    let (owner, now) = (caller.owner(), state.clock.now_ms());
    let find = move |tx: &rusqlite::Connection| asna::progress(tx, &owner, &message.to_string());
    Ok(match state.store.write(find).await? {
        Some(progress) => Json(standing(&progress, message, now)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

fn standing(progress: &Progress, message: Uuid, now: i64) -> Status {
    let (status_id, at) = match progress {
        Progress { began, received, .. } if now < *began => (0, *received),
        Progress { ended, began, .. } if now < *ended => (1, *began),
        Progress { failed, ended, .. } => (if *failed { 3 } else { 2 }, *ended),
    };
    Status {
        id: progress.id,
        message_id: message,
        status_id,
        status_message: STATUSES[usize::from(status_id)],
        status_date: moment::text(at, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_accepted_then_processed_half_of_the_time_and_then_done() {
        let mut progress = Progress { id: 1, failed: false, received: 0, began: 500, ended: 1000 };
        let at = |progress: &Progress, now| standing(progress, Uuid::nil(), now).status_id;
        let times = [0, 499, 500, 999, 1000, i64::MAX];
        assert_eq!(times.map(|now| at(&progress, now)), [0, 0, 1, 1, 2, 2]);
        progress.failed = true;
        assert_eq!(times.map(|now| at(&progress, now)), [0, 0, 1, 1, 3, 3]);
    }
}
