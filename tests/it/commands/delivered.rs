//! What was delivered and what was not, and what is noted of a body.

use super::stage::{Desk, json_of};
use crate::support::Partner;

#[test]
fn what_was_answered_and_is_sent_again_is_not_delivered() {
    let desk =
        Desk::before(Partner::answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
    for event in ["installation.installed", "subscription.created"] {
        let said = desk.say(&["trigger", event, "--wait", "--json"]).expect(event, 1);
        assert_eq!(json_of(&said)["state"], "queued", "{}", said.out);
    }
}

#[test]
fn a_field_that_the_body_did_not_have_is_noted() {
    let desk = Desk::start();
    desk.say(&["trigger", "user.create", "--wait"]).expect("the user's token", 0);
    let said = desk.say(&["trigger", "documents", "--set", "body.smu=1", "--wait"]);
    let said = said.expect("it is sent all the same", 0);
    let note = "note: the body had no field `body.smu`, so it is added; did you mean `body.sum`?";
    assert!(said.err.contains(note), "{}", said.err);
    let said = desk.say(&["trigger", "documents", "--set", "body.sum=1", "--wait"]);
    assert!(!said.expect("a known field", 0).err.contains("no field"));
}
