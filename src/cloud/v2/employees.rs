//! `/employees`: those of gateway.yaml, then those made at run time.

use axum::Json;
use axum::extract::State as Here;
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::form::{self, Extent};
use super::page::{Listing, Page};
use super::roles::Role;
use super::sent::Sent;
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::intake::At;
use crate::cloud::problem::{Problem, Violation};
use crate::cloud::routes::Table;
use crate::model::event::Event;
use crate::model::moment;
use crate::model::seeded::Seeded;
use crate::model::traits::{self, Name, hired_ms, phone};
use crate::model::world::Person;
use crate::outbox::{News, Told};
use crate::store::StoreError;
use crate::store::staff::{self, Hired};

pub(super) fn routes() -> Table {
    vec![("/employees".into(), get(list).post(make)), ("/employees/{employee}".into(), get(one))]
}

#[derive(Debug, Clone, Serialize)]
struct Employee {
    id: String,
    name: String,
    last_name: String,
    patronymic_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<u64>,
    stores: Vec<String>,
    role: String,
    role_id: String,
    user_id: String,
    created_at: String,
    updated_at: String,
}

impl Employee {
    fn of((employee, stores): Person<'_>, user: &str) -> Self {
        let Name { first, last, patronymic } = Name::of(employee);
        let made = moment::offset(hired_ms(employee));
        Self {
            id: employee.uuid.clone(),
            name: first,
            last_name: last,
            patronymic_name: patronymic,
            phone: phone(employee),
            stores: stores.into_iter().map(str::to_owned).collect(),
            role: employee.role.clone(),
            role_id: traits::role(&employee.role),
            user_id: user.to_owned(),
            created_at: made.clone(),
            updated_at: made,
        }
    }

    fn of_api(hired: Hired, user: &str) -> Self {
        let made = moment::offset(hired.created);
        Self {
            role_id: traits::role(&hired.role),
            id: hired.id,
            name: hired.name,
            last_name: hired.last_name,
            patronymic_name: hired.patronymic_name,
            phone: hired.phone,
            stores: hired.stores,
            role: hired.role,
            user_id: user.to_owned(),
            created_at: made.clone(),
            updated_at: made,
        }
    }
}

async fn list(caller: Caller, uri: Uri, asked: Asked) -> Result<Json<Page<Employee>>, Problem> {
    let store = asked.one("store_id")?.map(|id| caller.store(id)).transpose()?;
    let filter = store.map(|store| store.uuid.as_str());
    let listing = Listing::of(&caller, &uri, &asked, filter)?;
    let mut people = all(&caller);
    people.retain(|person| filter.is_none_or(|store| person.stores.iter().any(|its| its == store)));
    Ok(listing.cut(people))
}

async fn one(caller: Caller, At(id): At<String>) -> Result<Json<Employee>, Problem> {
    let mut people = all(&caller).into_iter();
    let found = people.find(|person| person.id.eq_ignore_ascii_case(&id));
    found.map(Json).ok_or_else(|| Problem::missing("employee", &id))
}

/// Keeps a new employee and tells the user's apps, both or neither.
async fn make(
    Here(state): Here<State>,
    caller: Caller,
    sent: Sent,
) -> Result<(StatusCode, Json<Employee>), Problem> {
    let mut body = sent.one()?;
    form::EMPLOYEE.coerce(&mut body, "", &caller.reading);
    let hired = read(&state, &caller, &body)?;
    let made = Employee::of_api(hired.clone(), &caller.user_id);
    let user = caller.user_id.clone();
    let herald = state.herald.clone();
    let work = move |tx: &rusqlite::Connection| {
        staff::add(tx, &user, &hired)?;
        herald.herald(tx, &News { user, ..News::of(Event::Employees) })
    };
    // Nobody waits for the webhooks.
    let then = |told: Told| drop(told());
    state.store.write_then::<_, _, StoreError, _>(work, then).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

fn all(caller: &Caller) -> Vec<Employee> {
    let people = caller.config.world.staff_of(caller.user).into_iter();
    people.map(|person| Employee::of(person, &caller.user_id)).collect()
}

/// The employee that a body describes.
fn read(state: &State, caller: &Caller, body: &Map<String, Value>) -> Result<Hired, Problem> {
    let mut violations = form::EMPLOYEE.violations(body, Extent::Whole, caller.reading.is_strict());
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let role = role(caller, &text("role_id"), &text("role"));
    if role.is_none() && !violations.iter().any(|found| found.subject.starts_with("role")) {
        violations.push(Violation::new("role_id", "is none of /employees/roles"));
    }
    let named = body.get("stores").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let named = named.iter().filter_map(Value::as_str);
    let stores: Option<Vec<String>> =
        named.map(|id| caller.store(id).ok().map(|store| store.uuid.clone())).collect();
    if stores.as_ref().is_none_or(Vec::is_empty)
        && !violations.iter().any(|found| found.subject == "stores")
    {
        violations.push(Violation::new("stores", "must name stores of the user"));
    }
    let (Some(role), Some(stores), true) = (role, stores, violations.is_empty()) else {
        return Err(Problem::violated(violations));
    };
    let now_ms = state.clock.now_ms();
    Ok(Hired {
        id: Seeded::part(Uuid::new_v4().as_u64_pair().0, "employee")
            .dated(&moment::utc_date(now_ms)),
        name: text("name"),
        last_name: text("last_name"),
        patronymic_name: text("patronymic_name"),
        phone: body.get("phone").and_then(Value::as_u64),
        role,
        stores,
        created: now_ms,
    })
}

/// The word of a role, by its id or by the word itself; a cashier where nothing is said.
fn role(caller: &Caller, id: &str, word: &str) -> Option<String> {
    if id.is_empty() && word.is_empty() {
        return Some("CASHIER".to_owned());
    }
    let mut roles = Role::all(caller).into_iter();
    let found = roles.find(|role| {
        if id.is_empty() { role.word == word } else { role.id.eq_ignore_ascii_case(id) }
    });
    found.map(|role| role.word)
}
