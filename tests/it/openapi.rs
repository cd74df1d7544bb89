//! The document of the API: it is the one committed, and every operation does what it says.

mod calls;
mod others;
mod unread;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use evotor_gateway::admin;
use serde_json::{Value, json};

use crate::support::admin::expect_problem;
use crate::support::{Answer, Gateway, Raw};
use calls::{Call, Theatre, calls};

#[test]
fn the_committed_document_is_the_one_made() {
    let path = Path::new("docs/openapi.json");
    let made = serde_json::to_string_pretty(&admin::openapi()).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(path, &made).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == made, "UPDATE_GOLDEN=1 cargo test writes it anew");
}

#[test]
fn every_operation_answers_all_that_it_documents() {
    let document = admin::openapi();
    let theatre = Theatre::open();
    let calls = calls(&theatre);
    let mut seen = BTreeSet::new();
    for call in &calls {
        let (template, operation) = operation(&document, call);
        let answer = call.make(&theatre);
        let what = format!("{} {} -> {}", call.method, call.path, call.status);
        assert_eq!(answer.status, call.status, "{what}: {}", answer.describe());
        let answers = &operation["responses"][call.status.to_string()];
        assert!(!answers.is_null(), "{what} is not documented");
        expect_documented(&document, answers, &answer, &what);
        if let Some(body) = call.body.as_ref().filter(|body| call.status < 300 && body.is_object())
        {
            let taken = &operation["requestBody"]["content"]["application/json"]["schema"];
            expect_valid(&document, taken, body, &what);
        }
        seen.insert((call.method.to_lowercase(), template.to_owned(), call.status.to_string()));
    }
    let missed: Vec<_> = documented(&document).difference(&seen).cloned().collect();
    assert!(missed.is_empty(), "nobody has seen {missed:?}");
}

#[test]
fn every_operation_is_guarded() {
    let theatre = Theatre::open();
    let open = ["/livez", "/readyz", "/connect/ca.pem", "/connect/ca.der", "/api/session"];
    for (method, path, _) in documented(&admin::openapi()) {
        let method = method.to_uppercase();
        let path = path.replace(['{', '}'], "");
        let foreign = bare(&theatre.guarded, &method, &path, "evil.example");
        expect_problem(&foreign, 403, "foreign_host");
        if !open.contains(&path.as_str()) {
            let unknown = bare(&theatre.guarded, &method, &path, "localhost");
            expect_problem(&unknown, 401, "token_wanted");
        }
    }
}

#[test]
fn the_document_is_served() {
    let theatre = Theatre::open();
    assert_eq!(theatre.on.api_ok("GET", "/api/openapi.json", None), admin::openapi());
}

#[test]
fn the_document_is_whole() {
    let document = admin::openapi();
    let mut ids = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let what = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{what}");
            assert!(operation["summary"].as_str().unwrap().ends_with('.'), "{what}");
            let named = operation["parameters"].as_array().into_iter().flatten();
            let named: BTreeSet<_> = named
                .filter(|one| one["in"] == "path")
                .map(|one| one["name"].as_str().unwrap())
                .collect();
            let parts =
                path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
            assert_eq!(named, parts.collect(), "{what}");
        }
    }
    for reference in references(&document) {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

/// Whatever is routed below `src/admin` is in the table, or is one of these.
#[test]
fn no_route_exists_outside_of_the_table() {
    let known = [
        ("src/admin/mod.rs", r#".route("/", get(index))"#),
        ("src/admin/mod.rs", ".route(access::sign_in::PATH, get(access::sign_in::sign_in))"),
        ("src/admin/mod.rs", r#".nest_service("/asna", asna)"#),
        ("src/admin/mod.rs", r#".nest_service("/evotor", cloud)"#),
        ("src/admin/console.rs", r#".route("/console/{*name}", get(part))"#),
        ("src/admin/routes.rs", ".route(row.path, row.handler)"),
    ];
    for (file, text) in sources(Path::new("src/admin")) {
        for line in text.lines().filter(|line| {
            [".route(", ".nest", "route_service("].iter().any(|word| line.contains(word))
        }) {
            let allowed = known.iter().any(|(place, route)| file == *place && line.contains(route));
            assert!(allowed, "{file} routes by itself: {line}; make it a row of the table");
        }
    }
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), text));
        }
    }
    found
}

/// Method, path and status of everything that is documented of one operation alone.
fn documented(document: &Value) -> BTreeSet<(String, String, String)> {
    let mut all = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                // Being ready ends with the process: see the tests of shutting down. That there is no turn
                // for more, or that a body does not come to its end: see those of HAR files; that
                // there are no places for listeners: those of the admin listener.
                if answer.get("$ref").is_none() && !["408", "503"].contains(&status.as_str()) {
                    all.insert((method.clone(), path.clone(), status.clone()));
                }
            }
        }
    }
    all
}

/// The operation that a call is of: of those that fit, the one with the fewest braces.
fn operation<'d>(document: &'d Value, call: &Call) -> (&'d str, &'d Value) {
    let path = call.path.split('?').next().unwrap();
    let fits = |template: &&String| {
        let (mut parts, mut own) = (template.split('/'), path.split('/'));
        let same = parts
            .by_ref()
            .zip(own.by_ref())
            .all(|(part, own)| part.starts_with('{') || part == own);
        same && template.split('/').count() == path.split('/').count()
    };
    let paths = document["paths"].as_object().unwrap();
    let template = paths.keys().filter(fits).min_by_key(|template| template.matches('{').count());
    let template = template.unwrap_or_else(|| panic!("{path} is not documented"));
    let operation = &paths[template][call.method.to_lowercase()];
    assert!(!operation.is_null(), "{} {template} is not documented", call.method);
    (template, operation)
}

#[track_caller]
fn expect_documented(document: &Value, answers: &Value, answer: &Answer, what: &str) {
    let Some(kinds) = answers["content"].as_object() else {
        assert!(answer.body.is_empty(), "{what}: {}", answer.describe());
        return;
    };
    let (kind, media) = kinds.iter().next().unwrap();
    let plain = |kind: &str| kind.split(';').next().unwrap().trim().to_owned();
    assert_eq!(plain(answer.field("content-type").unwrap()), plain(kind), "{what}");
    if kind.contains("json") {
        expect_valid(document, &media["schema"], &answer.json(), what);
    }
}

#[track_caller]
fn expect_valid(document: &Value, schema: &Value, body: &Value, what: &str) {
    let schema = json!({"allOf": [schema], "components": document["components"]});
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let wrong: Vec<_> = validator
        .iter_errors(body)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{what}: {wrong:?}\n{body}");
}

fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| match value.as_str() {
                Some(text) if key == "$ref" => vec![text],
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn bare(gateway: &Gateway, method: &str, path: &str, host: &str) -> Answer {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    Raw::dial(gateway.admin).exchange(head)
}
