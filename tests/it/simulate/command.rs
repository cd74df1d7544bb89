//! The command `simulate`.

use serde_json::Value;

use super::stage::Shop;
use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::service::status;
use crate::support::world::DEVICE;

fn say(shop: &Shop, args: &[&str]) -> Said {
    let mut all = vec!["simulate"];
    all.extend(args);
    let mut run = command(shop.path());
    let output = run.args(all).args(["--admin", &shop.admin.to_string()]).output();
    Said::of(&output.unwrap())
}

#[test]
fn simulate_waits_and_prints_each_webhook() {
    let shop = Shop::open();
    let said = say(&shop, &["receipt", "--device", DEVICE, "--wait"]).expect("sold", 0);
    assert_eq!(said.out.matches(", delivered").count(), 3, "{}", said.out);
    assert_eq!(said.err.matches("document ").count(), 2, "{}", said.err);
    let said = say(&shop, &["receipt", "--payback", "--json"]).expect("paid back", 0);
    let done: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(done["documents"].as_array().unwrap().len(), 1);
    assert_eq!(done["deliveries"].as_array().unwrap().len(), 2);
}

#[test]
fn a_partner_that_breaks_the_contract_is_an_exit_code() {
    let shop = Shop::open();
    shop.cloud.service.answer("/hook", status(500));
    say(&shop, &["session", "--wait"]).expect("an answer of 500", 1);
    say(&shop, &["session", "--wait", "--json"]).expect("an answer of 500", 1);
}

#[test]
fn what_cannot_be_done_is_told_on_stderr() {
    let shop = Shop::open();
    let said = say(&shop, &["receipt", "--payback"]).expect("nothing sold", 2);
    assert!(said.err.contains("nothing was sold"), "{}", said.err);
    say(&shop, &["dance"]).expect("no such thing", 2);
}
