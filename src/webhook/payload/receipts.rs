//! Receipts, version 2 (evotor.md, sections 3.10 and 5.3). Quantities are positive for a payback
//! too; the type gives the sign.

use serde::Serialize;
use serde_json::Value;

use super::place::Place;
use super::sale::{Line, Payment, Sale};
use super::seeded::Seeded;
use super::{DocumentKind, Lacking, Scene, moment, value};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Receipt<'a> {
    id: String,
    timestamp: i64,
    user_id: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    version: u8,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    id: &'a str,
    device_id: &'a str,
    store_id: &'a str,
    date_time: String,
    #[serde(rename = "type")]
    kind: &'a str,
    shift_id: String,
    employee_id: &'a str,
    payment_source: &'a str,
    info_check: bool,
    egais: bool,
    items: Vec<Item>,
    total_tax: i64,
    total_discount: i64,
    total_amount: f64,
    extras: Extras,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    name: &'static str,
    item_type: &'static str,
    measure_name: &'static str,
    quantity: i64,
    price: f64,
    cost_price: f64,
    sum_price: f64,
    tax: i64,
    tax_percent: i64,
    discount: i64,
}

#[derive(Serialize)]
struct Extras {}

pub(super) fn body(scene: &Scene<'_>) -> Result<Value, Lacking> {
    let place = Place::of(scene)?;
    let sale = Sale::of(scene);
    let payback = scene.shapes.document == DocumentKind::Payback;
    Ok(value(&Receipt {
        id: Seeded::part(scene.seed, "receipt").uuid(),
        timestamp: scene.now_ms,
        user_id: &place.user.id,
        kind: "ReceiptCreated",
        version: 2,
        data: Data {
            id: &sale.id,
            device_id: &place.device.uuid,
            store_id: &place.store.uuid,
            date_time: moment::zulu(sale.closed_ms),
            kind: if payback { "PAYBACK" } else { "SELL" },
            shift_id: place.session(sale.closed_ms).number.to_string(),
            employee_id: &place.employee.uuid,
            payment_source: source(&sale),
            info_check: false,
            egais: false,
            items: sale.lines.iter().map(|line| item(line, &place.store.uuid)).collect(),
            total_tax: 0,
            total_discount: sale.discount(),
            total_amount: real(sale.result()),
            extras: Extras {},
        },
    }))
}

fn source(sale: &Sale) -> &'static str {
    match sale.payment {
        Payment::Card => "PAY_CARD",
        Payment::Cash(_) if sale.change() > 0 => "PAY_CASHBACK",
        Payment::Cash(_) => "PAY_CASH",
    }
}

fn item(line: &Line, store: &str) -> Item {
    Item {
        id: line.good.uuid(store),
        name: line.good.name,
        item_type: "NORMAL",
        measure_name: "шт",
        quantity: line.quantity,
        price: real(line.good.price),
        cost_price: real(line.good.cost),
        sum_price: real(line.result()),
        tax: 0,
        tax_percent: 0,
        discount: line.discount,
    }
}

/// Receipts have their sums with a decimal point.
#[expect(clippy::cast_precision_loss, reason = "a receipt's rubles are few")]
fn real(rubles: i64) -> f64 {
    rubles as f64
}
