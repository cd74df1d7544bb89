//! `exec`.

use std::fs;
use std::process::{Command, Stdio};

use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::{Partner, World};

/// A folder with a gateway.yaml of its own.
struct Bench {
    folder: tempfile::TempDir,
    partner: Partner,
}

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
        for name in ["http_proxy", "https_proxy", "no_proxy"] {
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
    let script = "for name in SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS; \
                  do eval grep -c BEGIN \\\"\\$$name\\\"; done; echo $NO_PROXY";
    let said = bench.run(&[], script).expect("the variables", 0);
    let lines: Vec<_> = said.out.lines().collect();
    assert!(lines[0].parse::<u32>().unwrap() > 1, "with the system's: {}", said.out);
    assert_eq!((lines[3], lines[4]), ("1", "localhost,127.0.0.1,::1"));
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
