//! Where the parts of a JSON text stand in it.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A member of an object, by its places in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Without its escapes.
    pub(super) name: String,
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// In the order of the text, repeated names included.
    Object(Vec<Member>),
    Array(Vec<Range<usize>>),
    Null,
    Bool,
    Number,
    Text,
}

/// The one value of a text that is JSON; none where it is not.
pub(super) fn whole(text: &str) -> Option<Range<usize>> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: &RawValue = serde_json::from_str(body).ok()?;
    place(text, value.get())
}

/// What stands at a place that holds a value.
pub(super) fn node(text: &str, at: &Range<usize>) -> Node {
    let value = text.get(at.clone()).unwrap_or_default();
    match value.as_bytes().first() {
        Some(b'{') => Node::Object(members(text, value).unwrap_or_default()),
        Some(b'[') => Node::Array(elements(text, value).unwrap_or_default()),
        Some(b'"') => Node::Text,
        Some(b't' | b'f') => Node::Bool,
        Some(b'n') | None => Node::Null,
        Some(_) => Node::Number,
    }
}

fn members(text: &str, object: &str) -> Option<Vec<Member>> {
    let mut reader = serde_json::Deserializer::from_str(object);
    reader.deserialize_map(Members(text)).ok()
}

fn elements(text: &str, array: &str) -> Option<Vec<Range<usize>>> {
    let mut reader = serde_json::Deserializer::from_str(array);
    reader.deserialize_seq(Elements(text)).ok()
}

/// The place of a part that is borrowed from the text.
fn place(text: &str, part: &str) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    Some(start..start + part.len()).filter(|place| place.end <= text.len())
}

struct Members<'t>(&'t str);

impl<'t> Visitor<'t> for Members<'t> {
    type Value = Vec<Member>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            let name = serde_json::from_str(key.get()).unwrap_or_default();
            if let Some((key, value)) = place(self.0, key.get()).zip(place(self.0, value.get())) {
                members.push(Member { name, key, value });
            }
        }
        Ok(members)
    }
}

struct Elements<'t>(&'t str);

impl<'t> Visitor<'t> for Elements<'t> {
    type Value = Vec<Range<usize>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element::<&RawValue>()? {
            elements.extend(place(self.0, element.get()));
        }
        Ok(elements)
    }
}

/// Whether a text is one JSON value.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}
