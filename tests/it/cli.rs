//! The command line, and the addresses for machines on the admin port.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use tempfile::TempDir;

use crate::support::codes::TABLE;
use crate::support::gateway::command;
use crate::support::world::{APP, IMEI, STORE, USER};
use crate::support::{Partner, Raw, Stage, World, get};

/// What a command said and how it ended.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    #[track_caller]
    pub fn expect(self, what: &str, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{what}: {}{}", self.out, self.err);
        self
    }
}

fn in_folder(folder: &Path, args: &[&str]) -> Said {
    Said::of(&command(folder).args(args).output().unwrap())
}

fn say(args: &[&str]) -> Said {
    in_folder(TempDir::new().unwrap().path(), args)
}

fn with_yaml(yaml: &str, args: &[&str]) -> Said {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), yaml).unwrap();
    in_folder(folder.path(), args)
}

fn sample() -> String {
    World::at("http://127.0.0.1:9").yaml()
}

#[test]
fn match_prints_a_line_per_text() {
    let said = say(&["match", r"a+\d", "a1", "b", "aa22", "", "aaa3"]);
    assert_eq!(said.out, "true\nfalse\nfalse\nfalse\ntrue\n");
    say(&["match", "a+", "a", "aa"]).expect("all of them match", 0);
}

#[test]
fn match_prints_error_for_a_broken_pattern() {
    let said = say(&["match", "(unclosed", "x", "y"]);
    assert_eq!(said.out, "error\nerror\n");
}

#[test]
fn match_has_javas_meaning() {
    let rows = [
        (r"\w+", "ж", "false"),
        ("a*+a", "aaa", "false"),
        (r"(?i)ж", "Ж", "false"),
        (r"(?iu)ж", "Ж", "true"),
        (".", "\u{85}", "false"),
        (".", "\u{2028}", "false"),
        (r"\p{Alpha}+", "abc", "true"),
        (r"[a-z&&[^c]]+", "ab", "true"),
        (r"[a-z&&[^c]]+", "abc", "false"),
        (r"(?<!x)y", "y", "true"),
        (r"\Qa.b\E", "a.b", "true"),
        ("a|ab", "ab", "true"),
    ];
    for (pattern, text, answer) in rows {
        let said = say(&["match", pattern, text]);
        assert_eq!(said.out, format!("{answer}\n"), "{pattern} on {text:?}: {}", said.err);
    }
}

