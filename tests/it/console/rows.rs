//! Rows: links that filter by what is clicked, dated, and as close as one likes.

use serde_json::{Value, json};

use super::{page, stage, three_exchanges};
use crate::support::browser::Browser;
use crate::support::{Gateway, get};

fn filter(browser: &Browser) -> Value {
    browser.run("return [document.querySelector('#filter').value, new URLSearchParams(location.hash.split('?')[1]).get('filter')]")
}

/// A click with or without Alt, as a mouse does it.
fn click(browser: &Browser, selector: &str, alt: bool) {
    browser.until(selector, &format!("document.querySelector(`{selector}`)"));
    browser.run(&format!(
        "document.querySelector(`{selector}`).dispatchEvent(new MouseEvent('click', {{bubbles: true, cancelable: true, altKey: {alt}}}))"
    ));
}

#[test]
fn rows_are_links_in_the_order_in_which_they_are_seen() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/timeline?filter=plane%3Aproxy"));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    let row = browser.run("const one = document.querySelector('.row'); return [one.tagName, one.getAttribute('href')]");
    assert_eq!(row, json!(["A", "#/exchange/3?filter=plane%3Aproxy"]));
    // With Ctrl the browser opens it; the page stays where it is.
    let left = browser.run(
        "const event = new MouseEvent('click', {bubbles: true, cancelable: true, ctrlKey: true});\
         document.addEventListener('click', (event) => { window.isLeft = !event.defaultPrevented; event.preventDefault(); }, {once: true});\
         document.querySelector('.row .where').dispatchEvent(event); return [window.isLeft, location.hash]",
    );
    assert_eq!(left, json!([true, "#/timeline?filter=plane%3Aproxy"]));
    click(&browser, ".row .where", false);
    browser.until("the exchange", "location.hash === '#/exchange/3?filter=plane%3Aproxy'");
    let har: Vec<Value> = (0..200).map(|nth| entry(&format!("/api/{nth}"), 0)).collect();
    stage.gateway.api_ok("POST", "/api/exchanges.har", Some(&json!({"log": {"entries": har}})));
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length > 20");
    for top in [3000, 1500, 0] {
        browser.run(&format!(
            "document.querySelector('.list').scrollTop = {top}; await new Promise((wake) => setTimeout(wake, 200))"
        ));
        let places = browser.run("return [...document.querySelectorAll('.row')].map((one) => Number(one.getAttribute('aria-posinset')))");
        let places: Vec<u64> =
            places.as_array().unwrap().iter().map(|one| one.as_u64().unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
    }
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_value_that_is_clicked_is_added_to_the_filter_and_with_alt_taken_away() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/exchange/2"));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    click(&browser, ".row .result", false);
    browser.until("the refused one", "document.querySelectorAll('.row').length === 1");
    assert_eq!(filter(&browser), json!(["status:403", "status:403"]));
    click(&browser, "[data-term^=app]", false);
    browser.until(
        "two terms",
        "document.querySelector('#filter').value === 'status:403 app:=loyalty'",
    );
    // What was looked at stays open.
    assert!(browser.run("return location.hash").as_str().unwrap().starts_with("#/exchange/2?"));
    click(&browser, ".row .result", true);
    browser.until("all of the app", "document.querySelectorAll('.row').length === 3");
    assert_eq!(filter(&browser), json!(["app:=loyalty", "app:=loyalty"]));
    click(&browser, ".row .result", true);
    browser.until("all others", "document.querySelectorAll('.row').length === 2");
    assert_eq!(filter(&browser)[0], "app:=loyalty -status:403");
    // From the opened exchange, where keys reach it too.
    browser.press("Касса");
    browser.until("its term", "document.querySelector('#filter').value.endsWith('device:=Касса')");
    browser.until("its rows", "document.querySelectorAll('.row').length === 2");
    browser.run("history.back()");
    browser.until(
        "the way back",
        "document.querySelector('#filter').value === 'app:=loyalty -status:403'",
    );
    let made = browser.run(
        "const {having, removing, term} = await import('/console/terms.js');\
         return [having('a or b', 'c:d'), removing('(x) or y', 'c:d'), having('-c:d e', 'c:d'), removing('a c:d', 'c:d'),\
           having('\"a b\" x:\"c d\"', 'x:\"c d\"'), term('device', 'a \"b\"'), term('attempt', 2)]",
    );
    assert_eq!(
        made,
        json!([
            "(a or b) c:d",
            "((x) or y) -c:d",
            "e c:d",
            "a",
            "\"a b\" x:\"c d\"",
            "device:=\"a \\\"b\\\"\"",
            "attempt:2"
        ])
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

fn entry(path: &str, days: i64) -> Value {
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
    json!({
        "startedDateTime": at.to_string(), "time": 5,
        "request": {"method": "GET", "url": format!("http://loyalty.example.ru{path}")},
        "response": {"status": 200, "content": {"size": 3, "mimeType": "application/json", "text": "[1]"}},
    })
}

#[test]
fn rows_of_other_days_are_dated_and_parted() {
    let Some((stage, browser)) = stage("ru") else { return };
    let entries = [entry("/api/a", 5), entry("/api/b", 5), entry("/api/c", 2)];
    stage.gateway.api_ok("POST", "/api/exchanges.har", Some(&json!({"log": {"entries": entries}})));
    stage.ask(get("/api/now", &[]));
    stage.gateway.recorded(4);
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length === 4");
    let rows = browser.run(
        "return [...document.querySelectorAll('.row')].map((one) => [one.classList.contains('parted'), one.querySelector('.day').offsetHeight > 0])",
    );
    assert_eq!(rows, json!([[false, false], [true, true], [true, true], [false, true]]));
    // Sizes stand where there is room for them.
    let size = "return document.querySelector('.row:last-child .bulk').offsetHeight > 0 && document.querySelector('.row:last-child .bulk').innerText";
    assert_eq!(browser.run(size), "3 байта");
    browser.resize(1100, 900);
    assert_eq!(browser.run(size), false);
}

/// What explains a status is never cut off, however narrow the list is.
#[test]
fn a_fault_is_named_before_the_host_at_any_width() {
    let Some((stage, browser)) = stage("en") else { return };
    let fault = json!({"plane": "proxy", "side": "answer", "kind": "status", "status": 503});
    assert_eq!(stage.gateway.api("POST", "/api/faults", Some(&fault)).status, 201);
    stage.ask(get("/api/points", &[]));
    stage.gateway.recorded(1);
    for (width, view) in [(1280, ""), (1280, "#/exchange/1"), (1024, "#/exchange/1"), (400, "")] {
        browser.resize(width, 900);
        for compact in [false, true] {
            browser.open(&page(&stage.gateway, view));
            browser.run(&format!(
                "localStorage.setItem('evotor-gateway', JSON.stringify({{rows: '{}'}}))",
                if compact { "compact" } else { "full" }
            ));
            browser.open(&page(&stage.gateway, view));
            browser.until("the row", "document.querySelector('.row .tag.fault')");
            let cut = browser.run(
                "const tag = document.querySelector('.row .tag.fault'); const [own, note] = [tag.getBoundingClientRect(), tag.parentElement.getBoundingClientRect()];\
                 const host = document.querySelector('.row .host').getBoundingClientRect();\
                 return [tag.scrollWidth > tag.clientWidth + 1, own.right > note.right + 1, own.height > 0, host.width > 0 && host.left < own.right]",
            );
            assert_eq!(cut, json!([false, false, true, false]), "{width} {view} {compact}");
        }
    }
}

fn heights(gateway: &Gateway, browser: &Browser) -> (u64, u64) {
    browser.open(&page(gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    let found = browser.run("const [one, two] = document.querySelectorAll('.row'); return [one.offsetHeight, two.getBoundingClientRect().top - one.getBoundingClientRect().top]");
    (found[0].as_u64().unwrap(), found[1].as_u64().unwrap())
}

#[test]
fn rows_are_compact_where_that_is_wanted_and_stay_so() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    assert_eq!(heights(&stage.gateway, &browser), (44, 44));
    browser.press("Compact rows");
    browser.until("they are", "document.querySelector('.row').offsetHeight === 26");
    assert_eq!(heights(&stage.gateway, &browser), (26, 26));
    browser.press("Compact rows");
    browser.until("they are not", "document.querySelector('.row').offsetHeight === 44");
}

#[test]
fn a_narrow_window_cuts_neither_the_navigation_nor_the_reason_of_a_failure() {
    let Some((stage, browser)) = stage("ru") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    assert_eq!(browser.text("#row-3 .number"), "№3");
    browser.resize(400, 800);
    browser.until("the layout", "document.querySelector('#row-3 .host').offsetWidth === 0");
    let cut = "return [...document.querySelectorAll('.top nav a')].filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.textContent)";
    assert_eq!(browser.run(cut), json!([]));
    let share = browser.run("const [why, note] = ['.why', '.note'].map((one) => document.querySelector(`#row-3 ${one}`).offsetWidth); return why / note");
    assert!(share.as_f64().unwrap() > 0.5, "{share} of the line");
    browser.open(&page(&stage.gateway, "#/exchange/3"));
    browser.until("the tabs", "document.querySelector('.detail [role=tab]')");
    let lines = "return new Set([...document.querySelectorAll('.detail [role=tab]')].map((one) => one.offsetTop)).size";
    assert_eq!(browser.run(lines), 1, "lines of tabs");
}
