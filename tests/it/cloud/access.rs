//! Whose token, whose shop, how often.

use serde_json::json;

use super::stage::{Shop, expect_error, products};
use crate::support::world::{APP, STORE, STORE_3, USER, USER_3};
use crate::support::{Raw, World};

const SEARCH: &str = "/api/v1/inventories/stores/search";

#[test]
fn a_token_opens_the_api_in_either_field() {
    let shop = Shop::open();
    let token = &shop.token;
    for field in [
        format!("X-Authorization: {token}"),
        format!("X-Authorization: Bearer {token}"),
        format!("x-authorization: bearer {token}"),
        format!("Authorization: Bearer {token}"),
        format!("Authorization: bearer {token}"),
        format!("X-Authorization:\r\nAuthorization: Bearer {token}"),
    ] {
        for path in [SEARCH, "/stores"] {
            assert_eq!(shop.call("GET", path, &[&field], b"").status, 200, "{path} {field}");
        }
    }
}

#[test]
fn a_token_without_a_scheme_is_taken_loosely_only() {
    let shop = Shop::open();
    let bare = format!("Authorization: {}", shop.token);
    for path in [SEARCH, "/stores"] {
        assert_eq!(shop.call("GET", path, &[&bare], b"").status, 200, "{path}");
    }
    for notes in shop.notes(2) {
        assert!(notes[0].contains("without Bearer"), "{notes:?}");
    }
    let strict = Shop::with(|world| world.top("fidelity", "strict"));
    let bare = format!("Authorization: {}", strict.token);
    let accept = "Accept: application/vnd.evotor.v2+json";
    for path in [SEARCH, "/stores"] {
        let error =
            expect_error(&strict.call("GET", path, &[&bare, accept], b""), 401, "unauthorized");
        assert!(error["message"].as_str().unwrap().contains("Bearer"), "{error}");
        assert!(!error.to_string().contains(&strict.token), "{error}");
    }
}

#[test]
fn without_a_known_token_nothing_is_told() {
    let shop = Shop::open();
    let token = &shop.token;
    for field in [
        "Accept: */*".to_owned(),
        "X-Authorization:".to_owned(),
        "X-Authorization: 7f8b2b8e-0000-4000-8000-000000000000".to_owned(),
        format!("X-Authorization: {token}x"),
        format!("X-Authorization: {token}, {token}"),
        format!("Authorization: {token}x"),
        format!("Authorization: Basic {token}"),
        format!("Authorization: Token {token}"),
        "Authorization: Bearer".to_owned(),
        "X-Authorization: токен".to_owned(),
    ] {
        for path in [SEARCH, &products(), "/nowhere"] {
            let answer = shop.call("GET", path, &[&field], b"");
            expect_error(&answer, 401, "unauthorized");
            assert!(!answer.text().contains(token.as_str()), "{}", answer.describe());
        }
    }
    let answer = shop.call("POST", &format!("{}/delete", products()), &[], b"[]");
    expect_error(&answer, 401, "unauthorized");
}

#[test]
fn an_app_that_was_uninstalled_gets_402_until_it_is_back() {
    let shop = Shop::open();
    shop.gateway.happen("installation.uninstalled");
    expect_error(&shop.get(SEARCH), 402, "payment_required");
    shop.gateway.happen("installation.installed");
    assert_eq!(shop.get(SEARCH).status, 200);
}

#[test]
fn an_app_that_the_user_never_had_gets_403() {
    let shop = Shop::with(|world| world.crowd().app("installed_by", &format!("[{USER_3}]")));
    expect_error(&shop.get(SEARCH), 403, "forbidden");
    shop.gateway.happen("installation.installed");
    assert_eq!(shop.get(SEARCH).status, 200);
}

#[test]
fn a_token_of_an_app_that_the_file_lost_is_unknown() {
    let shop = Shop::open();
    let yaml = std::fs::read_to_string(shop.gateway.path().join("gateway.yaml")).unwrap();
    shop.gateway.rewrite(&yaml.replace(APP, "11111111-2222-4333-8444-555555555555"));
    shop.gateway.eventually("the new file", || shop.get(SEARCH).status != 200);
    expect_error(&shop.get(SEARCH), 401, "unauthorized");
}

#[test]
fn another_users_shop_is_forbidden_and_an_unknown_one_is_missing() {
    let shop = Shop::with(World::crowd);
    let paths = |store: &str| {
        let base = format!("/api/v1/inventories/stores/{store}/products");
        [base.clone(), format!("{base}/quantities"), format!("{base}/x/quantities")]
    };
    for path in paths(STORE_3) {
        expect_error(&shop.get(&path), 403, "forbidden");
    }
    for store in ["20240105-0000-40C3-80D4-E5F60718293A", "x", "%D1%8F", "..%2F..", "%00"] {
        for path in paths(store) {
            expect_error(&shop.get(&path), 404, "not_found");
        }
    }
    for (store, status, code) in [(STORE_3, 403, "forbidden"), ("x", 404, "not_found")] {
        let base = format!("/api/v1/inventories/stores/{store}/products");
        for (path, body) in [("", json!([])), ("/delete", json!([])), ("/quantities", json!({}))] {
            expect_error(&shop.post(&format!("{base}{path}"), &body), status, code);
        }
    }
    let lower = STORE.to_ascii_lowercase();
    let own = format!("/api/v1/inventories/stores/{lower}/products");
    assert_eq!(shop.get(&own).status, 200, "ids have no case");
}

