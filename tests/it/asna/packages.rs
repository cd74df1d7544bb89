//! Packages: taken, processed by the clock, read back.

use serde_json::json;

use super::stage::{
    Asna, CLIENT, FOREIGN, STORE, STRANGER, call, expect_refusal, stocks, token, wrong_fields,
};
use crate::support::Raw;

pub const TWO: &str = r#"{"date":"2018-11-22T16:01:13.032+03:00","stocks":[{"prtId":"1","nnt":6072,"qnt":5},{"prtId":"2","nnt":1,"qnt":7.5}]}"#;

/// The list of rows of a package, as it is read back.
pub fn rows(package: &str) -> &str {
    &package[package.find('[').unwrap()..=package.rfind(']').unwrap()]
}

#[test]
fn a_package_is_accepted_processed_and_then_there() {
    let asna = Asna::start();
    let status = asna.send("POST", &stocks(), TWO);
    let first = asna.status(&status);
    assert_eq!((&first["id"], &first["statusId"]), (&json!(1), &json!(0)));
    assert_eq!(first["statusMessage"], "Принято к обработке");
    assert!(status.contains(first["messageId"].as_str().unwrap()));
    let keys: Vec<_> = first.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["id", "messageId", "statusId", "statusMessage", "statusDate"]);
    assert_eq!(asna.read(&stocks()), json!([]));
    asna.gateway.advance("30m");
    let second = asna.status(&status);
    assert_eq!(
        (&second["statusId"], &second["statusMessage"]),
        (&json!(1), &json!("Обрабатывается"))
    );
    asna.gateway.advance("30m");
    let token = token(&asna.gateway, CLIENT, super::stage::SECRET);
    let read = |path: &str| call(&asna.gateway, Some(&token), "GET", path, "");
    let third = read(&status).json();
    assert_eq!((&third["statusId"], &third["statusMessage"]), (&json!(2), &json!("Обработано")));
    assert!(third["statusDate"].as_str().unwrap().ends_with("+00:00"), "{third}");
    assert_eq!(read(&stocks()).text(), rows(TWO));
}

