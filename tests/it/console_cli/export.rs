//! `export`: what it prints is run by the tools it is for.

use std::io::Write;
use std::process::Command;

use super::stage::{make_one, make_post, number};
use crate::commands::stage::Desk;
use crate::support::world::{DEVICE, TOKEN};
use crate::support::{Partner, Received, World, copied, get, post};

fn desk() -> Desk {
    let partner = Partner::start();
    let world = World::of(&partner).top("journal", "{body: 1MiB}");
    Desk { gateway: world.start(), partner }
}

/// Runs a printed command and gives what the partner got of it.
#[track_caller]
fn run(desk: &Desk, printed: &str) -> Received {
    let before = desk.partner.requests().len();
    let script = desk.gateway.path().join("script.sh");
    std::fs::write(&script, printed).unwrap();
    let output = Command::new("bash").arg(script).output().unwrap();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    desk.partner.wait(before + 1).pop().unwrap()
}

/// Names and values, without those of a connection's own.
fn fields(sent: &Received) -> Vec<(String, String)> {
    let fields = sent.fields.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let mut fields: Vec<_> = fields.filter(|(name, _)| name != "connection").collect();
    fields.sort();
    fields
}

#[test]
fn the_printed_curl_sends_what_the_partner_got() {
    let desk = desk();
    let long = "ж".repeat(60_000);
    let bodies: [(&str, &[u8]); 7] = [
        ("text", b"it's $HOME `id` \"x\" !bang \\n\n\ttwo lines\r\n"),
        ("json", br#"{"a": [1, "b"]}"#),
        ("binary", &[0, 1, 255, 254, b'\n', 0]),
        ("file", b"@/etc/passwd"),
        ("dash", b"-"),
        ("long", long.as_bytes()),
        ("none", b""),
    ];
    for (name, body) in bodies {
        let path = format!("/api/{name}?q=a;$b&c='(d)'!");
        let kind = "Content-Type: application/octet-stream";
        let own = ["X-Quote: it's \"so\" $x `y`", "X-Empty:", kind];
        let own = if name == "json" { &own[..1] } else { &own[..] };
        make_post(&desk, &path, own, body);
        let sent = desk.partner.requests().into_iter().rfind(|sent| sent.target() == path).unwrap();
        let id = number(&desk, &format!("/api/{name}*"));
        let args = ["export", "curl", &id, "--stage", "passed", "--reveal"];
        let printed = desk.say(&args).expect(name, 0);
        let again = run(&desk, &printed.out);
        assert_eq!(again.line, sent.line, "{}", printed.out);
        assert_eq!(again.body.content, body, "{name}: {}", printed.out);
        assert_eq!(fields(&again), fields(&sent), "{name}: {}", printed.out);
    }
}

#[test]
fn the_printed_curl_keeps_bytes_that_are_not_utf_8() {
    let desk = desk();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"\xcf\xf0\xe8\xe2\xe5\xf2").unwrap();
    let packed = packed.finish().unwrap();
    let windows = "Content-Type: text/plain; charset=windows-1251";
    let form = "Content-Type: application/x-www-form-urlencoded; charset=windows-1251";
    let json = "Content-Type: application/json";
    let gzip = "Content-Encoding: gzip";
    let rows: [(&str, &[&str], &[u8], &[u8]); 6] = [
        ("told", &[windows], b"\xcf\xf0\xe8\xe2\xe5\xf2", b"\xcf\xf0\xe8\xe2\xe5\xf2"),
        ("packed", &[windows, gzip], &packed, b"\xcf\xf0\xe8\xe2\xe5\xf2"),
        ("broken", &[json], b"{\"a\": \"\xff\xfe\"}", b"{\"a\": \"\xff\xfe\"}"),
        ("marked", &[json], b"\xef\xbb\xbf{\"a\": 1}", b"\xef\xbb\xbf{\"a\": 1}"),
        ("utf-16", &[windows], b"\xff\xfeA\x00\x10\x04", b"\xff\xfeA\x00\x10\x04"),
        ("secret", &[form], b"password=abcdefgh&name=\xcf\xf0", b"name=\xcf\xf0"),
    ];
    for (name, fields, body, kept) in rows {
        let path = format!("/api/{name}");
        make_post(&desk, &path, fields, body);
        let id = number(&desk, &path);
        for reveal in [false, true] {
            let args = ["export", "curl", &id, "--stage", "passed", "--reveal"];
            let args = if reveal { &args[..] } else { &args[..5] };
            let printed = desk.say(args).expect(name, 0);
            let again = run(&desk, &printed.out).body.content;
            match (reveal, name) {
                (true, _) => assert_eq!(again, body, "{name}: {}", printed.out),
                (false, "secret") => {
                    assert!(again.ends_with(kept), "{}", printed.out);
                    assert!(!again.windows(8).any(|part| part == b"abcdefgh"), "{}", printed.out);
                }
                (false, _) => assert_eq!(again, kept, "{name}: {}", printed.out),
            }
        }
    }
}

