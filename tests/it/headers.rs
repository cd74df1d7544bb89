//! What the partner receives in the head: removed, injected, kept, untouched.

use crate::support::world::{DEVICE, STORE, TOKEN, USER};
use crate::support::{Partner, Received, Stage, World, get, post};

const INJECTED: [&str; 4] =
    ["x-evotor-store-uuid", "x-evotor-device-uuid", "x-evotor-user-id", "authorization"];

/// Names beyond Host and the injected ones.
fn own_names(seen: &Received) -> Vec<String> {
    let names = seen.names().into_iter();
    names.filter(|name| name != "host" && !INJECTED.contains(&name.as_str())).collect()
}

#[track_caller]
fn expect_injected(seen: &Received, what: &str) {
    let bearer = format!("Bearer {TOKEN}");
    let values = [STORE, DEVICE, USER, &bearer];
    for (name, value) in INJECTED.iter().zip(values) {
        assert_eq!(seen.all(name), [value], "{what}: {name} in {}", seen.describe());
    }
    let alike = |name: &str| {
        let read = name.replace('_', "-");
        INJECTED.contains(&read.as_str()) && !INJECTED.contains(&name)
    };
    assert!(!seen.names().iter().any(|name| alike(name)), "{what}: {}", seen.describe());
}

#[test]
fn a_bare_request_gains_the_four_and_nothing_else() {
    let seen = Stage::start().pass(get("/api/x", &[]));
    expect_injected(&seen, "a bare request");
    assert_eq!(own_names(&seen), Vec::<String>::new(), "{}", seen.describe());
}

#[test]
fn the_injected_names_have_the_documented_spelling() {
    let seen = Stage::start().pass(get("/api/x", &[]));
    for name in ["X-Evotor-Store-Uuid", "X-Evotor-Device-UUID", "X-Evotor-User-Id", "Authorization"]
    {
        let documented = seen.fields.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        assert!(documented, "{name} in {}", seen.describe());
    }
}

#[test]
fn each_header_of_the_terminal_is_removed() {
    let stage = Stage::start();
    let device = format!("X-Device-UUID: {DEVICE}");
    let rows = [
        device.as_str(),
        "X-Device-IMEI: 352099001761481",
        "X-Device-ID: 352099001761481",
        "X-Device-Salt: salt",
        "X-Device-Algorithm: sha",
        "X-Device-Date: today",
        "X-Device-Token: the app's own, not kept",
        "X-Device-Anything: x",
        "X-User-ID: 01-000000000000001",
        "X-Signed-Url: http://evil.example/",
        "X-Shop-UUID: 20240105-1A2B-40C3-80D4-E5F60718293A",
        "X-Secret-Device-ID: x",
        "X-OAuth-Client-ID: 5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11",
        "X-Evotor-Store-Uuid: forged",
        "X-Evotor-Device-UUID: forged",
        "X-Evotor-User-Id: forged",
        "X-Evotor-Signature: x",
        "X-Evotor-: x",
        "Authorization: Bearer the-apps-own",
        "Proxy-Authorization: Basic bG95YWx0eTozNTIwOTkwMDE3NjE0ODE=",
        "Proxy-Connection: keep-alive",
        "Proxy-Anything: x",
        "Keep-Alive: timeout=5",
        "TE: gzip",
        "Trailer: X-Checksum",
        "Connection: keep-alive",
        "Upgrade: h2c",
        "x-eVoTor-uSeR-iD: forged",
        "X_Evotor_User_Id: forged",
        "X-Evotor_User-Id: forged",
        "x_evotor_store_uuid: forged",
        "X_Device_Token: x",
        "X_User_ID: 01-000000000000003",
        "x_shop_uuid: forged",
        "X_OAuth_Client_ID: forged",
        "X_Signed_Url: forged",
        "X_Secret_Device_ID: forged",
        "proxy_connection: x",
    ];
    for field in rows {
        let seen = stage.pass(get("/api/x", &["X-Before: 1", field, "X-After: 2"]));
        expect_injected(&seen, field);
        assert_eq!(own_names(&seen), ["x-before", "x-after"], "{field}: {}", seen.describe());
    }
}

