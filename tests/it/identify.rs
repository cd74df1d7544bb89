//! Who is calling: sources, their order, and contradictions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::world::{
    APP, DEVICE, DEVICE_2, DEVICE_3, IMEI, IMEI_2, STOCK, STORE, STORE_2, STORE_3, USER, USER_3,
};
use crate::support::{Stage, World, get, h2};

const FIRST: (&str, &str, &str) = (STORE, DEVICE, USER);
const SECOND: (&str, &str, &str) = (STORE_2, DEVICE_2, USER);
const THIRD: (&str, &str, &str) = (STORE_3, DEVICE_3, USER_3);

fn basic(app: &str, device: &str) -> String {
    format!("Proxy-Authorization: Basic {}", STANDARD.encode(format!("{app}:{device}")))
}

fn expect_identity(stage: &Stage, what: &str, fields: &[&str], who: (&str, &str, &str)) {
    let before = stage.partner.requests().len();
    stage.ask(get("/api/x", fields)).expect_ok(what);
    let seen = stage.partner.wait(before + 1).pop().unwrap();
    let got = |name| seen.all(name).join(" and ");
    let (store, device, user) = who;
    assert_eq!(got("x-evotor-store-uuid"), store, "{what}: {}", seen.describe());
    assert_eq!(got("x-evotor-device-uuid"), device, "{what}: {}", seen.describe());
    assert_eq!(got("x-evotor-user-id"), user, "{what}: {}", seen.describe());
}

#[test]
fn with_one_app_and_one_device_nothing_need_be_said() {
    expect_identity(&Stage::start(), "silence", &[], FIRST);
}

#[test]
fn a_device_is_found_by_each_source() {
    let stage = Stage::with(World::crowd);
    let uuid = |device: &str| format!("X-Device-UUID: {device}");
    let lower = DEVICE_2.to_ascii_lowercase();
    let basic_uuid = basic("loyalty", DEVICE_2);
    let basic_imei = basic("loyalty", IMEI_2);
    let rows: &[(&str, &[&str], (&str, &str, &str))] = &[
        ("the default", &[], FIRST),
        ("X-Device-UUID", &[&uuid(DEVICE_2)], SECOND),
        ("X-Device-UUID in lower case", &[&uuid(&lower)], SECOND),
        ("x-device-uuid, oddly cased", &[&format!("x-dEVICE-uuid: {DEVICE_2}")], SECOND),
        ("X-Device-UUID of another user", &[&uuid(DEVICE_3)], THIRD),
        ("X-Device-ID with a uuid", &[&format!("X-Device-ID: {DEVICE_2}")], SECOND),
        ("X-Device-ID with an IMEI", &[&format!("X-Device-ID: {IMEI_2}")], SECOND),
        ("X-Device-IMEI", &[&format!("X-Device-IMEI: {IMEI_2}")], SECOND),
        ("Proxy-Authorization with a uuid", &[&basic_uuid], SECOND),
        ("Proxy-Authorization with an IMEI", &[&basic_imei], SECOND),
    ];
    for (what, fields, who) in rows {
        expect_identity(&stage, what, fields, *who);
    }
}

#[test]
fn the_first_source_of_a_device_wins() {
    let stage = Stage::with(World::crowd);
    let uuid = format!("X-Device-UUID: {DEVICE_2}");
    let id = format!("X-Device-ID: {DEVICE_2}");
    let imei = format!("X-Device-IMEI: {IMEI_2}");
    let rows: &[(&str, &[&str])] = &[
        ("UUID over ID", &[&format!("X-Device-ID: {IMEI}"), &uuid]),
        ("ID over IMEI", &[&format!("X-Device-IMEI: {IMEI}"), &id]),
        ("UUID over Proxy-Authorization", &[&basic("loyalty", DEVICE), &uuid]),
        ("IMEI over Proxy-Authorization", &[&basic("loyalty", DEVICE), &imei]),
    ];
    for (what, fields) in rows {
        expect_identity(&stage, what, fields, SECOND);
    }
}

