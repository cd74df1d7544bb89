//! Tab goes through each view in the order in which it is seen, reaches everything, and is seen.

use serde_json::json;

use super::{page, stage, three_exchanges};
use crate::support::browser::TAB;

const TABBING: &str = include_str!("tabbing.js");

/// Each view, and what shows that it has built itself.
const VIEWS: [(&str, &str); 11] = [
    ("#/timeline", "document.querySelector('.row')"),
    ("#/exchange/1", "document.querySelector('.detail .bodies')"),
    ("#/exchange/3", "document.querySelector('.explained')"),
    ("#/compare/1/3", "document.querySelector('.compared')"),
    ("#/errors", "document.querySelector('.errors tbody tr')"),
    ("#/webhooks/user.create", "document.querySelector('table.payload tbody tr')"),
    ("#/webhooks/documents?tab=deliveries", "document.querySelector('.deliveries .opener')"),
    ("#/world", "document.querySelector('.card.app')"),
    ("#/faults", "document.querySelector('#breakpoints-now')"),
    ("#/rules", "document.querySelector('.patterns')"),
    ("#/connect", "document.querySelector('.steps')"),
];

#[test]
fn every_control_is_reached_in_the_order_in_which_it_is_seen() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    stage.gateway.trigger(&json!({"event": "documents", "wait": true}));
    for width in [1280, 400] {
        browser.resize(width, 900);
        for (view, built) in VIEWS {
            // Begun anew, the focus is nowhere.
            browser.open(&page(&stage.gateway, view));
            browser.until(view, built);
            browser.until("the strip", "document.querySelector('[data-chip=webhook]')");
            browser.run("await new Promise((wake) => setTimeout(wake, 400))");
            let count = browser.run(TABBING).as_u64().unwrap();
            browser.keys(&TAB.repeat(usize::try_from(count).unwrap() + 3));
            assert_eq!(browser.run("return tabbing()"), json!([]), "{view} {width}");
        }
    }
}
