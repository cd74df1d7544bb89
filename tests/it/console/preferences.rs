//! What the system says of its user is kept: colours of their own, and no motion.

use serde_json::{Value, json};

use super::{page, stage, three_exchanges};
use crate::support::browser::{Browser, TAB};

/// Computed values of the first element that a selector finds. A ground without opacity is the one below it.
fn style(browser: &Browser, selector: &str, names: &[&str]) -> Value {
    browser.run(&format!(
        "const style = getComputedStyle(document.querySelector({}));\
         return {}.map((name) => style[name].replace(/^rgba\\(255, 255, 255, 0\\)$/, 'rgb(255, 255, 255)'))",
        json!(selector),
        json!(names)
    ))
}

#[track_caller]
fn differ(browser: &Browser, one: &str, other: &str, names: &[&str]) {
    let [left, right] = [one, other].map(|selector| style(browser, selector, names));
    assert_ne!(left, right, "{one} and {other} look the same: {names:?}");
}

#[test]
fn with_forced_colours_what_is_chosen_pressed_live_or_focused_is_told_apart() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.media("forced-colors", "active");
    browser.open(&page(&stage.gateway, "#/exchange/2"));
    browser.until("the exchange", "document.querySelector('.detail .panel') && document.querySelector('.row[aria-selected=true]') && document.querySelector('.live[data-state=live]')");
    assert_eq!(browser.run("return matchMedia('(forced-colors: active)').matches"), true);
    let ground = ["backgroundColor"];
    let edge = ["borderBottomColor"];
    differ(&browser, ".top nav a[aria-current]", ".top nav a:not([aria-current])", &edge);
    differ(&browser, "[role=tab][aria-selected=true]", "[role=tab][aria-selected=false]", &edge);
    differ(&browser, ".pair [aria-pressed=true]", ".pair [aria-pressed=false]", &ground);
    differ(&browser, ".row[aria-selected=true]", ".row[aria-selected=false]", &ground);
    differ(
        &browser,
        ".row[aria-selected=true] .host",
        ".row[aria-selected=false] .host",
        &["color"],
    );
    differ(&browser, ".live .dot", ".stream", &ground);
    browser.run("document.querySelector('[data-chip=rules]').click()");
    differ(&browser, "[data-chip=rules]", "[data-chip=upstream]", &ground);
    let chip = style(&browser, "[data-chip=upstream]", &["borderTopStyle", "borderTopColor"]);
    let behind = style(&browser, ".strip", &["backgroundColor", "backgroundColor"]);
    assert_eq!(chip[0], "solid");
    assert_ne!(chip[1], behind[1], "a chip has an edge");
    // The mirror below the filter says nothing twice.
    let mirror = style(&browser, ".filter .mirror", &["color"]);
    assert_eq!(mirror, json!(["rgba(0, 0, 0, 0)"]));
    let alive = style(&browser, ".live .dot", &["backgroundColor"]);
    browser.keys("p");
    browser.until("it pauses", "document.querySelector('.live[data-state=paused]')");
    assert_ne!(style(&browser, ".live .dot", &["backgroundColor"]), alive);
    browser.keys(TAB);
    let focus = browser.run("const {outlineStyle, outlineWidth} = getComputedStyle(document.activeElement); return [outlineStyle, parseFloat(outlineWidth) >= 2]");
    assert_eq!(focus, json!(["solid", true]));
}

#[test]
fn nothing_moves_where_motion_is_not_wanted() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    let moving = "return [...document.querySelectorAll('*')].filter((one) => {\
        const style = getComputedStyle(one);\
        return style.animationName !== 'none' || style.transitionDuration.split(', ').some((time) => parseFloat(time) > 0) || style.scrollBehavior === 'smooth';\
      }).map((one) => one.className)";
    for (motion, expected) in [("no-preference", json!(["toast good"])), ("reduce", json!([]))] {
        browser.media("prefers-reduced-motion", motion);
        for view in [
            "",
            "#/webhooks/documents",
            "#/world",
            "#/faults",
            "#/rules",
            "#/connect",
            "#/exchange/1",
        ] {
            browser.open(&page(&stage.gateway, view));
            browser.until("the view", "document.querySelector('main h1')");
            browser.run("const {toast} = await import('/console/toast.js'); toast('done')");
            assert_eq!(browser.run(moving), expected, "{view} {motion}");
        }
    }
    assert_eq!(browser.run("return document.getAnimations().length"), 0);
}

#[test]
fn the_theme_is_chosen_and_left_to_the_system_again() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.media("prefers-color-scheme", "dark");
    browser.open(&page(&stage.gateway, "#/rules"));
    let ground = || browser.run("return getComputedStyle(document.body).backgroundColor");
    let dark = ground();
    browser.press("Light");
    let light = ground();
    assert_ne!(light, dark);
    browser.open(&page(&stage.gateway, "#/rules"));
    assert_eq!(ground(), light, "it stays");
    assert_eq!(
        browser.run(
            "return document.querySelector('[role=menuitemradio][aria-checked=true]').textContent"
        ),
        "✓Light"
    );
    browser.press("As the system");
    assert_eq!(ground(), dark);
    browser.open(&page(&stage.gateway, "#/rules"));
    assert_eq!(ground(), dark, "it stays too");
    browser.media("prefers-color-scheme", "light");
    assert_eq!(ground(), light);
}
