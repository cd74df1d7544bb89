//! The console in a real browser.

mod accessibility;
mod apps;
mod attempts;
mod axe;
mod connection;
mod copies;
mod detail;
mod editing;
mod entries;
mod errors;
mod files;
mod held;
mod hostile;
mod kept;
mod keyboard;
mod languages;
mod live;
mod many;
mod members;
mod moments;
mod names;
mod payloads;
mod preferences;
mod proposed;
mod refusals;
mod remedies;
mod rows;
mod running;
mod russian;
mod sending;
mod strip;
mod tabbing;
mod text_size;
mod verdicts;
mod views;

use crate::support::browser::Browser;
use crate::support::{Gateway, Partner, Stage, get, ok};

/// The page's address, with the part after `#`.
fn page(gateway: &Gateway, hash: &str) -> String {
    format!("http://{}/{hash}", gateway.admin)
}

/// A gateway, its partner and a browser; nothing where there is no browser.
fn stage(language: &str) -> Option<(Stage, Browser)> {
    stage_before(
        Partner::scripted(|call| {
            call.body();
            call.send(&ok("{\"points\":120}"));
        }),
        language,
    )
}

fn stage_before(partner: Partner, language: &str) -> Option<(Stage, Browser)> {
    let browser = Browser::start(language)?;
    let url = format!("http://{}", partner.addr);
    Some((Stage::of(partner, |world| world.webhooks(&url, &[])), browser))
}

/// Two allowed requests and one that no rule allows; the third is the newest.
fn three_exchanges(stage: &Stage) {
    let kept = || {
        stage.gateway.api_ok("GET", "/api/exchanges", None)["exchanges"].as_array().unwrap().len()
    };
    // One after the other: what different workers hand over may be written in either order.
    for (nth, target) in ["/api/points?phone=1", "/api/points?phone=2", "/admin"].iter().enumerate()
    {
        stage.ask(get(target, &[]));
        stage.gateway.eventually("it is recorded", || kept() == nth + 1);
    }
}
