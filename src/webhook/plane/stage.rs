//! One event for one app and user: what it changes in the simulated cloud, and the webhook of it.

use rusqlite::Connection;
use uuid::{Builder, Uuid};

use super::address;
use super::cast::Cast;
use super::happen::installs;
use super::standing::Standing;
use super::wish::{Refusal, Trigger};
use crate::config::laid::RemovedToken;
use crate::config::meant::{App, Config, Fidelity, Target, Webhooks};
use crate::model::event::{Authority, Event};
use crate::model::subscription::{Subscription, Type};
use crate::model::token::Token;
use crate::store::deliveries::{Fields, Message};
use crate::store::facts;
use crate::text::{Text, text};
use crate::webhook::amend;
use crate::webhook::payload::{
    self, DocumentKind, DocumentShape, Draft, InventoryShape, Lacking, Scene, Shapes, Till,
    TimeShape,
};

/// Where and when it happens.
#[derive(Clone, Copy)]
pub(super) struct Stage<'a> {
    pub(super) tx: &'a Connection,
    pub(super) config: &'a Config,
    pub(super) cast: Cast,
    pub(super) trigger: &'a Trigger,
    pub(super) till: Option<&'a Till>,
    pub(super) now_ms: i64,
}

impl Stage<'_> {
    /// What changes in the cloud, and the webhook that tells of it.
    pub(super) fn happen(&self, event: Event, seed: u64) -> Result<(Message, Vec<Text>), Refusal> {
        let (app, webhooks) = self.app()?;
        let user = self.config.world.users.get(self.cast.user.0).map_or("", |user| &user.id);
        if !webhooks.has(event) {
            return Err(Refusal::unfit(
                text!("{event} is off", event = event.name()),
                why_off(event, webhooks),
            ));
        }
        let mut notes = Vec::new();
        let authorization = self.authorization(event, app, webhooks, user, &mut notes)?;
        let (standing, cloud_token) = self.change(event, app, user, seed, &mut notes)?;
        let shapes = shapes(webhooks, self.trigger);
        let subscription = &standing.subscription;
        let scene = Scene {
            app_id: &app.id,
            cloud_token: cloud_token.expose(),
            ..self.bare(seed, shapes, subscription)
        };
        let draft = match &self.trigger.body {
            Some(_) => payload::envelop(event, &scene),
            None => payload::compose(event, &scene),
        };
        let lacks = |lacking: Lacking| Refusal::unfit(lacking.text(), text!(""));
        let draft = draft.map_err(lacks)?;
        let own = webhooks.own_path(event).map(|own| payload::fill(own, &scene));
        let own = own.transpose().map_err(lacks)?;
        let url = address::url(webhooks, own, &draft);
        let message = self.message(event, app, url, user, draft, (authorization, &mut notes))?;
        Ok((message, notes))
    }

    /// What an event changes in the cloud although no webhook tells of it.
    pub(super) fn pass(&self, event: Event, seed: u64) -> Result<(), Refusal> {
        let (app, _) = self.app()?;
        let user = self.config.world.users.get(self.cast.user.0).map_or("", |user| &user.id);
        self.change(event, app, user, seed, &mut Vec::new())?;
        Ok(())
    }

    /// Changes the cloud. Gives the subscription, and for user.token what it hands over.
    fn change(
        &self,
        event: Event,
        app: &App,
        user: &str,
        seed: u64,
        notes: &mut Vec<Text>,
    ) -> Result<(Standing, Token), Refusal> {
        let standing = self.subscribe(event, &app.id, user, seed, notes)?;
        let fresh = Uuid::new_v4().to_string();
        let cloud_token = match event {
            Event::UserToken => facts::cloud_token(self.tx, (&app.id, user), &fresh, self.now_ms)?,
            _ => Token::new(""),
        };
        if let Some(installed) = installs(event) {
            facts::install(self.tx, (&app.id, user), installed, self.now_ms)?;
        }
        Ok((standing, cloud_token))
    }

    /// Shows a scene that no app has a part in.
    pub(super) fn scene<T>(
        &self,
        seed: u64,
        document: DocumentKind,
        show: impl FnOnce(&Scene<'_>) -> T,
    ) -> T {
        let shapes = Shapes { document, ..Shapes::default() };
        show(&self.bare(seed, shapes, &Standing::absent().subscription))
    }

    fn bare<'s>(&'s self, seed: u64, shapes: Shapes, subscription: &'s Subscription) -> Scene<'s> {
        Scene {
            world: &self.config.world,
            user: self.cast.user,
            store: self.cast.store,
            device: self.cast.device,
            app_id: "",
            form: &[],
            now_ms: self.now_ms,
            seed,
            shapes,
            subscription,
            cloud_token: "",
            till: self.till,
            by_weight: true,
        }
    }

    fn app(&self) -> Result<(&App, &Webhooks), Refusal> {
        let app = self.config.apps.get(self.cast.app);
        app.and_then(|app| Some((app, app.webhooks.as_ref()?)))
            .ok_or_else(|| Refusal::unfit(text!("the app has no webhooks"), text!("")))
    }

    fn message(
        &self,
        event: Event,
        app: &App,
        url: String,
        user: &str,
        draft: Draft,
        (authorization, notes): (Option<Token>, &mut Vec<Text>),
    ) -> Result<Message, Refusal> {
        let Draft { fields, body, .. } = draft;
        let body = self.trigger.body.clone().or_else(|| body.map(|body| body.to_string()));
        let body = self.amended(body, notes)?.map(String::into_bytes);
        let mut fields: Vec<(String, String)> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if let Some(token) = authorization {
            let after = fields.iter().position(|(name, _)| name == "Content-Type");
            let at = after.map_or(fields.len(), |at| at + 1);
            fields.insert(at, ("Authorization".to_owned(), token.expose().to_owned()));
        }
        Ok(Message {
            id: String::new(),
            app: app.id.to_ascii_lowercase(),
            user: user.to_owned(),
            event: event.name().to_owned(),
            class: event.class(),
            method: event.method().to_owned(),
            url,
            fields: Fields(fields),
            body,
        })
    }

    fn amended(
        &self,
        mut body: Option<String>,
        notes: &mut Vec<Text>,
    ) -> Result<Option<String>, Refusal> {
        let trigger = self.trigger;
        let none = trigger.set.is_empty() && trigger.unset.is_empty() && trigger.invalid.is_empty();
        if none {
            return Ok(body);
        }
        let Some(text) = &mut body else {
            return Err(Refusal::unfit(
                text!("this webhook has no body to change"),
                text!("leave out --set and the others"),
            ));
        };
        let wrong = |error: amend::Misfit| Refusal::unfit(error.text(), text!(""));
        for change in &trigger.set {
            notes.extend(amend::added(text, change));
            amend::set(text, change).map_err(wrong)?;
        }
        trigger.unset.iter().try_for_each(|change| amend::unset(text, change)).map_err(wrong)?;
        trigger
            .invalid
            .iter()
            .try_for_each(|change| amend::invalid(text, change))
            .map_err(wrong)?;
        Ok(body)
    }

    fn authorization(
        &self,
        event: Event,
        app: &App,
        webhooks: &Webhooks,
        user: &str,
        notes: &mut Vec<Text>,
    ) -> Result<Option<Token>, Refusal> {
        if let Some(own) = webhooks.auths.get(event.name()) {
            return Ok(Some(own.clone()));
        }
        match event.authority() {
            Authority::App => match &webhooks.auth {
                Some(auth) => Ok(Some(auth.clone())),
                None if self.strict() => Err(Refusal::TokenMissing {
                    text: text!(
                        "the app {app} has no token for {event}",
                        app = app.name,
                        event = event.name()
                    ),
                    hint: text!(
                        "write it under `webhooks: {{auth: {{bearer: T}}}}`, or that of this \
                         event alone under `auths: {{{event}: {{bearer: T}}}}`",
                        event = event.name()
                    ),
                }),
                None => {
                    notes.push(text!(
                        "{event} goes without Authorization: `webhooks.auth` is not set",
                        event = event.name()
                    ));
                    Ok(None)
                }
            },
            Authority::User => {
                let learned = facts::user_token(self.tx, &app.id, user)?;
                let token = learned.or_else(|| app.tokens.get(&self.cast.user).cloned());
                let removed = self.config.removed_token(&app.id, user);
                let hint = || Text::fixed(where_from(webhooks));
                let token = token.ok_or_else(|| Refusal::TokenMissing {
                    text: text!(
                        "{event} is authorised by the user's token, and {user} has none of the \
                         app {app}",
                        event = event.name(),
                        user,
                        app = app.name
                    ),
                    hint: removed.map_or_else(hint, RemovedToken::remedy),
                })?;
                Ok(Some(Token::new(format!("Bearer {}", token.expose()))))
            }
        }
    }

    /// The subscription after the event; kept where the event is one of its own.
    fn subscribe(
        &self,
        event: Event,
        app: &str,
        user: &str,
        seed: u64,
        notes: &mut Vec<Text>,
    ) -> Result<Standing, Refusal> {
        let standing = Standing::read(self.tx, app, user)?;
        let Some(kind) = Type::of(event) else { return Ok(standing) };
        notes.extend(standing.allows(kind).err());
        let id = Builder::from_random_bytes(bytes(seed)).into_uuid();
        let devices = self.config.world.devices.iter();
        let devices = devices.filter(|device| device.user == self.cast.user).count();
        let after =
            standing.after(kind, (id, devices), self.now_ms, self.strict()).map_err(|why| {
                Refusal::unfit(why, text!("send the events in order, or set `fidelity: loose`"))
            })?;
        after.write(self.tx, app, user)?;
        Ok(after)
    }

    fn strict(&self) -> bool {
        self.config.fidelity == Fidelity::Strict
    }
}