#[test]
fn the_curl_of_what_the_app_asked_goes_through_the_gateway() {
    let desk = desk();
    let device = format!("X-Device-UUID: {DEVICE}");
    let absolute = post("http://loyalty.example.ru/api/plain", &[&device], b"body");
    make_one(&desk, absolute);
    let before = desk.gateway.recorded(1).len();
    let inside = get("/api/inside", &[]);
    desk.gateway.tunnel("loyalty.example.ru:443").exchange(inside).expect_ok("inside the tunnel");
    assert_eq!(desk.gateway.recorded(before + 1)[before]["path"], "/api/inside");
    for path in ["/api/plain", "/api/inside"] {
        let id = number(&desk, path);
        let printed = desk.say(&["export", "curl", &id]).expect(path, 0);
        let again = run(&desk, &printed.out);
        assert_eq!(again.target(), path, "{}", printed.out);
        let token = format!("Bearer {TOKEN}");
        assert_eq!(again.field("authorization"), Some(token.as_str()), "{}", printed.out);
        desk.say(&["verify", &format!("path:={path}"), "--count", "2"]).expect("recorded again", 0);
    }
}

#[test]
fn a_request_can_be_sent_to_an_editor() {
    let desk = desk();
    make_post(&desk, "/api/x", &["X-A: b", &format!("X-Device-UUID: {DEVICE}")], b"body\n");
    let id = number(&desk, "/api/x");
    let said = desk.say(&["export", "http", &id]).expect("as asked", 0);
    let proxy = desk.gateway.api_ok("GET", "/api/connect", None)["proxy"].clone();
    let start = format!(
        "### exchange {id}\n# Set the editor's proxy to {}\nPOST http://loyalty.example.ru/api/x HTTP/1.1\n",
        proxy.as_str().unwrap()
    );
    assert!(said.out.starts_with(&start) && said.out.ends_with("\n\nbody\n\n"), "{}", said.out);
    assert!(said.out.contains(&format!("X-Device-UUID: {DEVICE}\n")), "{}", said.out);
    let said = desk.say(&["export", "http", &id, "--stage", "passed", "--reveal"]);
    let said = said.expect("as passed", 0);
    let line = format!("POST http://{}/api/x HTTP/1.1\n", desk.partner.addr);
    assert!(said.out.contains(&line) && said.out.contains(TOKEN), "{}", said.out);
    desk.say(&["export", "curl", "100000"]).expect("no such exchange", 2);
}

#[test]
fn a_har_file_goes_out_and_comes_in() {
    let desk = desk();
    super::stage::make(&desk, &["/api/a", "/api/b", "/admin"]);
    desk.say(&["export", "har", "path:/api/", "-o", "traffic.har"]).expect("a file", 0);
    let file = desk.gateway.path().join("traffic.har");
    assert_eq!(crate::commands::stage::shown(&file), "600");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains(TOKEN), "{text}");
    let har: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(har["log"]["version"], "1.2");
    assert_eq!(har["log"]["entries"].as_array().unwrap().len(), 2);
    let said = desk.say(&["export", "har", "--reveal"]).expect("stdout", 0);
    assert!(said.out.contains(TOKEN) && said.out.contains("/admin"), "{}", said.out);
    let said = desk.say(&["import", "har", "traffic.har"]).expect("brought in", 0);
    assert_eq!(said.out, "imported 2\n");
    desk.say(&["verify", "path:/api/a", "--count", "2"]).expect("twice", 0);
    desk.fed(&["import", "har", "-"], &text).expect("from stdin", 0);
    desk.fed(&["import", "har", "-"], "{").expect("no HAR", 2);
    desk.say(&["import", "har", "nowhere.har"]).expect("no file", 2);
    desk.say(&["export", "har", "-o", "nowhere/x.har"]).expect("no folder", 3);
}

#[test]
fn what_was_refused_was_never_passed() {
    let desk = desk();
    super::stage::make(&desk, &["/admin"]);
    let id = number(&desk, "/admin");
    let said = desk.say(&["export", "curl", &id, "--stage", "passed"]).expect("refused", 2);
    assert!(said.err.contains("never got to the stage passed"), "{}", said.err);
    desk.say(&["export", "curl", &id]).expect("as asked", 0);
}

#[test]
fn what_a_file_of_another_tool_holds_is_printed_and_never_run() {
    let desk = desk();
    let (method, url) = ("X|touch$IFS$9PWNED", "http://loyalty.example.ru/api/$(touch${IFS}PWNED)");
    let entry = |method: &str, body: &str| {
        serde_json::json!({
            "startedDateTime": jiff::Timestamp::now().to_string(),
            "request": {"method": method, "url": url, "postData": {"text": body}},
            "response": {"status": 200},
        })
    };
    let script = "{{require('child_process').execSync('touch PWNED')}}";
    let har = serde_json::json!({"log": {"entries": [entry(method, "x"), entry("POST", script)]}});
    desk.fed(&["import", "har", "-"], &har.to_string()).expect("brought in", 0);
    let rows = desk.gateway.recorded(2);
    let ids: Vec<_> = rows.iter().map(|row| row["id"].to_string()).collect();
    let proxy = desk.gateway.api_ok("GET", "/api/connect", None)["proxy"].clone();
    let said = desk.say(&["export", "curl", &ids[0]]).expect("curl", 0);
    let meant = serde_json::json!({"argv": ["-X", method, "--globoff", url, "--proxy", proxy,
        "-H", "User-Agent:", "-H", "Accept:", "-H", "Content-Type:", "--data-binary", "x"]});
    copied::expect_run("imported", "curl", &said.out, &meant);
    let said = desk.say(&["export", "http", &ids[0]]).expect("no method of an editor", 2);
    assert!(said.err.contains("The method of this request cannot"), "{}", said.err);
    let said = desk.say(&["export", "http", &ids[1]]).expect("an editor", 0);
    assert!(!said.out.contains("{{"), "{}", said.out);
    assert!(said.out.contains("# An editor could run parts of this body"), "{}", said.out);
}
