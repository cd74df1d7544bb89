//! Documents: sales, paybacks, shifts, cash and reports, in either version.

mod figures;
mod first;
mod fiscal;
mod printed;
mod report;
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

/// The print group of every receipt that names none (evotor.md, section 4).
const PRINT_GROUP: &str = "46dd89f0-3a54-470a-a166-ad01fa34b86a";
