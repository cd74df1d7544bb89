//! What the simulated coffee shops sell.

use super::seeded::Seeded;

/// A product. Sums are whole rubles.
#[derive(Debug)]
pub(super) struct Good {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) price: i64,
    pub(super) cost: i64,
    pub(super) barcode: &'static str,
    pub(super) volume: &'static str,
    pub(super) measure: &'static str,
    pub(super) alcohol: Option<Alcohol>,
}

/// What the law wants to know of a bottle.
#[derive(Debug)]
pub(super) struct Alcohol {
    pub(super) code: &'static str,
    pub(super) by_volume: f64,
    pub(super) kind: i64,
    pub(super) tare: f64,
}

impl Good {
    /// The uuid of this product in a store.
    pub(super) fn uuid(&self, store: &str) -> String {
        uuid(store, self.code)
    }

    /// The developer's name for it.
    pub(super) fn sku(&self) -> String {
        format!("SKU-{:0>4}", self.code)
    }
}

/// The uuid of the product of a code in a store.
pub(super) fn uuid(store: &str, code: &str) -> String {
    Seeded::entity(store, code).uuid()
}

/// The uuid of the group that holds the menu in a store.
pub(super) fn group(store: &str) -> String {
    Seeded::entity(store, "group").uuid()
}

pub(super) const GROUP: &str = "Меню";

/// What sales are made of.
pub(super) const MENU: [Good; 8] = [
    good("1", "Эспрессо", 150, 38, "2000000000015", "40 мл"),
    good("2", "Капучино 0,3", 280, 74, "2000000000022", "300 мл"),
    good("3", "Американо", 190, 45, "2000000000039", "200 мл"),
    good("4", "Сироп", 30, 8, "2000000000046", "20 мл"),
    good("5", "Латте 0,4", 310, 82, "2000000000053", "400 мл"),
    good("6", "Раф 0,3", 340, 96, "2000000000060", "300 мл"),
    good("7", "Чай чёрный", 160, 22, "2000000000077", "400 мл"),
    good("8", "Какао", 220, 61, "2000000000084", "300 мл"),
];

/// Sold by weight.
pub(super) const WEIGHED: Good = Good {
    measure: KILOGRAM,
    ..good("10", "Печенье овсяное", 640, 215, "2000000000107", "вес")
};

/// The measure of what is sold by weight.
pub(super) const KILOGRAM: &str = "кг";

/// In the product list only: its sales would need marks.
pub(super) const CIDER: Good = Good {
    alcohol: Some(Alcohol { code: "0000000000000000001", by_volume: 4.7, kind: 500, tare: 0.33 }),
    ..good("9", "Сидр яблочный", 250, 118, "2000000000091", "330 мл")
};

const fn good(
    code: &'static str,
    name: &'static str,
    price: i64,
    cost: i64,
    barcode: &'static str,
    volume: &'static str,
) -> Good {
    Good { code, name, price, cost, barcode, volume, measure: "шт", alcohol: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn barcodes_are_ean_13() {
        for good in MENU.iter().chain([&CIDER, &WEIGHED]) {
            let digits = good.barcode.bytes().map(|b| u32::from(b - b'0')).enumerate();
            let sum: u32 =
                digits.map(|(at, digit)| if at % 2 == 0 { digit } else { 3 * digit }).sum();
            assert_eq!((good.barcode.len(), sum % 10), (13, 0), "{}", good.name);
        }
    }

    #[test]
    fn a_product_keeps_its_uuid_in_one_store() {
        let [first, second, ..] = &MENU;
        assert_eq!(first.uuid("A"), first.uuid("a"));
        assert_ne!(first.uuid("A"), first.uuid("B"));
        assert_ne!(first.uuid("A"), second.uuid("A"));
    }
}
