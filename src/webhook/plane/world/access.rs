//! Tokens of users that are set and taken away by hand, and apps that are installed and removed.

use std::sync::Arc;

use hyper::header::HeaderValue;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::{Denial, Done, Plane};
use crate::config::laid::{Change, Kind, Wrong, composed};
use crate::config::meant::{App, Config};
use crate::model::event::Event;
use crate::model::learned::{Pair, pair};
use crate::model::token::Token;
use crate::store::{StoreError, facts, removed_tokens, world};
use crate::text::text;
use crate::webhook::plane::Trigger;
use crate::webhook::plane::ground::Ground;

/// Where a token comes from that was set by hand.
const BY_HAND: &str = "console";

impl Plane {
    /// Sets a user's token of an app, named by name or id. The proxy sends it from now on.
    ///
    /// # Errors
    ///
    /// Where there is no such app or user, or the token cannot stand in a header.
    pub async fn set_token(&self, app: &str, user: &str, token: Token) -> Result<Pair, Denial> {
        sendable(&token)?;
        let whose = whose(&self.known.config.load(), app, user)?;
        let (of, kept, now_ms) = (whose.clone(), token.clone(), self.clock.now_ms());
        let work = move |tx: &Connection| {
            facts::keep_user_token(tx, (&of.0, &of.1), &kept, (BY_HAND, None), now_ms)?;
            Ok::<_, Denial>(of)
        };
        let known = Arc::clone(&self.known);
        let then = move |of: Pair| known.learn_token(&of, &token);
        self.store.write_then(work, then).await?;
        Ok(whose)
    }

    /// Takes a user's token away, the file's too.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub async fn drop_token(&self, app: &str, user: &str) -> Result<Pair, Denial> {
        let whose = whose(&self.known.config.load(), app, user)?;
        let (of, ground_of) = (whose.clone(), Arc::clone(&self.known));
        let now_ms = self.clock.now_ms();
        let work = move |tx: &Connection| {
            let ground = ground_of.ground(tx)?;
            let written = written(&ground.laid.config, &of);
            if !removed_tokens::remove(tx, (&of.0, &of.1), written, now_ms)? {
                let text = text!("the user {user} has no token of that app", user = of.1);
                return Err(Denial::Nothing(text));
            }
            if written.is_some() {
                world::keep(tx, &with_token(&ground, &of, &Value::Null))?;
            }
            Ok((of, ground_of.ground(tx)?))
        };
        let known = Arc::clone(&self.known);
        let then = move |(of, ground): (Pair, Ground)| {
            known.forget_token(&of);
            known.install(ground);
        };
        self.store.write_then(work, then).await?;
        Ok(whose)
    }

    /// Brings back a user's token that was removed.
    ///
    /// # Errors
    ///
    /// Where none was, or there is one again.
    pub async fn restore_token(&self, app: &str, user: &str) -> Result<Pair, Denial> {
        let whose = whose(&self.known.config.load(), app, user)?;
        let (of, ground_of) = (whose.clone(), Arc::clone(&self.known));
        let work = move |tx: &Connection| {
            let ground = ground_of.ground(tx)?;
            let is_learned = facts::user_token(tx, &of.0, &of.1)?.is_some();
            if is_learned || written(&ground.laid.config, &of).is_some() {
                let text = text!("the user {user} has a token of that app", user = of.1);
                return Err(Denial::conflict(
                    text,
                    text!("remove it to bring an earlier one back"),
                ));
            }
            if ground.laid.config.removed_token(&of.0, &of.1).is_none() {
                let text =
                    text!("no token of the user {user} for that app was removed", user = of.1);
                return Err(Denial::Nothing(text));
            }
            let was_written = removed_tokens::bring_back(tx, &of.0, &of.1)?;
            put_back(tx, &ground, &of, was_written.as_ref())?;
            let learned = facts::user_token(tx, &of.0, &of.1)?;
            Ok((of, ground_of.ground(tx)?, learned))
        };
        let known = Arc::clone(&self.known);
        let then = move |(of, ground, learned): (Pair, Ground, Option<Token>)| {
            known.install(ground);
            learned.iter().for_each(|token| known.learn_token(&of, token));
        };
        self.store.write_then(work, then).await?;
        Ok(whose)
    }

    /// Installs an app, named by name or id, for a user or removes it, and sends the webhook of it.
    ///
    /// # Errors
    ///
    /// Where there is no such app or user, the user does not have what is to be removed, or the
    /// webhook cannot be sent.
    pub async fn install_app(
        &self,
        app: &str,
        user: &str,
        installed: bool,
    ) -> Result<(Pair, Done), Denial> {
        let config = self.known.config.load_full();
        let whose = whose(&config, app, user)?;
        if !installed && !self.overview().await?.has(&whose) {
            return Err(Denial::Nothing(text!("the user {user} does not have that app", user)));
        }
        let event = match installed {
            true => Event::InstallationInstalled,
            false => Event::InstallationUninstalled,
        };
        let webhooks = app_of(&config, &whose.0).and_then(|app| app.webhooks.as_ref());
        let told = webhooks.is_some_and(|own| own.has(event));
        let why = match webhooks {
            Some(_) => text!("nobody is told: {event} is off", event = event.name()),
            None => text!("nobody is told: the app has no webhooks"),
        };
        let mut done = Done {
            id: whose.0.to_string(),
            removed: Vec::new(),
            restored: Vec::new(),
            made: Vec::new(),
            notes: Vec::new(),
        };
        if told {
            let (app, user) = (Some(whose.0.to_string()), Some(whose.1.to_string()));
            let trigger = Trigger { events: vec![event], app, user, ..Trigger::default() };
            done.made = self.trigger(trigger).await?;
            done.notes = done.made.iter().flat_map(|(made, _)| made.notes.clone()).collect();
            return Ok((whose, done));
        }
        let (of, now_ms) = (whose.clone(), self.clock.now_ms());
        let work = move |tx: &Connection| {
            facts::install(tx, (&of.0, &of.1), installed, now_ms)?;
            Ok::<_, Denial>(of)
        };
        let known = Arc::clone(&self.known);
        let then = move |of: Pair| known.learn_installed(&of, installed);
        self.store.write_then(work, then).await?;
        done.notes.push(why);
        Ok((whose, done))
    }
}

