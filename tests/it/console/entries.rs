//! The forms of stores, terminals, employees and apps find wrong what gateway.yaml finds wrong.

use serde_json::json;

use super::{page, stage};
use crate::support::browser::{Browser, ENTER};

/// Writes into the field of a label.
fn write(browser: &Browser, label: &str, text: &str) {
    browser.run(&format!(
        "const field = [...document.querySelectorAll('dialog label')].find((one) => one.textContent === {}).control;\
         field.focus(); field.select()",
        json!(label)
    ));
    browser.keys(text);
}

#[test]
fn an_imei_and_a_phone_of_another_form_are_not_saved() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/world"));
    for (add, name, label, wrong, right) in [
        ("Add a terminal", "Name", "IMEI", "123", "352099001761499"),
        ("Add an employee", "First name", "Phone", "+7 916", "79161234567"),
    ] {
        browser.press(add);
        browser.until("the form", "document.querySelector('dialog form')");
        write(&browser, name, add);
        write(&browser, label, &format!("{wrong}{ENTER}"));
        browser.until("it is told", "document.querySelector('dialog .trouble')");
        let focused = "const {activeElement: one} = document; return [one.labels[0].textContent, one.getAttribute('aria-invalid')]";
        assert_eq!(browser.run(focused), json!([label, "true"]));
        let world = || stage.gateway.api_ok("GET", "/api/world", None).to_string();
        assert!(!world().contains(add), "{}", world());
        write(&browser, label, &format!("{right}{ENTER}"));
        browser.until("it is saved", "!document.querySelector('dialog')");
        assert!(world().contains(right), "{}", world());
    }
}

#[test]
fn each_kind_is_named_by_a_word_of_its_own() {
    let Some((stage, browser)) = stage("ru") else { return };
    browser.open(&page(&stage.gateway, "#/world"));
    for (add, name) in [
        ("Добавить терминал", "Название"),
        ("Добавить сотрудника", "Имя"),
        ("Добавить приложение", "Название"),
    ] {
        browser.press(add);
        browser.until("the form", "document.querySelector('dialog form')");
        let labels = browser.run(
            "return [...document.querySelectorAll('dialog label')].map((one) => one.textContent)",
        );
        assert!(labels.as_array().unwrap().contains(&json!(name)), "{add}: {labels}");
        browser.press("Отмена");
    }
}
