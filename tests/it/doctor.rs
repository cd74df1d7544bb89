//! `doctor` beside a gateway that runs.

use std::fs;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use crate::cli::Said;
use crate::support::admin::expect_problem;
use crate::support::gateway::{BINARY, command, command_of};
use crate::support::world::APP;
use crate::support::{Gateway, Partner, World};

#[test]
fn it_knows_its_own_gateway_whatever_the_program_is_called_and_what_was_removed_from_it() {
    let (folder, desk) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let yaml = World::of(&Partner::start()).yaml();
    fs::write(folder.path().join("gateway.yaml"), &yaml).unwrap();
    // The system calls a process by the name that it was started by.
    let program = folder.path().join("eg");
    symlink(BINARY, &program).unwrap();
    let mut run = command_of(program.to_str().unwrap(), folder.path());
    run.args(["run", "-c", "gateway.yaml"]);
    let gateway = Gateway::launch(run, folder.path());
    let listen = "listen: {http: 127.0.0.1:0, https: 127.0.0.1:0, admin: 127.0.0.1:0}";
    let known = format!(
        "listen: {{http: {}, https: {}, admin: {}}}",
        gateway.http, gateway.https, gateway.admin
    );
    assert!(yaml.contains(listen), "{yaml}");
    fs::write(desk.path().join("gateway.yaml"), yaml.replace(listen, &known)).unwrap();
    let doctor = || Said::of(&command(desk.path()).arg("doctor").output().unwrap());
    let said = doctor();
    assert_eq!(said.out.matches("this gateway is running").count(), 3, "{}", said.out);
    assert!(!said.out.contains("fail  listen"), "{}", said.out);
    assert!(said.out.contains("has everything that gateway.yaml has"), "{}", said.out);
    gateway.api_ok("DELETE", &format!("/api/world/apps/{APP}"), None);
    let said = doctor();
    assert!(said.out.contains("The app loyalty was removed in the console on 20"), "{}", said.out);
    assert!(said.out.contains(&format!("world restore app {APP}")), "{}", said.out);
}

#[test]
fn a_wrong_token_and_none_are_told_apart() {
    let world = World::of(&Partner::start()).top("admin", "{token: 0123456789abcdef}");
    let gateway = world.start();
    let elsewhere = TempDir::new().unwrap();
    let say = |token: Option<&str>| {
        let mut run = command(elsewhere.path());
        run.args(["clock", "--admin", &gateway.admin.to_string()]);
        run.env_remove("XDG_RUNTIME_DIR").env("TMPDIR", elsewhere.path());
        run.envs(token.map(|token| ("EVOTOR_GATEWAY_TOKEN", token)));
        Said::of(&run.output().unwrap())
    };
    say(Some("0123456789abcdef")).expect("the token", 0);
    let wrong = say(Some("fedcba9876543210")).expect("a wrong one", 2);
    assert!(wrong.err.contains("That is not the token"), "{}", wrong.err);
    let none = say(None).expect("none", 2);
    assert!(none.err.contains("wants its token"), "{}", none.err);
    let bare = gateway.api("GET", "/api/clock", None);
    expect_problem(&bare, 401, "token_wanted");
}

#[test]
fn commands_say_whom_they_talk_to_where_no_file_says_it() {
    let folder = TempDir::new().unwrap();
    let say = |args: &[&str]| Said::of(&command(folder.path()).args(args).output().unwrap());
    let note = "note: there is no gateway.yaml here; talking to 127.0.0.1:4040";
    assert!(say(&["clock"]).err.contains(note));
    assert!(!say(&["clock", "--admin", "127.0.0.1:9"]).err.contains(note));
    fs::write(folder.path().join("gateway.yaml"), "version: 1\nlisten: {admin: 127.0.0.1:9}\n")
        .unwrap();
    assert!(!say(&["clock"]).err.contains(note));
}
