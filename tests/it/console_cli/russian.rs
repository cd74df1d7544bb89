//! What a Russian reader gets from commands: no sentence of another language.

use std::fs;
use std::sync::LazyLock;

use regex::Regex;

use super::stage::{make, make_one, make_post};
use crate::cli::Said;
use crate::commands::stage::{Desk, answer};
use crate::support::world::{DEVICE, STORE, USER};
use crate::support::{Partner, get};

/// Words that are the same in every language: names of the technology, of vendors and of programs, states
/// and other words that scripts look for.
const SAME: &str = "\
    JSON URL HTTP HTTPS TLS CONNECT Host Authorization Bearer TOKEN PEM DER CA SHA BOM KIND ID PATTERN \
    RSA ECDSA DNS ALPN GET POST PUT DELETE PATCH LICENSE IMEI SELL PAYBACK FLAG VALUE BROWSER EDITOR PORT \
    ok warn fail note unknown pass queued delivered failed asked passed answered returned app all none \
    true false error file curl demo run Ctrl cert Seed admin console listening warning help hint \
    loyalty request answer status webhook webhooks console terminal rules upstream token running queue \
    configuration faults clock recording gateway world authority trust certificates network files hosts \
    proxy descriptors listen http https url user store device employee installation \
    connection date code verdict rule event method path host body text \
    Evotor Android Windows Debian Alpine Fedora Firefox Chromium macOS Linux Node Python Ruby Go PHP Java \
    Git Docker Container WSL evotor brew install nss certutil sudo chmod export http X O CN of day first \
    x os";

/// What of a line is data: a command, the system's own words, a name in a certificate, what is quoted, a URL,
/// a path, an option, or a word with a digit or a sign in it.
static DATA: LazyLock<Regex> = LazyLock::new(|| {
    let commands = r"evotor-gateway(?: [a-z.]+)*";
    let system = r"[A-Z][a-z ]+ \(os error \d+\)|CN=[^,]*|missing field `\w+` at line \d+ column \d+|[Dd]ate: \w+, [^│]*GMT|HTTP/1.1 \d+ [A-Z][A-Za-z -]+";
    let quoted = r#"`[^`]*`|"[^"]*"|'[^']*'"#;
    let signs = r"\S*[\d/\\_=@{}()<>\[\]|*^$]\S*|\S+[.-]\S+|--?\S+";
    Regex::new(&[commands, system, quoted, signs].join("|")).unwrap()
});

/// Runs of two words or more in Latin letters.
fn english(line: &str) -> Option<String> {
    static WORDS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[A-Za-z][A-Za-z']+(?:[ ,:;.]+[A-Za-z][A-Za-z']+)+").unwrap());
    let is_log = Regex::new(r"^\d{4}-\d\d-\d\dT\S+Z ").unwrap().is_match(line);
    if is_log || line.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let bare = DATA.replace_all(line, " · ");
    let is_same = |word: &str| SAME.split_whitespace().any(|same| same == word);
    let word = Regex::new(r"[A-Za-z']+").unwrap();
    let bare = word.replace_all(&bare, |found: &regex::Captures<'_>| match is_same(&found[0]) {
        true => "·".to_owned(),
        false => found[0].to_owned(),
    });
    WORDS.find(&bare).map(|found| format!("{}   in   {line}", found.as_str()))
}

/// What a command says with `--lang ru`, and each English line of it.
struct Reader {
    desk: Desk,
    found: Vec<String>,
}

impl Reader {
    fn say(&mut self, args: &[&str]) -> Said {
        self.say_after(args, args.len().min(1))
    }

    /// The option stands after so many words.
    fn say_after(&mut self, args: &[&str], at: usize) -> Said {
        let (before, after) = args.split_at(at);
        let said = self.desk.say(&[before, &["--lang", "ru"], after].concat());
        self.look(&args.join(" "), &said);
        said
    }

    fn look(&mut self, what: &str, said: &Said) {
        let lines = said.out.lines().chain(said.err.lines());
        self.found.extend(lines.filter_map(english).map(|line| format!("{what}: {line}")));
    }

    /// The same, where it should say something in Russian as well.
    #[track_caller]
    fn hears(&mut self, args: &[&str]) -> Said {
        let said = self.say(args);
        let is_russian = |text: &str| text.chars().any(|letter| ('А'..='я').contains(&letter));
        let heard = is_russian(&said.out) || is_russian(&said.err);
        assert!(heard, "{}: {}{}", args.join(" "), said.out, said.err);
        said
    }

    #[track_caller]
    fn end(mut self) {
        self.found.sort();
        self.found.dedup();
        assert!(self.found.is_empty(), "{:#?}", self.found);
    }
}

fn reader() -> Reader {
    let html = |call: &mut crate::support::Call| {
        if call.request.target() == "/api/v1/inventories/employees" {
            call.body();
            call.send(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
            );
            return;
        }
        answer(call);
    };
    Reader { desk: Desk::with(html), found: Vec::new() }
}

