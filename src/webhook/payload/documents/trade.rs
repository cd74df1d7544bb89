//! The body of a sale or payback, version 2.

use serde::Serialize;
use serde_json::Number;

use crate::webhook::payload::moment;
use crate::webhook::payload::place::Place;
use crate::webhook::payload::sale::{Line, Payment, Sale};
use crate::webhook::payload::seeded::Seeded;
use crate::webhook::payload::{Money, Quantity};

use super::PRINT_GROUP;
use super::fiscal::Fiscal;

#[derive(Serialize)]
pub(super) struct Trade<'a> {
    positions: Vec<Position>,
    doc_discounts: [(); 0],
    payments: [Paid; 1],
    print_groups: [PrintGroup; 1],
    pos_print_results: [Printed; 1],
    sum: Money,
    result_sum: Money,
    customer_email: (),
    customer_phone: (),
    #[serde(skip_serializing_if = "Option::is_none")]
    base_document_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_document_number: Option<i64>,
}

#[derive(Serialize)]
struct Position {
    product_id: String,
    quantity: Quantity,
    initial_quantity: Number,
    quantity_in_package: (),
    bar_code: Option<String>,
    product_type: String,
    mark: (),
    mark_data: (),
    alcohol_by_volume: i64,
    alcohol_product_kind_code: i64,
    tare_volume: i64,
    code: Option<String>,
    product_name: String,
    measure_name: String,
    id: i64,
    uuid: String,
    extra_keys: [(); 0],
    sub_positions: [(); 0],
    measure_precision: i64,
    price: Money,
    cost_price: Number,
    result_price: Money,
    sum: Money,
    tax: Tax,
    result_sum: Money,
    position_discount: Option<Discount>,
    doc_distributed_discount: (),
    print_group_id: &'static str,
    splitted_positions: (),
    attributes_choices: (),
    settlement_method: Settlement,
    agent_requisites: (),
}

#[derive(Serialize)]
struct Tax {
    #[serde(rename = "type")]
    kind: String,
    sum: Money,
    result_sum: Money,
}

#[derive(Serialize)]
struct Discount {
    discount_sum: Money,
    discount_percent: i64,
    discount_type: &'static str,
    coupon: (),
    discount_price: Money,
}

#[derive(Serialize)]
struct Settlement {
    #[serde(rename = "type")]
    kind: &'static str,
    amount: (),
}

#[derive(Serialize)]
struct Paid {
    id: String,
    parent_id: (),
    sum: Money,
    #[serde(rename = "type")]
    kind: &'static str,
    parts: [Part; 1],
    app_payment: (),
    merchant_info: Option<Merchant>,
    bank_info: Option<Bank>,
    app_info: PaidBy,
    cashless_info: (),
    driver_info: (),
}

#[derive(Serialize)]
struct Part {
    print_group_id: &'static str,
    part_sum: Money,
    change: Money,
}

#[derive(Serialize)]
struct Merchant {
    number: &'static str,
    english_name: &'static str,
    category_code: &'static str,
}

#[derive(Serialize)]
struct Bank {
    name: &'static str,
}

#[derive(Serialize)]
struct PaidBy {
    app_id: (),
    name: &'static str,
}

#[derive(Serialize)]
struct PrintGroup {
    id: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    org_name: (),
    org_inn: (),
    org_address: (),
    taxation_system: (),
    medicine_attributes: (),
}

#[derive(Serialize)]
struct Printed {
    receipt_number: i64,
    document_number: i64,
    session_number: i64,
    receipt_date: String,
    receipt_time: String,
    fn_reg_number: (),
    fiscal_sign_doc_number: String,
    fiscal_document_number: i64,
    fn_serial_number: String,
    kkt_serial_number: String,
    kkt_reg_number: String,
    print_group_id: &'static str,
    check_sum: Money,
}

