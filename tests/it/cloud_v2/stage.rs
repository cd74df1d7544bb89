//! What a client of the second version sends.

use serde_json::{Value, json};

use crate::cloud::stage::Shop;
use crate::support::Answer;
use crate::support::world::STORE;

pub const ONE: &str = "application/vnd.evotor.v2+json";
pub const MANY: &str = "application/vnd.evotor.v2+bulk+json";

/// A client of the second version.
pub trait Client {
    /// One call, the body's type by its form.
    fn send(&self, method: &str, path: &str, body: &Value) -> Answer;

    /// The JSON of an answer with this status and the version's type.
    fn ask(&self, method: &str, path: &str, body: &Value, status: u16) -> Value;

    /// The JSON of a GET.
    fn see(&self, path: &str) -> Value;

    /// An error with these fields at fault.
    fn wrong(&self, method: &str, path: &str, body: &Value, status: u16, subjects: &[&str]);

    /// The ids of all items of a list, page by page.
    fn ids(&self, path: &str) -> Vec<String>;
}

impl Client for Shop {
    #[track_caller]
    fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let accept = format!("Accept: {ONE}");
        let kind = format!("Content-Type: {}", if body.is_array() { MANY } else { ONE });
        if body.is_null() {
            return self.call(method, path, &[&self.own(), &accept], b"");
        }
        self.call(method, path, &[&self.own(), &accept, &kind], body.to_string().as_bytes())
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: &Value, status: u16) -> Value {
        let answer = self.send(method, path, body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.describe());
        assert_eq!(answer.field("content-type"), Some(ONE), "{}", answer.describe());
        answer.json()
    }

    #[track_caller]
    fn see(&self, path: &str) -> Value {
        self.ask("GET", path, &Value::Null, 200)
    }

    #[track_caller]
    fn wrong(&self, method: &str, path: &str, body: &Value, status: u16, subjects: &[&str]) {
        let error = self.ask(method, path, body, status);
        assert!(!error["message"].as_str().unwrap().is_empty(), "{error}");
        let violations = error["violations"].as_array().unwrap();
        let found: Vec<_> = violations.iter().map(|v| v["subject"].as_str().unwrap()).collect();
        assert_eq!(found, subjects, "{method} {path} {body}: {error}");
        assert!(violations.iter().all(|v| !v["reason"].as_str().unwrap().is_empty()), "{error}");
    }

    #[track_caller]
    fn ids(&self, path: &str) -> Vec<String> {
        let (mut ids, mut next) = (Vec::new(), path.to_owned());
        loop {
            let page = self.see(&next);
            ids.extend(page["items"].as_array().unwrap().iter().map(id));
            match page["paging"].get("next_cursor") {
                Some(cursor) => next = format!("{path}?cursor={}", cursor.as_str().unwrap()),
                None => return ids,
            }
        }
    }
}

/// The id of an item.
pub fn id(item: &Value) -> String {
    item["id"].as_str().unwrap().to_owned()
}

/// Where the products of the first shop are.
pub fn products() -> String {
    format!("/stores/{STORE}/products")
}

/// Where its groups are.
pub fn groups() -> String {
    format!("/stores/{STORE}/product-groups")
}

/// A product with an id of its own.
pub fn numbered(number: usize) -> Value {
    json!({
        "id": format!("{number:08x}-0000-4000-8000-000000000000"),
        "name": format!("Товар {number}"), "type": "NORMAL", "price": 10.5,
        "measure_name": "шт", "tax": "NO_VAT", "allow_to_sell": true,
    })
}

/// The product of the vendor's sample, as far as a client writes it.
pub fn cider() -> Value {
    let mut cider = sample("products");
    let fields = cider.as_object_mut().unwrap();
    fields.retain(|name, _| {
        !["store_id", "user_id", "created_at", "updated_at"].contains(&name.as_str())
    });
    cider
}

/// The first item of a part of the vendor's sample.
pub fn sample(part: &str) -> Value {
    let text = include_str!("../../fixtures/samples/rest-v2-pages.response.json");
    let all: Value = serde_json::from_str(text).unwrap();
    all[part].pointer("/items/0").unwrap_or(&all[part]).clone()
}
