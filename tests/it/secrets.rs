//! Secrets planted in every place where they can enter are looked for in every place where something
//! can leave. Two ways out are meant to carry them and are not looked at: `/api/state`, whose document
//! says that it holds tokens, and whatever is asked for with `reveal`. What the partner receives is
//! the product itself: the user's token in `Authorization`, and all the app sends.

mod entries;
mod exits;
mod plants;

use std::collections::BTreeMap;

use crate::support::Gateway;
use crate::support::service::Service;
use crate::support::world::APP;
use plants::Plants;

#[test]
fn no_planted_secret_leaves() {
    for (format, seed) in [("text", 1), ("json", 2)] {
        let plants = Plants::new(seed);
        let service = Service::start();
        let mut gateway = plants.world(&service).arg("--log").arg(format).start();
        let mut seen = entries::plant(&gateway, &service, &plants);
        exits::api(&gateway, &plants, &mut seen);
        exits::commands(&gateway, &plants, &mut seen);
        expect_none(&gateway, &plants, &seen);
        // What was the app's stays secret in what was recorded before it went.
        for app in [APP, plants::STOCK] {
            let path = format!("/api/world/apps/{app}?cascade=true");
            let answer = exits::admin(&gateway, &plants, "DELETE", &path, "");
            assert_eq!(answer.status, 200, "{}", answer.describe());
            seen.insert(format!("the removal of {app}"), answer.text());
        }
        exits::api(&gateway, &plants, &mut seen);
        expect_none(&gateway, &plants, &seen);
        let path = format!("/api/world/apps/{APP}/restore");
        let answer = exits::admin(&gateway, &plants, "POST", &path, "{}");
        assert_eq!(answer.status, 200, "{}", answer.describe());
        seen.insert("what was restored".to_owned(), answer.text());
        expect_none(&gateway, &plants, &seen);
        gateway.signal("TERM");
        gateway.wait();
        seen.insert("the log".to_owned(), gateway.log() + &gateway.output());
        expect_none(&gateway, &plants, &seen);
    }
}

#[test]
fn who_asks_for_secrets_gets_them() {
    let plants = Plants::new(3);
    let service = Service::start();
    let gateway = plants.world(&service).start();
    entries::plant(&gateway, &service, &plants);
    for path in ["/api/deliveries?reveal=true", "/api/exchanges.har?reveal=true"] {
        gateway.eventually(path, || {
            exits::get(&gateway, &plants, path).contains(plants.of("the learned token"))
        });
    }
    let shown = exits::command(&gateway, &plants, &["deliveries", "--json", "--reveal"]);
    assert!(shown.contains(plants.of("the learned token")), "{shown}");
}

/// Asserts that nothing of what was seen holds a secret.
#[track_caller]
fn expect_none(gateway: &Gateway, plants: &Plants, seen: &BTreeMap<String, String>) {
    assert!(seen.len() > 60, "{:?}", seen.keys());
    let mut found = Vec::new();
    let cloud_token = exits::cloud_token(gateway, plants);
    for (place, text) in seen {
        let has_token = cloud_token.as_ref().is_some_and(|token| text.contains(token));
        found.extend(has_token.then(|| format!("{place}: the cloud's token")));
        found.extend(plants.found_in(text).map(|found| format!("{place}: {found}")));
    }
    assert!(found.is_empty(), "{} at {}", found.join("\n"), gateway.admin);
}