#[test]
fn english_sentences_are_found() {
    assert!(english("answer 200 after 3 ms; connected at 1 ms").is_some());
    assert!(english("ok      gateway       new requests are taken").is_some());
    assert!(english("подсказка: did you mean `x`?").is_some());
    assert!(english("ok    gateway.yaml   /tmp/x: приложений: 1").is_none());
}

#[test]
fn the_page_of_a_code_is_in_the_language_of_its_reader() {
    let desk = Desk::start();
    for (language, heading) in [("en", "## What happened"), ("ru", "## Что произошло")]
    {
        let said =
            desk.say(&["explain", "url_not_allowed", "--lang", language]).expect(language, 0);
        assert!(said.out.contains(heading), "{}", said.out);
    }
}

#[test]
fn what_is_recorded_is_shown_in_russian() {
    let mut reader = reader();
    let desk = &reader.desk;
    make(desk, &["/admin", "/api/a", "/api/b"]);
    make_post(desk, "/api/c", &[&format!("X-Device-UUID: {DEVICE}")], b"{\"a\":1}");
    make_one(desk, get("/api/d", &["X-Device-UUID: no-such-device"]));
    desk.say(&["fault", "add", "status", "--status", "503", "--path", "/api/f*"]).expect("", 0);
    make(desk, &["/api/fault"]);
    desk.say(&["trigger", "user.create", "--wait"]).expect("a token", 0);
    desk.say(&["trigger", "employees", "--wait"]);
    let count = desk.gateway.recorded(8).len();
    for id in 1..=count {
        let id = id.to_string();
        reader.hears(&["show", &id]);
        reader.say(&["show", &id, "--stages"]);
        reader.say(&["show", &id, "--headers", "--body"]);
    }
    reader.say(&["tail", "--no-follow"]);
    reader.hears(&["diff", "1", "2"]);
    reader.say(&["diff", "2", "8"]);
    reader.hears(&["replay", "1"]);
    reader.say(&["replay", "2", "--as", "delivered"]);
    reader.hears(&["verify", "path:/api/a", "--within", "1ms"]);
    reader.hears(&["verify", "path:/api/a", "status:500", "took:>1h", "--within", "1ms"]);
    reader.hears(&["verify", "path:/api/a", "--at-most", "0", "--within", "1ms"]);
    reader.say(&["export", "curl", "4"]);
    reader.hears(&["show", "1000"]);
    reader.hears(&["show", "-100"]);
    reader.say(&["show", "2", "--body", "answered"]);
    reader.hears(&["tail", "stat:x", "--no-follow"]);
    fs::write(reader.desk.gateway.path().join("a.har"), "{}").unwrap();
    reader.hears(&["import", "har", "a.har"]);
    reader.end();
}

#[test]
fn webhooks_and_the_world_are_told_of_in_russian() {
    let mut reader = reader();
    reader.hears(&["deliveries"]);
    reader.hears(&["deliver", "--failed"]);
    reader.hears(&["trigger", "--list"]);
    reader.hears(&["trigger"]);
    reader.hears(&["trigger", "employees"]);
    reader.hears(&["trigger", "user.create", "--wait", "--set", "nosuch=1"]);
    reader.hears(&["trigger", "employees", "--wait"]);
    reader.hears(&["trigger", "user.create", "--app", "nobody"]);
    reader.hears(&["deliveries"]);
    let rows = reader.desk.get("/api/deliveries");
    let ids: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["delivery"].clone()).collect();
    for id in ids {
        reader.hears(&["deliveries", id.as_str().unwrap()]);
        reader.hears(&["deliver", id.as_str().unwrap()]);
    }
    reader.say(&["simulate", "receipt", "--wait"]);
    reader.hears(&["scenario", "list"]);
    for scenario in ["onboarding", "trial"] {
        reader.say(&["scenario", "run", scenario]);
    }
    reader.hears(&["clock"]);
    reader.hears(&["clock", "advance", "2h"]);
    reader.hears(&["clock", "reset"]);
    reader.hears(&["clock", "advance", "soon"]);
    reader.hears(&["world", "list"]);
    reader.say(&["world", "add", "store", &format!("user={USER}"), "name=Киоск"]);
    reader.hears(&["world", "remove", "device", DEVICE]);
    reader.hears(&["world", "remove", "store", STORE]);
    reader.hears(&["world", "list"]);
    reader.hears(&["world", "set", "store", "no-such", "name=x"]);
    reader.hears(&["world", "set", "store", STORE, "x"]);
    reader.hears(&["state", "save", "state.json"]);
    reader.hears(&["state", "load", "nowhere.json"]);
    reader.hears(&["state", "reset"]);
    reader.hears(&["state", "reset", "--yes"]);
    for kind in ["fault", "stub", "breakpoint"] {
        reader.hears(&[kind, "list"]);
    }
    reader.hears(&["fault", "add", "status", "--status", "503", "--path", "/x*"]);
    reader.hears(&["fault", "add", "status"]);
    reader.hears(&["stub", "add", "--body", "x", "--path", "/x*"]);
    reader.hears(&["breakpoint", "add", "--path", "/x*"]);
    for kind in ["fault", "stub", "breakpoint"] {
        reader.hears(&[kind, "list"]);
        reader.hears(&[kind, "remove", "--all"]);
    }
    reader.hears(&["held"]);
    reader.hears(&["held", "go", "h9"]);
    reader.end();
}