#[test]
fn an_app_is_found_by_each_source_in_its_order() {
    let stage = Stage::with(World::crowd);
    let client = |id: &str| format!("X-OAuth-Client-ID: {id}");
    let device = format!("X-Device-UUID: {DEVICE_3}");
    let rows: &[(&str, &str, &[&str], bool)] = &[
        ("the default", "loyalty", &[], false),
        ("X-OAuth-Client-ID", "stock", &[&client(STOCK)], true),
        ("the name in Proxy-Authorization", "stock", &[&basic("stock", DEVICE_3)], true),
        ("the id in Proxy-Authorization", "stock", &[&basic(STOCK, DEVICE_3)], true),
        (
            "the header over Proxy-Authorization",
            "stock",
            &[&client(STOCK), &basic("loyalty", DEVICE_3)],
            true,
        ),
        (
            "the header over Proxy-Authorization, turned",
            "loyalty",
            &[&client(APP), &basic("stock", DEVICE_3)],
            false,
        ),
    ];
    for (what, _, fields, is_stock) in rows {
        let lines = [fields, &[device.as_str()][..]].concat();
        let mut request = String::from("GET /api/x HTTP/1.1\r\n");
        request +=
            if *is_stock { "Host: stock.example.ru\r\n" } else { "Host: loyalty.example.ru\r\n" };
        request += &lines.join("\r\n");
        let before = stage.partner.requests().len();
        stage.ask(request + "\r\n\r\n").expect_ok(what);
        let seen = stage.partner.wait(before + 1).pop().unwrap();
        let stock = seen.field("authorization") == Some("Bearer stock-app-token");
        assert_eq!(stock, *is_stock, "{what}: {}", seen.describe());
    }
}

#[test]
fn what_agrees_with_the_device_is_let_through() {
    let stage = Stage::with(World::crowd);
    let lower = STORE.to_ascii_lowercase();
    let rows: &[(&str, &[&str])] = &[
        ("the user", &[&format!("X-User-ID: {USER}")]),
        ("the shop", &[&format!("X-Shop-UUID: {STORE}")]),
        ("the shop in lower case", &[&format!("X-Shop-UUID: {lower}")]),
        ("both", &[&format!("X-User-ID: {USER}"), &format!("X-Shop-UUID: {STORE}")]),
        ("the same id twice", &[&format!("X-User-ID: {USER}"), &format!("x-user-id: {USER}")]),
        (
            "the same device twice",
            &[&format!("X-Device-UUID: {DEVICE}"), &format!("X-Device-UUID: {DEVICE}")],
        ),
    ];
    for (what, fields) in rows {
        expect_identity(&stage, what, fields, FIRST);
    }
}

#[test]
fn contradictions_are_refused() {
    let stage = Stage::with(World::crowd);
    let user = |id: &str| format!("X-User-ID: {id}");
    let shop = |id: &str| format!("X-Shop-UUID: {id}");
    let uuid = |id: &str| format!("X-Device-UUID: {id}");
    let rows: &[(&str, &[&str])] = &[
        ("another user", &[&user(USER_3)]),
        ("a user nobody knows", &[&user("01-999999999999999")]),
        ("another shop of the same user", &[&shop(STORE_2)]),
        ("a shop nobody knows", &[&shop("20240305-0000-0000-0000-000000000000")]),
        ("the device's user, another's shop", &[&uuid(DEVICE_2), &user(USER), &shop(STORE_3)]),
        ("two users", &[&user(USER), &user(USER_3)]),
        ("two users, the right one last", &[&user(USER_3), &user(USER)]),
        ("two shops", &[&shop(STORE), &shop(STORE_2)]),
        ("two devices", &[&uuid(DEVICE), &uuid(DEVICE_2)]),
        (
            "two apps",
            &[&format!("X-OAuth-Client-ID: {APP}"), &format!("X-OAuth-Client-ID: {STOCK}")],
        ),
    ];
    for (what, fields) in rows {
        let before = stage.partner.requests().len();
        stage.ask(get("/api/x", fields)).expect_refusal(what, 403, "identity_mismatch");
        stage.expect_nothing_since(before, what);
    }
}

