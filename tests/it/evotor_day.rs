//! A partner's day, from the account to the sale that is read back, with the tools that everybody
//! has: the program's own commands and curl.

use std::process::Command;

use serde_json::{Value, json};

use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::service::LEARNED;
use crate::support::world::{APP_TOKEN, DEVICE, EMPLOYEE, STORE, USER};
use crate::webhooks::stage::{Cloud, without_token};

/// The partner's side of the day.
struct Partner {
    cloud: Cloud,
    token: String,
}

impl Partner {
    /// A command of the gateway's operator.
    #[track_caller]
    fn operate(&self, args: &[&str]) -> Value {
        operate(&self.cloud, args)
    }

    /// A call of the Cloud API: its status and its JSON.
    #[track_caller]
    fn curl(&self, path: &str, more: &[&str]) -> (u16, Value) {
        let url = format!("http://{}/evotor{path}", self.cloud.gateway.admin);
        let token = format!("X-Authorization: {}", self.token);
        let mut curl = Command::new("curl");
        curl.args(["-sS", "--max-time", "20", "--noproxy", "*", "-w", "\n%{http_code}"]);
        let output = curl.args(["-H", &token, &url]).args(more).output().expect("curl");
        let text = String::from_utf8(output.stdout).unwrap();
        let (body, status) = text.rsplit_once('\n').unwrap_or_else(|| {
            panic!("{path}: {}", String::from_utf8_lossy(&output.stderr));
        });
        (status.parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
    }

    /// The JSON of a 200.
    #[track_caller]
    fn read(&self, path: &str) -> Value {
        let (status, body) = self.curl(path, &[]);
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The webhooks so far whose target ends so.
    fn told(&self, end: &str) -> Vec<Value> {
        let hooks = self.cloud.service.read();
        let hooks = hooks.iter().filter(|hook| hook.target().ends_with(end));
        hooks.map(|hook| hook.json()).collect()
    }
}

#[track_caller]
fn operate(cloud: &Cloud, args: &[&str]) -> Value {
    let mut command = command(cloud.gateway.path());
    command.env("EVOTOR_GATEWAY_ADMIN", cloud.gateway.admin.to_string());
    let said = Said::of(&command.args(args).arg("--json").output().unwrap()).expect("done", 0);
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.out))
}

#[test]
fn a_partners_day() {
    let partner = registers();
    looks_around(&partner);
    stocks_the_shelves(&partner);
    let sold = sells(&partner);
    reads_back(&partner, &sold);
    is_uninstalled(&partner);
}

/// The user makes an account at the partner and installs the app; the cloud hands its key over.
fn registers() -> Partner {
    let cloud = Cloud::with(without_token);
    operate(&cloud, &["scenario", "run", "onboarding"]);
    let hooks = cloud.service.hooks();
    let create = &hooks[0];
    assert!(create.target().ends_with("/api/v1/user/create"), "{}", create.line);
    assert_eq!(create.field("authorization"), Some(&*format!("Bearer {APP_TOKEN}")));
    let handed = hooks.iter().find(|hook| hook.target().ends_with("/user/token")).unwrap().json();
    let token = handed["token"].as_str().unwrap().to_owned();
    let last = cloud.service.last();
    assert_eq!(last.field("authorization"), Some(&*format!("Bearer {LEARNED}")));
    Partner { cloud, token }
}

/// The world over the API is the one that the webhooks told of.
fn looks_around(partner: &Partner) {
    for (path, uuid) in [("stores", STORE), ("devices", DEVICE), ("employees", EMPLOYEE)] {
        let found = partner.read(&format!("/api/v1/inventories/{path}/search"));
        assert_eq!(found[0]["uuid"], uuid, "{path}");
        assert_eq!(partner.told(&format!("/{path}"))[0][0]["uuid"], found[0]["uuid"], "{path}");
        assert_eq!(partner.read(&format!("/{path}"))["items"][0]["id"], uuid, "{path}");
    }
}

/// Products that the partner uploads are there.
fn stocks_the_shelves(partner: &Partner) {
    let path = format!("/api/v1/inventories/stores/{STORE}/products");
    let product = json!([{
        "uuid": "0b5cf8d0-7d3c-4f3a-9f52-6a0a4f6f0001", "name": "Чай", "group": false,
        "type": "NORMAL", "price": 120.5, "quantity": 4, "measureName": "шт", "tax": "NO_VAT",
        "costPrice": 60, "allowToSell": true, "code": "77", "barCodes": [], "alcoCodes": [],
        "parentUuid": null, "description": "", "articleNumber": "",
    }]);
    let body = product.to_string();
    let kind = "Content-Type: application/json";
    let (status, answer) = partner.curl(&path, &["-H", kind, "--data-binary", &body]);
    assert_eq!(status, 200, "{answer}");
    let shelf = partner.read(&path);
    let names: Vec<_> = shelf.as_array().unwrap().iter().map(|product| &product["name"]).collect();
    assert!(names.contains(&&json!("Чай")), "{names:?}");
}

/// A sale at the terminal; gives its document as the partner got it.
fn sells(partner: &Partner) -> Value {
    let done = partner.operate(&["simulate", "receipt", "--device", DEVICE, "--wait"]);
    let states = done["deliveries"].as_array().unwrap().iter().map(|row| &row["state"]);
    assert_eq!(states.collect::<Vec<_>>(), ["delivered"; 3], "{done}");
    let sold = partner.told("/documents").pop().unwrap();
    assert_eq!((&sold["type"], &sold["user_id"]), (&json!("SELL"), &json!(USER)));
    assert_eq!(partner.told("/receipts")[0]["data"]["id"], sold["id"]);
    sold
}

/// The partner reconciles: what it was told of is what the API has.
fn reads_back(partner: &Partner, sold: &Value) {
    let first = format!("/api/v1/inventories/stores/{STORE}/documents?types=SELL");
    let first = partner.read(&first);
    assert_eq!((first.as_array().unwrap().len(), &first[0]["uuid"]), (1, &sold["id"]));
    let second = partner.read(&format!("/stores/{STORE}/documents?since=0"));
    assert_eq!(second["items"], json!(partner.told("/documents")));
    let id = sold["id"].as_str().unwrap();
    assert_eq!(partner.read(&format!("/stores/{STORE}/documents/{id}")), *sold);
    partner.operate(&["simulate", "receipt", "--payback", "--wait"]);
    let back = partner.read(&format!("/stores/{STORE}/documents?types=PAYBACK"));
    assert_eq!(back["items"][0]["body"]["base_document_id"], sold["id"]);
    let close = partner.operate(&["simulate", "session", "--wait"]);
    assert_eq!(close["documents"].as_array().unwrap().len(), 4, "its reports, and its end");
    let reports = partner.read(&format!("/stores/{STORE}/documents?types=Z_REPORT"));
    assert_eq!(reports["items"][0]["body"]["quantity_sales_back"], 1);
    assert_eq!(partner.told("/documents").pop().unwrap()["body"]["revenue"], 0);
}

/// The user removes the app: its token opens nothing any more, and it is told of nothing.
fn is_uninstalled(partner: &Partner) {
    partner.operate(&["trigger", "installation.uninstalled", "--wait"]);
    let (status, _) = partner.curl("/api/v1/inventories/stores/search", &[]);
    assert_eq!(status, 402);
    let done = partner.operate(&["simulate", "receipt"]);
    assert_eq!(done["deliveries"], json!([]));
}
