//! A document of a terminal as the operator shows it: the tax service's names, sums in kopecks.

use serde_json::{Map, Value, json};

use crate::model::moment;
use crate::model::seeded::Seeded;
use crate::model::world::{Store, World};

/// Codes of documents and operations by the tax service's list.
const RECEIPT: u8 = 3;
const SHIFT_REPORT: u8 = 5;
const INCOME: u8 = 1;
const INCOME_RETURNED: u8 = 2;

/// A document, and where it was printed.
#[derive(Debug)]
pub(super) struct Printed<'a> {
    /// Of the second version.
    pub(super) document: &'a Value,
    pub(super) store: &'a Store,
    pub(super) user: &'a str,
    pub(super) world: &'a World,
}

impl Printed<'_> {
    /// The document in the operator's words.
    pub(super) fn shown(&self) -> Value {
        let body = &self.document["body"];
        match body["positions"].as_array() {
            Some(positions) => self.receipt(body, positions),
            None => self.report(body),
        }
    }

    fn receipt(&self, body: &Value, positions: &[Value]) -> Value {
        let returned = self.document["type"] == "PAYBACK";
        let paid = |kinds: fn(&str) -> bool| -> i64 {
            let payments = body["payments"].as_array().map_or(&[][..], Vec::as_slice);
            let of_kind = payments.iter().filter(|p| p["type"].as_str().is_some_and(kinds));
            of_kind.map(received).sum()
        };
        let mut shown = self.common(body, RECEIPT);
        let (items, taxes) = (positions.iter().map(item).collect::<Vec<_>>(), taxes(positions));
        shown.extend(object(json!({
            "items": items,
            "stornoItems": [],
            "modifiers": [],
            "operationType": if returned { INCOME_RETURNED } else { INCOME },
            "totalSum": kopecks(&body["result_sum"]),
            "cashTotalSum": paid(|kind| kind == "CASH"),
            "ecashTotalSum": paid(|kind| kind != "CASH"),
            "taxationType": 1,
        })));
        shown.extend(taxes);
        Value::Object(shown)
    }

    fn report(&self, body: &Value) -> Value {
        let mut shown = self.common(body, SHIFT_REPORT);
        let total =
            ["total", "revenue", "proceeds"].into_iter().find(|name| !body[*name].is_null());
        shown.insert("totalSum".into(), kopecks(&body[total.unwrap_or_default()]).into());
        Value::Object(shown)
    }

    fn common(&self, body: &Value, code: u8) -> Map<String, Value> {
        let document = self.document;
        let printed = &body["pos_print_results"][0];
        // A report has what the printer says in its body itself.
        let of_printer = |name: &str| {
            let own = &printed[name];
            if own.is_null() { body[name].clone() } else { own.clone() }
        };
        let mut chance = Seeded::entity(document["id"].as_str().unwrap_or_default(), "ofd");
        let closed = document["close_date"].as_str().and_then(moment::parse).unwrap_or_default();
        let sign = of_printer("fiscal_sign_doc_number");
        let sign = sign.as_str().and_then(|sign| sign.parse::<u64>().ok());
        let shift = of_printer("session_number");
        let shift = if shift.is_null() { document["session_number"].clone() } else { shift };
        object(json!({
            "receiptCode": code,
            "receiptDate": local(closed),
            "requestNumber": of_printer("receipt_number"),
            "shiftNumber": shift,
            "operator": self.operator(),
            "user": self.store.name,
            "userInn": Seeded::entity(self.user, "inn").digits(10),
            "rqId": chance.digits(10).parse::<u64>().unwrap_or_default(),
            "fiscalSign": sign,
            "fiscalDriveNumber": of_printer("fn_serial_number"),
            "fiscalDocumentNumber": of_printer("fiscal_document_number"),
        }))
    }

    fn operator(&self) -> &str {
        let id = self.document["close_user_id"].as_str().unwrap_or_default();
        let stores = self.world.stores.iter();
        let mut people =
            stores.flat_map(|store| store.employees.iter()).chain(self.world.cashiers());
        people.find(|one| one.uuid.eq_ignore_ascii_case(id)).map_or("", |one| one.name.as_str())
    }
}

fn item(position: &Value) -> Value {
    let mut item = object(json!({
        "modifiers": [],
        "sum": kopecks(&position["result_sum"]),
        "price": kopecks(&position["result_price"]),
        "quantity": position["quantity"],
        "name": position["product_name"],
    }));
    if let Some(barcode) = position["bar_code"].as_str() {
        item.insert("barcode".into(), barcode.into());
    }
    item.extend(taxes(std::slice::from_ref(position)));
    Value::Object(item)
}

/// Taxes by the names of their rates: `nds20` is a tax, `ndsNo` what is sold without one.
fn taxes(positions: &[Value]) -> Map<String, Value> {
    let mut sums: Map<String, Value> = Map::new();
    for position in positions {
        let tax = &position["tax"];
        let kind = tax["type"].as_str().unwrap_or("NO_VAT");
        let (name, sum) = match kind.strip_prefix("VAT_") {
            Some(rate) => match rate.split_once('_') {
                Some((rate, _)) => (format!("ndsCalculated{rate}"), &tax["result_sum"]),
                None => (format!("nds{rate}"), &tax["result_sum"]),
            },
            None => ("ndsNo".to_owned(), &position["result_sum"]),
        };
        let before = sums.get(&name).and_then(Value::as_i64).unwrap_or_default();
        sums.insert(name, (before + kopecks(sum)).into());
    }
    sums
}

/// What was taken of a payment: without the change that was given back.
fn received(payment: &Value) -> i64 {
    let parts = payment["parts"].as_array().map_or(&[][..], Vec::as_slice);
    kopecks(&payment["sum"]) - parts.iter().map(|part| kopecks(&part["change"])).sum::<i64>()
}

fn kopecks(roubles: &Value) -> i64 {
    let kopecks = roubles.as_f64().unwrap_or_default() * 100.0;
    #[expect(clippy::cast_possible_truncation, reason = "it is rounded, and saturates")]
    let kopecks = kopecks.round() as i64;
    kopecks
}

/// `2017.07.01 10:26:00.000`, by the terminal's time.
fn local(ms: i64) -> String {
    let here = moment::offset(ms.saturating_add(moment::ZONE_MS));
    let text = here.split('+').next().unwrap_or_default();
    match text.split_once('T') {
        Some((date, time)) => format!("{} {time}", date.replace('-', ".")),
        None => text.to_owned(),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
