//! What is said of a partner's answer, as it is kept and shown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    pub text: String,
    /// Where the rule comes from; empty where it is the gateway's own.
    pub source: String,
}

impl Finding {
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
