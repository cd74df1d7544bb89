//! What is known of an exchange when it is decided whether a stub or a breakpoint is for it, and how
//! those that are meant are named.

use std::fmt::Debug;
use std::sync::Arc;

use crate::model::injection::{AppName, Plane, is_on_path};
use crate::model::wildcard::Wildcard;

/// What is known of an exchange at its beginning, or once the head of its answer has come.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Whose it is.
    pub plane: Plane,
    /// When it is asked, in microseconds since 1970.
    pub at: i64,
    /// The app's id.
    pub app_id: Option<&'a str>,
    /// The app's name.
    pub app: Option<&'a str>,
    /// The user's id.
    pub user: Option<&'a str>,
    /// The store's UUID.
    pub store: Option<&'a str>,
    /// The device's UUID.
    pub device: Option<&'a str>,
    /// The device's name.
    pub device_name: Option<&'a str>,
    /// Of the request.
    pub method: &'a str,
    /// Absolute.
    pub url: &'a str,
    /// With the port where it is not the scheme's own.
    pub host: &'a str,
    /// Path, with its query if it has one.
    pub path: &'a str,
    /// A webhook's event.
    pub event: Option<&'a str>,
    /// A webhook's delivery.
    pub delivery: Option<&'a str>,
    /// Which attempt of a webhook it is, from 1.
    pub attempt: Option<u32>,
    /// The answer's, once it has come.
    pub status: Option<u16>,
    /// Content-Type of the answer.
    pub answer_type: Option<&'a str>,
}

/// A condition that somebody has written.
pub trait Condition: Debug + Send + Sync {
    /// Whether an exchange is meant.
    fn holds(&self, subject: &Subject<'_>) -> bool;

    /// As written.
    fn text(&self) -> &str;
}

/// Which exchanges are meant; what is not written means every one.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Whose exchanges.
    pub plane: Plane,
    /// One app's alone.
    pub app: Option<AppName>,
    /// One method alone.
    pub method: Option<String>,
    /// Hosts, with or without their port.
    pub host: Option<Wildcard>,
    /// Paths; with a `?` in it, paths with their query.
    pub path: Option<Wildcard>,
    /// Events.
    pub event: Option<Wildcard>,
    /// Whatever else can be asked.
    pub filter: Option<Arc<dyn Condition>>,
}

impl Scope {
    /// Whether an exchange is meant.
    pub fn meets(&self, subject: &Subject<'_>) -> bool {
        let of_app = |wanted: &AppName| {
            subject.app_id.is_some_and(|app| app.eq_ignore_ascii_case(&wanted.id))
        };
        let bare = subject.host.rsplit_once(':').filter(|(_, port)| !port.contains(']'));
        let at_host = |wanted: &Wildcard| {
            wanted.matches(subject.host) || bare.is_some_and(|(host, _)| wanted.matches(host))
        };
        self.plane == subject.plane
            && self.app.as_ref().is_none_or(of_app)
            && self.method.as_ref().is_none_or(|wanted| wanted == subject.method)
            && self.host.as_ref().is_none_or(at_host)
            && self.path.as_ref().is_none_or(|wanted| is_on_path(wanted, subject.path))
            && self
                .event
                .as_ref()
                .is_none_or(|wanted| subject.event.is_some_and(|e| wanted.matches(e)))
            && self.filter.as_ref().is_none_or(|filter| filter.holds(subject))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::injection) fn subject(path: &str) -> Subject<'_> {
        Subject {
            plane: Plane::Proxy,
            at: 0,
            app_id: Some("5C0D"),
            app: Some("loyalty"),
            user: None,
            store: None,
            device: None,
            device_name: None,
            method: "GET",
            url: "",
            host: "a.ru:8443",
            path,
            event: None,
            delivery: None,
            attempt: None,
            status: None,
            answer_type: None,
        }
    }

    pub(in crate::injection) fn scope() -> Scope {
        Scope {
            plane: Plane::Proxy,
            app: None,
            method: None,
            host: None,
            path: None,
            event: None,
            filter: None,
        }
    }

    #[test]
    fn what_is_not_written_means_all_of_its_plane() {
        assert!(scope().meets(&subject("/")));
        assert!(!Scope { plane: Plane::Webhook, ..scope() }.meets(&subject("/")));
    }

    #[test]
    fn each_part_that_is_written_must_fit() {
        let wild = |text| Some(Wildcard::new(text));
        assert!(
            Scope { host: wild("a.ru"), path: wild("/api/*"), ..scope() }
                .meets(&subject("/api/x?y"))
        );
        assert!(Scope { host: wild("a.ru:8443"), ..scope() }.meets(&subject("/")));
        assert!(!Scope { host: wild("b.ru"), ..scope() }.meets(&subject("/")));
        assert!(!Scope { method: Some("POST".to_owned()), ..scope() }.meets(&subject("/")));
        assert!(!Scope { event: wild("*"), ..scope() }.meets(&subject("/")));
    }
}
