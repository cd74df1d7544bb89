//! Every webhook of the catalogue as the partner receives it, against a second table (evotor.md,
//! sections 3 to 5).

use serde_json::{Value, json};

use super::form::{GUID, MILLIS, NUMBER, OFFSET, TEXT, UUID4, ZULU, assert_form};
use super::stage::Cloud;
use crate::support::world::{APP, APP_TOKEN, DEVICE, EMPLOYEE, IMEI, STORE, TOKEN, USER};

const JSON: &str = "application/json;charset=UTF-8";

/// Sends one event and asserts its request line, its fields and that it was delivered. The body.
#[track_caller]
fn sent(cloud: &Cloud, event: &str, line: &str, token: &str) -> Value {
    let before = cloud.service.hooks().len();
    let delivery = cloud.gateway.happen(event);
    assert_eq!((&delivery["state"], &delivery["verdict"]), (&json!("delivered"), &json!("pass")));
    assert_eq!((&delivery["attempts"], &delivery["user"]), (&json!(1), &json!(USER)));
    assert_eq!((&delivery["event"], &delivery["app"]), (&json!(event), &json!(APP)));
    let hooks = cloud.service.hooks();
    assert_eq!(hooks.len(), before + 1, "{event}");
    let hook = hooks.last().unwrap();
    assert_eq!(hook.line, format!("{line} HTTP/1.1"), "{event}");
    assert_eq!(hook.all("host"), [cloud.service.partner.addr.to_string()], "{event}");
    assert_eq!(hook.all("authorization"), [format!("Bearer {token}")], "{event}");
    assert_eq!(hook.all("transfer-encoding"), [""; 0], "{event}");
    let names: Vec<String> = hook.names();
    let plain = ["host", "accept", "content-type", "authorization", "accept-charset"];
    if event != "documents" {
        assert!(names.starts_with(&plain.map(str::to_owned)), "{event}: {names:?}");
        assert_eq!(hook.all("accept"), [JSON], "{event}");
        assert_eq!(hook.all("content-type"), [JSON], "{event}");
        assert_eq!(hook.all("accept-charset"), ["UTF-8"], "{event}");
    }
    assert_eq!(hook.all("content-length"), [hook.body.content.len().to_string()], "{event}");
    hook.json()
}

#[test]
fn the_events_of_users_carry_the_apps_token() {
    let cloud = Cloud::of(&["tariff: true"], |world| world);
    let post = |path: &str| format!("POST /hook/api/v1/user/{path}");
    let body = sent(&cloud, "user.create", &post("create"), APP_TOKEN);
    assert_eq!(body, json!({"userId": USER}));
    let body = sent(&cloud, "user.verify", &post("verify"), APP_TOKEN);
    assert_form(&json!({"userId": USER, "username": ".+", "password": ".+"}), &body, "verify");
    let body = sent(&cloud, "user.token", &post("token"), APP_TOKEN);
    assert_form(&json!({"userId": USER, "token": UUID4}), &body, "token");
    let body = sent(&cloud, "user.tariff", &post("tariff"), APP_TOKEN);
    let tariff = json!({"userUuid": USER, "tariffId": r"[a-zA-Z0-9_\-]+", "status": "ACTIVE"});
    assert_form(&tariff, &body, "tariff");
}

#[test]
fn the_events_of_a_subscription_carry_the_apps_token_and_count_up() {
    let cloud = Cloud::start();
    let charged = json!({"amount": NUMBER, "currency": "RUB"});
    let mut subscription = None;
    for (number, (event, kind, own)) in [
        (
            "created",
            "SubscriptionCreated",
            json!({"planId": ".+", "trialPeriodDuration": "P14DT", "deviceNumber": "1"}),
        ),
        ("addons-updated", "AddonsUpdated", json!({"addons": [{"id": ".+", "quantity": r"\d+"}]})),
        (
            "activated",
            "SubscriptionActivated",
            json!({"nextBillingDate": OFFSET, "chargedSum": charged}),
        ),
        (
            "renewed",
            "SubscriptionRenewed",
            json!({"nextBillingDate": OFFSET, "chargedSum": charged}),
        ),
        (
            "terms-changed",
            "SubscriptionTermsChanged",
            json!({"planId": ".+", "deviceNumber": r"\d+"}),
        ),
        ("termination-requested", "SubscriptionTerminationRequested", json!({})),
        ("terminated", "SubscriptionTerminated", json!({})),
    ]
    .into_iter()
    .enumerate()
    {
        let line = "POST /hook/api/v1/subscription/event";
        let body = sent(&cloud, &format!("subscription.{event}"), line, APP_TOKEN);
        let mut form = json!({
            "subscriptionId": UUID4, "productId": APP, "userId": USER, "timestamp": OFFSET,
            "sequenceNumber": (number + 1).to_string(), "type": kind,
        });
        form.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        assert_form(&form, &body, event);
        let id = subscription.get_or_insert_with(|| body["subscriptionId"].clone());
        assert_eq!(*id, body["subscriptionId"], "{event} is about the same subscription");
    }
    let body =
        sent(&cloud, "subscription.created", "POST /hook/api/v1/subscription/event", APP_TOKEN);
    assert_eq!(body["sequenceNumber"], 1, "another subscription begins");
    assert_ne!(Some(&body["subscriptionId"]), subscription.as_ref());
}

