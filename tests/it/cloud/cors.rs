//! Pages in a browser that call the clouds' APIs.

use super::stage::{Shop, expect_error};
use crate::support::admin::expect_problem;
use crate::support::{Answer, Raw, World};

const PAGE: &str = "Origin: http://localhost:3000";
const ALLOWED: &str = "access-control-allow-origin";

#[track_caller]
fn expect_allowed(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.describe());
    assert_eq!(answer.field(ALLOWED), Some("http://localhost:3000"), "{}", answer.describe());
    assert!(
        answer.field("vary").is_some_and(|vary| vary.contains("Origin")),
        "{}",
        answer.describe()
    );
}

fn preflight(target: &str, host: &str, origin: &str) -> String {
    format!(
        "OPTIONS {target} HTTP/1.1\r\nHost: {host}\r\n{origin}\r\n\
         Access-Control-Request-Method: PATCH\r\n\
         Access-Control-Request-Headers: authorization,content-type\r\n\
         Access-Control-Request-Private-Network: true\r\nSec-Fetch-Site: cross-site\r\n\
         Sec-Fetch-Mode: cors\r\n\r\n"
    )
}

#[test]
fn a_page_of_this_machine_reads_answers_and_refusals() {
    let shop = Shop::open();
    let own = shop.own();
    let sites = ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors"];
    for path in ["/stores", "/api/v1/inventories/stores/search"] {
        let answer = shop.call("GET", path, &[&own, PAGE, sites[0], sites[1]], b"");
        expect_allowed(&answer, 200);
        let shown = answer.field("access-control-expose-headers").unwrap();
        assert!(shown.contains("X-RateLimit-Remaining"), "{shown}");
    }
    expect_allowed(&shop.call("GET", "/stores", &[PAGE], b""), 401);
    expect_allowed(&shop.call("GET", "/nowhere", &[&own, PAGE], b""), 404);
    assert_eq!(shop.call("GET", "/stores", &[&own], b"").field(ALLOWED), None, "no page, no field");
}

#[test]
fn a_preflight_is_answered_without_a_token_on_the_admin_address_and_by_name() {
    let shop = Shop::open();
    let admin = shop.gateway.admin;
    let local = admin.to_string();
    let by_name = |name: &str| preflight("/stores", name, PAGE);
    for answer in [
        Raw::dial(admin).exchange(preflight("/evotor/stores/x/products", &local, PAGE)),
        Raw::dial(admin).exchange(preflight("/asna/v5/stores/x/stocks", &local, PAGE)),
        shop.gateway.ask(by_name("api.evotor.ru")),
        shop.gateway.https("api.evotor.ru").exchange(by_name("api.evotor.ru")),
        shop.gateway.tunnel("api.evotor.ru:443").exchange(by_name("api.evotor.ru")),
        shop.gateway.https("api.asna.cloud").exchange(by_name("api.asna.cloud")),
    ] {
        expect_allowed(&answer, 204);
        assert_eq!(answer.field("access-control-allow-methods"), Some("PATCH"));
        let fields = answer.field("access-control-allow-headers");
        assert_eq!(fields, Some("authorization,content-type"), "{}", answer.describe());
        assert_eq!(answer.field("access-control-allow-private-network"), Some("true"));
    }
}

#[test]
fn pages_of_other_origins_are_refused_in_the_words_of_each_plane() {
    let shop = Shop::open();
    let (own, evil) = (shop.own(), "Origin: http://evil.example");
    let answer = shop.call("POST", "/stores", &[&own, evil], b"{}");
    let error = expect_error(&answer, 403, "forbidden");
    assert!(error["message"].as_str().unwrap().contains("`cors`"), "{error}");
    assert_eq!(answer.field(ALLOWED), None, "{}", answer.describe());
    let answer =
        Raw::dial(shop.gateway.admin).exchange(preflight("/evotor/stores", "localhost", evil));
    expect_error(&answer, 403, "forbidden");
    let answer = Raw::dial(shop.gateway.admin).exchange(preflight("/asna/v5/x", "localhost", evil));
    assert_eq!((answer.status, &answer.json()["statusCode"]), (403, &403.into()));
    let answer = Raw::dial(shop.gateway.admin).exchange(preflight("/api/state", "localhost", PAGE));
    let problem = expect_problem(&answer, 403, "foreign_origin");
    assert!(problem["detail"].as_str().unwrap().contains("/evotor"), "{problem}");
}

#[test]
fn the_file_says_whose_pages_may() {
    let listed = |origins: &'static str| Shop::with(move |world: World| world.top("cors", origins));
    let shop = listed("[\"https://app.test:8443\"]");
    let ask = |shop: &Shop, origin: &str| {
        shop.call("GET", "/stores", &[&shop.own(), &format!("Origin: {origin}")], b"").status
    };
    assert_eq!(ask(&shop, "https://app.test:8443"), 200);
    assert_eq!(ask(&shop, "http://localhost:3000"), 403);
    let shop = listed("[\"*\"]");
    assert_eq!([ask(&shop, "http://evil.example"), ask(&shop, "null")], [200, 200]);
    let shop = listed("[]");
    assert_eq!(ask(&shop, "http://localhost:3000"), 403);
}
