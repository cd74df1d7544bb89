//! Products and groups of a store: the one form that is kept, which both versions of the API read
//! and write (evotor.md, section 5.4).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

/// A product, or a group of products. Absent is what was never said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Good {
    /// As written; compared without regard to ASCII case.
    pub id: String,
    /// The group that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// 1 to 100 characters.
    pub name: String,
    /// Whether it is a group, which has a name and a parent and little else.
    pub group: bool,
    /// Groups only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_variants: Option<bool>,
    /// `NORMAL`, `SERVICE`, `ALCOHOL_MARKED` and others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The shop's own short code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The developer's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// What a scanner reads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub barcodes: Vec<String>,
    /// 19 digits each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alcocodes: Vec<String>,
    /// Roubles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Number>,
    /// Roubles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Number>,
    /// What is in stock, by `measure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Number>,
    /// `шт`, `кг` and others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// `NO_VAT`, `VAT_10` and others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<String>,
    /// Whether terminals may sell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_to_sell: Option<bool>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alcohol_by_volume: Option<Number>,
    /// By the state's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alcohol_kind: Option<Number>,
    /// Litres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tare_volume: Option<Number>,
    /// Free names and values, v1 only.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
    /// Fields that only v2 has, as they were written.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub more: Map<String, Value>,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_said_is_not_kept() {
        let good = Good { id: "a".into(), name: "b".into(), ..Good::default() };
        let text = serde_json::to_string(&good).unwrap();
        assert_eq!(text, r#"{"id":"a","name":"b","group":false}"#);
        assert_eq!(serde_json::from_str::<Good>(&text).unwrap(), good);
    }
}
