//! The first version: a bare array.

use axum::extract;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::period::Period;
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::intake::At;
use crate::cloud::problem::Problem;
use crate::store::papers::{self, Choice, Version};

/// Documents of one read of the store.
const PAGE: u32 = 1000;

pub(super) async fn list(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At(store): At<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    array(&state, &caller, &store, &asked, Version::First).await
}

pub(super) async fn twin(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At(store): At<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    array(&state, &caller, &store, &asked, Version::Second).await
}

async fn array(
    state: &State,
    caller: &Caller,
    store: &str,
    asked: &Asked,
    version: Version,
) -> Result<Response, Problem> {
    let store = caller.store(store)?.uuid.clone();
    let period = Period::of(asked, state.clock.now_ms())?;
    let mut choice = Choice {
        store,
        device: asked.one("deviceUuid")?.map(str::to_owned),
        kinds: super::kinds(asked),
        since: Some(period.since),
        until: Some(period.until),
        after: None,
        limit: PAGE,
    };
    let mut body = String::from("[");
    loop {
        let wanted = choice.clone();
        let page = state.store.write(move |tx| papers::list(tx, version, &wanted)).await?;
        choice.after = page.last().map(|last| last.place).filter(|_| page.len() == PAGE as usize);
        for found in page {
            let Some(text) = found.wording.text(version, state.compose) else { continue };
            if body.len() > 1 {
                body.push(',');
            }
            body.push_str(&text);
        }
        if choice.after.is_none() {
            break;
        }
    }
    body.push(']');
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
