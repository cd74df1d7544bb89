//! What public clients leave raw in a URL arrives as it was sent, whichever way it came in and goes out,
//! and is the same in the rule, in the journal and in a replay.

use serde_json::json;

use crate::support::h2::{self, Client};
use crate::support::{Gateway, Partner, Raw, Stage, World, get, ok, secure};

const HOST: &str = "loyalty.example.ru";

/// Each with what a strict reading says of it, in a word.
const TARGETS: [(&str, &str); 16] = [
    ("/api/a|b", "encode"),
    ("/api/a^b", "encode"),
    ("/api/{a}", "encode"),
    ("/api/a[b]", "encode"),
    ("/api/`a`b``", "encode"),
    ("/`api/a", "encode"),
    ("/api/a?b=|", "encode"),
    ("/api/a?b=^", "encode"),
    ("/api/a?{b}", "encode"),
    ("/api/a?b[]=1", "encode"),
    ("/api/a?b=`c`", "encode"),
    ("/api/|^{}[]`?|^{}[]`?", "encode"),
    ("//api/a", "slashes"),
    ("///api//a?b=//c", "slashes"),
    ("//other.example.ru/`a`?", "slashes"),
    ("//", "slashes"),
];
/// Nothing is unusual about these.
const USUAL: [&str; 4] = ["/api/a?", "/?", "/api//a", "/api/a?b?c=/?"];

fn all() -> impl Iterator<Item = &'static str> {
    TARGETS.iter().map(|row| row.0).chain(USUAL)
}

/// Allows everything of the host.
fn open(world: World) -> World {
    world.allow(&[r"https?://loyalty\.example\.ru/.*"])
}

#[track_caller]
fn expect_arrival(stage: &Stage, raw: &mut Raw, request: &str, target: &str) {
    let before = stage.partner.requests().len();
    raw.exchange(request).expect_ok(request);
    let seen = stage.partner.wait(before + 1).pop().unwrap();
    assert_eq!(seen.line, format!("GET {target} HTTP/1.1"), "{request}");
    assert_eq!(seen.all("host"), [HOST], "{request}");
}

#[test]
fn every_form_carries_the_same_bytes() {
    let stage = Stage::with(open);
    let mut raw = stage.gateway.http();
    let mut secure = stage.gateway.https(HOST);
    let mut tunnel = stage.gateway.tunnel("loyalty.example.ru:443");
    for target in all() {
        let origin = format!("GET {target} HTTP/1.1\r\nHost: {HOST}\r\nX-Own: `{{|\r\n\r\n");
        let absolute = format!("GET http://{HOST}{target} HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
        expect_arrival(&stage, &mut raw, &origin, target);
        assert_eq!(stage.partner.last().all("x-own"), ["`{|"], "fields are left alone");
        expect_arrival(&stage, &mut raw, &absolute, target);
        expect_arrival(&stage, &mut secure, &origin, target);
        expect_arrival(&stage, &mut tunnel, &origin, target);
    }
}

#[test]
fn a_body_behind_a_raw_target_arrives_whole() {
    let stage = Stage::with(open);
    for size in [1, 3000, 200_000] {
        let body = vec![b'x'; size];
        let head =
            format!("POST /api/`a` HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {size}\r\n\r\n");
        let answer = stage.ask([head.into_bytes(), body.clone()].concat());
        answer.expect_ok("a body");
        let seen = stage.partner.last();
        assert_eq!((seen.line.as_str(), &seen.body.content), ("POST /api/`a` HTTP/1.1", &body));
    }
}

#[test]
fn over_http_2_everything_arrives_but_a_backtick_in_the_path() {
    let stage = Stage::with(open);
    let mut client = Client::dial(stage.gateway.https, HOST, &stage.gateway.ca());
    let in_path = |target: &str| target.split('?').next().unwrap().contains('`');
    let mut count = 0;
    for target in all().filter(|target| !in_path(target)) {
        assert_eq!(client.ask(h2::get(target)).unwrap().status, 200, "{target}");
        count += 1;
        assert_eq!(stage.partner.wait(count).pop().unwrap().target(), target);
    }
    assert!(count > 10);
}

#[test]
fn a_partner_with_http_2_gets_the_same_bytes() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = h2::Partner::start(identity.server.clone());
    let gateway = before(partner.addr.port(), &identity);
    let in_path = |target: &str| target.split('?').next().unwrap().contains('`');
    for target in all().filter(|target| !in_path(target)) {
        gateway.ask(get(target, &[])).expect_ok(target);
        assert_eq!(partner.seen().pop().unwrap().path, target);
    }
}

#[test]
fn a_backtick_in_the_path_goes_to_a_partner_over_http_1_1_though_it_has_http_2() {
    let identity = secure::Identity::of("localhost", &[b"h2", b"http/1.1"]);
    let partner = Partner::secure(identity.server.clone(), |call| {
        call.body();
        call.send(&ok("ok"));
    });
    let gateway = before(partner.addr.port(), &identity);
    for target in ["/api/`a`", "/api/b`?c"] {
        gateway.ask(get(target, &[])).expect_ok(target);
        assert_eq!(partner.last().target(), target);
    }
    assert_eq!(partner.connections(), 1, "the connection is used again");
}

