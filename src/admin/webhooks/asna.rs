//! ASNA's events among those that are triggered.

use super::{Asked, Listed, bounded, milliseconds};
use crate::admin::problem::Problem;
use crate::asna::{Event, Refused, Wish};
use crate::text::{Text, text};
use axum::http::StatusCode;

/// What is wished for, where it is ASNA's. `app` is the API client, `store` what the subscription is
/// about.
pub(super) fn wish(asked: &Asked) -> Result<Option<Wish>, Problem> {
    let events: Vec<_> = asked.names().iter().map(|name| Event::by_trigger(name)).collect();
    if !events.iter().any(Option::is_some) {
        return Ok(None);
    }
    let Some(events) = events.into_iter().collect() else {
        let hint = "Trigger ASNA's events apart from the others.";
        return Err(Problem::bad(text!("These are events of two vendors."), Text::fixed(hint)));
    };
    let others = [
        ("user", asked.user.is_some()),
        ("device", asked.device.is_some()),
        ("document", asked.document.is_some()),
        ("set", !asked.set.is_empty()),
        ("unset", !asked.unset.is_empty()),
        ("invalid", !asked.invalid.is_empty()),
        ("shuffle", asked.shuffle),
    ];
    if let Some((name, _)) = others.iter().find(|(_, is_set)| *is_set) {
        let hint = "`app` is the API client's id, `store` the clientId of the subscription; `body` \
                    replaces the body and is signed as well.";
        return Err(Problem::bad(
            text!("`{name}` means nothing for an event of ASNA.", name),
            Text::fixed(hint),
        ));
    }
    bounded(asked)?;
    let delay_ms = asked.delay.as_deref().map_or(Ok(0), milliseconds)?;
    Ok(Some(Wish {
        events,
        client: asked.app.clone(),
        target: asked.store.clone(),
        body: asked.whole()?,
        copies: asked.copies,
        count: asked.count,
        delay_ms,
    }))
}

/// ASNA's rows of the catalogue.
pub(super) fn listed() -> impl Iterator<Item = Listed> {
    Event::ALL.into_iter().map(|event| Listed {
        event: event.trigger(),
        method: "POST",
        path: "",
        authorization: "X-Signature",
        class: "notification",
        repeated: "on the schedule of `asna.retry` until 2xx",
        title: event.title(),
        source: "https://docs.asna.cloud/5.0.2/other",
    })
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Nobody { text, hint } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "trigger_refused", text, hint)
            }
            Refused::Store(error) => error.into(),
        }
    }
}
