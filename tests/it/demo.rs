//! The demo: its partner over sockets, and the chain that it shows.

use evotor_gateway::cli::demo::{Mischief, Partner};
use evotor_gateway::model::event::{Authority, Event};
use evotor_gateway::webhook::judge::{Answer as Given, Question, Reply, Verdict, judge};
use evotor_gateway::webhook::scenario;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::payloads::stage::Stage;
use crate::support::gateway::command;
use crate::support::world::USER;
use crate::support::{Answer, Gateway, Raw, World, get};

const APP_TOKEN: &str = "7f3a0d9e-0000-4000-8000-000000000001";

struct Shop {
    partner: Partner,
    stage: Stage,
}

impl Shop {
    fn open() -> Self {
        Self { partner: Partner::start(APP_TOKEN).unwrap(), stage: Stage::coffee_shop() }
    }

    /// Writes a request on a connection of its own.
    fn write(&self, method: &str, target: &str, token: &str, body: &str) -> Raw {
        let at = self.partner.address();
        let mut raw = Raw::dial(at);
        raw.send(format!(
            "{method} {target} HTTP/1.1\r\nHost: {at}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        raw
    }

    #[track_caller]
    fn ask(&self, method: &str, target: &str, token: &str, body: &str) -> Answer {
        self.write(method, target, token, body).answer()
    }

    /// Sends a webhook as the cloud composes it, with another body where one is given.
    #[track_caller]
    fn tell(&self, event: Event, token: &str, body: Option<&str>) -> Answer {
        let draft = self.stage.draft(event, 7);
        let composed = draft.body.map(|body| body.to_string()).unwrap_or_default();
        let query = draft.query.map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}{query}", draft.path);
        self.ask(event.method(), &target, token, body.unwrap_or(&composed))
    }

    /// The user's token.
    #[track_caller]
    fn create(&self) -> String {
        let answer = self.tell(Event::UserCreate, APP_TOKEN, None).expect_ok("create");
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn order(&self, order: &Value) -> Answer {
        self.ask("POST", "/_demo/mischief", "", &order.to_string())
    }

    #[track_caller]
    fn books(&self) -> Value {
        self.ask("GET", "/_demo/books", "", "").json()
    }
}

fn authority_of(event: Event, user_token: &str) -> &str {
    match event.authority() {
        Authority::App => APP_TOKEN,
        Authority::User => user_token,
    }
}

fn codes(answer: &Answer) -> Vec<u64> {
    let body = answer.json();
    let errors = body["errors"].as_array().map_or(&[][..], Vec::as_slice);
    errors.iter().filter_map(|error| error["code"].as_u64()).collect()
}

fn verdict(event: Event, answer: &Answer) -> (Verdict, bool) {
    let question = Question { event, user_id: USER, strict: true, has_own_auth: false };
    let judgement = judge(
        &question,
        &Reply::Answered(Given {
            status: answer.status,
            content_type: answer.field("content-type"),
            body: &answer.body,
            truncated: false,
        }),
    );
    (judgement.verdict, judgement.accepted)
}

#[test]
fn every_webhook_of_the_catalogue_is_answered_as_documented() {
    let shop = Shop::open();
    let token = shop.create();
    for event in Event::ALL {
        let answer = shop.tell(*event, authority_of(*event, &token), None);
        let judged = verdict(*event, &answer);
        assert_eq!(judged, (Verdict::Pass, true), "{}: {}", event.name(), answer.describe());
    }
    let books = shop.books();
    assert_eq!(books["accounts"][USER]["cloudToken"], "f46b89a5-8e80-4591-b0aa-94551790444b");
    assert_eq!(books["accounts"][USER]["login"], "shop-owner");
    let kept = [("stores", 1), ("devices", 1), ("employees", 2), ("documents", 1), ("receipts", 1)];
    for (kind, count) in kept {
        assert_eq!(books["inventory"][USER][kind], count, "{kind}");
    }
}

#[test]
fn a_foreign_token_is_refused_with_the_code_of_its_kind() {
    let shop = Shop::open();
    let token = shop.create();
    for event in Event::ALL {
        let wrong = match event.authority() {
            Authority::App => &*token,
            Authority::User => APP_TOKEN,
        };
        let code = match event {
            // The vendor's specification has no other for it.
            Event::Commodities => 1001,
            _ if event.authority() == Authority::User => 1002,
            _ => 1001,
        };
        let answer = shop.tell(*event, wrong, None);
        assert_eq!((answer.status, codes(&answer)), (401, vec![code]), "{}", event.name());
    }
}

#[test]
fn what_is_malformed_is_refused_with_the_vendors_codes() {
    let shop = Shop::open();
    let token = shop.create();
    let with_body = Event::ALL.iter().filter(|event| event.method() != "GET");
    for event in with_body {
        for body in ["", "{", "<p>", "7"] {
            let answer = shop.tell(*event, authority_of(*event, &token), Some(body));
            let found = (answer.status, codes(&answer));
            assert_eq!(found, (400, vec![2001]), "{} {body:?}", event.name());
        }
    }
    for (event, body, code) in [
        (Event::UserCreate, "{}", 2002),
        (Event::UserCreate, r#"{"userId":7}"#, 2001),
        (Event::UserVerify, r#"{"userId":"1","username":"a"}"#, 2002),
        (Event::SubscriptionCreated, r#"{"type":"New"}"#, 2003),
        (Event::InstallationInstalled, "{}", 2002),
        (Event::Stores, r#"[{"name":"a"}]"#, 2001),
        (Event::Documents, r#"{"id":"1","type":7}"#, 2003),
    ] {
        let answer = shop.tell(event, authority_of(event, &token), Some(body));
        assert_eq!((answer.status, codes(&answer)), (400, vec![code]), "{body}");
    }
}

#[test]
fn who_has_no_account_gets_none_of_it() {
    let shop = Shop::open();
    assert_eq!(shop.tell(Event::UserToken, APP_TOKEN, None).status, 404);
    let empty = format!(r#"{{"userId":"{USER}","username":"shop","password":""}}"#);
    let answer = shop.tell(Event::UserVerify, APP_TOKEN, Some(&empty));
    assert_eq!((answer.status, codes(&answer)), (401, vec![1006]));
    assert_eq!(shop.books()["accounts"], json!({}));
}

#[test]
fn an_older_event_of_a_subscription_or_installation_changes_nothing() {
    let shop = Shop::open();
    let tell = |event: Event, name: &str, order: i64| {
        let mut body = shop.stage.body(event, 7);
        body[name] = order.into();
        shop.tell(event, APP_TOKEN, Some(&body.to_string())).expect_ok(event.name());
    };
    tell(Event::SubscriptionTerminated, "sequenceNumber", 3);
    tell(Event::SubscriptionActivated, "sequenceNumber", 2);
    tell(Event::InstallationUninstalled, "timestamp", 200);
    tell(Event::InstallationInstalled, "timestamp", 100);
    let events = &shop.books()["events"];
    assert_eq!(events["subscriptions"][0]["event"], "subscription.terminated");
    assert_eq!(events["installations"][0]["event"], "installation.uninstalled");
}

#[test]
fn an_unknown_bar_code_is_not_found() {
    let shop = Shop::open();
    let token = shop.create();
    let ask = |query: &str| shop.ask("GET", &format!("/api/v1/commodities{query}"), &token, "");
    assert_eq!(ask("?scanCode=2000000000022").expect_ok("known").json()["name"], "Капучино 0,3");
    let unknown = ask("?scanCode=4600000000001");
    assert_eq!((unknown.status, unknown.text().as_str()), (404, "{}"));
    assert_eq!(ask("").status, 400);
}

#[test]
fn another_method_is_refused_and_every_other_path_is_the_apps_own() {
    let shop = Shop::open();
    let answer = shop.ask("GET", "/api/v1/user/create", APP_TOKEN, "");
    assert_eq!((answer.status, answer.field("allow")), (405, Some("POST")));
    shop.ask("GET", "/api/cards?a=1", "", "").expect_ok("the app's own");
    let received = shop.partner.take("/api/cards?a=1").unwrap();
    assert_eq!(received.field("AUTHORIZATION"), Some("Bearer"));
    assert!(shop.partner.take("/api/cards?a=1").is_none(), "once");
}

#[test]
fn each_misbehaviour_is_as_it_says() {
    let shop = Shop::open();
    for mischief in Mischief::ALL.iter().filter(|kind| **kind != Mischief::Hang) {
        shop.order(&json!({"event": "user.create", "do": mischief.name()})).expect_ok("order");
        let body = json!({"userId": USER}).to_string();
        let mut raw = shop.write("POST", "/api/v1/user/create", APP_TOKEN, &body);
        if *mischief == Mischief::Close {
            raw.expect_end("close");
            continue;
        }
        if *mischief == Mischief::Endless {
            assert_eq!(raw.answer_head().unwrap().1, 200);
            continue;
        }
        let answer = raw.answer();
        let good = match mischief {
            Mischief::Status => answer.status == 500,
            Mischief::Redirect => answer.field("location") == Some("/login"),
            Mischief::Html => answer.field("content-type") == Some("text/html"),
            Mischief::InvalidJson => serde_json::from_slice::<Value>(&answer.body).is_err(),
            Mischief::WrongUser => answer.json()["userId"] != USER,
            Mischief::LongToken => answer.json()["token"].as_str().unwrap().len() == 129,
            _ => answer.status == 200 && answer.body.is_empty(),
        };
        assert!(good, "{}: {}", mischief.name(), answer.describe());
    }
}

#[test]
fn misbehaviour_is_ordered_for_one_event_or_path_and_taken_back() {
    let shop = Shop::open();
    let token = shop.create();
    shop.order(&json!({"event": "stores", "do": "status", "status": 503})).expect_ok("stores");
    let listed = shop.order(&json!({"path": "/api/cards", "do": "html"})).expect_ok("path").json();
    let wanted = json!([
        {"event": "stores", "do": "status", "status": 503},
        {"path": "/api/cards", "do": "html"}
    ]);
    assert_eq!(listed["ordered"], wanted);
    assert_eq!(shop.tell(Event::Stores, &token, None).status, 503);
    shop.tell(Event::Devices, &token, None).expect_ok("another event");
    let answer = shop.ask("GET", "/api/cards?a=1", "", "");
    assert_eq!(answer.field("content-type"), Some("text/html"));
    assert_eq!(shop.ask("DELETE", "/_demo/mischief", "", "").json()["ordered"], json!([]));
    shop.tell(Event::Stores, &token, None).expect_ok("again");
    let kinds = shop.ask("GET", "/_demo/mischief", "", "").json()["kinds"].clone();
    assert_eq!(kinds.as_object().unwrap().len(), Mischief::ALL.len());
}

#[test]
fn an_order_that_means_nothing_is_explained() {
    let shop = Shop::open();
    for (order, word) in [
        (json!({"event": "user.create", "do": "dance"}), "invalid-json"),
        (json!({"event": "user.crate", "do": "html"}), "user.create"),
        (json!({"do": "html"}), "one event or one path"),
        (json!({"event": "stores", "do": "status", "status": 42}), "599"),
        (json!([]), "send such as"),
    ] {
        let answer = shop.order(&order);
        assert_eq!(answer.status, 400, "{order}");
        assert!(answer.text().contains(word), "{}", answer.text());
    }
}

/// A gateway whose partner is the shop, and whose user has no token yet.
fn gateway_of(shop: &Shop) -> Gateway {
    let url = format!("http://{}", shop.partner.address());
    let webhooks = format!("{{url: '{url}', auth: {{bearer: {APP_TOKEN}}}}}");
    let world = World::at(&url).app("tokens", "{}").app("webhooks", &webhooks);
    world.top("retry", "{timeout: 1s}").start()
}

#[track_caller]
fn tell_admin(gateway: &Gateway, path: &str, body: &Value) -> Value {
    let (at, body) = (gateway.admin, body.to_string());
    let answer = Raw::dial(at).exchange(format!(
        "POST {path} HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    answer.expect_ok(path).json()
}

#[track_caller]
fn trigger(gateway: &Gateway, event: &str) -> Value {
    let body = json!({"event": event, "wait": true, "reveal": true});
    tell_admin(gateway, "/api/webhooks", &body)["deliveries"][0].clone()
}

#[test]
fn no_misbehaviour_gives_the_user_a_token_and_good_behaviour_does() {
    let shop = Shop::open();
    let gateway = gateway_of(&shop);
    let arrives = || {
        gateway.ask(get("/api/hello", &[])).expect_ok("proxied");
        let received = shop.partner.take("/api/hello").unwrap();
        received.field("authorization").map(str::to_owned)
    };
    for mischief in Mischief::ALL {
        shop.order(&json!({"event": "user.create", "do": mischief.name()})).expect_ok("order");
        let delivery = trigger(&gateway, "user.create");
        assert_eq!(delivery["verdict"], "fail", "{}: {delivery}", mischief.name());
        assert_eq!(arrives(), None, "{}", mischief.name());
    }
    shop.ask("DELETE", "/_demo/mischief", "", "").expect_ok("behave");
    let delivery = trigger(&gateway, "user.create");
    assert_eq!((&delivery["status"], &delivery["verdict"]), (&json!(200), &json!("pass")));
    let token = delivery["answer"]["token"].as_str().unwrap();
    assert_eq!(arrives(), Some(format!("Bearer {token}")));
}

#[test]
fn every_scenario_passes_against_the_demo() {
    let folder = TempDir::new().unwrap();
    let mut command = command(folder.path());
    command.arg("demo");
    let gateway = Gateway::launch(command, folder.path());
    gateway.eventually("the sample traffic", || gateway.output().contains("Ctrl-C ends it."));
    for scenario in scenario::ALL {
        let report = tell_admin(&gateway, &format!("/api/scenarios/{}", scenario.name), &json!({}));
        assert_eq!(report["passed"], true, "{report:#}");
    }
}

#[test]
fn the_demo_goes_from_create_to_a_request_that_carries_the_token() {
    let folder = TempDir::new().unwrap();
    let output = command(folder.path()).args(["demo", "--once", "--verbose"]).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    let mut rest = told.as_str();
    for words in [
        "no token",
        "user.create ",
        "/api/v1/user/create  200 pass",
        "the partner answered {\"userId\":\"01-000000000000001\",\"token\":\"user-token-",
        "/api/v1/user/token  200 pass",
        "+ authorization: Bearer user-token-",
        "/api/v1/subscription/event  200 pass",
        "/api/v2/installation/event  200 pass",
        "/documents  200 pass",
        "Try next:",
        "evotor-gateway trigger documents --wait --admin 127.0.0.1:",
        "evotor-gateway scenario run onboarding --admin 127.0.0.1:",
        "/api/deliveries",
        "/_demo/mischief -d '",
    ] {
        let at = rest.find(words).unwrap_or_else(|| panic!("no {words:?} in its place in {told}"));
        rest = &rest[at + words.len()..];
    }
    let (before, _) = told.split_once("user.create ").unwrap();
    assert!(!before.contains("+ authorization"), "{before}");
}

/// Lines of a terminal of 80 columns.
fn rows(text: &str) -> usize {
    text.lines().map(|line| line.chars().count().div_ceil(80).max(1)).sum()
}

#[test]
fn the_demo_fits_one_screen_and_names_the_console_first() {
    let folder = TempDir::new().unwrap();
    let mut command = command(folder.path());
    command.arg("demo");
    let gateway = Gateway::launch(command, folder.path());
    gateway.eventually("the sample traffic", || gateway.output().contains("Ctrl-C ends it."));
    let told = gateway.output();
    assert!(rows(&told) <= 24, "{}:\n{told}", rows(&told));
    let first = told.lines().next().unwrap();
    assert_eq!(first, format!("console http://{}/", gateway.admin));
    for words in ["no token yet", "the user's token", "url_not_allowed", "user.create", "200 pass"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(told.matches("200 pass").count(), 5, "{told}");
    let proposed = told.lines().filter(|line| line.starts_with("  "));
    for line in proposed.filter(|line| !line.contains("scenario")) {
        crate::first_minutes::shell(folder.path(), line).expect(line, 0);
    }
}
