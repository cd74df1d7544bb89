//! The page reads only what the gateway gives: a member that the document of the API does not have
//! would be empty for ever, and nobody would be told.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::page;
use crate::support::browser::{Browser, ENTER};
use crate::support::service::Service;
use crate::support::{Gateway, World, get, post};

/// What was read: method, path, status, and the way to the member.
type Read = (String, String, String, Vec<String>);

/// A gateway that has seen something of every kind.
pub(super) fn rich() -> (Gateway, Service) {
    let service = Service::start();
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).start();
    let fault = |more: Value| gateway.api("POST", "/api/faults", Some(&more)).status;
    let befallen = json!({"plane": "proxy", "side": "answer", "kind": "status", "status": 503, "path": "/api/fx*"});
    assert_eq!(fault(befallen), 201);
    let late = json!({"plane": "webhook", "side": "answer", "kind": "garbage", "event": "stores", "first": 1});
    assert_eq!(fault(late), 201);
    gateway.ask(get("/api/points?phone=1", &[]));
    gateway.ask(post(
        "/api/json",
        &["Content-Type: application/json"],
        b"{\"a\":[1,{\"b\":null}]}",
    ));
    gateway.ask(get("/api/fx", &[]));
    gateway.ask(get("/admin", &[]));
    gateway.http().exchange("GET /api/x HTTP/1.1\r\nHost: a.ru\r\nContent-Length: x\r\n\r\n");
    gateway.api("GET", "/evotor/api/v1/inventories/stores/search", None);
    gateway.happen("stores");
    service.answer(
        "/user/create",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>",
    );
    gateway.happen("user.create");
    gateway.eventually("all is recorded", || gateway.exchanges("").len() >= 8);
    (gateway, service)
}

fn walk(gateway: &Gateway, browser: &Browser) -> BTreeSet<Read> {
    let mut reads = BTreeSet::new();
    let mut gather = || {
        let found = browser.run("return window.reads()");
        for one in found.as_array().unwrap() {
            let part =
                |at: usize| one[at].as_str().map_or_else(|| one[at].to_string(), str::to_owned);
            let way =
                one[3].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
            reads.insert((part(0), part(1), part(2), way.collect()));
        }
    };
    let rows = gateway.exchanges("");
    for row in &rows {
        browser.open(&page(gateway, &format!("#/exchange/{}", row["id"])));
        browser.until("the exchange", "document.querySelector('.detail .panel')");
        browser.run("for (const tab of document.querySelectorAll('[role=tab]')) tab.click()");
        gather();
    }
    browser.open(&page(gateway, ""));
    browser.until("the rows", "document.querySelector('.row')");
    browser.until("the strip", "document.querySelector('[data-chip=webhook]')");
    browser.run("for (const chip of document.querySelectorAll('[data-chip]')) chip.click()");
    // A row that comes while the page is open.
    gateway.ask(get("/api/live", &[]));
    browser.until("the new row", "[...document.querySelectorAll('.where')].some((one) => one.textContent.includes('/api/live'))");
    gather();
    browser.open(&page(gateway, "?#/timeline?filter=status:x"));
    browser.until("the mistake", "document.querySelector('.mistake')?.textContent");
    gather();
    for (view, wanted) in [
        ("#/compare/1", "ul.plain, .trouble"),
        ("#/compare/1/2", ".stage"),
        ("#/rules?url=http://loyalty.example.ru/v2/x", ".rules, .ask"),
        ("#/exchange/1000000", ".trouble"),
    ] {
        browser.open(&page(gateway, view));
        browser.until(view, &format!("document.querySelector('{wanted}')"));
        gather();
    }
    browser.open(&page(gateway, "#/connect"));
    browser.until("the steps", "document.querySelector('.command')");
    browser.press("Test the gateway itself");
    browser.until("the ways", "document.querySelector('[role=status] .mark')");
    gather();
    webhooks(gateway, browser);
    gather();
    browser.open(&page(gateway, "#/faults"));
    browser.until("the faults", "document.querySelector('.data tbody tr')");
    gather();
    browser.open(&page(gateway, "#/world"));
    browser.until("the world", "document.querySelector('.app')");
    browser.press("Add an employee");
    browser.until("the form", "document.querySelector('dialog form')");
    browser.run("[...document.querySelectorAll('dialog label')].find((one) => one.textContent === 'First name').control.focus()");
    browser.keys(&format!("Ada{ENTER}"));
    browser.until("the entry", "!document.querySelector('dialog') && [...document.querySelectorAll('li b')].some((one) => one.textContent === 'Ada')");
    browser.press("Delete: Кофейня");
    browser.until("the question", "document.querySelector('dialog li')");
    browser.press("Cancel");
    gather();
    browser.open(&page(gateway, "#/exchange/1"));
    browser.until("the exchange", "document.querySelector('.detail .panel')");
    browser.press("cURL");
    browser.until("it is told", "document.querySelector('.toast')");
    browser.keys("r");
    browser.until(
        "the new one",
        "location.hash !== '#/exchange/1' && document.querySelector('.detail .panel')",
    );
    gather();
    reads
}

fn webhooks(gateway: &Gateway, browser: &Browser) {
    browser.open(&page(gateway, "#/webhooks/user.create"));
    browser.until("the form", "document.querySelector('.payload .head')");
    browser.press("Send");
    browser.until("its result", "document.querySelector('.form .outcome article')");
    browser.until("its attempts", "document.querySelector('.attempts:not([hidden]) .tries')");
    browser.press("Deliveries");
    browser.run("document.querySelector('.deliveries tbody tr button.small').click()");
    browser.press("Terminal");
    browser.press("Sale");
    browser.until("the sale's result", "document.querySelector('.card .outcome article')");
    browser.press("+1 h");
    browser.run("[...document.querySelectorAll('.scenarios button')].at(0).click()");
    browser.until("the report", "document.querySelector('.report')");
}