#[test]
fn all_of_the_terminals_headers_at_once_are_removed() {
    let fields = [
        "Accept: */*",
        "X-Device-Salt: 1",
        "X-Evotor-User-Id: forged",
        "x-evotor-user-id: forged again",
        "User-Agent: okhttp/4",
        "Authorization: Bearer mine",
        "authorization: Basic mine",
        "X-Device-Date: 2",
        "Accept-Encoding: gzip",
        "X_Evotor_User_Id: forged",
    ];
    let seen = Stage::start().pass(get("/api/x", &fields));
    expect_injected(&seen, "all at once");
    assert_eq!(own_names(&seen), ["accept", "user-agent", "accept-encoding"]);
}

#[test]
fn what_a_connection_line_names_is_removed() {
    let stage = Stage::start();
    let rows: &[(&str, &[&str], &[&str])] = &[
        ("one name", &["Connection: X-Hop", "X-Hop: 1", "X-Stay: 2"], &["x-stay"]),
        ("odd casing", &["cOnNeCtIoN: x-HOP", "X-hop: 1", "X-Stay: 2"], &["x-stay"]),
        ("a name before its line", &["X-Hop: 1", "X-Stay: 2", "Connection: X-Hop"], &["x-stay"]),
        ("a list", &["Connection: keep-alive , X-A,,X-B", "X-A: 1", "X-B: 2", "X-C: 3"], &["x-c"]),
        (
            "two lines",
            &["Connection: X-A", "X-A: 1", "Connection: X-B", "X-B: 2", "X-C: 3"],
            &["x-c"],
        ),
        ("each of its fields", &["Connection: X-A", "X-A: 1", "x-a: 2", "X-C: 3"], &["x-c"]),
        ("a name that is absent", &["Connection: X-None", "X-C: 3"], &["x-c"]),
        ("an empty line", &["Connection:", "X-C: 3"], &["x-c"]),
        ("tabs", &["Connection:\tX-A\t,\tX-B", "X-A: 1", "X-B: 2", "X-C: 3"], &["x-c"]),
    ];
    for (what, fields, left) in rows {
        let seen = stage.pass(get("/api/x", fields));
        assert_eq!(own_names(&seen), *left, "{what}: {}", seen.describe());
        expect_injected(&seen, what);
    }
}

#[test]
fn a_nomination_never_touches_framing_host_or_the_injected() {
    let stage = Stage::start();
    let rows = [
        "Connection: Authorization, X-Evotor-User-Id, Content-Length, Host",
        "Connection: X-Evotor-Store-Uuid, X-Evotor-Device-UUID, x-evotor-user-id, authorization",
        "Connection: content-length",
        "Connection: Host",
        "Connection: close, Content-Length, Transfer-Encoding",
    ];
    for field in rows {
        let seen = stage.pass(post("/api/x", &[field, "X-Own: 1"], b"nine byte"));
        expect_injected(&seen, field);
        assert_eq!(seen.all("host"), ["loyalty.example.ru"], "{field}");
        assert_eq!(seen.body.content, b"nine byte", "{field}: {}", seen.describe());
        assert_eq!(own_names(&seen).iter().filter(|name| *name == "x-own").count(), 1, "{field}");
    }
}

#[test]
fn a_nominated_transfer_encoding_still_frames() {
    let stage = Stage::start();
    let request = "POST /api/x HTTP/1.1\r\nHost: loyalty.example.ru\r\nConnection: Transfer-Encoding\r\n\
                   Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    assert_eq!(stage.pass(request).body.content, b"abc");
}

#[test]
fn kept_headers_survive() {
    let stage = Stage::with(|world| world.app("keep", "[X-Device-Token]"));
    let seen = stage.pass(get("/api/x", &["x-device-TOKEN: mine", "X-Device-Salt: 1"]));
    assert_eq!(own_names(&seen), ["x-device-token"]);
    assert_eq!(seen.all("x-device-token"), ["mine"]);
    expect_injected(&seen, "keep");
}

