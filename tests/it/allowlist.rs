//! The allowlist: what is matched, and that the matched bytes are the forwarded ones.

use crate::support::{Stage, World, get};

const API: &str = r"http://loyalty\.example\.ru/api/.*";

fn with(rules: &[&str]) -> Stage {
    Stage::with(|world: World| world.allow(rules))
}

fn ask_host(stage: &Stage, host: &str, target: &str) -> u16 {
    let answer = stage.ask(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    assert!(matches!(answer.status, 200 | 403), "{host}{target}: {}", answer.describe());
    if answer.status == 403 {
        answer.clone().expect_refusal(target, 403, "url_not_allowed");
    }
    answer.status
}

#[test]
fn a_rule_matches_the_whole_text_with_javas_meaning() {
    let rows: &[(&str, &str, &str, u16)] = &[
        ("a whole match", r"http://loyalty\.example\.ru/api/x", "/api/x", 200),
        ("a prefix is no match", r"http://loyalty\.example\.ru/api", "/api/x", 403),
        ("a suffix is no match", r"loyalty\.example\.ru/api/x", "/api/x", 403),
        ("the query is part of the text", r"http://loyalty\.example\.ru/api/x", "/api/x?a=1", 403),
        (
            "a rule may ask for a query",
            r"http://loyalty\.example\.ru/api/x\?a=.*",
            "/api/x?a=1",
            200,
        ),
        ("an empty query is a query", r"http://loyalty\.example\.ru/api/x", "/api/x?", 403),
        ("an empty query may be asked for", r"http://loyalty\.example\.ru/api/x\?", "/api/x?", 200),
        ("a second question mark", r"http://loyalty\.example\.ru/api/x\?a\?b", "/api/x?a?b", 200),
        ("a path is matched with its case", r"http://loyalty\.example\.ru/api/X", "/api/x", 403),
        ("escapes are not decoded", r"http://loyalty\.example\.ru/api/ab", "/api/a%62", 403),
        (
            "escapes are matched as written",
            r"http://loyalty\.example\.ru/api/a%62",
            "/api/a%62",
            200,
        ),
        (
            "escapes are matched with their case",
            r"http://loyalty\.example\.ru/api/%d0%ba",
            "/api/%D0%BA",
            403,
        ),
        ("the scheme is part of the text", r"https://loyalty\.example\.ru/api/x", "/api/x", 403),
        (
            "alternatives are anchored as a whole",
            r"http://loyalty\.example\.ru/api/x|/api/y",
            "/api/y",
            403,
        ),
        ("an alternative", r"http://loyalty\.example\.ru/(api|crm)/x", "/api/x", 200),
        ("look-ahead", r"http://loyalty\.example\.ru/(?!admin).*", "/admin/x", 403),
        ("look-ahead, let through", r"http://loyalty\.example\.ru/(?!admin).*", "/api/x", 200),
        (
            "a possessive quantifier gives nothing back",
            r"http://loyalty\.example\.ru/a*+aapi",
            "/aaapi",
            403,
        ),
        ("a POSIX class", r"http://loyalty\.example\.ru/\p{Alpha}+/x", "/api/x", 200),
        ("quoted text", r"\Qhttp://loyalty.example.ru/api/x\E", "/api/x", 200),
        ("a back-reference", r"http://loyalty\.example\.ru/(.)\1/x", "/aa/x", 200),
        ("a back-reference that differs", r"http://loyalty\.example\.ru/(.)\1/x", "/ab/x", 403),
        (
            "case-insensitivity where asked for",
            r"(?i)HTTP://LOYALTY\.EXAMPLE\.RU/API/X",
            "/api/x",
            200,
        ),
        (
            "a percent sign stands for itself",
            r"http://loyalty\.example\.ru/api/%2A",
            "/api/%2A",
            200,
        ),
    ];
    for (what, rule, target, status) in rows {
        let stage = with(&[rule]);
        assert_eq!(
            ask_host(&stage, "loyalty.example.ru", target),
            *status,
            "{what}: {rule} {target}"
        );
    }
}

#[test]
fn any_rule_of_the_list_will_do() {
    let stage = with(&[r"http://other\.example\.ru/.*", API, r"http://third\.example\.ru/.*"]);
    assert_eq!(ask_host(&stage, "loyalty.example.ru", "/api/x"), 200);
    assert_eq!(ask_host(&stage, "loyalty.example.ru", "/crm/x"), 403);
}

#[test]
fn the_host_is_normalised_before_it_is_matched() {
    let stage = with(&[API]);
    let rows: &[(&str, u16)] = &[
        ("loyalty.example.ru", 200),
        ("LOYALTY.Example.RU", 200),
        ("loyalty.example.ru.", 200),
        ("loyalty.example.ru:80", 200),
        ("Loyalty.example.ru.:80", 200),
        ("loyalty-example.ru", 403),
        ("loyalty.example.ru.evil.ru", 403),
        ("xloyalty.example.ru", 403),
    ];
    for (host, status) in rows {
        assert_eq!(ask_host(&stage, host, "/api/x"), *status, "Host: {host}");
    }
}

#[test]
fn a_default_port_is_never_part_of_the_text() {
    let stage = with(&[r"http://loyalty\.example\.ru:80/api/.*"]);
    assert_eq!(ask_host(&stage, "loyalty.example.ru:80", "/api/x"), 403);
    assert_eq!(ask_host(&stage, "loyalty.example.ru", "/api/x"), 403);
}

#[test]
fn the_port_of_the_other_scheme_is_part_of_the_text() {
    let stage = Stage::with(|world| {
        let base = "http://127.0.0.1:9";
        world
            .allow(&[r"http://loyalty\.example\.ru:443/api/.*"])
            .upstream("http://loyalty.example.ru:443", base)
    });
    let answer = stage.ask("GET /api/x HTTP/1.1\r\nHost: loyalty.example.ru:443\r\n\r\n");
    assert_ne!(answer.code(), "url_not_allowed", "{}", answer.describe());
    stage.ask(get("/api/x", &[])).expect_refusal("without the port", 403, "url_not_allowed");
}

#[test]
fn path_and_query_are_forwarded_byte_for_byte() {
    let stage = with(&[r"http://loyalty\.example\.ru/.*"]);
    let long = format!("/api/{}", "a".repeat(4000));
    let targets = [
        "/",
        "/?",
        "/api/x?",
        "/api/x?a=1&a=2&&b==",
        "/api/%D0%BA%d0%bb",
        "/api/x%20y+z",
        "/api/x;v=1,2",
        "/api/(x)!$&'*+,;=:@~_-.",
        "/api/x?q=a/b?c:d@e",
        "/api/a.b/..c/...",
        "/api/x?q=../..",
        &long,
    ];
    for target in targets {
        let seen = stage.pass(get(target, &[]));
        assert_eq!(seen.target(), target);
    }
}

#[test]
fn what_parsers_may_fold_is_refused_or_forwarded_untouched() {
    let stage = with(&[r"http://loyalty\.example\.ru/.*"]);
    for target in
        ["/api//x", "//api/x", "/api/a%2Fb", "/api/a%2fb", "/api/x%3Fy", "/api/x%23y", "/api/%25"]
    {
        let before = stage.partner.requests().len();
        let answer = stage.ask(get(target, &[]));
        if answer.status == 200 {
            assert_eq!(stage.partner.wait(before + 1).pop().unwrap().target(), target);
        } else {
            answer.expect_refusal(target, 400, "bad_target");
            stage.expect_nothing_since(before, target);
        }
    }
}

#[test]
fn an_absolute_form_without_a_path_asks_for_the_root() {
    let stage = with(&[r"http://loyalty\.example\.ru/"]);
    let seen =
        stage.pass("GET http://loyalty.example.ru HTTP/1.1\r\nHost: loyalty.example.ru\r\n\r\n");
    assert_eq!(seen.target(), "/");
}

#[test]
fn each_app_has_a_list_of_its_own() {
    use crate::support::world::{DEVICE_3, STOCK};
    let stage = Stage::with(World::crowd);
    let device = format!("X-Device-UUID: {DEVICE_3}");
    let client = format!("X-OAuth-Client-ID: {STOCK}");
    let answer = stage.ask(get("/api/x", &[&device, &client]));
    answer.expect_refusal("the other app's URL", 403, "url_not_allowed");
    stage.ask(get("/api/x", &[&device])).expect_ok("the app's own URL");
}

#[test]
fn a_refused_urls_hint_names_the_app_the_nearest_rule_and_where_it_stopped() {
    let near = r"http://loyalty\.example\.ru/api/v1/cards";
    let stage = with(&[r"http://elsewhere\.example\.ru/.*", near]);
    let answer = stage.ask(get("/api/v2/cards", &[]));
    let answer = answer.expect_refusal("one character off", 403, "url_not_allowed");
    let problem = answer.json();
    let hint = problem["hint"].as_str().unwrap();
    assert!(hint.contains("loyalty"), "the app: {hint}");
    assert!(hint.contains(near), "the nearest rule: {hint}");
    // http://loyalty.example.ru/api/v is what both share: 31 characters, the next is '2'.
    assert!(
        hint.contains("31") || hint.contains("32") || hint.contains("'2'") || hint.contains("`2"),
        "where: {hint}"
    );
}

#[test]
fn a_hostile_url_does_not_hold_up_the_next_request() {
    let stage = with(&[r"http://loyalty\.example\.ru/(a|a)*(a|b)*c/(?!x).*", API]);
    let hostile = format!("/{}!", "a".repeat(3000));
    let answer = stage.ask(get(&hostile, &[]));
    answer.expect_refusal("a hostile URL", 403, "url_not_allowed");
    stage.gateway.expect_alive("after a hostile URL");
}

#[test]
fn rules_that_can_backtrack_share_what_a_request_may_cost() {
    let hopeless: Vec<_> =
        (0..50).map(|n| format!(r"http://loyalty\.example\.ru/(?=x?)(a|aa)+b{n}")).collect();
    let late = r"http://loyalty\.example\.ru/(?=a).*/card";
    let rules: Vec<_> = hopeless.iter().map(String::as_str).chain([late, API]).collect();
    let stage = with(&rules);
    let answer = stage.ask(get(&format!("/{}", "a".repeat(60)), &[]));
    let answer = answer.expect_refusal("too many steps", 403, "url_not_allowed");
    let problem = answer.json();
    assert!(problem["detail"].as_str().unwrap().contains("too many steps"), "{problem}");
    let hint = problem["hint"].as_str().unwrap();
    for words in ["Rule 1 of loyalty", &hopeless[0], "line ", "one of 51", "evotor-gateway check"] {
        assert!(hint.contains(words), "{words}: {hint}");
    }
    // A rule that matches is found beside those that come to no end.
    stage.pass(get(&format!("/{}/card", "a".repeat(60)), &[]));
    stage.gateway.expect_alive("after hostile URLs");
}
