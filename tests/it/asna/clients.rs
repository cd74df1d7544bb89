//! ASNA as the one public client knows it: how it spells paths and dates, and what its types read.

use serde::Deserialize;
use serde_json::{Value, json};

use super::stage::{Asna, CLIENT, STORE, expect_refusal, section, stocks, wrong_fields};
use crate::support::{Answer, Partner, Raw};

/// Packages are processed at once.
fn at_once(reading: &'static str) -> Asna {
    Asna::of(Partner::start(), move |world| {
        world.top("asna", &section("").replace("1h", "0s")).top("fidelity", reading)
    })
}

fn orders() -> String {
    format!("/v5/stores/{STORE}/orders_exchanger")
}

/// A path of each address, and the same in letters of another case.
fn paths() -> Vec<(String, String)> {
    let filled = |template: &str, letters: fn(&str) -> String| {
        let part = |part: &str| match part {
            "{event}" => "stocks_full".to_owned(),
            "{name}" => "stocks".to_owned(),
            "{*below}" => "Token".to_owned(),
            "{id}" if template.contains("legal_entities") => CLIENT.to_owned(),
            "{id}" if template.contains("messages") => {
                "0e238a6a-c9f7-435f-9f9e-a9257e613879".into()
            }
            "{id}" => STORE.to_owned(),
            other => letters(other),
        };
        template.split('/').map(part).collect::<Vec<_>>().join("/")
    };
    let both = |template: &str| {
        (filled(template, str::to_owned), filled(template, str::to_ascii_uppercase))
    };
    evotor_gateway::asna::addresses().into_iter().map(both).collect()
}

#[test]
fn every_address_has_no_case_and_slashes_too_many_do_no_harm() {
    let asna = at_once("loose");
    let seen = |answer: &Answer| {
        let body = answer.text();
        // A token and a location are others each time.
        (answer.status, if body.contains("access_token") { String::new() } else { body })
    };
    let paths = paths();
    assert!(paths.len() > 8, "{paths:?}");
    for (path, upper) in paths {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let plain = asna.call(method, &path, "");
            assert!(!plain.text().contains("There is no such resource"), "{}", plain.describe());
            let more =
                [format!("{path}/"), format!("/{path}"), upper.clone(), format!("//{upper}/")];
            for other in more {
                let answer = asna.call(method, &other, "");
                assert_eq!(seen(&answer), seen(&plain), "{method} {other}");
            }
        }
    }
    expect_refusal(&asna.call("GET", "/v5/nothing/", ""), 404);
    expect_refusal(&asna.call("GET", "/v6/keys/webhooks", ""), 404);
}

#[test]
fn a_strict_reading_keeps_asp_nets_and_refuses_the_doubled_slash() {
    let asna = at_once("strict");
    let (path, upper) = (stocks(), stocks().replace("/v5/stores", "/V5/Stores"));
    for path in [&path, &upper, &format!("{path}/")] {
        assert_eq!(asna.call("GET", path, "").status, 200, "{path}");
    }
    let said = expect_refusal(&asna.call("GET", &format!("/{path}"), ""), 404);
    assert!(said.contains("two slashes"), "{said}");
}

#[test]
fn a_location_leads_back_however_the_path_was_spelled() {
    let asna = at_once("loose");
    let package = r#"{"stocks":[{"prtId":"1"}]}"#;
    for path in [stocks(), format!("{}/", stocks()), format!("/{}", stocks().to_uppercase())] {
        let status = asna.send("POST", &path, package);
        assert!(status.starts_with("/v5/messages/"), "{path}: {status}");
        assert_eq!(asna.status(&status)["statusId"], 2);
    }
}

#[test]
fn the_token_endpoint_is_what_lies_below_it_too() {
    let asna = at_once("strict");
    let form = "client_id=11111111-2222-4333-8444-555555555555&client_secret=other\
                &grant_type=client_credentials&X-ClientId=manuscript";
    for path in ["/connect/token", "/connect/token/", "/connect/token/Token", "/Connect/Token/a/b"]
    {
        let head = format!(
            "POST /asna{path} HTTP/1.1\r\nHost: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            asna.gateway.admin,
            form.len()
        );
        let answer = Raw::dial(asna.gateway.admin).exchange(head);
        assert_eq!(answer.status, 200, "{path}: {}", answer.describe());
        assert!(answer.json()["access_token"].is_string(), "{path}");
    }
    expect_refusal(&asna.call("POST", "/connect/tokens", form), 404);
}

/// As the client declares its stocks and price lists: a number that is null or text stops it.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Stock {
    prt_id: String,
    nnt: i32,
    qnt: f64,
    sup_inn: String,
    nds: i32,
    prc_opt_nds: f64,
    prc_ret: f64,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Preorder {
    nnt: i32,
    sup_inn: String,
    prc_opt_nds: f64,
    pl_type: i32,
    status: i32,
}