#[test]
fn the_events_of_an_installation_carry_the_apps_token() {
    let cloud = Cloud::start();
    for (event, kind) in [
        ("installation.uninstalled", "ApplicationUninstalled"),
        ("installation.installed", "ApplicationInstalled"),
    ] {
        let body = sent(&cloud, event, "POST /hook/api/v2/installation/event", APP_TOKEN);
        let data = json!({"productId": APP, "userId": USER});
        let form = json!({
            "id": UUID4, "timestamp": MILLIS, "version": "2", "type": kind, "data": data,
        });
        assert_form(&form, &body, event);
        assert!(body["timestamp"].is_number() && body["version"].is_number(), "{body}");
    }
}

#[test]
fn inventories_are_arrays_that_carry_the_users_token() {
    let cloud = Cloud::start();
    let line = |what: &str| format!("PUT /hook/api/v1/inventories/{what}");
    let body = sent(&cloud, "stores", &line("stores"), TOKEN);
    assert_form(&json!([{"uuid": STORE, "name": "Кофейня", "…": "…"}]), &body, "stores");
    let body = sent(&cloud, "devices", &line("devices"), TOKEN);
    let device = json!({
        "uuid": DEVICE, "name": "Касса", "storeUuid": STORE, "timezoneOffset": "10800000",
    });
    assert_form(&json!([device]), &body, "devices");
    let body = sent(&cloud, "employees", &line("employees"), TOKEN);
    let employee = json!({
        "uuid": EMPLOYEE, "name": "Иван", "lastName": "Иванов", "patronymicName": "null",
        "phone": r"7\d{10}", "stores": [GUID], "role": "CASHIER",
    });
    assert_form(&json!([employee]), &body, "employees");
    let goods = sent(
        &cloud,
        "products",
        &format!("POST /hook/api/v1/inventories/stores/{STORE}/products"),
        TOKEN,
    );
    let product = json!({"uuid": UUID4, "name": ".{1,100}", "group": "true|false", "…": "…"});
    assert_form(&json!([product]), &goods, "products");
}

#[test]
fn a_document_comes_alone_with_the_captured_headers() {
    let cloud = Cloud::start();
    let line = format!("PUT /hook/api/v1/inventories/stores/{STORE}/documents");
    let body = sent(&cloud, "documents", &line, TOKEN);
    let position = json!({
        "product_id": UUID4, "quantity": NUMBER, "product_name": ".+", "price": NUMBER,
        "sum": NUMBER, "result_sum": NUMBER, "tax": {"type": ".+", "sum": NUMBER, "result_sum": NUMBER},
        "settlement_method": {"type": "CHECKOUT_FULL", "amount": TEXT}, "…": "…",
    });
    let form = json!({
        "type": "SELL", "id": UUID4, "extras": {}, "number": r"\d+", "close_date": OFFSET,
        "time_zone_offset": "10800000", "session_id": UUID4, "session_number": r"\d+",
        "close_user_id": EMPLOYEE, "device_id": DEVICE, "store_id": STORE, "user_id": USER,
        "body": {
            "positions": [position], "payments": [{"type": "CASH|ELECTRON", "…": "…"}],
            "sum": NUMBER, "result_sum": NUMBER, "…": "…",
        },
        "counterparties": "null", "created_at": OFFSET, "version": "V2",
    });
    assert_form(&form, &body, "documents");
    let hook = cloud.service.last();
    let names = [
        "host",
        "accept",
        "content-type",
        "authorization",
        "x-evotor-user-id",
        "x-b3-traceid",
        "x-b3-spanid",
        "x-b3-parentspanid",
        "x-b3-sampled",
        "user-agent",
        "content-length",
    ];
    assert_eq!(hook.names(), names);
    assert_eq!(hook.all("accept"), ["application/json, application/*+json"]);
    assert_eq!(hook.all("content-type"), ["application/json"]);
    assert_eq!(hook.all("x-evotor-user-id"), [USER]);
    assert_eq!(hook.all("x-b3-parentspanid"), hook.all("x-b3-traceid"));
    assert_eq!(
        (hook.all("x-b3-sampled"), hook.all("user-agent")),
        (vec!["0"], vec!["Java/1.8.0_151"])
    );
    for name in ["x-b3-traceid", "x-b3-spanid"] {
        let value = hook.field(name).unwrap();
        assert!(value.len() == 16 && value.bytes().all(|b| b.is_ascii_hexdigit()), "{value}");
    }
}

