//! The clouds' APIs through a proxy, as a partner's process below `exec` or HTTPS_PROXY calls them; and
//! who is no partner.

use std::process::Command;

use super::stage::Shop;
use crate::asna::stage::{Asna, CLIENT, SECRET, expect_refusal, stocks};
use crate::support::gateway::connect;
use crate::support::world::DEVICE;
use crate::support::{Answer, Raw};

fn call(raw: &mut Raw, target: &str, host: &str, fields: &[&str]) -> Answer {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    raw.exchange(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n"))
}

#[test]
fn a_cloud_token_is_enough_in_a_tunnel_and_in_absolute_form() {
    let shop = Shop::open();
    let known = shop.get("/stores").json();
    let bearer = format!("Authorization: Bearer {}", shop.token);
    for field in [shop.own(), bearer] {
        let mut tunnel = shop.gateway.tunnel("api.evotor.ru:443");
        for _ in 0..2 {
            let answer = call(&mut tunnel, "/stores", "api.evotor.ru", &[&field]);
            assert_eq!((answer.status, answer.json()), (200, known.clone()));
        }
        let (mut plain, url) = (shop.gateway.http(), "http://api.evotor.ru/stores");
        let answer = call(&mut plain, url, "api.evotor.ru", &[&field]);
        assert_eq!((answer.status, answer.json()), (200, known.clone()));
    }
}

#[test]
fn a_real_client_behind_https_proxy_reaches_the_cloud() {
    let shop = Shop::open();
    let output = Command::new("curl")
        .args(["-sS", "--cacert"])
        .arg(shop.gateway.ca())
        .args(["-H", &shop.own(), "https://api.evotor.ru/stores/"])
        .env("HTTPS_PROXY", format!("http://{}", shop.gateway.http))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said, shop.get("/stores").text(), "{output:?}");
}

#[test]
fn an_app_stays_out_whatever_token_it_has() {
    let shop = Shop::open();
    let device = format!("X-Device-UUID: {DEVICE}");
    let own = shop.own();
    let login = "Proxy-Authorization: Basic bG95YWx0eTo=";
    let mut in_tunnel = shop.gateway.tunnel("api.evotor.ru:443");
    let mut of_login = shop.gateway.tunnel_over(shop.gateway.http(), "api.evotor.ru:443", &[login]);
    let plain = || shop.gateway.http();
    for (what, answer) in [
        ("no token", call(&mut in_tunnel, "/stores", "api.evotor.ru", &[])),
        ("no cloud's token", {
            let bearer = "Authorization: Bearer 7f8b2b8e-0000-4000-8000-000000000000";
            call(&mut in_tunnel, "/stores", "api.evotor.ru", &[bearer])
        }),
        ("a terminal", call(&mut in_tunnel, "/stores", "api.evotor.ru", &[&own, &device])),
        ("a proxy's client", call(&mut of_login, "/stores", "api.evotor.ru", &[&own])),
        ("a terminal by name", call(&mut plain(), "/stores", "api.evotor.ru", &[&own, &device])),
        ("absolute", call(&mut plain(), "http://api.evotor.ru/", "api.evotor.ru", &[&own, login])),
    ] {
        answer.expect_refusal(what, 403, "cloud_api_forbidden");
    }
}

#[test]
fn asna_is_reached_on_its_own_ports_through_the_proxy_too() {
    let asna = Asna::start();
    let secret = SECRET.replace('&', "%26").replace(' ', "+");
    let form = format!(
        "grant_type=client_credentials&client_id={CLIENT}&client_secret={secret}&X-ClientId=x"
    );
    let sign_in = |target: &str, host: &str| {
        format!(
            "POST {target} HTTP/1.1\r\nHost: {host}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        )
    };
    let gateway = &asna.gateway;
    let by_url = |port: u16| {
        let host = format!("sso.asna.cloud:{port}");
        let url = format!("http://{host}/connect/token/Token");
        gateway.ask(sign_in(&url, &host))
    };
    let in_tunnel = |port: u16| {
        let host = format!("sso.asna.cloud:{port}");
        gateway.tunnel(&host).exchange(sign_in("/connect/token", &host))
    };
    for answer in [
        by_url(6000),
        by_url(80),
        in_tunnel(5000),
        in_tunnel(443),
        gateway.ask(sign_in("/connect/token/Token", "sso.asna.cloud:6000")),
        gateway.https("sso.asna.cloud").exchange(sign_in("/connect/token", "sso.asna.cloud:5000")),
    ] {
        assert_eq!(answer.status, 200, "{}", answer.describe());
        assert_eq!(answer.json()["token_type"], "Bearer", "{}", answer.describe());
    }
    let bearer = format!("Authorization: Bearer {}", asna.token);
    let mut tunnel = gateway.tunnel("api.asna.cloud:443");
    assert_eq!(call(&mut tunnel, &stocks(), "api.asna.cloud", &[&bearer]).status, 200);
}

#[test]
fn asnas_hosts_refuse_in_asnas_words_on_every_port() {
    let asna = Asna::start();
    let gateway = &asna.gateway;
    let device = format!("X-Device-UUID: {DEVICE}");
    let path = stocks();
    let url = |port: &str| format!("http://api.asna.cloud{port}{path}");
    let http = || gateway.http();
    for (status, answer) in [
        (401, call(&mut http(), &path, "api.asna.cloud", &[])),
        (401, call(&mut http(), &path, "api.asna.cloud:8080", &[])),
        (401, call(&mut http(), &url(""), "api.asna.cloud", &[])),
        (401, call(&mut http(), &url(":6000"), "api.asna.cloud:6000", &[])),
        (401, call(&mut gateway.tunnel("api.asna.cloud:443"), &path, "api.asna.cloud", &[])),
        (401, call(&mut gateway.tunnel("api.asna.cloud:5001"), &path, "api.asna.cloud:5001", &[])),
        (404, call(&mut gateway.https("sso.asna.cloud"), "/x", "sso.asna.cloud", &[])),
        (403, call(&mut http(), &path, "api.asna.cloud", &[&device])),
        (403, call(&mut http(), &url(":6000"), "api.asna.cloud:6000", &[&device])),
        (403, call(&mut gateway.tunnel("api.asna.cloud:443"), &path, "api.asna.cloud", &[&device])),
    ] {
        expect_refusal(&answer, status);
    }
    let answer = connect(&mut gateway.http(), "api.evotor.ru:5000", &[]);
    answer.expect_refusal("others have two ports", 403, "port_not_allowed");
}

#[test]
fn a_path_of_the_cloud_on_the_admin_address_is_told_where_it_is() {
    let shop = Shop::open();
    for (path, below) in [
        ("/stores", "/evotor"),
        ("/stores/", "/evotor"),
        ("//bulks/1", "/evotor"),
        ("/api/v1/inventories/stores/search", "/evotor"),
        ("/api/v1/inventories/what/else", "/evotor"),
        ("/api/apps/x/push-notifications", "/evotor"),
        ("/connect/token", "/asna"),
        ("/V5/stores/x/stocks", "/asna"),
    ] {
        for method in ["GET", "POST"] {
            let answer = shop.gateway.api(method, path, None);
            let problem = crate::support::admin::expect_problem(&answer, 404, "not_found");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(&format!("below {below}")), "{method} {path}: {problem}");
            let hint = problem["hint"].as_str().unwrap();
            assert!(hint.contains(&format!("{below}/")), "{method} {path}: {problem}");
        }
    }
    let problem = shop.gateway.api("GET", "/api/nothing", None).json();
    assert_eq!(problem["hint"], "GET / lists the addresses.", "{problem}");
}