#[test]
fn stocks_and_price_lists_are_bare_lists_of_what_the_client_declares() {
    let asna = at_once("loose");
    asna.send(
        "POST",
        &stocks(),
        r#"{"date":"2018-11-22T16:01:13.032+03:00","stocks":[{"prtId":"1","nnt":6072,"qnt":5,
            "supInn":"77","nds":10,"prcOptNds":137.50,"prcRet":null,"exp":null}]}"#,
    );
    let read: Vec<Stock> = serde_json::from_value(asna.read(&stocks())).unwrap();
    let (sup_inn, prt_id) = ("77".to_owned(), "1".to_owned());
    let stock =
        Stock { prt_id, nnt: 6072, qnt: 5.0, sup_inn, nds: 10, prc_opt_nds: 137.5, prc_ret: 0.0 };
    assert_eq!(read, [stock]);
    let list = format!("/v5/legal_entities/{CLIENT}/preorders");
    asna.send("POST", &list, r#"{"preorders":[{"nnt":1,"supInn":"77","plType":2,"status":null}]}"#);
    let read: Vec<Preorder> = serde_json::from_value(asna.read(&list)).unwrap();
    let preorder = Preorder { nnt: 1, sup_inn: "77".into(), pl_type: 2, ..Preorder::default() };
    assert_eq!(read, [preorder]);
    for empty in [stocks(), list] {
        asna.send("DELETE", &empty, "");
        assert_eq!(asna.read(&empty), json!([]));
    }
}

#[test]
fn what_is_null_is_told_to_who_asks_for_everything() {
    let asna = at_once("loose");
    let rows = r#"[{"prtId":"1","exp":null,"prcRet":1.50}]"#;
    asna.send("POST", &stocks(), &format!(r#"{{"stocks":{rows}}}"#));
    let full = format!(
        "GET /asna{} HTTP/1.1\r\nHost: {}\r\nAccept: application/x-json-full\r\n\
         Authorization: Bearer {}\r\n\r\n",
        stocks(),
        asna.gateway.admin,
        asna.token
    );
    assert_eq!(Raw::dial(asna.gateway.admin).exchange(full).text(), rows);
    assert_eq!(asna.call("GET", &stocks(), "").text(), rows.replace("\"exp\":null,", ""));
}

#[test]
fn names_have_no_case_as_with_dot_net() {
    let asna = at_once("loose");
    asna.send("POST", &stocks(), r#"{"Date":"2020-04-01","Stocks":[{"PrtId":"1","Qnt":2}]}"#);
    assert_eq!(asna.read(&stocks()), json!([{"prtId": "1", "qnt": 2}]));
    let body =
        r#"{"Rows":[{"RowId":"r","QntUnrsv":1.0}],"Statuses":[{"StatusId":"s","Status":200}]}"#;
    asna.send("POST", &format!("{}?since=2020-03-02", orders()), body);
    let read = asna.read(&orders());
    assert_eq!(read["rows"], json!([{"rowId": "r", "qntUnrsv": 1.0}]), "{read}");
    assert_eq!((&read["headers"], &read["statuses"][0]["status"]), (&json!([]), &json!(200)));
}

#[test]
fn since_is_read_in_the_forms_that_the_client_sends() {
    let asna = at_once("loose");
    asna.send("PUT", &orders(), r#"{"statuses":[{"statusId":"s","status":200}]}"#);
    let count = |since: &str| {
        asna.read(&format!("{}?since={since}", orders()))["statuses"].as_array().unwrap().len()
    };
    for past in
        ["", "2020-04-01", "01.04.2020%209:05:00", "4/1/2020%209:05:00%20AM", "04/01/2020+09:05:00"]
    {
        assert_eq!(count(past), 1, "{past}");
    }
    for future in ["2999-04-01", "01.04.2999%2023:05:00", "4/1/2999%2011:05:00%20PM"] {
        assert_eq!(count(future), 0, "{future}");
    }
    for odd in ["soon", "31.02.2020", "13/13/2020", "1585699200"] {
        let answer = asna.call("GET", &format!("{}?since={odd}", orders()), "");
        assert_eq!(wrong_fields(&answer), ["since"], "{odd}");
    }
    let filter = "/api/exchanges?filter=path:*01.04.2020*";
    let listed = || asna.gateway.api_ok("GET", filter, None)["exchanges"].clone();
    asna.gateway.eventually("it is recorded", || listed().get(0).is_some());
    let noted: Value = asna.gateway.exchange(&listed()[0]["id"])["notes"].clone();
    assert!(noted[0].as_str().unwrap().contains("DateTime.ToString()"), "{noted}");
}

#[test]
fn a_strict_reading_wants_iso_dates() {
    let asna = at_once("strict");
    assert_eq!(asna.call("GET", &format!("{}?since=2020-04-01", orders()), "").status, 200);
    let answer = asna.call("GET", &format!("{}?since=01.04.2020%209:05:00", orders()), "");
    assert_eq!(wrong_fields(&answer), ["since"]);
    let said = answer.json()["validationErrors"][0]["message"].clone();
    assert!(said.as_str().unwrap().contains("2020-04-01"), "{said}");
}
