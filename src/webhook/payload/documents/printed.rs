//! The transactions of version 1 that tell of the drawer and the fiscal printer, with the fields of
//! the vendor's samples (`documentation-api`, `pos-docs`).

use serde::Serialize;

use super::figures::Figures;
use super::fiscal::Fiscal;
use super::report::{COLLECTION, Counts, Sums};
use super::transactions::{Detail, Step, closed_by_printer, opened};
use crate::model::shift::Trades;
use crate::webhook::payload::{DocumentKind, Money};

/// What such a transaction says.
#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(super) enum Told {
    Bills { denomination: Money, quantity: i64, sum: Money },
    Income { sum: Money },
    Outcome { payment_category_id: i64, sum: Money },
    Opened(Numbers),
    Report(Report),
    ShiftReport(Box<ShiftReport>),
}

/// Numbers here, although other transactions have them as texts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Numbers {
    receipt_number: i64,
    document_number: i64,
    session_number: i64,
}

#[derive(Serialize)]
pub(super) struct Report {
    cash: Money,
    total: Money,
    proceeds: Money,
    #[serde(flatten)]
    numbers: Numbers,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShiftReport {
    #[serde(flatten)]
    report: Report,
    cash_in: Money,
    cash_out: Money,
    cash_in_quantity: i64,
    cash_out_quantity: i64,
    collection: Money,
    revenue: Money,
    session_sales_results: i64,
    session_purchases_results: i64,
    nonzero_sum_sales: Money,
    nonzero_sum_purchases: Money,
    purchases: Sums,
    purchases_back: Sums,
    quantity_purchases: Receipts,
    quantity_sales: Receipts,
    sales: Sums,
    sales_back: Sums,
}

/// [`Counts`] with the names of version 1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Receipts {
    back: i64,
    quantity: i64,
    reversal: i64,
    reversal_back: i64,
}

/// The transactions of a document that is no trade and no shift of the terminal itself.
pub(super) fn steps(kind: DocumentKind, figures: &Figures, fiscal: &Fiscal) -> Vec<Step> {
    let one = |name, told| vec![(name, None, Detail::Told(told))];
    match kind {
        DocumentKind::CashIncome => {
            moved(figures, fiscal, ("CASH_INCOME", Told::Income { sum: figures.moved }))
        }
        DocumentKind::CashOutcome => {
            let told = Told::Outcome { payment_category_id: COLLECTION, sum: figures.moved };
            moved(figures, fiscal, ("CASH_OUTCOME", told))
        }
        DocumentKind::PosOpenSession => {
            one("FPRINT_OPEN_SESSION", Told::Opened(Numbers::of(fiscal)))
        }
        DocumentKind::ZReport => {
            let report = Box::new(ShiftReport::of(figures, fiscal));
            one("FPRINT_Z_REPORT", Told::ShiftReport(report))
        }
        _ => one("FPRINT_X_REPORT", Told::Report(Report::of(figures, fiscal))),
    }
}

fn moved(figures: &Figures, fiscal: &Fiscal, (name, told): (&'static str, Told)) -> Vec<Step> {
    let sum = figures.moved;
    let bills = Told::Bills { denomination: sum, quantity: 1, sum };
    vec![
        ("DOCUMENT_OPEN", None, opened(None)),
        ("REGISTER_BILLS", None, Detail::Told(bills)),
        ("DOCUMENT_CLOSE_FPRINT", None, closed_by_printer(fiscal, sum)),
        (name, None, Detail::Told(told)),
    ]
}

impl Numbers {
    const fn of(fiscal: &Fiscal) -> Self {
        Self {
            receipt_number: fiscal.receipt_number,
            document_number: fiscal.document_number,
            session_number: fiscal.session_number,
        }
    }
}

impl Report {
    const fn of(figures: &Figures, fiscal: &Fiscal) -> Self {
        let numbers = Numbers::of(fiscal);
        Self { cash: figures.drawer, total: figures.revenue, proceeds: figures.revenue, numbers }
    }
}

impl ShiftReport {
    fn of(figures: &Figures, fiscal: &Fiscal) -> Self {
        let (counters, none) = (&figures.counters, Trades::default());
        Self {
            report: Report::of(figures, fiscal),
            cash_in: Money::kopecks(counters.cash_in.sum),
            cash_out: Money::kopecks(counters.cash_out.sum),
            cash_in_quantity: counters.cash_in.count,
            cash_out_quantity: counters.cash_out.count,
            collection: Money::kopecks(counters.cash_out.sum),
            revenue: figures.revenue,
            session_sales_results: counters.sales.count,
            session_purchases_results: 0,
            nonzero_sum_sales: Money::kopecks(counters.lifetime),
            nonzero_sum_purchases: Money::default(),
            purchases: Sums::of(&none),
            purchases_back: Sums::of(&none),
            quantity_purchases: Receipts::of(Counts::default()),
            quantity_sales: Receipts::of(Counts::of(&counters.sales, &counters.paybacks)),
            sales: Sums::of(&counters.sales),
            sales_back: Sums::of(&counters.paybacks),
        }
    }
}

impl Receipts {
    const fn of(counts: Counts) -> Self {
        let Counts { quantity, reversal, back, reversal_back } = counts;
        Self { back, quantity, reversal, reversal_back }
    }
}
