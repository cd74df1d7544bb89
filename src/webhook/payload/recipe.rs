//! What a document is made of, small enough to be kept in place of it. It says all that the document
//! does, so that a document composed later is the same whatever has become of the world.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::place::Place;
use super::sale::{Line, Payment, Sale};
use super::{
    DocumentKind, DocumentShape, Lacking, Quantity, Scene, Shapes, Till, Ware, documents, moment,
};
use crate::model::subscription::Subscription;
use crate::model::world::{Device, DeviceIndex, Employee, Store, User, UserIndex, World};

/// The scene of one document without the rest of the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// The user's id.
    pub user: String,
    /// The store's uuid, as the configuration writes it.
    pub store: String,
    /// The device's uuid, as the configuration writes it.
    pub device: String,
    /// What it tells of.
    pub kind: DocumentKind,
    /// What it was made from.
    pub seed: u64,
    imei: Option<String>,
    employee: String,
    now: i64,
    till: Option<Till>,
    /// See [`Scene::by_weight`].
    #[serde(default)]
    pub by_weight: bool,
}

/// What is to be known of a document without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its id.
    pub id: String,
    /// Its number on the terminal.
    pub number: i64,
    /// When it was closed, milliseconds since 1970.
    pub closed_ms: i64,
    /// The id of the sale that it undoes.
    pub base: Option<String>,
    /// What the customer owes or gets back, in kopecks.
    pub result: i64,
    /// Whether that is in cash.
    pub cash: bool,
    /// How much of each uploaded product is sold or comes back, by its id.
    pub moved: Vec<(String, Quantity)>,
}

impl Outline {
    /// Of the document that a scene would give.
    pub fn of(scene: &Scene<'_>) -> Self {
        let sale = Sale::of(scene);
        let trade = scene.shapes.document.is_trade();
        Self {
            result: sale.result().in_kopecks(),
            cash: trade && matches!(sale.payment, Payment::Cash(_)),
            moved: if trade { moved(&sale) } else { Vec::new() },
            id: sale.id,
            number: sale.number,
            closed_ms: sale.closed_ms,
            base: sale.base.filter(|_| trade).map(|base| base.id),
        }
    }
}

impl Recipe {
    /// Of the document that a scene would give.
    ///
    /// # Errors
    ///
    /// Where the world lacks something for it.
    pub fn of(scene: &Scene<'_>) -> Result<Self, Lacking> {
        let place = Place::of(scene)?;
        Ok(Self {
            user: place.user.id.clone(),
            store: place.store.uuid.clone(),
            device: place.device.uuid.clone(),
            kind: scene.shapes.document,
            seed: scene.seed,
            imei: place.device.imei.clone(),
            employee: place.employee.uuid.clone(),
            now: moment::within(scene.now_ms),
            till: scene.till.cloned(),
            by_weight: scene.by_weight,
        })
    }

    /// What a sale chose from.
    pub fn into_goods(self) -> Vec<Ware> {
        self.till.map_or(Vec::new(), |till| till.goods)
    }

    /// The document; of the first version it is the object inside the array.
    ///
    /// # Errors
    ///
    /// None in fact: a recipe lacks nothing.
    pub fn document(&self, shape: DocumentShape) -> Result<Value, Lacking> {
        Ok(match self.show(shape, documents::body)? {
            Value::Array(mut documents) => documents.pop().unwrap_or_default(),
            document => document,
        })
    }

    /// A world of just this document's store.
    fn show<T>(
        &self,
        documents: DocumentShape,
        show: impl FnOnce(&Scene<'_>) -> Result<T, Lacking>,
    ) -> Result<T, Lacking> {
        let nameless = String::new;
        let employee = Employee {
            uuid: self.employee.clone(),
            name: nameless(),
            role: nameless(),
            said: None,
        };
        let (uuid, user) = (self.store.clone(), UserIndex(0));
        let store =
            Store { uuid, name: nameless(), address: nameless(), user, employees: vec![employee] };
        let (uuid, imei) = (self.device.clone(), self.imei.clone());
        let device = Device { uuid, name: nameless(), imei, store: 0, user };
        let world = World::new(vec![User { id: self.user.clone() }], vec![store], vec![device]);
        show(&Scene {
            world: &world,
            user,
            store: None,
            device: Some(DeviceIndex(0)),
            app_id: "",
            form: &[],
            now_ms: self.now,
            seed: self.seed,
            shapes: Shapes { documents, document: self.kind, ..Shapes::default() },
            subscription: &Subscription::default(),
            cloud_token: "",
            till: self.till.as_ref(),
            by_weight: self.by_weight,
        })
    }
}

fn moved(sale: &Sale) -> Vec<(String, Quantity)> {
    let moved = |line: &Line| Some((line.ware.id()?.to_owned(), line.quantity));
    sale.lines.iter().filter_map(moved).collect()
}
