//! The transactions of version 1: what happened on the terminal, step by step. In a payback sums
//! and quantities are negative.

use serde::Serialize;
use serde_json::Number;

use crate::webhook::payload::place::Place;
use crate::webhook::payload::sale::{Base, Line, Payment, Sale};
use crate::webhook::payload::seeded::Seeded;
use crate::webhook::payload::{DocumentKind, Money, Quantity, Scene};

use super::figures::Figures;
use super::fiscal::Fiscal;
use super::printed::{self, Told};

/// A transaction's type, its uuid where it has one, and the fields of this type.
pub(super) type Step = (&'static str, Option<String>, Detail);

#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(super) enum Detail {
    Open {
        base_document_number: Option<String>,
        #[serde(rename = "baseDocumentUUID")]
        base_document_uuid: Option<String>,
        client_name: (),
        client_phone: (),
        coupon_number: (),
    },
    Position(Box<Position>),
    Discount {
        discount_sum: Money,
        discount_type: i64,
        percent: i64,
    },
    Tax {
        barcode: Option<String>,
        commodity_code: Option<String>,
        commodity_uuid: String,
        result_price: Money,
        result_sum: Money,
        result_tax_sum: Money,
        tax: String,
        tax_percent: i64,
        tax_rate_code: (),
        tax_sum: Money,
    },
    Payment {
        payment_type: &'static str,
        sum: Money,
    },
    Printed {
        document_number: String,
        receipt_number: String,
        session_number: String,
        total: Money,
    },
    Close {
        client_name: (),
        client_phone: (),
        coupon_number: (),
        quantity: Quantity,
        sum: Money,
        base_document_number: (),
        #[serde(rename = "baseDocumentUUID")]
        base_document_uuid: (),
    },
    CloseSession {
        total: Money,
        proceeds: Money,
    },
    OpenSession {},
    Told(Told),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Position {
    alcohol_by_volume: i64,
    alcohol_product_kind_code: i64,
    balance_quantity: Number,
    barcode: Option<String>,
    commodity_code: Option<String>,
    commodity_uuid: String,
    commodity_name: String,
    commodity_type: String,
    cost_price: Number,
    fprint_section: &'static str,
    mark: (),
    measure_name: String,
    tare_volume: i64,
    price: Money,
    quantity: Quantity,
    result_price: Money,
    result_sum: Money,
    sum: Money,
    position_id: (),
    extra_keys: [(); 0],
}

pub(super) fn of(scene: &Scene<'_>, place: &Place<'_>, sale: &Sale) -> Vec<Step> {
    match scene.shapes.document {
        DocumentKind::Sell => traded(scene.seed, place, sale, 1),
        DocumentKind::Payback => traded(scene.seed, place, sale, -1),
        DocumentKind::OpenSession => vec![("OPEN_SESSION", None, Detail::OpenSession {})],
        DocumentKind::CloseSession => {
            let Figures { revenue, drawer, .. } = Figures::of(scene);
            let closed = Detail::CloseSession { total: drawer, proceeds: revenue };
            vec![("CLOSE_SESSION", None, closed)]
        }
        kind => {
            let fiscal = Fiscal::of(place, sale, scene.seed);
            printed::steps(kind, &Figures::of(scene), &fiscal)
        }
    }
}

fn traded(seed: u64, place: &Place<'_>, sale: &Sale, sign: i64) -> Vec<Step> {
    let mut chance = Seeded::part(seed, "transactions");
    let mut steps = vec![("DOCUMENT_OPEN", None, opened(sale.base.as_ref()))];
    for line in &sale.lines {
        steps.extend(position(line, &place.store.uuid, sign, &mut chance));
    }
    let kind = if sale.payment == Payment::Card { "CARD" } else { "CASH" };
    let handed = [sale.tendered() * sign, sale.change() * -sign];
    for sum in handed.into_iter().filter(|sum| *sum != Money::default()) {
        let payment = Detail::Payment { payment_type: kind, sum };
        steps.push(("PAYMENT", Some(chance.uuid()), payment));
    }
    let fiscal = Fiscal::of(place, sale, seed);
    steps.push(("DOCUMENT_CLOSE_FPRINT", None, closed_by_printer(&fiscal, sale.result())));
    steps.push(("DOCUMENT_CLOSE", None, close(sale, sign)));
    steps
}

/// What the printer says of a receipt.
pub(super) fn closed_by_printer(fiscal: &Fiscal, total: Money) -> Detail {
    Detail::Printed {
        document_number: fiscal.document_number.to_string(),
        receipt_number: fiscal.receipt_number.to_string(),
        session_number: fiscal.session_number.to_string(),
        total,
    }
}

/// How a document begins, and which one it undoes.
pub(super) fn opened(base: Option<&Base>) -> Detail {
    Detail::Open {
        base_document_number: base.map(|base| base.number.to_string()),
        base_document_uuid: base.map(|base| base.id.clone()),
        client_name: (),
        client_phone: (),
        coupon_number: (),
    }
}

fn close(sale: &Sale, sign: i64) -> Detail {
    Detail::Close {
        client_name: (),
        client_phone: (),
        coupon_number: (),
        quantity: sale.lines.iter().map(|line| line.quantity).sum::<Quantity>() * sign,
        sum: sale.result() * sign,
        base_document_number: (),
        base_document_uuid: (),
    }
}

fn position(line: &Line, store: &str, sign: i64, chance: &mut Seeded) -> Vec<Step> {
    let mut steps = vec![("REGISTER_POSITION", None, registered(line, store, sign, chance))];
    let ware = &line.ware;
    if line.discount > Money::default() {
        let percent = line.discount_percent();
        let discount = Detail::Discount { discount_sum: line.discount, discount_type: 1, percent };
        steps.push(("DISCOUNT_POSITION", None, discount));
    }
    let tax = Detail::Tax {
        barcode: ware.barcode.clone(),
        commodity_code: ware.code.clone(),
        commodity_uuid: ware.uuid(store),
        result_price: line.result_price(),
        result_sum: line.result() * sign,
        result_tax_sum: line.result_tax() * sign,
        tax: ware.tax.clone(),
        tax_percent: ware.tax_percent(),
        tax_rate_code: (),
        tax_sum: line.tax() * sign,
    };
    steps.push(("POSITION_TAX", None, tax));
    steps
}

fn registered(line: &Line, store: &str, sign: i64, chance: &mut Seeded) -> Detail {
    let ware = &line.ware;
    let made_up = chance.below(40);
    Detail::Position(Box::new(Position {
        alcohol_by_volume: 0,
        alcohol_product_kind_code: 0,
        balance_quantity: ware.stock.clone().unwrap_or_else(|| made_up.into()),
        barcode: ware.barcode.clone(),
        commodity_code: ware.code.clone(),
        commodity_uuid: ware.uuid(store),
        commodity_name: ware.name.clone(),
        commodity_type: ware.kind.clone(),
        cost_price: ware.cost.clone(),
        fprint_section: "0",
        mark: (),
        measure_name: ware.measure.clone(),
        tare_volume: 0,
        price: ware.price(),
        quantity: line.quantity * sign,
        result_price: line.result_price(),
        result_sum: line.result() * sign,
        sum: line.sum() * sign,
        position_id: (),
        extra_keys: [],
    }))
}
