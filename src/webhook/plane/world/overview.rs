//! The world as it is, with what is known of its apps and users.

use std::collections::HashMap;

use super::Plane;
use crate::config::laid::Laid;
use crate::config::meant::{App, InstalledBy};
use crate::model::learned::{Pair, pair};
use crate::model::subscription::{State, Subscription};
use crate::model::token::Token;
use crate::model::world::UserIndex;
use crate::store::StoreError;
use crate::store::world::{self, KnownToken};
use crate::webhook::plane::standing::Standing;

/// The world as it is.
#[derive(Debug)]
pub struct Overview {
    /// Its entries.
    pub laid: Laid,
    /// The users' tokens that were learned or set.
    pub tokens: HashMap<Pair, KnownToken>,
    /// The cloud's tokens, and when each was made.
    pub cloud_tokens: HashMap<Pair, (Token, i64)>,
    /// What installation events said, and when.
    pub installations: HashMap<Pair, (bool, i64)>,
    /// The subscriptions that began.
    pub subscriptions: HashMap<Pair, (State, Subscription)>,
}

impl Plane {
    /// The world as it is now.
    ///
    /// # Errors
    ///
    /// Of the store.
    pub async fn overview(&self) -> Result<Overview, StoreError> {
        let known = std::sync::Arc::clone(&self.known);
        self.store
            .write(move |tx| {
                let mut subscriptions = HashMap::new();
                for (app, user) in world::subscribers(tx)? {
                    let Standing { state, subscription } = Standing::read(tx, &app, &user)?;
                    subscriptions.insert((app, user), (state, subscription));
                }
                Ok(Overview {
                    laid: known.ground(tx)?.laid,
                    tokens: world::user_tokens(tx)?.into_iter().collect(),
                    cloud_tokens: world::cloud_tokens(tx)?.into_iter().collect(),
                    installations: world::installations(tx)?.into_iter().collect(),
                    subscriptions,
                })
            })
            .await
    }
}

impl Overview {
    /// Whether a user has an app.
    pub(super) fn has(&self, (app, user): &Pair) -> bool {
        let config = &self.laid.config;
        let known = config.apps.iter().find(|known| known.id.eq_ignore_ascii_case(app));
        let place = config.world.user_by_id(user);
        known.zip(place).is_some_and(|(known, place)| self.installed(known, place).0)
    }

    /// Whether a user has an app, and where an event said so, when.
    pub fn installed(&self, app: &App, user: UserIndex) -> (bool, Option<i64>) {
        let id = self.laid.config.world.users.get(user.0).map_or("", |user| &user.id);
        match self.installations.get(&pair(&app.id, id)) {
            Some((installed, at_ms)) => (*installed, Some(*at_ms)),
            None => (in_file(app, user), None),
        }
    }
}

fn in_file(app: &App, user: UserIndex) -> bool {
    match &app.installed_by {
        InstalledBy::All => true,
        InstalledBy::Users(users) => users.contains(&user),
    }
}
