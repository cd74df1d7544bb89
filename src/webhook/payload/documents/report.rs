//! Bodies of version 2 that tell of the drawer and the fiscal printer: cash put in and taken out, X-
//! and Z-reports. The fields are the official SDK's (`model/document/body`).

use serde::Serialize;

use super::figures::Figures;
use super::fiscal::Fiscal;
use crate::model::shift::{Movements, Trades};
use crate::webhook::payload::Money;
use crate::webhook::payload::moment;
use crate::webhook::payload::place::Place;
use crate::webhook::payload::sale::Sale;

/// What the printer says of itself on each of them.
#[derive(Serialize)]
pub(super) struct Print {
    receipt_number: i64,
    document_number: i64,
    session_number: i64,
    receipt_date: String,
    fn_reg_number: (),
    fiscal_sign_doc_number: String,
    fiscal_document_number: i64,
}

/// `CASH_INCOME`.
#[derive(Serialize)]
pub(super) struct Income {
    sum: Money,
    description: (),
    contributor: (),
    #[serde(flatten)]
    print: Print,
}

/// `CASH_OUTCOME`.
#[derive(Serialize)]
pub(super) struct Outcome {
    sum: Money,
    receiver: (),
    description: (),
    payment_category_id: i64,
    payment_category_name: &'static str,
    #[serde(flatten)]
    print: Print,
}

/// `X_REPORT`, and what both reports have.
#[derive(Serialize)]
pub(super) struct Report {
    cash: Money,
    total: Money,
    proceeds: Money,
    #[serde(flatten)]
    print: Print,
}

/// `Z_REPORT`. The SDK has the counters of sales twice, by themselves and in objects.
#[derive(Serialize)]
pub(super) struct ShiftReport {
    #[serde(flatten)]
    report: Report,
    z_report_number: i64,
    cash_in_sum: Money,
    cash_out_sum: Money,
    cash_in_quantity: i64,
    cash_out_quantity: i64,
    collection: Money,
    revenue: Money,
    session_sales_results: i64,
    session_purchases_results: i64,
    nonzero_sum_sales: Money,
    nonzero_sum_purchases: Money,
    quantity_sales_quantity: i64,
    quantity_sales_reversal: i64,
    quantity_sales_back: i64,
    quantity_sales_reversal_back: i64,
    quantity_purchases_quantity: i64,
    quantity_purchases_reversal: i64,
    quantity_purchases_back: i64,
    quantity_purchases_reversal_back: i64,
    sales_summ: Money,
    sales_reversal: Money,
    sales_sections: Vec<Section>,
    sales_back_summ: Money,
    sales_back_reversal: Money,
    sales_back_sections: Vec<Section>,
    purchases_summ: Money,
    purchases_reversal: Money,
    purchases_sections: Vec<Section>,
    purchases_back_summ: Money,
    purchases_back_reversal: Money,
    purchases_back_sections: Vec<Section>,
    quantity_sales: Counts,
    quantity_purchases: Counts,
    sales: Sums,
    sales_back: Sums,
    purchases: Sums,
    purchases_back: Sums,
}

/// How many receipts there were, by what became of them. Nothing here is ever reversed.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Counts {
    pub(super) quantity: i64,
    pub(super) reversal: i64,
    pub(super) back: i64,
    pub(super) reversal_back: i64,
}

/// What they came to.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Sums {
    summ: Money,
    reversal: Money,
    sections: Vec<Section>,
}

/// What was paid in one way.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Section {
    number: i64,
    name: &'static str,
    value: Money,
}

impl Print {
    pub(super) fn of(place: &Place<'_>, sale: &Sale, seed: u64) -> Self {
        let fiscal = Fiscal::of(place, sale, seed);
        Self {
            receipt_number: fiscal.receipt_number,
            document_number: fiscal.document_number,
            session_number: fiscal.session_number,
            receipt_date: moment::local_date(sale.closed_ms),
            fn_reg_number: (),
            fiscal_sign_doc_number: fiscal.sign,
            fiscal_document_number: fiscal.fiscal_document_number,
        }
    }
}

