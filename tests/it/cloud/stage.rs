//! A gateway, the partner's service, and the token that `user.token` handed to it.

use serde_json::{Value, json};

use crate::support::service::Service;
use crate::support::world::{APP_TOKEN, STORE, USER};
use crate::support::{Answer, Gateway, Raw, World};

/// See [`Shop::of_two_apps`].
pub const SECOND: &str = "2b1b2c3d-1111-4222-8333-444455556666";

pub struct Shop {
    pub gateway: Gateway,
    pub service: Service,
    pub token: String,
}

impl Shop {
    #[track_caller]
    pub fn open() -> Self {
        Self::with(|world| world)
    }

    /// In a changed world.
    #[track_caller]
    pub fn with(change: impl FnOnce(World) -> World) -> Self {
        Self::of(&[], change)
    }

    /// With further entries of `webhooks`.
    #[track_caller]
    pub fn hooked(more: &[&str]) -> Self {
        Self::of(more, |world| world)
    }

    /// With an app besides the usual one that the user has as well: [`SECOND`].
    #[track_caller]
    pub fn of_two_apps() -> Self {
        let service = Service::start();
        let url = service.url();
        let second = format!(
            "  - id: {SECOND}\n    name: second\n    proxy: v2\n    allow: ['http://x\\.ru/.*']\n    \
             webhooks: {{url: \"{url}\", auth: {{bearer: {APP_TOKEN}}}}}\n"
        );
        let world = World::of(&service.partner).webhooks(&url, &[]).more_apps(&second);
        let gateway = world.top("terminal", "{default_app: loyalty}").start();
        let mut shop = Self { gateway, service, token: String::new() };
        shop.token = shop.token_of(USER);
        shop
    }

    #[track_caller]
    fn of(more: &[&str], change: impl FnOnce(World) -> World) -> Self {
        let service = Service::start();
        let world = World::of(&service.partner).webhooks(&service.url(), more);
        let gateway = change(world).start();
        let mut shop = Self { gateway, service, token: String::new() };
        shop.token = shop.token_of(USER);
        shop
    }

    /// The token that the app is handed for a user.
    #[track_caller]
    pub fn token_of(&self, user: &str) -> String {
        self.token_for("loyalty", user)
    }

    /// The token that an app is handed for a user.
    #[track_caller]
    pub fn token_for(&self, app: &str, user: &str) -> String {
        let wish = json!({"event": "user.token", "user": user, "app": app, "wait": true});
        self.gateway.trigger(&wish);
        self.service.last().json()["token"].as_str().unwrap().to_owned()
    }

    /// A call with these fields and no others that matter.
    #[track_caller]
    pub fn call(&self, method: &str, path: &str, fields: &[&str], body: &[u8]) -> Answer {
        Raw::dial(self.gateway.admin).exchange(self.bytes(method, path, fields, body))
    }

    /// The bytes of a call.
    pub fn bytes(&self, method: &str, path: &str, fields: &[&str], body: &[u8]) -> Vec<u8> {
        let admin = self.gateway.admin;
        let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
        let length = body.len();
        let head = format!(
            "{method} /evotor{path} HTTP/1.1\r\nHost: {admin}\r\n{fields}Content-Length: {length}\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    }

    /// The field that says who calls.
    pub fn own(&self) -> String {
        format!("X-Authorization: {}", self.token)
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[&self.own()], b"")
    }

    /// A POST of any bytes.
    #[track_caller]
    pub fn post_bytes(&self, path: &str, body: &[u8]) -> Answer {
        self.call("POST", path, &[&self.own(), "Content-Type: application/json"], body)
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_bytes(path, body.to_string().as_bytes())
    }

    /// The JSON of a 200.
    #[track_caller]
    pub fn read(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.describe());
        assert_eq!(answer.field("content-type"), Some("application/json"), "{path}");
        answer.json()
    }

    /// What was noted of each of the first calls.
    #[track_caller]
    pub fn notes(&self, count: usize) -> Vec<Vec<String>> {
        let mut feed = self.gateway.feed("after=0&filter=plane:cloud", &[]);
        let calls: Vec<Value> = (0..count).map(|_| feed.next()).collect();
        let notes = calls.iter().map(|call| self.gateway.exchange(&call["id"])["notes"].clone());
        notes.map(|notes| serde_json::from_value(notes).unwrap()).collect()
    }

    /// A POST that must be answered with an empty 200.
    #[track_caller]
    pub fn write(&self, path: &str, body: &Value) -> Answer {
        let answer = self.post(path, body);
        assert_eq!((answer.status, answer.text().as_str()), (200, ""), "{}", answer.describe());
        answer
    }
}

/// Where the goods of the first shop are.
pub fn products() -> String {
    format!("/api/v1/inventories/stores/{STORE}/products")
}

/// An error in the vendor's form.
#[track_caller]
pub fn expect_error(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.describe());
    assert_eq!(answer.field("content-type"), Some("application/json"), "{}", answer.describe());
    let error = answer.json();
    assert_eq!(error["code"], code, "{error}");
    assert!(!error["message"].as_str().unwrap().is_empty(), "{error}");
    assert!(error["violations"].is_array(), "{error}");
    error
}

/// A product with all that the first version knows.
pub fn cider() -> Value {
    json!({
        "uuid": "01ba18b6-8707-4f47-bd9c-4db058054cb2",
        "code": "6",
        "barCodes": ["2000000000060"],
        "alcoCodes": ["0000000000000000001"],
        "name": "Сидр",
        "price": 123.12,
        "quantity": 12,
        "costPrice": 100.123,
        "measureName": "шт",
        "tax": "VAT_18",
        "allowToSell": true,
        "description": "Яблочный",
        "articleNumber": "sdr123",
        "parentUuid": "1ddea16b-971b-4ee5-b798-1b29a7aa2e27",
        "group": false,
        "type": "ALCOHOL_NOT_MARKED",
        "alcoholByVolume": 5.45,
        "alcoholProductKindCode": 123,
        "tareVolume": 0.57,
        "attributes": {"ключ1": "значение1"}
    })
}

/// Its group.
pub fn drinks() -> Value {
    json!({
        "uuid": "1ddea16b-971b-4ee5-b798-1b29a7aa2e27",
        "name": "Напитки",
        "group": true,
        "parentUuid": null,
        "hasVariants": false
    })
}

/// The least a product can be.
pub fn plain(number: u32) -> Value {
    let uuid = format!("{number:08x}-0000-4000-8000-000000000000");
    json!({"uuid": uuid, "name": format!("Товар {number}"), "group": false})
}
