//! Text is as large as somebody has set the browser to, and what holds it grows with it.

use serde_json::{Value, json};

use super::{page, stage, three_exchanges};
use crate::support::Stage;
use crate::support::browser::Browser;

/// Size of text and the height of controls and rows, in pixels.
fn sizes(stage: &Stage, browser: &Browser) -> Value {
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    browser.run(
        "await new Promise((wake) => setTimeout(wake, 200));\
         const rows = [...document.querySelectorAll('.row')].map((row) => row.getBoundingClientRect());\
         const text = (selector) => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize);\
         return {body: text('body'), method: text('.row .method'), button: text('button'),\
           control: document.querySelector('.flowtools button').offsetHeight,\
           heights: rows.map((box) => box.height), steps: rows.slice(1).map((box, at) => box.top - rows[at].top),\
           cut: [...document.querySelectorAll('.row > :not(.unseen)')].filter((one) => one.scrollHeight > one.clientHeight + 1).map((one) => one.className)}",
    )
}

#[test]
fn twice_the_text_has_twice_the_room() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    let usual = sizes(&stage, &browser);
    drop(browser);
    let preferences = json!({"webkit.webprefs.default_font_size": 32});
    let Some(browser) = Browser::start_with("en", &preferences) else { return };
    browser.resize(2560, 1800);
    let large = sizes(&stage, &browser);
    for name in ["body", "method", "button", "control"] {
        let [before, after] = [&usual, &large].map(|sizes| sizes[name].as_f64().unwrap());
        assert!((after - 2.0 * before).abs() < 2.1, "{name}: {before} and {after}");
    }
    assert_eq!(usual["heights"], json!([44, 44, 44]));
    assert_eq!((&large["heights"], &large["steps"]), (&json!([88, 88, 88]), &json!([88, 88])));
    assert_eq!((&usual["cut"], &large["cut"]), (&json!([]), &json!([])));
}

#[test]
fn rows_of_another_height_stay_where_they_were() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    // As when somebody changes the setting while the page is open.
    browser.run("document.documentElement.style.fontSize = '200%'");
    browser.until(
        "rows of twice the height",
        "[...document.querySelectorAll('.row')].every((row, at) => row.offsetHeight === 88 && row.style.transform === `translateY(${at * 88}px)`) && document.querySelector('.sizer').offsetHeight === 264",
    );
}

#[test]
fn twice_the_text_on_a_desk_needs_no_scrolling_sideways() {
    let preferences = json!({"webkit.webprefs.default_font_size": 32});
    let Some((stage, first)) = stage("ru") else { return };
    drop(first);
    let Some(browser) = Browser::start_with("ru", &preferences) else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    for view in [
        "#/timeline",
        "#/exchange/1",
        "#/webhooks/documents",
        "#/world",
        "#/faults",
        "#/rules",
        "#/connect",
    ] {
        browser.run(&format!("location.hash = '{view}'"));
        browser.until("the view", "document.querySelector('main h1')");
        browser.run("await new Promise((wake) => setTimeout(wake, 300))");
        let wide = browser.run(
            "return [...document.querySelectorAll('html, main')].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `${one.tagName} ${one.scrollWidth}`)",
        );
        assert_eq!(wide, json!([]), "{view}");
    }
}
