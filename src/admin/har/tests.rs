use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::journal::exchange::{Exchange, IMPORTED, Stage};
use crate::journal::{Bounds, Journal, JournalError, Place, Recorded};

/// As the journal gives back what it was given.
fn kept(exchange: Exchange) -> Recorded {
    let bounds =
        Bounds { body: 1 << 20, size: 64 << 20, age: std::time::Duration::from_secs(1 << 40) };
    let journal = Journal::open(&Place::Memory, bounds).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        journal.record(vec![exchange]);
        journal.settle(false).await.unwrap();
        let found = journal.read(|db| {
            let (_, latest) = crate::journal::extent(db)?;
            Ok::<_, JournalError>(crate::journal::recorded(db, latest)?)
        });
        found.await.unwrap().unwrap()
    })
}

fn exported(recorded: &Recorded) -> Value {
    let entry = entry(recorded, Extra::default());
    let text = format!("{}{}{END}", head(), serde_json::to_string(&entry).unwrap());
    serde_json::from_str(&text).unwrap()
}

/// The first entry of a file.
fn first(file: &[u8]) -> Result<Exchange, Unfit> {
    let mut made = None;
    each(file, |entry| {
        made.get_or_insert(exchange(entry, 1 << 20));
        Ok(())
    })?;
    made.expect("an entry")
}

fn imported(har: &Value) -> Exchange {
    first(har.to_string().as_bytes()).unwrap()
}

fn own() -> Exchange {
    let mut made = Exchange {
        at: 1_700_000_000_123_456,
        method: "POST".into(),
        url: "https://a.example.ru/api/x?name=%D0%90&b".to_owned(),
        status: Some(201),
        app: Some("loyalty".into()),
        rule: Some(2),
        ..Exchange::default()
    };
    made.times.connected = Some(1500);
    made.times.reused = Some(false);
    made.times.first_byte = Some(9000);
    made.times.done = 12_345;
    let mut message = |stage: Stage, head: &str, body: &[u8]| {
        let place = made.stage(stage);
        place.head = head.as_bytes().to_vec();
        place.body = Some(crate::net::tape::Tape::of(body, 1 << 20));
    };
    let asked = "POST /api/x?name=%D0%90&b HTTP/1.1\r\nHost: a.example.ru\r\nCookie: a=1; b=2\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\n";
    message(Stage::Asked, asked, b"a=%20b&c");
    let returned = "HTTP/1.1 201 Created\r\nSet-Cookie: s=1; Path=/; HttpOnly\r\nLocation: /y\r\n\
                    Content-Type: application/octet-stream\r\n";
    message(Stage::Returned, returned, &[0, 159, 146, 150]);
    message(Stage::Answered, "HTTP/1.1 201 Created\r\nX-Own: 1\r\n", &[0, 159, 146, 150]);
    made
}

#[test]
fn an_entry_has_what_the_format_names() {
    let har = exported(&kept(own()));
    assert_eq!(har["log"]["version"], "1.2");
    let entry = &har["log"]["entries"][0];
    assert_eq!(entry["startedDateTime"], "2023-11-14T22:13:20.123456Z");
    assert_eq!(entry["time"], 12.345);
    let timings = json!({"blocked": -1.0, "dns": -1.0, "connect": 1.5, "send": 0.0, "wait": 7.5,
        "receive": 3.345, "ssl": -1.0});
    assert_eq!(entry["timings"], timings);
    let request = &entry["request"];
    assert_eq!(request["queryString"][0], json!({"name": "name", "value": "А"}));
    assert_eq!(request["cookies"][1], json!({"name": "b", "value": "2"}));
    assert_eq!(request["postData"]["params"][0], json!({"name": "a", "value": " b"}));
    assert_eq!((&request["bodySize"], &request["headersSize"]), (&json!(8), &json!(-1)));
    let response = &entry["response"];
    assert_eq!(response["content"]["encoding"], "base64");
    assert_eq!(response["content"]["text"], "AJ+Slg==");
    assert_eq!(response["redirectURL"], "/y");
    let cookie = json!({"name": "s", "value": "1", "path": "/", "httpOnly": true});
    assert_eq!(response["cookies"][0], cookie);
    let own = &entry["_evotor"];
    assert_eq!(
        (&own["plane"], &own["app"], &own["rule"]),
        (&json!("proxy"), &json!("loyalty"), &json!(2))
    );
    assert_eq!(own["answered"]["headers"][0]["name"], "X-Own");
}

