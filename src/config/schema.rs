//! The JSON Schema of `gateway.yaml`, made from the table of keys.
//!
//! Draft 7, which editors' YAML plug-ins know. It is laxer than the reader where a rule spans
//! several keys, and lets `${NAME}` stand for any single value.

use serde_json::{Map, Value, json};

use super::keys::{FILE, Section, Shape};

/// The schema as `schema` prints it.
pub fn schema() -> Value {
    let mut root = section(&FILE);
    let head = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "gateway.yaml",
    });
    if let (Value::Object(root), Value::Object(mut head)) = (&mut root, head) {
        head.append(root);
        *root = head;
    }
    root
}

fn section(section: &Section) -> Value {
    let required: Vec<&str> =
        section.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let properties: Map<String, Value> = section
        .keys
        .iter()
        .map(|key| (key.name.to_owned(), described(shape(&key.shape), key.about)))
        .collect();
    let mut schema = json!({
        "description": section.about,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": ["string", "number"] }),
        Shape::Flag => or_reference(json!({ "type": "boolean" })),
        Shape::Version => or_reference(json!({ "const": 1 })),
        Shape::Workers => {
            json!({ "anyOf": [{ "const": "auto" }, whole(1), reference()] })
        }
        Shape::Count => or_reference(whole(1)),
        Shape::Whole => or_reference(whole(0)),
        Shape::Share => {
            or_reference(json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 }))
        }
        Shape::Address => json!({ "anyOf": [
            { "type": "integer", "minimum": 0, "maximum": 65535 },
            { "type": "string", "pattern": "^(.*:)?[0-9]+$" },
            reference(),
        ] }),
        Shape::Duration => pattern("^[0-9]+ *(ms|s|m|h)$"),
        Shape::Days => pattern("^[0-9]+ *(ms|s|m|h|d)$"),
        Shape::Size { none } => {
            let unit = "[0-9]+ *([kKmMgG][iI]?[bB]|[bB])?";
            let text = if *none { format!("^({unit}|none)$") } else { format!("^{unit}$") };
            json!({ "anyOf": [whole(0), { "type": "string", "pattern": text }, reference()] })
        }
        Shape::Origin => pattern("^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@\\s]+$"),
        Shape::Off => json!({ "enum": ["off", false] }),
        Shape::Word(words) => or_reference(json!({ "enum": words })),
        Shape::Section(inner) => section(inner),
        Shape::List(item) => json!({ "type": ["array", "null"], "items": self::shape(item) }),
        Shape::Dict(key, value) => dict(key, value),
        Shape::Either(shapes) => {
            json!({ "anyOf": shapes.iter().map(self::shape).collect::<Vec<_>>() })
        }
    }
}

fn dict(key: &Shape, value: &Shape) -> Value {
    let mut schema = json!({ "type": ["object", "null"], "additionalProperties": shape(value) });
    // Every key is a text.
    if !matches!(key, Shape::Text) {
        schema["propertyNames"] = shape(key);
    }
    schema
}

fn described(mut schema: Value, about: &str) -> Value {
    schema["description"] = json!(about);
    schema
}

fn pattern(text: &str) -> Value {
    or_reference(json!({ "type": "string", "pattern": text }))
}

fn whole(least: u64) -> Value {
    json!({ "type": "integer", "minimum": least })
}

fn or_reference(schema: Value) -> Value {
    let either = vec![schema, reference()];
    json!({ "anyOf": either })
}

fn reference() -> Value {
    json!({ "type": "string", "pattern": "\\$\\{" })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::parse;

    /// No reader takes this, so each that is asked complains.
    const WRONG: &str = "[[[]]]";

    #[test]
    fn every_key_of_the_table_is_read() {
        let mut unread = Vec::new();
        probe(&Shape::Section(&FILE), "", &|value| value.to_owned(), &mut unread);
        assert!(unread.is_empty(), "{unread:?}");
    }

    /// Puts the wrong value at each place of the table and notes where nobody complains of it.
    fn probe(shape: &Shape, name: &str, wrap: &dyn Fn(&str) -> String, unread: &mut Vec<String>) {
        if !is_noticed(&wrap(WRONG)) {
            unread.push(name.to_owned());
        }
        match shape {
            Shape::Section(section) => {
                for key in section.keys {
                    let wrap = |value: &str| wrap(&format!("{{{}: {value}}}", key.name));
                    probe(&key.shape, &format!("{name}.{}", key.name), &wrap, unread);
                }
            }
            Shape::List(item) => {
                probe(item, &format!("{name}[]"), &|value| wrap(&format!("[{value}]")), unread);
            }
            Shape::Dict(key, value) => {
                let key = if let Shape::Word(words) = key { words[0] } else { "https://a.ru" };
                let wrap = |value: &str| wrap(&format!("{{{key}: {value}}}"));
                probe(value, &format!("{name}.*"), &wrap, unread);
            }
            Shape::Either(shapes) => {
                shapes.iter().for_each(|shape| probe(shape, name, wrap, unread));
            }
            _ => {}
        }
    }

    fn is_noticed(text: &str) -> bool {
        let place = text.find(WRONG).unwrap() + 1;
        let findings = parse(text, "", Path::new(""), &|_| None).unwrap_err().findings;
        findings
            .iter()
            .filter_map(|finding| finding.place.as_ref())
            .any(|found| (place..place + WRONG.len()).contains(&found.column))
    }
}
