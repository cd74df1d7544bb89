//! The products of a store: a bare array with one group at its end (evotor.md, sections 3.12 and
//! 5.4). Fields that a product does not have are left out, as the vendor says of inventories.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::menu::{CIDER, GROUP, Good, MENU, WEIGHED, group};
use super::place::Place;
use super::seeded::Seeded;
use super::{Lacking, Scene, value};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Product<'a> {
    uuid: String,
    code: &'a str,
    bar_codes: [&'a str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    alco_codes: Option<[&'a str; 1]>,
    name: &'a str,
    price: i64,
    quantity: i64,
    cost_price: i64,
    measure_name: &'a str,
    tax: &'a str,
    allow_to_sell: bool,
    description: &'a str,
    article_number: String,
    parent_uuid: &'a str,
    group: bool,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alcohol_by_volume: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alcohol_product_kind_code: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tare_volume: Option<f64>,
    attributes: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group<'a> {
    uuid: &'a str,
    name: &'a str,
    group: bool,
    parent_uuid: (),
    has_variants: bool,
}

pub(super) fn body(scene: &Scene<'_>) -> Result<Value, Lacking> {
    let store = &Place::store(scene)?.uuid;
    let group = group(store);
    let mut stock = Seeded::part(scene.seed, "stock");
    let goods = [&CIDER].into_iter().chain(&MENU).chain([&WEIGHED]);
    let products = goods.map(|good| value(&product(good, store, &group, 1 + stock.below(40))));
    let menu = value(&Group {
        uuid: &group,
        name: GROUP,
        group: true,
        parent_uuid: (),
        has_variants: false,
    });
    Ok(products.chain([menu]).collect())
}

fn product<'a>(good: &'a Good, store: &str, group: &'a str, quantity: i64) -> Product<'a> {
    let alcohol = good.alcohol.as_ref();
    Product {
        uuid: good.uuid(store),
        code: good.code,
        bar_codes: [good.barcode],
        alco_codes: alcohol.map(|alcohol| [alcohol.code]),
        name: good.name,
        price: good.price,
        quantity,
        cost_price: good.cost,
        measure_name: good.measure,
        tax: "NO_VAT",
        allow_to_sell: true,
        description: good.volume,
        article_number: good.sku(),
        parent_uuid: group,
        group: false,
        kind: if alcohol.is_some() { "ALCOHOL_NOT_MARKED" } else { "NORMAL" },
        alcohol_by_volume: alcohol.map(|alcohol| alcohol.by_volume),
        alcohol_product_kind_code: alcohol.map(|alcohol| alcohol.kind),
        tare_volume: alcohol.map(|alcohol| alcohol.tare),
        attributes: BTreeMap::from([("объём", good.volume)]),
    }
}
