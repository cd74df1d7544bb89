//! A product or group as the first version writes it (evotor.md, section 5.4).

use serde::Serialize;
use serde_json::{Map, Number, Value};

use crate::cloud::problem::Violation;
use crate::cloud::reader::Reader;
use crate::cloud::reading::Reading;
use crate::cloud::rules;
use crate::model::goods::Good;

/// Reads one. Fields that it does not have are passed over.
pub(super) fn read(
    at: &str,
    object: Map<String, Value>,
    reading: &Reading,
) -> Result<Good, Vec<Violation>> {
    let mut from = Reader::new(at, object, reading);
    let uuid = from.uuid("uuid");
    let name = from.text("name", rules::NAME);
    let group = from.flag("group");
    let good = Good {
        id: from.required("uuid", uuid),
        name: from.required("name", name),
        group: from.required("group", group),
        parent: from.uuid("parentUuid"),
        ..Good::default()
    };
    let good = if good.group { of_group(good, &mut from) } else { of_product(good, &mut from) };
    from.finish(good)
}

fn of_group(good: Good, from: &mut Reader<'_>) -> Good {
    Good { has_variants: from.flag("hasVariants"), ..good }
}

fn of_product(good: Good, from: &mut Reader<'_>) -> Good {
    Good {
        kind: from.word("type", rules::is_kind).or_else(|| Some("NORMAL".to_owned())),
        code: from.text("code", rules::CODE),
        article: from.text("articleNumber", rules::ARTICLE),
        barcodes: from.texts("barCodes", "must be an array of barcodes", rules::is_barcode),
        alcocodes: from.texts("alcoCodes", "must be codes of 19 digits", rules::is_alcocode),
        price: from.number("price", rules::PRICE),
        cost: from.number("costPrice", rules::PRICE),
        quantity: from.number("quantity", rules::QUANTITY),
        measure: from.text("measureName", rules::NAME),
        tax: from.word("tax", rules::is_tax),
        allow_to_sell: from.flag("allowToSell"),
        description: from.text("description", rules::LONG),
        alcohol_by_volume: from.number("alcoholByVolume", 0.0..=100.0),
        alcohol_kind: from.number("alcoholProductKindCode", 0.0..=9999.0),
        tare_volume: from.number("tareVolume", 0.0..=9999.0),
        attributes: from.object("attributes"),
        ..good
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group<'a> {
    uuid: &'a str,
    name: &'a str,
    group: bool,
    parent_uuid: Option<&'a str>,
    has_variants: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Product<'a> {
    uuid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    bar_codes: &'a [String],
    alco_codes: &'a [String],
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_price: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_to_sell: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_number: Option<&'a str>,
    parent_uuid: Option<&'a str>,
    group: bool,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alcohol_by_volume: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alcohol_product_kind_code: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tare_volume: Option<&'a Number>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    attributes: &'a Map<String, Value>,
}

/// Appends one to a text in JSON.
pub(super) fn write(good: &Good, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let (uuid, name, parent_uuid) = (&*good.id, &*good.name, good.parent.as_deref());
    if good.group {
        let has_variants = good.has_variants.unwrap_or(false);
        let group = Group { uuid, name, group: true, parent_uuid, has_variants };
        return serde_json::to_writer(out, &group);
    }
    let product = Product {
        uuid,
        code: good.code.as_deref(),
        bar_codes: &good.barcodes,
        alco_codes: &good.alcocodes,
        name,
        price: good.price.as_ref(),
        quantity: good.quantity.as_ref(),
        cost_price: good.cost.as_ref(),
        measure_name: good.measure.as_deref(),
        tax: good.tax.as_deref(),
        allow_to_sell: good.allow_to_sell,
        description: good.description.as_deref(),
        article_number: good.article.as_deref(),
        parent_uuid,
        group: false,
        kind: good.kind.as_deref(),
        alcohol_by_volume: good.alcohol_by_volume.as_ref(),
        alcohol_product_kind_code: good.alcohol_kind.as_ref(),
        tare_volume: good.tare_volume.as_ref(),
        attributes: &good.attributes,
    };
    serde_json::to_writer(out, &product)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(good: &Good) -> Value {
        let mut out = Vec::new();
        write(good, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn the_vendors_sample_is_written_as_it_was_read() {
        let sample = include_str!("../../../tests/fixtures/samples/products-post-v1.json");
        let sample: Vec<Map<String, Value>> = serde_json::from_str(sample).unwrap();
        for object in sample {
            let good = read("", object.clone(), &Reading::default()).unwrap();
            assert_eq!(written(&good), Value::Object(object));
        }
    }

    /// Values that fit some field or another.
    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-10i64..20_000_000).prop_map(Value::from),
            (-1.0f64..1e8).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,120}".prop_map(Value::from),
            "[0-9]{19}".prop_map(|code| Value::from(vec![code])),
            "[0-9a-fA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}".prop_map(Value::from),
            Just(Value::from("VAT_20")),
        ]
    }

    fn object() -> impl Strategy<Value = Map<String, Value>> {
        let names = [
            "uuid",
            "name",
            "group",
            "type",
            "code",
            "barCodes",
            "alcoCodes",
            "price",
            "quantity",
            "costPrice",
            "tax",
            "measureName",
            "allowToSell",
            "parentUuid",
            "hasVariants",
            "attributes",
            "tareVolume",
            "description",
            "articleNumber",
            "alcoholByVolume",
            "else",
        ];
        let fields = prop::collection::vec((prop::sample::select(names.to_vec()), value()), 0..16);
        let uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
        (uuid, ".{1,100}", any::<bool>(), fields, 0..4usize).prop_map(
            |(uuid, name, group, fields, wild)| {
                let fixed = [
                    ("uuid", Value::from(uuid)),
                    ("name", Value::from(name)),
                    ("group", Value::from(group)),
                ];
                let fields = fields.into_iter().take(wild * 5);
                let all =
                    fields.chain(if wild < 3 { Some(fixed) } else { None }.into_iter().flatten());
                all.map(|(name, value)| (name.to_owned(), value)).collect()
            },
        )
    }

    proptest! {
        #[test]
        fn whatever_is_read_can_be_written_and_read_again(object in object()) {
            if let Ok(good) = read("[0]", object, &Reading::default()) {
                let Value::Object(again) = written(&good) else { panic!("no object") };
                let again = read("[0]", again, &Reading::default()).unwrap();
                let known = good.has_variants.or(again.has_variants);
                prop_assert_eq!(again, Good { has_variants: known, ..good });
            }
        }

        #[test]
        fn whatever_breaks_a_rule_says_where(object in object()) {
            if let Err(violations) = read("[7]", object, &Reading::default()) {
                prop_assert!(!violations.is_empty());
                prop_assert!(violations.iter().all(|broken| broken.subject.starts_with("[7].")));
            }
        }
    }
}