#[test]
fn strangers_are_refused_by_name() {
    let stage = Stage::with(World::crowd);
    let nobody = "20240305-0000-0000-0000-000000000000";
    let rows: &[(&str, &str, &str)] = &[
        (
            "an unknown app id",
            "app_unknown",
            "X-OAuth-Client-ID: 11111111-2222-4333-8444-555566667777",
        ),
        ("an unknown app name", "app_unknown", &basic("nothing", DEVICE)),
        ("an unknown device uuid", "device_unknown", &format!("X-Device-UUID: {nobody}")),
        (
            "an endless device uuid",
            "device_unknown",
            &format!("X-Device-UUID: {}", "7".repeat(5000)),
        ),
        ("an unknown device id", "device_unknown", "X-Device-ID: 42"),
        ("an unknown IMEI", "device_unknown", "X-Device-IMEI: 000000000000000"),
        ("an unknown device in Proxy-Authorization", "device_unknown", &basic("loyalty", nobody)),
        ("an app the user has not installed", "app_not_installed", &basic("stock", DEVICE)),
    ];
    for (what, code, field) in rows {
        stage.ask(get("/api/x", &[field])).expect_refusal(what, 403, code);
    }
}

#[test]
fn without_a_default_an_app_must_be_named() {
    let terminal = format!("{{default_device: {DEVICE}}}");
    let stage = Stage::with(|world| world.crowd().top("terminal", &terminal));
    stage.ask(get("/api/x", &[])).expect_refusal("no app", 403, "app_unknown");
    expect_identity(&stage, "named", &[&format!("X-OAuth-Client-ID: {APP}")], FIRST);
}

#[test]
fn without_a_default_a_device_must_be_named() {
    let stage = Stage::with(|world| world.crowd().top("terminal", "{default_app: loyalty}"));
    stage.ask(get("/api/x", &[])).expect_refusal("no device", 403, "device_unknown");
    expect_identity(&stage, "named", &[&format!("X-Device-UUID: {DEVICE}")], FIRST);
}

#[test]
fn the_default_app_may_be_given_by_id() {
    let terminal = format!("{{default_app: {APP}, default_device: {DEVICE_2}}}");
    let stage = Stage::with(|world| world.crowd().top("terminal", &terminal));
    expect_identity(&stage, "by id", &[], SECOND);
}

#[test]
fn an_identity_refusal_leaves_the_connection_usable() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    raw.exchange(get("/api/x", &["X-Device-ID: 42"])).expect_refusal(
        "a stranger",
        403,
        "device_unknown",
    );
    raw.expect_alive("after a refusal without a body");
}

#[test]
fn a_header_without_a_value_says_nothing() {
    let stage = Stage::with(World::crowd);
    let names = ["X-Device-UUID", "X-Device-ID", "X-Device-IMEI", "X-Shop-UUID", "X-User-ID"];
    let others = ["X-OAuth-Client-ID", "Proxy-Authorization"];
    for name in names.iter().chain(&others) {
        for blank in ["", " ", "\t "] {
            expect_identity(&stage, name, &[&format!("{name}:{blank}")], FIRST);
        }
    }
    let said = format!("X-Device-UUID: {DEVICE_2}");
    for fields in [
        ["X-Device-UUID:", said.as_str()],
        [said.as_str(), "X-Device-UUID: "],
        [said.as_str(), "X-Device-ID:"],
        [said.as_str(), "X-Shop-UUID:"],
    ] {
        expect_identity(&stage, "beside one with a value", &fields, SECOND);
    }
    let (raw, authority) = (stage.gateway.http(), "loyalty.example.ru:443");
    let mut inside = stage.gateway.tunnel_over(raw, authority, &["Proxy-Authorization:"]);
    inside.send(get("/api/x", &[])).answer().expect_ok("inside a tunnel that says nothing");
}

#[test]
fn a_header_without_a_value_says_nothing_over_http2() {
    let stage = Stage::with(World::crowd);
    let mut app = h2::Client::dial(stage.gateway.https, "loyalty.example.ru", &stage.gateway.ca());
    for (name, value) in [("x-device-uuid", ""), ("x-shop-uuid", ""), ("x-user-id", " ")] {
        let mut asked = h2::get("/api/x");
        asked.headers_mut().insert(name, value.parse().unwrap());
        asked.headers_mut().insert("x-device-id", DEVICE_2.parse().unwrap());
        assert_eq!(app.ask(asked).unwrap().status, 200, "{name}");
        assert_eq!(stage.partner.last().all("x-evotor-device-uuid"), [DEVICE_2], "{name}");
    }
}
