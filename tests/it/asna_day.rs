//! A pharmacy's day: token, key, subscription, upload, status, signed webhook, reading back.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::asna::packages::rows;
use crate::asna::stage::{Asna, CLIENT, KEY, SECRET, STORE, call, stocks, token};

const MORNING: &str = r#"{"date":"2018-11-22T16:01:13.032+03:00","stocks":[{"prtId":"111445","nnt":6072,"qnt":5,"doc":"1к","supInn":"","supDate":"2018-11-01T00:00:00","nds":10,"gnvls":true,"dp":false,"exp":null,"prcOptNds":137.5}]}"#;

#[test]
fn a_pharmacys_day() {
    let asna = Asna::start();
    let key = asna.read("/v5/keys/webhooks")["secret"].as_str().unwrap().to_owned();
    assert_eq!(key, KEY);
    asna.subscribe("stocks_full", STORE);
    asna.subscribe("stocks_updates", STORE);
    let checked = asna.call("POST", "/v5/json_schemas/stocks/validation", MORNING);
    assert_eq!(checked.status, 200, "{}", checked.describe());

    let status = asna.send("POST", &stocks(), MORNING);
    assert_eq!(asna.status(&status)["statusId"], 0);
    asna.gateway.advance("30m");
    assert_eq!(asna.status(&status)["statusId"], 1);
    assert_eq!(asna.gateway.advance("30m"), 1);
    let evening = token(&asna.gateway, CLIENT, SECRET);
    let read = |path: &str| call(&asna.gateway, Some(&evening), "GET", path, "");
    let processed = read(&status).json();
    assert_eq!(
        (&processed["statusId"], &processed["statusMessage"]),
        (&json!(2), &json!("Обработано"))
    );

    let received = asna.partner.wait(1).remove(0);
    let body: Value = serde_json::from_slice(&received.body.content).unwrap();
    assert_eq!(body["Date"], processed["statusDate"]);
    assert_eq!(body["MessageId"], processed["messageId"]);
    let signature = received.field("x-signature").unwrap();
    assert_eq!(signature, format!("sha256={}", of_openssl(&key, &received.body.content)));
    // What was null is left out, as ASP.NET answers application/json.
    assert_eq!(read(&stocks()).text(), rows(MORNING).replace("\"exp\":null,", ""));
}

/// The same digest by another program.
fn of_openssl(key: &str, body: &[u8]) -> String {
    let mut child = Command::new("openssl")
        .args(["dgst", "-sha256", "-hmac", key])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("openssl is installed");
    child.stdin.take().unwrap().write_all(body).unwrap();
    let output = child.wait_with_output().unwrap().stdout;
    let text = String::from_utf8(output).unwrap();
    text.trim().rsplit(' ').next().unwrap().to_uppercase()
}
