//! From a schema's text to its nodes.

use regex::Regex;
use serde_json::{Map, Value};

use super::{Additional, Bounds, Id, Node, Schema, Types};

/// Keywords that describe and ask for nothing.
const NOTES: [&str; 8] =
    ["$schema", "$id", "$comment", "title", "description", "default", "examples", "readOnly"];

const KNOWN: &str = "type, properties, items, required, additionalProperties, enum, format, \
    pattern, minLength, maxLength, minimum, maximum, minItems and maxItems";

pub(super) fn load(text: &str) -> Result<Schema, String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| format!("the schema is not JSON: {error}; correct it there"))?;
    let mut compiler = Compiler { nodes: Vec::new() };
    let root = compiler.schema(&value, "#")?;
    Ok(Schema { nodes: compiler.nodes, root })
}

struct Compiler {
    nodes: Vec<Node>,
}

impl Compiler {
    fn schema(&mut self, value: &Value, at: &str) -> Result<Id, String> {
        let node = match value {
            Value::Bool(true) => Node::default(),
            Value::Object(members) => self.node(members, at)?,
            _ => return Err(format!("{at}: a schema is an object or true; write one")),
        };
        self.nodes.push(node);
        Ok(Id(self.nodes.len() - 1))
    }

    fn node(&mut self, keywords: &Map<String, Value>, at: &str) -> Result<Node, String> {
        let mut node = Node::default();
        for (keyword, value) in keywords {
            let at = format!("{at}/{keyword}");
            match keyword.as_str() {
                "properties" => self.properties(&mut node, value, &at)?,
                "additionalProperties" => node.additional = self.additional(value, &at)?,
                "items" => node.items = Some(self.schema(value, &at)?),
                "required" => required(&mut node, value, &at)?,
                "type" => node.types = types(value, &at)?,
                "enum" => node.values = Some(values(value, &at)?),
                "format" => node.date_time = date_time(value, &at)?,
                "pattern" => node.pattern = Some(pattern(value, &at)?),
                "minLength" => node.length.least = Some(whole(value, &at)?),
                "maxLength" => node.length.most = Some(whole(value, &at)?),
                "minItems" => node.count.least = Some(whole(value, &at)?),
                "maxItems" => node.count.most = Some(whole(value, &at)?),
                "minimum" => node.number.least = Some(number(value, &at)?),
                "maximum" => node.number.most = Some(number(value, &at)?),
                note if NOTES.contains(&note) => {}
                _ => return Err(format!("{at}: not checked here; leave it out or use {KNOWN}")),
            }
        }
        node.plain = is_plain(&node);
        Ok(node)
    }

    fn properties(&mut self, node: &mut Node, value: &Value, at: &str) -> Result<(), String> {
        let members = value
            .as_object()
            .ok_or_else(|| format!("{at}: must be an object of schemas by member name"))?;
        for (name, value) in members {
            let schema = self.schema(value, &format!("{at}/{name}"))?;
            node.members.entry(name.as_str().into()).or_default().schema = Some(schema);
        }
        Ok(())
    }

    fn additional(&mut self, value: &Value, at: &str) -> Result<Additional, String> {
        match value {
            Value::Bool(true) => Ok(Additional::Free),
            Value::Bool(false) => Ok(Additional::Refused),
            schema => self.schema(schema, at).map(Additional::Schema),
        }
    }
}

fn is_plain(node: &Node) -> bool {
    let Bounds { least, most } = node.number;
    node.values.is_none()
        && !node.date_time
        && node.pattern.is_none()
        && (node.length.least.is_none() && node.length.most.is_none())
        && (least.is_none() && most.is_none())
}

fn required(node: &mut Node, value: &Value, at: &str) -> Result<(), String> {
    for name in strings(value, at)? {
        let member = node.members.entry(name.into()).or_default();
        if member.required.is_none() {
            member.required = Some(node.required.len());
            node.required.push(name.into());
        }
    }
    Ok(())
}

fn types(value: &Value, at: &str) -> Result<Types, String> {
    let names = match value {
        Value::String(name) => vec![name.as_str()],
        list => strings(list, at)?,
    };
    names.iter().try_fold(Types::default(), |types, name| {
        types.with(name).ok_or_else(|| {
            let all = "string, number, integer, boolean, object, array or null";
            format!("{at}: there is no type `{name}`; use {all}")
        })
    })
}

fn strings<'v>(value: &'v Value, at: &str) -> Result<Vec<&'v str>, String> {
    let list = value.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
    list.ok_or_else(|| format!("{at}: must be a list of strings"))
}

fn values(value: &Value, at: &str) -> Result<Vec<Value>, String> {
    let list = value.as_array().filter(|list| list.iter().all(|v| !v.is_array() && !v.is_object()));
    list.cloned().ok_or_else(|| format!("{at}: must be a list of strings, numbers, booleans, null"))
}

fn date_time(value: &Value, at: &str) -> Result<bool, String> {
    match value.as_str() {
        Some("date-time") => Ok(true),
        _ => Err(format!("{at}: only `date-time` is checked here; use `pattern` for the others")),
    }
}

fn pattern(value: &Value, at: &str) -> Result<Regex, String> {
    let text = value.as_str().ok_or_else(|| format!("{at}: must be a string"))?;
    Regex::new(text).map_err(|error| format!("{at}: {error}; write it without look-around"))
}

fn whole(value: &Value, at: &str) -> Result<u64, String> {
    value.as_u64().ok_or_else(|| format!("{at}: must be an integer from 0 up"))
}

fn number(value: &Value, at: &str) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| format!("{at}: must be a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_not_be_obeyed_is_refused_with_its_place() {
        for (schema, start) in [
            (r#"{"oneOf":[]}"#, "#/oneOf: not checked here"),
            (r#"{"properties":{"a":{"const":1}}}"#, "#/properties/a/const: not checked"),
            (r#"{"items":{"format":"uuid"}}"#, "#/items/format: only `date-time`"),
            (r#"{"type":"text"}"#, "#/type: there is no type `text`"),
            (r#"{"type":[1]}"#, "#/type: must be a list of strings"),
            (r#"{"pattern":"("}"#, "#/pattern: "),
            (r#"{"minLength":-1}"#, "#/minLength: must be an integer"),
            (r#"{"enum":[{}]}"#, "#/enum: must be a list"),
            (r#"{"items":[{}]}"#, "#/items: a schema is an object or true"),
            ("{", "the schema is not JSON: "),
            ("7", "#: a schema is an object"),
        ] {
            let error = load(schema).unwrap_err();
            assert!(error.starts_with(start), "{schema}: {error}");
        }
    }

    #[test]
    fn descriptions_are_passed_over() {
        assert!(load(r#"{"title":"t","description":"d","type":"object"}"#).is_ok());
    }

    #[test]
    fn every_built_in_schema_compiles() {
        for name in ["stocks", "preorders", "orders", "transactions"] {
            assert!(Schema::built_in(name).is_some(), "{name}");
        }
        assert!(Schema::built_in("goods").is_none());
    }
}
