//! Whether a body looks like a sample: same fields in the same order, same nesting, same JSON
//! types, and texts of the same form.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

/// What may differ from a sample, by field name.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tolerance {
    /// Fields that the sample does not have.
    pub more: &'static [&'static str],
    /// Fields that may be missing.
    pub fewer: &'static [&'static str],
    /// Objects with names of the user's choice.
    pub free: &'static [&'static str],
}

/// Every difference, with its place.
pub fn differences(sample: &Value, ours: &Value, tolerance: Tolerance) -> Vec<String> {
    let mut found = Vec::new();
    compare(sample, ours, "", tolerance, &mut found);
    found
}

/// The form of a text that is an identifier, a time or a number.
pub fn form(text: &str) -> &'static str {
    FORMS.iter().find(|(_, regex)| regex.is_match(text)).map_or("text", |(name, _)| name)
}

fn compare(sample: &Value, ours: &Value, at: &str, but: Tolerance, found: &mut Vec<String>) {
    match (sample, ours) {
        // The published value was null, the typed one is in place too.
        (Value::Null, _) | (Value::Bool(_), Value::Bool(_)) => {}
        (Value::Object(sample), Value::Object(ours)) => objects(sample, ours, at, but, found),
        (Value::Array(sample), Value::Array(ours)) => {
            if sample.is_empty() != ours.is_empty() {
                found.push(format!("{at}: {} elements in place of {}", ours.len(), sample.len()));
            }
            for (place, element) in ours.iter().enumerate() {
                if let Some(twin) = twin(sample, element) {
                    compare(twin, element, &format!("{at}/{place}"), but, found);
                }
            }
        }
        (Value::Number(sample), Value::Number(ours)) => {
            let pointed = sample.is_f64() && sample.as_f64().is_some_and(|n| n.fract() == 0.0);
            if (!sample.is_f64() && ours.is_f64()) || (pointed && !ours.is_f64()) {
                found.push(format!("{at}: {ours} is not written as {sample}"));
            }
        }
        (Value::String(sample), Value::String(ours)) => {
            if form(sample) != form(ours) {
                found.push(format!("{at}: {ours:?} has not the form of {sample:?}"));
            }
        }
        _ => found.push(format!("{at}: {ours} in place of {sample}")),
    }
}

fn objects(
    sample: &Map<String, Value>,
    ours: &Map<String, Value>,
    at: &str,
    but: Tolerance,
    found: &mut Vec<String>,
) {
    if but.free.iter().any(|name| at.ends_with(&format!("/{name}"))) {
        return;
    }
    let expected: Vec<_> = sample
        .keys()
        .filter(|name| ours.contains_key(*name) || !but.fewer.contains(&name.as_str()))
        .collect();
    let written: Vec<_> = ours
        .keys()
        .filter(|name| sample.contains_key(*name) || !but.more.contains(&name.as_str()))
        .collect();
    if expected != written {
        found.push(format!("{at}: fields {written:?} in place of {expected:?}"));
    }
    for (name, value) in sample {
        if let Some(own) = ours.get(name) {
            compare(value, own, &format!("{at}/{name}"), but, found);
        }
    }
}

/// The sample's element of the same kind, or its first where elements have none.
fn twin<'v>(sample: &'v [Value], element: &Value) -> Option<&'v Value> {
    for name in ["type", "group"] {
        let same = sample.iter().find(|other| other[name] == element[name]);
        if element.get(name).is_some() && same.is_some() {
            return same;
        }
    }
    sample.first()
}

static FORMS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    [
        ("print group", "46dd89f0-3a54-470a-a166-ad01fa34b86a"),
        ("uuid4", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("dated id", "20[0-9]{6}-[0-9A-F]{4}-40[0-9A-F]{2}-80[0-9A-F]{2}-[0-9A-F]{12}"),
        ("user id", "[0-9]{2}-[0-9]{15}"),
        ("time", r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000"),
        ("zulu time", r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
        ("money", r"\d+\.\d\d"),
        ("8 digits", r"\d{8}"),
        ("10 digits", r"\d{10}"),
        ("13 digits", r"\d{13}"),
        ("14 digits", r"\d{14}"),
        ("15 digits", r"\d{15}"),
        ("16 digits", r"\d{16}"),
        ("19 digits", r"\d{19}"),
        ("trace", "[0-9a-f]{16}"),
        ("number", r"\d{1,7}"),
        ("constant", "[A-Z][A-Z0-9_]+"),
        ("period", r"P\d+DT"),
        ("type", "[A-Z][a-z]+([A-Z][a-z]+)+"),
    ]
    .map(|(name, form)| (name, Regex::new(&format!("^(?:{form})$")).unwrap()))
    .into()
});
