//! `exec`.

use std::fs;
use std::process::{Command, Stdio};

use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::{Gateway, Partner, World};

/// A folder with a gateway.yaml of its own.
struct Bench {
    folder: tempfile::TempDir,
    partner: Partner,
}

/// What the machine that the tests run on may have set.
const MACHINES_OWN: [&str; 13] = [
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "CARGO_HTTP_CAINFO",
    "NODE_EXTRA_CA_CERTS",
    "NODE_OPTIONS",
    "JAVA_TOOL_OPTIONS",
];

impl Bench {
    fn new() -> Self {
        let partner = Partner::start();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("gateway.yaml"), World::of(&partner).yaml()).unwrap();
        Self { folder, partner }
    }

    fn command(&self, args: &[&str], script: &str) -> Command {
        let mut command = command(self.folder.path());
        command.arg("exec").args(args).args(["--", "sh", "-c", script]);
        for name in MACHINES_OWN {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        command
    }

    fn run(&self, args: &[&str], script: &str) -> Said {
        Said::of(&self.command(args, script).output().unwrap())
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join(file)).unwrap()
    }
}

#[test]
fn the_command_finds_the_gateway_in_its_environment() {
    let bench = Bench::new();
    let script = "curl -sS http://loyalty.example.ru/api/a && \
                  curl -sS https://loyalty.example.ru/api/b && \
                  curl -sS \"http://$EVOTOR_GATEWAY_ADMIN/readyz\" && \
                  curl -sS --noproxy '*' --connect-to \"::$EVOTOR_GATEWAY_HTTPS\" \
                  --cacert \"$EVOTOR_GATEWAY_CA\" https://loyalty.example.ru/api/c";
    let said = bench.run(&[], script).expect("three ways", 0);
    assert_eq!(said.out, "okokready\nok", "{}", said.err);
    let lines = bench.partner.lines();
    assert_eq!(lines, ["GET /api/a HTTP/1.1", "GET /api/b HTTP/1.1", "GET /api/c HTTP/1.1"]);
}

