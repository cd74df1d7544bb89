//! A gateway with two clients of ASNA, and a subscriber.

use serde_json::{Value, json};

use crate::support::{Answer, Gateway, Partner, Raw, World};

pub const CLIENT: &str = "E45D3491-79EE-4EEA-92B2-22CEBE4BB8B5";
pub const SECRET: &str = "a secret & more";
pub const KEY: &str = "9xU78vt430";
pub const STORE: &str = "BC164E55-B612-4A04-800B-34CCF10F6858";
pub const STRANGER: &str = "11111111-2222-4333-8444-555555555555";
pub const FOREIGN: &str = "99999999-2222-4333-8444-555555555555";

/// Packages take an hour, so that only a wound clock ends them.
pub struct Asna {
    pub gateway: Gateway,
    pub partner: Partner,
    pub token: String,
}

impl Asna {
    #[track_caller]
    pub fn start() -> Self {
        Self::of(Partner::start(), |world| world)
    }

    #[track_caller]
    pub fn of(partner: Partner, change: impl FnOnce(World) -> World) -> Self {
        let gateway = change(World::of(&partner).top("asna", &section(""))).start();
        let token = token(&gateway, CLIENT, SECRET);
        Self { gateway, partner, token }
    }

    /// A call of the client's.
    #[track_caller]
    pub fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        call(&self.gateway, Some(&self.token), method, path, body)
    }

    /// The subscriber's URL.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.partner.addr)
    }

    #[track_caller]
    pub fn subscribe(&self, event: &str, client: &str) {
        let body = json!({"clientId": client, "url": self.url()}).to_string();
        let answer = self.call("POST", &format!("/v5/events/{event}"), &body);
        assert_eq!(answer.status, 201, "{}", answer.describe());
    }

    /// Sends a package that must be taken; the path of its status.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, body: &str) -> String {
        let answer = self.call(method, path, body);
        assert_eq!(answer.status, 202, "{}", answer.describe());
        assert!(answer.body.is_empty(), "{}", answer.describe());
        let location = answer.field("location").unwrap().to_owned();
        let start = format!("http://{}/asna", self.gateway.admin);
        location.strip_prefix(&start).unwrap_or_else(|| panic!("{location}")).to_owned()
    }

    #[track_caller]
    pub fn status(&self, path: &str) -> Value {
        let answer = self.call("GET", path, "");
        assert_eq!(answer.status, 200, "{}", answer.describe());
        answer.json()
    }

    #[track_caller]
    pub fn read(&self, path: &str) -> Value {
        let answer = self.call("GET", path, "");
        assert_eq!(answer.status, 200, "{}", answer.describe());
        answer.json()
    }
}

/// The value of `asna`, with further keys.
pub fn section(more: &str) -> String {
    format!(
        "{{clients: [{{id: {CLIENT}, secret: \"{SECRET}\", webhook_key: {KEY}, stores: [{STORE}]}}, \
         {{id: {STRANGER}, secret: other, stores: [{FOREIGN}]}}], processing: 1h{more}}}"
    )
}

pub fn stocks() -> String {
    format!("/v5/stores/{STORE}/stocks")
}

/// A call of ASNA's API below the admin address.
#[track_caller]
pub fn call(
    gateway: &Gateway,
    token: Option<&str>,
    method: &str,
    path: &str,
    body: &str,
) -> Answer {
    let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let head = format!(
        "{method} /asna{path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{}\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        gateway.admin,
        authorization.unwrap_or_default(),
        body.len()
    );
    Raw::dial(gateway.admin).exchange(head + body)
}

/// `POST /connect/token` with a form.
#[track_caller]
pub fn connect(gateway: &Gateway, form: &str) -> Answer {
    let head = format!(
        "POST /asna/connect/token HTTP/1.1\r\nHost: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        gateway.admin,
        form.len()
    );
    Raw::dial(gateway.admin).exchange(head + form)
}

#[track_caller]
pub fn token(gateway: &Gateway, client: &str, secret: &str) -> String {
    let secret = secret.replace('&', "%26").replace(' ', "+");
    let form = format!("client_id={client}&client_secret={secret}&grant_type=client_credentials");
    let answer = connect(gateway, &form);
    assert_eq!(answer.status, 200, "{}", answer.describe());
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// A refusal in the envelope, its members in the documented order; gives its message.
#[track_caller]
pub fn expect_refusal(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.describe());
    assert_eq!(answer.field("content-type"), Some("application/json"), "{}", answer.describe());
    let start = format!(
        "{{\"statusCode\":{status},\"isError\":true,\"isTransient\":{},\"exceptionMessage\":\"",
        status >= 500 || status == 429
    );
    assert!(answer.text().starts_with(&start), "{}", answer.describe());
    answer.json()["exceptionMessage"].as_str().unwrap().to_owned()
}

/// The fields that a 400 complains of.
#[track_caller]
pub fn wrong_fields(answer: &Answer) -> Vec<String> {
    let message = expect_refusal(answer, 400);
    assert_eq!(message, "Please correct the specified validation errors and try again");
    let errors = answer.json()["validationErrors"].clone();
    let fields = errors.as_array().unwrap().iter();
    fields.map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}
