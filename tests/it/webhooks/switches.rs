//! What `webhooks` of gateway.yaml changes: authorisation, paths, shapes.

use serde_json::{Value, json};

use super::form::{GUID, OFFSET, UUID4, assert_form};
use super::stage::Cloud;
use crate::support::World;
use crate::support::service::{Service, json_of};
use crate::support::world::{
    APP_TOKEN, DEVICE, DEVICE_2, STORE, STORE_2, STORE_3, TOKEN, USER, USER_3,
};

#[test]
fn the_apps_events_may_be_authorised_by_login_and_password_or_by_anything() {
    for (auth, value) in [
        ("auth: {basic: {login: shop, password: pass}}", "Basic c2hvcDpwYXNz"),
        ("auth: {raw: just-this}", "just-this"),
    ] {
        let cloud = Cloud::of(&[auth], |world| world);
        cloud.gateway.happen("user.token");
        assert_eq!(cloud.service.last().all("authorization"), [value]);
        cloud.gateway.happen("stores");
        assert_eq!(cloud.service.last().all("authorization"), [format!("Bearer {TOKEN}")]);
    }
}

#[test]
fn without_authorisation_the_apps_events_go_bare_and_that_is_said() {
    let service = Service::start();
    let webhooks = format!("{{url: \"{}\"}}", service.url());
    let world = World::of(&service.partner).app("webhooks", &webhooks);
    let wish = json!({"event": "user.token", "wait": true});
    let gateway = world.start();
    let told = gateway.api_ok("POST", "/api/webhooks", Some(&wish));
    assert!(told["notes"][0].as_str().unwrap().contains("webhooks.auth"), "{told}");
    assert_eq!(service.last().all("authorization"), [""; 0]);
    let strict = world.top("fidelity", "strict").start();
    let problem = strict.refused(&wish, 409, "token_missing");
    assert!(problem["hint"].as_str().unwrap().contains("webhooks"), "{problem}");
    assert_eq!(service.hooks().len(), 1);
}

#[test]
fn a_path_of_its_own_is_below_the_host_and_a_url_of_its_own_is_whole() {
    let other = Service::start();
    let paths = format!(
        "paths: {{documents: \"/crm/{{storeUuid}}/docs/\", products: \"/goods?key=1\", \
         commodities: \"/find?shop=7\", receipts: \"http://{}/elsewhere\"}}",
        other.partner.addr
    );
    let cloud = Cloud::of(&[&paths], |world| world);
    cloud.service.answer("/find", json_of(200, &json!({"name": "Сидр"})));
    let line = |event: &str| {
        let delivery = cloud.gateway.happen(event);
        assert_eq!(delivery["state"], "delivered", "{delivery}");
        cloud.service.partner.last().line
    };
    assert_eq!(line("documents"), format!("PUT /crm/{STORE}/docs/ HTTP/1.1"));
    assert_eq!(line("products"), "POST /goods?key=1 HTTP/1.1");
    let commodities = line("commodities");
    assert!(commodities.starts_with("GET /find?shop=7&scanCode="), "{commodities}");
    assert_eq!(line("stores"), "PUT /hook/api/v1/inventories/stores HTTP/1.1");
    let delivery = cloud.gateway.happen("receipts");
    assert_eq!(delivery["url"], format!("http://{}/elsewhere", other.partner.addr));
    let receipt = other.partner.only();
    assert_eq!(receipt.line, "POST /elsewhere HTTP/1.1");
    assert_eq!(receipt.all("host"), [other.partner.addr.to_string()]);
}

#[test]
fn an_upstream_of_the_app_holds_for_its_webhooks() {
    let service = Service::start();
    let world = World::of(&service.partner).webhooks("https://loyalty.example.ru/hook", &[]);
    let gateway = world.start();
    assert_eq!(gateway.happen("user.token")["state"], "delivered");
    assert_eq!(service.last().all("host"), ["loyalty.example.ru"]);
}

#[test]
fn a_path_of_its_own_names_the_store_of_the_body() {
    let own = "paths: {documents: \"/crm/{storeUuid}/docs/\"}";
    let cloud = Cloud::of(&[own], World::crowd);
    let wish = json!({"event": "documents", "store": STORE_2, "device": DEVICE, "user": USER,
        "wait": true});
    cloud.gateway.trigger(&wish);
    let hook = cloud.service.partner.last();
    assert_eq!(hook.json()["store_id"], STORE, "the device stands there");
    assert_eq!(hook.target(), format!("/crm/{STORE}/docs/"));
}

