//! What was learned of users, prepared for the proxy: it goes before what the file says.

use foldhash::HashMap;
use hyper::header::HeaderValue;

use super::snapshot::secret;
use crate::config::meant::Config;
use crate::model::learned::{Learned, Pair, pair};
use crate::model::world::UserIndex;

/// An app's place in `Config::apps` and a user's in the world.
type Place = (usize, UserIndex);

/// Looked into by every request; replaced as a whole when something is learned.
#[derive(Debug, Default, Clone)]
pub(super) struct Overlay {
    tokens: HashMap<Place, HeaderValue>,
    installed: HashMap<Place, bool>,
}

impl Overlay {
    /// What of `learned` concerns this configuration.
    pub(super) fn new(config: &Config, learned: &Learned) -> Self {
        let mut overlay = Self::default();
        if learned.tokens.is_empty() && learned.installed.is_empty() {
            return overlay;
        }
        for (app, plan) in config.apps.iter().enumerate() {
            for (user, known) in config.world.users.iter().enumerate() {
                overlay.take(learned, &pair(&plan.id, &known.id), (app, UserIndex(user)));
            }
        }
        overlay
    }

    /// The same, but for what is now known of one app and user.
    pub(super) fn with(&self, config: &Config, learned: &Learned, changed: &Pair) -> Self {
        let mut overlay = self.clone();
        let app = config.apps.iter().position(|app| app.id.eq_ignore_ascii_case(&changed.0));
        if let Some(place) = app.zip(config.world.user_by_id(&changed.1)) {
            overlay.tokens.remove(&place);
            overlay.installed.remove(&place);
            overlay.take(learned, changed, place);
        }
        overlay
    }

    fn take(&mut self, learned: &Learned, key: &Pair, place: Place) {
        let token = learned.tokens.get(key);
        let bearer = token.and_then(|token| secret(&format!("Bearer {}", token.expose())));
        self.tokens.extend(bearer.map(|bearer| (place, bearer)));
        let installed = learned.installed.get(key);
        self.installed.extend(installed.map(|installed| (place, *installed)));
    }

    /// `Authorization` with the token that was learned.
    pub(super) fn token(&self, app: usize, user: UserIndex) -> Option<&HeaderValue> {
        self.tokens.get(&(app, user))
    }

    /// Every token that was learned.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &HeaderValue> {
        self.tokens.values()
    }

    /// What installation events said.
    pub(super) fn installed(&self, app: usize, user: UserIndex) -> Option<bool> {
        self.installed.get(&(app, user)).copied()
    }
}
