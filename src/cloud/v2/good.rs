//! Products and groups as this version writes them (evotor.md, section 5.4).

use serde::Serialize;
use serde_json::{Map, Number, Value};

use crate::model::goods::Good;
use crate::model::moment;
use crate::store::goods::Kept;

/// A product or group in an answer; its fields are in the order of the vendor's samples.
#[derive(Debug, Serialize)]
pub(super) struct Item<'a> {
    #[serde(flatten)]
    body: Body<'a>,
    store_id: &'a str,
    user_id: &'a str,
    created_at: String,
    updated_at: String,
}

impl<'a> Item<'a> {
    /// As it is kept in a user's store.
    pub(super) fn of(kept: &'a Kept, store: &'a str, user: &'a str) -> Self {
        Self {
            body: Body::of(&kept.good),
            store_id: store,
            user_id: user,
            created_at: moment::offset(kept.created),
            updated_at: moment::offset(kept.updated),
        }
    }
}

/// What may be written of a product or group.
#[derive(Debug, Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<&'a str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_to_sell: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    barcodes: Option<&'a [String]>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_price: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alcocodes: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alcohol_by_volume: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alcohol_product_kind_code: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tare_volume: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes_choices: Option<Value>,
    #[serde(flatten)]
    more: &'a Map<String, Value>,
}

impl<'a> Body<'a> {
    fn of(good: &'a Good) -> Self {
        let choices = !good.group && !good.more.contains_key("attributes_choices");
        Self {
            parent_id: good.parent.as_deref(),
            name: &good.name,
            measure_name: good.measure.as_deref(),
            tax: good.tax.as_deref(),
            allow_to_sell: good.allow_to_sell,
            price: good.price.as_ref(),
            description: good.description.as_deref(),
            article_number: good.article.as_deref(),
            code: good.code.as_deref(),
            barcodes: some(&good.barcodes),
            kind: good.kind.as_deref(),
            id: &good.id,
            quantity: good.quantity.as_ref(),
            cost_price: good.cost.as_ref(),
            alcocodes: some(&good.alcocodes),
            alcohol_by_volume: good.alcohol_by_volume.as_ref(),
            alcohol_product_kind_code: good.alcohol_kind.as_ref(),
            tare_volume: good.tare_volume.as_ref(),
            attributes_choices: choices.then(|| Value::Object(Map::new())),
            more: &good.more,
        }
    }
}

/// What may be written of one that is kept, to be changed and read again.
pub(super) fn body(good: &Good) -> Map<String, Value> {
    match serde_json::to_value(Body::of(good)) {
        Ok(Value::Object(body)) => body,
        // A struct with named fields always gives an object.
        Ok(_) | Err(_) => Map::new(),
    }
}

/// Reads a whole body that has the right form. What it does not say of a product is what a shop's own
/// cabinet begins with.
pub(super) fn read(body: Map<String, Value>, group: bool) -> Good {
    let good = said(body, group);
    if group {
        return good;
    }
    let usual = |text: &str| Some(text.to_owned());
    Good {
        kind: good.kind.or_else(|| usual("NORMAL")),
        price: good.price.or_else(|| Some(0.into())),
        measure: good.measure.or_else(|| usual("шт")),
        tax: good.tax.or_else(|| usual("NO_VAT")),
        allow_to_sell: good.allow_to_sell.or(Some(true)),
        ..good
    }
}

/// Reads a body anew that was changed; what this version does not show stays.
pub(super) fn reread(body: Map<String, Value>, old: &Good) -> Good {
    Good {
        has_variants: old.has_variants,
        attributes: old.attributes.clone(),
        ..said(body, old.group)
    }
}

