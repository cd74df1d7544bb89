//! The world as JSON. Of secrets the last characters are shown, never more.

use serde_json::{Map, Value, json};

use crate::config::laid::{Kind, Origin, Removed, RemovedToken, form};
use crate::config::meant::{App, Config};
use crate::mask::Masker;
use crate::model::learned::pair;
use crate::model::moment;
use crate::model::token::Token;
use crate::model::world::{Device, Person, Store, UserIndex};
use crate::webhook::plane::Overview;

/// Everything, entries below those that own them.
pub(super) fn whole(overview: &Overview) -> Value {
    let world = &overview.laid.config.world;
    let users = (0..world.users.len()).map(UserIndex).zip(&world.users).map(|(at, user)| {
        let stores = world.stores.iter().enumerate().filter(|(_, store)| store.user == at);
        let stores = stores.map(|(place, own)| {
            let mut shown = store(overview, own);
            let devices = world.devices.iter().filter(|device| device.store == place);
            shown.insert("devices".to_owned(), devices.map(|own| device(overview, own)).collect());
            let people = world.people_of(at).into_iter();
            let people = people.filter(|(_, stores)| stores.contains(&own.uuid.as_str()));
            let people = people.map(|person| employee(overview, &user.id, person));
            shown.insert("employees".to_owned(), people.collect());
            Value::Object(shown)
        });
        let stores: Value = stores.collect();
        json!({"id": user.id, "origin": origin(overview, Kind::User, &user.id), "stores": stores})
    });
    let waiting = overview.laid.left.iter().map(|left| {
        let hint = format!(
            "Bring back in gateway.yaml what it needs, or remove it: evotor-gateway world remove {} {}",
            left.kind.name(),
            left.id
        );
        json!({"kind": left.kind.name(), "id": left.id, "why": left.why, "hint": hint})
    });
    json!({
        "users": users.collect::<Value>(),
        "apps": all(overview, Kind::App),
        "waiting": waiting.collect::<Value>(),
        "removed": removed(overview),
    })
}

