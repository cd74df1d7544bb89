//! Documents: sales, paybacks and shifts, in either version.

mod first;
mod fiscal;
mod second;
mod trade;
mod transactions;

use serde_json::Value;

use super::money::Money;
use super::place::Place;
use super::sale::Sale;
use super::seeded::Seeded;
use super::{DocumentShape, Lacking, Scene};

pub(super) fn body(scene: &Scene<'_>) -> Result<Value, Lacking> {
    let place = Place::of(scene)?;
    let sale = Sale::of(scene);
    Ok(match scene.shapes.documents {
        DocumentShape::V2 => second::document(scene, &place, &sale),
        DocumentShape::V1 => Value::Array(vec![first::document(scene, &place, &sale)]),
    })
}

/// What a closed shift took, and what is in the drawer.
struct Takings {
    revenue: Money,
    total: Money,
}

impl Takings {
    fn of(scene: &Scene<'_>) -> Self {
        if let Some(till) = scene.till {
            let (revenue, total) = (till.revenue, till.drawer);
            return Self { revenue: Money::kopecks(revenue), total: Money::kopecks(total) };
        }
        let mut chance = Seeded::part(scene.seed, "takings");
        let revenue = Money::rubles(10 * (500 + chance.below(4000)));
        Self { revenue, total: revenue + Money::rubles(1000 * chance.below(20)) }
    }
}

/// The print group of every receipt that names none (evotor.md, section 4).
const PRINT_GROUP: &str = "46dd89f0-3a54-470a-a166-ad01fa34b86a";
