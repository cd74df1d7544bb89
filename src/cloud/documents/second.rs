//! The second version: pages, and single documents.

use axum::extract;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::asked::{Asked, wrong};
use crate::cloud::cursor;
use crate::cloud::intake::At;
use crate::cloud::problem::Problem;
use crate::cloud::reading::Reading;
use crate::store::papers::{self, Choice, Place, Version};

/// Documents of a page at most (evotor.md, section 6.2).
const PAGE: usize = 1000;

pub(super) async fn list(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At(store): At<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let store = caller.store(&store)?.uuid.clone();
    page(&state, &caller.reading, (store, None), &asked).await
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
    page(&state, &caller.reading, (store, Some(device)), &asked).await
}

pub(super) async fn one(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At((store, document)): At<(String, String)>,
) -> Result<Response, Problem> {
    let store = caller.store(&store)?.uuid.clone();
    let id = document.clone();
    let read = move |tx: &rusqlite::Connection| papers::one(tx, Version::Second, &store, &id);
    let wording = state.store.write(read).await?;
    let text = wording.and_then(|wording| wording.text(Version::Second, state.compose));
    Ok(sent(text.ok_or_else(|| Problem::missing("document", &document))?))
}

async fn page(
    state: &State,
    reading: &Reading,
    (store, device): (String, Option<String>),
    asked: &Asked,
) -> Result<Response, Problem> {
    let limit = asked.limit(reading, PAGE)?;
    let choice = Choice {
        store,
        device,
        kinds: super::kinds(asked),
        since: milliseconds(asked, "since")?,
        until: milliseconds(asked, "until")?,
        after: None,
        limit: 0,
    };
    // A cursor fits only the list that it came from.
    let query = format!("{choice:?}");
    let after = asked.one("cursor")?.map(|text| place(&query, text)).transpose()?;
    let choice = Choice { after, limit: u32::try_from(limit + 1).unwrap_or(u32::MAX), ..choice };
    let read = move |tx: &rusqlite::Connection| papers::list(tx, Version::Second, &choice);
    let mut found = state.store.write(read).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let paging = match found.last().filter(|_| more) {
        Some(last) => json!({ "next_cursor": cursor(&query, last.place) }),
        None => json!({}),
    };
    let texts = found.into_iter().map(|found| found.wording.text(Version::Second, state.compose));
    let items: Vec<_> = texts.flatten().collect();
    Ok(sent(format!(r#"{{"items":[{}],"paging":{paging}}}"#, items.join(","))))
}

fn sent(text: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

fn milliseconds(asked: &Asked, name: &str) -> Result<Option<i64>, Problem> {
    let number = asked.one(name)?.map(str::parse).transpose();
    number.map_err(|_| wrong(name, "is no number of milliseconds since 1970"))
}

fn cursor(query: &str, place: Place) -> String {
    cursor::after(query, &format!("{}.{}", place.closed, place.seq))
}

fn place(query: &str, text: &str) -> Result<Place, Problem> {
    let read = || {
        let place = cursor::place(query, text)?;
        let (closed, seq) = place.split_once('.')?;
        Some(Place { closed: closed.parse().ok()?, seq: seq.parse().ok()? })
    };
    read().ok_or_else(|| wrong("cursor", "is not one that this list gave"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_others_are_refused() {
        let there = Place { closed: -5, seq: i64::MAX };
        let own = cursor("query", there);
        assert_eq!(place("query", &own).unwrap(), there);
        assert!(place("other", &own).is_err());
        let odd = cursor::after("query", "5");
        for odd in ["", "x", "MQ", "Li4", "%%%", "MS4yLjM", &odd] {
            assert!(place("query", odd).is_err(), "{odd}");
        }
    }
}
