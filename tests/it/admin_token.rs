//! `admin: {token: auto}`: a token that is made at start, and the ways of its user to it.

use std::fs;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::cli::Said;
use crate::support::admin::expect_problem;
use crate::support::browser::Browser;
use crate::support::gateway::command;
use crate::support::{Answer, Gateway, Partner, Raw, World};

/// A gateway with a token of its own making, and where its user's commands look for that.
struct Private {
    gateway: Gateway,
    session: TempDir,
    folder: TempDir,
}

impl Private {
    #[track_caller]
    fn start() -> Self {
        Self::with("XDG_RUNTIME_DIR")
    }

    /// Commands look in the folder that a variable names.
    #[track_caller]
    fn with(variable: &str) -> Self {
        let (folder, session) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let yaml = World::of(&Partner::start()).top("admin", "{token: auto}").yaml();
        fs::write(folder.path().join("gateway.yaml"), yaml).unwrap();
        let mut run = command(folder.path());
        run.env_remove("XDG_RUNTIME_DIR").env(variable, session.path());
        run.args(["run", "-c", "gateway.yaml"]);
        let gateway = Gateway::launch(run, folder.path());
        Self { gateway, session, folder }
    }

    fn command(&self, variable: &str) -> Command {
        let mut command = command(self.folder.path());
        command.env_remove("XDG_RUNTIME_DIR").env(variable, self.session.path());
        command.env("EVOTOR_GATEWAY_ADMIN", self.gateway.admin.to_string());
        command
    }

    /// The newest of so many links that have been printed.
    #[track_caller]
    fn link(&self, count: usize) -> String {
        let links = || -> Vec<String> {
            let log = self.gateway.log();
            let lines = log.lines().filter_map(|line| line.split_once("signs one browser in: "));
            lines.map(|(_, link)| link.trim().to_owned()).collect()
        };
        self.gateway.eventually("a link is printed", || links().len() == count);
        links().pop().unwrap()
    }

    /// One GET with these fields besides.
    #[track_caller]
    fn get(&self, path: &str, fields: &[&str]) -> Answer {
        let more: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
        let admin = self.gateway.admin;
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {admin}\r\n{more}Connection: close\r\n\r\n");
        Raw::dial(admin).exchange(head)
    }

    /// The files of tokens.
    fn files(&self) -> Vec<std::path::PathBuf> {
        let folders = fs::read_dir(self.session.path()).unwrap().map(|entry| entry.unwrap().path());
        let folders = folders.filter(|path| path.is_dir());
        let inside = folders.flat_map(|folder| fs::read_dir(folder).unwrap());
        inside.map(|entry| entry.unwrap().path()).collect()
    }
}

/// The path of a link.
fn path(link: &str) -> &str {
    &link[link.find("/signin").unwrap()..]
}

#[test]
fn a_link_signs_in_exactly_once_and_leaves_no_token_behind() {
    let private = Private::start();
    expect_problem(&private.get("/api/clock", &[]), 401, "token_wanted");
    let link = private.link(1);
    assert!(link.starts_with(&format!("http://{}/signin?code=", private.gateway.admin)), "{link}");
    let first = private.get(path(&link), &[]);
    assert_eq!((first.status, first.field("location")), (303, Some("/")), "{}", first.describe());
    assert_eq!(first.field("referrer-policy"), Some("no-referrer"));
    assert_eq!(first.field("cache-control"), Some("no-store"));
    let cookie = first.field("set-cookie").unwrap();
    for word in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let pair = cookie.split(';').next().unwrap();
    assert!(!pair.contains(link.split_once("code=").unwrap().1), "{pair}");
    let signed_in = format!("Cookie: {pair}");
    assert_eq!(private.get("/api/clock", &[&signed_in]).status, 200);
    let second = private.get(path(&link), &["Accept: text/html"]);
    assert_eq!((second.status, second.field("set-cookie")), (401, None), "{}", second.describe());
    let next = private.link(2);
    assert_ne!(next, link);
    assert_eq!(private.get(path(&next), &[&signed_in]).field("set-cookie"), None, "is in already");
    assert_eq!(private.get(path(&next), &[]).status, 303);
}

#[test]
fn looking_ahead_does_not_use_a_link_up() {
    let private = Private::start();
    let link = private.link(1);
    let ahead = private.get(path(&link), &["Sec-Purpose: prefetch;prerender"]);
    assert_eq!((ahead.status, ahead.field("set-cookie")), (401, None));
    let admin = private.gateway.admin;
    let head =
        format!("HEAD {} HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n", path(&link));
    let (_, status, _, _) = Raw::dial(admin).send(head).answer_head().unwrap();
    assert_eq!(status, 401);
    for code in ["", "?code=", "?code=guess", "?code=a&code=b"] {
        assert_ne!(private.get(&format!("/signin{code}"), &[]).status, 303, "{code}");
    }
    assert_eq!(private.get(path(&link), &[]).status, 303);
}