fn said(mut body: Map<String, Value>, group: bool) -> Good {
    let mut good = Good {
        id: text(&mut body, "id").unwrap_or_default(),
        parent: text(&mut body, "parent_id"),
        name: text(&mut body, "name").unwrap_or_default(),
        group,
        barcodes: texts(&mut body, "barcodes"),
        ..Good::default()
    };
    if !group {
        good.kind = text(&mut body, "type");
        good.code = text(&mut body, "code");
        good.article = text(&mut body, "article_number");
        good.alcocodes = texts(&mut body, "alcocodes");
        good.price = number(&mut body, "price");
        good.cost = number(&mut body, "cost_price");
        good.quantity = number(&mut body, "quantity");
        good.measure = text(&mut body, "measure_name");
        good.tax = text(&mut body, "tax");
        good.allow_to_sell = flag(&mut body, "allow_to_sell");
        good.description = text(&mut body, "description");
        good.alcohol_by_volume = number(&mut body, "alcohol_by_volume");
        good.alcohol_kind = number(&mut body, "alcohol_product_kind_code");
        good.tare_volume = number(&mut body, "tare_volume");
    }
    // What is shown of every product need not be kept.
    body.retain(|name, value| name != "attributes_choices" || *value != Value::Object(Map::new()));
    good.more = body;
    good
}

fn some(texts: &[String]) -> Option<&[String]> {
    (!texts.is_empty()).then_some(texts)
}

fn text(body: &mut Map<String, Value>, name: &str) -> Option<String> {
    match body.shift_remove(name)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn texts(body: &mut Map<String, Value>, name: &str) -> Vec<String> {
    let Some(Value::Array(texts)) = body.shift_remove(name) else { return Vec::new() };
    let texts = texts.into_iter().filter_map(|text| match text {
        Value::String(text) => Some(text),
        _ => None,
    });
    texts.collect()
}

fn number(body: &mut Map<String, Value>, name: &str) -> Option<Number> {
    match body.shift_remove(name)? {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn flag(body: &mut Map<String, Value>, name: &str) -> Option<bool> {
    body.shift_remove(name)?.as_bool()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn what_was_read_is_written_again() {
        let cider = object(&json!({
            "parent_id": "1ddea16b-971b-4ee5-b798-1b29a7aa2e27", "name": "Сидр",
            "measure_name": "шт", "tax": "VAT_20", "allow_to_sell": true, "price": 123.12,
            "description": "Яблочный", "article_number": "SDR-1", "code": "42",
            "barcodes": ["2000000000060"], "type": "ALCOHOL_NOT_MARKED",
            "id": "01ba18b6-8707-4f47-bd9c-4db058054cb3", "quantity": 12, "cost_price": 100.123,
            "alcocodes": ["0000000000000000001"], "alcohol_by_volume": 4.7,
            "alcohol_product_kind_code": 500, "tare_volume": 0.33,
            "attributes_choices": {"a": "b"}, "is_excisable": true,
        }));
        assert_eq!(body(&read(cider.clone(), false)), cider);
    }

    #[test]
    fn a_product_of_which_little_is_said_begins_with_the_usual() {
        let written = body(&read(object(&json!({"id": "a", "name": "b"})), false));
        assert_eq!(
            Value::Object(written),
            json!({
                "id": "a", "name": "b", "measure_name": "шт", "tax": "NO_VAT", "price": 0,
                "allow_to_sell": true, "type": "NORMAL", "attributes_choices": {},
            })
        );
    }

    #[test]
    fn a_group_has_no_price() {
        let group = object(&json!({"id": "a", "name": "b", "attributes": [], "barcodes": ["1"]}));
        assert_eq!(body(&read(group.clone(), true)), group);
    }

    #[test]
    fn what_this_version_does_not_show_outlives_a_change() {
        let attributes = object(&json!({"объём": "330 мл"}));
        let old = Good { name: "a".into(), attributes, ..Good::default() };
        let mut changed = body(&old);
        changed.insert("name".into(), "b".into());
        assert_eq!(reread(changed, &old), Good { name: "b".into(), ..old });
    }
}
