//! Tokens: what they say, who gets one, how long it holds.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::stage::{
    Asna, CLIENT, SECRET, STRANGER, call, connect, expect_refusal, section, stocks, token,
};
use crate::support::{Partner, World};

fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn a_token_has_the_documented_claims() {
    let asna = Asna::start();
    let claims = part(&asna.token, 1);
    let nbf = claims["nbf"].as_i64().unwrap();
    let issuer = "https://sso.asna.cloud:5000";
    let expected = json!({
        "nbf": nbf, "exp": nbf + 3600, "iss": issuer, "aud": [format!("{issuer}/resources"), "api"],
        "client_id": CLIENT,
        "client_access": ["stocks.edit", "stocks.full_access", "stocks.view"], "scope": ["api"],
    });
    assert_eq!(claims.to_string(), expected.to_string());
    let header = part(&asna.token, 0);
    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
}

#[test]
fn the_answer_may_be_kept_nowhere() {
    let asna = Asna::start();
    let answer = connect(
        &asna.gateway,
        &format!(
            "grant_type=client_credentials&client_id={STRANGER}&client_secret=other&scope=api"
        ),
    );
    assert_eq!(answer.status, 200, "{}", answer.describe());
    assert_eq!(answer.field("cache-control"), Some("no-store, no-cache, max-age=0"));
    assert_eq!(answer.field("pragma"), Some("no-cache"));
    let answer = answer.json();
    assert_eq!((&answer["expires_in"], &answer["token_type"]), (&json!(3600), &json!("Bearer")));
}

#[test]
fn a_client_that_calls_too_often_is_refused_until_the_next_minute() {
    let rate = |world: World| world.top("asna", &section(", rate: 3"));
    let asna = Asna::of(Partner::start(), rate);
    asna.gateway.begin_minute();
    let ask = || asna.call("GET", "/v5/keys/webhooks", "");
    let secret = SECRET.replace('&', "%26").replace(' ', "+");
    let own = format!("client_id={CLIENT}&client_secret={secret}");
    let connect =
        |more: &str| connect(&asna.gateway, &format!("grant_type=client_credentials&{more}"));
    assert_eq!(connect(&own).status, 200, "tokens count");
    assert_eq!([ask().status, ask().status], [200, 200]);

    let refused = ask();
    expect_refusal(&refused, 429);
    assert_eq!(refused.field("retry-after"), None);
    let refused = connect(&own);
    assert_eq!((refused.status, refused.json()), (429, json!({"error": "too_many_requests"})));

    assert_eq!(connect(&format!("client_id={STRANGER}&client_secret=other")).status, 200);
    let wrong = connect(&format!("client_id={CLIENT}&client_secret=no"));
    assert_eq!(wrong.status, 400, "who does not know the secret does not learn of the calls");
    let unknown = call(&asna.gateway, Some("made.up.token"), "GET", "/v5/keys/webhooks", "");
    expect_refusal(&unknown, 401);

    asna.gateway.advance("1m");
    assert_eq!(ask().status, 200);
}

#[test]
fn who_does_not_say_the_right_words_gets_no_token() {
    let asna = Asna::start();
    let whole = format!("client_id={STRANGER}&client_secret=other");
    for (form, error) in [
        (String::new(), "invalid_client"),
        (format!("client_id={CLIENT}&grant_type=client_credentials"), "invalid_client"),
        (
            format!("client_id={CLIENT}&client_secret=no&grant_type=client_credentials"),
            "invalid_client",
        ),
        ("client_id=x&client_secret=other&grant_type=client_credentials".into(), "invalid_client"),
        (whole.clone(), "unsupported_grant_type"),
        (format!("{whole}&grant_type=password"), "unsupported_grant_type"),
        (format!("{whole}&grant_type=client_credentials&scope=all"), "invalid_scope"),
        ("client_id=%zz".into(), "invalid_request"),
    ] {
        let answer = connect(&asna.gateway, &form);
        assert_eq!(answer.status, 400, "{form}: {}", answer.describe());
        assert_eq!(answer.text(), format!("{{\"error\":\"{error}\"}}"), "{form}");
    }
    expect_refusal(&call(&asna.gateway, None, "GET", "/connect/token", ""), 405);
}

#[test]
fn a_call_without_a_token_that_holds_is_401() {
    let asna = Asna::start();
    let (head, signature) = asna.token.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    for token in [None, Some(""), Some("x"), Some("a.b.c"), Some(forged.as_str())] {
        let answer = call(&asna.gateway, token, "GET", &stocks(), "");
        expect_refusal(&answer, 401);
        assert_eq!(answer.field("www-authenticate"), Some("Bearer"));
    }
    assert_eq!(asna.call("GET", &stocks(), "").status, 200);
}

#[test]
fn a_token_holds_for_an_hour_of_the_clock() {
    let asna = Asna::start();
    asna.gateway.advance("59m");
    assert_eq!(asna.call("GET", &stocks(), "").status, 200);
    asna.gateway.advance("1m");
    expect_refusal(&asna.call("GET", &stocks(), ""), 401);
    let fresh = token(&asna.gateway, CLIENT, SECRET);
    assert_eq!(call(&asna.gateway, Some(&fresh), "GET", &stocks(), "").status, 200);
}

#[test]
fn a_client_that_is_gone_from_the_file_is_401() {
    let asna = Asna::start();
    let without = World::of(&asna.partner).top("asna", "{clients: []}");
    asna.gateway.rewrite(&without.yaml());
    asna.gateway.eventually("the client is gone", || asna.call("GET", &stocks(), "").status == 401);
}

#[test]
fn a_token_survives_a_restart() {
    let disk = |world: World| world.top("state", "\"sqlite:./data/gateway.db\"");
    let mut asna = Asna::of(Partner::start(), disk);
    asna.gateway.restart();
    assert_eq!(asna.call("GET", &stocks(), "").status, 200);
}

#[test]
fn the_issuer_is_the_configured_one() {
    let world = |world: World| world.top("asna", &section(", issuer: http://sso.asna.cloud:6000"));
    let asna = Asna::of(Partner::start(), world);
    assert_eq!(part(&asna.token, 1)["iss"], "http://sso.asna.cloud:6000");
}
