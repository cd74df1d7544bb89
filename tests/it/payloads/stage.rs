//! A coffee shop to compose requests for, and the samples.

use std::fs;
use std::path::Path;

use evotor_gateway::model::event::Event;
use evotor_gateway::model::subscription::Subscription;
use evotor_gateway::model::world::{Device, Employee, Store, User, UserIndex, World};
use evotor_gateway::webhook::payload::{DocumentKind, Draft, Scene, Shapes, compose};
use serde_json::Value;

pub const NOW_MS: i64 = 1_773_480_000_123;
pub const STORE: &str = "20240105-1A2B-40C3-80D4-E5F60718293A";

/// Owns what scenes borrow.
#[derive(Debug)]
pub struct Stage {
    pub world: World,
    pub subscription: Subscription,
    pub form: Vec<(String, String)>,
    pub shapes: Shapes,
    pub by_weight: bool,
}

impl Stage {
    /// One store with a terminal and two employees.
    pub fn coffee_shop() -> Self {
        let employee = |uuid: &str, name: &str, role: &str| Employee {
            uuid: uuid.to_owned(),
            name: name.to_owned(),
            role: role.to_owned(),
            said: None,
        };
        let store = Store {
            uuid: STORE.to_owned(),
            name: "Кофейня на Лесной".to_owned(),
            address: "Москва, Лесная 5".to_owned(),
            user: UserIndex(0),
            employees: vec![
                employee("20240106-44AA-40BB-80CC-DDEEFF001122", "Анна", "ADMIN"),
                employee("20240107-44AA-40BB-80CC-DDEEFF001123", "Иван", "CASHIER"),
            ],
        };
        let device = Device {
            uuid: "20240105-9F8E-407D-80C6-B5A493827160".to_owned(),
            name: "Касса 1".to_owned(),
            imei: Some("352099001761481".to_owned()),
            store: 0,
            user: UserIndex(0),
        };
        Self::of(vec![store], vec![device])
    }

    pub fn of(stores: Vec<Store>, devices: Vec<Device>) -> Self {
        let users = vec![User { id: "01-000000000000001".to_owned() }];
        Self {
            world: World::new(users, stores, devices),
            subscription: Subscription {
                id: "c7a1f2b0-0000-4000-8000-000000000001".to_owned(),
                sequence: 1,
                plan: "starter".to_owned(),
                device_number: 3,
                trial_days: 14,
                next_billing_ms: NOW_MS + 30 * 86_400_000,
                amount: 241_667,
            },
            form: vec![("customField".to_owned(), "значение".to_owned())],
            shapes: Shapes::default(),
            by_weight: true,
        }
    }

    pub fn document(mut self, document: DocumentKind) -> Self {
        self.shapes.document = document;
        self
    }

    /// A shop without a scale, as those of the captures.
    pub fn by_the_piece(self) -> Self {
        Self { by_weight: false, ..self }
    }

    pub fn scene(&self, seed: u64) -> Scene<'_> {
        Scene {
            world: &self.world,
            user: UserIndex(0),
            store: None,
            device: None,
            app_id: "5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11",
            form: &self.form,
            now_ms: NOW_MS,
            seed,
            shapes: self.shapes,
            subscription: &self.subscription,
            cloud_token: "f46b89a5-8e80-4591-b0aa-94551790444b",
            till: None,
            by_weight: self.by_weight,
        }
    }

    pub fn draft(&self, event: Event, seed: u64) -> Draft {
        compose(event, &self.scene(seed)).unwrap()
    }

    pub fn body(&self, event: Event, seed: u64) -> Value {
        self.draft(event, seed).body.unwrap()
    }

    /// The first body, seed by seed, that is as wanted.
    pub fn body_where(&self, event: Event, wanted: impl Fn(&Value) -> bool) -> Value {
        (0..500).map(|seed| self.body(event, seed)).find(wanted).expect("no seed gives this")
    }
}

/// A file of `tests/fixtures/samples`.
pub fn sample(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/samples");
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}
