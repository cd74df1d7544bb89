//! Who may use the admin address, over sockets.

use serde_json::json;

use crate::cli::Said;
use crate::support::admin::expect_problem;
use crate::support::browser::Browser;
use crate::support::gateway::command;
use crate::support::{Answer, Gateway, Partner, Raw, World};

const TOKEN: &str = "console-0123456789abcdef";

fn world() -> World {
    World::of(&Partner::start())
}

fn guarded() -> Gateway {
    world().top("admin", &format!("{{token: {TOKEN}, hosts: [gateway.test]}}")).start()
}

/// One request with these fields besides.
#[track_caller]
fn ask(gateway: &Gateway, method: &str, path: &str, host: &str, fields: &[&str]) -> Answer {
    let port = gateway.admin.port();
    let host = host.replace("PORT", &port.to_string());
    let more: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    let more = more.replace("PORT", &port.to_string());
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
    );
    Raw::dial(gateway.admin).exchange(head)
}

#[test]
fn a_foreign_name_that_leads_here_is_refused() {
    let gateway = world().start();
    for host in ["evil.example:PORT", "127.0.0.1.evil.example:PORT", "192.168.1.5:PORT", ""] {
        for path in ["/", "/api/exchanges", "/metrics", "/evotor/api/v1/inventories/stores/search"]
        {
            expect_problem(&ask(&gateway, "GET", path, host, &[]), 403, "foreign_host");
        }
    }
    for host in ["localhost:PORT", "127.0.0.1:PORT", "[::1]:PORT", "localhost"] {
        assert_eq!(ask(&gateway, "GET", "/api/exchanges", host, &[]).status, 200, "{host}");
    }
}

#[test]
fn a_page_of_another_origin_is_refused() {
    let gateway = world().start();
    let own = "localhost:PORT";
    for field in [
        "Origin: http://evil.example",
        "Origin: http://localhost:3000",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ] {
        for (method, path) in [("GET", "/api/exchanges"), ("POST", "/api/clock")] {
            let answer = ask(&gateway, method, path, own, &[field]);
            expect_problem(&answer, 403, "foreign_origin");
        }
    }
    let fields = ["Origin: http://localhost:PORT", "Sec-Fetch-Site: same-origin"];
    assert_eq!(ask(&gateway, "GET", "/api/exchanges", own, &fields).status, 200);
}

#[test]
fn a_preflight_allows_nothing() {
    let gateway = world().start();
    let fields = ["Origin: http://evil.example", "Access-Control-Request-Method: POST"];
    let answer = ask(&gateway, "OPTIONS", "/api/clock", "localhost:PORT", &fields);
    assert_eq!(answer.status, 403);
    assert_eq!(answer.field("access-control-allow-origin"), None);
}

#[test]
fn with_a_token_everything_but_health_wants_it() {
    let gateway = guarded();
    let own = "127.0.0.1:PORT";
    let wrong = format!("Authorization: Bearer {TOKEN}x");
    for path in ["/", "/metrics", "/api/exchanges", "/api/clock", "/api/none", "/connect"] {
        for fields in [&[][..], &[wrong.as_str()], &["Authorization: Basic eDp5"]] {
            let answer = ask(&gateway, "GET", path, own, fields);
            expect_problem(&answer, 401, "token_wanted");
            assert!(answer.field("www-authenticate").unwrap().starts_with("Bearer"));
        }
    }
    for path in ["/livez", "/readyz"] {
        assert_eq!(ask(&gateway, "GET", path, own, &[]).status, 200, "{path}");
    }
    for scheme in ["Bearer", "bearer"] {
        let right = format!("Authorization: {scheme} {TOKEN}");
        assert_eq!(ask(&gateway, "GET", "/api/exchanges", own, &[&right]).status, 200);
    }
}

#[test]
fn a_name_of_its_own_is_answered_and_a_foreign_one_is_not_even_with_the_token() {
    let gateway = guarded();
    let right = format!("Authorization: Bearer {TOKEN}");
    let status = |host: &str| ask(&gateway, "GET", "/api/clock", host, &[&right]).status;
    assert_eq!((status("gateway.test:PORT"), status("192.168.1.5:PORT")), (200, 200));
    assert_eq!(status("evil.example:PORT"), 403);
}