#[test]
fn the_state_of_things_is_told_in_russian() {
    let mut reader = reader();
    reader.hears(&["status"]);
    reader.desk.say(&["trigger", "employees", "--wait"]);
    reader.desk.say(&["fault", "add", "status", "--status", "503"]).expect("a fault", 0);
    reader.desk.say(&["clock", "advance", "3h"]).expect("ahead", 0);
    make(&reader.desk, &["/admin"]);
    reader.hears(&["status"]);
    reader.hears(&["doctor"]);
    reader.hears(&["ca", "show"]);
    reader.say(&["ca", "trust", "--dry-run"]);
    reader.hears(&["ca", "export", "--out", "copy.pem"]);
    reader.hears(&["ca", "export", "--out", "gateway.yaml"]);
    reader.hears(&["ca", "show", "--certs", "nowhere"]);
    reader.hears(&["check"]);
    for (url, app) in [("/api/a", ""), ("/admin", ""), ("/api/a", "nobody")] {
        let url = format!("http://loyalty.example.ru{url}");
        let app: &[&str] = if app.is_empty() { &[] } else { &["--app", app] };
        reader.hears(&[&["explain", url.as_str()], app].concat());
    }
    reader.hears(&["explain", "url_not_alowed"]);
    reader.hears(&["explain", "x"]);
    let taken = reader.desk.gateway.http.to_string();
    reader.hears(&["run", "--http", &taken]);
    reader.hears(&["run", "--http", "x"]);
    reader.hears(&["run", "--admin", "0.0.0.0:0"]);
    reader.hears(&["match", "(", "x"]);
    reader.hears(&["tail", "--no-follow", "--admin", "127.0.0.1:1"]);
    reader.hears(&["tail", "--no-follow", "--admin", "https://x"]);
    reader.say_after(&["exec", "--", "no-such-program"], 1);
    fs::write(reader.desk.gateway.path().join("broken.yaml"), "version: 2\napps: 1\n").unwrap();
    reader.hears(&["check", "-c", "broken.yaml"]);
    reader.hears(&["doctor", "-c", "broken.yaml"]);
    reader.hears(&["run", "-c", "broken.yaml"]);
    reader.hears(&["status", "-c", "broken.yaml", "--admin", ""]);
    reader.end();
}

#[test]
fn the_first_steps_are_told_in_russian() {
    let mut reader = Reader { desk: Desk::before(Partner::start()), found: Vec::new() };
    reader.hears(&["init", "empty"]);
    reader.hears(&["init", "empty"]);
    reader.hears(&["init", "mine", "--service", "http://localhost:9000", "--host", "api.my.ru"]);
    reader.hears(&["demo", "--once", "--certs", "demo"]);
    reader.hears(&["demo", "--once", "--verbose", "--certs", "demo"]);
    let signed = |body: &str| {
        let header = "X-Signature: sha256=00";
        reader
            .desk
            .fed(&["verify-signature", "--secret", "s", "--header", header, "--lang", "ru"], body)
    };
    let said = [signed("{\"a\": 1}\n"), signed("\u{feff}{}")];
    for said in &said {
        assert!(said.out.contains("неверно"), "{}", said.out);
        reader.look("verify-signature", said);
    }
    reader.end();
}

/// Data for programs has one language.
#[test]
fn json_and_states_are_the_same_in_every_language() {
    let desk = reader().desk;
    desk.say(&["trigger", "user.create", "--wait"]).expect("sent", 0);
    let both = |args: &[&str]| {
        let [english, russian] =
            ["en", "ru"].map(|tag| desk.say(&[args, &["--lang", tag]].concat()));
        assert_eq!(english.code, russian.code, "{args:?}");
        (english.out, russian.out)
    };
    for args in [&["ca", "show", "--json"][..], &["diff", "1", "1", "--json"]] {
        let (english, russian) = both(args);
        assert_eq!(english, russian, "{args:?}");
    }
    let checks = |text: &str| {
        let mut report: serde_json::Value = serde_json::from_str(text).unwrap();
        // The time goes on.
        let checks = report["checks"].as_array_mut().unwrap();
        checks.retain(|check| check["name"] != "clock");
        report
    };
    let (english, russian) = both(&["doctor", "--json"]);
    assert_eq!(checks(&english), checks(&russian));
    let (english, russian) = both(&["status"]);
    let columns = |text: &str| {
        let rows = text.lines().filter(|line| line.starts_with("  ") && !line.contains("->"));
        rows.map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
            .filter(|row| row.is_ascii() && !row.starts_with("first"))
            .collect::<Vec<_>>()
    };
    assert_eq!(columns(&english), columns(&russian));
    assert!(columns(&english).len() > 8, "{english}");
}
