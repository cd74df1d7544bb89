//! Who is told: every app that the user has, and no other.

use serde_json::{Value, json};

use super::stage::{Shop, each};
use crate::support::service::Service;
use crate::support::world::{DEVICE, STOCK, STORE, USER, USER_3};
use crate::support::{Raw, World};

/// A second app of webhooks of its own, with this further entry.
fn second(world: World, service: &Service, entry: &str) -> World {
    let url = service.url();
    world.more_apps(&format!(
        "  - id: {STOCK}\n    name: stock\n    proxy: v2\n    {entry}\n    webhooks: {{url: \"{url}\"}}\n"
    ))
}

fn told(service: &Service) -> Vec<Value> {
    service.read().iter().map(|hook| hook.json()).collect()
}

fn sell(shop: &Shop) -> Value {
    shop.simulate("document", false)
}

#[test]
fn two_apps_are_told_the_same() {
    let other = Service::start();
    let entry = format!("tokens: {{{USER}: other-token}}");
    let shop = Shop::with(&[], |world| {
        second(world, &other, &entry).top("terminal", "{default_app: loyalty}")
    });
    let done = sell(&shop);
    assert_eq!(done["notes"], json!([]));
    let apps = each(&done["deliveries"], "app");
    assert_eq!(apps.iter().filter(|app| **app == STOCK).count(), 2, "{done}");
    assert_eq!(told(&other), shop.told("/documents"));
    let authorization = other.last().field("authorization").map(str::to_owned);
    assert_eq!(authorization.as_deref(), Some("Bearer other-token"));
}

#[test]
fn an_app_without_the_users_token_is_not_told_and_the_sale_takes_place() {
    let other = Service::start();
    let shop = Shop::with(&[], |world| {
        second(world, &other, "installed_by: all").top("terminal", "{default_app: loyalty}")
    });
    let done = sell(&shop);
    assert!(done["notes"][0].as_str().unwrap().starts_with("stock is not told: "), "{done}");
    assert_eq!(shop.told("/documents").len(), 2);
    assert!(told(&other).is_empty());
}

#[test]
fn an_app_that_the_user_does_not_have_is_not_told() {
    let other = Service::start();
    let entry = format!("installed_by: []\n    tokens: {{{USER}: other-token}}");
    let shop = Shop::with(&[], |world| {
        second(world, &other, &entry).top("terminal", "{default_app: loyalty}")
    });
    sell(&shop);
    assert!(told(&other).is_empty());
    shop.trigger(
        &json!({"event": "installation.installed", "app": "stock", "user": USER, "wait": true}),
    );
    sell(&shop);
    assert_eq!(other.hooks().len(), 2, "its installation, and the second sale");
    shop.trigger(
        &json!({"event": "installation.uninstalled", "app": "stock", "user": USER, "wait": true}),
    );
    sell(&shop);
    assert_eq!(other.hooks().len(), 3);
}

#[test]
fn a_token_that_was_learned_is_as_good_as_one_of_the_file() {
    let shop = Shop::with(&[], |world| world.app("tokens", "{}"));
    let done = sell(&shop);
    assert_eq!((&done["deliveries"], done["documents"].as_array().unwrap().len()), (&json!([]), 2));
    shop.happen("user.create");
    sell(&shop);
    assert_eq!(shop.told("/documents").len(), 1);
    assert_eq!(
        shop.page("")["items"].as_array().unwrap().len(),
        3,
        "untold ones are there as well"
    );
}

#[test]
fn another_users_terminal_is_no_business_of_this_users_apps() {
    let shop = Shop::with(&[], |world| world.crowd().app("installed_by", &format!("[{USER}]")));
    let wish = json!({"what": "document", "user": USER_3, "wait": true});
    let done = shop.api_ok("POST", "/api/simulate", Some(&wish));
    assert_eq!(done["deliveries"], json!([]), "{done}");
    assert!(shop.told("/documents").is_empty());
    let done = shop.simulate("document", false);
    assert_eq!(done["deliveries"].as_array().unwrap().len(), 2);
    assert_eq!(shop.told("/documents")[0]["device_id"], DEVICE);
}

#[test]
fn a_change_made_over_the_api_is_told_to_every_app_of_the_user() {
    let other = Service::start();
    let entry = format!("tokens: {{{USER}: other-token}}");
    let shop = Shop::with(&[], |world| {
        second(world, &other, &entry).top("terminal", "{default_app: loyalty}")
    });
    let roles = shop.read("/employees/roles");
    let anna = json!({
        "phone": 79_162_869_949_u64, "role_id": roles["items"][0]["id"], "name": "Анна",
        "last_name": "Каренина", "patronymic_name": "Аркадьевна", "stores": [STORE],
    });
    let (admin, token, body) = (shop.admin, &shop.token, anna.to_string());
    let request = format!(
        "POST /evotor/employees HTTP/1.1\r\nHost: {admin}\r\nX-Authorization: {token}\r\n\
         Content-Type: application/vnd.evotor.v2+json\r\nConnection: close\r\n\
         Accept: application/vnd.evotor.v2+json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let made = Raw::dial(admin).exchange(request);
    assert_eq!(made.status, 201, "{}", made.describe());
    shop.eventually("both apps are told", || {
        !shop.told("/employees").is_empty() && !other.hooks().is_empty()
    });
    let told = shop.told("/employees").remove(0);
    assert_eq!(told[1]["uuid"], made.json()["id"]);
    assert_eq!(other.last().json(), told);
    assert_eq!(other.last().field("authorization"), Some("Bearer other-token"));
}
