//! What products and groups have in common: all of their addresses.

mod change;
mod write;

use axum::Json;
use axum::extract::State as Here;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::form::Form;
use super::good::Item;
use super::page::Listing;
use super::sent::{Batch, Sent};
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::intake::At;
use crate::cloud::problem::{Problem, Violation};
use crate::cloud::reader::is_uuid;
use crate::cloud::routes::Table;
use crate::store::StoreError;
use crate::store::goods::{self, Kept, Kind, Shelf};
use change::Deed;
use write::{write_many, write_one};

/// Ids of one DELETE at most (evotor.md, section 6.2).
const REMOVED_AT_ONCE: usize = 100;

/// One of the two kinds.
pub(super) trait Line: Send + Sync + 'static {
    /// As it is kept.
    const KIND: Kind;
    /// What its bodies look like.
    const FORM: Form;
    /// The fields that PATCH takes in a strict reading; none where it takes all.
    const CHANGES: &'static [&'static str];
    /// What it is called.
    const WORD: &'static str;
}

/// The addresses of a kind.
pub(super) fn routes<L: Line>(path: &str) -> Table {
    let all = get(list::<L>).post(make::<L>).put(replace_all::<L>).patch(change_all::<L>);
    let one = get(one::<L>).put(replace::<L>).patch(change::<L>);
    vec![
        (path.to_owned(), all.delete(remove_all::<L>)),
        (format!("{path}/{{id}}"), one.delete(remove::<L>)),
    ]
}

/// The one of an id in a store of the caller's.
pub(super) async fn kept<L: Line>(
    state: &State,
    caller: &Caller,
    store: &str,
    id: &str,
) -> Result<Kept, Problem> {
    let shelf = caller.shelf(store)?;
    let wanted = id.to_owned();
    let kept = state.store.write(move |tx| goods::find(tx, &shelf, &wanted)).await?;
    let kept = kept.filter(|kept| Kind::of(&kept.good) == L::KIND);
    kept.ok_or_else(|| Problem::missing(L::WORD, id))
}

async fn list<L: Line>(
    Here(state): Here<State>,
    caller: Caller,
    At(store): At<String>,
    uri: Uri,
    asked: Asked,
) -> Result<Response, Problem> {
    let store = &caller.store(&store)?.uuid;
    let listing = Listing::of(&caller, &uri, &asked, None)?;
    let (shelf, after) = (Shelf::of(&caller.user_id, store), listing.after);
    let wanted = listing.limit + 1;
    let found = state.store.write(move |tx| goods::page(tx, &shelf, L::KIND, after, wanted));
    let found = found.await?;
    let place = |kept: &Kept| kept.seq;
    let items: Vec<&Kept> = found.iter().collect();
    let page =
        listing.page(items, |kept| place(kept), |kept| Item::of(kept, store, &caller.user_id));
    Ok(Json(page).into_response())
}

async fn one<L: Line>(
    Here(state): Here<State>,
    caller: Caller,
    At((store, id)): At<(String, String)>,
) -> Result<Response, Problem> {
    let kept = kept::<L>(&state, &caller, &store, &id).await?;
    let store = &caller.store(&store)?.uuid;
    Ok(Json(Item::of(&kept, store, &caller.user_id)).into_response())
}

async fn make<L: Line>(
    state: Here<State>,
    caller: Caller,
    At(store): At<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    write::<L>(state, caller, &store, Deed::Make, sent).await
}

/// What an address of arrays alone makes.
pub(super) async fn make_batch<L: Line>(
    Here(state): Here<State>,
    caller: Caller,
    At(store): At<String>,
    Batch(bodies): Batch,
) -> Result<Response, Problem> {
    write_many::<L>(&state, &caller, &store, Deed::Make, bodies).await
}

async fn replace_all<L: Line>(
    state: Here<State>,
    caller: Caller,
    At(store): At<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    write::<L>(state, caller, &store, Deed::Replace, sent).await
}

async fn change_all<L: Line>(
    state: Here<State>,
    caller: Caller,
    At(store): At<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    write::<L>(state, caller, &store, Deed::Change, sent).await
}

async fn replace<L: Line>(
    state: Here<State>,
    caller: Caller,
    At((store, id)): At<(String, String)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let sent = named(sent, &id)?;
    write::<L>(state, caller, &store, Deed::Replace, sent).await
}

async fn change<L: Line>(
    state: Here<State>,
    caller: Caller,
    At((store, id)): At<(String, String)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let sent = named(sent, &id)?;
    write::<L>(state, caller, &store, Deed::Change, sent).await
}

async fn write<L: Line>(
    Here(state): Here<State>,
    caller: Caller,
    store: &str,
    deed: Deed,
    sent: Sent,
) -> Result<Response, Problem> {
    match sent {
        Sent::One(body) => write_one::<L>(&state, &caller, store, deed, body).await,
        Sent::Many(bodies) => write_many::<L>(&state, &caller, store, deed, bodies).await,
    }
}

/// The body for an address that names the id: the body may repeat it.
fn named(sent: Sent, id: &str) -> Result<Sent, Problem> {
    let mut body = sent.one()?;
    let said = body.get("id").filter(|said| !said.is_null());
    if said.is_some_and(|said| !said.as_str().is_some_and(|said| said.eq_ignore_ascii_case(id))) {
        return Err(Problem::violated(vec![Violation::new("id", "is not the one of the address")]));
    }
    body.insert("id".to_owned(), id.into());
    Ok(Sent::One(body))
}

async fn remove<L: Line>(
    Here(state): Here<State>,
    caller: Caller,
    At((store, id)): At<(String, String)>,
) -> Result<StatusCode, Problem> {
    kept::<L>(&state, &caller, &store, &id).await?;
    let shelf = caller.shelf(&store)?;
    state.store.write(move |tx| goods::remove(tx, &shelf, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_all<L: Line>(
    Here(state): Here<State>,
    caller: Caller,
    At(store): At<String>,
    asked: Asked,
) -> Result<StatusCode, Problem> {
    let shelf = caller.shelf(&store)?;
    let ids = asked.all("id").flat_map(|ids| ids.split(',')).map(str::trim);
    let ids: Vec<String> = ids.filter(|id| !id.is_empty()).map(str::to_owned).collect();
    if ids.is_empty() || ids.len() > REMOVED_AT_ONCE {
        let text = format!("The parameter id names 1 to {REMOVED_AT_ONCE} ids, with commas.");
        return Err(Problem::bad(text));
    }
    if !ids.iter().all(|id| is_uuid(id)) {
        return Err(Problem::violated(vec![Violation::new("id", "must be uuids")]));
    }
    let work = state.store.write(move |tx| {
        for id in &ids {
            if goods::kind(tx, &shelf, id)? == Some(L::KIND) {
                goods::remove(tx, &shelf, id)?;
            }
        }
        Ok::<_, StoreError>(())
    });
    work.await?;
    Ok(StatusCode::NO_CONTENT)
}
