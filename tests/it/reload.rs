//! gateway.yaml changes while the gateway runs.

use crate::support::{Latch, Partner, Stage, World, get, ok};

const CRM: &str = r"http://loyalty\.example\.ru/crm/.*";

fn expect_reloaded(stage: &Stage) {
    stage.gateway.eventually("the new rule", || stage.ask(get("/crm/x", &[])).status == 200);
    stage.ask(get("/api/x", &[])).expect_refusal("the old rule", 403, "url_not_allowed");
}

#[test]
fn sighup_brings_the_new_rules() {
    let stage = Stage::start();
    stage.ask(get("/crm/x", &[])).expect_refusal("before", 403, "url_not_allowed");
    stage.gateway.rewrite(&World::of(&stage.partner).allow(&[CRM]).yaml());
    stage.gateway.signal("HUP");
    expect_reloaded(&stage);
}

#[test]
fn a_changed_file_brings_the_new_rules_by_itself() {
    let stage = Stage::start();
    stage.gateway.rewrite(&World::of(&stage.partner).allow(&[CRM]).yaml());
    expect_reloaded(&stage);
}

#[test]
fn a_file_written_in_place_brings_the_new_rules_too() {
    let stage = Stage::start();
    let yaml = World::of(&stage.partner).allow(&[CRM]).yaml();
    std::fs::write(stage.gateway.path().join("gateway.yaml"), yaml).unwrap();
    expect_reloaded(&stage);
}

#[test]
fn a_bad_file_keeps_the_old_rules_and_is_complained_about() {
    let stage = Stage::start();
    for bad in ["version: 1\napps: [\n", "version: 1\nlimitz: {}\n", ""] {
        stage.gateway.rewrite(bad);
        stage.gateway.signal("HUP");
        stage.gateway.wait_for_log(&["gateway.yaml"]);
        stage.gateway.expect_alive(bad);
    }
    stage.gateway.rewrite(&World::of(&stage.partner).allow(&[CRM]).yaml());
    stage.gateway.signal("HUP");
    expect_reloaded(&stage);
}

#[test]
fn a_bad_pattern_keeps_the_old_rules_and_names_its_place() {
    let stage = Stage::start();
    stage.gateway.rewrite(&World::of(&stage.partner).allow(&["http://x/(unclosed"]).yaml());
    stage.gateway.signal("HUP");
    stage.gateway.wait_for_log(&["gateway.yaml:"]);
    stage.gateway.expect_alive("a bad pattern");
}

#[test]
fn a_connection_that_stays_open_sees_the_new_rules() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    raw.expect_alive("before");
    stage.gateway.rewrite(&World::of(&stage.partner).allow(&[CRM]).yaml());
    stage.gateway.signal("HUP");
    expect_reloaded(&stage);
    raw.exchange(get("/crm/x", &[])).expect_ok("the kept connection");
}

#[test]
fn a_reload_drops_no_request_under_way() {
    let latch = Latch::default();
    let theirs = latch.clone();
    let stage = Stage::before(Partner::scripted(move |call| {
        if call.request.target() == "/api/slow" {
            theirs.wait();
        }
        call.send(&ok("ok"));
    }));
    let mut slow = stage.gateway.http();
    slow.send(get("/api/slow", &[]));
    stage.partner.wait_for_heads(1);
    stage.gateway.rewrite(&World::of(&stage.partner).allow(&[CRM]).yaml());
    stage.gateway.signal("HUP");
    expect_reloaded(&stage);
    latch.open();
    slow.answer().expect_ok("under way during a reload");
}

#[test]
fn a_storm_of_reloads_loses_nothing() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    for _ in 0..30 {
        stage.gateway.signal("HUP");
        raw.expect_alive("in a storm of reloads");
    }
}

#[test]
fn a_new_upstream_is_used_after_a_reload() {
    let stage = Stage::start();
    stage.gateway.expect_alive("the first partner");
    let other = Partner::answering(ok("other"));
    stage.gateway.rewrite(&World::of(&other).yaml());
    stage.gateway.signal("HUP");
    stage
        .gateway
        .eventually("the other partner", || stage.ask(get("/api/x", &[])).text() == "other");
}

#[test]
fn a_new_token_is_used_after_a_reload() {
    let stage = Stage::start();
    let bearer = World::of(&stage.partner).app("authorization", "{bearer: the-new-one}");
    stage.gateway.rewrite(&bearer.yaml());
    stage.gateway.signal("HUP");
    stage.gateway.eventually("the new token", || {
        stage.gateway.expect_alive("during a reload");
        stage.partner.last().all("authorization") == ["Bearer the-new-one"]
    });
    assert!(!stage.gateway.log().contains("the-new-one"), "{}", stage.gateway.log());
}
