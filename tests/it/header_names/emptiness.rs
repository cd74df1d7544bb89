//! Requests without content.

use crate::support::h2::{self, request as h2_request};
use crate::support::{Stage, head_of};

#[test]
fn a_post_and_a_put_without_content_say_so_and_others_do_not() {
    let stage = Stage::start();
    for (method, length) in
        [("POST", Some("0")), ("PUT", Some("0")), ("GET", None), ("DELETE", None)]
    {
        let seen = stage.pass(head_of(method, "/api/x", &[]));
        assert_eq!(seen.field("content-length"), length, "{method} over HTTP/1.1");
        assert_eq!(seen.field("transfer-encoding"), None, "{method}");
        let mut app = h2::Client::dial(stage.gateway.https, super::HOST, &stage.gateway.ca());
        let url = format!("https://{}/api/x", super::HOST);
        assert_eq!(app.ask(h2_request(method, &url, b"")).unwrap().status, 200);
        let seen = stage.partner.last();
        assert_eq!(seen.field("content-length"), length, "{method} over HTTP/2");
        assert_eq!(seen.field("transfer-encoding"), None, "{method}");
    }
}

#[test]
fn content_that_is_there_is_announced_once() {
    let stage = Stage::start();
    let seen = stage.pass(crate::support::post("/api/x", &[], b"body"));
    assert_eq!((seen.all("content-length"), &*seen.body.content), (vec!["4"], &b"body"[..]));
    let mut chunked = head_of("PUT", "/api/x", &["Transfer-Encoding: chunked"]);
    chunked.extend_from_slice(b"0\r\n\r\n");
    let seen = stage.pass(chunked);
    assert_eq!(
        (seen.field("content-length"), seen.all("transfer-encoding")),
        (None, vec!["chunked"])
    );
}

#[test]
fn what_is_sent_again_for_the_console_says_so_too() {
    let stage = Stage::start();
    stage.pass(head_of("POST", "/api/x", &[]));
    let row = stage.gateway.recorded(1).remove(0);
    for how in ["app", "delivered"] {
        let path = format!("/api/exchanges/{}/replay", row["id"]);
        stage.gateway.api_ok("POST", &path, Some(&serde_json::json!({"as": how})));
        let seen = stage.partner.last();
        assert_eq!(seen.all("content-length"), ["0"], "{how}: {}", seen.describe());
        assert!(seen.describe().contains("\r\nX-Evotor-Device-UUID: "), "{}", seen.describe());
    }
}
