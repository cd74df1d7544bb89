//! Version 1: a document is a list of transactions (evotor.md, section 5.1).

use serde::Serialize;
use serde_json::Value;

use crate::webhook::payload::moment::{self, ZONE_MS};
use crate::webhook::payload::place::Place;
use crate::webhook::payload::sale::Sale;
use crate::webhook::payload::{DocumentKind, Money, Scene, value};

use super::PRINT_GROUP;
use super::figures::Figures;
use super::transactions::{self, Detail};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    uuid: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    device_id: Option<&'a str>,
    device_uuid: &'a str,
    transactions: Vec<Transaction<'a>>,
    close_date: &'a str,
    open_date: &'a str,
    open_user_code: (),
    open_user_uuid: &'a str,
    close_user_code: (),
    close_user_uuid: &'a str,
    #[serde(rename = "sessionUUID")]
    session_uuid: String,
    session_number: String,
    number: i64,
    close_result_sum: Option<String>,
    close_sum: Option<String>,
    store_uuid: &'a str,
    complete_inventory: bool,
    extras: Nothing,
    version: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Transaction<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    uuid: Option<String>,
    id: String,
    user_code: (),
    user_uuid: &'a str,
    creation_date: &'a str,
    timezone: i64,
    #[serde(flatten)]
    detail: Detail,
}

#[derive(Serialize)]
struct Nothing {}

pub(super) fn document(scene: &Scene<'_>, place: &Place<'_>, sale: &Sale) -> Value {
    let date = &moment::offset(sale.closed_ms);
    let session = place.session(sale.closed_ms);
    let sums = sums(scene, sale).map(|(sum, result)| (sum.text(), result.text()));
    let (close_sum, close_result_sum) = sums.unzip();
    value(&Document {
        uuid: &sale.id,
        kind: scene.shapes.document.first_name(),
        device_id: place.device.imei.as_deref(),
        device_uuid: &place.device.uuid,
        transactions: transactions(scene, place, sale, date),
        close_date: date,
        open_date: date,
        open_user_code: (),
        open_user_uuid: &place.employee.uuid,
        close_user_code: (),
        close_user_uuid: &place.employee.uuid,
        session_uuid: session.id,
        session_number: session.number.to_string(),
        number: sale.number,
        close_result_sum,
        close_sum,
        store_uuid: &place.store.uuid,
        complete_inventory: true,
        extras: Nothing {},
        version: "V1",
    })
}

fn transactions<'a>(
    scene: &Scene<'_>,
    place: &Place<'a>,
    sale: &Sale,
    date: &'a str,
) -> Vec<Transaction<'a>> {
    let steps = transactions::of(scene, place, sale);
    let trade = scene.shapes.document.is_trade();
    let numbered = steps.into_iter().zip(1..).map(|((kind, uuid, detail), id): (_, u32)| {
        let uuid = uuid.or_else(|| (trade && printed(kind)).then(|| PRINT_GROUP.to_owned()));
        Transaction {
            kind,
            uuid,
            id: id.to_string(),
            user_code: (),
            user_uuid: &place.employee.uuid,
            creation_date: date,
            timezone: ZONE_MS,
            detail,
        }
    });
    numbered.collect()
}

/// What stands on a receipt carries its print group in place of an identifier.
fn printed(kind: &str) -> bool {
    matches!(kind, "REGISTER_POSITION" | "DOCUMENT_CLOSE_FPRINT")
}

/// Before discounts and after; a shift that opens has none. A report has the takings twice.
fn sums(scene: &Scene<'_>, sale: &Sale) -> Option<(Money, Money)> {
    let figures = || Figures::of(scene);
    match scene.shapes.document {
        DocumentKind::Sell | DocumentKind::Payback => Some((sale.sum(), sale.result())),
        DocumentKind::OpenSession | DocumentKind::PosOpenSession => None,
        DocumentKind::CloseSession => Some((figures().revenue, figures().drawer)),
        DocumentKind::CashIncome | DocumentKind::CashOutcome => {
            Some((figures().moved, figures().moved))
        }
        DocumentKind::XReport | DocumentKind::ZReport | DocumentKind::Fprint => {
            Some((figures().revenue, figures().revenue))
        }
    }
}
