//! What is to be done with bodies, and whether they have the right form.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::Line;
use crate::cloud::problem::{Problem, Violation};
use crate::cloud::reading::Reading;
use crate::cloud::v2::form::Extent;
use crate::cloud::v2::good;
use crate::model::goods::Good;
use crate::store::goods::{Kind, Ready};

/// Violations that one answer lists at most.
const LISTED: usize = 100;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// POST: the client may leave the id to the cloud.
    Make,
    /// PUT: makes or replaces.
    Replace,
    /// PATCH: changes some fields.
    Change,
}

/// One body, found to be in order.
#[derive(Debug)]
pub(super) struct Planned {
    /// Of what is written.
    pub(super) id: String,
    /// What is done.
    pub(super) step: Step,
}

/// What is done about one body.
#[derive(Debug)]
pub(super) enum Step {
    /// It is kept as it is.
    Put(Box<(Good, Ready)>),
    /// It changes what is kept.
    Change(Map<String, Value>),
}

/// Where one of several bodies stands; nothing for the only one.
pub(super) type Place = Option<usize>;

/// Holds bodies against their form.
pub(super) fn plan<L: Line>(
    deed: Deed,
    bodies: Vec<(Place, Map<String, Value>)>,
    reading: &Reading,
) -> Result<Vec<Planned>, Problem> {
    let mut violations = Vec::new();
    let mut planned = Vec::with_capacity(bodies.len());
    for (place, mut body) in bodies {
        let before = place.map(|place| format!("[{place}].")).unwrap_or_default();
        L::FORM.coerce(&mut body, &before, reading);
        let found = wrong::<L>(deed, &body, reading.is_strict());
        violations.extend(found.into_iter().map(|violation| at(place, violation)));
        if violations.len() >= LISTED {
            violations.truncate(LISTED);
            break;
        }
        if !violations.is_empty() {
            continue;
        }
        let known = body.get("id").and_then(Value::as_str).map(str::to_owned);
        let id = known.unwrap_or_else(|| Uuid::new_v4().to_string());
        body.insert("id".to_owned(), id.as_str().into());
        planned.push(Planned { id, step: step::<L>(deed, body)? });
    }
    if violations.is_empty() { Ok(planned) } else { Err(Problem::violated(violations)) }
}

/// What is to be kept after changes.
pub(super) fn changed<L: Line>(old: &Good, changes: Map<String, Value>) -> Good {
    let mut body = good::body(old);
    L::FORM.change(&mut body, changes);
    good::reread(body, old)
}

/// Names the place of one of several bodies.
pub(super) fn at(place: Place, violation: Violation) -> Violation {
    match place {
        Some(place) => {
            Violation { subject: format!("[{place}].{}", violation.subject), ..violation }
        }
        None => violation,
    }
}

fn step<L: Line>(deed: Deed, mut body: Map<String, Value>) -> Result<Step, Problem> {
    if deed == Deed::Change {
        return Ok(Step::Change(body));
    }
    L::FORM.keep(&mut body);
    let good = good::read(body, L::KIND == Kind::Group);
    let ready = Ready::of(&good)?;
    Ok(Step::Put(Box::new((good, ready))))
}

fn wrong<L: Line>(deed: Deed, body: &Map<String, Value>, strict: bool) -> Vec<Violation> {
    let extent = if deed == Deed::Change { Extent::Changes } else { Extent::Whole };
    let mut found = L::FORM.violations(body, extent, strict);
    if deed != Deed::Make && body.get("id").is_none_or(Value::is_null) {
        found.push(Violation::new("id", "is required"));
    }
    if deed == Deed::Change {
        let others = || body.keys().map(String::as_str).filter(|name| *name != "id");
        if others().next().is_none() {
            found.push(Violation::new("", "must change something"));
        }
        if strict && !L::CHANGES.is_empty() {
            let fixed = others().filter(|name| !L::CHANGES.contains(name) && L::FORM.knows(name));
            found.extend(fixed.map(|name| Violation::new(name, "cannot be changed by PATCH")));
        }
    }
    found
}