/// Names and values that a command finds, without those that it would find anyhow.
fn set(said: &str) -> std::collections::BTreeMap<String, String> {
    let pairs = said.split_terminator('\0').filter_map(|line| line.split_once('='));
    let pairs = pairs.filter(|(name, value)| std::env::var(name).as_deref() != Ok(value));
    let pairs = pairs.filter(|(name, _)| !["PWD", "OLDPWD", "_", "SHLVL"].contains(name));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn every_file_that_is_named_is_this_users_and_gone_afterwards() {
    let bench = Bench::new();
    let script = "env -0 > env; for file in $SSL_CERT_FILE $NODE_EXTRA_CA_CERTS; do \
                  grep -c BEGIN \"$file\"; done; d=$(dirname \"$SSL_CERT_FILE\"); \
                  find \"$d\" -printf '%m %y\\n' | sort -u; cat \"$WGETRC\" \"$d\"/php/*";
    let mut command = bench.command(&[], script);
    fs::write(bench.folder.path().join("wgetrc"), "timeout = 20\n").unwrap();
    let said = Said::of(&command.env("WGETRC", "wgetrc").output().unwrap()).expect("exec", 0);
    let lines: Vec<_> = said.out.lines().collect();
    assert!(lines[0].parse::<u32>().unwrap() > 1, "with the system's: {}", said.out);
    assert_eq!(lines[1..5], ["1", "600 f", "700 d", "timeout = 20"], "{}", said.out);
    let set = set(&bench.read("env"));
    let bundle = &set["SSL_CERT_FILE"];
    for words in [
        format!("ca_certificate = {bundle}"),
        format!("curl.cainfo = \"{bundle}\""),
        format!("openssl.cafile = \"{bundle}\""),
    ] {
        assert!(lines.contains(&words.as_str()), "{words}: {}", said.out);
    }
    assert!(!std::path::Path::new(bundle).parent().unwrap().exists(), "{bundle}");
    assert!(!bench.folder.path().join("certs/trust.p12").exists());
}

#[test]
fn what_was_trusted_and_set_before_still_is() {
    let bench = Bench::new();
    bench.run(&[], "true").expect("makes an authority", 0);
    let foreign = bench.folder.path().join("certs/ca.pem");
    let other = Bench::new();
    let script = "grep -c BEGIN \"$NODE_EXTRA_CA_CERTS\"; grep -c BEGIN \"$SSL_CERT_FILE\"; \
                  echo $NO_PROXY; echo $NODE_OPTIONS; echo $JAVA_TOOL_OPTIONS; echo $PHP_INI_SCAN_DIR";
    let count = |command: &mut Command| {
        let said = Said::of(&command.output().unwrap()).expect("exec", 0);
        said.out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let plain = count(&mut other.command(&[], script));
    let own = count(
        other
            .command(&[], script)
            .env("NODE_EXTRA_CA_CERTS", &foreign)
            .env("NO_PROXY", "intra.example")
            .env("NODE_OPTIONS", "--no-deprecation")
            .env("JAVA_TOOL_OPTIONS", "-Xmx64m")
            .env("PHP_INI_SCAN_DIR", "/etc/php/conf.d"),
    );
    let number = |text: &String| text.parse::<u32>().unwrap();
    assert_eq!(number(&plain[0]), 1);
    assert_eq!(number(&own[1]), number(&plain[1]) + 1, "{own:?}");
    assert_eq!(number(&own[0]), number(&own[1]), "{own:?}");
    assert_eq!(own[2], "localhost,127.0.0.1,::1,intra.example");
    assert!(own[3].ends_with("node.cjs\" --no-deprecation"), "{own:?}");
    let hosts = "-Dhttp.nonProxyHosts=localhost|127.*|[::1]|intra.example|*.intra.example ";
    assert!(own[4].contains(hosts) && own[4].ends_with(" -Xmx64m"), "{own:?}");
    assert!(own[5].starts_with("/etc/php/conf.d:/"), "{own:?}");
    assert!(plain[5].starts_with(":/"), "{plain:?}");
}

#[test]
fn the_help_and_the_readme_name_everything_that_is_set() {
    let bench = Bench::new();
    let said = bench.run(&[], "env -0").expect("env", 0);
    let help = Said::of(&command(bench.folder.path()).args(["exec", "--help"]).output().unwrap());
    let readme = fs::read_to_string("README.md").unwrap();
    let set = set(&said.out);
    assert!(set.len() > 15, "{set:?}");
    for name in set.keys().filter(|name| !name.contains("_proxy")) {
        assert!(help.out.contains(name.as_str()), "{name} in {}", help.out);
        assert!(readme.contains(name.as_str()), "{name} in README.md");
    }
}

#[test]
fn the_environment_of_a_running_gateway_is_printed_for_other_shells() {
    let partner = Partner::start();
    let gateway = World::of(&partner).start();
    let print = |args: &[&str]| {
        let mut exec = command(gateway.path());
        exec.arg("exec").args(args).env("XDG_RUNTIME_DIR", gateway.path());
        exec.env("EVOTOR_GATEWAY_ADMIN", gateway.admin.to_string());
        Said::of(&exec.output().unwrap())
    };
    let lines = print(&["--env"]).expect("for sh", 0).out;
    let script = format!(
        "{lines}{lines}curl -sS https://loyalty.example.ru/api/a && \
         curl -sS \"http://$EVOTOR_GATEWAY_ADMIN/readyz\""
    );
    let mut shell = Command::new("sh");
    let said = shell.args(["-c", &script]).env_remove("NO_PROXY").env_remove("no_proxy").output();
    let said = Said::of(&said.unwrap()).expect("curl", 0);
    assert_eq!(said.out, "okready\n", "{}", said.err);
    assert_eq!(partner.wait(1)[0].target(), "/api/a");
    let proxy = format!("http://{}", gateway.http);
    for (shell, line) in [
        ("fish", format!("set -gx HTTPS_PROXY '{proxy}'\n")),
        ("powershell", format!("$env:HTTPS_PROXY = '{proxy}'\n")),
        ("cmd", format!("@set \"HTTPS_PROXY={proxy}\"\r\n")),
    ] {
        let said = print(&[&format!("--env={shell}")]).expect(shell, 0);
        assert!(said.out.contains(&line), "{}", said.out);
    }
    let nobody = ["--env", "--admin", "127.0.0.1:1"];
    let said = print(&nobody).expect("no gateway", 3);
    assert!(said.err.contains("no gateway answers"), "{}", said.err);
}

#[test]
fn the_environment_of_a_command_is_printed_for_other_shells_too() {
    let bench = Bench::new();
    let said = bench.run(&["--env"], "echo proxy $HTTPS_PROXY").expect("both", 0);
    let proxy = said.out.lines().last().unwrap().strip_prefix("proxy ").unwrap();
    assert!(said.out.contains(&format!("export HTTPS_PROXY={proxy}\n")), "{}", said.out);
}

/// The documents of the vendor lead such a process to `api.evotor.ru` by name.
#[test]
fn a_partners_process_reaches_the_cloud_with_a_cloud_token_and_nothing_of_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("token");
    let partner = Partner::scripted(move |call| {
        let body = call.body().content;
        if call.request.target() == "/api/v1/user/token" {
            let told: serde_json::Value = serde_json::from_slice(&body).unwrap();
            fs::write(&place, told["token"].as_str().unwrap()).unwrap();
        }
        call.send(&crate::support::ok(""));
    });
    let world = World::of(&partner).webhooks(&format!("http://{}", partner.addr), &[]);
    let bench = Bench { folder, partner };
    fs::write(bench.folder.path().join("gateway.yaml"), world.yaml()).unwrap();
    let python = "import os, sys, urllib.request as u\n\
                  ask = u.Request('https://api.evotor.ru/stores', headers={'X-Authorization': sys.argv[1]})\n\
                  sys.stdout.write(u.urlopen(ask, timeout=20).read().decode())";
    let script = format!(
        "{} trigger user.token --wait >/dev/null && token=$(cat token) && \
         curl -sS -H \"Authorization: Bearer $token\" https://api.evotor.ru/stores > curl.json && \
         python3 -c \"{python}\" \"$token\" > python.json && \
         curl -sS https://api.evotor.ru/stores",
        crate::support::gateway::BINARY
    );
    let said = bench.run(&[], &script).expect("the cloud", 0);
    assert!(said.out.contains("cloud_api_forbidden"), "without a token: {}", said.out);
    let stores: serde_json::Value = serde_json::from_str(&bench.read("curl.json")).unwrap();
    assert_eq!(stores["items"][0]["id"], crate::support::world::STORE, "{stores}");
    assert_eq!(bench.read("python.json"), bench.read("curl.json"));
}

#[test]
fn the_commands_exit_code_is_the_exit_code() {
    let bench = Bench::new();
    bench.run(&[], "exit 7").expect("its own", 7);
    bench.run(&[], "kill -9 $$").expect("a signal", 137);
    let run = |args: &[&str]| {
        let mut command = command(bench.folder.path());
        Said::of(&command.arg("exec").args(args).output().unwrap())
    };
    run(&["--", "/nowhere/program"]).expect("no such program", 127);
    run(&["--", "/etc/passwd"]).expect("no program", 126);
    run(&[]).expect("no command", 2);
    run(&["-c", "/nowhere.yaml", "--", "true"]).expect("no configuration", 2);
}

#[test]
fn a_signal_is_passed_on_to_the_command() {
    let bench = Bench::new();
    for (signal, code) in [("TERM", 15), ("INT", 2)] {
        let script = format!(
            "trap 'echo got; exit {code}' {signal}; echo ready; \
                              while :; do sleep 0.05; done"
        );
        let mut command = bench.command(&[], &script);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        assert_eq!(line, "ready\n");
        let kill = format!("kill -{signal} {}", child.id());
        Command::new("sh").args(["-c", &kill]).status().unwrap();
        let status = crate::support::gateway::wait_for_exit(&mut child, crate::support::PATIENCE);
        assert_eq!(status.expect("an end in time").code(), Some(code));
    }
}

#[test]
fn junit_has_a_case_for_each_exchange_and_a_failure_for_each_refusal() {
    let bench = Bench::new();
    let script = "curl -sS http://loyalty.example.ru/api/a; \
                  curl -sS 'http://loyalty.example.ru/admin?a=b&c' >/dev/null; exit 3";
    bench.run(&["--junit", "junit.xml"], script).expect("its own", 3);
    let report = bench.read("junit.xml");
    for words in [
        "<testsuite name=\"exchanges\" tests=\"2\" failures=\"1\"",
        "<testcase classname=\"proxy.loyalty\" name=\"#1 GET http://loyalty.example.ru/api/a\" time=\"0.",
        "/admin?a=b&amp;c\"",
        "<failure type=\"url_not_allowed\" message=\"No rule of ",
        ">hint: The nearest rule ",
        "</testsuites>\n",
    ] {
        assert!(report.contains(words), "{words} in {report}");
    }
    let xml = bench.folder.path().join("junit.xml");
    let check = "import sys, xml.etree.ElementTree as t; print(len(t.parse(sys.argv[1]).findall('.//testcase')))";
    let python = Command::new("python3").args(["-c", check]).arg(xml).output();
    if let Ok(output) = python {
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "2", "{report}");
    }
    let said = bench.run(&["--junit", "nowhere/junit.xml"], "true").expect("no folder", 3);
    assert!(said.err.contains("nowhere/junit.xml cannot be written"), "{}", said.err);
}

#[test]
fn beside_a_gateway_of_the_same_file_it_takes_free_ports() {
    let bench = Bench::new();
    let beside = Gateway::start(&World::of(&bench.partner));
    let listen = format!(
        "listen: {{http: {}, https: {}, admin: {}}}",
        beside.http, beside.https, beside.admin
    );
    let usual = "listen: {http: 127.0.0.1:0, https: 127.0.0.1:0, admin: 127.0.0.1:0}";
    let yaml = bench.read("gateway.yaml").replace(usual, &listen);
    assert!(yaml.contains(&listen), "{yaml}");
    fs::write(bench.folder.path().join("gateway.yaml"), yaml).unwrap();
    let script = "curl -sS http://loyalty.example.ru/api/a && echo \" $EVOTOR_GATEWAY_ADMIN\"";
    let said = bench.run(&[], script).expect("beside it", 0);
    let own = said.out.trim().strip_prefix("ok ").unwrap_or_else(|| panic!("{}", said.out));
    assert_ne!(own, beside.admin.to_string(), "a gateway of its own");
}