#[test]
fn each_user_sees_their_own_world() {
    let shop = Shop::with(World::crowd);
    let own = |token: &str| {
        let field = format!("X-Authorization: {token}");
        let stores = shop.call("GET", SEARCH, &[&field], b"").json();
        stores.as_array().unwrap().iter().map(|s| s["uuid"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(own(&shop.token_of(USER_3)), [STORE_3]);
    assert!(!own(&shop.token_of(USER)).contains(&json!(STORE_3)));
}

#[test]
fn a_path_that_cannot_be_read_is_a_bad_request() {
    let shop = Shop::open();
    for path in [
        "/api/v1/inventories/stores/%FF/products",
        "/api/v1/inventories/stores/%FF%FE/products/quantities",
    ] {
        expect_error(&shop.get(path), 400, "bad_request");
    }
}

#[test]
fn unknown_addresses_and_methods_are_told_apart() {
    let shop = Shop::open();
    for path in ["/", "/api", "/api/v1", "/api/v1/inventories", "/api/v1/inventories/stores", "/x"]
    {
        expect_error(&shop.get(path), 404, "not_found");
    }
    for (method, path, allow) in [
        ("POST", SEARCH.to_owned(), "GET"),
        ("DELETE", products(), "GET"),
        ("PUT", products(), "POST"),
        ("GET", format!("{}/delete", products()), "POST"),
        ("PATCH", format!("{}/quantities", products()), "POST"),
    ] {
        let answer = shop.call(method, &path, &[&shop.own()], b"");
        expect_error(&answer, 405, "method_not_allowed");
        assert!(answer.field("allow").unwrap().contains(allow), "{}", answer.describe());
    }
}

#[test]
fn the_limit_counts_down_ends_in_429_and_begins_again_with_the_minute() {
    let shop = Shop::with(World::crowd);
    let to_next = |answer: &crate::support::Answer| -> u64 {
        answer.field("x-ratelimit-reset").unwrap().parse().unwrap()
    };
    // A fresh window, with all of its minute ahead.
    let wait = to_next(&shop.get(SEARCH));
    shop.gateway.advance(&format!("{wait}s"));
    let mut raw = Raw::dial(shop.gateway.admin);
    let call = shop.bytes("GET", SEARCH, &[&shop.own()], b"");
    let first = raw.exchange(&call);
    assert_eq!(first.field("x-ratelimit-limit"), Some("1000"), "{}", first.describe());
    let left: u32 = first.field("x-ratelimit-remaining").unwrap().parse().unwrap();
    assert!((1..=60).contains(&to_next(&first)), "{}", first.describe());
    for left in (0..left).rev() {
        let answer = raw.exchange(&call);
        assert_eq!(answer.field("x-ratelimit-remaining"), Some(&*left.to_string()));
    }
    let refused = raw.exchange(&call);
    expect_error(&refused, 429, "too_many_requests");
    assert_eq!(refused.field("x-ratelimit-remaining"), Some("0"));
    assert_eq!(shop.get("/api/v1/inventories/devices/search").status, 200, "another address");
    let other = format!("X-Authorization: {}", shop.token_of(USER_3));
    assert_eq!(shop.call("GET", SEARCH, &[&other], b"").status, 200, "another token");
    shop.gateway.advance("1m");
    assert_eq!(raw.exchange(&call).status, 200);
}

#[test]
fn the_limit_is_the_one_of_the_file() {
    let shop = Shop::with(|world| world.limit("api_rate: 2"));
    shop.gateway.begin_minute();
    let calls = [(); 3].map(|()| shop.get(SEARCH));
    assert_eq!(calls.each_ref().map(|answer| answer.status), [200, 200, 429]);
    for (answer, left) in calls.iter().zip(["1", "0", "0"]) {
        assert_eq!(answer.field("x-ratelimit-limit"), Some("2"), "{}", answer.describe());
        assert_eq!(answer.field("x-ratelimit-remaining"), Some(left));
    }
}

#[test]
fn errors_do_not_tell_of_the_limit() {
    let shop = Shop::open();
    assert_eq!(shop.get("/nowhere").field("x-ratelimit-limit"), None);
    for path in [SEARCH, &products(), &format!("{}/quantities", products())] {
        assert!(shop.get(path).field("x-ratelimit-reset").is_some(), "{path}");
    }
    assert!(shop.write(&products(), &json!([])).field("x-ratelimit-reset").is_some());
}

#[test]
fn pages_of_other_origins_and_other_names_are_kept_out_as_everywhere() {
    let shop = Shop::open();
    let own = shop.own();
    let answer = shop.call("GET", SEARCH, &[&own, "Origin: http://evil.example"], b"");
    expect_error(&answer, 403, "forbidden");
    assert!(answer.text().contains("Origin"), "{}", answer.describe());
}
