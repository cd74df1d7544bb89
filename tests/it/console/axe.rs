//! axe-core, and rules of our own, on whatever somebody may stand before: every view and what opens in it,
//! in both languages and themes, at the width of a desk and of phones.

use std::fs;

use serde_json::{Value, json};

use super::{page, stage, three_exchanges};
use crate::clients::kit;
use crate::support::browser::Browser;
use crate::support::{Partner, World};

/// Leads from one to the next; gives their names.
const STATES: &str = include_str!("states.js");
const RULES: &str = include_str!("rules.js");

/// What breaks a rule: which one, where, and why. Rules that are on trial count where they are WCAG's.
const JUDGE: &str = "\
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];\
    const rules = {'label-content-name-mismatch': {enabled: true}};\
    const only = ONLY ?? {type: 'tag', values: tags};\
    const {violations} = await axe.run(document, {runOnly: only, ...(ONLY ? {} : {rules}), preload: false, resultTypes: ['violations']});\
    return violations.flatMap(({id, nodes}) => nodes.map(({target, html, failureSummary}) =>\
      [id, target.join(' '), html.slice(0, 200), failureSummary.replace(/\\s+/g, ' ').slice(0, 200)].join(' | ')))";

/// The rules that colours alone can break.
const COLOURS: &str = "['color-contrast', 'link-in-text-block']";

/// Width, theme, and what is judged: what a theme does not change is judged in one of them.
const SIGHTS: [(u32, &str, &str); 4] = [
    (1280, "light", "null"),
    (1280, "dark", COLOURS),
    (400, "dark", "null"),
    (320, "light", "null"),
];

/// axe-core, where it is there. It runs as scripts of WebDriver do: beside the page's policy, which is not
/// loosened for it.
fn axe() -> Option<String> {
    let file = kit::folder().map(|folder| folder.join("node/node_modules/axe-core/axe.min.js"));
    let text = file.and_then(|file| fs::read_to_string(file).ok());
    if text.is_none() {
        assert!(!kit::is_required(), "axe-core is required; `.ci/run` shows how it is installed");
        eprintln!("left out: axe-core is not there");
    }
    Some(format!("{};", text?))
}

#[track_caller]
fn expect_none(browser: &Browser, what: &str, only: &str) {
    let wrong = browser.run(&JUDGE.replace("ONLY", only));
    assert_eq!(wrong, json!([]), "{what}");
}

/// Walks half of the states in a language.
#[track_caller]
fn walk(language: &str, is_first_half: bool) {
    let Some(axe) = axe() else { return };
    let Some((stage, browser)) = stage(language) else { return };
    three_exchanges(&stage);
    for (event, count) in [("documents", 4), ("user.create", 5)] {
        stage.gateway.trigger(&json!({"event": event, "wait": true}));
        let kept = || stage.gateway.api_ok("GET", "/api/exchanges", None)["kept"] == count;
        stage.gateway.eventually("it is recorded", kept);
    }
    browser.open(&page(&stage.gateway, ""));
    browser.run(&axe);
    let names = browser.run(STATES);
    let names: Vec<&str> = names.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let (first, second) = names.split_at(names.iter().position(|name| *name == "send").unwrap());
    for name in if is_first_half { first } else { second } {
        browser.resize(1280, 900);
        browser.run(&format!("await stand({})", json!(name)));
        for (width, theme, only) in SIGHTS {
            browser.resize(width, 900);
            browser.run(&format!(
                "document.documentElement.dataset.theme = '{theme}';\
                 await new Promise((wake) => requestAnimationFrame(() => setTimeout(wake, 30)))"
            ));
            let what = format!("{name}, {language}, {theme}, {width}");
            expect_none(&browser, &what, only);
            if only == "null" {
                assert_eq!(browser.run(RULES), json!([]), "{what}");
            }
        }
    }
    assert_eq!(browser.complaints().iter().filter(|one| one.contains("Policy")).count(), 0);
}

#[test]
fn requests_break_no_rule_in_english() {
    walk("en", true);
}

#[test]
fn requests_break_no_rule_in_russian() {
    walk("ru", true);
}

#[test]
fn webhooks_terminals_faults_and_rules_break_no_rule_in_english() {
    walk("en", false);
}

#[test]
fn webhooks_terminals_faults_and_rules_break_no_rule_in_russian() {
    walk("ru", false);
}

#[test]
fn the_sign_in_page_breaks_no_rule_and_looks_as_was_chosen_in_the_console() {
    let Some(axe) = axe() else { return };
    let Some(browser) = Browser::start("en") else { return };
    let world = World::of(&Partner::start()).top("admin", "{token: sign-in-0123456789abcdef}");
    let gateway = world.start();
    let mut grounds = Vec::new();
    for (theme, language, name) in [("light", "en", "Sign in"), ("dark", "ru", "Войти")] {
        browser.open(&page(&gateway, ""));
        browser.run(&format!(
            "localStorage.setItem('evotor-gateway', JSON.stringify({{theme: '{theme}', language: '{language}'}}))"
        ));
        browser.open(&page(&gateway, ""));
        browser.until("the page", "document.querySelector('#enter')");
        assert_eq!(browser.text("#enter"), name);
        browser.run(&axe);
        for width in [1280, 400, 320] {
            browser.resize(width, 900);
            expect_none(&browser, &format!("signing in, {theme}, {language}, {width}"), "null");
        }
        let ground = "return getComputedStyle(document.body).backgroundColor";
        grounds.push(browser.run(ground));
    }
    assert_eq!(grounds, ["rgb(244, 245, 247)", "rgb(15, 20, 25)"]);
    assert_eq!(browser.complaints().iter().filter(|one| one.contains("Policy")).count(), 0);
}
