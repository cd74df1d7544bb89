//! `show` and `replay`.

use super::stage::{json, make, make_post, number};
use crate::commands::stage::{Desk, answer};
use crate::support::world::{DEVICE, TOKEN};
use crate::support::{Partner, World};

#[test]
fn the_sentence_comes_first_then_the_hint_and_the_rules() {
    let desk = Desk::start();
    make(&desk, &["/admin", "/api/a"]);
    let said = desk.say(&["show", &number(&desk, "/admin")]).expect("refused", 0);
    let lines: Vec<_> = said.out.lines().collect();
    assert!(lines[0].starts_with("No rule of"), "{}", said.out);
    assert!(lines[1].starts_with("hint: The nearest rule"), "{}", said.out);
    for words in [
        "answer 403 url_not_allowed after ",
        "GET http://loyalty.example.ru/admin",
        "rule 1 `",
        "matches up to `http://loyalty.example.ru/a`",
        r"a rule that would allow it: http://loyalty\.example\.ru/.*",
    ] {
        assert!(said.out.contains(words), "{words} in {}", said.out);
    }
    let said = desk.say(&["show", &number(&desk, "/api/a")]).expect("let through", 0);
    assert!(said.out.starts_with("Allowed by rule 1, `"), "{}", said.out);
    assert!(said.out.contains("\nanswer 200 after ") && said.out.contains("entry http"));
}

#[test]
fn stages_are_three_columns_with_the_reason_of_each_change() {
    let partner = Partner::start();
    // One worker, so that what follows another is written after it.
    let desk = Desk { gateway: World::of(&partner).top("workers", "1").start(), partner };
    let fields = [&*format!("X-Device-UUID: {DEVICE}"), "X-Own: kept", "Content-Type: text/plain"];
    make_post(&desk, "/api/x", &fields, b"one\ntwo");
    let said = desk.say(&["show", &number(&desk, "/api/x"), "--stages", "--reveal"]);
    let said = said.expect("stages", 0);
    let cells: Vec<[&str; 3]> = said
        .out
        .lines()
        .filter(|line| line.contains('│'))
        .map(|line| {
            let mut cells = line.splitn(3, '│').map(str::trim);
            [0; 3].map(|_| cells.next().unwrap_or_default())
        })
        .collect();
    let row = |start: &str| {
        let found = cells.iter().find(|row| row.iter().any(|cell| cell.starts_with(start)));
        *found.unwrap_or_else(|| panic!("{start} in {}", said.out))
    };
    assert_eq!(cells[0], ["App", "Gateway", "Partner"]);
    assert!(row("POST /api/x")[1].starts_with("→ rule 1"), "{}", said.out);
    let device = row("X-Device-UUID");
    assert!(device[1].starts_with("− ") && device[2].is_empty(), "{}", said.out);
    let token = row("Authorization");
    assert!(token[0].is_empty() && token[1].starts_with("+ the user's token"), "{}", said.out);
    assert_eq!(row("X-Own"), ["X-Own: kept", "", "X-Own: kept"]);
    assert!(said.out.replace([' ', '│', '\n'], "").contains(TOKEN), "{}", said.out);
    assert!(said.out.contains("body asked: 7 bytes, text/plain\none\ntwo\n"), "{}", said.out);
    assert!(said.out.contains("body passed: 7 bytes, text/plain\n(the same)"), "{}", said.out);
}

#[test]
fn bodies_are_laid_out_and_cut_with_a_note() {
    let desk = Desk::with(|call| {
        call.body();
        let items: Vec<_> = (0..100).map(|at| format!("{{\"n\":{at}.10}}")).collect();
        let body = format!("[{}]", items.join(","));
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length:";
        call.send(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes());
    });
    make_post(&desk, "/api/x", &["Content-Type: application/octet-stream"], b"\x89PNG\0\xff");
    let id = number(&desk, "/api/x");
    let said = desk.say(&["show", &id, "--body"]).expect("bodies", 0);
    assert!(said.out.contains("00000000  89 50 4e 47 00 ff "), "{}", said.out);
    assert!(said.out.contains("    \"n\": 0.10\n"), "{}", said.out);
    assert!(said.out.contains("(242 more lines; --body answered shows them)"), "{}", said.out);
    let said = desk.say(&["show", &id, "--body", "returned"]).expect("one body", 0);
    assert!(said.out.starts_with("[\n  {") && said.out.ends_with("\"n\": 99.10\n  }\n]\n"));
    let said = desk.say(&["show", &id, "--headers"]).expect("headers", 0);
    for words in [
        "asked: what the caller sent\nPOST /api/x HTTP/1.1\n",
        "\nanswered: ",
        "\nHTTP/1.1 200 OK\n",
    ] {
        assert!(said.out.contains(words), "{words} in {}", said.out);
    }
    assert_eq!(json(&desk, &["show", &id], 0)["id"].to_string(), id);
    desk.say(&["show", "100000"]).expect("no such exchange", 2);
    desk.say(&["show", "x"]).expect("no number", 2);
}

#[test]
fn what_is_wrong_with_the_answer_to_a_webhook_is_listed() {
    let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
    let desk = Desk::before(Partner::answering(html));
    desk.say(&["trigger", "user.create", "--wait"]).expect("a page", 1);
    let row = &desk.gateway.recorded(1)[0];
    let said = desk.say(&["show", &row["id"].to_string(), "--stages"]).expect("a webhook", 0);
    let start = "The webhook user.create, attempt 1, was answered with 200: fail.\n";
    assert!(said.out.starts_with(start), "{}", said.out);
    assert!(said.out.contains("\n  fail body-html, body: "), "{}", said.out);
    assert!(said.out.contains("passed: what the receiver got\nPOST /api/v1/user/create"));
}