#[test]
fn match_reads_json_lines() {
    let mut child = command(Path::new("."))
        .args(["match", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = "{\"pattern\":\"a.c\",\"input\":\"abc\"}\n{\"pattern\":\"a.c\",\"input\":\"a\\nc\"}\n\
                 {\"pattern\":\"(\",\"input\":\"x\"}\n{\"pattern\":\"\\\\p{L}\",\"input\":\"\\u0436\"}\n";
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let said = Said::of(&child.wait_with_output().unwrap()).expect("match --jsonl", 0);
    assert_eq!(said.out, "true\nfalse\nerror\ntrue\n");
}

#[test]
fn explain_says_which_rule_allows_a_url() {
    let yaml = sample();
    let args = ["explain", "https://loyalty.example.ru/api/x", "--app", "loyalty"];
    let said = with_yaml(&yaml, &args).expect("allowed", 0);
    assert!(said.out.contains(r"https?://loyalty\.example\.ru/api/.*"), "{}", said.out);
}

#[test]
fn explain_says_why_a_url_is_refused() {
    let yaml = sample();
    let rows = [
        ("https://loyalty.example.ru/admin", "url_not_allowed"),
        ("https://loyalty.example.ru:8080/api/x", "port_not_allowed"),
        ("https://loyalty.example.ru/api/../x", "bad_target"),
        ("https://api.evotor.ru/stores", "cloud_api_forbidden"),
    ];
    for (url, code) in rows {
        let said = with_yaml(&yaml, &["explain", url, "--app", APP]).expect(url, 1);
        assert!(said.out.contains(code), "{url}: {}{}", said.out, said.err);
    }
    let url = "https://loyalty.example.ru/api/x";
    let said = with_yaml(&yaml, &["explain", url, "--app", "loyalty", "--method", "PATCH"]);
    let said = said.expect("PATCH", 1);
    assert!(said.out.contains("method_not_allowed"), "{}", said.out);
}

#[test]
fn explain_of_an_app_that_is_not_there_is_wrong_usage() {
    let said =
        with_yaml(&sample(), &["explain", "https://loyalty.example.ru/", "--app", "loyalti"]);
    let said = said.expect("a typo", 2);
    assert!(said.err.contains("loyalty"), "the near name: {}", said.err);
}

#[test]
fn explain_prints_the_page_of_every_code() {
    for (code, status) in TABLE {
        let said = say(&["explain", code]).expect(code, 0);
        assert!(
            said.out.contains(code) && said.out.lines().count() > 5,
            "{code} {status}: {}",
            said.out
        );
    }
    say(&["explain", "no_such_code"]).expect("no such code", 2);
}

#[test]
fn check_accepts_a_good_file() {
    with_yaml(&sample(), &["check"]).expect("good", 0);
    with_yaml(&sample(), &["check", "-c", "gateway.yaml"]).expect("good", 0);
}

#[test]
fn check_lists_every_mistake_with_its_place() {
    let yaml = sample().replace("version: 1", "version: 1\nlimitz: {}") + "workers: many\n";
    let said = with_yaml(&yaml, &["check"]).expect("two mistakes", 2);
    let talk = said.out + &said.err;
    let last = yaml.lines().count();
    assert!(talk.contains("gateway.yaml:2:1") && talk.contains("limits"), "{talk}");
    assert!(talk.contains(&format!("gateway.yaml:{last}:")), "{talk}");
}

#[test]
fn check_names_the_place_of_a_broken_pattern() {
    let yaml = World::at("http://127.0.0.1:9").allow(&["https://x/(a"]).yaml();
    let line = yaml.lines().position(|line| line.contains("https://x/(a")).unwrap() + 1;
    let said = with_yaml(&yaml, &["check"]).expect("a broken pattern", 2);
    let talk = said.out + &said.err;
    assert!(talk.contains(&format!("gateway.yaml:{line}:")), "{talk}");
}

#[test]
fn check_warns_of_dangerous_rules() {
    for rule in [
        r"https://loyalty.example\.ru/.*",
        "https://.*/api",
        r"https://loyalty\.example\.ru/(a+)+b",
    ] {
        let yaml = World::at("http://127.0.0.1:9").allow(&[rule]).yaml();
        let said = with_yaml(&yaml, &["check"]).expect(rule, 0);
        assert!((said.out + &said.err).contains("warning"), "{rule}");
    }
}

#[test]
fn init_writes_a_file_that_check_accepts_and_never_overwrites_one() {
    let folder = TempDir::new().unwrap();
    let said = in_folder(folder.path(), &["init"]).expect("init", 0);
    assert!(said.err.contains("--http 8080 --https 8443"), "{}", said.err);
    let yaml = fs::read_to_string(folder.path().join("gateway.yaml")).unwrap();
    assert!(yaml.contains("version: 1") && yaml.contains('#'), "{yaml}");
    in_folder(folder.path(), &["check"]).expect("check", 0);
    let again = in_folder(folder.path(), &["init"]);
    assert!(matches!(again.code, Some(1..=3)), "{:?} {}", again.code, again.err);
    assert_eq!(fs::read_to_string(folder.path().join("gateway.yaml")).unwrap(), yaml);
}

#[test]
fn init_makes_its_folder_and_names_another_where_a_file_is_in_the_way() {
    let folder = TempDir::new().unwrap();
    let said = in_folder(folder.path(), &["init", "a/my gateway"]).expect("a new folder", 0);
    assert!(said.err.contains("cd 'a/my gateway'"), "{}", said.err);
    in_folder(&folder.path().join("a/my gateway"), &["check"]).expect("check", 0);
    // A checkout of this project has one already.
    fs::write(folder.path().join("gateway.yaml"), "version: 1\n").unwrap();
    let said = in_folder(folder.path(), &["init"]).expect("in the way", 2);
    assert!(said.err.contains("evotor-gateway init my-gateway"), "{}", said.err);
    assert!(!folder.path().join("gateway.schema.json").exists(), "nothing is written by half");
    in_folder(folder.path(), &["init", "my-gateway"]).expect("the hint", 0);
}

#[test]
fn the_file_that_init_writes_sends_every_webhook_to_its_documented_path() {
    let folder = TempDir::new().unwrap();
    in_folder(folder.path(), &["init"]).expect("init", 0);
    let yaml = fs::read_to_string(folder.path().join("gateway.yaml")).unwrap();
    let file: serde_json::Value = serde_yaml::from_str(&yaml).unwrap();
    let webhooks = &file["apps"][0]["webhooks"];
    assert!(webhooks["url"].is_string() && webhooks.get("paths").is_none(), "{webhooks}");
}

#[test]
fn check_warns_of_ids_of_another_form_and_of_a_file_without_apps() {
    let warned = |yaml: &str, words: &[&str]| {
        let said = with_yaml(yaml, &["check"]).expect("only doubts", 0);
        for word in words {
            assert!(said.err.contains(word), "{word} in {}", said.err);
        }
    };
    let good = with_yaml(&sample(), &["check"]).expect("good", 0);
    assert!(good.out.ends_with("no mistakes\n"), "{}", good.out + &good.err);
    warned(&sample().replace(STORE, "not-a-uuid"), &["warning", "not-a-uuid", "20240105-1A2B"]);
    warned(&sample().replace(IMEI, "123"), &["warning", "123", "15 digits"]);
    warned(&sample().replace(APP, "loyalty-app"), &["warning", "loyalty-app", "UUID"]);
    warned(&sample().replace(USER, "ivanov"), &["warning", "ivanov", "01-000000000000001"]);
    warned("version: 1\n", &["warning", "there is no app"]);
    warned("version: 1\napps: []\n", &["warning", "there is no app"]);
    for (rule, why) in [
        (r"loyalty\.example\.ru/.*", "begins with `http://` or `https://`"),
        (r"https://loyalty\.example\.ru:9000/.*", "apps reach ports 80 and 443 alone"),
    ] {
        warned(&World::at("http://127.0.0.1:9").allow(&[rule]).yaml(), &["warning", why]);
    }
}

#[test]
fn explain_names_the_nearest_code_and_app() {
    let said = say(&["explain", "url_not_alowed"]).expect("no such code", 2);
    assert!(said.err.contains("did you mean `url_not_allowed`?"), "{}", said.err);
    let args = ["explain", "https://loyalty.example.ru/", "--app", "loyality"];
    let said = with_yaml(&sample(), &args).expect("no such app", 2);
    assert!(said.err.contains("no app is called loyality"), "{}", said.err);
    assert!(said.err.contains("did you mean `loyalty`?"), "{}", said.err);
}

#[test]
fn completions_end_quietly_where_nobody_reads_on() {
    let folder = TempDir::new().unwrap();
    for args in [&["completions", "bash"][..], &["man"], &["schema"], &["fidelity"]] {
        let mut run = command(folder.path());
        let mut child =
            run.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let said = Said::of(&child.wait_with_output().unwrap());
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn schema_prints_a_json_schema_that_the_sample_satisfies() {
    let said = say(&["schema"]).expect("schema", 0);
    let schema: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let yaml: serde_json::Value = serde_yaml::from_str(&sample()).expect("YAML");
    let errors: Vec<_> = validator.iter_errors(&yaml).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert!(!validator.is_valid(&serde_json::json!({"version": 1, "limitz": {}})));
}

#[test]
fn ca_show_and_export_tell_of_the_authority() {
    let stage = Stage::start();
    let shown = in_folder(stage.gateway.path(), &["ca", "show"]).expect("ca show", 0);
    assert!(shown.out.to_lowercase().contains("sha") || shown.out.contains(':'), "{}", shown.out);
    let exported = in_folder(stage.gateway.path(), &["ca", "export"]).expect("ca export", 0);
    assert_eq!(exported.out, fs::read_to_string(stage.gateway.ca()).unwrap());
    assert!(!(shown.out + &exported.out).contains("PRIVATE KEY"));
}

#[test]
fn completions_man_help_and_version_print_to_stdout() {
    let rows: &[(&[&str], &str)] = &[
        (&["completions", "bash"], "evotor-gateway"),
        (&["completions", "zsh"], "evotor-gateway"),
        (&["completions", "fish"], "evotor-gateway"),
        (&["man"], ".TH"),
        (&["--help"], "explain"),
        (&["help"], "explain"),
        (&["match", "--help"], "--jsonl"),
        (&["--version"], env!("CARGO_PKG_VERSION")),
    ];
    for (args, words) in rows {
        let said = say(args).expect(&args.join(" "), 0);
        assert!(said.out.contains(words), "{args:?}: {}", said.out);
    }
}

#[test]
fn wrong_usage_is_exit_2_on_stderr() {
    for args in [
        &["no-such-command"][..],
        &["match"],
        &["--no-such-option"],
        &["explain"],
        &["completions", "x"],
    ] {
        let said = say(args).expect(&args.join(" "), 2);
        assert!(said.out.is_empty() && !said.err.is_empty(), "{args:?}: {}", said.out);
    }
}

#[test]
fn the_demo_shows_both_sides_and_ends_well() {
    let said = say(&["demo", "--once", "--verbose"]).expect("demo", 0);
    let told = said.out + &said.err;
    for word in ["X-Evotor-User-Id", "url_not_allowed", "Authorization"] {
        assert!(told.to_lowercase().contains(&word.to_lowercase()), "{word} in {told}");
    }
}

#[test]
fn the_admin_port_tells_of_life_readiness_and_numbers() {
    let stage = Stage::start();
    stage.pass(get("/api/x", &[]));
    let admin = stage.gateway.admin;
    let ask = |path: &str| {
        Raw::dial(admin)
            .exchange(format!("GET {path} HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n"))
    };
    assert_eq!(ask("/livez").status, 200);
    assert_eq!(ask("/readyz").status, 200);
    let metrics = ask("/metrics");
    assert_eq!(metrics.status, 200);
    assert!(
        metrics.text().contains("# EOF") || metrics.text().contains("# TYPE"),
        "{}",
        metrics.text()
    );
    assert!(!metrics.text().contains("user-token-0123"));
    assert_eq!(ask("/nothing").status, 404);
}

#[test]
fn the_admin_port_refuses_a_foreign_host() {
    let stage = Stage::start();
    let mut raw = Raw::dial(stage.gateway.admin);
    let answer =
        raw.exchange("GET /metrics HTTP/1.1\r\nHost: evil.example.ru\r\nConnection: close\r\n\r\n");
    assert!(matches!(answer.status, 400..=499), "{}", answer.describe());
}

#[test]
fn a_line_of_the_log_tells_of_each_exchange_and_of_no_secret() {
    let partner = Partner::start();
    let stage = Stage::of(partner, |world| world);
    stage.pass(get(
        "/api/told?a=1",
        &["Authorization: Bearer mine-alone", "Cookie: sid=my-session"],
    ));
    let line = stage.gateway.wait_for_log(&["/api/told"]);
    for word in ["GET", "200", "loyalty"] {
        assert!(line.contains(word), "{word} in {line}");
    }
    let log = stage.gateway.log();
    for secret in ["user-token-0123", "mine-alone", "my-session"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let told = log.lines().filter(|line| line.contains("/api/told")).count();
    assert_eq!(told, 1, "{log}");
}
