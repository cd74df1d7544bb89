//! A request changes all that it says or nothing.

use serde_json::{Value, json};

use super::stage::{Shop, plain, products};
use crate::support::Raw;

const GOODS: u32 = 3000;

fn priced(price: u32) -> Value {
    let good = |number| {
        let mut good = plain(number);
        good["price"] = json!(price);
        good
    };
    (0..GOODS).map(good).collect()
}

/// The one price of all goods.
#[track_caller]
fn price(shop: &Shop) -> u64 {
    let goods = shop.read(&products());
    let goods = goods.as_array().unwrap();
    let price = goods[0]["price"].as_u64().unwrap();
    assert!(goods.iter().all(|good| good["price"] == price), "two prices at once");
    assert_eq!(goods.len(), GOODS as usize);
    price
}

#[test]
fn a_kill_leaves_a_request_done_or_undone() {
    let mut shop = Shop::with(|world| world.top("state", "\"sqlite:./data/gateway.db\""));
    shop.write(&products(), &priced(0));
    let mut last = 0;
    for round in 1..5 {
        let body = priced(round).to_string();
        let fields = [&*shop.own()];
        let mut raw = Raw::dial(shop.gateway.admin);
        raw.send(shop.bytes("POST", &products(), &fields, body.as_bytes()));
        // A read that is answered lets the write begin, or even end, before the kill.
        if round % 2 == 0 {
            shop.read("/api/v1/inventories/stores/search");
        }
        shop.gateway.restart_after("KILL");
        let now = price(&shop);
        assert!(now == last || now == u64::from(round), "{last} became {now} in round {round}");
        last = now;
    }
}

#[test]
fn what_was_answered_outlives_a_kill() {
    let mut shop = Shop::with(|world| world.top("state", "\"sqlite:./data/gateway.db\""));
    shop.write(&products(), &priced(7));
    shop.gateway.restart_after("KILL");
    assert_eq!(price(&shop), 7);
}

#[test]
fn requests_at_the_same_time_do_not_mix() {
    let shop = Shop::open();
    shop.write(&products(), &priced(0));
    std::thread::scope(|scope| {
        for price in 1..4 {
            let shop = &shop;
            scope.spawn(move || shop.write(&products(), &priced(price)));
        }
    });
    assert!((1..4).contains(&price(&shop)));
}
