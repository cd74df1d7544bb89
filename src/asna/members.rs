//! The members of a JSON object as .NET sees them: found whatever the case of their letters, each value
//! with the very text it came with.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Names and values, in the order in which they came. An object that has a name twice is none.
#[derive(Debug, Default)]
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The value of a name: of this very name, else of the last one that differs in case only.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let exact = self.0.iter().find(|(known, _)| known == name);
        let near = || self.0.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(name));
        exact.or_else(near).map(|(_, value)| *value)
    }

    /// The object as ASP.NET answers it: names in camel case, and without those that are null, unless
    /// all are asked for.
    pub(super) fn written(&self, full: bool) -> String {
        let shown = self.0.iter().filter(|(_, value)| full || value.get() != "null");
        let members = shown.map(|(name, value)| {
            let name = serde_json::Value::from(camel(name));
            format!("{name}:{}", value.get())
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }
}

/// `PrtId` becomes `prtId`.
fn camel(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => format!("{}{}", first.to_ascii_lowercase(), letters.as_str()),
        None => String::new(),
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Each)
    }
}

struct Each;

impl<'de> Visitor<'de> for Each {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            if members.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom("a member comes twice"));
            }
            members.push((name, map.next_value()?));
        }
        Ok(Members(members))
    }
}

/// A name, borrowed where nothing in it is escaped.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_whatever_its_case_and_written_in_camel_case() {
        let text = r#"{"PrtId":"1","Qnt":1.50,"exp":null,"\u0078":[1, 2]}"#;
        let members: Members<'_> = serde_json::from_str(text).unwrap();
        assert_eq!(members.get("prtId").unwrap().get(), "\"1\"");
        assert!(members.get("nnt").is_none());
        assert_eq!(members.written(false), r#"{"prtId":"1","qnt":1.50,"x":[1, 2]}"#);
        assert_eq!(members.written(true), r#"{"prtId":"1","qnt":1.50,"exp":null,"x":[1, 2]}"#);
        for none in [r#"{"a":1,"a":2}"#, "[]", "1", "{"] {
            assert!(serde_json::from_str::<Members<'_>>(none).is_err(), "{none}");
        }
    }
}
