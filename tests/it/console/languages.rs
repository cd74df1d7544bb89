//! Both languages, and the plurals of each.

use super::{page, stage, three_exchanges};

#[test]
fn the_page_speaks_the_browsers_language_until_another_is_chosen() {
    let Some((stage, browser)) = stage("ru") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    assert_eq!(browser.run("return document.documentElement.lang"), "ru");
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    assert_eq!(browser.text("nav [aria-current]"), "Запросы");
    assert!(browser.text(".sum").starts_with("показаны 3 из 3"), "{}", browser.text(".sum"));

    browser.press("EN English");
    browser.until("the rows again", "document.querySelectorAll('.row').length === 3");
    assert_eq!(browser.run("return document.documentElement.lang"), "en");
    assert_eq!(browser.text("nav [aria-current]"), "Requests");
    assert_eq!(browser.run("return document.activeElement.textContent"), "EN", "the focus stays");

    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until("the sentence", "document.querySelector('.sentence')");
    assert_eq!(browser.text(".sentence"), "Rule 1 allows this URL. The partner answered 200.");
    browser.press("RU Русский");
    browser.until(
        "the sentence",
        "document.querySelector('.sentence')?.innerText.startsWith('Правило 1')",
    );
}

#[test]
fn numbers_take_the_forms_of_their_language() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, ""));
    let forms = "const {say, speak} = await import('/console/words.js');\
                 const {settings} = await import('/console/settings.js');\
                 settings.set('language', LANGUAGE); speak();\
                 return [1, 2, 5, 11, 21, 22, 25, 111, 1.5].map((n) => say('scenarios.steps', {n}));";
    let ru = browser.run(&forms.replace("LANGUAGE", "'ru'"));
    let expected = [
        "1 шаг",
        "2 шага",
        "5 шагов",
        "11 шагов",
        "21 шаг",
        "22 шага",
        "25 шагов",
        "111 шагов",
        "1,5 шага",
    ];
    assert_eq!(ru, serde_json::json!(expected));
    let en = browser.run(&forms.replace("LANGUAGE", "'en'"));
    assert_eq!(en[0], "1 step");
    assert_eq!(en[3], "11 steps");
}

#[test]
fn no_word_is_left_out_of_a_view_in_either_language() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    for view in [
        "",
        "#/exchange/1",
        "#/exchange/3",
        "#/webhooks/documents",
        "#/world",
        "#/faults",
        "#/rules",
        "#/connect",
        "#/compare/1/2",
    ] {
        browser.open(&page(&stage.gateway, view));
        let keys = browser.run(
            "const {default: en} = await import('/console/words/en.js');\
             await new Promise((wake) => setTimeout(wake, 300));\
             const groups = new Set(Object.keys(en).map((key) => key.split('.')[0]));\
             const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);\
             const found = [];\
             while (walker.nextNode()) {\
               const {data, parentElement} = walker.currentNode;\
               if (parentElement.closest('code, pre, a')) continue;\
               for (const word of data.split(/\\s+/)) {\
                 if (/^[a-z]+(\\.[a-z_]+)+$/.test(word) && groups.has(word.split('.')[0])) found.push(word);\
               }\
             }\
             return found;",
        );
        assert_eq!(keys, serde_json::json!([]), "{view}");
    }
}
