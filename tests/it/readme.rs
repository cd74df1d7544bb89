//! What README.md promises: its commands run, its table is the code's, its configuration is valid.
//!
//! A block of `sh` is run line by line. Its info string may say `expect=TEXT`, which the output has
//! to contain, and `exit=N`. Commands nobody can run here stand in blocks of `console` and below in
//! [`NOT_RUN`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a helper that fails has failed its test, and what is skipped is said"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use evotor_gateway::config;
use evotor_gateway::fault::{Code, Culprit};
use evotor_gateway::model::event::{Authority, Class, Event};

const README: &str = include_str!("../../README.md");
const PROGRAM: &str = env!("CARGO_BIN_EXE_evotor-gateway");

/// How a command begins, and why it is not run.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo build --release", "the program under test is built already"),
    ("cargo install", "changes the user's programs"),
    ("cargo bench", "takes minutes"),
    ("benches/compare.sh", "takes minutes and wants nginx and HAProxy"),
    ("sudo benches/setup.sh", "needs root"),
    ("sudo setcap", "needs root"),
    ("sudo sysctl", "needs root"),
    ("evotor-gateway --http 8080 --https 8443", "would listen at the usual ports"),
    (
        "evotor-gateway init --service http://localhost:9000",
        "is what a newcomer does in first_minutes",
    ),
    ("evotor-gateway run", "is what a newcomer does in first_minutes"),
    (
        "curl --proxy http://127.0.0.1:8080 http://api.my.ru/",
        "is what a newcomer does in first_minutes",
    ),
    ("evotor-gateway trigger user.create --wait", "is what a newcomer does in first_minutes"),
    ("emulator ", "needs the Android SDK"),
    ("adb ", "needs a device"),
    ("keytool ", "needs Java, and a program of the reader's"),
    ("java ", "needs a program of the reader's"),
    ("export HTTP_PROXY=", "is for the programs of the reader's that follow"),
    ("NODE_USE_ENV_PROXY=1 ", "needs Node, and a program of the reader's"),
    ("REQUESTS_CA_BUNDLE", "needs a program of the reader's"),
    ("http_proxy=$HTTP_PROXY", "needs PHP, and a program of the reader's"),
    ("eval ", "is run where a gateway stands at the usual address"),
];

#[test]
fn what_is_not_run_is_listed_with_its_reason() {
    let mut unused: BTreeSet<&str> = NOT_RUN.iter().map(|(start, _)| *start).collect();
    for block in blocks().iter().filter(|block| block.kind() == "console") {
        for line in &block.lines {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            let entry = NOT_RUN.iter().find(|(start, _)| command.starts_with(start));
            let (start, _) = entry.unwrap_or_else(|| panic!("neither run nor listed: {command}"));
            unused.remove(start);
        }
    }
    assert!(unused.is_empty(), "no longer in README.md: {unused:?}");
}

#[test]
fn the_table_of_refusals_is_the_codes_own() {
    let (_, rest) = README.split_once("<!-- refusals").expect("the table's begin");
    let (_, rest) = rest.split_once("-->").expect("the end of that line");
    let (table, _) = rest.split_once("<!-- /refusals -->").expect("the table's end");
    let mut wanted =
        "| `X-Gateway-Error` | status | who has to act | what it means |\n|---|---|---|---|\n"
            .to_owned();
    for code in Code::ALL {
        let who = match code.culprit() {
            Culprit::App => "the app",
            Culprit::Gateway => "whoever runs the gateway",
            Culprit::Partner => "the partner",
            Culprit::VendorRule => "nobody: the cloud forbids it too",
        };
        let (name, status, title) = (code.name(), code.status(), code.title());
        wanted.push_str(&format!("| `{name}` | {status} | {who} | {title} |\n"));
    }
    assert!(table.trim() == wanted.trim(), "README.md should have:\n{wanted}");
}

#[test]
fn the_table_of_webhooks_is_the_catalogue() {
    let (_, rest) = README.split_once("<!-- webhooks -->").expect("the table's begin");
    let (table, _) = rest.split_once("<!-- /webhooks -->").expect("the table's end");
    let mut wanted =
        "| event | request | authorised by | repeated |\n|---|---|---|---|\n".to_owned();
    for event in Event::ALL {
        let by = match event.authority() {
            Authority::App => "the app's token",
            Authority::User => "the user's token",
        };
        let repeated = match event.class() {
            Class::Request => "never",
            Class::Lifecycle => "each minute for 3 days",
            Class::Notification => "`retry.notifications`",
        };
        let (name, method, path) = (event.name(), event.method(), event.path());
        wanted.push_str(&format!("| `{name}` | {method} {path} | {by} | {repeated} |\n"));
    }
    assert!(table.trim() == wanted.trim(), "README.md should have:\n{wanted}");
}