#[test]
fn what_comes_back_is_marked_and_otherwise_the_same() {
    let first = exported(&kept(own()));
    let mut second = exported(&kept(imported(&first)));
    let own = second["log"]["entries"][0]["_evotor"].as_object_mut().unwrap();
    assert_eq!(own.remove("imported"), Some(json!(true)));
    assert_eq!(second, first);
}

#[test]
fn a_packed_body_is_written_unpacked() {
    use std::io::Write as _;
    let mut pack = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    pack.write_all("{\"имя\": 1}".repeat(50).as_bytes()).unwrap();
    let packed = pack.finish().unwrap();
    let mut made = own();
    let place = made.stage(Stage::Returned);
    place.head =
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\n".to_vec();
    place.body = Some(crate::net::tape::Tape::of(&packed, 1 << 20));
    let har = exported(&kept(made));
    let response = &har["log"]["entries"][0]["response"];
    assert!(response["content"]["text"].as_str().unwrap().starts_with("{\"имя\""), "{response}");
    assert_eq!(response["bodySize"], packed.len());
    let plain = response["content"]["size"].as_i64().unwrap();
    assert_eq!(response["content"]["compression"], plain - packed.len() as i64);
    let again = exported(&kept(imported(&har)));
    let response = &again["log"]["entries"][0]["response"];
    assert_eq!(
        (&response["bodySize"], &response["content"]["size"]),
        (&json!(plain), &json!(plain))
    );
}

#[test]
fn a_body_that_was_cut_says_so() {
    let mut made = own();
    made.stage(Stage::Returned).body = Some(crate::net::tape::Tape::of(b"0123456789", 4));
    let har = exported(&kept(made));
    let content = &har["log"]["entries"][0]["response"]["content"];
    assert_eq!((&content["size"], &content["text"]), (&json!(10), &json!("0123")));
    assert!(content["comment"].as_str().unwrap().contains("4 of 10"));
    let again = exported(&kept(imported(&har)));
    assert_eq!(again["log"]["entries"][0]["response"]["bodySize"], -1);
}

#[test]
fn no_answer_is_status_0() {
    let mut made = own();
    made.status = None;
    made.stages[Stage::Returned as usize] = None;
    let har = exported(&kept(made));
    assert_eq!(har["log"]["entries"][0]["response"]["status"], 0);
    let back = imported(&har);
    assert_eq!(back.status, None);
    assert!(back.stages[Stage::Returned as usize].is_none());
}

#[test]
fn hostile_entries_are_refused_with_the_reason() {
    let good = exported(&kept(own()));
    let spoilt = |pointer: &str, value: Value| {
        let mut har = good.clone();
        *har["log"]["entries"][0].pointer_mut(pointer).unwrap() = value;
        first(har.to_string().as_bytes()).unwrap_err().0
    };
    for (pointer, value, word) in [
        ("/request/url", json!("javascript:alert(1)"), "no URL"),
        ("/request/url", json!("http://a/b\r\nX: 1"), "no URL"),
        ("/request/method", json!("GET / HTTP/1.1\r\nX: 1"), "no method"),
        ("/request/headers/0/name", json!("<script>"), "no name of a header"),
        ("/request/headers/0/name", json!("a\r\nb"), "no name of a header"),
        ("/request/headers/0/value", json!("a\rb"), "control characters"),
        ("/response/status", json!(99), "no status"),
        ("/response/status", json!(1e300), "no status"),
        ("/response/content/text", json!("%%%"), "base64"),
        ("/startedDateTime", json!("yesterday"), "no time"),
        ("/request", json!([]), "invalid"),
        ("/_evotor/answered/headers/0/name", json!("\u{0}"), "no name of a header"),
    ] {
        let why = spoilt(pointer, value);
        assert!(why.to_string().contains(word), "{pointer}: {why}");
    }
}