#[test]
fn documents_of_version_1_come_in_an_array_with_the_plain_headers() {
    let cloud = Cloud::of(&["documents: v1"], |world| world);
    assert_eq!(cloud.gateway.happen("documents")["state"], "delivered");
    let hook = cloud.service.last();
    assert_eq!(hook.all("x-evotor-user-id"), [""; 0]);
    assert_eq!(hook.all("accept-charset"), ["UTF-8"]);
    let step = json!({"type": "[A-Z_]+", "id": r"\d+", "creationDate": OFFSET, "…": "…"});
    let form = json!([{
        "type": "SELL", "uuid": UUID4, "storeUuid": STORE, "version": "V1", "closeDate": OFFSET,
        "closeSum": r"\d+\.\d\d", "sessionNumber": r"\d+", "transactions": [step], "…": "…",
    }]);
    assert_form(&form, &hook.json(), "v1");
    assert!(hook.json()[0]["closeSum"].is_string());
}

#[test]
fn each_type_of_document_is_told_apart() {
    let cloud = Cloud::start();
    for (document, fields) in [
        ("SELL", &["positions", "payments"][..]),
        ("PAYBACK", &["positions", "base_document_id"]),
        ("OPEN_SESSION", &[]),
        ("CLOSE_SESSION", &["revenue", "total"]),
        ("CASH_INCOME", &["sum"]),
        ("CASH_OUTCOME", &["sum", "payment_category_id"]),
        ("X_REPORT", &["cash", "proceeds"]),
        ("Z_REPORT", &["cash_in_sum", "sales"]),
        ("POS_OPEN_SESSION", &["fiscal_document_number"]),
        ("FPRINT", &["cash"]),
    ] {
        cloud.gateway.trigger(&json!({"event": "documents", "document": document, "wait": true}));
        let body = cloud.service.last().json();
        assert_eq!(body["type"], document);
        for field in fields {
            assert!(!body["body"][field].is_null(), "{document}: {field}: {body}");
        }
    }
}

#[test]
fn inventories_with_items_have_the_names_of_today() {
    let cloud = Cloud::of(&["inventories: items"], |world| world);
    for event in ["stores", "devices", "employees"] {
        assert_eq!(cloud.gateway.happen(event)["state"], "delivered");
        let form = json!({"items": [{
            "id": GUID, "user_id": USER, "created_at": OFFSET, "updated_at": OFFSET, "…": "…",
        }]});
        assert_form(&form, &cloud.service.last().json(), event);
    }
}

#[test]
fn subscription_times_end_as_the_file_says() {
    for (more, end) in [(&[][..], "+0000"), (&["subscription_times: Z"], "Z")] {
        let cloud = Cloud::of(more, |world| world);
        for event in ["subscription.created", "subscription.activated", "subscription.renewed"] {
            assert_eq!(cloud.gateway.happen(event)["state"], "delivered");
        }
        let told = cloud.service.last().json();
        for field in ["timestamp", "nextBillingDate"] {
            assert!(told[field].as_str().unwrap().ends_with(end), "{field}: {told}");
        }
    }
}

#[test]
fn the_tariff_is_off_unless_asked_for() {
    let cloud = Cloud::start();
    let problem = cloud.gateway.refused(&json!({"event": "user.tariff"}), 422, "trigger_refused");
    assert!(problem["hint"].as_str().unwrap().contains("tariff: true"), "{problem}");
    assert!(cloud.service.hooks().is_empty());
    assert!(cloud.gateway.deliveries(None).is_empty(), "nothing was queued");
}

#[test]
fn who_is_meant_follows_from_the_store_or_the_device() {
    let tokens = format!("{{{USER}: {TOKEN}, {USER_3}: token-of-the-third}}");
    let cloud = Cloud::with(|world| world.crowd().app("tokens", &tokens));
    let ask = |wish: Value| {
        cloud.gateway.trigger(&wish);
        cloud.service.last()
    };
    let hook = ask(json!({"event": "documents", "store": STORE_3, "wait": true}));
    assert_eq!(
        (&hook.json()["user_id"], &hook.json()["store_id"]),
        (&json!(USER_3), &json!(STORE_3))
    );
    assert_eq!(hook.all("authorization"), ["Bearer token-of-the-third"]);
    let hook = ask(json!({"event": "documents", "device": DEVICE_2, "wait": true}));
    assert_eq!(
        (&hook.json()["user_id"], &hook.json()["store_id"]),
        (&json!(USER), &json!(STORE_2))
    );
    assert!(hook.target().contains(STORE_2), "{}", hook.line);
    let hook = ask(json!({"event": "user.create", "user": USER_3, "wait": true}));
    assert_eq!(hook.json()["userId"], USER_3);
    assert_eq!(hook.all("authorization"), [format!("Bearer {APP_TOKEN}")]);
    let other = json!({"event": "documents", "store": STORE_3, "user": USER});
    cloud.gateway.refused(&other, 422, "trigger_refused");
}
