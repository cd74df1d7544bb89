//! Users' tokens that were removed at run time and can be brought back.

use super::removed::on;
use crate::config::meant::{App, Config};
use crate::model::token::Token;
use crate::model::world::UserIndex;
use crate::text::{Text, text};

/// A user's token of an app that was removed at run time.
#[derive(Debug, Clone)]
pub struct RemovedToken {
    /// The app's id.
    pub app: String,
    /// The app's name.
    pub app_name: String,
    /// The user's id.
    pub user: String,
    /// When, in milliseconds since 1970; a change of the app's entry does not note it.
    pub at_ms: Option<i64>,
    /// Whether gateway.yaml still has it.
    pub in_file: bool,
    /// What stands in what was recorded before.
    pub secrets: Vec<Token>,
}

impl RemovedToken {
    /// Says what was removed and when.
    pub fn sentence(&self) -> Text {
        let Self { app_name: app, user, .. } = self;
        match on(self.at_ms) {
            Some((day, time)) => text!(
                "The token of the user {user} for the app {app} was removed in the console on \
                 {day} at {time} UTC.",
                user,
                app,
                day,
                time
            ),
            None => text!(
                "The token of the user {user} for the app {app} was removed in the console.",
                user,
                app
            ),
        }
    }

    /// The command that brings it back.
    pub fn command(&self) -> String {
        format!("evotor-gateway world restore token {}/{}", self.app, self.user)
    }

    /// What to do about it.
    pub fn remedy(&self) -> Text {
        text!("`{command}` brings it back.", command = self.command())
    }
}

impl Config {
    /// That the app's entry has no token of a user since it was removed.
    pub fn removed_token(&self, app: &str, user: &str) -> Option<&RemovedToken> {
        let is = |removed: &&RemovedToken| removed.app.eq_ignore_ascii_case(app);
        self.removed_tokens.iter().filter(is).find(|removed| removed.user == user)
    }
}

/// Of every app and user that are there: the tokens that were noted as removed, or stand in the file and
/// are not in force.
pub fn removed_tokens(base: &Config, laid: &Config, noted: &[RemovedToken]) -> Vec<RemovedToken> {
    let places = laid.world.users.iter().enumerate();
    let users: Vec<_> = places.map(|(at, user)| (UserIndex(at), user.id.as_str())).collect();
    let of_app = |app: &App| {
        let file = base.apps.iter().find(|known| known.id.eq_ignore_ascii_case(&app.id));
        let of_user = |(at, user): &(UserIndex, &str)| {
            if app.tokens.contains_key(at) {
                return None;
            }
            let is =
                |one: &&RemovedToken| one.app.eq_ignore_ascii_case(&app.id) && one.user == *user;
            let noted = noted.iter().find(is);
            let written = file.and_then(|file| file.tokens.get(&base.world.user_by_id(user)?));
            let mut secrets: Vec<Token> = noted.map(|one| one.secrets.clone()).unwrap_or_default();
            secrets.extend(written.cloned());
            (!secrets.is_empty()).then(|| RemovedToken {
                app: app.id.clone(),
                app_name: app.name.clone(),
                user: (*user).to_owned(),
                at_ms: noted.and_then(|one| one.at_ms),
                in_file: written.is_some(),
                secrets,
            })
        };
        users.iter().filter_map(of_user).collect::<Vec<_>>()
    };
    laid.apps.iter().flat_map(of_app).collect()
}
