//! The world changed at run time: what is made, changed and removed, and who is told of it, in one
//! transaction; when that is committed the proxy sees it.

mod access;
mod denial;
mod overview;
mod plan;

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::Connection;
use serde_json::{Map, Value};
use tokio::sync::oneshot::Receiver;

use super::Plane;
use super::ground::Ground;
use super::happen::send;
use super::herald::Tidings;
use super::wish::Made;
use crate::config::laid::{Kind, Laid, form};
use crate::model::event::Event;
use crate::model::learned::Learned;
use crate::store::{StoreError, facts, removed, world};
use crate::text::Text;
pub use denial::{Denial, Dependent};
pub use overview::Overview;
use plan::{Plan, Step};

/// What is done to the world.
#[derive(Debug, Clone)]
pub enum Act {
    /// An entry is made.
    Make(Kind, Map<String, Value>),
    /// Keys of an entry change, by a merge patch.
    Change(Kind, String, Map<String, Value>),
    /// An entry goes, and with `true` what depends on it.
    Remove(Kind, String, bool),
    /// An entry that was removed is there again, and so is what went with it.
    Restore(Kind, String),
}

/// What came of it.
#[derive(Debug)]
pub struct Done {
    /// The entry's identifier as it is written.
    pub id: String,
    /// What was removed.
    pub removed: Vec<(Kind, String)>,
    /// What was brought back.
    pub restored: Vec<(Kind, String)>,
    /// The webhooks; the receivers hear of the first attempt of each.
    pub made: Vec<(Made, Receiver<()>)>,
    /// Which app is not told and why, and what is doubtful.
    pub notes: Vec<Text>,
}

impl Plane {
    /// Changes the world. When this returns the proxy knows the change, and the webhooks of it are in
    /// the outbox.
    ///
    /// # Errors
    ///
    /// When it cannot be done; nothing has changed then.
    pub async fn act(&self, act: Act) -> Result<Done, Denial> {
        let (known, now_ms) = (Arc::clone(&self.known), self.clock.now_ms());
        let work = move |tx: &Connection| {
            let before = known.ground(tx)?;
            let plan = plan::plan(&act, &before, tx, now_ms)?;
            apply(tx, &plan, &before, now_ms)?;
            let after = known.ground(tx)?;
            plan::in_force(&plan, &before.laid, &after.laid)?;
            let (made, notes) = tell(tx, &plan, &before.laid, &after.laid, now_ms)?;
            let again = (!plan.restored.is_empty()).then(|| facts::learned(tx)).transpose()?;
            Ok::<_, Denial>((plan, (after, again), made, notes))
        };
        let (known, outbox) = (Arc::clone(&self.known), self.outbox.clone());
        let then = move |(plan, (after, again), made, told): Changed| {
            let Plan { id, removed, restored, mut notes, .. } = plan;
            for (kind, id) in &removed {
                known.forget(*kind, id);
            }
            match again {
                Some(learned) => known.replace(after, learned),
                None => known.install(after),
            }
            notes.extend(told);
            Done { id, removed, restored, made: send(&outbox, made), notes }
        };
        self.store.write_then(work, then).await
    }

    /// What would go if an entry were removed, the entry itself last; nothing changes.
    ///
    /// # Errors
    ///
    /// When it could not be removed so.
    pub async fn would_remove(
        &self,
        kind: Kind,
        word: String,
        cascade: bool,
    ) -> Result<Vec<Dependent>, Denial> {
        let (known, now_ms) = (Arc::clone(&self.known), self.clock.now_ms());
        let work = move |tx: &Connection| {
            let act = Act::Remove(kind, word, cascade);
            let Plan { removed, .. } = plan::plan(&act, &known.ground(tx)?, tx, now_ms)?;
            let mut would = Vec::new();
            for (kind, id) in removed {
                if world::is_known(tx, kind, &id)? {
                    would.push(Dependent { kind: "tokens", id: id.clone() });
                }
                would.push(Dependent { kind: kind.name(), id });
            }
            Ok::<_, Denial>(would)
        };
        self.store.write_then(work, |would| would).await
    }
}

/// What was planned, the world after it with what is known again, and who is told.
type Changed = (Plan, (Ground, Option<Learned>), Vec<Made>, Vec<Text>);

fn apply(tx: &Connection, plan: &Plan, before: &Ground, now_ms: i64) -> Result<(), StoreError> {
    let act = removed::next_act(tx)?;
    for (kind, id) in &plan.removed {
        let change = before.change(*kind, id);
        let entry = form(&before.laid.config, *kind, id);
        let entry = entry.or_else(|| change.and_then(|change| change.form.clone()));
        removed::note(tx, (act, now_ms), (*kind, id), change, &entry.unwrap_or_default())?;
    }
    for step in &plan.steps {
        match step {
            Step::Keep(change) => {
                if change.form.is_some() {
                    removed::replaced(tx, change.kind, &change.id)?;
                }
                world::keep(tx, change)?;
            }
            Step::Undo(kind, id) => world::undo(tx, *kind, id)?,
            Step::BringBack(kind, id) => match removed::bring_back(tx, *kind, id)? {
                Some(change) => world::keep(tx, &change)?,
                None => world::undo(tx, *kind, id)?,
            },
        }
    }
    for (kind, id) in &plan.removed {
        world::forget(tx, *kind, id)?;
    }
    Ok(())
}

/// Tells the apps of everybody whose world has changed.
fn tell(
    tx: &Connection,
    plan: &Plan,
    before: &Laid,
    after: &Laid,
    now_ms: i64,
) -> Result<(Vec<Made>, Vec<Text>), StoreError> {
    let (mut made, mut notes) = (Vec::new(), Vec::new());
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| plan.touches(*kind)).collect();
    let events: Vec<Event> = kinds.into_iter().filter_map(inventory).collect();
    let owners = [before, after].into_iter().flat_map(|laid| plan.owners(laid));
    let owners: BTreeSet<String> = owners.collect();
    let world = &after.config.world;
    for user in owners.iter().filter_map(|owner| world.user_by_id(owner)) {
        let (told, why_not) = Tidings::of(&events, user).tell(tx, &after.config, now_ms)?;
        made.extend(told);
        notes.extend(why_not);
    }
    notes.sort();
    notes.dedup();
    Ok((made, notes))
}

/// The event that tells of entries of a kind.
fn inventory(kind: Kind) -> Option<Event> {
    match kind {
        Kind::Store => Some(Event::Stores),
        Kind::Device => Some(Event::Devices),
        Kind::Employee => Some(Event::Employees),
        Kind::User | Kind::App => None,
    }
}
