//! What is said of a partner's answer, as it is kept and shown.

use crate::text::{Kept, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One thing to say about an answer. What an earlier version has not kept is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Finding {
    /// `pass`, `warn` or `fail`; `note` where it is not for the partner to change.
    pub level: String,
    /// `connection`, `status`, `content_type` or `body`.
    pub place: String,
    /// RFC 6901 pointer into the body; empty for the whole, and for the other places.
    pub pointer: String,
    /// The rule's stable name.
    pub rule: String,
    /// What is wrong and what to change.
    pub text: Text,
    /// Where the rule comes from; empty where it is the gateway's own.
    pub source: String,
}

impl Finding {
    /// Findings in the form in which they are kept.
    pub fn written(list: &[Self]) -> String {
        let kept = list.iter().map(|one| {
            let text = Kept(one.text.clone());
            json!({"level": one.level, "place": one.place, "pointer": one.pointer,
                "rule": one.rule, "text": text, "source": one.source})
        });
        kept.collect::<Value>().to_string()
    }

    /// The one that weighs most, the first of those.
    pub fn gravest(list: Vec<Self>) -> Option<Self> {
        let weight = |finding: &Self| match finding.level.as_str() {
            "fail" => 0,
            "warn" => 1,
            _ => 2,
        };
        list.into_iter().min_by_key(weight)
    }
}