#[test]
fn a_browser_changes_the_token_for_a_cookie() {
    let gateway = guarded();
    let own = "localhost:PORT";
    let page = ask(&gateway, "GET", "/", own, &["Accept: text/html,*/*"]);
    assert_eq!(page.status, 401, "{}", page.describe());
    assert!(page.field("content-security-policy").unwrap().contains("default-src 'none'"));
    assert!(page.text().contains("/api/session") && !page.text().contains(TOKEN));

    let session = |token: &str| {
        let (port, body) = (gateway.admin.port(), json!({"token": token}).to_string());
        let head = format!(
            "POST /api/session HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        Raw::dial(gateway.admin).exchange(head + &body)
    };
    let refused = session("guess");
    expect_problem(&refused, 401, "wrong_token");
    assert_eq!(refused.field("set-cookie"), None);
    let made = session(TOKEN);
    assert_eq!(made.status, 204, "{}", made.describe());
    let cookie = made.field("set-cookie").unwrap();
    for word in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    assert!(!cookie.contains(TOKEN), "{cookie}");
    let cookie = format!("Cookie: {}", cookie.split(';').next().unwrap());
    assert_eq!(ask(&gateway, "GET", "/api/clock", own, &[&cookie]).status, 200);
    let standing = ask(&gateway, "GET", "/api/session", own, &[&cookie]).json();
    assert_eq!(standing, json!({"token_wanted": true, "signed_in": true}));
    let foreign =
        ask(&gateway, "GET", "/api/clock", own, &[&cookie, "Origin: http://evil.example"]);
    expect_problem(&foreign, 403, "foreign_origin");
    let gone = ask(&gateway, "DELETE", "/api/session", own, &[&cookie]);
    assert!(gone.field("set-cookie").unwrap().contains("Max-Age=0"));
}

#[test]
fn a_browser_that_has_signed_in_sees_the_console() {
    let Some(browser) = Browser::start("en") else { return };
    let gateway = guarded();
    let address = |end: &str| format!("http://127.0.0.1:{}/{end}", gateway.admin.port());
    browser.open(&address("#token=guess"));
    browser.until("a wrong token is told", "document.querySelector('#said')?.textContent !== ''");
    let body = json!({"token": TOKEN}).to_string();
    let status = browser.run(&format!(
        "const headers = {{'Content-Type': 'application/json'}};\
         const sent = {{method: 'POST', headers, body: '{body}'}};\
         return (await fetch('/api/session', sent)).status;"
    ));
    assert_eq!(status, 204);
    assert_eq!(browser.run("return document.cookie"), "");
    browser.open(&address("#/connect"));
    browser.until("the cookie is enough", "document.body.textContent.includes('SHA-256')");
}

#[test]
fn partners_have_their_own_authorisation() {
    let gateway = guarded();
    let direct = ask(&gateway, "GET", "/evotor/stores", "gateway.test:PORT", &[]);
    let led = gateway.ask(
        "GET /stores HTTP/1.1\r\nHost: api.evotor.ru\r\nAuthorization: Bearer nobody\r\n\
         Connection: close\r\n\r\n",
    );
    for answer in [direct, led] {
        assert_eq!(answer.status, 401, "{}", answer.describe());
        assert!(!answer.text().contains("token_wanted"), "{}", answer.describe());
    }
}

#[test]
fn an_open_console_is_refused_at_start() {
    let gateway = world().start();
    let run = |args: &[&str]| {
        let mut command = command(gateway.path());
        Said::of(&command.args(["run", "-c", "gateway.yaml"]).args(args).output().unwrap())
    };
    let said = run(&["--http", "0", "--https", "0", "--admin", "0.0.0.0:0"]).expect("refused", 2);
    assert!(said.err.contains("admin: {token"), "{}", said.err);
}

#[test]
fn with_a_token_other_machines_are_answered() {
    let mut world = world().top("admin", &format!("{{token: {TOKEN}}}"));
    world.args = ["--admin", "0.0.0.0:0"].map(str::to_owned).to_vec();
    let gateway = world.start();
    let right = format!("Authorization: Bearer {TOKEN}");
    assert_eq!(ask(&gateway, "GET", "/api/clock", "10.1.2.3:PORT", &[&right]).status, 200);
    let answer = ask(&gateway, "GET", "/api/clock", "10.1.2.3:PORT", &[]);
    expect_problem(&answer, 401, "token_wanted");
}

#[test]
fn commands_take_the_token_from_the_file_or_the_environment() {
    let gateway = guarded();
    let say = |token: Option<&str>, file: &str| {
        let mut command = command(gateway.path());
        command.env("EVOTOR_GATEWAY_ADMIN", gateway.admin.to_string());
        token.map(|token| command.env("EVOTOR_GATEWAY_TOKEN", token));
        Said::of(&command.args(["clock", "-c", file]).output().unwrap())
    };
    say(None, "gateway.yaml").expect("the file's token", 0);
    say(Some(TOKEN), "none.yaml").expect("the environment's token", 0);
    let said = say(Some("another"), "gateway.yaml").expect("the environment goes first", 2);
    assert!(said.err.contains("EVOTOR_GATEWAY_TOKEN"), "{}", said.err);
    say(None, "none.yaml").expect("no token", 2);
}
