//! Files of other tools: taken as they are, and refused with a reason that the page tells.

use serde_json::json;

use super::{page, stage_before};
use crate::support::Partner;
use crate::support::browser::Browser;

/// Chooses a file of these parts, as a person does.
fn choose(browser: &Browser, parts: &str) {
    browser.run(&format!(
        "document.querySelector('.toast')?.remove();\
         const chosen = new DataTransfer();\
         chosen.items.add(new File({parts}, 'traffic.har'));\
         const input = document.querySelector('.har input[type=file]');\
         input.files = chosen.files;\
         input.dispatchEvent(new Event('change'));"
    ));
}

#[test]
fn a_file_is_taken_or_the_page_says_why_not() {
    let Some((stage, browser)) = stage_before(Partner::start(), "en") else { return };
    browser.open(&page(&stage.gateway, ""));
    let told = |words: &str| {
        let words = json!(words);
        let found = format!("document.querySelector('.toast')?.textContent.includes({words})");
        browser.until("what is said", &found);
    };
    // It is not even read.
    choose(&browser, "[new Uint8Array(64 * 1024 * 1024 + 1)]");
    told("the limit is 64 MiB");
    choose(&browser, "['{\"log\":{\"entries\":[', '0,'.repeat(100000), '0]}}']");
    told("more than 100000 entries. Nothing of it was taken");
    choose(&browser, "['no HAR']");
    told("That is no HAR");
    assert_eq!(stage.gateway.api_ok("GET", "/api/exchanges", None)["kept"], 0);
    let entry = json!({"log": {"entries": [{
        "startedDateTime": jiff::Timestamp::now().to_string(),
        "request": {"method": "GET", "url": "https://loyalty.example.ru/api/x"},
        "response": {"status": 200},
    }]}});
    choose(&browser, &json!([entry.to_string()]).to_string());
    told("1 request imported");
    browser.until("its row", "document.querySelector('.row')");
}
