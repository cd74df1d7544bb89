//! Sums of rubles and kopecks.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use serde::{Serialize, Serializer};

use super::quantity::Quantity;

/// A sum. In documents it is a number of rubles, without a point where it has no kopecks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(i64);

impl Money {
    /// Whole rubles.
    pub const fn rubles(rubles: i64) -> Self {
        Self(rubles * 100)
    }

    /// Whole kopecks.
    pub const fn kopecks(kopecks: i64) -> Self {
        Self(kopecks)
    }

    /// In kopecks.
    pub const fn in_kopecks(self) -> i64 {
        self.0
    }

    /// Rubles as receipts have them, always with a point.
    #[expect(clippy::cast_precision_loss, reason = "no shop's sums are that large")]
    pub(super) fn real(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// `150.00`, as texts of version 1 have it.
    pub(super) fn text(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let kopecks = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", kopecks / 100, kopecks % 100)
    }

    /// The tax in a sum of which it is so many percent added.
    pub(super) const fn tax(self, percent: i64) -> Self {
        let (part, whole) = (self.0 * percent, 100 + percent);
        Self((part + part.signum() * whole / 2) / whole)
    }
}

impl Mul<Quantity> for Money {
    type Output = Self;

    /// To the nearest kopeck.
    fn mul(self, quantity: Quantity) -> Self {
        let exact = self.0 * quantity.in_thousandths();
        Self((exact + exact.signum() * 500) / 1000)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % 100 {
            0 => serializer.serialize_i64(self.0 / 100),
            _ => serializer.serialize_f64(self.real()),
        }
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Mul<i64> for Money {
    type Output = Self;

    fn mul(self, times: i64) -> Self {
        Self(self.0 * times)
    }
}

impl Div<i64> for Money {
    type Output = Self;

    fn div(self, parts: i64) -> Self {
        Self(self.0 / parts)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(sums: I) -> Self {
        sums.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_written_with_as_little_as_they_need() {
        for (kopecks, number, text) in [
            (15_000, "150", "150.00"),
            (12_312, "123.12", "123.12"),
            (-50, "-0.5", "-0.50"),
            (-100, "-1", "-1.00"),
            (0, "0", "0.00"),
            (999_999_999, "9999999.99", "9999999.99"),
        ] {
            let sum = Money::kopecks(kopecks);
            assert_eq!(serde_json::to_string(&sum).unwrap(), number);
            assert_eq!(sum.text(), text);
        }
    }

    #[test]
    fn what_is_weighed_costs_its_share_to_the_nearest_kopeck() {
        for (price, grams, sum) in
            [(64_000, 834, 53_376), (1, 499, 0), (1, 500, 1), (333, 204, 68), (333, -204, -68)]
        {
            let (price, quantity) = (Money::kopecks(price), Quantity::grams(grams));
            assert_eq!(price * quantity, Money::kopecks(sum));
        }
        assert_eq!(Money::rubles(3) * Quantity::pieces(2), Money::rubles(6));
    }

    #[test]
    fn taxes_are_rounded_to_the_nearest_kopeck() {
        for (kopecks, percent, tax) in [
            (12_000, 20, 2000),
            (12_312, 20, 2052),
            (1, 20, 0),
            (3, 20, 1),
            (-3, 20, -1),
            (5, 0, 0),
        ] {
            assert_eq!(Money::kopecks(kopecks).tax(percent), Money::kopecks(tax));
        }
    }
}
