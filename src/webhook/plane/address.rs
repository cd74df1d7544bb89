//! Where a webhook goes.

use crate::config::meant::{App, Origin, Webhooks};
use crate::net::upstream::Destination;
use crate::webhook::payload::Draft;

/// The URL of a webhook: the base and the documented path, or what `paths` says of the event, `own`,
/// its store filled in.
pub(super) fn url(webhooks: &Webhooks, own: Option<String>, draft: &Draft) -> String {
    let mut url = match own {
        Some(path) if path.starts_with('/') => format!("{}{path}", origin_text(&webhooks.url)),
        Some(url) => url,
        None => format!("{}{}", webhooks.url, draft.path),
    };
    if let Some(query) = &draft.query {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(query);
    }
    url
}

/// What is connected to: `upstreams` of the app hold for its webhooks as well.
pub(super) fn destination(app: Option<&App>, url: &str) -> Option<Destination> {
    let origin = origin(url)?;
    let upstreams = app.map_or(&[][..], |app| &app.upstreams);
    let upstream = upstreams.iter().find(|upstream| upstream.from == origin);
    Some(match upstream {
        Some(upstream) => Destination { origin: upstream.to.clone(), insecure: upstream.insecure },
        None => Destination { origin, insecure: false },
    })
}

/// What the webhooks of an app that has some are connected to.
pub fn origin_of_webhooks(app: &App) -> Option<Origin> {
    let url = &app.webhooks.as_ref()?.url;
    destination(Some(app), url).map(|to| to.origin)
}

fn origin(url: &str) -> Option<Origin> {
    let uri: hyper::Uri = url.parse().ok()?;
    let tls = uri.scheme_str()?.eq_ignore_ascii_case("https");
    let host = uri.host()?.trim_end_matches('.').to_ascii_lowercase();
    Some(Origin { tls, host, port: uri.port_u16().unwrap_or(if tls { 443 } else { 80 }) })
}

/// Scheme and authority of a URL.
fn origin_text(url: &str) -> &str {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(authority..).and_then(|rest| rest.find('/'));
    end.and_then(|end| url.get(..authority + end)).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn of(own: Option<&str>, query: Option<&str>) -> String {
        let webhooks = Webhooks {
            url: "https://shop.ru/evotor".into(),
            auth: None,
            auths: HashMap::new(),
            paths: HashMap::new(),
            documents_v1: false,
            inventories_items: false,
            subscription_zulu: false,
            tariff: false,
        };
        let (path, query) = ("/api/v1/docs".to_owned(), query.map(str::to_owned));
        let draft = Draft { path, query, fields: Vec::new(), body: None };
        url(&webhooks, own.map(str::to_owned), &draft)
    }

    #[test]
    fn the_documented_path_follows_the_base() {
        assert_eq!(of(None, None), "https://shop.ru/evotor/api/v1/docs");
        assert_eq!(of(None, Some("a=1")), "https://shop.ru/evotor/api/v1/docs?a=1");
    }

    #[test]
    fn a_path_of_its_own_is_whole() {
        assert_eq!(of(Some("/crm/"), None), "https://shop.ru/crm/");
        assert_eq!(of(Some("http://x:1/y?z=2"), Some("a=1")), "http://x:1/y?z=2&a=1");
    }
}
