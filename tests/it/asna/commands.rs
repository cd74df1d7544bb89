//! `verify-signature` and `trigger` on the command line.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use super::stage::{Asna, KEY, STORE};
use crate::support::gateway::BINARY;

const BODY: &str = concat!(
    r#"{"ClientId":"BC164E55-B612-4A04-800B-34CCF10F6858","Event":"stocks_full","#,
    r#""Message":"Processed","MessageId":"9ebec167-ddf5-4de0-b4df-c4c1749afb1a","#,
    r#""Date":"2017-07-25T12:47:05.1210444+00:00"}"#
);
const OURS: &str = "sha256=3088C363BBFFD4127451241D1A3FEB4BE1132EC4F483130B2945E5E0B08ED92F";
const PRINTED: &str = "sha256=37B1103A5B784AEABC772167F7232EECC2886048FC85CB482F0DB45EB2199DDC";

fn verify(header: &str, body: &str, more: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.args(["verify-signature", "--secret", KEY, "--header", header]).args(more);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn the_example_is_right_under_its_own_digest_and_wrong_under_the_printed_one() {
    let right = verify(OURS, BODY, &[]);
    assert_eq!(right.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&right.stdout).contains("189 bytes"));
    let wrong = verify(PRINTED, BODY, &["--json"]);
    assert_eq!(wrong.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&wrong.stdout).unwrap();
    assert_eq!(told["expected"], OURS);
    assert_eq!((&told["ok"], &told["bytes"]), (&json!(false), &json!(189)));
}

#[test]
fn a_line_end_that_slipped_in_is_named() {
    let wrong = verify(&format!("X-Signature: {}", OURS.to_lowercase()), &format!("{BODY}\n"), &[]);
    assert_eq!(wrong.status.code(), Some(1));
    let text = String::from_utf8_lossy(&wrong.stdout).into_owned();
    assert!(text.contains("190 bytes") && text.contains("line end"), "{text}");
}

#[test]
fn a_trigger_of_the_command_line_reaches_the_subscriber() {
    let asna = Asna::start();
    asna.subscribe("stocks_full", STORE);
    let admin = asna.gateway.admin.to_string();
    let trigger = |event: &str| {
        let args = ["trigger", event, "--wait", "--json", "--admin", &admin];
        Command::new(BINARY).args(args).output().unwrap()
    };
    let done = trigger("asna.stocks_full");
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let told: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&told["event"], &told["verdict"]), (&json!("asna.stocks_full"), &json!("pass")));
    let refused = trigger("asna.stocks_updates");
    assert_ne!(refused.status.code(), Some(0));
    let talk = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(talk.contains("nobody is subscribed to stocks_updates"), "{talk}");
}
