//! The requests of the catalogue, composed from the simulated world (evotor.md, sections 3 to 5).
//!
//! Whatever belongs to an entity of the world, such as a cashier's phone or a product's id, follows
//! from the entity and stays the same; only what belongs to the single event comes from the seed.

mod commodities;
mod documents;
mod fields;
mod installation;
mod inventory;
mod kind;
mod menu;
mod money;
mod place;
mod products;
mod quantity;
mod receipts;
mod recipe;
mod sale;
mod subscription;
mod user;
mod ware;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::event::Event;
use crate::model::shift::Counters;
use crate::model::subscription::{Subscription, Type};
use crate::model::world::{DeviceIndex, UserIndex, World};
use crate::model::{moment, seeded};
use crate::text::{Text, text};

pub use kind::DocumentKind;
pub use money::Money;
use place::Place;
pub use quantity::Quantity;
pub use recipe::{Outline, Recipe};
pub use ware::Ware;

/// Everything that a request is made of.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The simulated world.
    pub world: &'a World,
    /// Whom it is about.
    pub user: UserIndex,
    /// Place in [`World::stores`]; a device that is named goes before it. Without either the
    /// user's first.
    pub store: Option<usize>,
    /// Without one the first of the store.
    pub device: Option<DeviceIndex>,
    /// The app's uuid on the developer portal.
    pub app_id: &'a str,
    /// The portal's fields of the account form, names and values, for create and verify.
    pub form: &'a [(String, String)],
    /// Milliseconds since the epoch.
    pub now_ms: i64,
    /// Same seed, same request.
    pub seed: u64,
    /// Which of the known shapes the bodies have.
    pub shapes: Shapes,
    /// As it is after the event.
    pub subscription: &'a Subscription,
    /// What user.token hands over.
    pub cloud_token: &'a str,
    /// Where the terminal stands; without one its numbers and shifts are made up.
    pub till: Option<&'a Till>,
    /// Whether some goods are sold by weight; documents that were made before are of none that is.
    pub by_weight: bool,
}

/// What a document takes over from those before it on its terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Till {
    /// The document's.
    pub number: i64,
    /// The id of the shift.
    pub session: String,
    /// The number of the shift.
    pub shift: i64,
    /// What the shift has taken, in kopecks.
    pub revenue: i64,
    /// What is in the drawer, in kopecks.
    pub drawer: i64,
    /// What the shift has taken and given.
    #[serde(default)]
    pub counters: Counters,
    /// What is put into the drawer or taken out of it, in kopecks.
    #[serde(default)]
    pub moved: i64,
    /// What a sale chooses from, or a payback brings back; the menu where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goods: Vec<Ware>,
    /// The sale that a payback undoes as a whole.
    pub base: Option<Origin>,
}

/// A sale that was made before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The document's id.
    pub id: String,
    /// The document's number.
    pub number: i64,
    /// What it was made from.
    pub seed: u64,
    /// See [`Scene::by_weight`].
    #[serde(default)]
    pub by_weight: bool,
}

/// Which of the known shapes the bodies have. The default is what the cloud sends today, and of
/// inventories what its specification says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Shapes {
    /// Of documents.
    pub documents: DocumentShape,
    /// Of stores, devices and employees.
    pub inventories: InventoryShape,
    /// Of times in subscription events.
    pub subscription_times: TimeShape,
    /// What a document tells of.
    pub document: DocumentKind,
    /// Whether an inventory of nothing is one.
    pub may_be_empty: bool,
}

/// The versions of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DocumentShape {
    /// One object with snake_case names.
    #[default]
    V2,
    /// An array of one object with a list of transactions, as in 2017.
    V1,
}

/// The versions of an inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InventoryShape {
    /// An array of objects with camelCase names.
    #[default]
    Array,
    /// `{"items": […]}` of objects with snake_case names.
    Items,
}

/// The forms of a time in Greenwich (evotor.md, section 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TimeShape {
    /// `2017-04-20T18:26:37.753+0000`, as on the vendor's page.
    #[default]
    Offset,
    /// `2017-04-20T18:26:37.753Z`, as in a live body.
    Zulu,
}

/// A request, save for the address of the partner and `Authorization`.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The documented path, the store's uuid filled in.
    pub path: String,
    /// Without the question mark.
    pub query: Option<String>,
    /// Names in the case in which the cloud writes them.
    pub fields: Vec<(&'static str, String)>,
    /// None for GET.
    pub body: Option<Value>,
}

/// What the world lacks for an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lacking {
    /// The scene's user is not in the world.
    User,
    /// The user owns none.
    Store {
        /// Its id.
        user: String,
    },
    /// Neither the store nor, where no store was named, the user has one.
    Device {
        /// The store or the user.
        owner: String,
    },
}

impl Lacking {
    /// What is lacking and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::User => text!("the world has no such user; add one to users in gateway.yaml"),
            Self::Store { user } => {
                text!("user {user} has no store; add one to users[].stores in gateway.yaml", user)
            }
            Self::Device { owner } => text!(
                "{owner} has no smart-terminal; add one to users[].stores[].devices in gateway.yaml",
                owner
            ),
        }
    }
}

impl std::fmt::Display for Lacking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.text().fmt(f)
    }
}

impl std::error::Error for Lacking {}

/// Composes the request of an event.
pub fn compose(event: Event, scene: &Scene<'_>) -> Result<Draft, Lacking> {
    let scene = &Scene { now_ms: moment::within(scene.now_ms), ..*scene };
    let path = fill(event.path(), scene)?;
    let query = (event == Event::Commodities).then(|| commodities::query(scene));
    let body = body(event, scene)?;
    Ok(Draft { path, query, fields: fields::fields(event, scene)?, body })
}

/// The request of an event without its body, which is known.
pub fn envelop(event: Event, scene: &Scene<'_>) -> Result<Draft, Lacking> {
    let path = fill(event.path(), scene)?;
    let query = (event == Event::Commodities).then(|| commodities::query(scene));
    Ok(Draft { path, query, fields: fields::fields(event, scene)?, body: None })
}

/// A path with the scene's store in place of `{storeUuid}`: the documented one, or a partner's own.
pub fn fill(path: &str, scene: &Scene<'_>) -> Result<String, Lacking> {
    if path.contains(STORE) {
        return Ok(path.replace(STORE, &Place::store(scene)?.uuid));
    }
    Ok(path.to_owned())
}

fn body(event: Event, scene: &Scene<'_>) -> Result<Option<Value>, Lacking> {
    if let Some(kind) = Type::of(event) {
        return Ok(Some(subscription::body(kind, scene)?));
    }
    Ok(Some(match event {
        Event::UserCreate => user::create(scene)?,
        Event::UserVerify => user::verify(scene)?,
        Event::UserToken => user::token(scene)?,
        Event::UserTariff => user::tariff(scene)?,
        Event::InstallationInstalled => installation::body("ApplicationInstalled", scene)?,
        Event::InstallationUninstalled => installation::body("ApplicationUninstalled", scene)?,
        Event::Stores => inventory::stores(scene)?,
        Event::Devices => inventory::devices(scene)?,
        Event::Employees => inventory::employees(scene)?,
        Event::Products => products::body(scene)?,
        Event::Documents => documents::body(scene)?,
        Event::Receipts => receipts::body(scene)?,
        _ => return Ok(None),
    }))
}

/// The bodies' structs have no key that is not a string, so this never loses one.
fn value(body: &impl Serialize) -> Value {
    serde_json::to_value(body).unwrap_or_default()
}

const STORE: &str = "{storeUuid}";