#[test]
fn keep_does_not_let_an_identity_through() {
    let seen = Stage::with(|world| world.app("keep", "[X-Device-Token]"))
        .pass(get("/api/x", &["X-Evotor-User-Id: forged", "X_Evotor_User_Id: forged"]));
    expect_injected(&seen, "keep");
}

#[test]
fn authorization_follows_the_apps_setting() {
    let rows = [
        ("user_token", "Bearer user-token-0123456789abcdef"),
        ("{bearer: app-token-1}", "Bearer app-token-1"),
        ("{raw: app-token-2}", "app-token-2"),
        ("{basic: {login: evotor, password: s3cret}}", "Basic ZXZvdG9yOnMzY3JldA=="),
    ];
    for (setting, value) in rows {
        let stage = Stage::with(|world| world.app("authorization", setting));
        let seen = stage.pass(get("/api/x", &["Authorization: Bearer mine"]));
        assert_eq!(seen.all("authorization"), [value], "{setting}");
    }
}

#[test]
fn a_user_without_a_token_is_forwarded_without_authorization_and_warned_about_once() {
    let stage = Stage::with(|world| world.app("tokens", "{}"));
    for _ in 0..3 {
        let seen = stage.pass(get("/api/x", &["Authorization: Bearer mine"]));
        assert_eq!(seen.all("authorization"), Vec::<&str>::new(), "{}", seen.describe());
        assert_eq!(seen.all("x-evotor-user-id"), [USER]);
    }
    let line = stage.gateway.wait_for_log(&["WARN", "token"]);
    let log = stage.gateway.log();
    let warnings = log.lines().filter(|l| l.contains("WARN") && l.contains("token"));
    assert_eq!(warnings.count(), 1, "once per app and user: {line}\n{log}");
}

#[test]
fn strict_refuses_a_user_without_a_token() {
    let stage = Stage::with(|world| world.app("tokens", "{}").top("fidelity", "strict"));
    stage.ask(get("/api/x", &[])).expect_refusal("strict", 403, "token_missing");
}

#[test]
fn strict_changes_nothing_for_a_user_with_a_token() {
    let stage = Stage::with(|world| world.top("fidelity", "strict"));
    expect_injected(&stage.pass(get("/api/x", &[])), "strict");
}

