//! What an act comes to: the rows that it writes, after everything that can be wrong was looked for.

mod check;
mod remove;
mod restore;

use rusqlite::Connection;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Act, Denial};
use crate::config::laid::{Change, Kind, Laid, Wrong, composed, examine, form, meant, merged};
use crate::model::moment;
use crate::model::seeded::Seeded;
use crate::text::{Text, text};
use crate::webhook::plane::ground::Ground;

/// A row of the store.
#[derive(Debug)]
pub(super) enum Step {
    /// Stays, in place of an earlier one.
    Keep(Change),
    /// Goes.
    Undo(Kind, String),
    /// Is as it was before it was removed.
    BringBack(Kind, String),
}

/// What an act comes to.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) steps: Vec<Step>,
    pub(super) removed: Vec<(Kind, String)>,
    pub(super) restored: Vec<(Kind, String)>,
    pub(super) notes: Vec<Text>,
}

impl Plan {
    /// Whether entries of a kind are changed.
    pub(super) fn touches(&self, kind: Kind) -> bool {
        let moved = || self.removed.iter().chain(&self.restored);
        self.kind == kind || moved().any(|(moved, _)| *moved == kind)
    }

    /// Ids of the users whose entry it is in a world.
    pub(super) fn owners(&self, laid: &Laid) -> Vec<String> {
        owners(laid, self.kind, &self.id)
    }

