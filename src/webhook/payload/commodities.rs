//! The question about a scanned product; it has a query and no body (evotor.md, section 3.13).

use super::Scene;
use super::menu::{CIDER, MENU};
use super::seeded::Seeded;

/// Once in a while a bottle, whose excise code is asked for as well.
pub(super) fn query(scene: &Scene<'_>) -> String {
    let mut chance = Seeded::part(scene.seed, "scan");
    let drink = chance.one_of(&MENU).filter(|_| chance.below(4) > 0);
    let good = drink.unwrap_or(&CIDER);
    match &good.alcohol {
        Some(alcohol) => format!("scanCode={}&alcCode={}", good.barcode, alcohol.code),
        None => format!("scanCode={}", good.barcode),
    }
}