#[test]
fn a_receipt_has_its_envelope() {
    let cloud = Cloud::start();
    let body = sent(&cloud, "receipts", "POST /hook/api/v2/receipts", TOKEN);
    let item = json!({
        "id": UUID4, "name": ".+", "itemType": ".+", "measureName": ".+", "quantity": r"\d+(\.\d+)?",
        "price": NUMBER, "costPrice": NUMBER, "sumPrice": NUMBER, "tax": NUMBER,
        "taxPercent": NUMBER, "discount": NUMBER,
    });
    let data = json!({
        "id": UUID4, "deviceId": DEVICE, "storeId": STORE, "dateTime": ZULU, "type": "SELL",
        "shiftId": r"\d+", "employeeId": EMPLOYEE, "paymentSource": "PAY_(CASH|CASHBACK|CARD)",
        "infoCheck": "false", "egais": "true|false", "items": [item], "totalTax": NUMBER,
        "totalDiscount": NUMBER, "totalAmount": NUMBER, "extras": {},
    });
    let form = json!({
        "id": UUID4, "timestamp": MILLIS, "userId": USER, "type": "ReceiptCreated",
        "version": "2", "data": data,
    });
    assert_form(&form, &body, "receipts");
    assert!(body["data"]["shiftId"].is_string(), "{body}");
}

#[test]
fn a_commodity_is_asked_for_by_its_scan_code() {
    let cloud = Cloud::start();
    let mut with_excise = false;
    for seed in 0..16 {
        let wish = json!({"event": "commodities", "seed": seed, "wait": true});
        let delivery = cloud.gateway.trigger(&wish).remove(0);
        assert_eq!(
            (&delivery["state"], &delivery["verdict"]),
            (&json!("delivered"), &json!("pass"))
        );
        let hook = cloud.service.last();
        let (path, query) = hook.target().split_once('?').unwrap();
        assert!(hook.line.starts_with("GET ") && path == "/hook/api/v1/commodities");
        assert!(query.starts_with("scanCode="), "{query}");
        with_excise |= query.contains("&alcCode=");
        assert_eq!(hook.all("authorization"), [format!("Bearer {TOKEN}")]);
        assert_eq!(hook.names(), ["host", "accept", "accept-charset", "authorization"]);
        assert_eq!(hook.body.content, b"");
    }
    assert!(with_excise, "a bottle is asked for with its excise code as well");
}

#[test]
fn the_list_of_the_api_is_the_catalogue() {
    let cloud = Cloud::start();
    let list = cloud.gateway.api_ok("GET", "/api/webhooks", None);
    let name = |row: &Value| row["event"].as_str().unwrap().to_owned();
    let (asna, list): (Vec<_>, Vec<_>) =
        list.as_array().unwrap().iter().partition(|row| name(row).starts_with("asna."));
    assert_eq!((list.len(), asna.len()), (20, 6));
    assert!(asna.iter().all(|row| row["authorization"] == "X-Signature"));
    for row in list {
        let event = name(row);
        let of_app =
            ["user.", "subscription.", "installation."].iter().any(|s| event.starts_with(s));
        let authorization = if of_app { "app token" } else { "user token" };
        assert_eq!(row["authorization"], authorization, "{row}");
        assert!(row["source"].as_str().unwrap().starts_with("https://github.com/evotor/"), "{row}");
    }
}

#[test]
fn the_imei_of_a_device_is_as_good_as_its_uuid() {
    let cloud = Cloud::start();
    for device in [IMEI, DEVICE, &DEVICE.to_ascii_lowercase()] {
        cloud.gateway.trigger(&json!({"event": "documents", "device": device, "wait": true}));
        assert_eq!(cloud.service.last().json()["device_id"], DEVICE);
    }
}
