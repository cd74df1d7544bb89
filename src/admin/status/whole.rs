//! What concerns every app: faults made on purpose, the clock, what is recorded, whether requests are taken.

use serde_json::json;

use super::chip::{Chip, Name, Remedy, State, command, span};
use crate::admin::Surface;
use crate::text::text;

/// Whether everything is recorded.
pub(super) fn recording(surface: &Surface) -> Chip {
    let Some(journal) = &surface.journal else {
        let text = text!("exchanges are not recorded");
        let remedy = text!("write `journal: {{enabled: true}}` in gateway.yaml and start again");
        return Chip::new(Name::Recording, State::Note, "recording_off", text)
            .remedy(Remedy::new("recording_on", remedy));
    };
    match journal.lost() {
        0 => {
            Chip::new(Name::Recording, State::Ok, "recording_all", text!("everything is recorded"))
        }
        lost => Chip::new(
            Name::Recording,
            State::Warn,
            "recording_lost",
            text!("{lost} exchanges passed unrecorded: more came than can be written", lost),
        )
        .with("n", lost),
    }
}

/// Faults made on purpose.
pub(super) fn faults(surface: &Surface) -> Chip {
    let rules = surface.proxy.injections.list();
    if rules.is_empty() {
        let text = text!("no faults are made on purpose");
        return Chip::new(Name::Faults, State::Ok, "faults_none", text);
    }
    let words: Vec<_> =
        rules.iter().map(|rule| format!("{} {}", rule.id, rule.kind().word())).collect();
    let faults = words.join(", ");
    let text = match rules.len() {
        1 => text!("1 fault made on purpose: {faults}", faults),
        n => text!("{n} faults made on purpose: {faults}", n, faults),
    };
    let off = command(surface.addresses.admin, "fault remove --all");
    Chip::new(Name::Faults, State::Warn, "faults_on", text)
        .with("n", rules.len())
        .with("faults", words.join(", "))
        .remedy(
            Remedy::new("faults_off", off)
                .call("DELETE", "/api/faults", ().into())
                .page("#/faults"),
        )
}

/// How far the simulated clock is ahead.
pub(super) fn clock(surface: &Surface) -> Chip {
    let ahead = surface.plane.clock().ahead_ms();
    // What the machine's clock went on while this one was wound is not told.
    if ahead < 1000 {
        return Chip::new(
            Name::Clock,
            State::Ok,
            "clock_true",
            text!("the cloud's clock shows the real time"),
        );
    }
    let text = text!("the cloud's clock is {span} ahead", span => span(ahead + 500));
    let back = command(surface.addresses.admin, "clock reset");
    Chip::new(Name::Clock, State::Note, "clock_ahead", text).with("ahead_ms", ahead).remedy(
        Remedy::new("clock_reset", back)
            .call("POST", "/api/clock", json!({"reset": true}))
            .page("#/webhooks"),
    )
}

/// Whether requests are taken.
pub(super) fn gateway(surface: &Surface) -> Chip {
    match *surface.ready.borrow() {
        true => {
            Chip::new(Name::Gateway, State::Ok, "gateway_ready", text!("new requests are taken"))
        }
        false => Chip::new(
            Name::Gateway,
            State::Fail,
            "gateway_stopping",
            text!("the gateway is shutting down"),
        ),
    }
}