/// A gateway before a partner with TLS.
fn before(port: u16, identity: &secure::Identity) -> Gateway {
    open(World::at(&format!("https://localhost:{port}")))
        .file("ca.pem", &identity.ca_pem)
        .top("partner_ca", "[ca.pem]")
        .top("workers", "1")
        .start()
}

#[test]
fn an_app_of_the_first_version_with_a_final_slash_in_its_base_is_served() {
    for (base, folder) in
        [("http://loyalty.example.ru/", ""), ("http://loyalty.example.ru/crm/", "/crm")]
    {
        let stage = Stage::with(|world| world.app("proxy", "v1").app("base_url", base));
        for target in all() {
            let head = format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", stage.gateway.http);
            let answer = stage.ask(head);
            assert_eq!(answer.status, 200, "{base} {target}: {}", answer.describe());
            assert_eq!(stage.partner.last().target(), format!("{folder}{target}"));
        }
    }
}

#[test]
fn the_rule_sees_the_bytes_that_are_forwarded() {
    let stage = Stage::with(|world| {
        world.allow(&[r"http://loyalty\.example\.ru//api/`\{x\}\[1\]\|\^\?a=`"])
    });
    stage.ask(get("//api/`{x}[1]|^?a=`", &[])).expect_ok("as it is written in the rule");
    for other in ["/api/`{x}[1]|^?a=`", "//api/%60{x}[1]|^?a=`", "//api/{x}[1]|^?a=`"] {
        stage.ask(get(other, &[])).expect_refusal(other, 403, "url_not_allowed");
    }
}

#[test]
fn the_journal_and_a_replay_have_the_same_bytes() {
    let stage = Stage::with(open);
    let target = "//api/`{x}[1]?a=`|^";
    stage.ask(get(target, &[])).expect_ok(target);
    let row = stage.gateway.recorded(1).remove(0);
    assert_eq!(row["url"], format!("http://{HOST}{target}"));
    let detail = stage.gateway.revealed(&row["id"]);
    for stage in ["asked", "passed"] {
        assert_eq!(detail["stages"][stage]["line"], format!("GET {target} HTTP/1.1"), "{detail}");
    }
    assert!(detail["notes"][0].as_str().unwrap().contains("two slashes"), "{detail}");
    for how in ["app", "delivered"] {
        let path = format!("/api/exchanges/{}/replay", row["id"]);
        stage.gateway.api_ok("POST", &path, Some(&json!({"as": how})));
        assert_eq!(stage.partner.last().target(), target, "{how}");
    }
    assert_eq!(stage.partner.requests().len(), 3);
}

#[test]
fn a_strict_reading_refuses_them_with_the_reason() {
    let stage = Stage::with(|world| open(world).top("fidelity", "strict"));
    for (target, word) in TARGETS {
        let answer = stage.ask(get(target, &[])).expect_refusal(target, 400, "bad_target");
        assert!(answer.text().contains(word), "{target}: {}", answer.describe());
    }
    assert!(stage.partner.requests().is_empty());
    for target in USUAL {
        stage.ask(get(target, &[])).expect_ok(target);
    }
}

#[test]
fn each_refusal_says_what_is_true_for_its_target() {
    let stage = Stage::with(open);
    for (target, words) in [
        ("/api/a\\b", "a backslash"),
        ("/api/a\"b", "must encode"),
        ("/api/<a", "must encode"),
        ("/api/a?b>c", "must encode"),
        ("/api/a#b", "a fragment"),
        ("/api/../a", "a dot segment"),
        ("//api/../a", "a dot segment"),
        ("/api/{a}/%2e%2e", "a dot segment"),
        ("/api/\u{436}", "outside ascii"),
        ("/api/a\u{7f}", "a control character"),
        ("/api/%zz", "a percent sign"),
        ("http://user@loyalty.example.ru/", "user name"),
        ("http://loyalty.example.ru\\a/", "backslash stands in the host"),
        ("http://loyalty.example.ru\u{436}/", "the host holds a byte outside ascii"),
        ("http://loyalty.example.ru?a", "without a path"),
    ] {
        let answer = stage.expect_cut(target, get(target, &[]), &["bad_target"]);
        let detail = answer.json()["detail"].as_str().unwrap().to_lowercase();
        assert!(detail.contains(words), "{target}: {detail}");
    }
    for (host, words) in [
        ("loyalty example.ru", "the host holds a control character or a space"),
        ("лояльность.рф", "the host holds a byte outside ascii"),
        ("loyalty.example.ru#x", "a # stands in the host"),
    ] {
        let head = format!("GET /api/x HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let detail = stage.expect_cut(host, head, &["bad_target"]).text();
        assert!(detail.to_lowercase().contains(words), "{host}: {detail}");
    }
}