/// The ids of an app, named by name or id, and a user.
fn whose(config: &Config, app: &str, user: &str) -> Result<Pair, Denial> {
    let app = Denial::or_id(config, Kind::App, app)?;
    config.world.user_by_id(user).ok_or_else(|| Denial::missing(config, Kind::User, user))?;
    Ok(pair(&app, user))
}

fn app_of<'c>(config: &'c Config, id: &str) -> Option<&'c App> {
    config.apps.iter().find(|app| app.id.eq_ignore_ascii_case(id))
}

/// The user's token in the app's entry.
fn written<'c>(config: &'c Config, (app, user): &Pair) -> Option<&'c Token> {
    app_of(config, app)?.tokens.get(&config.world.user_by_id(user)?)
}

/// Writes a user's token into the app's entry as it was; where it was the file's, the file's holds again.
fn put_back(
    tx: &Connection,
    ground: &Ground,
    of: &Pair,
    was: Option<&Token>,
) -> Result<(), StoreError> {
    let in_file = written(ground.base(), of);
    match was.filter(|was| in_file.is_none_or(|file| file.expose() != was.expose())) {
        Some(own) => world::keep(tx, &with_token(ground, of, &own.expose().into())),
        None => {
            let Some(mut change) = ground.change(Kind::App, &of.0).cloned() else { return Ok(()) };
            let Some(form) = &mut change.form else { return Ok(()) };
            let tokens = form.get_mut("tokens").and_then(Value::as_object_mut);
            if let Some(tokens) = tokens {
                tokens.shift_remove(&*of.1);
                if tokens.is_empty() {
                    form.shift_remove("tokens");
                }
            }
            match form.is_empty() && change.made_ms.is_none() {
                true => world::undo(tx, Kind::App, &change.id),
                false => world::keep(tx, &change),
            }
        }
    }
}

/// The app's row with another token of a user, or none.
fn with_token(ground: &Ground, (app, user): &Pair, token: &Value) -> Change {
    let patch = json!({"tokens": {&**user: token}});
    let patch = patch.as_object().cloned().unwrap_or_default();
    let own = ground
        .changes()
        .iter()
        .find(|change| change.kind == Kind::App && change.id.eq_ignore_ascii_case(app));
    let form: Map<String, Value> = match own.and_then(|own| own.form.as_ref()) {
        Some(known) if own.is_some_and(|own| own.made_ms.is_some()) => {
            crate::config::laid::merged(known, &patch)
        }
        Some(known) => composed(known, &patch),
        None => patch,
    };
    let made_ms = own.and_then(|own| own.made_ms);
    let id = app.to_string();
    Change { kind: Kind::App, id, made_ms, form: Some(form), by_partner: false }
}

fn sendable(token: &Token) -> Result<(), Denial> {
    let text = token.expose();
    let plain = HeaderValue::from_str(text).is_ok_and(|value| value.to_str().is_ok());
    if plain && !text.is_empty() && text.trim() == text {
        return Ok(());
    }
    Err(Denial::Invalid(vec![Wrong {
        pointer: "/token".to_owned(),
        message: text!("this token cannot stand in a header"),
        help: Some(text!(
            "use ASCII letters, digits and signs, without line ends or spaces around"
        )),
    }]))
}