#[test]
fn the_page_reads_only_members_that_the_document_has() {
    let Some(browser) = Browser::start("en") else { return };
    browser.before_pages(include_str!("reads.js"));
    let (gateway, _service) = rich();
    let document: Value =
        serde_json::from_str(&fs::read_to_string("docs/openapi.json").unwrap()).unwrap();
    let reads = walk(&gateway, &browser);
    let strange: BTreeSet<_> = reads
        .iter()
        .filter(|(method, path, status, way)| {
            let way: Vec<_> = way.iter().map(String::as_str).collect();
            !(method == "EVENT" && is_told_of(&document, &way)
                || schema(&document, method, path, status)
                    .is_some_and(|schema| has(&document, schema, &way)))
        })
        .map(|(method, path, status, way)| format!("{method} {path} {status}: {}", way.join(".")))
        .collect();
    assert!(strange.is_empty(), "{strange:#?}");
    let is_read = |method: &str, part: &str, way: &str| {
        reads.iter().any(|one| one.0 == method && one.1.contains(part) && one.3.join(".") == way)
    };
    for (method, part, way) in [
        ("GET", "/api/exchanges/", "findings.[].text"),
        ("GET", "/api/exchanges", "exchanges.[].finding.text"),
        ("GET", "/api/deliveries/", "tries.[].findings.[].text"),
        ("GET", "/api/world", "users.[].stores.[].devices.[].imei"),
        ("POST", "/api/webhooks", "deliveries.[].verdict"),
        ("POST", "/api/simulate", "deliveries.[].status"),
        ("GET", "/api/faults", "faults.[].p"),
        ("GET", "/api/status", "apps.[].chips.[].remedy"),
        ("EVENT", "exchange", "finding"),
    ] {
        assert!(is_read(method, part, way), "nobody reads {way} of {method} {part}: {reads:#?}");
    }
}

/// Whether what is said of the events names the member.
fn is_told_of(document: &Value, way: &[&str]) -> bool {
    let content = "/paths/~1api~1events/get/responses/200/description";
    let said = document.pointer(content).and_then(Value::as_str).unwrap_or_default();
    way.len() == 1 && said.contains(&format!("`{}`", way[0]))
}

/// The schema of an answer, where it is documented.
fn schema<'d>(document: &'d Value, method: &str, path: &str, status: &str) -> Option<&'d Value> {
    if method == "EVENT" {
        let kind = if path == "exchange" { "Exchange" } else { "Exchanges" };
        return document.pointer(&format!("/components/schemas/{kind}"));
    }
    let fits = |template: &&String| {
        template.split('/').count() == path.split('/').count()
            && template
                .split('/')
                .zip(path.split('/'))
                .all(|(part, own)| part.starts_with('{') || part == own)
    };
    let paths = document["paths"].as_object()?;
    let template =
        paths.keys().filter(fits).min_by_key(|template| template.matches('{').count())?;
    let answer = resolved(document, &paths[template][method.to_lowercase()]["responses"][status]);
    answer["content"].as_object()?.values().next()?.get("schema")
}

fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            resolved(document, document.pointer(reference.trim_start_matches('#')).unwrap())
        }
        None => value,
    }
}

/// Whether a schema has what a way leads to. A schema that says nothing has everything.
fn has(document: &Value, schema: &Value, way: &[&str]) -> bool {
    let schema = resolved(document, schema);
    let Some((first, rest)) = way.split_first() else { return true };
    let branches = ["anyOf", "oneOf", "allOf"].iter().filter_map(|key| schema[*key].as_array());
    if branches.flatten().any(|branch| has(document, branch, way)) {
        return true;
    }
    if *first == "[]" {
        let items = &schema["items"];
        return match schema["prefixItems"].as_array() {
            Some(prefix) => prefix.iter().any(|item| has(document, item, rest)),
            None => !items.is_null() && has(document, items, rest),
        };
    }
    let is_free = schema.as_bool() == Some(true)
        || schema.as_object().is_some_and(|members| {
            !["type", "anyOf", "oneOf", "allOf", "properties", "items"]
                .iter()
                .any(|key| members.contains_key(*key))
        });
    match (&schema["properties"][*first], &schema["additionalProperties"]) {
        _ if is_free => true,
        (Value::Null, Value::Null | Value::Bool(false)) => false,
        (Value::Null, Value::Bool(true)) => true,
        (Value::Null, more) => has(document, more, rest),
        (member, _) => has(document, member, rest),
    }
}

#[test]
fn a_schema_has_what_it_says_and_nothing_else() {
    let document = json!({"components": {"schemas": {"A": {"type": "object", "properties": {
        "list": {"type": "array", "items": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}},
        "any": true, "said": {"description": "Anything."}, "text": {"type": "string"},
        "map": {"type": "object", "additionalProperties": {"type": "object", "properties": {"url": {"type": "string"}}}}}}}}});
    let a = &document["components"]["schemas"]["A"];
    for way in ["list.[].text", "list.[].list.[].text", "any.x.y", "said.x", "map.x.url"] {
        assert!(has(&document, a, &way.split('.').collect::<Vec<_>>()), "{way}");
    }
    for way in ["message", "text.message", "list.text", "list.[].message", "map.x.text", "any2"] {
        assert!(!has(&document, a, &way.split('.').collect::<Vec<_>>()), "{way}");
    }
}
