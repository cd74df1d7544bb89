//! `gateway.yaml`, good and bad.
//!
//! Each file of `fixtures/config/bad` says in its first line where its findings are; the report it
//! makes stands beside it. `UPDATE_GOLDEN=1` writes those reports anew.

#![allow(clippy::unwrap_used, reason = "a helper that fails has failed its test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use evotor_gateway::config::finding::{Finding, Severity};
use evotor_gateway::config::meant::{
    AllowOrigins, Authorization, Config, CorsOrigin, Envelope, Fidelity, InstalledBy, Proxy, State,
};
use evotor_gateway::config::report::Report;
use evotor_gateway::config::{self, Loaded};
use evotor_gateway::model::event::Event;
use evotor_gateway::model::world::{DeviceIndex, UserIndex};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

#[test]
fn every_mistake_is_found_where_it_is() {
    let mut wrong = Vec::new();
    for path in files("bad") {
        let expected = positions_expected(&path);
        let report = read(&path).expect_err(&path.display().to_string());
        let found = positions(&report.findings);
        if found != expected {
            wrong.push(format!("{}: expected {expected}, found {found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_report_reads_as_it_did() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for path in files("bad") {
        let report = read(&path).expect_err(&path.display().to_string()).render(false);
        let golden = path.with_extension("txt");
        if update {
            fs::write(&golden, &report).unwrap();
        }
        if fs::read_to_string(&golden).unwrap_or_default() != report {
            wrong.push(format!("{}:\n{report}", golden.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_report_shows_a_secret() {
    for path in files("bad") {
        let report = read(&path).expect_err(&path.display().to_string());
        let shown = format!("{}{}{report:?}", report.render(true), report.to_json());
        for secret in ["hunter2", "hunter3", "-secret", "пароль", "from-the-environment"] {
            assert!(!shown.contains(secret), "{}: {secret}\n{shown}", path.display());
        }
    }
}

#[test]
fn the_corpus_is_large() {
    assert!(files("bad").len() >= 100);
}

#[test]
fn every_report_names_the_place_it_points_at() {
    for path in files("bad") {
        let name = path.file_name().unwrap().to_str().unwrap();
        for finding in read(&path).unwrap_err().findings {
            let place = finding.place.as_ref().map(|p| format!(":{}:{}", p.line, p.column));
            let named = format!("{name}{}\n", place.unwrap_or_default());
            let shown = finding.render(false) + "\n";
            assert!(shown.contains(&named), "{named}\n{shown}");
        }
    }
}

#[test]
fn the_page_of_the_product_is_valid() {
    for path in ["gateway.yaml", "tests/fixtures/config/good/product.yaml"] {
        let loaded = config::load(Path::new(path), &env).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(positions(&loaded.warnings), "", "{path}");
        let app = &loaded.config.apps[0];
        let auth = app.webhooks.as_ref().unwrap().auth.as_ref().unwrap();
        assert_eq!(auth.expose(), "Bearer 7f3a0d9e-0000-4000-8000-000000000001");
        assert_eq!(app.upstreams[0].from.port, 443);
        assert_eq!(app.tokens[&UserIndex(0)].expose(), "user-token-0123456789abcdef");
        assert_eq!(loaded.config.default_app, Some(0));
        assert_eq!(loaded.config.default_device, Some(DeviceIndex(0)));
    }
}

#[test]
fn an_employee_is_written_with_the_keys_that_forms_and_the_api_have() {
    let config = good("everything").config;
    let employee = &config.world.stores[0].employees[0];
    let said = employee.said.as_ref().unwrap();
    assert_eq!((&*employee.name, &*employee.role), ("Ada", "ADMIN"));
    assert_eq!(said.last_name.as_deref(), Some("King"));
    assert_eq!(said.patronymic_name.as_deref(), Some("Gordon"));
    assert_eq!(said.phone, Some(Some(79_161_234_567)));
}

#[test]
fn what_is_not_written_has_the_documented_default() {
    let Config { listen, certs, state, limits, workers, .. } = good("smallest").config;
    let addresses = [listen.http, listen.https, listen.admin].map(|address| address.to_string());
    assert_eq!(addresses, ["127.0.0.1:80", "127.0.0.1:443", "127.0.0.1:4040"]);
    assert_eq!(certs.dir, folder("good").join("certs"));
    assert_eq!((certs.constrain, certs.ca), (false, None));
    assert!(matches!(state, State::Sqlite(path) if path == folder("good").join("data/gateway.db")));
    let written = config::load(Path::new("gateway.yaml"), &env).unwrap().config.limits;
    assert_eq!(limits, written);
    assert_eq!(workers, None);
}

#[test]
fn everything_that_can_be_written_has_its_meaning() {
    let Loaded { config, files, .. } = good("everything");
    assert_eq!(config.listen.http.to_string(), "127.0.0.1:8080");
    assert_eq!(config.listen.admin.to_string(), "[::1]:0");
    assert_eq!(config.admin.hosts, ["gateway.test"]);
    assert!(config.admin.token.is_some());
    assert_eq!(config.certs.dir, folder("good").join("../certs"));
    assert!(matches!(config.state, State::Postgres(url) if url.expose().ends_with("@db/gateway")));
    assert_eq!(config.fidelity, Fidelity::Strict);
    assert_eq!((config.workers, config.diagnostic_headers), (Some(3), true));
    assert_eq!(config.default_app, Some(1));
    assert_eq!(config.default_device, Some(DeviceIndex(0)));
    assert_eq!(config.partner_ca, [folder("good").join("secrets/partner-ca.pem")]);
    let page = CorsOrigin::Exactly("https://app.test:8443".to_owned());
    assert_eq!(config.cors.0, [CorsOrigin::Loopback, page, CorsOrigin::Any]);
    assert_eq!(good("smallest").config.cors.0, [CorsOrigin::Loopback]);
    assert_eq!(config.limits.head_timeout, Duration::from_millis(1500));
    assert_eq!(config.limits.max_body, Some(10_000_000));
    assert_eq!(config.limits.response_timeout, Duration::from_secs(30));
    let day = Duration::from_secs(86_400);
    assert_eq!(config.retry.notifications, [Duration::from_secs(1), 2 * day]);
    assert_eq!((config.retry.timeout, config.retry.lifecycle_for), (Duration::from_secs(3), day));
    assert_eq!(config.retry.lifecycle_every, Duration::from_secs(30));
    assert_eq!((config.retry.in_order, config.retry.parallel), (true, 8));
    assert_eq!(files[0], folder("good").join("everything.yaml"));
    assert!(files.contains(&folder("good").join("secrets/token.txt")));
    let faults: Vec<_> = config.faults.iter().map(|fault| fault.kind.word()).collect();
    assert_eq!(faults, ["status", "delay", "drip", "reset", "garbage", "content_type"]);
    assert_eq!(config.faults[0].app.as_ref().unwrap().id, "two");
}

#[test]
fn asna_means_what_is_written() {
    let Loaded { config, files, .. } = good("everything");
    let asna = config.asna;
    let clients = &asna.clients;
    assert_eq!(clients[0].id, "E45D3491-79EE-4EEA-92B2-22CEBE4BB8B5");
    assert_eq!(clients[0].secret.expose(), "file-secret-1");
    assert_eq!(clients[0].webhook_key.as_ref().unwrap().expose(), "9xU78vt430");
    assert_eq!(clients[0].stores, ["BC164E55-B612-4A04-800B-34CCF10F6858"]);
    assert_eq!(clients[1].secret.expose(), "from-the-environment");
    assert!(clients[1].webhook_key.is_none() && clients[1].stores.is_empty());
    assert_eq!((asna.processing, asna.notify_errors), (Duration::ZERO, true));
    assert_eq!(asna.issuer, "http://sso.asna.cloud:6000");
    assert_eq!((asna.rate, asna.retry), (7, vec![Duration::from_secs(2)]));
    assert_eq!(asna.schemas.keys().collect::<Vec<_>>(), ["stocks"]);
    assert!(files.contains(&folder("good").join("secrets/stocks.json")));
    let by_default = good("smallest").config.asna;
    assert_eq!(by_default.issuer, "https://sso.asna.cloud:5000");
    assert_eq!(by_default.processing, Duration::from_secs(1));
    assert_eq!(by_default.retry, [1, 5, 30].map(Duration::from_secs));
    assert_eq!(by_default.rate, 6000);
}

#[test]
fn an_app_means_what_is_written() {
    let apps = good("everything").config.apps;
    assert_eq!(apps[0].proxy, Proxy::V1(Envelope::Require));
    assert_eq!(apps[0].base_url.as_deref(), Some("https://one.ru/api"));
    assert_eq!(apps[0].allow[0].pattern.source(), r"https://one\.ru/from-the-environment/[${x}].*");
    assert_eq!((apps[0].allow[0].line, apps[0].allow[0].column), (22, 13));
    assert_eq!(apps[0].keep, ["x-device-token"]);
    let AllowOrigins::These(pages) = &apps[0].allow_origins else { panic!("they are listed") };
    let pages: Vec<_> = pages.iter().map(ToString::to_string).collect();
    assert_eq!(pages, ["http://localhost:3000", "https://one.ru"]);
    assert_eq!(apps[1].allow_origins, AllowOrigins::These(vec![]));
    assert_eq!(fixed(&apps[0].authorization), "Basic bDpmaWxlLXNlY3JldC0x");
    assert_eq!(apps[0].installed_by, InstalledBy::Users(vec![UserIndex(1)]));
    assert_eq!((apps[0].name.as_str(), apps[1].name.as_str()), ("one", "second"));
    assert_eq!(fixed(&apps[1].authorization), "afrom-the-environmentb");
    assert_eq!(apps[1].tokens[&UserIndex(0)].expose(), "file-secret-1");
    assert_eq!(apps[1].tokens[&UserIndex(1)].expose(), "from-the-environment");
    assert!(apps[1].upstreams[0].host_of_upstream && !apps[1].upstreams[1].host_of_upstream);
    assert_eq!(apps[1].upstreams[0].to.host, "[::1]");
    let webhooks = apps[1].webhooks.as_ref().unwrap();
    assert_eq!(webhooks.url, "http://127.0.0.1:9000/hooks");
    assert!(webhooks.documents_v1 && webhooks.inventories_items && webhooks.tariff);
    assert!(webhooks.subscription_zulu && !webhooks.has(Event::UserCreate));
    assert_eq!(webhooks.own_path(Event::Receipts), Some("https://other.ru/r"));
    assert_eq!(webhooks.auths["documents"].expose(), "Bearer own-0123");
    assert_eq!(apps[2].allow[0].pattern.source(), r"https://two\.ru/.*");
}

#[test]
fn what_is_odd_is_taken_with_a_warning() {
    let warnings = good("warned").warnings;
    assert_eq!(positions(&warnings), positions_expected(&folder("good").join("warned.yaml")));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let missing = config::load(&dir.path().join("none.yaml"), &env).unwrap_err().render(false);
    assert!(missing.contains("none.yaml") && missing.contains("init"), "{missing}");
    let folder = config::load(dir.path(), &env).unwrap_err().render(false);
    assert!(folder.contains("this is a folder"), "{folder}");
}

#[test]
fn a_byte_order_mark_is_no_mistake() {
    let read = |text: &str| config::parse(text, "a.yaml", Path::new(""), &env);
    assert!(read("\u{feff}version: 1\n").is_ok());
    assert_eq!(positions(&read("\u{feff}version: 1\nworkers: 0\n").unwrap_err().findings), "2:10");
    assert!(read("\u{feff}").is_err() && read("").is_err());
}

#[test]
fn ten_thousand_rules_and_mistakes_are_read_in_one_pass() {
    let mut text = "version: 1\napps:\n  - id: a\n    allow:\n".to_owned();
    for rule in 0..10_000 {
        let open = if rule % 2 == 0 { "(" } else { "" };
        text.push_str(&format!("      - 'https://host-{rule}\\.example\\.ru/api/{open}.*'\n"));
    }
    let report = config::parse(&text, "a.yaml", Path::new(""), &env).unwrap_err();
    assert_eq!((report.findings.len(), report.more), (100, true));
    assert_eq!(report.summary().to_string(), "100 errors and more");
}

proptest! {
    #[test]
    fn no_mutation_of_a_file_ends_the_program(edits in vec((0.0..1.0f64, 0usize..9, piece()), 1..6)) {
        let mut text: Vec<char> = config::template().chars().collect();
        for (place, cut, piece) in edits {
            let at = (place * text.len() as f64) as usize;
            let end = (at + cut).min(text.len());
            text.splice(at..end, piece.chars());
        }
        let text: String = text.into_iter().collect();
        if let Err(report) = config::parse(&text, "a.yaml", Path::new("/nonexistent"), &env) {
            prop_assert!(report.findings.iter().any(|f| f.severity == Severity::Error));
            prop_assert!(!report.render(true).is_empty());
        }
    }

    #[test]
    fn no_slip_shows_a_secret(place in 0.0..1.0f64, cut in 0usize..9, piece in piece()) {
        let mut text: Vec<char> = config::template().chars().collect();
        let at = (place * text.len() as f64) as usize;
        let end = (at + cut).min(text.len());
        text.splice(at..end, piece.chars());
        let text: String = text.into_iter().collect();
        if let Err(report) = config::parse(&text, "a.yaml", Path::new("/nonexistent"), &env) {
            let shown = report.render(false);
            prop_assert!(!shown.contains("0123456789ab") && !shown.contains("7f3a0d9e"), "{}", shown);
        }
    }

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        let _ = config::parse(&text, "a.yaml", Path::new(""), &env).map_err(|r| r.render(false));
    }
}

fn read(path: &Path) -> Result<Loaded, Report> {
    let dir = path.parent().unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    match fs::read_to_string(path) {
        Ok(text) => config::parse(&text, name, dir, &env),
        Err(_) => config::load(path, &env),
    }
}

fn env(name: &str) -> Option<String> {
    (name == "TOKEN").then(|| "from-the-environment".to_owned())
}

fn positions(findings: &[Finding]) -> String {
    let place = |finding: &Finding| {
        let place = finding.place.as_ref();
        let mark = if finding.severity == Severity::Warning { "~" } else { "" };
        place.map_or("none".to_owned(), |place| format!("{mark}{}:{}", place.line, place.column))
    };
    findings.iter().map(place).collect::<Vec<_>>().join(" ")
}

/// The first line of a fixture: `# at 3:5 ~4:1`, warnings with a tilde.
fn positions_expected(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().next().unwrap();
    line.strip_prefix("# at ")
        .unwrap_or_else(|| panic!("{} lacks `# at`", path.display()))
        .to_owned()
}

fn folder(name: &str) -> PathBuf {
    Path::new("tests/fixtures/config").join(name)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(self::folder(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    files
}

/// What breaks YAML, or the meaning of a key.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "", " ", "\t", "\n", "\r\n", "'", "\"", "{", "}", "[", "]", ": ", "- ", "#", "&a ",
            "*a", "!x ", "|\n", ">-\n  ", "---\n", "...", "%YAML 9", "? ", "<<: ", "${A", "${A}",
            "$${", "\\", "\0", "\u{feff}", "\u{85}", "é", "🍰", "\u{F5CE}", "null", "~", "0", "-1",
            "(",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

fn good(name: &str) -> Loaded {
    let path = folder("good").join(name).with_extension("yaml");
    config::load(&path, &env).unwrap_or_else(|report| panic!("{report}"))
}

fn fixed(authorization: &Authorization) -> &str {
    match authorization {
        Authorization::Fixed(token) => token.expose(),
        Authorization::UserToken => "user_token",
    }
}
