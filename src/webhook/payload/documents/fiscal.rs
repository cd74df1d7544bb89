//! What the fiscal printer says of a receipt.

use crate::webhook::payload::place::Place;
use crate::webhook::payload::sale::Sale;
use crate::webhook::payload::seeded::Seeded;

/// Counters and numbers of one printed receipt.
#[derive(Debug)]
pub(super) struct Fiscal {
    pub(super) receipt_number: i64,
    pub(super) document_number: i64,
    /// One behind the document's in live captures.
    pub(super) session_number: i64,
    pub(super) sign: String,
    pub(super) fiscal_document_number: i64,
    pub(super) drive: String,
    pub(super) printer: String,
    pub(super) registration: String,
}

impl Fiscal {
    pub(super) fn of(place: &Place<'_>, sale: &Sale, seed: u64) -> Self {
        let mut chance = Seeded::part(seed, "print");
        let mut printer = Seeded::entity(&place.device.uuid, "printer");
        let receipt_number = 1 + chance.below(9000);
        Self {
            receipt_number,
            document_number: receipt_number + 1 + chance.below(2000),
            session_number: place.session(sale.closed_ms).number - 1,
            sign: chance.digits(10),
            fiscal_document_number: 10_000 + receipt_number,
            drive: format!("99990789{}", printer.digits(8)),
            printer: format!("003070{}", printer.digits(8)),
            registration: format!("00000{}", printer.digits(11)),
        }
    }
}
