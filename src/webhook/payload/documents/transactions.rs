//! The transactions of version 1: what happened on the terminal, step by step. In a payback sums
//! and quantities are negative.

use serde::Serialize;

use crate::webhook::payload::place::Place;
use crate::webhook::payload::sale::{Base, Line, Payment, Sale};
use crate::webhook::payload::seeded::Seeded;
use crate::webhook::payload::{DocumentKind, Scene};

use super::Takings;
use super::fiscal::Fiscal;

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
        discount_sum: i64,
        discount_type: i64,
        percent: i64,
    },
    Tax {
        barcode: &'static str,
        commodity_code: &'static str,
        commodity_uuid: String,
        result_price: i64,
        result_sum: i64,
        result_tax_sum: i64,
        tax: &'static str,
        tax_percent: i64,
        tax_rate_code: (),
        tax_sum: i64,
    },
    Payment {
        payment_type: &'static str,
        sum: i64,
    },
    Printed {
        document_number: String,
        receipt_number: String,
        session_number: String,
        total: i64,
    },
    Close {
        client_name: (),
        client_phone: (),
        coupon_number: (),
        quantity: i64,
        sum: i64,
        base_document_number: (),
        #[serde(rename = "baseDocumentUUID")]
        base_document_uuid: (),
    },
    CloseSession {
        total: i64,
        proceeds: i64,
    },
    OpenSession {},
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Position {
    alcohol_by_volume: i64,
    alcohol_product_kind_code: i64,
    balance_quantity: i64,
    barcode: &'static str,
    commodity_code: &'static str,
    commodity_uuid: String,
    commodity_name: &'static str,
    commodity_type: &'static str,
    cost_price: i64,
    fprint_section: &'static str,
    mark: (),
    measure_name: &'static str,
    tare_volume: i64,
    price: i64,
    quantity: i64,
    result_price: i64,
    result_sum: i64,
    sum: i64,
    position_id: (),
    extra_keys: [(); 0],
}

pub(super) fn of(scene: &Scene<'_>, place: &Place<'_>, sale: &Sale) -> Vec<Step> {
    match scene.shapes.document {
        DocumentKind::Sell => traded(scene.seed, place, sale, 1),
        DocumentKind::Payback => traded(scene.seed, place, sale, -1),
        DocumentKind::OpenSession => vec![("OPEN_SESSION", None, Detail::OpenSession {})],
        DocumentKind::CloseSession => {
            let Takings { revenue, total } = Takings::of(scene);
            vec![("CLOSE_SESSION", None, Detail::CloseSession { total, proceeds: revenue })]
        }
    }
}

fn traded(seed: u64, place: &Place<'_>, sale: &Sale, sign: i64) -> Vec<Step> {
    let mut chance = Seeded::part(seed, "transactions");
    let mut steps = vec![("DOCUMENT_OPEN", None, open(sale.base.as_ref()))];
    for line in &sale.lines {
        steps.extend(position(line, &place.store.uuid, sign, &mut chance));
    }
    let kind = if sale.payment == Payment::Card { "CARD" } else { "CASH" };
    let handed = [sign * sale.tendered(), -sign * sale.change()];
    for sum in handed.into_iter().filter(|sum| *sum != 0) {
        let payment = Detail::Payment { payment_type: kind, sum };
        steps.push(("PAYMENT", Some(chance.uuid()), payment));
    }
    let fiscal = Fiscal::of(place, sale, seed);
    let printed = Detail::Printed {
        document_number: fiscal.document_number.to_string(),
        receipt_number: fiscal.receipt_number.to_string(),
        session_number: fiscal.session_number.to_string(),
        total: sale.result(),
    };
    steps.push(("DOCUMENT_CLOSE_FPRINT", None, printed));
    steps.push(("DOCUMENT_CLOSE", None, close(sale, sign)));
    steps
}

fn open(base: Option<&Base>) -> Detail {
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
        quantity: sign * sale.lines.iter().map(|line| line.quantity).sum::<i64>(),
        sum: sign * sale.result(),
        base_document_number: (),
        base_document_uuid: (),
    }
}

fn position(line: &Line, store: &str, sign: i64, chance: &mut Seeded) -> Vec<Step> {
    let mut steps = vec![("REGISTER_POSITION", None, registered(line, store, sign, chance))];
    if line.discount > 0 {
        let percent = 100 * line.discount / line.sum().max(1);
        let discount = Detail::Discount { discount_sum: line.discount, discount_type: 1, percent };
        steps.push(("DISCOUNT_POSITION", None, discount));
    }
    let tax = Detail::Tax {
        barcode: line.good.barcode,
        commodity_code: line.good.code,
        commodity_uuid: line.good.uuid(store),
        result_price: line.result_price(),
        result_sum: sign * line.result(),
        result_tax_sum: 0,
        tax: "NO_VAT",
        tax_percent: 0,
        tax_rate_code: (),
        tax_sum: 0,
    };
    steps.push(("POSITION_TAX", None, tax));
    steps
}

fn registered(line: &Line, store: &str, sign: i64, chance: &mut Seeded) -> Detail {
    let good = line.good;
    Detail::Position(Box::new(Position {
        alcohol_by_volume: 0,
        alcohol_product_kind_code: 0,
        balance_quantity: chance.below(40),
        barcode: good.barcode,
        commodity_code: good.code,
        commodity_uuid: good.uuid(store),
        commodity_name: good.name,
        commodity_type: "NORMAL",
        cost_price: good.cost,
        fprint_section: "0",
        mark: (),
        measure_name: "шт",
        tare_volume: 0,
        price: good.price,
        quantity: sign * line.quantity,
        result_price: line.result_price(),
        result_sum: sign * line.result(),
        sum: sign * line.sum(),
        position_id: (),
        extra_keys: [],
    }))
}
