//! What one looks for in an exchange stands on its first screen; what is wanted more rarely is near.

use std::fmt::Write as _;

use serde_json::json;

use super::{page, stage, stage_before};
use crate::support::browser::{DOWN, ENTER, ESCAPE};
use crate::support::{Partner, get, ok, post};

/// What an app sends of itself, all of which the gateway takes away or replaces.
const OWN: [&str; 4] = [
    "Content-Type: application/json",
    "X-Device-UUID: 20240105-9F8E-407D-80C6-B5A493827160",
    "X-Evotor-Store-Uuid: forged",
    "Authorization: Bearer own",
];

#[test]
fn both_bodies_stand_side_by_side_on_the_first_screen() {
    for language in ["en", "ru"] {
        let Some((stage, browser)) = stage(language) else { return };
        stage.ask(post("/api/cards", &OWN, b"{\"card\":\"1234\",\"items\":[{\"sku\":\"A-1\"}]}"));
        let id = stage.gateway.recorded(1)[0]["id"].clone();
        browser.open(&page(&stage.gateway, &format!("#/exchange/{id}")));
        browser.until("the bodies", "document.querySelectorAll('.bodies .content').length === 2");
        let boxes = browser.run(
            "return [...document.querySelectorAll('.bodies .content')].map((one) => { const {top, left} = one.getBoundingClientRect(); return [top, left]; })",
        );
        let (one, other) = (&boxes[0], &boxes[1]);
        assert!(one[0].as_f64().unwrap() < 400.0, "{language}: {boxes}");
        assert_eq!(one[0], other[0], "{language}: {boxes}");
        assert!(one[1].as_f64().unwrap() + 100.0 < other[1].as_f64().unwrap(), "{boxes}");
        // What was changed of the headers is one line, which names them.
        let line = browser.run("return document.querySelector('.flowing').offsetHeight");
        assert!(line.as_u64().unwrap() < 40, "{line}");
        let said = browser.text(".flowing summary");
        assert!(said.contains("Authorization") && said.contains('≠'), "{said}");
        browser.run("document.querySelector('.flowing summary').click()");
        browser.until(
            "each change with its reason",
            "document.querySelector('.flow .reason')?.offsetHeight > 0",
        );
        let title = browser.run("return document.title");
        let title = title.as_str().unwrap();
        let sign = if language == "en" { '#' } else { '№' };
        assert!(title.starts_with(&format!("{sign}{id} POST /api/cards 200")), "{title}");
        assert_eq!(browser.complaints(), [""; 0]);
    }
}

#[test]
fn one_thing_is_done_at_once_and_the_others_from_a_menu_by_keys() {
    let Some((stage, browser)) = stage("en") else { return };
    stage.ask(get("/api/points", &[]));
    stage.gateway.recorded(1);
    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until("the exchange", "document.querySelector('.detail .actions')");
    let shown = browser.run(
        "return [...document.querySelectorAll('.detail .actions button, .detail .actions a')].filter((one) => one.offsetParent).map((one) => one.textContent)",
    );
    assert_eq!(shown, json!(["☆", "Replay through the gateway", "⋯", "×"]));
    browser.run("document.querySelector('.detail [aria-haspopup=menu]').focus()");
    browser.keys(ENTER);
    let focus = || browser.run("return document.activeElement.textContent");
    browser.until("the menu", "document.activeElement.getAttribute('role') === 'menuitem'");
    assert_eq!(focus(), "Replay to the partner only");
    browser.keys(DOWN);
    assert_eq!(focus(), "Edit and replay…");
    browser.keys(ESCAPE);
    assert_eq!(focus(), "⋯", "the menu gives the focus back");
    assert_eq!(browser.run("return [document.querySelector('.detail').hidden, document.querySelector('.detail [role=menu]').hidden]"), json!([false, true]));
    browser.keys(&format!("{ENTER}{DOWN}{ENTER}"));
    browser.until("the editor", "document.querySelector('dialog.editor[open]')");
}

#[test]
fn a_text_is_found_in_a_large_body_which_is_drawn_by_need() {
    let mut body = String::from("{\"items\":[");
    for nth in 0..900 {
        let comma = if nth == 0 { "" } else { "," };
        let _ = write!(body, "{comma}{{\"id\":{nth},\"name\":\"Товар {nth}\",\"tags\":[1,2]}}");
    }
    body.push_str("]}");
    let Some((stage, browser)) = stage_before(
        Partner::scripted(move |call| {
            call.body();
            call.send(&ok(&body));
        }),
        "en",
    ) else {
        return;
    };
    stage.ask(get("/api/goods", &[]));
    stage.gateway.recorded(1);
    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until("the tree", "document.querySelector('.tree .key')");
    let drawn =
        || browser.run("return document.querySelectorAll('.tree *').length").as_u64().unwrap();
    assert!(drawn() < 4_000, "{} elements before anybody asked", drawn());
    browser.run("document.querySelector('.finder input').focus()");
    browser.keys("товар 87");
    browser.until("how often", "document.querySelector('.finder .hint').textContent === '1 / 11'");
    browser.keys(ENTER);
    browser.until("the next", "document.querySelector('.finder .hint').textContent === '2 / 11'");
    browser.until(
        "its line in sight",
        "(() => { const line = document.querySelector('.hit'); if (!line?.textContent.includes('Товар 870')) return false;\
          const [one, box] = [line.getBoundingClientRect(), document.querySelector('.tree').getBoundingClientRect()];\
          return one.top >= box.top && one.bottom <= box.bottom; })()",
    );
    assert!(drawn() < 12_000, "{} elements for two places", drawn());
    browser.keys("z");
    browser.until("nothing", "document.querySelector('.finder .hint').textContent === 'not found'");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_body_of_parts_is_shown_part_by_part_and_nothing_of_it_is_cut_off() {
    let Some((stage, browser)) = stage("en") else { return };
    let mut body = String::new();
    for nth in 1..=12 {
        body.push_str(&format!(
            "--cut\r\nContent-Disposition: form-data; name=\"field-{nth}\"\r\n\r\nЗначение {nth}\r\n"
        ));
    }
    body.push_str("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n123456\r\n--cut--\r\n");
    let fields = ["Content-Type: multipart/form-data; boundary=cut"];
    stage.ask(post("/api/points", &fields, body.as_bytes())).expect_ok("parts");
    stage.gateway.recorded(1);
    for width in [1280, 1024, 400] {
        browser.resize(width, 900);
        browser.open(&page(&stage.gateway, "#/exchange/1"));
        browser.until("the parts", "document.querySelectorAll('.parts > li').length === 13");
        assert!(browser.text(".parts > li:nth-child(12)").contains("Значение 12"));
        assert!(
            browser.text(".parts > li:nth-child(13)").contains("6 bytes"),
            "{}",
            browser.text(".parts > li:nth-child(13)")
        );
        // The number of two digits stands before its part, inside what is not cut off.
        let room = browser.run(
            "const list = document.querySelector('.parts'); \
             return parseFloat(getComputedStyle(list).paddingInlineStart) >= 1.5 * parseFloat(getComputedStyle(list).fontSize)",
        );
        assert_eq!(room, true, "{width}");
    }
    assert_eq!(browser.complaints(), [""; 0]);
}
