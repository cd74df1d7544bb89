//! `status` and `doctor` print what the page shows.

use std::fs;
use std::net::TcpListener;

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::{Gateway, Partner, World};

fn say(gateway: &Gateway, args: &[&str]) -> Said {
    let admin = gateway.admin.to_string();
    let mut command = command(gateway.path());
    Said::of(&command.arg("status").args(args).args(["--admin", &admin]).output().unwrap())
}

#[test]
fn the_status_is_printed_and_its_exit_code_says_whether_requests_can_go_all_the_way() {
    let partner = Partner::start();
    let gateway = World::of(&partner).start();
    let said = say(&gateway, &[]).expect("a service that is up", 0);
    assert!(said.out.contains("\nloyalty\n"), "{}", said.out);
    assert!(said.out.contains("ok      rules         1 rule\n"), "{}", said.out);
    assert!(
        said.out.contains(&format!("ok      upstream      {} answers\n", partner.addr)),
        "{}",
        said.out
    );
    assert!(said.out.contains("unknown terminal"), "{}", said.out);
    assert!(said.out.contains("-> lead an app through the proxy"), "{}", said.out);
    assert!(said.out.contains("first steps left: request"), "{}", said.out);
    let json: Value =
        serde_json::from_str(&say(&gateway, &["--json"]).expect("JSON", 0).out).unwrap();
    assert_eq!(json["ready"], true);
}

#[test]
fn one_waits_until_a_service_is_up_or_the_time_is() {
    let to = Partner::nowhere();
    let gateway = World::at(&format!("http://{to}")).start();
    say(&gateway, &[]).expect("a service that is down", 1);
    let said = say(&gateway, &["--wait", "ready", "--timeout", "600ms"]).expect("it stays down", 1);
    assert!(said.err.contains("not ready within 600ms"), "{}", said.err);
    assert!(said.out.contains("fail    upstream"), "{}", said.out);
    let admin = gateway.admin.to_string();
    let mut waiting = command(gateway.path());
    waiting.args(["status", "--wait", "ready", "--timeout", "30s", "--admin", &admin]);
    let waiting = waiting.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let _listener = TcpListener::bind(to).unwrap();
    Said::of(&waiting.wait_with_output().unwrap()).expect("it came up", 0);
}

#[test]
fn nobody_there_and_wrong_usage_have_their_own_codes() {
    let folder = TempDir::new().unwrap();
    let say = |args: &[&str]| {
        Said::of(&command(folder.path()).arg("status").args(args).output().unwrap())
    };
    let admin = Partner::nowhere().to_string();
    let wait = ["--wait", "ready", "--timeout", "300ms", "--admin", &admin];
    say(&["--admin", &admin]).expect("nobody", 3);
    say(&wait).expect("nobody for a while", 3);
    say(&["--wait", "steady", "--admin", &admin]).expect("no such thing", 2);
}

#[test]
fn the_doctor_tells_the_same() {
    let to = Partner::nowhere();
    let world = World::at(&format!("http://{to}"));
    let gateway = world.start();
    let listen = "listen: {http: 127.0.0.1:0, https: 127.0.0.1:0, admin: 127.0.0.1:0}";
    let known = format!(
        "listen: {{http: {}, https: {}, admin: {}}}",
        gateway.http, gateway.https, gateway.admin
    );
    let desk = TempDir::new().unwrap();
    fs::write(desk.path().join("gateway.yaml"), world.yaml().replace(listen, &known)).unwrap();
    let said = Said::of(&command(desk.path()).arg("doctor").output().unwrap());
    let line = format!("loyalty: nothing listens at {to}");
    assert!(said.out.contains(&format!("fail  upstream       {line}")), "{}", said.out);
    assert!(said.out.contains("ok    rules          loyalty: 1 rule"), "{}", said.out);
    assert_eq!(said.code, Some(1));
}
