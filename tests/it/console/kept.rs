//! What somebody works with stays: the filter, and the place of the keyboard.

use super::{page, stage, three_exchanges};
use crate::support::browser::ENTER;

#[test]
fn the_filter_survives_a_replay_and_the_way_through_other_views() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/exchange/1?filter=path:/api/*"));
    browser.until("the exchange", "document.querySelector('.sentence')");
    browser.press("Replay through the gateway");
    browser.until("the new one", "location.hash.startsWith('#/exchange/4')");
    assert_eq!(browser.run("return location.hash"), "#/exchange/4?filter=path%3A%2Fapi%2F*");
    // The keyboard goes on where the new exchange is.
    browser.until("the focus", "document.activeElement.id === 'detail-title'");
    browser.press("Faults");
    browser.until(
        "the faults",
        "location.hash === '#/faults' && document.querySelector('#faults-now')",
    );
    browser.press("Requests");
    browser.until("the filter", "location.hash === '#/timeline?filter=path%3A%2Fapi%2F*'");
    browser.until("the rows of it", "document.querySelectorAll('.row').length === 3");
}

#[test]
fn what_an_app_has_of_a_user_keeps_the_focus_when_it_is_changed() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/world"));
    browser.until("the app", "document.querySelector('.standing')");
    let focused = "document.activeElement.textContent";
    browser.run("[...document.querySelectorAll('.standing button')].find((one) => one.textContent === 'Uninstall').focus()");
    browser.keys(ENTER);
    browser.until("the question", "document.querySelector('dialog[open] .danger')");
    browser.run("document.querySelector('dialog[open] .danger').click()");
    browser.until("the button, turned round", &format!("{focused} === 'Install'"));
    browser.run("const token = document.querySelector('.token'); token.open = true; token.querySelector('input').focus()");
    browser.keys(&format!("by-hand-0123456789{ENTER}"));
    browser.until("the token", "document.querySelector('.standing').innerText.includes('6789')");
    browser.until("its place", &format!("{focused} === 'Replace'"));
    browser.press("Add a user");
    browser.until("the form", "document.querySelector('dialog form')");
    browser.keys(&format!("01-000000000000777{ENTER}"));
    browser.until(
        "the user",
        "document.activeElement.getAttribute('aria-label') === 'Delete: 01-000000000000777'",
    );
}

#[test]
fn a_changed_entry_keeps_the_focus() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/world"));
    browser.press("Change: Кофейня");
    browser.until("the form", "document.querySelector('dialog form')");
    browser.run("const name = [...document.querySelectorAll('dialog label')].find((one) => one.textContent === 'Name').control; name.focus(); name.select();");
    browser.keys(&format!("Bakery{ENTER}"));
    browser.until(
        "the focus",
        "document.activeElement.getAttribute('aria-label') === 'Change: Bakery'",
    );
}

#[test]
fn a_fault_is_not_made_by_mistake_and_is_seen_from_every_view() {
    let Some((stage, browser)) = stage("en") else { return };
    let faults =
        || stage.gateway.api_ok("GET", "/api/faults", None)["faults"].as_array().unwrap().len();
    let set = |name: &str, value: &str| {
        browser.run(&format!(
            "const input = document.querySelector('[data-name={name}]'); input.value = '{value}';\
             input.dispatchEvent(new Event('input', {{bubbles: true}}));"
        ));
    };
    browser.open(&page(&stage.gateway, "#/faults"));
    browser.until("the form", "document.querySelector('[data-name=p]')");
    assert_eq!(
        browser.run("return document.querySelector('[data-name=event]')"),
        serde_json::Value::Null
    );
    for wrong in ["abc", "0", "1.5", "-1", "NaN"] {
        set("p", wrong);
        browser.press("Add the fault");
        browser.until(
            "why not",
            "document.querySelector('form .trouble')?.textContent.startsWith('Probability')",
        );
        assert_eq!(browser.run("return document.activeElement.dataset.name"), "p", "{wrong}");
        set("p", "");
        browser.run("document.querySelector('form .trouble').remove()");
    }
    browser.press("Add the fault");
    browser.until("the question", "document.querySelector('dialog[open]')");
    browser.press("Cancel");
    browser.until("no question", "!document.querySelector('dialog')");
    assert_eq!(faults(), 0);
    set("path", "/api/fx*");
    set("p", "0,5");
    browser.press("Add the fault");
    browser.until("it is there", "document.querySelector('.data tbody tr')");
    assert_eq!(stage.gateway.api_ok("GET", "/api/faults", None)["faults"][0]["p"], 0.5);
    browser.press("Add the fault");
    browser
        .until("the same", "document.querySelector('form .trouble')?.textContent.includes('f1')");
    assert_eq!(faults(), 1);
    for view in ["#/timeline", "#/webhooks", "#/world", "#/rules", "#/connect", "#/faults"] {
        browser.open(&page(&stage.gateway, view));
        browser.until(
            view,
            "document.querySelector('[data-chip=faults]')?.textContent.includes('faults 1')",
        );
    }
    browser.press("Delete all");
    browser.until("no chip", "!document.querySelector('[data-chip=faults]')");
}
