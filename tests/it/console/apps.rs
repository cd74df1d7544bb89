//! Apps in the page's form: made, led elsewhere, and taken into gateway.yaml.

use serde_json::json;
use tempfile::TempDir;

use super::page;
use crate::cli::Said;
use crate::support::browser::Browser;
use crate::support::gateway::command;
use crate::support::service::Service;
use crate::support::{Gateway, World};

/// Writes into the controls of the open dialog, by their labels.
fn fill(browser: &Browser, values: &[(&str, &str)]) {
    for (label, value) in values {
        browser.run(&format!(
            "const label = [...document.querySelectorAll('dialog label')].filter((one) => one.offsetParent).find((one) => one.textContent === {});\
             const control = label.control;\
             control.value = {};\
             control.dispatchEvent(new Event('change', {{bubbles: true}}));",
            json!(label),
            json!(value)
        ));
    }
}

/// Other forms of the page have such a button too.
fn save(browser: &Browser) {
    browser.run("document.querySelector('dialog .primary').click()");
}

/// A request of an app's; its status.
fn ask(gateway: &Gateway, host: &str) -> u16 {
    let login = "Proxy-Authorization: Basic Y2FyZHM6\r\n";
    gateway.ask(format!("GET http://{host}/x HTTP/1.1\r\nHost: {host}\r\n{login}\r\n")).status
}

#[test]
fn an_app_made_here_is_led_to_the_service_and_later_to_another_one() {
    let Some(browser) = Browser::start("en") else { return };
    let (one, other) = (Service::start(), Service::start());
    let gateway = World::of(&one.partner).start();
    browser.open(&page(&gateway, "#/world"));
    browser.press("Add an app");
    browser.until("the form", "document.querySelector('dialog form')");
    let token = browser.run("return document.querySelector('dialog fieldset input[type=text]:not([placeholder])').value");
    let token = token.as_str().unwrap().to_owned();
    assert_eq!(token.len(), 32, "it is made up");
    let from = "http://cards.example.ru";
    fill(
        &browser,
        &[
            ("Name", "cards"),
            ("Rules", r"http://cards\.example\.ru/.*"),
            ("Where requests go", &format!("{from} → http://{}", one.partner.addr)),
            ("Webhook URL", &one.url()),
        ],
    );
    save(&browser);
    browser.until("the app", "[...document.querySelectorAll('.app h3')].some((one) => one.textContent.includes('cards'))");
    assert_eq!(ask(&gateway, "cards.example.ru"), 200);
    assert_eq!(one.partner.last().field("host"), Some("cards.example.ru"));
    let told = gateway.trigger(&json!({"event": "user.create", "app": "cards", "wait": true}));
    assert_eq!(told[0]["verdict"], "pass", "{told:?}");
    let bearer = format!("Bearer {token}");
    assert_eq!(one.last().field("authorization"), Some(&*bearer));

    browser.press("Change: cards");
    browser.until("the form", "document.querySelector('dialog form')");
    let shown = "return document.body.innerHTML + [...document.querySelectorAll('input, textarea')].map((one) => one.value).join()";
    assert!(!browser.run(shown).as_str().unwrap().contains(&token), "a secret is not read back");
    fill(&browser, &[("Where requests go", &format!("{from} http://{}", other.partner.addr))]);
    save(&browser);
    browser.until("it is saved", "!document.querySelector('dialog')");
    assert_eq!(ask(&gateway, "cards.example.ru"), 200);
    assert_eq!(other.partner.wait(1)[0].field("host"), Some("cards.example.ru"), "at run time");
    let told = gateway.trigger(&json!({"event": "user.create", "app": "cards", "wait": true}));
    assert_eq!(told[0]["verdict"], "pass", "what was not touched stays: {told:?}");
    assert_eq!(one.last().field("authorization"), Some(&*bearer));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_first_version_of_the_proxy_has_an_envelope_and_a_base_url() {
    let Some(browser) = Browser::start("ru") else { return };
    let gateway = World::at("http://127.0.0.1:9").start();
    let app = || gateway.api_ok("GET", "/api/world/apps/loyalty", None);
    let open = || {
        browser.press("Изменить: loyalty");
        browser.until("the form", "document.querySelector('dialog form')");
    };
    let saved = || {
        save(&browser);
        browser.until("it is saved", "!document.querySelector('dialog')");
    };
    browser.open(&page(&gateway, "#/world"));
    open();
    let hidden = "[...document.querySelectorAll('dialog label')].find((one) => one.textContent === 'Базовый URL').offsetParent === null";
    browser.until("it is of v1 alone", hidden);
    fill(&browser, &[("Прокси", "v1")]);
    fill(&browser, &[("Конверт", "require"), ("Базовый URL", "https://loyalty.example.ru/api")]);
    saved();
    let now = app();
    assert_eq!((&now["proxy"], &now["envelope"]), (&json!("v1"), &json!("require")));
    assert_eq!(now["base_url"], "https://loyalty.example.ru/api");
    open();
    fill(&browser, &[("Прокси", "v2")]);
    saved();
    let now = app();
    assert_eq!((&now["proxy"], &now["base_url"]), (&json!("v2"), &json!(null)));
    open();
    // The last one is of requests.
    browser.run("const ways = [...document.querySelectorAll('dialog label')].filter((one) => one.textContent === 'Способ'); const control = ways.at(-1).control; control.value = 'basic'; control.dispatchEvent(new Event('change'));");
    fill(&browser, &[("Логин", "me"), ("Пароль", "secret-password")]);
    saved();
    assert!(app()["authorization"]["masked"].as_str().unwrap().starts_with("Basic"), "{}", app());
    open();
    fill(&browser, &[("Куда идут запросы", "https://loyalty.example.ru")]);
    save(&browser);
    browser.until(
        "why not",
        "document.querySelector('dialog .trouble')?.textContent.includes('нужны два адреса')",
    );
}

#[test]
fn an_app_shown_as_yaml_is_pasted_into_the_file_and_works_there() {
    let Some(browser) = Browser::start("en") else { return };
    let service = Service::start();
    let gateway = World::of(&service.partner).start();
    let base = format!("http://{}", service.partner.addr);
    let form = json!({"name": "cards", "allow": [r"http://cards\.example\.ru/.*"],
        "upstreams": {"http://cards.example.ru": base}, "authorization": {"bearer": "secret-of-requests"}});
    assert_eq!(gateway.api("POST", "/api/world/apps", Some(&form)).status, 201);
    browser.open(&page(&gateway, "#/world"));
    browser.press("Show as YAML: cards");
    browser.until("the entry", "document.querySelector('dialog .command')");
    assert!(browser.text("dialog").contains("CARDS_AUTHORIZATION"));
    assert!(!browser.text("dialog").contains("secret-of-requests"));
    browser.run("document.querySelector('#yaml-secrets').click()");
    browser.until(
        "the secret",
        "document.querySelector('dialog .command')?.textContent.includes('secret-of-requests')",
    );
    let text = browser.run("return document.querySelector('dialog .command code').textContent");
    drop(gateway);

    let world = World::of(&service.partner).more_apps(&format!("{}\n", text.as_str().unwrap()));
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("gateway.yaml"), world.yaml()).unwrap();
    let checked = Said::of(&command(folder.path()).arg("check").output().unwrap());
    assert!(checked.expect("check", 0).out.ends_with("no mistakes\n"));
    let gateway = world.start();
    assert_eq!(ask(&gateway, "cards.example.ru"), 200);
    let got = service.partner.last();
    assert_eq!(got.field("authorization"), Some("Bearer secret-of-requests"));
}
