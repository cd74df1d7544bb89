//! Names that every object knows mean nothing here: neither as an address nor as what the gateway says.

use serde_json::json;

use super::{page, stage, three_exchanges};

/// What `Object.prototype` answers to.
const INHERITED: [&str; 7] = [
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "__defineGetter__",
    "isPrototypeOf",
];

#[test]
fn an_address_of_such_a_name_is_the_timeline_and_the_next_one_is_shown() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    for name in INHERITED {
        browser.run(&format!("location.hash = '#/{name}'"));
        browser.until("the timeline", "document.querySelector('.timeline .row')");
        let marked = "return document.querySelector('nav [aria-current=page]')?.dataset.view";
        assert_eq!(browser.run(marked), "timeline", "{name}");
        browser.run("location.hash = '#/connect'");
        browser.until("another view", "document.querySelector('.authority')");
        browser.run(&format!("location.hash = '#/exchange/1?tab={name}'"));
        browser.until(
            "the first tab",
            "document.querySelector('[role=tab][aria-selected=true]')?.id === 'tab-body'",
        );
        for view in ["webhooks", "compare", "rules", "exchange"] {
            browser.run(&format!("location.hash = '#/{view}/{name}/{name}?app={name}'"));
            browser.until("something", "document.querySelector('main')?.firstElementChild");
        }
        browser.run("location.hash = '#/faults'");
        browser.until("the next one", "document.querySelector('form.card')");
    }
    let severe = browser.complaints();
    // The addresses of exchanges that there are not are asked for all the same.
    let own: Vec<_> = severe.iter().filter(|one| !one.contains("Failed to load")).collect();
    assert!(own.is_empty(), "{own:?}");
}

#[test]
fn what_the_gateway_says_in_such_names_is_shown_as_it_is() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, ""));
    for name in INHERITED {
        let found = browser.run(&format!(
            "const name = {};\
             const {{say, knows}} = await import('/console/words.js');\
             const {{option, outcome}} = await import('/console/row.js');\
             const {{sentence}} = await import('/console/sentence.js');\
             const {{columns}} = await import('/console/columns.js');\
             const {{verdict}} = await import('/console/verdict.js');\
             const row = {{id: 1, at: 0, plane: name, method: name, host: name, path: name, url: name, code: name,\
               verdict: name, event: name, app: name, why: 'because', status: 400, took_ms: 1, faults: [name],\
               injected: [{{id: name, side: name, kind: name, value: name, raw: false}}],\
               finding: {{level: name, place: name, pointer: name, text: name, rule: name, source: name}}}};\
             const message = {{line: name, status: null, fields: [], body: null}};\
             const whole = {{...row, stages: {{asked: message, passed: message}}, explanation: null,\
               findings: [row.finding], copies: [],\
               changes: [{{of: 'request', name, change: name, was: name, now: name, reason: name}}]}};\
             return [knows(name), say(name), say('detail.missing', JSON.parse('{{}}')),\
               option(row).querySelector('.way').textContent,\
               columns(whole).querySelector('.reason').textContent,\
               sentence({{...whole, injected: [], plane: 'proxy'}})[0].endsWith('because'),\
               sentence(whole)[1].textContent,\
               verdict(whole)[0].textContent];",
            json!(name)
        ));
        let text = found.to_string();
        assert_eq!((&found[0], &found[1]), (&json!(false), &json!(name)), "{text}");
        assert_eq!(found[3], "", "{text}");
        assert_eq!(found[5], true, "{text}");
        for alien in ["function", "native code", "[object"] {
            assert!(!text.contains(alien), "{name}: {text}");
        }
    }
}
