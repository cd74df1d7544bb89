//! Stocks, price lists and orders: packages are taken at once and read back once they are processed.

use axum::extract::{RawQuery, State as Shared};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::State;
use super::access::Caller;
use super::check;
use super::contents::{self, Kind};
use super::event::Event;
use super::notice::{self, Notice};
use super::refusal::Refusal;
use super::request::{Base, Full, Named, Remarks, Text};
use super::schemas::Schemas;
use super::since::Since;
use crate::config::meant::Fidelity;
use crate::net::aside::{aside, is_large};
use crate::store::StoreError;
use crate::store::asna::{self, Package, Scope};
use crate::text::text;

type Answer = Result<Response, Refusal>;

pub(super) async fn stocks(state: Shared<State>, caller: Caller, id: Named, full: Full) -> Answer {
    read(&state, &caller, &id, Kind::Stocks, Since::ALWAYS, full).await
}

pub(super) async fn load_stocks(
    state: Shared<State>,
    caller: Caller,
    id: Named,
    base: Base,
    text: Text,
) -> Answer {
    take(&state, &caller, &id, &base, (Kind::Stocks, Scope::All), text.0).await
}

pub(super) async fn change_stocks(
    state: Shared<State>,
    caller: Caller,
    id: Named,
    base: Base,
    text: Text,
) -> Answer {
    take(&state, &caller, &id, &base, (Kind::Stocks, Scope::Changes), text.0).await
}

pub(super) async fn drop_stocks(
    state: Shared<State>,
    caller: Caller,
    id: Named,
    base: Base,
) -> Answer {
    take(&state, &caller, &id, &base, (Kind::Stocks, Scope::None), String::new()).await
}

pub(super) async fn preorders(
    state: Shared<State>,
    caller: Caller,
    id: Named,
    full: Full,
) -> Answer {
    read(&state, &caller, &id, Kind::Preorders, Since::ALWAYS, full).await
}

pub(super) async fn load_preorders(
    state: Shared<State>,
    caller: Caller,
    id: Named,
    base: Base,
    text: Text,
) -> Answer {
    take(&state, &caller, &id, &base, (Kind::Preorders, Scope::All), text.0).await
}

pub(super) async fn change_preorders(
    state: Shared<State>,
    caller: Caller,
    id: Named,
    base: Base,
    text: Text,
) -> Answer {
    take(&state, &caller, &id, &base, (Kind::Preorders, Scope::Changes), text.0).await
}

pub(super) async fn drop_preorders(
    state: Shared<State>,
    caller: Caller,
    id: Named,
    base: Base,
) -> Answer {
    take(&state, &caller, &id, &base, (Kind::Preorders, Scope::None), String::new()).await
}

pub(super) async fn orders(
    state: Shared<State>,
    caller: Caller,
    id: Named,
    full: Full,
    Remarks(notes): Remarks,
    RawQuery(query): RawQuery,
) -> Answer {
    caller.target(&id.0)?;
    let since = Since::of(query.as_deref().unwrap_or_default())?;
    if since.is_culture_s {
        if state.config().fidelity == Fidelity::Strict {
            let message = "The date is not written as 2020-04-01 or 2020-04-01T09:00:00+03:00";
            return Err(Refusal::field("since", message));
        }
        notes.add(text!("since is written as .NET's DateTime.ToString() writes it."));
    }
    read(&state, &caller, &id, Kind::Orders, since, full).await
}

pub(super) async fn change_orders(
    state: Shared<State>,
    caller: Caller,
    id: Named,
    base: Base,
    text: Text,
) -> Answer {
    take(&state, &caller, &id, &base, (Kind::Orders, Scope::Changes), text.0).await
}

async fn read(
    state: &State,
    caller: &Caller,
    id: &Named,
    kind: Kind,
    since: Since,
    Full(full): Full,
) -> Answer {
    let target = caller.target(&id.0)?;
    let now = state.clock.now_ms();
    let read = move |tx: &rusqlite::Connection| {
        contents::settle(tx, &target, kind, now)?;
        contents::write(tx, &target, kind, (since.ms, full))
    };
    let text = state.store.write(read).await?;
    Ok(([(CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response())
}

/// Takes a package in and lets the subscribers know when it will be processed, in one transaction.
async fn take(
    state: &State,
    caller: &Caller,
    id: &Named,
    base: &Base,
    (kind, scope): (Kind, Scope),
    text: String,
) -> Answer {
    let target = caller.target(&id.0)?;
    let (content, failed) = match scope {
        Scope::None => (None, false),
        Scope::All | Scope::Changes => {
            let schemas = state.schemas();
            aside(is_large(text.len()), move || checked(&schemas, kind, text)).await?
        }
    };
    let config = state.config();
    let received = state.clock.now_ms();
    let processing = i64::try_from(config.asna.processing.as_millis()).unwrap_or(i64::MAX / 4);
    let message = Uuid::new_v4();
    let package = Package {
        message: message.to_string(),
        owner: caller.owner(),
        target: target.clone(),
        kind: kind.name(),
        scope,
        failed,
        received,
        began: received + processing / 2,
        ended: received + processing,
        content,
    };
    let event = event(kind, scope).filter(|_| !failed || config.asna.notify_errors);
    let work = move |tx: &rusqlite::Connection| {
        contents::settle(tx, &target, kind, received)?;
        asna::receive(tx, &package)?;
        let Some(event) = event else { return Ok(Vec::new()) };
        let notice = Notice { event, message, failed, at: package.ended };
        notice::tell(tx, &config, &target, &notice, (received, package.ended))
    };
    let outbox = state.outbox.clone();
    // Nobody waits for the webhooks.
    let then = move |rows| drop(outbox.add(rows));
    state.store.write_then::<_, _, StoreError, _>(work, then).await?;
    let location = format!("{}/v5/messages/{message}/status", base.0);
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)]).into_response())
}

/// A package that its schema lets pass, where it can be kept; and whether its processing will fail.
fn checked(schemas: &Schemas, kind: Kind, text: String) -> Result<(Option<String>, bool), Refusal> {
    schemas.check(kind.name(), &text)?;
    let text = readable(kind, text)?;
    let failed = contents::read(kind, &text).is_none();
    Ok((Some(text).filter(|_| !failed), failed))
}

/// A package as it stands; one that only Newtonsoft.Json can read is written anew.
fn readable(kind: Kind, text: String) -> Result<String, Refusal> {
    match contents::read(kind, &text) {
        Some(_) => Ok(text),
        None => Ok(check::value(text.as_bytes())?.to_string()),
    }
}

fn event(kind: Kind, scope: Scope) -> Option<Event> {
    Some(match (kind, scope) {
        (_, Scope::None) => return None,
        (Kind::Stocks, Scope::All) => Event::StocksFull,
        (Kind::Stocks, Scope::Changes) => Event::StocksUpdates,
        (Kind::Preorders, Scope::All) => Event::PreordersFull,
        (Kind::Preorders, Scope::Changes) => Event::PreordersUpdates,
        (Kind::Orders, Scope::All | Scope::Changes) => Event::OrdersUpdatesStore,
    })
}
