//! What comes back: an entry that was removed, and what went with it.

use super::{Plan, Step};
use crate::config::laid::{Kind, Removed, meant};
use crate::text::text;
use crate::webhook::plane::ground::Ground;
use crate::webhook::plane::world::Denial;

/// Plans that everything that went together is as it was.
pub(super) fn plan(kind: Kind, word: &str, ground: &Ground) -> Result<Plan, Denial> {
    let config = &ground.laid.config;
    let Some(removed) = config.removed(kind, word) else {
        return Err(match meant(config, kind, word).as_slice() {
            [] => Denial::Missing { kind, id: word.to_owned() },
            _ => {
                let text = text!(
                    "the {kind} {word} is there, nothing was removed",
                    kind => kind.name(),
                    word
                );
                Denial::conflict(text, text!("`evotor-gateway world list` shows what was"))
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
    let text =
        text!("gateway.yaml does not have the {kind} {id} any more", kind => kind.name(), id);
    Denial::conflict(text, text!("add it there"))
}

fn named(removed: &Removed) -> (Kind, String) {
    (removed.kind, removed.id.clone())
}