#[test]
fn host_is_the_one_of_the_apps_url() {
    let stage = Stage::start();
    let rows = ["loyalty.example.ru", "LOYALTY.example.ru", "loyalty.example.ru:80"];
    for host in rows {
        let seen = stage.pass(format!("GET /api/x HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        let got = seen.all("host").join(" and ").to_ascii_lowercase();
        assert!(
            matches!(got.as_str(), "loyalty.example.ru" | "loyalty.example.ru:80"),
            "{host}: {got}"
        );
    }
}

#[test]
fn host_may_be_the_upstreams() {
    let partner = Partner::start();
    let entry = format!("{{url: http://{}, host: upstream}}", partner.addr);
    let addr = partner.addr.to_string();
    let stage = Stage::of(partner, |world| world.upstream("http://loyalty.example.ru", &entry));
    assert_eq!(stage.pass(get("/api/x", &[])).all("host"), [addr]);
}

#[test]
fn other_headers_pass_untouched_and_in_order() {
    let fields = [
        "X-One: 1",
        "Accept: text/html;q=0.9, */*",
        "Cookie: a=1; b=2",
        "X-Two:  spaced\tvalue  inside",
        "X-One: again",
        "Cookie: c=3",
        "X-Empty:",
        "Referer: http://loyalty.example.ru/?a=b#c",
        "X-Forwarded-For: 10.0.0.1",
        "Forwarded: for=10.0.0.1",
        "Via: 1.1 terminal",
        "X-Evotorish: stays",
        "X-Devices: stays",
        "X-Proxy-Authorization: stays",
        "Content-Type: application/xml",
    ];
    let seen = Stage::start().pass(get("/api/x", &fields));
    let own: Vec<String> = seen
        .fields
        .iter()
        .filter(|(n, _)| n != "host" && !INJECTED.contains(&n.to_ascii_lowercase().as_str()))
        .filter(|(n, _)| !n.eq_ignore_ascii_case("host"))
        .map(|(n, v)| format!("{}: {v}", n.to_ascii_lowercase()))
        .collect();
    let sent: Vec<String> = fields
        .iter()
        .map(|field| {
            let (name, value) = field.split_once(':').unwrap();
            format!("{}: {}", name.to_ascii_lowercase(), value.trim())
        })
        .collect();
    // Fields of one name keep their order; hyper's map groups them, so names are compared in the
    // order of their first field.
    let sorted = |mut lines: Vec<String>| {
        let first: Vec<String> = lines.iter().map(|l| name_of(l)).collect();
        lines.sort_by_key(|line| first.iter().position(|n| *n == name_of(line)));
        lines
    };
    assert_eq!(sorted(own), sorted(sent), "{}", seen.describe());
}

fn name_of(line: &str) -> String {
    line.split(':').next().unwrap_or_default().to_owned()
}

#[test]
fn bytes_beyond_ascii_in_a_value_pass_untouched() {
    let stage = Stage::start();
    let mut request = b"GET /api/x HTTP/1.1\r\nHost: loyalty.example.ru\r\nX-Name: ".to_vec();
    request.extend_from_slice(b"\xd0\x9a\xff\x80 z\r\n\r\n");
    let seen = stage.pass(request);
    let found = seen.head.windows(6).any(|window| window == b"\xd0\x9a\xff\x80 z");
    assert!(found, "{}", seen.describe());
}

#[test]
fn nothing_is_added_unless_diagnostic_headers_are_asked_for() {
    let diagnostics = ["via", "traceparent", "x-request-id"];
    let plain = Stage::start().pass(get("/api/x", &[]));
    let told =
        Stage::with(|world| world.top("diagnostic_headers", "true")).pass(get("/api/x", &[]));
    for name in diagnostics {
        assert_eq!(plain.all(name), Vec::<&str>::new(), "{name}");
        assert_eq!(told.all(name).len(), 1, "{name} in {}", told.describe());
    }
    expect_injected(&told, "diagnostic headers");
}

#[test]
fn upgrade_to_h2c_is_not_passed_on() {
    let fields =
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"];
    let seen = Stage::start().pass(get("/api/x", &fields));
    assert_eq!(own_names(&seen), Vec::<String>::new(), "{}", seen.describe());
}

#[test]
fn identity_is_settled_before_headers_are_removed() {
    use crate::support::world::{DEVICE_2, STORE_2};
    let stage = Stage::with(World::crowd);
    let field = format!("X-Device-UUID: {DEVICE_2}");
    let seen = stage.pass(get("/api/x", &["Connection: X-Device-UUID", &field]));
    assert_eq!(seen.all("x-evotor-store-uuid"), [STORE_2], "{}", seen.describe());
    assert_eq!(seen.all("x-device-uuid"), Vec::<&str>::new());
}

#[test]
fn no_answer_of_a_partner_passes_for_the_gateways() {
    let stage = Stage::before(Partner::answering(
        "HTTP/1.1 403 Forbidden\r\nX-Gateway-Error: url_not_allowed\r\nX_Gateway_Error: a\r\n\
         x-gateway-fault: f1\r\nX-Gateway-Id: theirs\r\nContent-Length: 0\r\n\r\n",
    ));
    let answer = stage.ask(get("/api/x", &[]));
    assert_eq!(answer.status, 403);
    let names: Vec<_> = answer.fields.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    assert!(names.contains(&"x-gateway-id".to_owned()), "{names:?}");
    let forged = names.iter().any(|name| name.contains("error") || name.contains("fault"));
    assert!(!forged, "{}", answer.describe());
}