    fn of(kind: Kind, id: impl Into<String>, steps: Vec<Step>) -> Self {
        Self {
            id: id.into(),
            kind,
            steps,
            removed: Vec::new(),
            restored: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// Plans an act in the world as it is.
pub(super) fn plan(
    act: &Act,
    ground: &Ground,
    tx: &Connection,
    now_ms: i64,
) -> Result<Plan, Denial> {
    match act {
        Act::Make(kind, form) => make(*kind, form.clone(), ground, now_ms),
        Act::Change(kind, id, patch) => change(*kind, id, patch.clone(), ground),
        Act::Remove(kind, id, cascade) => remove::plan(*kind, id, *cascade, ground, tx),
        Act::Restore(kind, id) => restore::plan(*kind, id, ground),
    }
}

/// Whether everything that was planned has found its place, and has taken none away.
pub(super) fn in_force(plan: &Plan, before: &Laid, after: &Laid) -> Result<(), Denial> {
    let Some(left) = after.left.iter().find(|left| !before.left.contains(left)) else {
        return match plan
            .restored
            .iter()
            .find(|(kind, id)| meant(&after.config, *kind, id).is_empty())
        {
            Some((kind, id)) => Err(restore::nowhere(*kind, id)),
            None => Ok(()),
        };
    };
    let text = text!(
        "the {kind} {id} has no place then: {why}",
        kind => left.kind.name(),
        id = left.id,
        why => left.why.clone()
    );
    let own = left.kind == plan.kind && left.kind.key(&left.id) == plan.kind.key(&plan.id);
    let hint = match own {
        true => "name something that exists",
        false => "change or remove that first",
    };
    Err(Denial::conflict(text, Text::fixed(hint)))
}

fn make(
    kind: Kind,
    mut entry: Map<String, Value>,
    ground: &Ground,
    now_ms: i64,
) -> Result<Plan, Denial> {
    let config = &ground.laid.config;
    let given = entry.get(kind.id_key()).is_some_and(|id| !id.is_null());
    if !given {
        entry.shift_remove(kind.id_key());
        entry.shift_insert(0, kind.id_key().to_owned(), fresh(kind, now_ms).into());
    }
    if let (Kind::Store, false, [only]) =
        (kind, entry.contains_key("user"), config.world.users.as_slice())
    {
        entry.insert("user".to_owned(), only.id.as_str().into());
    }
    let doubts = examine(config, kind, &entry).map_err(Denial::Invalid)?;
    let id = id_of(kind, &entry);
    if form(config, kind, &id).is_some() {
        let hint = text!("change that one, or leave {id_key} out", id_key = kind.id_key());
        return Err(Denial::conflict(
            text!("another {kind} has the id {id}", kind => kind.name(), id),
            hint,
        ));
    }
    check::entry(config, kind, None, &entry)?;
    // What the file has of it was removed before and is replaced now, key by key.
    let in_file = form(ground.base(), kind, &id);
    for key in in_file.iter().flat_map(Map::keys) {
        entry.entry(key.as_str()).or_insert(Value::Null);
    }
    let made_ms = if in_file.is_some() { None } else { Some(now_ms) };
    let key = kind.key(&id);
    let change = Change { kind, id: key, made_ms, form: Some(entry), by_partner: false };
    Ok(Plan { notes: told(&doubts), ..Plan::of(kind, id, vec![Step::Keep(change)]) })
}

fn change(
    kind: Kind,
    id: &str,
    mut patch: Map<String, Value>,
    ground: &Ground,
) -> Result<Plan, Denial> {
    let config = &ground.laid.config;
    let id = Denial::or_id(config, kind, id)?;
    let now = form(config, kind, &id).unwrap_or_default();
    if let Some(other) = patch.shift_remove(kind.id_key()) {
        let same = other.as_str().is_some_and(|other| kind.key(other) == kind.key(&id));
        if !same {
            return Err(Denial::Invalid(vec![Wrong {
                pointer: format!("/{}", kind.id_key()),
                message: text!("an id cannot change"),
                help: Some(text!("make another entry and remove this one")),
            }]));
        }
    }
    stays_its_owners(kind, &now, &patch)?;
    let after = merged(&now, &patch);
    let doubts = examine(config, kind, &after).map_err(Denial::Invalid)?;
    check::entry(config, kind, Some(&id), &after)?;
    let key = kind.key(&id);
    let own = ground.change(kind, &key);
    let made_ms = own.and_then(|own| own.made_ms);
    let form = match own.and_then(|own| own.form.as_ref()) {
        Some(known) if made_ms.is_some() => merged(known, &patch),
        Some(known) => composed(known, &patch),
        None => patch,
    };
    let change = Change { kind, id: key, made_ms, form: Some(form), by_partner: false };
    Ok(Plan { notes: told(&doubts), ..Plan::of(kind, id, vec![Step::Keep(change)]) })
}

/// What is in a store is its owner's too.
fn stays_its_owners(
    kind: Kind,
    now: &Map<String, Value>,
    patch: &Map<String, Value>,
) -> Result<(), Denial> {
    match patch.get("user") {
        Some(user) if kind == Kind::Store && now.get("user") != Some(user) => {
            Err(Denial::Invalid(vec![Wrong {
                pointer: "/user".to_owned(),
                message: text!("a store stays its owner's"),
                help: Some(text!("make a store of the other user's")),
            }]))
        }
        _ => Ok(()),
    }
}

/// An identifier for an entry that was sent without one, in the form that live ones have
/// (evotor.md, section 4).
fn fresh(kind: Kind, now_ms: i64) -> String {
    let mut chance = Seeded::part(Uuid::new_v4().as_u64_pair().0, kind.name());
    match kind {
        Kind::User => format!("01-0000{}", chance.digits(11)),
        Kind::App => chance.uuid(),
        Kind::Store | Kind::Device | Kind::Employee => chance.dated(&moment::utc_date(now_ms)),
    }
}

fn id_of(kind: Kind, form: &Map<String, Value>) -> String {
    form.get(kind.id_key()).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn owners(laid: &Laid, kind: Kind, id: &str) -> Vec<String> {
    let world = &laid.config.world;
    let owner =
        |user: crate::model::world::UserIndex| world.users.get(user.0).map(|user| user.id.clone());
    let is = |known: &str| known.eq_ignore_ascii_case(id);
    match kind {
        Kind::Store => {
            let its = world.stores.iter().filter(|store| is(&store.uuid));
            its.filter_map(|store| owner(store.user)).collect()
        }
        Kind::Device => {
            let its = world.devices.iter().filter(|device| is(&device.uuid));
            its.filter_map(|device| owner(device.user)).collect()
        }
        Kind::Employee => {
            let works = |store: &&crate::model::world::Store| {
                store.employees.iter().any(|employee| is(&employee.uuid))
            };
            world.stores.iter().filter(works).filter_map(|store| owner(store.user)).collect()
        }
        Kind::User | Kind::App => Vec::new(),
    }
}

fn told(doubts: &[Wrong]) -> Vec<Text> {
    let note = |doubt: &Wrong| match &doubt.help {
        Some(help) => {
            text!("{message}: {help}", message => doubt.message.clone(), help => help.clone())
        }
        None => doubt.message.clone(),
    };
    doubts.iter().map(note).collect()
}