#[test]
fn all_replaces_changes_add_and_deletion_clears() {
    let asna = Asna::of(crate::support::Partner::start(), |world| {
        world.top("asna", &super::stage::section("").replace("1h", "0s"))
    });
    let names = || {
        let rows = asna.read(&stocks());
        let rows: Vec<_> = rows.as_array().unwrap().clone();
        rows.iter()
            .map(|row| format!("{}:{}", row["prtId"], row["qnt"]))
            .collect::<Vec<_>>()
            .join(" ")
    };
    asna.send("POST", &stocks(), TWO);
    asna.send("PUT", &stocks(), r#"{"stocks":[{"prtId":"2","qnt":1},{"prtId":"3","qnt":9}]}"#);
    assert_eq!(names(), "\"1\":5 \"2\":1 \"3\":9");
    let upper =
        stocks().to_uppercase().replace("/V5/STORES/", "/v5/stores/").replace("STOCKS", "stocks");
    asna.send("POST", &upper, r#"{"stocks":[{"prtId":"4","qnt":4}]}"#);
    assert_eq!(names(), "\"4\":4");
    asna.send("DELETE", &stocks(), "");
    assert_eq!(names(), "");
}

#[test]
fn what_json_net_takes_is_read_back_as_json() {
    let asna = Asna::of(crate::support::Partner::start(), |world| {
        world.top("asna", &super::stage::section("").replace("1h", "0s"))
    });
    asna.send("POST", &stocks(), "\u{FEFF}{ /* all */ stocks: [{'prtId': 'a\\'b', qnt: 0x10,},],}");
    assert_eq!(asna.read(&stocks()), json!([{"prtId": "a'b", "qnt": 16}]));
    asna.send("POST", &stocks(), r#"{"stocks": [{"prtId": "1", "prtId": "2"}]}"#);
    assert_eq!(asna.read(&stocks()), json!([{"prtId": "2"}]));
}

#[test]
fn a_package_without_names_for_its_rows_ends_as_an_error_and_leaves_nothing() {
    let asna = Asna::start();
    asna.subscribe("stocks_full", STORE);
    let status = asna.send("POST", &stocks(), r#"{"stocks":[{"nnt":1}]}"#);
    assert_eq!(asna.gateway.advance("59m"), 0);
    assert_eq!(asna.status(&status)["statusId"], 1);
    assert_eq!(asna.gateway.advance("1m"), 0);
    let token = token(&asna.gateway, CLIENT, super::stage::SECRET);
    let read = |path: &str| call(&asna.gateway, Some(&token), "GET", path, "").json();
    let ended = read(&status);
    assert_eq!(
        (&ended["statusId"], &ended["statusMessage"]),
        (&json!(3), &json!("Ошибка. Пакет не был обработан"))
    );
    assert_eq!(read(&stocks()), json!([]));
}

#[test]
fn a_body_that_breaks_off_or_breaks_the_schema_is_refused() {
    let asna = Asna::start();
    let message = expect_refusal(&asna.call("POST", &stocks(), &TWO[..60]), 400);
    assert!(message.contains("Path 'stocks") && message.contains("line 1, position"), "{message}");
    let broken = r#"{"date":"soon","stocks":[{"prtId":111445,"gnvls":1}]}"#;
    for path in [stocks(), "/v5/json_schemas/stocks/validation".to_owned()] {
        let answer = asna.call("POST", &path, broken);
        assert_eq!(wrong_fields(&answer), ["date", "stocks[0].prtId", "stocks[0].gnvls"]);
        let second = answer.json()["validationErrors"][1]["message"].clone();
        let text = "Line: 1 Position: 40 Value: 111445 Error: Invalid type. Expected String but got Integer.";
        assert_eq!(second, text);
    }
    expect_refusal(&asna.call("POST", &stocks(), ""), 400);
    let big = "x".repeat(30_000_001);
    expect_refusal(&asna.call("POST", &stocks(), &big), 413);
    assert_eq!(asna.read(&stocks()), json!([]));
}

#[test]
fn eleven_megabytes_are_a_package_like_any_other() {
    let asna = Asna::start();
    let body = format!(r#"{{"stocks":[{{"prtId":"1","man":"{}"}}]}}"#, "x".repeat(11 << 20));
    asna.send("PUT", &stocks(), &body);
}

#[test]
fn the_four_schemas_are_checked_and_no_other() {
    let asna = Asna::start();
    for name in ["stocks", "preorders", "orders", "transactions"] {
        let path = format!("/v5/json_schemas/{name}/validation");
        let answer = asna.call("POST", &path, "{}");
        assert_eq!((answer.status, answer.body.len()), (200, 0), "{name}: {}", answer.describe());
        expect_refusal(&asna.call("POST", &path, "{"), 400);
    }
    let answer = asna.call("POST", "/v5/json_schemas/goods/validation", "{}");
    assert_eq!(wrong_fields(&answer), ["schemaName"]);
}

#[test]
fn the_stores_and_messages_of_others_are_out_of_reach() {
    let asna = Asna::start();
    for path in [
        format!("/v5/stores/{FOREIGN}/stocks"),
        format!("/v5/legal_entities/{STRANGER}/preorders"),
        format!("/v5/stores/{FOREIGN}/orders_exchanger"),
        "/v5/stores/no-guid/stocks".to_owned(),
    ] {
        expect_refusal(&asna.call("GET", &path, ""), 403);
        expect_refusal(&asna.call("POST", &path, "{}"), 403);
        expect_refusal(&asna.call("PUT", &path, "{}"), 403);
    }
    let status = asna.send("POST", &stocks(), TWO);
    let other = token(&asna.gateway, STRANGER, "other");
    let answer = call(&asna.gateway, Some(&other), "GET", &status, "");
    assert_eq!((answer.status, answer.body.len()), (204, 0), "{}", answer.describe());
    let unknown = "/v5/messages/0e238a6a-c9f7-435f-9f9e-a9257e613879/status";
    assert_eq!(asna.call("GET", unknown, "").status, 204);
    assert_eq!(wrong_fields(&asna.call("GET", "/v5/messages/5/status", "")), ["messageId"]);
}

#[test]
fn price_lists_and_orders_are_kept_as_well() {
    let asna = Asna::of(crate::support::Partner::start(), |world| {
        world.top("asna", &super::stage::section("").replace("1h", "0s"))
    });
    let list = format!("/v5/legal_entities/{CLIENT}/preorders");
    let package = r#"{"preorders":[{"nnt":1,"supInn":"77"},{"nnt":1,"supInn":"78"}]}"#;
    asna.send("POST", &list, package);
    assert_eq!(asna.call("GET", &list, "").text(), rows(package));
    let orders = format!("/v5/stores/{STORE}/orders_exchanger");
    asna.send(
        "PUT",
        &orders,
        r#"{"rows":[{"rowId":"r","qntUnrsv":1}],"statuses":[{"statusId":"s","status":200}]}"#,
    );
    asna.send("POST", &orders, r#"{"statuses":[{"statusId":"s","status":202}]}"#);
    let now = json!({"headers": [], "rows": [{"rowId": "r", "qntUnrsv": 1}],
        "statuses": [{"statusId": "s", "status": 202}]});
    assert_eq!(asna.read(&orders), now);
    assert_eq!(asna.read(&format!("{orders}?since=2020-01-01T00:00:00+03:00")), now);
    let later = asna.read(&format!("{orders}?since=2999-01-01"));
    assert_eq!(later, json!({"headers": [], "rows": [], "statuses": []}));
    assert_eq!(wrong_fields(&asna.call("GET", &format!("{orders}?since=soon"), "")), ["since"]);
}

#[test]
fn who_calls_by_the_hosts_name_is_led_back_to_it() {
    let asna = Asna::start();
    let request = format!(
        "POST /v5/stores/{STORE}/stocks HTTP/1.1\r\nHost: api.asna.cloud\r\nAuthorization: Bearer {}\r\n\
         Content-Length: {}\r\n\r\n{TWO}",
        asna.token,
        TWO.len()
    );
    let answer = asna.gateway.ask(&request);
    assert_eq!(answer.status, 202, "{}", answer.describe());
    let location = answer.field("location").unwrap();
    assert!(location.starts_with("http://api.asna.cloud/v5/messages/"), "{location}");
    let answer = asna.gateway.https("api.asna.cloud").exchange(&request);
    let location = answer.field("location").unwrap();
    assert!(location.starts_with("https://api.asna.cloud/v5/messages/"), "{location}");
    let form = format!("client_id={STRANGER}&client_secret=other&grant_type=client_credentials");
    let head = format!(
        "POST /connect/token HTTP/1.1\r\nHost: sso.asna.cloud\r\nContent-Length: {}\r\n\r\n",
        form.len()
    );
    let mut raw: Raw = asna.gateway.https("sso.asna.cloud");
    assert_eq!(raw.exchange(head + &form).status, 200);
}
