//! The second version: pages, and single documents.

use axum::extract;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::asked::{Asked, wrong};
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::intake::At;
use crate::cloud::problem::Problem;
use crate::store::papers::{self, Choice, Place, Version};

/// Documents of a page at most (evotor.md, section 6.2).
const PAGE: u32 = 1000;

pub(super) async fn list(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At(store): At<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let store = caller.store(&store)?.uuid.clone();
    page(&state, store, None, &asked).await
}

pub(super) async fn of_device(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At((store, device)): At<(String, String)>,
    asked: Asked,
) -> Result<Response, Problem> {
    let store = caller.store(&store)?.uuid.clone();
    let world = &caller.config.world;
    let at = world.device_by_uuid(device.as_bytes()).and_then(|at| world.devices.get(at.0));
    let here = at.filter(|device| world.stores.get(device.store).is_some_and(|s| s.uuid == store));
    let device = here.ok_or_else(|| Problem::missing("device", &device))?.uuid.clone();
    page(&state, store, Some(device), &asked).await
}

pub(super) async fn one(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At((store, document)): At<(String, String)>,
) -> Result<Response, Problem> {
    let store = caller.store(&store)?.uuid.clone();
    let id = document.clone();
    let read = move |tx: &rusqlite::Connection| papers::text(tx, Version::Second, &store, &id);
    let text = state.store.write(read).await?;
    Ok(sent(text.ok_or_else(|| Problem::missing("document", &document))?))
}

async fn page(
    state: &State,
    store: String,
    device: Option<String>,
    asked: &Asked,
) -> Result<Response, Problem> {
    let choice = Choice {
        store,
        device,
        kinds: asked.kinds(),
        since: milliseconds(asked, "since")?,
        until: milliseconds(asked, "until")?,
        after: asked.one("cursor")?.map(place).transpose()?,
        limit: PAGE + 1,
    };
    let read = move |tx: &rusqlite::Connection| papers::list(tx, Version::Second, &choice);
    let mut found = state.store.write(read).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let paging = match found.last().filter(|_| more) {
        Some(last) => json!({ "next_cursor": cursor(last.place) }),
        None => json!({}),
    };
    let items: Vec<_> = found.into_iter().map(|found| found.text).collect();
    Ok(sent(format!(r#"{{"items":[{}],"paging":{paging}}}"#, items.join(","))))
}

fn sent(text: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

fn milliseconds(asked: &Asked, name: &str) -> Result<Option<i64>, Problem> {
    let number = asked.one(name)?.map(str::parse).transpose();
    number.map_err(|_| wrong(name, "is no number of milliseconds since 1970"))
}

fn cursor(place: Place) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", place.closed, place.seq))
}

fn place(cursor: &str) -> Result<Place, Problem> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (closed, seq) = text.split_once('.')?;
        Some(Place { closed: closed.parse().ok()?, seq: seq.parse().ok()? })
    };
    read().ok_or_else(|| wrong("cursor", "is none that was handed out"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_others_are_refused() {
        let there = Place { closed: -5, seq: i64::MAX };
        assert_eq!(place(&cursor(there)).unwrap(), there);
        for odd in ["", "x", "MQ", "Li4", "%%%", "MS4yLjM"] {
            assert!(place(odd).is_err(), "{odd}");
        }
    }
}
