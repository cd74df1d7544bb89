//! What comes back: an entry that was removed, and what went with it.

use super::{Plan, Step};
use crate::config::laid::{Kind, Removed, meant};
use crate::webhook::plane::ground::Ground;
use crate::webhook::plane::world::Denial;

/// Plans that everything that went together is as it was.
pub(super) fn plan(kind: Kind, word: &str, ground: &Ground) -> Result<Plan, Denial> {
    let config = &ground.laid.config;
    let Some(removed) = config.removed(kind, word) else {
        return Err(match meant(config, kind, word).as_slice() {
            [] => Denial::Missing { kind, id: word.to_owned() },
            _ => {
                let text = format!("the {} {word} is there, nothing was removed", kind.name());
                Denial::conflict(text, "`evotor-gateway world list` shows what was")
            }
        });
    };
    let together = config.removed.iter().filter(|other| other.act == removed.act);
    let restored: Vec<(Kind, String)> = together.map(named).collect();
    let step = |(kind, id): &(Kind, String)| Step::BringBack(*kind, id.clone());
    let steps = restored.iter().map(step).collect();
    Ok(Plan { restored, ..Plan::of(kind, removed.id.clone(), steps) })
}

/// Why what was removed does not come back.
pub(super) fn nowhere(kind: Kind, id: &str) -> Denial {
    let text = format!("gateway.yaml does not have the {} {id} any more", kind.name());
    Denial::conflict(text, "add it there")
}

fn named(removed: &Removed) -> (Kind, String) {
    (removed.kind, removed.id.clone())
}
