//! `init --service URL --host HOST`.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::service::{LEARNED, Service};
use crate::support::{Gateway, get};

fn init(folder: &Path, args: &[&str]) -> Said {
    Said::of(&command(folder).arg("init").args(args).output().unwrap())
}

/// A service on a port of its own and a folder with the file for it.
fn initiated() -> (Service, TempDir, Said) {
    let (service, folder) = (Service::start(), TempDir::new().unwrap());
    let url = format!("http://{}", service.partner.addr);
    let said = init(folder.path(), &["--service", &url, "--host", "api.my.ru"]).expect("init", 0);
    (service, folder, said)
}

fn serve(folder: &Path) -> Gateway {
    let mut run = command(folder);
    run.args(["run", "--http", "0", "--https", "0", "--admin", "0"]);
    Gateway::launch(run, folder)
}

#[test]
fn the_file_for_a_service_works_as_it_stands() {
    let (service, folder, said) = initiated();
    let checked =
        Said::of(&command(folder.path()).arg("check").output().unwrap()).expect("check", 0);
    assert_eq!((&*checked.out, &*checked.err), ("gateway.yaml: no mistakes\n", ""));
    let token = said.out.lines().find_map(|line| line.strip_prefix("app token: ")).unwrap();
    let gateway = serve(folder.path());
    let request = "GET http://api.my.ru/v1/points HTTP/1.1\r\nHost: api.my.ru\r\n\r\n";
    gateway.ask(request).expect_ok("before the user has an account");
    assert_eq!(service.partner.last().field("authorization"), None);
    let told = gateway.happen("user.create");
    assert_eq!((&told["status"], &told["verdict"]), (&200.into(), &"pass".into()), "{told}");
    let hook = service.partner.last();
    assert_eq!(hook.target(), "/api/v1/user/create", "the documented path");
    assert_eq!(hook.field("authorization"), Some(&*format!("Bearer {token}")), "the token printed");
    gateway.ask(request).expect_ok("with the token");
    let bearer = format!("Bearer {LEARNED}");
    assert_eq!(service.partner.last().field("authorization"), Some(&*bearer));
    let answer = gateway
        .tunnel("api.my.ru:443")
        .exchange("GET /v1/points HTTP/1.1\r\nHost: api.my.ru\r\n\r\n");
    answer.expect_ok("over TLS");
    let refused = gateway.ask(get("/api/x", &[]));
    assert_eq!(refused.field("x-gateway-error"), Some("url_not_allowed"), "another host");
}

#[test]
fn what_to_do_next_stands_in_three_lines_with_the_files_own_addresses() {
    let (_service, folder, said) = initiated();
    let yaml = fs::read_to_string(folder.path().join("gateway.yaml")).unwrap();
    let file: serde_json::Value = serde_yaml::from_str(&yaml).unwrap();
    let listens = |key: &str| file["listen"][key].as_str().unwrap().to_owned();
    for key in ["http", "https", "admin"] {
        let port: u16 = listens(key).rsplit(':').next().unwrap().parse().unwrap();
        assert!(port >= 1024, "{key} needs no privilege");
    }
    let (_, next) = said.err.split_once("Next:\n").unwrap();
    let lines: Vec<_> = next.lines().collect();
    assert_eq!(lines.len(), 3, "{next}");
    assert!(lines[0].starts_with("  evotor-gateway run "), "{next}");
    assert!(lines[0].contains(&format!("http://{}/", listens("admin"))), "{next}");
    assert_eq!(lines[1], format!("  curl --proxy http://{} http://api.my.ru/", listens("http")));
    assert_eq!(lines[2], "  evotor-gateway trigger user.create --wait");
}

#[test]
fn a_folder_is_made_and_a_file_in_the_way_is_left_alone() {
    let (_service, folder, _) = initiated();
    let before = fs::read_to_string(folder.path().join("gateway.yaml")).unwrap();
    let asked = ["--service", "9000", "--host", "a.ru", "--host", "https://b.ru/x"];
    let said = init(folder.path(), &asked).expect("in the way", 2);
    let hint =
        "evotor-gateway init my-gateway --service http://localhost:9000 --host a.ru --host b.ru";
    assert!(said.err.contains(hint), "{}", said.err);
    assert_eq!(fs::read_to_string(folder.path().join("gateway.yaml")).unwrap(), before);
    let again = [&["deep/er"][..], &asked].concat();
    let said = init(folder.path(), &again).expect("a new folder", 0);
    assert!(said.err.contains("evotor-gateway run -c deep/er/gateway.yaml"), "{}", said.err);
    let check = ["check", "-c", "deep/er/gateway.yaml"];
    let checked = Said::of(&command(folder.path()).args(check).output().unwrap());
    assert!(checked.expect("check", 0).out.ends_with("no mistakes\n"));
}

#[test]
fn the_ports_of_the_service_and_of_others_are_not_taken() {
    let folder = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    init(folder.path(), &["--service", "8080", "--host", "a.ru"]).expect("init", 0);
    let yaml = fs::read_to_string(folder.path().join("gateway.yaml")).unwrap();
    assert!(!yaml.contains("http: 127.0.0.1:8080 "), "the service's own: {yaml}");
    drop(taken);
}

#[test]
fn what_cannot_be_meant_is_explained_and_nothing_is_written() {
    for (args, words) in [
        (&["--service", "http://localhost:9000/api", "--host", "a.ru"][..], "without a path"),
        (&["--service", "9000", "--host", "a.ru:8443"], "80 and 443"),
        (&["--service", "9000"], "--host"),
        (&["--host", "a.ru"], "--service"),
    ] {
        let folder = TempDir::new().unwrap();
        let said = init(folder.path(), args).expect("usage", 2);
        assert!(said.err.contains(words), "{words}: {}", said.err);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

/// A terminal is what `script` makes.
#[test]
fn without_options_it_asks_on_a_terminal() {
    let folder = TempDir::new().unwrap();
    let mut script = crate::support::gateway::command_of("script", folder.path());
    let line = format!("{} init", crate::support::gateway::BINARY);
    script.args(["-qefc", &line, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = script.spawn() else {
        assert!(std::env::var_os("CI").is_none(), "CI has to have script");
        return eprintln!("left out: there is no script");
    };
    child.stdin.take().unwrap().write_all(b"9100\napi.my.ru\n").unwrap();
    let said = Said::of(&child.wait_with_output().unwrap()).expect("init", 0);
    assert!(said.out.contains("Where does your service listen?"), "{}", said.out);
    let yaml = fs::read_to_string(folder.path().join("gateway.yaml")).unwrap();
    assert!(yaml.contains("'https://api.my.ru': http://localhost:9100"), "{yaml}");
}
