//! What a store's terminals have to sell, and what sales leave of it.

use rusqlite::Connection;
use serde_json::Number;

use crate::model::goods::Good;
use crate::model::seeded::Seeded;
use crate::store::StoreError;
use crate::store::goods::{self, Ready, Shelf};
use crate::webhook::payload::{Quantity, Ware};

/// The most products of one sale.
const OFFER: usize = 4;

/// Uploaded products for a sale to choose from; none where the store has none that can be sold.
pub(super) fn offer(tx: &Connection, shelf: &Shelf, seed: u64) -> Result<Vec<Ware>, StoreError> {
    let place = Seeded::part(seed, "offer").word();
    let goods = goods::sellable(tx, shelf, place, OFFER)?;
    Ok(goods.iter().map(Ware::of).collect())
}

/// The same products with what is there of them now.
pub(super) fn restocked(
    tx: &Connection,
    shelf: &Shelf,
    wares: Vec<Ware>,
) -> Result<Vec<Ware>, StoreError> {
    let restocked = |ware: Ware| {
        let Some(id) = ware.id() else { return Ok(ware) };
        let stock = goods::find(tx, shelf, id)?.and_then(|kept| kept.good.quantity);
        Ok(ware.restocked(stock))
    };
    wares.into_iter().map(restocked).collect()
}

/// Adds to what is there of uploaded products, or takes away. What is not counted stays so; what was
/// removed meanwhile stays away.
pub(super) fn change(
    tx: &Connection,
    shelf: &Shelf,
    changes: impl Iterator<Item = (String, Quantity)>,
    now_ms: i64,
) -> Result<(), StoreError> {
    for (id, by) in changes {
        let Some(good) = goods::find(tx, shelf, &id)?.map(|kept| kept.good) else { continue };
        let Some(quantity) = good.quantity.as_ref().and_then(|there| sum(there, by)) else {
            continue;
        };
        let good = Good { quantity: Some(quantity), ..good };
        goods::put(tx, shelf, &Ready::of(&good)?, now_ms)?;
    }
    Ok(())
}

/// Exact for whole numbers, and to the thousandth for others.
#[expect(clippy::cast_precision_loss, reason = "a sale is of a few pieces")]
fn sum(there: &Number, by: Quantity) -> Option<Number> {
    let by = by.in_thousandths();
    let pieces = (by % 1000 == 0).then_some(by / 1000);
    let whole = |pieces: i64| there.as_i64()?.checked_add(pieces);
    if let Some(sum) = pieces.and_then(whole) {
        return Some(sum.into());
    }
    Number::from_f64((there.as_f64()? * 1000.0 + by as f64).round() / 1000.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_sum_has_no_more_digits_than_it_needs() {
        for (there, by, left) in [
            (json!(12), -2000, json!(10)),
            (json!(1), -2000, json!(-1)),
            (json!(0.3), -1000, json!(-0.7)),
            (json!(1.5), 2000, json!(3.5)),
            (json!(12), -834, json!(11.166)),
            (json!(11.166), 834, json!(12.0)),
            (json!(1e18), 1000, json!(1e18)),
        ] {
            let Value::Number(there) = there else { panic!("{there}") };
            assert_eq!(json!(sum(&there, Quantity::grams(by)).unwrap()), left);
        }
    }
}