impl<'a> Trade<'a> {
    pub(super) fn of(place: &Place<'_>, sale: &'a Sale, seed: u64) -> Self {
        let mut chance = Seeded::part(seed, "positions");
        let first = 100_000 + chance.below(800_000);
        let lines = sale.lines.iter().zip((first..).step_by(2));
        let store = &place.store.uuid;
        let positions = lines.map(|(line, id)| position(line, id, store, &mut chance)).collect();
        Self {
            positions,
            doc_discounts: [],
            payments: [paid(sale, chance.uuid())],
            print_groups: [PRINTED_TOGETHER],
            pos_print_results: [printed(place, sale, seed)],
            sum: sale.sum(),
            result_sum: sale.result(),
            customer_email: (),
            customer_phone: (),
            base_document_id: sale.base.as_ref().map(|base| base.id.as_str()),
            base_document_number: sale.base.as_ref().map(|base| base.number),
        }
    }
}

fn position(line: &Line, id: i64, store: &str, chance: &mut Seeded) -> Position {
    let ware = &line.ware;
    // Live tills sell what they do not have, and the stock goes below zero.
    let made_up = 20 - chance.below(40);
    Position {
        product_id: ware.uuid(store),
        quantity: line.quantity,
        initial_quantity: ware.stock.clone().unwrap_or_else(|| made_up.into()),
        quantity_in_package: (),
        bar_code: ware.barcode.clone(),
        product_type: ware.kind.clone(),
        mark: (),
        mark_data: (),
        alcohol_by_volume: 0,
        alcohol_product_kind_code: 0,
        tare_volume: 0,
        code: ware.code.clone(),
        product_name: ware.name.clone(),
        measure_name: ware.measure.clone(),
        id,
        uuid: chance.uuid(),
        extra_keys: [],
        sub_positions: [],
        measure_precision: if ware.is_weighed() { 3 } else { 0 },
        price: ware.price(),
        cost_price: ware.cost.clone(),
        result_price: line.result_price(),
        sum: line.sum(),
        tax: Tax { kind: ware.tax.clone(), sum: line.tax(), result_sum: line.result_tax() },
        result_sum: line.result(),
        position_discount: discount(line),
        doc_distributed_discount: (),
        print_group_id: PRINT_GROUP,
        splitted_positions: (),
        attributes_choices: (),
        settlement_method: Settlement { kind: "CHECKOUT_FULL", amount: () },
        agent_requisites: (),
    }
}

fn discount(line: &Line) -> Option<Discount> {
    (line.discount > Money::default()).then(|| Discount {
        discount_sum: line.discount,
        discount_percent: line.discount_percent(),
        discount_type: "SUM",
        coupon: (),
        discount_price: line.result_price(),
    })
}

fn paid(sale: &Sale, id: String) -> Paid {
    let card = sale.payment == Payment::Card;
    let (sum, change) = (sale.tendered(), sale.change());
    Paid {
        id,
        parent_id: (),
        sum,
        kind: if card { "ELECTRON" } else { "CASH" },
        parts: [Part { print_group_id: PRINT_GROUP, part_sum: sum, change }],
        app_payment: (),
        merchant_info: card.then_some(Merchant {
            number: "123",
            english_name: "123",
            category_code: "5814",
        }),
        bank_info: card.then_some(Bank { name: "ПАО БАНК" }),
        app_info: PaidBy {
            app_id: (), name: if card { "Банковская карта" } else { "Наличные" }
        },
        cashless_info: (),
        driver_info: (),
    }
}

fn printed(place: &Place<'_>, sale: &Sale, seed: u64) -> Printed {
    let fiscal = Fiscal::of(place, sale, seed);
    Printed {
        receipt_number: fiscal.receipt_number,
        document_number: fiscal.document_number,
        session_number: fiscal.session_number,
        receipt_date: moment::local_date(sale.closed_ms),
        receipt_time: moment::local_time(sale.closed_ms),
        fn_reg_number: (),
        fiscal_sign_doc_number: fiscal.sign,
        fiscal_document_number: fiscal.fiscal_document_number,
        fn_serial_number: fiscal.drive,
        kkt_serial_number: fiscal.printer,
        kkt_reg_number: fiscal.registration,
        print_group_id: PRINT_GROUP,
        check_sum: sale.result(),
    }
}

const PRINTED_TOGETHER: PrintGroup = PrintGroup {
    id: PRINT_GROUP,
    kind: "CASH_RECEIPT",
    org_name: (),
    org_inn: (),
    org_address: (),
    taxation_system: (),
    medicine_attributes: (),
};