/// Where a user's token may come from.
fn where_from(webhooks: &Webhooks) -> &'static str {
    match webhooks.has(Event::UserCreate) || webhooks.has(Event::UserVerify) {
        true => {
            "trigger user.create or user.verify first: the answer brings the token; or write it under `tokens`"
        }
        false => {
            "user.create and user.verify are off: write it under `tokens`, or give the event a token of its own under `webhooks.auths`"
        }
    }
}

/// How an event that is off comes to be sent.
fn why_off(event: Event, webhooks: &Webhooks) -> Text {
    match webhooks.paths.get(event.name()) {
        Some(Target::Off) => {
            text!("take `{event}: off` out of `webhooks.paths` to send it", event = event.name())
        }
        _ => text!("it was replaced by subscription events; `webhooks: {tariff: true}` sends it"),
    }
}

fn shapes(webhooks: &Webhooks, trigger: &Trigger) -> Shapes {
    let documents = if webhooks.documents_v1 { DocumentShape::V1 } else { DocumentShape::V2 };
    let inventories =
        if webhooks.inventories_items { InventoryShape::Items } else { InventoryShape::Array };
    let subscription_times =
        if webhooks.subscription_zulu { TimeShape::Zulu } else { TimeShape::Offset };
    let (document, may_be_empty) = (trigger.document, trigger.may_be_empty);
    Shapes { documents, inventories, subscription_times, document, may_be_empty }
}

fn bytes(seed: u64) -> [u8; 16] {
    let mix = |seed: u64| {
        let mixed = (seed ^ seed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB)
    };
    let halves = u128::from(mix(seed.wrapping_add(1))) << 64 | u128::from(mix(!seed));
    halves.to_be_bytes()
}
