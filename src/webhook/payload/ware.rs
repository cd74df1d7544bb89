//! What is sold: of the built-in menu, or what was uploaded over the Cloud API.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::menu;
use super::money::Money;
use crate::model::goods;

/// One product as a sale tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ware {
    /// None where it follows from the code and the store, as for the menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    pub(super) code: Option<String>,
    pub(super) name: String,
    /// Kopecks.
    price: i64,
    /// Rubles.
    pub(super) cost: Number,
    pub(super) barcode: Option<String>,
    pub(super) measure: String,
    pub(super) tax: String,
    pub(super) kind: String,
    /// What was there before; none where it is not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stock: Option<Number>,
}

impl Ware {
    /// A product of the menu.
    pub(super) fn of_menu(good: &menu::Good) -> Self {
        Self {
            id: None,
            code: Some(good.code.to_owned()),
            name: good.name.to_owned(),
            price: Money::rubles(good.price).in_kopecks(),
            cost: good.cost.into(),
            barcode: Some(good.barcode.to_owned()),
            measure: good.measure.to_owned(),
            tax: "NO_VAT".to_owned(),
            kind: "NORMAL".to_owned(),
            stock: None,
        }
    }

    /// An uploaded product. What it does not say is what the menu has.
    #[expect(clippy::cast_possible_truncation, reason = "the API bounds prices")]
    pub fn of(good: &goods::Good) -> Self {
        let word =
            |text: &Option<String>, usual: &str| text.clone().unwrap_or_else(|| usual.to_owned());
        let price = good.price.as_ref().and_then(Number::as_f64).unwrap_or_default();
        Self {
            id: Some(good.id.clone()),
            code: good.code.clone(),
            name: good.name.clone(),
            price: (price * 100.0).round() as i64,
            cost: good.cost.clone().unwrap_or_else(|| 0.into()),
            barcode: good.barcodes.first().cloned(),
            measure: word(&good.measure, "шт"),
            tax: word(&good.tax, "NO_VAT"),
            kind: word(&good.kind, "NORMAL"),
            stock: good.quantity.clone(),
        }
    }

    /// The id over the Cloud API of one that was uploaded.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Whether it is sold by weight and not by the piece.
    pub(super) fn is_weighed(&self) -> bool {
        self.measure == menu::KILOGRAM
    }

    /// With what is there now.
    pub fn restocked(self, stock: Option<Number>) -> Self {
        Self { stock, ..self }
    }

    /// Its uuid in a store.
    pub(super) fn uuid(&self, store: &str) -> String {
        match &self.id {
            Some(id) => id.clone(),
            None => menu::uuid(store, self.code.as_deref().unwrap_or_default()),
        }
    }

    pub(super) fn price(&self) -> Money {
        Money::kopecks(self.price)
    }

    /// `VAT_20` and `VAT_20_120` are 20; all others have none.
    pub(super) fn tax_percent(&self) -> i64 {
        let rate = self.tax.strip_prefix("VAT_").and_then(|rates| rates.split('_').next());
        rate.and_then(|rate| rate.parse().ok()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tax_is_what_the_word_says() {
        for (tax, percent) in
            [("NO_VAT", 0), ("VAT_0", 0), ("VAT_20", 20), ("VAT_18_118", 18), ("VAT_X", 0)]
        {
            let good = goods::Good { tax: Some(tax.to_owned()), ..goods::Good::default() };
            assert_eq!(Ware::of(&good).tax_percent(), percent, "{tax}");
        }
    }

    #[test]
    fn a_price_is_exact_to_the_kopeck() {
        for (rubles, kopecks) in [(0.29, 29), (123.12, 12_312), (9_999_999.99, 999_999_999)] {
            let price = Number::from_f64(rubles);
            let ware = Ware::of(&goods::Good { price, ..goods::Good::default() });
            assert_eq!(ware.price().in_kopecks(), kopecks);
        }
    }
}
