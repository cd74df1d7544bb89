//! What was sent shows what became of it, where it was sent from.

use serde_json::json;

use super::page;
use crate::support::browser::Browser;
use crate::support::service::{Service, status};
use crate::support::{Gateway, Partner, World};

fn html() -> &'static str {
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<p>Nothing</p"
}

#[track_caller]
fn sent(browser: &Browser, gateway: &Gateway, event: &str, tone: &str) -> String {
    browser.open(&page(gateway, &format!("#/webhooks/{event}")));
    browser.until("the form", "document.querySelector('.payload .head')");
    browser.press("Send");
    browser
        .until("the result", &format!("document.querySelector('.form .outcome article.{tone}')"));
    browser.until("the toast", &format!("document.querySelector('.toast.{tone}')"));
    browser.text(".form .outcome")
}

#[test]
fn the_form_shows_status_verdict_finding_and_answer_and_leads_to_the_exchange() {
    let Some(browser) = Browser::start("en") else { return };
    let service = Service::start();
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).start();
    let said = sent(&browser, &gateway, "stores", "good");
    assert!(said.contains("200") && said.contains("contract OK"), "{said}");
    service.answer("/user/create", html());
    let said = sent(&browser, &gateway, "user.create", "bad");
    let delivery = gateway.deliveries(None).remove(0);
    let finding = &delivery["findings"][0];
    assert!(said.contains(finding["text"].as_str().unwrap()), "{said}");
    assert!(said.contains("contract violated"), "{said}");
    browser.run("document.querySelector('.form .outcome summary').click()");
    assert!(browser.text(".form .outcome pre").contains("<p>Nothing"));
    browser.until("the link", "document.querySelector('.form .outcome a[href^=\"#/exchange/\"]')");
    browser.run("document.querySelector('.form .outcome a').click()");
    browser.until("the exchange", "document.querySelector('.detail .sentence.bad')");
    service.answer("/hook", status(404));
    let said = sent(&browser, &gateway, "documents", "odd");
    assert!(said.contains("404"), "{said}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_refused_connection_is_not_delivered_and_a_terminal_and_a_scenario_say_so_too() {
    let Some(browser) = Browser::start("en") else { return };
    let partner = Partner::start();
    let url = format!("http://{}", Partner::nowhere());
    let gateway = World::of(&partner).webhooks(&url, &[]).start();
    let said = sent(&browser, &gateway, "stores", "bad");
    assert!(said.contains("not delivered"), "{said}");
    browser.press("Terminal");
    browser.press("Sale");
    browser.until("the sale's result", "document.querySelector('.card .outcome article.bad')");
    assert!(browser.text(".card .outcome").contains("not delivered"));
    browser.press("Scenarios");
    browser.run("[...document.querySelectorAll('.scenarios button')].at(0).click()");
    browser.until("the report", "document.querySelector('.report article.bad')");
    assert!(browser.text(".report").contains("not delivered"));
    assert_eq!(gateway.deliveries(None)[0]["status"], json!(null));
}
