//! What cannot be read is answered as the document says, whatever the operation.

use evotor_gateway::admin;
use serde_json::Value;

use crate::support::{Answer, Gateway, Raw, World};

/// Every operation with its path, each part in braces filled.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut all = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            all.push((method.to_uppercase(), path.clone(), operation));
        }
    }
    all
}

fn filled(path: &str, value: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { value } else { part }.to_owned();
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[track_caller]
fn ask(gateway: &Gateway, method: &str, path: &str, kind: &str, body: &str) -> Answer {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{kind}Content-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    Raw::dial(gateway.admin).exchange(head + body)
}

#[track_caller]
fn expect_documented(operation: &Value, answer: &Answer, what: &str) {
    let status = answer.status.to_string();
    assert!(operation["responses"].get(&status).is_some(), "{what}: {}", answer.describe());
}

#[test]
fn bodies_that_cannot_be_read_get_a_documented_status() {
    let document = admin::openapi();
    let gateway = World::at("http://127.0.0.1:9").start();
    let json = "Content-Type: application/json\r\n";
    for (method, path, operation) in operations(&document) {
        if operation["requestBody"]["content"].get("application/json").is_none() {
            continue;
        }
        for status in ["400", "413", "415", "422"] {
            assert!(operation["responses"].get(status).is_some(), "{method} {path}: {status}");
        }
        let path = filled(&path, "users");
        for (kind, body) in [
            ("", "{}"),
            ("Content-Type: text/plain\r\n", "{}"),
            (json, ""),
            (json, "{"),
            (json, "7"),
            (json, "[]"),
            (json, "[null,null]"),
            (json, "null"),
            (json, "{\"there is no such key\":1}"),
        ] {
            let answer = ask(&gateway, &method, &path, kind, body);
            let what = format!("{method} {path} {kind:?} {body}");
            expect_documented(operation, &answer, &what);
            let is_object = body.starts_with('{');
            assert!(is_object || answer.status >= 400, "{what}: {}", answer.describe());
        }
    }
}

#[test]
fn queries_and_paths_that_cannot_be_read_get_a_documented_status() {
    let document = admin::openapi();
    let gateway = World::at("http://127.0.0.1:9").start();
    for (method, path, operation) in operations(&document) {
        let named = operation["parameters"].as_array().into_iter().flatten();
        let named: Vec<_> = named.filter(|one| one["in"] == "query").collect();
        if method != "GET" || path == "/api/events" {
            continue;
        }
        for value in ["-1", "x", "99999999999999999999", "%FF", "%00"] {
            let place = filled(&path, value);
            let answer = ask(&gateway, &method, &place, "", "");
            expect_documented(operation, &answer, &format!("{method} {place}"));
            for one in &named {
                let query =
                    format!("{}?{}={value}", filled(&path, "1"), one["name"].as_str().unwrap());
                let answer = ask(&gateway, &method, &query, "", "");
                expect_documented(operation, &answer, &format!("{method} {query}"));
            }
        }
    }
}

#[test]
fn nothing_in_the_document_is_null_but_defaults_and_closed_lists() {
    fn walk(value: &Value, place: &str) {
        match value {
            Value::Null => panic!("{place} is null"),
            Value::Object(members) => {
                for (name, value) in members {
                    if name != "default" && name != "enum" {
                        walk(value, &format!("{place}/{name}"));
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, place)),
            _ => {}
        }
    }
    walk(&admin::openapi(), "#");
}

/// Every reader of a form refuses what it does not know.
#[test]
fn the_forms_that_are_taken_are_closed() {
    let document = admin::openapi();
    for (method, path, operation) in operations(&document) {
        let taken = &operation["requestBody"]["content"]["application/json"]["schema"];
        let Some(name) = taken["$ref"].as_str() else { continue };
        let form = document.pointer(name.trim_start_matches('#')).unwrap();
        assert_eq!(form["additionalProperties"], false, "{method} {path}: {form}");
    }
}

#[test]
fn numbers_have_bounds() {
    fn walk(value: &Value, place: &str) {
        if let Some(format) = value.get("format").and_then(Value::as_str)
            && (format.starts_with("int") || format.starts_with("uint"))
        {
            let bounds = ["minimum", "maximum"].map(|name| value[name].is_number());
            assert_eq!(bounds, [true, true], "{place}: {value}");
        }
        for (name, value) in value.as_object().into_iter().flatten() {
            walk(value, &format!("{place}/{name}"));
        }
        value.as_array().into_iter().flatten().for_each(|item| walk(item, place));
    }
    walk(&admin::openapi(), "#");
}