#[test]
fn the_commands_it_names_exist_and_none_is_left_out() {
    let offered = commands_of(&[]);
    let mut named: BTreeSet<String> = ["help", "run"].map(str::to_owned).into();
    for words in code().iter().filter_map(|code| code.strip_prefix("evotor-gateway ")) {
        let mut words = words.split_ascii_whitespace();
        let Some(command) = words.next().filter(|word| !word.starts_with('-')) else { continue };
        assert!(offered.contains(command), "there is no command `{command}`");
        named.insert(command.to_owned());
        if command == "ca" {
            let second = words.next().unwrap();
            assert!(commands_of(&["ca"]).contains(second), "there is no `ca {second}`");
        }
    }
    let missing: Vec<_> = offered.difference(&named).collect();
    assert!(missing.is_empty(), "README.md says nothing of {missing:?}");
}

#[test]
fn its_configuration_has_no_mistakes() {
    for block in blocks().iter().filter(|block| block.kind() == "yaml") {
        let world = "version: 1\nusers: [{id: 01-000000000000001}]\n";
        let mut text = format!("{world}{}\n", block.lines.join("\n"));
        if !text.contains("\napps:") {
            text += "apps: [{id: 5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11, allow: ['https://a\\.ru/.*']}]\n";
        }
        let read = config::parse(&text, "README.md", Path::new("."), &|_| None);
        assert!(read.is_ok_and(|loaded| loaded.warnings.is_empty()), "line {}", block.at);
    }
}

#[test]
fn its_links_lead_to_files() {
    for rest in README.split("](").skip(1) {
        let target = rest.split(')').next().unwrap();
        if !target.starts_with("https://") && !target.starts_with('#') {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(target);
            assert!(file.exists(), "{target} does not exist");
        }
    }
}

/// Every command in a block, and every span of code in the text.
fn code() -> Vec<String> {
    let mut all = Vec::new();
    for block in blocks().iter().filter(|block| matches!(block.kind(), "sh" | "console")) {
        let lines = block.lines.iter().map(|line| line.trim_start_matches("$ "));
        all.extend(lines.map(|line| line.replace("cargo run --release -- ", "evotor-gateway ")));
    }
    let text: String = README.split("```").step_by(2).collect();
    all.extend(text.split('`').skip(1).step_by(2).map(str::to_owned));
    all
}

/// The commands that `--help` offers.
fn commands_of(above: &[&str]) -> BTreeSet<String> {
    let help = Command::new(PROGRAM).args(above).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, rest) = help.split_once("Commands:\n").unwrap();
    let names = rest.lines().take_while(|line| line.starts_with(' '));
    names.map(|line| line.split_ascii_whitespace().next().unwrap().to_owned()).collect()
}

struct Block {
    /// Line of the fence, from 1.
    at: usize,
    section: &'static str,
    info: &'static str,
    lines: Vec<&'static str>,
}

impl Block {
    fn kind(&self) -> &str {
        self.info.split(' ').next().unwrap()
    }
}

fn blocks() -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    let (mut section, mut open) = ("", false);
    for (index, line) in README.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                all.push(Block { at: index + 1, section, info, lines: Vec::new() });
            }
            None if open => all.last_mut().unwrap().lines.push(line),
            None => section = line.strip_prefix("## ").unwrap_or(section),
        }
    }
    assert!(!open, "a block is not closed");
    all
}

/// Running them, the way a reader does: in order, in one folder.
#[cfg(unix)]
mod rehearsal {
    use std::fs::{self, File};
    use std::io::{BufRead, BufReader, Read};
    use std::net::Ipv4Addr;
    use std::process::{Child, Stdio};

    use socket2::{Domain, Socket, Type};

    use super::*;

    const USUAL: [&str; 4] =
        ["127.0.0.1:8080", "127.0.0.1:8443", "127.0.0.1:4040", "127.0.0.1:4041"];
    const SERVERS: [&str; 2] = ["evotor-gateway demo", "evotor-gateway run"];
    /// Asks the gateway that its file names.
    const ASKING: &str = "evotor-gateway status";

    #[test]
    fn every_command_does_what_is_said_of_it() {
        let mut stage = Stage::new();
        for block in blocks().iter().filter(|block| block.kind() == "sh") {
            stage.enter(block.section);
            for line in &block.lines {
                let command = line.replace("cargo run --release -- ", "evotor-gateway ");
                if SERVERS.iter().any(|start| command.starts_with(start)) {
                    stage.serve(&command);
                } else {
                    stage.run(&command, block);
                }
            }
        }
        assert_eq!(stage.started, 2, "the demo and a gateway of the reader's own");
    }

    struct Stage {
        folder: tempfile::TempDir,
        section: &'static str,
        /// The demo, and above it what the present section has started.
        servers: Vec<Server>,
        started: usize,
        /// A port at which nobody listens.
        silent: Socket,
        has_curl: bool,
    }

