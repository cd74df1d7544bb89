//! The gateway is killed at random moments, over and over: no event it accepted is lost, none is
//! there by halves, and only what was under way at a kill is sent again.

mod audit;
mod callers;
mod ledger;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::gateway::{Gateway, command};
use crate::support::{Latch, Partner, Raw, World, ok};
use audit::{Audit, no_halves};
use callers::{Promises, ask};
use ledger::Ledger;

const KILLS: u32 = 56;
const SEED: u64 = 0x5eed_0003;
pub const USERS: usize = 6;
pub const APP: &str = "5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11";

#[test]
fn a_gateway_killed_at_any_moment_loses_nothing_and_repeats_only_what_was_under_way() {
    let folder = TempDir::new().unwrap();
    let ledger = Ledger::start();
    fs::write(folder.path().join("gateway.yaml"), yaml(ledger.addr)).unwrap();
    let promises = Promises::default();
    let mut dice = Dice(SEED);
    for run in 0..KILLS {
        // Some kills fall into the start, where what an earlier kill left behind is picked up.
        match run % 5 {
            4 => kill_while_starting(folder.path(), &mut dice),
            _ => kill_while_busy(folder.path(), run, &promises, &mut dice),
        }
        ledger.turn_page();
    }
    let gateway = start(folder.path());
    gateway.eventually("the queue is empty", || {
        let queued = ask(gateway.admin, "GET", "/api/deliveries?state=queued&limit=1", "");
        queued.is_some_and(|queued| queued.as_array().is_some_and(Vec::is_empty))
    });
    let state = ask(gateway.admin, "GET", "/api/state", "").expect("the state");
    let audit = Audit { pages: ledger.pages(), promises: promises.take(), state };
    audit.nothing_is_lost();
    audit.nothing_is_there_by_halves();
    audit.each_user_was_told_in_order();
    audit.only_what_was_under_way_is_repeated();
    audit.the_test_was_worth_it(KILLS);
}

#[test]
fn a_reset_while_an_answer_is_awaited_holds_up_nothing() {
    let latch = Latch::default();
    let theirs = latch.clone();
    let partner = Partner::first(move |call| {
        call.body();
        theirs.wait();
        call.send(&ok(""));
    });
    let webhooks = format!("{{url: 'http://{}', auth: {{bearer: app-token}}}}", partner.addr);
    let gateway = World::of(&partner).app("webhooks", &webhooks).start();
    ask(gateway.admin, "POST", "/api/webhooks", r#"{"event":"stores"}"#).unwrap();
    partner.wait_for_heads(1);
    let reset = "DELETE /api/state HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_eq!(Raw::dial(gateway.admin).exchange(reset).status, 204);
    latch.open();
    let next = ask(gateway.admin, "POST", "/api/webhooks", r#"{"event":"stores","wait":true}"#);
    assert_eq!(next.expect("an answer in time")["deliveries"][0]["state"], "delivered");
    let list = ask(gateway.admin, "GET", "/api/deliveries", "").unwrap();
    assert_eq!(list.as_array().unwrap().len(), 1, "what was reset stays away: {list}");
}

fn kill_while_busy(folder: &Path, run: u32, promises: &Promises, dice: &mut Dice) {
    let mut gateway = start(folder);
    let admin = gateway.admin;
    no_halves(&ask(admin, "GET", "/api/state", "").expect("the state"));
    let moment = Duration::from_micros(dice.below(60_000));
    thread::scope(|scope| {
        for user in 0..USERS {
            scope.spawn(move || promises.trigger_until_killed(admin, user, run));
        }
        scope.spawn(move || promises.watch_until_killed(admin, run));
        thread::sleep(moment);
        gateway.signal("KILL");
        gateway.wait();
    });
}

fn kill_while_starting(folder: &Path, dice: &mut Dice) {
    let mut run = command(folder);
    run.args(["run", "-q"]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = run.spawn().unwrap();
    thread::sleep(Duration::from_micros(dice.below(80_000)));
    child.kill().unwrap();
    child.wait().unwrap();
}

fn start(folder: &Path) -> Gateway {
    let mut run = command(folder);
    run.args(["run", "-q"]);
    Gateway::launch(run, folder)
}

fn yaml(partner: SocketAddr) -> String {
    let mut yaml = format!(
        "version: 1\nlisten: {{http: '127.0.0.1:0', https: '127.0.0.1:0', admin: '127.0.0.1:0'}}\n\
         state: 'sqlite:./data/gateway.db'\nworkers: 1\napps:\n  - id: {APP}\n    name: loyalty\n    \
         allow: ['http://shop\\.example\\.ru/.*']\n    webhooks: {{url: 'http://{partner}', auth: {{bearer: app-token}}}}\n    tokens:\n"
    );
    for at in 0..USERS {
        yaml.push_str(&format!("      {}: token-of-the-file\n", user_id(at)));
    }
    yaml.push_str("users:\n");
    for at in 0..USERS {
        let (id, uuid) =
            (user_id(at), |kind| format!("20240105-{kind}A2B-40C3-80D4-E5F6071829{at:02}"));
        yaml.push_str(&format!(
            "  - id: {id}\n    stores:\n      - uuid: {}\n        name: Shop\n        \
             devices: [{{uuid: {}, name: Till}}]\n        \
             employees: [{{uuid: {}, name: Anna, role: ADMIN}}]\n",
            uuid(1),
            uuid(2),
            uuid(3)
        ));
    }
    yaml
}

/// The id of a user by place.
pub fn user_id(at: usize) -> String {
    format!("01-{:015}", at + 1)
}

/// The same numbers for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ mixed >> 31) % bound
    }
}
