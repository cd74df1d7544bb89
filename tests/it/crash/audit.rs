//! What was promised, what arrived and what is kept, held against each other.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::callers::Said;
use super::ledger::{Entry, token};
use super::{USERS, user_id};

pub struct Audit {
    /// What the partner got, by run of the gateway.
    pub pages: Vec<Vec<Entry>>,
    pub promises: Said,
    /// All that the gateway keeps.
    pub state: Value,
}

impl Audit {
    pub fn nothing_is_lost(&self) {
        let arrived = self.arrived();
        let kept = self.kept();
        for (mark, id) in &self.promises.accepted {
            assert!(arrived.contains(mark.as_str()), "{mark} was accepted and never sent");
            let row = kept.get(mark).unwrap_or_else(|| panic!("{mark} was accepted, not kept"));
            assert_eq!((row["id"].as_str(), &row["state"]), (Some(&**id), &"delivered".into()));
        }
        assert!(arrived.iter().all(|mark| self.promises.asked.contains(*mark)));
    }

    /// What was asked for without an answer has happened as a whole, or not at all.
    pub fn nothing_is_there_by_halves(&self) {
        let kept = self.kept();
        assert_eq!(self.arrived(), kept.keys().map(String::as_str).collect::<BTreeSet<_>>());
        no_halves(&self.state);
    }

    /// First attempts of one user are made in the order of the events.
    pub fn each_user_was_told_in_order(&self) {
        for at in 0..USERS {
            let mut last = String::new();
            for entry in self.pages.iter().flatten().filter(|entry| whose(&entry.mark) == at) {
                assert!(entry.mark >= last, "{} came after {last}", entry.mark);
                last.clone_from(&entry.mark);
            }
        }
    }

    /// An event is sent only when the one before it in its lane is recorded. So of each user at most
    /// the last of a run may come again; and none that was seen to be recorded.
    pub fn only_what_was_under_way_is_repeated(&self) {
        let ids = &self.promises.accepted;
        for (run, page) in self.pages.iter().enumerate() {
            let later: BTreeSet<&str> =
                self.pages[run + 1..].iter().flatten().map(|entry| entry.mark.as_str()).collect();
            for at in 0..USERS {
                let of_user: Vec<&Entry> =
                    page.iter().filter(|entry| whose(&entry.mark) == at).collect();
                for (nth, entry) in of_user.iter().enumerate() {
                    let again = later.contains(entry.mark.as_str());
                    let last = nth + 1 == of_user.len();
                    assert!(!again || last, "{} was recorded in run {run}: sent again", entry.mark);
                    let twin = of_user[nth + 1..].iter().find(|other| other.mark == entry.mark);
                    assert!(twin.is_none(), "{}: twice in run {run}", entry.mark);
                    let seen = ids.get(&entry.mark).and_then(|id| self.promises.recorded.get(id));
                    let seen = seen.is_some_and(|seen| *seen as usize <= run);
                    assert!(!again || !seen, "{} was seen recorded: sent again", entry.mark);
                }
            }
        }
        self.repeats_are_the_same();
    }

    fn repeats_are_the_same(&self) {
        let mut first: BTreeMap<&str, &Entry> = BTreeMap::new();
        for entry in self.pages.iter().flatten() {
            let before = first.entry(&entry.mark).or_insert(entry);
            assert_eq!((&before.target, &before.body), (&entry.target, &entry.body));
        }
    }

    /// The kills fell where they can hurt: there are repeats, and requests that were cut off.
    pub fn the_test_was_worth_it(&self, kills: u32) {
        let entries = self.pages.iter().flatten().count();
        let repeats = entries - self.arrived().len();
        let cut_off = self.promises.asked.len() - self.promises.accepted.len();
        println!(
            "{kills} kills: {} accepted, {cut_off} cut off ({} of them happened), {repeats} repeats, {} seen recorded",
            self.promises.accepted.len(),
            self.arrived().len() - self.promises.accepted.len(),
            self.promises.recorded.len()
        );
        assert!(self.promises.accepted.len() > 20 && !self.promises.recorded.is_empty());
        assert!(repeats > 0 && repeats <= USERS * kills as usize, "{repeats} repeats");
    }

    fn arrived(&self) -> BTreeSet<&str> {
        self.pages.iter().flatten().map(|entry| entry.mark.as_str()).collect()
    }

    /// Deliveries by mark.
    fn kept(&self) -> BTreeMap<String, &Value> {
        self.table("delivery").iter().map(|row| (mark(row), row)).collect()
    }

    fn table(&self, name: &str) -> &[Value] {
        table(&self.state, name)
    }
}

/// Every change of the cloud is kept together with the webhook that tells of it, and every answer
/// with what it has changed.
pub fn no_halves(state: &Value) {
    for at in 0..USERS {
        let user = user_id(at);
        let rows = |name| table(state, name).iter().filter(|row| row["user"] == *user);
        let of = |start: &str| -> Vec<&Value> {
            let event = |row: &Value| row["event"].as_str().unwrap().starts_with(start);
            rows("delivery").filter(|row| event(row)).collect()
        };
        let last = of("installation.").last().map(|row| row["event"] == "installation.installed");
        let installed = rows("installation").next().map(|row| row["installed"] == 1);
        assert_eq!(installed, last, "{user}: what the last installation event said");
        let standing = rows("subscription").next().map_or(0, |row| {
            let standing: Value = serde_json::from_str(row["state"].as_str().unwrap()).unwrap();
            standing["sequence"].as_u64().unwrap()
        });
        let events = of("subscription.").len() as u64;
        assert_eq!(standing, events, "{user}: each event moves the subscription on by one");
        let learned = rows("user_token").next().map(|row| row["token"].clone());
        let registered = of("user.create").into_iter().rfind(|row| row["state"] == "delivered");
        let told = registered.map(|row| token(&mark(row)).into());
        assert_eq!(learned, told, "{user}: the token of the last answer");
    }
    for row in table(state, "delivery") {
        let attempts = table(state, "attempt").iter().filter(|a| a["delivery"] == row["seq"]);
        assert_eq!(row["attempts"], attempts.count(), "{row}");
    }
}

fn table<'a>(state: &'a Value, name: &str) -> &'a [Value] {
    state["tables"][name].as_array().expect("a table")
}

fn mark(row: &Value) -> String {
    let body = STANDARD.decode(row["body"].as_str().expect("a body")).unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    body["mark"].as_str().expect("a mark").to_owned()
}

/// The place of the user whose event it is.
fn whose(mark: &str) -> usize {
    mark[1..2].parse().expect("a mark begins with its user")
}
