//! Subscriptions, and the key that signs what subscribers get.

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::State;
use super::access::Caller;
use super::check::FieldError;
use super::event::Event;
use super::notice;
use super::refusal::Refusal;
use super::request::{Named, Text};
use crate::store::StoreError;
use crate::store::asna::{self, Subscription};

pub(super) async fn webhook_key(
    Shared(state): Shared<State>,
    caller: Caller,
) -> Result<Json<Value>, Refusal> {
    let key = move |tx: &rusqlite::Connection| notice::webhook_key(tx, caller.client());
    let secret = state.store.write(key).await?;
    Ok(Json(json!({ "secret": secret })))
}

pub(super) async fn subscribe(
    Shared(state): Shared<State>,
    caller: Caller,
    Named(name): Named,
    Text(text): Text,
) -> Result<StatusCode, Refusal> {
    let event = event(&name)?;
    let subscription = subscription(&caller, &text)?;
    let now = state.clock.now_ms();
    let keep =
        move |tx: &rusqlite::Connection| asna::subscribe(tx, event.name(), &subscription, now);
    state.store.write(keep).await?;
    Ok(StatusCode::CREATED)
}

pub(super) async fn change(
    Shared(state): Shared<State>,
    caller: Caller,
    Named(name): Named,
    Text(text): Text,
) -> Result<StatusCode, Refusal> {
    let event = event(&name)?;
    let subscription = subscription(&caller, &text)?;
    let now = state.clock.now_ms();
    let missing = format!("There is no subscription of {} to {name}", subscription.client);
    let keep = move |tx: &rusqlite::Connection| {
        match asna::subscribe(tx, event.name(), &subscription, now)? {
            true => Ok(()),
            // Undoes what was kept.
            false => Err(StoreError::Refused(missing)),
        }
    };
    match state.store.write(keep).await {
        Ok(()) => Ok(StatusCode::OK),
        Err(StoreError::Refused(missing)) => Err(Refusal::bad(missing)),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn unsubscribe(
    Shared(state): Shared<State>,
    caller: Caller,
    Named(name): Named,
    Text(text): Text,
) -> Result<Response, Refusal> {
    let event = event(&name)?;
    let body = members(&text)?;
    let client = client(&caller, &body)?;
    let owner = caller.owner();
    let drop =
        move |tx: &rusqlite::Connection| asna::unsubscribe(tx, event.name(), (&owner, &client));
    state.store.write(drop).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn event(name: &str) -> Result<Event, Refusal> {
    Event::by_name(name).ok_or_else(|| {
        let names = Event::ALL.map(Event::name).join(", ");
        Refusal::field("eventName", format!("There is no event '{name}'; there are {names}"))
    })
}

fn subscription(caller: &Caller, text: &str) -> Result<Subscription, Refusal> {
    let body = members(text)?;
    let client = client(caller, &body);
    let url = url(&body);
    match (client, url) {
        (Ok(client), Ok(url)) => Ok(Subscription { owner: caller.owner(), client, url }),
        (Err(refusal), Ok(_)) => Err(refusal),
        (_, Err(error)) => Err(Refusal::fields(vec![error])),
    }
}

fn members(text: &str) -> Result<Value, Refusal> {
    match serde_json::from_str(text) {
        Ok(body @ Value::Object(_)) => Ok(body),
        Ok(_) => Err(Refusal::bad("The request body is not a JSON object")),
        Err(error) => Err(Refusal::bad(format!("The request body is not JSON: {error}"))),
    }
}

/// The pharmacy or legal entity that a subscription is about.
fn client(caller: &Caller, body: &Value) -> Result<String, Refusal> {
    let id = member(body, "clientId").map_err(|error| Refusal::fields(vec![error]))?;
    match caller.acts_for(id) {
        true => Ok(id.to_owned()),
        false if Uuid::try_parse(id).is_err() => {
            Err(Refusal::field("clientId", format!("'{id}' is not a valid GUID")))
        }
        false => Err(Refusal::forbidden()),
    }
}

fn url(body: &Value) -> Result<String, FieldError> {
    let text = member(body, "url")?;
    let url: Option<axum::http::Uri> = text.parse().ok();
    let is_absolute = url.is_some_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https"))
            && url.host().is_some_and(|host| !host.is_empty())
            && !url.authority().is_some_and(|authority| authority.as_str().contains('@'))
    });
    let message = format!("'{text}' is not an absolute http or https URL");
    is_absolute.then(|| text.to_owned()).ok_or(FieldError { field: "url".to_owned(), message })
}

fn member<'a>(body: &'a Value, name: &str) -> Result<&'a str, FieldError> {
    let wrong = |message: String| FieldError { field: name.to_owned(), message };
    match body.get(name) {
        None | Some(Value::Null) => Err(wrong(format!("The {name} field is required"))),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(wrong(format!("The {name} field is not a string"))),
    }
}
