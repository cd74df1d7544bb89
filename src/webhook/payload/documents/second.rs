//! Version 2, as in live captures (evotor.md, sections 3.9 and 5.2).

use serde::Serialize;
use serde_json::Value;

use crate::webhook::payload::moment::{self, ZONE_MS};
use crate::webhook::payload::place::Place;
use crate::webhook::payload::sale::Sale;
use crate::webhook::payload::{DocumentKind, Money, Scene, value};

use super::figures::Figures;
use super::report::{Income, Outcome, Print, Report, ShiftReport};
use super::trade::Trade;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: &'a str,
    extras: Nothing,
    number: i64,
    close_date: String,
    time_zone_offset: i64,
    session_id: String,
    session_number: i64,
    close_user_id: &'a str,
    device_id: &'a str,
    store_id: &'a str,
    user_id: &'a str,
    body: Body<'a>,
    counterparties: (),
    created_at: String,
    version: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Trade(Box<Trade<'a>>),
    Close { revenue: Money, total: Money },
    Open {},
    Income(Income),
    Outcome(Outcome),
    Report(Report),
    ShiftReport(Box<ShiftReport>),
    Print(Print),
}

#[derive(Serialize)]
struct Nothing {}

pub(super) fn document(scene: &Scene<'_>, place: &Place<'_>, sale: &Sale) -> Value {
    let session = place.session(sale.closed_ms);
    value(&Document {
        kind: scene.shapes.document.name(),
        id: &sale.id,
        extras: Nothing {},
        number: sale.number,
        close_date: moment::offset(sale.closed_ms),
        time_zone_offset: ZONE_MS,
        session_id: session.id,
        session_number: session.number,
        close_user_id: &place.employee.uuid,
        device_id: &place.device.uuid,
        store_id: &place.store.uuid,
        user_id: &place.user.id,
        body: body(scene, place, sale),
        counterparties: (),
        created_at: moment::offset(scene.now_ms),
        version: "V2",
    })
}

fn body<'a>(scene: &Scene<'_>, place: &Place<'_>, sale: &'a Sale) -> Body<'a> {
    let print = || Print::of(place, sale, scene.seed);
    let figures = Figures::of(scene);
    match scene.shapes.document {
        DocumentKind::Sell | DocumentKind::Payback => {
            Body::Trade(Box::new(Trade::of(place, sale, scene.seed)))
        }
        DocumentKind::OpenSession => Body::Open {},
        DocumentKind::CloseSession => {
            Body::Close { revenue: figures.revenue, total: figures.drawer }
        }
        DocumentKind::CashIncome => Body::Income(Income::of(&figures, print())),
        DocumentKind::CashOutcome => Body::Outcome(Outcome::of(&figures, print())),
        DocumentKind::XReport | DocumentKind::Fprint => Body::Report(Report::of(&figures, print())),
        DocumentKind::ZReport => Body::ShiftReport(Box::new(ShiftReport::of(&figures, print()))),
        DocumentKind::PosOpenSession => Body::Print(print()),
    }
}