#[test]
fn commands_of_the_same_user_find_the_token_and_nobody_else_reads_it() {
    for variable in ["XDG_RUNTIME_DIR", "TMPDIR"] {
        let mut private = Private::with(variable);
        private.link(1);
        let files = private.files();
        let [file] = &files[..] else { panic!("{files:?}") };
        assert_eq!(crate::commands::stage::shown(file), "600");
        assert_eq!(crate::commands::stage::shown(file.parent().unwrap()), "700");
        let token = fs::read_to_string(file).unwrap();
        assert!(!private.gateway.log().contains(&token), "the token is not in the log");
        let said = Said::of(&private.command(variable).arg("clock").output().unwrap());
        said.expect(variable, 0);
        let mut stranger = private.command(variable);
        let elsewhere = TempDir::new().unwrap();
        stranger.env("XDG_RUNTIME_DIR", elsewhere.path()).env("TMPDIR", elsewhere.path());
        let said = Said::of(&stranger.arg("clock").output().unwrap()).expect("a stranger", 2);
        assert!(said.err.contains("EVOTOR_GATEWAY_TOKEN"), "{}", said.err);
        private.gateway.signal("TERM");
        private.gateway.wait();
        assert_eq!(private.files(), Vec::<std::path::PathBuf>::new());
    }
}

#[test]
fn a_reload_keeps_the_token_and_a_written_one_takes_its_place() {
    let private = Private::start();
    let link = private.link(1);
    let cookie = private.get(path(&link), &[]);
    let pair = cookie.field("set-cookie").unwrap().split(';').next().unwrap();
    let signed_in = format!("Cookie: {pair}");
    private.gateway.signal("HUP");
    private.gateway.wait_for_log(&["read again"]);
    assert_eq!(private.get("/api/clock", &[&signed_in]).status, 200);
    let next = private.link(2);
    let yaml = World::of(&Partner::start()).top("admin", "{token: written-0123456789}").yaml();
    private.gateway.rewrite(&yaml);
    private.gateway.eventually("the written token is in force", || {
        private.get("/api/clock", &["Authorization: Bearer written-0123456789"]).status == 200
    });
    assert_eq!(private.get("/api/clock", &[&signed_in]).status, 401);
    assert_eq!(private.get(path(&next), &[]).status, 401, "a link is the made token's");
}

#[test]
fn a_command_run_by_exec_is_let_in() {
    let folder = TempDir::new().unwrap();
    let yaml = World::of(&Partner::start()).top("admin", "{token: auto}").yaml();
    fs::write(folder.path().join("gateway.yaml"), yaml).unwrap();
    let mut exec = command(folder.path());
    exec.env("XDG_RUNTIME_DIR", folder.path()).env("TMPDIR", folder.path());
    let inner = format!("{} clock -c none.yaml", crate::support::gateway::BINARY);
    let said = Said::of(&exec.args(["exec", "--", "sh", "-c", &inner]).output().unwrap());
    said.expect("the inner command", 0);
}

#[test]
fn a_browser_that_follows_the_link_is_in_and_keeps_nothing_of_it() {
    let Some(browser) = Browser::start("en") else { return };
    let private = Private::start();
    let link = private.link(1);
    browser.open(&format!("http://{}/", private.gateway.admin));
    browser.until("the sign-in page", "document.querySelector('#token')");
    browser.open(&link);
    browser
        .until("the console", "!document.querySelector('#token') && document.querySelector('nav')");
    let address = browser.run("return location.href");
    assert!(!address.as_str().unwrap().contains("code"), "{address}");
    assert_eq!(browser.run("return document.cookie"), "");
    assert_eq!(browser.run("return document.referrer"), "");
    assert_eq!(browser.run("return (await fetch('/api/clock')).status"), json!(200));
    browser.run("await fetch('/api/session', {method: 'DELETE'})");
    browser.open(&link);
    browser
        .until("it is told", "document.querySelector('#said')?.textContent.includes('no longer')");
    let address = browser.run("return location.href");
    assert!(!address.as_str().unwrap().contains("code"), "{address}");
    browser.open(&private.link(2));
    browser.until(
        "the console again",
        "!document.querySelector('#token') && document.querySelector('nav')",
    );
}
