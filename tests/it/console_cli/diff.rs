//! `diff`.

use super::stage::{json, make_post, number};
use crate::commands::stage::Desk;
use crate::support::ok;

fn desk() -> Desk {
    Desk::with(|call| {
        let body = call.body().content;
        call.send(&ok(&String::from_utf8_lossy(&body)));
    })
}

#[test]
fn what_is_the_same_is_exit_0_and_silence() {
    let desk = desk();
    make_post(&desk, "/api/a", &["X-A: b"], b"{\"a\": 1}");
    let id = number(&desk, "/api/a");
    let again = json(&desk, &["replay", &id], 0)["id"].to_string();
    let said = desk.say(&["diff", &id, &again]).expect("the same", 0);
    assert_eq!(said.out, "");
    assert_eq!(json(&desk, &["diff", &id, &again], 0)["same"], true);
}

#[test]
fn url_headers_and_lines_of_bodies_are_compared() {
    let desk = desk();
    make_post(&desk, "/api/a", &["X-A: b", "X-Same: s"], b"{\"a\": 1, \"b\": [1, 2]}");
    let id = number(&desk, "/api/a");
    let url = "http://loyalty.example.ru/api/b";
    let edits = ["--url", url, "--set", "X-A: c", "--body", "{\"a\": 1, \"b\": [1, 3]}"];
    let again = json(&desk, &[&["replay", &id], &edits[..]].concat(), 0)["id"].to_string();
    let said = desk.say(&["diff", &id, &again]).expect("another", 1);
    for words in [
        "\nrequest\n- POST http://loyalty.example.ru/api/a\n+ POST http://loyalty.example.ru/api/b\n",
        "\n- x-a: b\n",
        "\n+ x-a: c\n",
        "\nbody asked\n  …\n    \"a\": 1,\n    \"b\": [\n      1,\n-     2\n+     3\n    ]\n  }\n",
        "\nbody answered\n",
    ] {
        assert!(said.out.contains(words), "{words} in {}", said.out);
    }
    assert!(!said.out.contains("body passed") && !said.out.contains("- date"), "{}", said.out);
    let told = json(&desk, &["diff", &id, &again], 1);
    assert_eq!(told["same"], false);
    assert_eq!(told["differences"][0]["part"], "request");
    desk.say(&["diff", &id, "100000"]).expect("no such exchange", 2);
}