impl Income {
    pub(super) const fn of(figures: &Figures, print: Print) -> Self {
        Self { sum: figures.moved, description: (), contributor: (), print }
    }
}

impl Outcome {
    pub(super) const fn of(figures: &Figures, print: Print) -> Self {
        Self {
            sum: figures.moved,
            receiver: (),
            description: (),
            payment_category_id: COLLECTION,
            payment_category_name: "Инкассация",
            print,
        }
    }
}

impl Report {
    pub(super) const fn of(figures: &Figures, print: Print) -> Self {
        Self { cash: figures.drawer, total: figures.revenue, proceeds: figures.revenue, print }
    }
}

impl ShiftReport {
    pub(super) fn of(figures: &Figures, print: Print) -> Self {
        let counters = &figures.counters;
        let (sales, back) = (Sums::of(&counters.sales), Sums::of(&counters.paybacks));
        let none = Sums::of(&Trades::default());
        let Movements { count: cash_in_quantity, sum: cash_in } = counters.cash_in;
        let Movements { count: cash_out_quantity, sum: cash_out } = counters.cash_out;
        let quantity_sales = Counts::of(&counters.sales, &counters.paybacks);
        let zero = Money::default();
        Self {
            z_report_number: print.session_number,
            report: Report::of(figures, print),
            cash_in_sum: Money::kopecks(cash_in),
            cash_out_sum: Money::kopecks(cash_out),
            cash_in_quantity,
            cash_out_quantity,
            collection: Money::kopecks(cash_out),
            revenue: figures.revenue,
            session_sales_results: counters.sales.count,
            session_purchases_results: 0,
            nonzero_sum_sales: Money::kopecks(counters.lifetime),
            nonzero_sum_purchases: zero,
            quantity_sales_quantity: quantity_sales.quantity,
            quantity_sales_reversal: 0,
            quantity_sales_back: quantity_sales.back,
            quantity_sales_reversal_back: 0,
            quantity_purchases_quantity: 0,
            quantity_purchases_reversal: 0,
            quantity_purchases_back: 0,
            quantity_purchases_reversal_back: 0,
            sales_summ: sales.summ,
            sales_reversal: zero,
            sales_sections: sales.sections.clone(),
            sales_back_summ: back.summ,
            sales_back_reversal: zero,
            sales_back_sections: back.sections.clone(),
            purchases_summ: zero,
            purchases_reversal: zero,
            purchases_sections: none.sections.clone(),
            purchases_back_summ: zero,
            purchases_back_reversal: zero,
            purchases_back_sections: none.sections.clone(),
            quantity_sales,
            quantity_purchases: Counts::default(),
            sales,
            sales_back: back,
            purchases: none.clone(),
            purchases_back: none,
        }
    }
}

impl Counts {
    pub(super) fn of(trades: &Trades, back: &Trades) -> Self {
        Self { quantity: trades.count, back: back.count, ..Self::default() }
    }
}

impl Sums {
    /// A section for each way to pay that the vendor names.
    pub(super) fn of(trades: &Trades) -> Self {
        let ways = [
            ("НАЛИЧНЫМИ", trades.cash),
            ("ПЛАТ. КАРТОЙ", trades.card),
            ("КРЕДИТОМ", 0),
            ("ТАРОЙ", 0),
        ];
        let section = |((name, sum), number)| Section { number, name, value: Money::kopecks(sum) };
        Self {
            summ: Money::kopecks(trades.sum()),
            reversal: Money::default(),
            sections: ways.into_iter().zip(0..).map(section).collect(),
        }
    }
}

/// The category of collected takings (evotor.md, section 5.2).
pub(super) const COLLECTION: i64 = 1;
