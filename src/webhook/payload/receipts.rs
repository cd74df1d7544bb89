//! Receipts, version 2 (evotor.md, sections 3.10, 5.3 and 10). In a payback quantities are negative;
//! sums are not.

use serde::Serialize;
use serde_json::Value;

use super::money::Money;
use super::place::Place;
use super::quantity::Quantity;
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
    total_tax: Money,
    total_discount: Money,
    total_amount: f64,
    extras: Extras,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    name: String,
    item_type: String,
    measure_name: String,
    quantity: Quantity,
    price: f64,
    cost_price: f64,
    sum_price: f64,
    tax: Money,
    tax_percent: i64,
    discount: Money,
}

#[derive(Serialize)]
struct Extras {}

pub(super) fn body(scene: &Scene<'_>) -> Result<Value, Lacking> {
    let place = Place::of(scene)?;
    let sale = Sale::of(scene);
    let payback = scene.shapes.document == DocumentKind::Payback;
    let sign = if payback { -1 } else { 1 };
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
            date_time: moment::zulu_ms(sale.closed_ms),
            kind: if payback { "PAYBACK" } else { "SELL" },
            shift_id: place.session(sale.closed_ms).number.to_string(),
            employee_id: &place.employee.uuid,
            payment_source: source(&sale),
            info_check: false,
            egais: false,
            total_tax: sale.lines.iter().map(Line::result_tax).sum(),
            total_discount: sale.discount(),
            total_amount: sale.result().real(),
            items: sale.lines.iter().map(|line| item(line, sign, &place.store.uuid)).collect(),
            extras: Extras {},
        },
    }))
}

fn source(sale: &Sale) -> &'static str {
    match sale.payment {
        Payment::Card => "PAY_CARD",
        Payment::Cash(_) if sale.change() > Money::default() => "PAY_CASHBACK",
        Payment::Cash(_) => "PAY_CASH",
    }
}

/// Receipts have their sums with a decimal point.
fn item(line: &Line, sign: i64, store: &str) -> Item {
    let ware = &line.ware;
    Item {
        id: ware.uuid(store),
        name: ware.name.clone(),
        item_type: ware.kind.clone(),
        measure_name: ware.measure.clone(),
        quantity: line.quantity * sign,
        price: ware.price().real(),
        cost_price: ware.cost.as_f64().unwrap_or_default(),
        sum_price: line.result().real(),
        tax: line.result_tax(),
        tax_percent: ware.tax_percent(),
        discount: line.discount,
    }
}