#[test]
fn what_is_no_har_is_refused() {
    for text in
        ["", "[]", "{}", "{\"log\": {}}", "{\"log\": {\"entries\": {}}}", &"[".repeat(100_000)]
    {
        assert!(matches!(count(text.as_bytes()), Err(Refused::NoHar(_))), "{text:.60}");
    }
    let twice = "{\"log\": {\"entries\": [], \"entries\": []}}";
    let more = "{\"log\": {\"entries\": []}} x";
    let cut = "{\"log\": {\"entries\": [{}, {}";
    for text in [twice, more, cut] {
        assert!(matches!(count(text.as_bytes()), Err(Refused::NoHar(_))), "{text}");
    }
    assert!(matches!(count(b"{\"log\": {\"entries\": [\"\xff\"]}}"), Err(Refused::NoHar(_))));
    assert_eq!(count(b"\xEF\xBB\xBF{\"log\": {\"entries\": []}}"), Ok(0));
    assert_eq!(
        count(b"{\"x\": [{}], \"log\": {\"x\": {}, \"entries\": [{}, 1], \"y\": 2}}"),
        Ok(2)
    );
}

#[test]
fn more_entries_than_are_taken_are_refused_before_the_first() {
    let file = |count: usize| {
        format!("{{\"log\":{{\"entries\":[{}0]}}}}", "0,".repeat(count - 1)).into_bytes()
    };
    assert_eq!(count(&file(MOST)), Ok(MOST));
    assert_eq!(count(&file(MOST + 1)), Err(Refused::TooMany));
    // Not read any further: that it never ends is not noticed.
    let endless = format!("{{\"log\":{{\"entries\":[{}", "0,".repeat(MOST + 1));
    assert_eq!(count(endless.as_bytes()), Err(Refused::TooMany));
}

#[test]
fn entries_are_shown_until_nobody_wants_more() {
    let mut seen = 0;
    let read = each(b"{\"log\": {\"entries\": [1, 2, 3]}}", |_| {
        seen += 1;
        if seen == 2 { Err("enough") } else { Ok(()) }
    });
    assert!(read.unwrap_err().0.to_string().contains("enough"));
    assert_eq!(seen, 2);
}

#[test]
fn lists_within_an_entry_are_bounded() {
    let good = exported(&kept(own()));
    for pointer in ["/request/headers", "/response/headers", "/_evotor/answered/headers"] {
        let mut har = good.clone();
        let pair = json!({"name": "a", "value": ""});
        *har["log"]["entries"][0].pointer_mut(pointer).unwrap() = json!(vec![pair; 10_001]);
        let why = first(har.to_string().as_bytes()).unwrap_err().0;
        assert!(why.to_string().contains("at most 10000"), "{pointer}: {why}");
    }
    let mut har = good;
    har["log"]["entries"][0]["_evotor"]["faults"] = json!(vec![""; 10_001]);
    assert!(first(har.to_string().as_bytes()).unwrap_err().0.to_string().contains("at most 10000"));
}

/// The name of a header stands on each of its lines, and a file needs two bytes for one.
#[test]
fn a_header_of_many_lines_does_not_grow() {
    let mut har = exported(&kept(own()));
    let (name, value) = ("n".repeat(100 << 10), "\n".repeat(200_000));
    har["log"]["entries"][0]["request"]["headers"][0] = json!({"name": name, "value": value});
    let why = first(har.to_string().as_bytes()).unwrap_err().0;
    assert!(why.to_string().contains("longer than"), "{why:.80}");
}

#[test]
fn a_form_is_written_as_one_and_kept_up_to_a_limit() {
    let mut har = exported(&kept(own()));
    let params = json!([{"name": "а", "value": "1 &"}, {"name": "b"}]);
    har["log"]["entries"][0]["request"]["postData"] = json!({"mimeType": "", "params": params});
    let made = imported(&har);
    let body = made.stages[0].as_ref().unwrap().body.as_ref().unwrap();
    assert_eq!(body.kept(), b"%D0%B0=1+%26&b=");
}

#[test]
fn what_a_coding_hides_is_written_up_to_a_limit_and_said_to_go_on() {
    let zeros = vec![b'0'; 1 << 20];
    let mut packed = Vec::new();
    let mut pack = flate2::read::GzEncoder::new(zeros.as_slice(), flate2::Compression::fast());
    std::io::Read::read_to_end(&mut pack, &mut packed).unwrap();
    let mut made = own();
    let place = made.stage(Stage::Returned);
    place.head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n".to_vec();
    place.body = Some(crate::net::tape::Tape::of(&packed, 1 << 20));
    let har = exported(&kept(made));
    let content = &har["log"]["entries"][0]["response"]["content"];
    assert_eq!(content["text"].as_str().unwrap().len(), 256 << 10);
    assert_eq!((&content["size"], content.get("compression")), (&json!(-1), None));
    assert!(
        content["comment"].as_str().unwrap().contains("the first 262144 bytes"),
        "{content:.90}"
    );
    let again = exported(&kept(imported(&har)));
    assert_eq!(again["log"]["entries"][0]["response"]["bodySize"], -1, "it is known to be cut");
}