/// What was removed at run time and can be restored, in the order in which it went.
fn removed(overview: &Overview) -> Value {
    let config = &overview.laid.config;
    let is_gone = |one: &&RemovedToken| !overview.tokens.contains_key(&pair(&one.app, &one.user));
    let tokens = config.removed_tokens.iter().filter(is_gone);
    let tokens = tokens.map(|one| (one.at_ms, removed_token(one)));
    let mut rows: Vec<_> = removed_entries(&config.removed).chain(tokens).collect();
    rows.sort_by_key(|(at_ms, _)| *at_ms);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn removed_token(own: &RemovedToken) -> Value {
    json!({
        "kind": "token",
        "id": format!("{}/{}", own.app, own.user),
        "name": format!("{}/{}", own.app_name, own.user),
        "at": own.at_ms.map(moment),
        "in_file": own.in_file,
        "with": [],
        "text": own.sentence(),
        "hint": own.remedy(),
    })
}

/// Of what went together the entry that was named, the rest below it.
fn removed_entries(all: &[Removed]) -> impl Iterator<Item = (Option<i64>, Value)> {
    let together = all.chunk_by(|one, next| one.act == next.act);
    together.filter_map(|together| {
        let (own, with) = together.split_last()?;
        let with = with
            .iter()
            .map(|other| json!({"kind": other.kind.name(), "id": other.id, "name": other.name}));
        let row = json!({
            "kind": own.kind.name(),
            "id": own.id,
            "name": own.name,
            "at": own.at_ms.map(moment),
            "in_file": own.in_file,
            "with": with.collect::<Value>(),
            "text": own.sentence(),
            "hint": own.remedy(),
        });
        Some((own.at_ms, row))
    })
}

/// The entries of a kind.
pub(super) fn all(overview: &Overview, kind: Kind) -> Vec<Value> {
    let config = &overview.laid.config;
    let world = &config.world;
    match kind {
        Kind::User => {
            let places = (0..world.users.len()).map(UserIndex);
            let users = places.zip(&world.users).map(|(at, user)| {
                let stores: Vec<&str> = world.stores_of(at).map(|store| &*store.uuid).collect();
                json!({"id": user.id, "origin": origin(overview, kind, &user.id), "stores": stores})
            });
            users.collect()
        }
        Kind::Store => world.stores.iter().map(|own| Value::Object(store(overview, own))).collect(),
        Kind::Device => world.devices.iter().map(|own| device(overview, own)).collect(),
        Kind::Employee => {
            let users = (0..world.users.len()).map(UserIndex).zip(&world.users);
            let people = users.flat_map(|(at, user)| {
                let people = world.people_of(at).into_iter();
                people.map(|person| employee(overview, &user.id, person))
            });
            people.collect()
        }
        Kind::App => config.apps.iter().map(|own| app(overview, config, own)).collect(),
    }
}

/// The users' tokens of all apps.
pub(super) fn tokens(overview: &Overview) -> Vec<Value> {
    let rows = pairs(overview).filter_map(|(app, at, user)| {
        let token = token(overview, app, at, user)?;
        Some(json!({"app": app.id, "app_name": app.name, "user": user, "token": token}))
    });
    rows.collect()
}

/// Every app with every user.
pub(super) fn installations(overview: &Overview) -> Vec<Value> {
    let rows = pairs(overview).map(|(app, at, user)| {
        let mut row = Map::new();
        row.insert("app".to_owned(), app.id.as_str().into());
        row.insert("app_name".to_owned(), app.name.as_str().into());
        row.insert("user".to_owned(), user.into());
        row.extend(installed(overview, app, at));
        Value::Object(row)
    });
    rows.collect()
}

fn pairs(overview: &Overview) -> impl Iterator<Item = (&App, UserIndex, &str)> {
    let config = &overview.laid.config;
    config.apps.iter().flat_map(|app| {
        let places = (0..config.world.users.len()).map(UserIndex);
        places.zip(&config.world.users).map(move |(at, user)| (app, at, &*user.id))
    })
}

fn store(overview: &Overview, store: &Store) -> Map<String, Value> {
    let mut shown = Map::new();
    let user = overview.laid.config.world.users.get(store.user.0).map(|user| &*user.id);
    shown.insert("uuid".to_owned(), store.uuid.as_str().into());
    shown.insert("name".to_owned(), store.name.as_str().into());
    shown.insert("address".to_owned(), store.address.as_str().into());
    shown.insert("user".to_owned(), user.into());
    shown.insert("origin".to_owned(), origin(overview, Kind::Store, &store.uuid).into());
    shown
}

fn device(overview: &Overview, device: &Device) -> Value {
    let config = &overview.laid.config;
    let store = config.world.stores.get(device.store).map(|store| &store.uuid);
    let user = config.world.users.get(device.user.0).map(|user| &user.id);
    let default = config.default_device.and_then(|at| config.world.devices.get(at.0));
    json!({
        "uuid": device.uuid,
        "name": device.name,
        "imei": device.imei,
        "store": store,
        "user": user,
        "default": default.is_some_and(|default| default.uuid == device.uuid),
        "origin": origin(overview, Kind::Device, &device.uuid),
    })
}

fn employee(overview: &Overview, user: &str, (employee, stores): Person<'_>) -> Value {
    let said = employee.said.as_ref();
    json!({
        "uuid": employee.uuid,
        "name": employee.name,
        "last_name": said.and_then(|said| said.last_name.as_deref()),
        "patronymic_name": said.and_then(|said| said.patronymic_name.as_deref()),
        "phone": said.and_then(|said| said.phone.flatten()),
        "role": employee.role,
        "stores": stores,
        "user": user,
        "origin": origin(overview, Kind::Employee, &employee.uuid),
    })
}

fn app(overview: &Overview, config: &Config, app: &App) -> Value {
    let mut shown = form(config, Kind::App, &app.id).unwrap_or_default();
    shown.shift_remove("tokens");
    for key in ["envelope", "base_url", "allow_origins", "webhooks"] {
        shown.entry(key).or_insert(Value::Null);
    }
    if let Some(secret) = shown.get_mut("authorization") {
        mask(secret);
    }
    if let Some(Value::Object(webhooks)) = shown.get_mut("webhooks") {
        mask(webhooks.entry("auth").or_insert(Value::Null));
        if let Some(Value::Object(auths)) = webhooks.get_mut("auths") {
            auths.values_mut().for_each(mask);
        }
    }
    let default = config.default_app.and_then(|at| config.apps.get(at));
    let default = default.is_some_and(|default| default.id == app.id);
    shown.insert("default".to_owned(), default.into());
    shown.insert("origin".to_owned(), origin(overview, Kind::App, &app.id).into());
    let users = (0..config.world.users.len()).map(UserIndex).zip(&config.world.users);
    let users = users.map(|(at, user)| with_user(overview, app, at, &user.id));
    shown.insert("users".to_owned(), users.collect());
    Value::Object(shown)
}

/// What is known of an app and a user together.
fn with_user(overview: &Overview, app: &App, at: UserIndex, user: &str) -> Value {
    let key = pair(&app.id, user);
    let cloud_token = overview.cloud_tokens.get(&key);
    let cloud_token =
        cloud_token.map(|(token, at)| json!({"masked": shown(token), "at": moment(*at)}));
    let subscription = overview.subscriptions.get(&key).map(|(state, own)| {
        json!({
            "state": state.to_string(),
            "id": own.id,
            "plan": own.plan,
            "device_number": own.device_number,
            "sequence": own.sequence,
            "next_billing": moment(own.next_billing_ms),
        })
    });
    let mut row = Map::new();
    row.insert("user".to_owned(), user.into());
    row.extend(installed(overview, app, at));
    row.insert("token".to_owned(), token(overview, app, at, user).unwrap_or_default());
    row.insert("cloud_token".to_owned(), cloud_token.unwrap_or_default());
    row.insert("subscription".to_owned(), subscription.unwrap_or_default());
    Value::Object(row)
}

fn installed(overview: &Overview, app: &App, user: UserIndex) -> Map<String, Value> {
    let (installed, at_ms) = overview.installed(app, user);
    let origin = if at_ms.is_some() { "event" } else { "gateway.yaml" };
    let mut row = Map::new();
    row.insert("installed".to_owned(), installed.into());
    row.insert("installed_origin".to_owned(), origin.into());
    row.insert("installed_at".to_owned(), at_ms.map(moment).into());
    row
}

/// A user's token: one that was learned or set goes before the file's.
fn token(overview: &Overview, app: &App, at: UserIndex, user: &str) -> Option<Value> {
    if let Some(known) = overview.tokens.get(&pair(&app.id, user)) {
        return Some(json!({
            "masked": shown(&known.token),
            "origin": known.source,
            "delivery": known.delivery,
            "at": moment(known.at_ms),
        }));
    }
    let written = app.tokens.get(&at)?;
    let origin = match overview.laid.origin(Kind::App, &app.id) {
        Origin::File | Origin::Changed => "gateway.yaml",
        Origin::Runtime | Origin::Rest => "console",
    };
    Some(json!({"masked": shown(written), "origin": origin, "delivery": null, "at": null}))
}

/// `{"raw": secret}` as what may be seen of it; anything else stays.
fn mask(value: &mut Value) {
    let secret = value.get("raw").and_then(Value::as_str);
    if let Some(secret) = secret {
        let (masked, _) = Masker::default().field("authorization", secret);
        *value = json!({"masked": masked});
    }
}

/// What may be seen of a token, as everywhere.
fn shown(token: &Token) -> String {
    Masker::default().field("authorization", token.expose()).0.into_owned()
}

fn origin(overview: &Overview, kind: Kind, id: &str) -> &'static str {
    match overview.laid.origin(kind, id) {
        Origin::File => "file",
        Origin::Changed => "changed",
        Origin::Runtime => "runtime",
        Origin::Rest => "rest",
    }
}

fn moment(ms: i64) -> String {
    moment::zulu_ms(ms)
}
