//! What a cashier's shift has taken and given, as a fiscal printer counts it.

use serde::{Deserialize, Serialize};

/// The counters of a shift. Sums are kopecks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Sold to customers.
    pub sales: Trades,
    /// Given back to customers.
    pub paybacks: Trades,
    /// Put into the drawer.
    pub cash_in: Movements,
    /// Taken out of the drawer.
    pub cash_out: Movements,
    /// The sum of all sales that the printer has ever seen, which no report sets back.
    pub lifetime: i64,
}

/// Sales or paybacks of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Trades {
    /// How many receipts.
    pub count: i64,
    /// What of them was paid in cash.
    pub cash: i64,
    /// What of them was paid by card.
    pub card: i64,
}

/// Cash that was moved without a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Movements {
    /// How many times.
    pub count: i64,
    /// In all.
    pub sum: i64,
}

impl Counters {
    /// The counters of the next shift.
    pub const fn next_shift(self) -> Self {
        Self {
            sales: Trades { count: 0, cash: 0, card: 0 },
            paybacks: Trades { count: 0, cash: 0, card: 0 },
            cash_in: Movements { count: 0, sum: 0 },
            cash_out: Movements { count: 0, sum: 0 },
            lifetime: self.lifetime,
        }
    }
}

impl Trades {
    /// Counts one more receipt.
    pub const fn add(&mut self, sum: i64, in_cash: bool) {
        self.count += 1;
        match in_cash {
            true => self.cash += sum,
            false => self.card += sum,
        }
    }

    /// Paid in either way.
    pub const fn sum(&self) -> i64 {
        self.cash + self.card
    }
}

impl Movements {
    /// Counts one more.
    pub const fn add(&mut self, sum: i64) {
        self.count += 1;
        self.sum += sum;
    }
}
