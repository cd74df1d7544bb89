//! Which webhook a request is.

use serde_json::Value;

use super::answer::Answer;
use super::fields::Fields;
use crate::model::event::Event;
use crate::model::subscription::Type;

/// Where a request belongs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// To the webhooks of one path, which the body tells apart.
    Webhook(Vec<Event>),
    /// To a webhook, but by another method than this.
    WrongMethod(&'static str),
    /// To the app's own API.
    Own,
}

/// Finds it by the documented paths.
pub(super) fn route(method: &str, path: &str) -> Route {
    let here: Vec<Event> =
        Event::ALL.iter().copied().filter(|event| fits(event.path(), path)).collect();
    match here.first() {
        None => Route::Own,
        Some(event) if event.method() != method => Route::WrongMethod(event.method()),
        Some(_) => Route::Webhook(here),
    }
}

/// Which of the webhooks of one path a body is.
pub(super) fn told_by(body: &Value, here: &[Event]) -> Result<Event, Answer> {
    let (first, more) = here.split_first().ok_or_else(Answer::unknown)?;
    if more.is_empty() {
        return Ok(*first);
    }
    let fields = Fields::of(*first, body)?;
    let kind = fields.text("type")?;
    let event = here.iter().copied().find(|event| wire(*event) == kind);
    event.ok_or_else(|| Answer::incorrect(*first, "type", &Value::from(kind)))
}

fn wire(event: Event) -> &'static str {
    match event {
        Event::InstallationInstalled => "ApplicationInstalled",
        Event::InstallationUninstalled => "ApplicationUninstalled",
        other => Type::of(other).map_or("", Type::wire),
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let all = pattern.split('/').all(|wanted| {
        let part = parts.next();
        match wanted.starts_with('{') {
            true => part.is_some_and(|part| !part.is_empty()),
            false => part == Some(wanted),
        }
    });
    all && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_found_by_method_and_path() {
        assert_eq!(route("POST", "/api/v1/user/create"), Route::Webhook(vec![Event::UserCreate]));
        let documents = "/api/v1/inventories/stores/S-1/documents";
        assert_eq!(route("PUT", documents), Route::Webhook(vec![Event::Documents]));
        assert_eq!(route("POST", documents), Route::WrongMethod("PUT"));
        let nowhere = ["/api/v1/user", "/api/v1/inventories/stores//documents", "/", "/api/cards"];
        for path in nowhere {
            assert_eq!(route("POST", path), Route::Own, "{path}");
        }
    }

    #[test]
    fn every_event_of_a_shared_path_has_its_own_type() {
        let Route::Webhook(here) = route("POST", "/api/v1/subscription/event") else { panic!() };
        assert_eq!(here.len(), 7);
        for event in &here {
            assert_eq!(told_by(&serde_json::json!({"type": wire(*event)}), &here), Ok(*event));
        }
        assert_eq!(told_by(&serde_json::json!({"type": "New"}), &here).unwrap_err().status, 400);
    }
}
