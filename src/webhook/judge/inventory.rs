//! Answers to stores, devices and employees: anything, or an array that binds the cloud's objects to
//! the partner's.

use serde_json::Value;

use super::body::Content;
use super::finding::Sheet;
use super::rule::Rule;
use super::{Answer, hint, ignored};

use crate::text::text;

/// Checks the answer.
pub(super) fn check(answer: &Answer<'_>, sheet: &mut Sheet) {
    ignored(answer, sheet);
    let Content::Json(Value::Array(bindings)) = Content::of(answer) else { return };
    for (at, binding) in bindings.iter().enumerate() {
        if sheet.is_full() {
            return;
        }
        let Value::Object(binding) = binding else {
            let text = text!(
                "A binding is an object {{uuid, parentId}}, not {binding}. An empty body does as \
                 well.",
                binding => hint::kind(binding)
            );
            sheet.body(Rule::Bindings, format!("/{at}"), text);
            continue;
        };
        for name in ["uuid", "parentId"] {
            let wrong = match binding.get(name) {
                Some(Value::String(_)) => continue,
                Some(value) => {
                    text!(
                        "`{name}` is {kind}; a binding has a string.",
                        name, kind => hint::kind(value)
                    )
                }
                None => text!(
                    "A binding has `uuid` (the cloud's) and `parentId` (yours); `{name}` is \
                     missing. An empty body does as well.",
                    name
                ),
            };
            sheet.body(Rule::Bindings, format!("/{at}/{name}"), wrong);
        }
    }
}