#[test]
fn a_replay_is_a_new_exchange_and_its_end_is_the_exit_code() {
    let desk = Desk::start();
    make(&desk, &["/api/a", "/admin"]);
    let id = number(&desk, "/api/a");
    let said = desk.say(&["replay", &id]).expect("again", 0);
    assert!(said.out.trim_end().ends_with(&format!("replay of {id}")), "{}", said.out);
    let said = desk.say(&["replay", &number(&desk, "/admin")]).expect("refused again", 1);
    assert!(said.out.contains("403") && said.err.contains("(url_not_allowed): No rule"));
    let row = json(&desk, &["replay", &id, "--as", "delivered"], 0);
    assert_eq!((&row["replay_as"], &row["status"]), (&"delivered".into(), &200.into()));
    assert_eq!(row.get("stages"), None);
    desk.say(&["replay", "100000"]).expect("no such exchange", 2);
    desk.say(&["replay", &id, "--set", "no colon"]).expect("no header", 2);
    desk.say(&["replay", &id, "--body", "@/nowhere"]).expect("no file", 2);
}

#[test]
fn a_replay_may_be_edited() {
    let desk = Desk::with(|call| {
        if call.request.line.starts_with("PUT") {
            call.body();
            call.send(b"HTTP/1.1 418 Short and stout\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        answer(call);
    });
    make_post(&desk, "/api/a", &["X-Old: 1", "X-Kept: 2"], b"old");
    let id = number(&desk, "/api/a");
    let edited = |args: &[&str], code: i32| {
        let before = desk.partner.requests().len();
        desk.say(&[&["replay", &id], args].concat()).expect("edited", code);
        desk.partner.wait(before + 1).pop().unwrap()
    };
    let url = "http://loyalty.example.ru/api/b?c=d";
    let args = ["--method", "PUT", "--url", url, "--set", "X-New: a: b", "--unset", "x-old"];
    let sent = edited(&[&args[..], &["--body", "new"]].concat(), 1);
    assert_eq!((sent.line.as_str(), &*sent.body.content), ("PUT /api/b?c=d HTTP/1.1", &b"new"[..]));
    assert_eq!((sent.field("x-new"), sent.field("x-kept")), (Some("a: b"), Some("2")));
    assert_eq!(sent.field("x-old"), None);
    std::fs::write(desk.gateway.path().join("body.bin"), [0, 255]).unwrap();
    let sent = edited(&["--body", "@body.bin"], 0);
    assert_eq!(sent.body.content, [0, 255]);
    desk.fed(&["replay", &id, "--body", "-"], "from stdin").expect("stdin", 0);
    assert_eq!(desk.partner.last().body.content, b"from stdin");
}

/// The partner is not blamed for what was made on purpose.
#[test]
fn what_a_fault_answered_is_told_as_such() {
    let desk = Desk::start();
    let add = |plane: &str, status: &str| {
        let args = ["fault", "add", "status", "--status", status, "--plane", plane];
        desk.say(&args).expect("a fault", 0);
    };
    add("proxy", "503");
    add("webhook", "500");
    desk.gateway.ask(crate::support::get("/api/a", &[]));
    let id = desk.gateway.recorded(1)[0]["id"].to_string();
    let said = desk.say(&["show", &id, "--stages"]).expect("a request", 0);
    let start = "Allowed by rule 1. Fault f1 answered 503; the partner was not asked.\n";
    assert!(said.out.starts_with(start), "{}", said.out);
    assert_eq!(said.out.matches("✳ fault f1").count(), 2, "both columns: {}", said.out);
    let said = desk.say(&["tail", "--no-follow"]).expect("a line", 0);
    let end = "✳ Fault f1 answered 503; the partner was not asked";
    assert!(said.out.trim_end().ends_with(end), "{}", said.out);
    let said = desk.say(&["trigger", "user.create", "--wait"]).expect("nothing is delivered", 1);
    let told = "note injected_fault, status: Fault f2 answered 500; the partner was not asked.";
    assert!(said.out.contains(told), "{}", said.out);
    let id = desk.gateway.recorded(2)[1]["id"].to_string();
    let said = desk.say(&["show", &id]).expect("a webhook", 0);
    let start = "The webhook user.create was not judged. Fault f2 answered 500;";
    assert!(said.out.starts_with(start), "{}", said.out);
}

#[test]
fn the_newest_is_last_and_others_are_counted_back_from_it() {
    let desk = Desk::start();
    make(&desk, &["/api/a", "/api/b", "/api/c"]);
    for (which, path) in [("last", "/api/c"), ("-1", "/api/c"), ("-3", "/api/a")] {
        let said = desk.say(&["show", which]).expect(which, 0);
        assert!(said.out.contains(&format!("example.ru{path}\n")), "{which}: {}", said.out);
    }
    let said = desk.say(&["show", "-4"]).expect("more than there are", 2);
    assert!(said.err.contains("only 3 exchanges"), "{}", said.err);
    let said = desk.say(&["diff", "-2", "last"]).expect("two paths", 1);
    assert!(said.out.contains("/api/b") && said.out.contains("/api/c"), "{}", said.out);
    desk.say(&["replay", "-2"]).expect("once more", 0);
    assert_eq!(desk.partner.last().target(), "/api/b");
    let said = desk.say(&["export", "curl", "last"]).expect("the replay", 0);
    assert!(said.out.contains("/api/b"), "{}", said.out);
}
