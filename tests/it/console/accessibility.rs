//! Rules of WCAG 2.2 AA where something opens in front of a view, and where the focus goes when it closes.

use super::{page, stage, three_exchanges};
use crate::support::browser::Browser;

const RULES: &str = include_str!("rules.js");

fn expect_rules(browser: &Browser, what: &str) {
    let wrong = browser.run(RULES);
    assert_eq!(wrong, serde_json::json!([]), "{what}");
}

#[test]
fn what_stands_behind_the_chips_keeps_the_rules() {
    let Some((stage, browser)) = stage("ru") else { return };
    three_exchanges(&stage);
    stage.gateway.advance("3d");
    for width in [1280, 400] {
        browser.resize(width, 900);
        browser.open(&page(&stage.gateway, "#/rules"));
        browser.until("the strip", "document.querySelector('[data-chip=clock]')");
        let fold = "const fold = document.querySelector('.strip .fold'); if (fold.offsetParent) fold.click()";
        browser.run(fold);
        for chip in ["terminal", "rules", "upstream", "token", "webhook", "clock"] {
            browser.run(&format!("document.querySelector('[data-chip={chip}]').click()"));
            browser.until(chip, "document.querySelector('.behind:not([hidden]) li')");
            expect_rules(&browser, &format!("{chip} {width}"));
        }
        browser.run("document.querySelector('.behind button').focus()");
        browser.keys(crate::support::browser::ESCAPE);
        browser.until("it is closed", "document.querySelector('.behind').hidden");
        assert_eq!(browser.run("return document.activeElement.dataset.chip"), "clock");
    }
}

#[test]
fn dialogs_keep_the_rules_and_give_the_focus_back() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until("the exchange", "document.querySelector('.sentence')");
    for (name, dialog) in
        [("Keyboard shortcuts", "dialog .keys"), ("Edit and replay…", "dialog.editor")]
    {
        let found = format!(
            "[...document.querySelectorAll('button')].find((one) => [one.textContent, one.getAttribute('aria-label')].includes('{name}'))"
        );
        // What stands in a menu gives the focus back to the button that opened it.
        let holder = browser.run(&format!(
            "const one = {found}; const menu = one.closest('[role=menu]');\
             const opener = menu && document.querySelector(`[aria-controls=${{menu.id}}]`);\
             opener?.click(); {found}.focus(); return opener?.getAttribute('aria-label') ?? '{name}'"
        ));
        browser.keys(crate::support::browser::ENTER);
        browser.until(name, &format!("document.querySelector('{dialog}')"));
        expect_rules(&browser, name);
        assert_eq!(
            browser.run("return document.querySelector('dialog').contains(document.activeElement)"),
            true
        );
        browser.keys(crate::support::browser::ESCAPE);
        browser.until("the page again", "!document.querySelector('dialog')");
        let label = browser.run("return document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
        assert_eq!(label, holder, "the focus is where it was");
    }
}
