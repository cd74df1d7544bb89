//! A newcomer, who has the program, what its `--help` says, a service, and what the page is told.

use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::shell;
use crate::support::Gateway;
use crate::support::gateway::{command, command_of};
use crate::support::service::{LEARNED, Service};

const TRIALS: usize = 5;
/// What the machine may need of a trial, however busy it is; alone it takes a second or two.
const MOST: Duration = Duration::from_secs(60);

#[test]
fn a_request_and_a_webhook_pass_within_minutes_five_times_of_five() {
    for trial in 1..=TRIALS {
        let service = Service::start();
        let begun = Instant::now();
        meet(&service);
        let took = begun.elapsed();
        println!("trial {trial} of {TRIALS}: {} ms of the machine", took.as_millis());
        assert!(took < MOST, "{took:?}");
    }
}

fn meet(service: &Service) {
    let folder = TempDir::new().unwrap();
    // The options are those that the help names.
    for (command, options) in
        [("init", &["--service", "--host"][..]), ("run", &["--http", "--https", "--admin"])]
    {
        let help =
            shell(folder.path(), &format!("evotor-gateway {command} --help")).expect("help", 0);
        assert!(options.iter().all(|option| help.out.contains(option)), "{}", help.out);
    }
    let at = service.partner.addr;
    let line = format!("evotor-gateway init --service http://{at} --host api.my.ru my");
    shell(folder.path(), &line).expect("init", 0);
    let my = folder.path().join("my");
    let mut run = command(&my);
    // Other gateways run beside this one.
    run.args(["run", "--http", "0", "--https", "0", "--admin", "0"]);
    let gateway = Gateway::launch(run, &my);
    let console = gateway.wait_for_log(&["console http://"]);
    assert_eq!(console, format!("console http://{}/", gateway.admin));

    let known = gateway.api_ok("GET", "/api/connect", None);
    let asked = shell(&my, known["sample"]["command"].as_str().unwrap()).expect("the request", 0);
    let request = service.partner.wait(1).remove(0);
    assert_eq!(request.field("host"), Some("api.my.ru"), "{}{}", asked.out, asked.err);
    assert_eq!(request.field("authorization"), None);
    assert_eq!(gateway.recorded(1)[0]["status"], 200);

    let told = shell(&my, known["webhook"].as_str().unwrap()).expect("the webhook", 0);
    assert!(told.out.contains("answer 200, verdict pass"), "{}", told.out);
    shell(&my, known["sample"]["command"].as_str().unwrap()).expect("the request again", 0);
    let bearer = format!("Bearer {LEARNED}");
    assert_eq!(service.partner.last().field("authorization"), Some(&*bearer));
}

/// A person looks for the address of the console first.
#[test]
fn the_console_is_named_when_the_gateway_listens_unless_it_is_to_be_quiet() {
    let folder = TempDir::new().unwrap();
    shell(folder.path(), "evotor-gateway init --service 9000 --host api.my.ru").expect("init", 0);
    let ports = ["--http", "0", "--https", "0", "--admin", "0"];
    let mut run = command(folder.path());
    run.arg("run").args(ports);
    let gateway = Gateway::launch(run, folder.path());
    gateway.wait_for_log(&["console http://"]);
    drop(gateway);
    let mut run = command_of(crate::support::gateway::BINARY, folder.path());
    run.args(["run", "--quiet"]).args(ports);
    let mut gateway = Gateway::launch(run, folder.path());
    gateway.signal("TERM");
    gateway.wait();
    assert!(!gateway.log().contains("console"), "{}", gateway.log());
}
