//! Tokens set by hand, and apps that are installed and removed.

use serde_json::json;

use super::stage::Hands;
use crate::support::World;
use crate::support::service::LEARNED;
use crate::support::world::{APP, DEVICE, TOKEN, USER};
use crate::webhooks::stage::Cloud;

#[test]
fn a_token_says_where_it_came_from() {
    let cloud = Cloud::start();
    let row = |cloud: &Cloud| cloud.gateway.see("")["apps"][0]["users"][0]["token"].clone();
    assert_eq!(
        row(&cloud),
        json!({"masked": "••••cdef", "origin": "gateway.yaml", "delivery": null, "at": null})
    );
    let delivery = cloud.gateway.happen("user.create");
    let learned = row(&cloud);
    assert_eq!(
        (&learned["origin"], &learned["delivery"]),
        (&json!("user.create"), &delivery["delivery"])
    );
    cloud.gateway.make("tokens", &json!({"app": APP, "user": USER, "token": "by-hand-0123456789"}));
    assert_eq!(
        (&row(&cloud)["origin"], &row(&cloud)["delivery"]),
        (&json!("console"), &json!(null))
    );
    assert_eq!(cloud.injected(), "Bearer by-hand-0123456789");
    cloud
        .gateway
        .change(&format!("tokens/loyalty/{USER}"), &json!({"token": "changed-0123456789"}));
    assert_eq!(cloud.injected(), "Bearer changed-0123456789");
    assert!(!cloud.gateway.see("/tokens").to_string().contains("changed-0123456789"));
}

#[test]
fn a_token_that_is_taken_away_is_missing_until_another_is_learned() {
    let cloud = Cloud::start();
    let address = format!("tokens/{APP}/{USER}");
    cloud.gateway.remove(&address);
    assert_eq!(cloud.injected(), "nothing");
    cloud.gateway.deny("DELETE", &address, &json!(null), 404, "not_found");
    cloud.gateway.deny("GET", &address, &json!(null), 404, "not_found");
    assert_eq!(cloud.gateway.see("/tokens"), json!({"tokens": []}));
    cloud.gateway.happen("user.create");
    assert_eq!(cloud.injected(), format!("Bearer {LEARNED}"));
    assert_eq!(cloud.gateway.api("DELETE", "/api/state", None).status, 204);
    assert_eq!(cloud.injected(), format!("Bearer {TOKEN}"), "the file's again");
}

#[test]
fn a_token_that_cannot_stand_in_a_header_is_refused() {
    let cloud = Cloud::start();
    for bad in ["", " x", "a\nb", "жетон"] {
        let form = json!({"app": "loyalty", "user": USER, "token": bad});
        let problem = cloud.gateway.deny("POST", "tokens", &form, 422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/token");
    }
    let nobody = json!({"app": "loyalty", "user": "x", "token": "y"});
    cloud.gateway.deny("POST", "tokens", &nobody, 404, "not_found");
    let nothing = json!({"app": "none", "user": USER, "token": "y"});
    cloud.gateway.deny("POST", "tokens", &nothing, 404, "not_found");
    assert_eq!(cloud.injected(), format!("Bearer {TOKEN}"));
}

#[test]
fn an_app_is_removed_and_installed_with_the_webhooks_of_it() {
    let cloud = Cloud::start();
    let address = format!("installations/{APP}/{USER}");
    assert_eq!(cloud.gateway.see(&format!("/{address}"))["installed_origin"], "gateway.yaml");
    cloud.gateway.remove(&format!("{address}?wait=true"));
    assert_eq!(cloud.told("/installation/event")[0]["type"], "ApplicationUninstalled");
    assert_eq!(cloud.injected(), "app_not_installed");
    assert_eq!(cloud.gateway.see(&format!("/{address}"))["installed"], false);
    cloud.gateway.deny("DELETE", &address, &json!(null), 404, "not_found");
    let made = cloud.gateway.made("installations", &json!({"app": "loyalty", "user": USER}));
    assert_eq!(made["deliveries"][0]["event"], "installation.installed");
    assert_eq!(cloud.told("/installation/event")[1]["type"], "ApplicationInstalled");
    cloud.call(DEVICE);
    cloud.gateway.change(&address, &json!({"installed": false}));
    assert_eq!(cloud.injected(), "app_not_installed");
}

#[test]
fn an_app_without_webhooks_is_installed_all_the_same() {
    let cloud = Cloud::with(World::crowd);
    let installed = || {
        let rows = cloud.gateway.see("/installations")["installations"].clone();
        let rows = rows.as_array().unwrap().iter();
        rows.filter(|row| row["app_name"] == "stock" && row["installed"] == true).count()
    };
    assert_eq!(installed(), 1);
    let made = cloud.gateway.made("installations", &json!({"app": "stock", "user": USER}));
    assert_eq!((installed(), &made["deliveries"]), (2, &json!([])));
    assert!(made["notes"][0].as_str().unwrap().contains("no webhooks"), "{made}");
}