    impl Stage {
        fn new() -> Self {
            let silent = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            silent.bind(&std::net::SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
            let curl = Command::new("curl").arg("--version").stdout(Stdio::null()).status();
            let has_curl = curl.is_ok_and(|status| status.success());
            assert!(has_curl || std::env::var_os("CI").is_none(), "CI has to have curl");
            let folder = tempfile::tempdir().unwrap();
            Self { folder, section: "", servers: Vec::new(), started: 0, silent, has_curl }
        }

        fn enter(&mut self, section: &'static str) {
            if section != self.section {
                self.section = section;
                self.servers.truncate(1);
            }
        }

        fn run(&self, command: &str, block: &Block) {
            let is_curl = command.starts_with("curl ");
            if is_curl && !self.has_curl {
                return eprintln!("not run, there is no curl: {command}");
            }
            let command = self.at_the_ports_in_use(command).replace(
                "curl ",
                "curl --silent --show-error --include --suppress-connect-headers --max-time 30 ",
            );
            let output = self.shell(&command).output().unwrap();
            let said = format!(
                "{command}\n{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            let option = |name| block.info.split(' ').find_map(|word| word.strip_prefix(name));
            let exit = option("exit=").map_or(0, |code: &str| code.parse().unwrap());
            assert_eq!(output.status.code(), Some(exit), "line {}: {said}", block.at);
            match option("expect=") {
                Some(text) => assert!(said.contains(text), "line {}: {said}", block.at),
                None => assert!(
                    !said.to_lowercase().contains("x-gateway-error"),
                    "line {}: {said}",
                    block.at
                ),
            }
            self.lead_upstreams_nowhere();
        }

        /// Starts a server and waits until it listens. Two demos that start at once can want the
        /// same port, so a second try is fair.
        fn serve(&mut self, command: &str) {
            let command = match command.ends_with(" run") {
                true => format!("{command} --http 0 --https 0 --admin 0"),
                false => command.to_owned(),
            };
            let errors = self.folder.path().join("stderr");
            for _ in 0..5 {
                let mut shell = self.shell(&format!("exec {command}"));
                let child = shell
                    .stdout(Stdio::piped())
                    .stderr(File::create(&errors).unwrap())
                    .spawn()
                    .unwrap();
                if let Some(server) = Server::listening(child) {
                    self.started += 1;
                    return self.servers.push(server);
                }
            }
            panic!("{command}\n{}", fs::read_to_string(errors).unwrap());
        }

        fn shell(&self, command: &str) -> Command {
            let programs = Path::new(PROGRAM).parent().unwrap().display();
            let path = std::env::var("PATH").unwrap_or_default();
            let mut shell = Command::new("sh");
            shell.args(["-c", command]).current_dir(self.folder.path());
            shell.env("PATH", format!("{programs}:{path}"));
            for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "rust_log"] {
                shell.env_remove(name).env_remove(name.to_ascii_uppercase());
            }
            shell.env_remove("EVOTOR_GATEWAY_CONFIG");
            shell
        }

        fn at_the_ports_in_use(&self, command: &str) -> String {
            let Some(server) = self.servers.last() else { return command.to_owned() };
            let pairs = USUAL.iter().zip(&server.addresses);
            let command = pairs
                .fold(command.to_owned(), |command, (usual, real)| command.replace(usual, real));
            match (
                command.starts_with(ASKING) && !command.contains("--admin"),
                &server.addresses[..],
            ) {
                // Its file says another address than it was given here.
                (true, [_, _, admin, ..]) => format!("{command} --admin {admin}"),
                _ => command,
            }
        }

        /// The reader's own service does not listen yet; here it must not by accident either.
        fn lead_upstreams_nowhere(&self) {
            let file = self.folder.path().join("gateway.yaml");
            let Ok(text) = fs::read_to_string(&file) else { return };
            let port = self.silent.local_addr().unwrap().as_socket().unwrap().port();
            let led = text.replace("127.0.0.1:9000", &format!("127.0.0.1:{port}"));
            if led != text {
                fs::write(file, led).unwrap();
            }
        }
    }

    struct Server {
        child: Child,
        /// http, https, admin, and the demo's partner.
        addresses: Vec<String>,
    }

    impl Server {
        /// `None` if it ended before it listened.
        fn listening(mut child: Child) -> Option<Self> {
            let mut output = BufReader::new(child.stdout.take().unwrap());
            let mut server = Self { child, addresses: Vec::new() };
            let mut line = String::new();
            while output.read_line(&mut line).unwrap() > 0 {
                if let Some(rest) = line.strip_prefix("listening ") {
                    let places = rest.split_ascii_whitespace();
                    server.addresses =
                        places.map(|place| place.split_once('=').unwrap().1.to_owned()).collect();
                    std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
                    return Some(server);
                }
                line.clear();
            }
            None
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            // It may have ended already; what it left is the test's folder.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
