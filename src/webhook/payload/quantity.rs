//! How much of something is sold: pieces, or kilograms to the gram.

use std::iter::Sum;
use std::ops::Mul;

use serde::{Serialize, Serializer};

/// Thousandths. In documents it is a number without a point where it is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Quantity(i64);

impl Quantity {
    /// Single things.
    pub const fn pieces(pieces: i64) -> Self {
        Self(pieces * 1000)
    }

    /// Of what is counted in kilograms.
    pub const fn grams(grams: i64) -> Self {
        Self(grams)
    }

    /// In thousandths.
    pub const fn in_thousandths(self) -> i64 {
        self.0
    }
}

impl Serialize for Quantity {
    #[expect(clippy::cast_precision_loss, reason = "nobody buys a million tons")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % 1000 {
            0 => serializer.serialize_i64(self.0 / 1000),
            _ => serializer.serialize_f64(self.0 as f64 / 1000.0),
        }
    }
}

impl Mul<i64> for Quantity {
    type Output = Self;

    fn mul(self, times: i64) -> Self {
        Self(self.0 * times)
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Self(all.map(|one| one.0).sum())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_has_a_point_only_where_it_needs_one() {
        for (thousandths, text) in
            [(2000, "2"), (834, "0.834"), (-834, "-0.834"), (1250, "1.25"), (-1000, "-1"), (0, "0")]
        {
            assert_eq!(serde_json::to_string(&Quantity::grams(thousandths)).unwrap(), text);
        }
    }
}
