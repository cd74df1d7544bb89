//! `/employees/roles`: what an employee can be.

use axum::Json;
use axum::http::Uri;
use axum::routing::get;
use serde::Serialize;

use super::page::{Listing, Page};
use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::problem::Problem;
use crate::cloud::routes::Table;
use crate::model::traits;

pub(super) fn routes() -> Table {
    vec![("/employees/roles".into(), get(list))]
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Role {
    /// The same in all answers.
    pub(super) id: String,
    name: String,
    /// `ADMIN`, `CASHIER`, `MANUAL` or whatever the file has.
    #[serde(skip)]
    pub(super) word: String,
}

impl Role {
    /// A role by the word that employees have for it.
    pub(super) fn of(word: &str) -> Self {
        let known = NAMES.iter().find(|(known, _)| *known == word);
        let name = known.map_or(word, |(_, name)| *name).to_owned();
        Self { id: traits::role(word), name, word: word.to_owned() }
    }

    /// The usual roles, and those of the user's own employees.
    pub(super) fn all(caller: &Caller) -> Vec<Self> {
        let mut roles: Vec<Self> = NAMES.iter().map(|(word, _)| Self::of(word)).collect();
        for (employee, _) in caller.config.world.people_of(caller.user) {
            let role = Self::of(&employee.role);
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        roles
    }
}

async fn list(caller: Caller, uri: Uri, asked: Asked) -> Result<Json<Page<Role>>, Problem> {
    Ok(Listing::of(&caller, &uri, &asked, None)?.cut(Role::all(&caller)))
}

const NAMES: [(&str, &str); 3] =
    [("ADMIN", "Администратор"), ("CASHIER", "Кассир"), ("MANUAL", "Особая")];
