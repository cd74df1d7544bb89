//! The tokens of an app's users, and where each is from.

use serde_json::{Value, json};

use super::chip::{Chip, Name, Remedy, State, command, moment};
use super::{Now, way};
use crate::config::meant::{App, Authorization, InstalledBy};
use crate::mask::Masker;
use crate::model::event::Event;
use crate::model::learned::pair;
use crate::model::token::Token;
use crate::model::world::UserIndex;
use crate::text::{Text, text};

/// Users that are told one by one, those without a token first.
const SHOWN: usize = 20;

/// One for each user who has the app.
pub(super) fn tokens(now: &Now, app: &App) -> Vec<Chip> {
    if let Authorization::Fixed(_) = app.authorization {
        let text = text!("every request carries the same Authorization, as configured");
        return vec![Chip::new(Name::Token, State::Ok, "token_fixed", text)];
    }
    let users = now.known.config.world.users.iter().enumerate();
    let users = users.filter(|(at, user)| has(now, app, UserIndex(*at), &user.id));
    let mut chips: Vec<_> =
        users.map(|(at, user)| token(now, app, UserIndex(at), &user.id)).collect();
    chips.sort_by_key(|chip| std::cmp::Reverse(chip.state));
    chips.truncate(SHOWN);
    if chips.is_empty() {
        let text = text!("no user has installed the app");
        let install = text!("install it for a user on the console's page");
        let remedy = Remedy::new("token_install", install).page(way::world(app));
        chips.push(Chip::new(Name::Token, State::Note, "token_no_user", text).remedy(remedy));
    }
    chips
}

fn has(now: &Now, app: &App, at: UserIndex, user: &str) -> bool {
    if let Some((installed, _)) = now.kept.installed.get(&pair(&app.id, user)) {
        return *installed;
    }
    match &app.installed_by {
        InstalledBy::All => true,
        InstalledBy::Users(users) => users.contains(&at),
    }
}

fn token(now: &Now, app: &App, at: UserIndex, user: &str) -> Chip {
    let chip = |state, code, text: Text| {
        Chip::new(Name::Token, state, code, text).with("user", user).with("app", app.id.as_str())
    };
    if let Some(known) = now.kept.tokens.get(&pair(&app.id, user)) {
        let (masked, at) = (shown(&known.token), moment(known.at_ms.saturating_mul(1000)));
        let text = text!(
            "{user}: token {masked} from {source} at {at}",
            user,
            masked,
            source = known.source,
            at
        );
        return chip(State::Ok, "token_known", text)
            .with("masked", masked)
            .with("origin", known.source.as_str())
            .with("delivery", known.delivery.clone())
            .with("at", at);
    }
    if let Some(written) = app.tokens.get(&at) {
        let masked = shown(written);
        let text = text!("{user}: token {masked}, as configured", user, masked);
        return chip(State::Ok, "token_written", text).with("masked", masked);
    }
    if let Some(removed) = now.known.config.removed_token(&app.id, user) {
        let text = text!("{user}'s token was removed: requests go without Authorization", user);
        let path = format!("/api/world/tokens/{}/{user}/restore", app.id);
        let run = format!("world restore token {}/{user}", app.id);
        let at = removed.at_ms.map(|at_ms| moment(at_ms.saturating_mul(1000)));
        let remedy = Remedy::new("token_restore", command(now.admin, &run))
            .call("POST", path, Value::Null)
            .page(way::world(app));
        return chip(State::Warn, "token_removed", text).with("at", at).remedy(remedy);
    }
    let text = text!("{user} has no token: requests go without Authorization", user);
    chip(State::Warn, "token_missing", text).remedy(remedy(now, app, user))
}

fn remedy(now: &Now, app: &App, user: &str) -> Remedy {
    if app.webhooks.as_ref().is_some_and(|own| own.has(Event::UserCreate)) {
        let run = format!(
            "trigger user.create --app {} --user {user} --wait",
            crate::shell::word(&app.name)
        );
        let wish = json!({"event": "user.create", "app": app.id, "user": user, "wait": true});
        return Remedy::new("token_create", command(now.admin, &run))
            .call("POST", "/api/webhooks", wish)
            .page("#/webhooks/user.create");
    }
    let give = text!("write it under tokens of {app} in gateway.yaml", app = app.name);
    Remedy::new("token_give", give).page(way::world(app))
}

/// What may be seen of a token, as everywhere.
fn shown(token: &Token) -> String {
    Masker::default().field("authorization", token.expose()).0.into_owned()
}
