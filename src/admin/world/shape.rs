//! The schema of what `GET /api/world` shows. [`view`](super::view) makes it of values, since an app is
//! shown with the keys of gateway.yaml as they are written.
#![expect(dead_code, reason = "only the schemas are used")]

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

/// The world, entries below those that own them.
#[derive(JsonSchema)]
pub(super) struct World {
    users: Vec<User>,
    apps: Vec<App>,
    /// Changes that no longer fit gateway.yaml.
    waiting: Vec<Waiting>,
    /// What was removed at run time and can be restored.
    removed: Vec<Removed>,
}

/// Where an entry is from.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Origin {
    /// gateway.yaml.
    File,
    /// gateway.yaml, and changed since.
    Changed,
    /// Made at run time.
    Runtime,
    /// Made over the Cloud API.
    Rest,
}

#[derive(JsonSchema)]
struct User {
    id: String,
    origin: Origin,
    stores: Vec<Store>,
}

#[derive(JsonSchema)]
struct Store {
    uuid: String,
    name: String,
    address: String,
    user: Option<String>,
    origin: Origin,
    devices: Vec<Device>,
    employees: Vec<Employee>,
}

#[derive(JsonSchema)]
struct Device {
    uuid: String,
    name: String,
    imei: Option<String>,
    store: Option<String>,
    user: Option<String>,
    /// Whether it calls where nothing says who does.
    default: bool,
    origin: Origin,
}

#[derive(JsonSchema)]
struct Employee {
    uuid: String,
    name: String,
    last_name: Option<String>,
    patronymic_name: Option<String>,
    phone: Option<u64>,
    role: String,
    /// UUIDs.
    stores: Vec<String>,
    user: String,
    origin: Origin,
}

/// An app with the keys of gateway.yaml.
#[derive(JsonSchema)]
struct App {
    id: String,
    name: String,
    /// `v1` or `v2`.
    proxy: String,
    allow: Vec<String>,
    /// A word, or `{masked}`.
    authorization: Secret,
    envelope: Option<Value>,
    base_url: Option<String>,
    allow_origins: Option<Value>,
    webhooks: Option<Webhooks>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstreams: Option<BTreeMap<String, Upstream>>,
    /// Whether it is meant where nothing says which.
    default: bool,
    origin: Origin,
    users: Vec<Standing>,
}

/// A word of gateway.yaml, or what may be seen of a secret.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Secret {
    Word(String),
    Masked { masked: String },
}

#[derive(JsonSchema)]
#[schemars(inline)]
struct Webhooks {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// What authorises them, masked.
    auth: Option<Masked>,
}

#[derive(JsonSchema)]
#[schemars(inline)]
struct Masked {
    masked: String,
}

#[derive(JsonSchema)]
#[schemars(inline)]
struct Upstream {
    url: String,
    /// Whose `Host` the partner receives: `app` or `upstream`.
    host: String,
    /// Whether any certificate is taken.
    insecure: bool,
}

/// What an app has of a user.
#[derive(JsonSchema)]
struct Standing {
    user: String,
    installed: bool,
    /// `event` or `gateway.yaml`.
    installed_origin: String,
    installed_at: Option<String>,
    token: Option<HeldToken>,
    cloud_token: Option<CloudToken>,
    subscription: Option<Subscription>,
}

#[derive(JsonSchema)]
struct HeldToken {
    masked: String,
    /// `gateway.yaml`, `console`, or the event that brought it.
    origin: String,
    delivery: Option<String>,
    at: Option<String>,
}

#[derive(JsonSchema)]
struct CloudToken {
    masked: String,
    at: String,
}

#[derive(JsonSchema)]
struct Subscription {
    state: String,
    id: String,
    plan: Option<String>,
    device_number: Option<u64>,
    sequence: u64,
    next_billing: String,
}

#[derive(JsonSchema)]
struct Waiting {
    kind: String,
    id: String,
    why: String,
    hint: String,
}

/// An entry that was named to be removed, with those that went with it; or a user's token.
#[derive(JsonSchema)]
struct Removed {
    kind: String,
    /// Of a token: the app's id and the user's, with a `/` between.
    id: String,
    name: Option<String>,
    at: Option<String>,
    /// Whether gateway.yaml still has it.
    in_file: bool,
    with: Vec<Gone>,
    text: String,
    hint: String,
}

/// What went with it.
#[derive(JsonSchema)]
struct Gone {
    kind: String,
    id: String,
    name: Option<String>,
}
