//! Where something leaves: every address of the admin API that can be read, the stream of exchanges,
//! and what commands print.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::plants::Plants;
use crate::support::gateway::command as of_binary;
use crate::support::world::{APP, USER};
use crate::support::{Answer, Gateway, PATIENCE, Raw};

/// One request of the admin API by who may make it.
#[track_caller]
pub fn admin(gateway: &Gateway, plants: &Plants, method: &str, path: &str, body: &str) -> Answer {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        gateway.admin,
        plants.of("the admin token"),
        body.len()
    );
    let mut raw = Raw::dial(gateway.admin);
    raw.wire().tcp().set_read_timeout(Some(PATIENCE * 4)).unwrap();
    raw.exchange(head + body)
}

/// What is at an address, fields included.
#[track_caller]
pub fn get(gateway: &Gateway, plants: &Plants, path: &str) -> String {
    let answer = admin(gateway, plants, "GET", path, "");
    let fields = answer.fields.iter().map(|(name, value)| format!("{name}: {value}\n"));
    fields.collect::<String>() + &answer.text()
}

/// Every address that the API's own document says can be read.
pub fn api(gateway: &Gateway, plants: &Plants, seen: &mut BTreeMap<String, String>) {
    let json = |path: &str| admin(gateway, plants, "GET", path, "").json();
    let texts = |list: &Value, key: &str| -> Vec<String> {
        let rows = list.as_array().unwrap().iter();
        rows.map(|row| row[key].to_string().trim_matches('"').to_owned()).collect()
    };
    // The exchanges are recorded when the stream has told of the last.
    let told = events(gateway, plants, 15);
    seen.insert("the stream".into(), told);
    let exchanges = texts(&json("/api/exchanges?limit=1000")["exchanges"], "id");
    let deliveries = texts(&json("/api/deliveries"), "delivery");
    assert!(exchanges.len() >= 15 && deliveries.len() >= 4, "{exchanges:?} {deliveries:?}");
    let collections = ["users", "stores", "devices", "employees", "apps"].map(str::to_owned);
    let document = json("/api/openapi.json");
    for (path, operations) in document["paths"].as_object().unwrap() {
        if operations.get("get").is_none() || ["/api/state", "/api/events"].contains(&&**path) {
            continue;
        }
        let mut paths = vec![path.replace("{app}", APP).replace("{user}", USER)];
        let ids = if path.contains("deliveries") { &deliveries } else { &exchanges };
        let stages = ["asked", "passed", "answered", "returned"].map(str::to_owned);
        for (part, values) in
            [("{collection}", &collections[..]), ("{stage}", &stages), ("{id}", ids)]
        {
            paths = paths.iter().flat_map(|path| filled(path, part, values)).collect();
        }
        for path in paths {
            seen.insert(path.clone(), get(gateway, plants, &path));
        }
    }
    let url = format!(
        "http://loyalty.example.ru/elsewhere/{}?code={}",
        plants.of("the user's token"),
        plants.of("a code")
    );
    let path = format!("/api/explain?app=loyalty&url={}", url.replace('&', "%26"));
    seen.insert("an explanation".into(), get(gateway, plants, &path));
}

fn filled(path: &str, part: &str, values: &[String]) -> Vec<String> {
    if !path.contains(part) || (part == "{id}" && path.starts_with("/api/world")) {
        return vec![path.to_owned()];
    }
    values.iter().map(|value| path.replace(part, value)).collect()
}

/// The first exchanges as the stream tells of them.
#[track_caller]
fn events(gateway: &Gateway, plants: &Plants, count: usize) -> String {
    let mut stream = TcpStream::connect(gateway.admin).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (host, token) = (gateway.admin, plants.of("the admin token"));
    let request = format!(
        "GET /api/events?after=0 HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut text = String::new();
    while text.matches("data: ").count() < count {
        text += &(lines.next().expect("the stream goes on").unwrap() + "\n");
    }
    text
}

/// What commands print, on stdout and stderr, for people and as JSON.
pub fn commands(gateway: &Gateway, plants: &Plants, seen: &mut BTreeMap<String, String>) {
    let rows = admin(gateway, plants, "GET", "/api/exchanges?limit=1000", "").json();
    let id = |word: &str| {
        let rows = rows["exchanges"].as_array().unwrap().iter();
        let mut found = rows.filter(|row| row["url"].as_str().unwrap().contains(word));
        found.next().unwrap_or_else(|| panic!("no exchange with {word}"))["id"].to_string()
    };
    let (answers, elsewhere) = (id("/api/answers"), id("/elsewhere"));
    let list = admin(gateway, plants, "GET", "/api/deliveries", "").json();
    let delivery = list[0]["delivery"].as_str().unwrap();
    for args in [
        &["trigger", "user.create", "--wait"][..],
        &["trigger", "user.create", "--wait", "--json"],
        &["trigger", "user.token", "--wait", "--json"],
        &["deliver", delivery],
        &["deliver", delivery, "--json"],
        &["deliveries"],
        &["deliveries", "--json"],
        &["deliveries", delivery],
        &["deliveries", delivery, "--json"],
        &["show", &answers],
        &["show", &answers, "--json"],
        &["show", &elsewhere],
        &["export", "curl", &answers],
        &["export", "har"],
        &["world", "list", "apps"],
        &["check"],
    ] {
        seen.insert(args.join(" "), command(gateway, plants, args));
    }
}

/// What one command prints.
#[track_caller]
pub fn command(gateway: &Gateway, plants: &Plants, args: &[&str]) -> String {
    let mut command = of_binary(gateway.path());
    command.env("EVOTOR_GATEWAY_ADMIN", gateway.admin.to_string());
    command.env("EVOTOR_GATEWAY_TOKEN", plants.of("the admin token"));
    let said = command.args(args).output().unwrap();
    let text = [said.stdout, said.stderr].concat();
    assert_ne!(said.status.code(), Some(3), "{args:?}: {}", String::from_utf8_lossy(&text));
    String::from_utf8_lossy(&text).into_owned()
}

/// The token that the cloud has handed to the partner, while the gateway can be asked.
pub fn cloud_token(gateway: &Gateway, plants: &Plants) -> Option<String> {
    if TcpStream::connect(gateway.admin).is_err() {
        return None;
    }
    let rows = admin(gateway, plants, "GET", "/api/deliveries?limit=1000", "").json();
    let row = rows.as_array().unwrap().iter().find(|row| row["event"] == "user.token").unwrap();
    let path = format!("/api/deliveries/{}?reveal=true", row["delivery"].as_str().unwrap());
    let sent = admin(gateway, plants, "GET", &path, "").json();
    Some(sent["body"]["token"].as_str().unwrap().to_owned())
}
