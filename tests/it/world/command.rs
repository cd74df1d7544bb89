//! The command `world`.

use serde_json::{Value, json};

use super::stage::Hands;
use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::service::status;
use crate::support::world::{APP, DEVICE, STORE, TOKEN, USER};
use crate::webhooks::stage::Cloud;

fn say(cloud: &Cloud, args: &[&str]) -> Said {
    let mut run = command(cloud.gateway.path());
    run.arg("world").args(args).args(["--admin", &cloud.gateway.admin.to_string()]);
    Said::of(&run.output().unwrap())
}

#[test]
fn what_is_added_prints_its_id_and_calls_at_once() {
    let cloud = Cloud::start();
    let said = say(&cloud, &["add", "store", "name=Киоск", "--wait"]).expect("a store", 0);
    let store = said.out.trim();
    assert!(said.err.contains("stores") && said.err.contains("delivered"), "{}", said.err);
    let form = [&format!("store={store}"), "imei=352099001761555", "name=Касса 2"];
    let said = say(&cloud, &[&["add", "device"], &form[..]].concat()).expect("a device", 0);
    assert_eq!(cloud.call(said.out.trim()).all("x-evotor-store-uuid"), [store]);
    let said = say(&cloud, &["set", "device", said.out.trim(), "imei=null"]).expect("changed", 0);
    let shown = say(&cloud, &["show", "device", said.out.trim()]).expect("shown", 0);
    let device: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!((&device["imei"], &device["name"]), (&json!(null), &json!("Касса 2")));
    say(&cloud, &["remove", "store", store]).expect("it is in use", 2);
    let said = say(&cloud, &["remove", "store", store, "--cascade"]).expect("all of it", 0);
    assert_eq!(said.out.lines().count(), 2, "{}", said.out);
    assert!(said.out.contains(&format!("store {store}\n")), "{}", said.out);
}

#[test]
fn the_list_shows_everything_and_no_secret() {
    let cloud = Cloud::start();
    for args in [&[][..], &["list"], &["--json"]] {
        let said = say(&cloud, args).expect("the list", 0);
        for word in [USER, STORE, DEVICE, APP, "gateway.yaml", "••••cdef"] {
            assert!(said.out.contains(word), "{word}: {}", said.out);
        }
        assert!(!said.out.contains(TOKEN));
    }
}

#[test]
fn an_app_is_made_of_words() {
    let cloud = Cloud::start();
    let words = [
        "add",
        "app",
        "name=bonus",
        r"allow=http://bonus\.ru/.*",
        "upstreams.http://bonus.ru=http://127.0.0.1:9",
        "webhooks.url=http://127.0.0.1:9",
        "webhooks.auth.bearer=0123456789abcdef",
        "--json",
    ];
    let said = say(&cloud, &words).expect("an app", 0);
    let made: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(made["entry"]["webhooks"]["auth"], json!({"masked": "Bearer ••••cdef"}));
    assert_eq!(made["entry"]["upstreams"]["http://bonus.ru"]["url"], "http://127.0.0.1:9");
    let said = say(&cloud, &["add", "app", "name=bonus"]).expect("the name is taken", 2);
    assert!(said.err.contains("error: ") && said.err.contains("hint: "), "{}", said.err);
}

#[test]
fn tokens_and_installations_are_named_by_app_and_user() {
    let cloud = Cloud::start();
    let form = ["app=loyalty", &format!("user={USER}"), "token=by-hand-0123456789"];
    say(&cloud, &[&["add", "token"], &form[..]].concat()).expect("a token", 0);
    assert_eq!(cloud.injected(), "Bearer by-hand-0123456789");
    let of = format!("loyalty/{USER}");
    say(&cloud, &["remove", "token", &of, "--wait"]).expect("no token", 0);
    assert_eq!(cloud.gateway.see("/tokens"), json!({"tokens": []}));
    cloud.service.answer("/installation", status(500));
    let said = say(&cloud, &["remove", "installation", &of, "--wait"]);
    said.expect("a webhook that is refused", 1);
    assert_eq!(cloud.injected(), "app_not_installed");
    say(&cloud, &["show", "token", "loyalty"]).expect("without a user", 2);
    say(&cloud, &["show", "shop", "x"]).expect("no such kind", 2);
}