#[test]
fn what_other_tools_leave_out_is_not_missed() {
    let har = json!({"log": {"entries": [{
        "startedDateTime": "2026-01-02T03:04:05.678+03:00",
        "request": {"method": "GET", "url": "http://a.example.ru/x", "httpVersion": "h2",
            "headers": [{"name": ":authority", "value": "a"}, {"name": "X", "value": "1\n2"}]},
        "response": {"status": 200, "content": {"text": "ж"}},
        "timings": {"send": -1, "wait": 5.5},
    }]}});
    let made = imported(&har);
    assert_eq!(made.stages[0].as_ref().unwrap().head, b"GET /x HTTP/2.0\r\nX: 1\r\nX: 2\r\n");
    assert_eq!((made.times.done, made.times.connected), (5500, None));
    assert_eq!(made.entrance, Some(IMPORTED));
}

fn header() -> impl Strategy<Value = String> {
    ("[A-Za-z][A-Za-z-]{0,12}", "[ -~а-я]{0,20}")
        .prop_map(|(name, value)| format!("{name}: {}\r\n", value.trim()))
}

prop_compose! {
    fn message()(
        fields in prop::collection::vec(header(), 0..6),
        body in prop_oneof![
            Just(None),
            prop::collection::vec(any::<u8>(), 0..60).prop_map(Some),
            "\\PC{0,30}".prop_map(|text| Some(text.into_bytes())),
        ],
    ) -> (String, Option<Vec<u8>>) { (fields.concat(), body) }
}

prop_compose! {
    fn any_exchange()(
        asked in message(),
        returned in prop::option::of(message()),
        passed in prop::option::of(message()),
        status in 100_u16..600,
        times in prop::collection::vec(0_u64..1_000_000, 3),
        reused in prop::option::of(any::<bool>()),
        path in "/[a-z0-9/]{0,12}(\\?[a-z=&%2]{0,0}[a-z=&]{0,9})?",
        app in prop::option::of("[a-z]{1,8}"),
    ) -> Exchange {
        let mut made = Exchange {
            at: 1_700_000_000_000_000,
            method: "PUT".into(),
            url: format!("http://a.example.ru{path}"),
            app: app.map(Into::into),
            ..Exchange::default()
        };
        made.times.connected = reused.map(|_| times[0]);
        made.times.reused = reused;
        made.times.first_byte = Some(times[0] + times[1]);
        made.times.done = times.iter().sum();
        let mut put = |stage: Stage, line: String, (fields, body): (String, Option<Vec<u8>>)| {
            let place = made.stage(stage);
            place.head = (line + "\r\n" + &fields).into_bytes();
            place.body = body.map(|body| crate::net::tape::Tape::of(&body, 1 << 20));
        };
        put(Stage::Asked, format!("PUT {path} HTTP/1.1"), asked);
        if let Some(passed) = passed {
            put(Stage::Passed, format!("PUT {path} HTTP/1.1"), passed);
        }
        if let Some(returned) = returned {
            put(Stage::Returned, format!("HTTP/1.1 {status} Fine"), returned);
            made.status = Some(status);
        }
        made
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn once_imported_an_exchange_is_written_as_it_was_read(made in any_exchange()) {
        let first = exported(&kept(made));
        let second = exported(&kept(imported(&first)));
        let third = exported(&kept(imported(&second)));
        prop_assert_eq!(&second, &third);
        for pointer in ["/request/headers", "/request/url", "/response/status", "/timings", "/time"] {
            let at = |har: &Value| har["log"]["entries"][0].pointer(pointer).cloned();
            prop_assert_eq!(at(&first), at(&second), "{}", pointer);
        }
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}", json in "[\\[\\]{}:,\"a-z0-9.-]{0,80}") {
        let _ = (count(text.as_bytes()).is_ok(), count(json.as_bytes()).is_ok());
        let file = format!("{{\"log\":{{\"entries\":[{json}]}}}}");
        let _ = each(file.as_bytes(), |entry| {
            let _ = exchange(entry, 100);
            Ok(())
        });
    }
}
