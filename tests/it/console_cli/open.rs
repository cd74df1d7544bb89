//! `open`.

use std::fs;

use super::stage::make;
use crate::cli::Said;
use crate::commands::stage::Desk;
use crate::support::gateway::command;

/// Runs it with a browser that notes where it was sent.
fn open(desk: &Desk, args: &[&str]) -> (Said, std::path::PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let (browser, seen) = (desk.gateway.path().join("browser"), desk.gateway.path().join("seen"));
    let script = format!("#!/bin/sh\necho \"$1\" > {0}.part && mv {0}.part {0}\n", seen.display());
    fs::write(&browser, script).unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let mut run = command(desk.gateway.path());
    run.env("EVOTOR_GATEWAY_ADMIN", desk.gateway.admin.to_string()).env("BROWSER", &browser);
    (Said::of(&run.arg("open").args(args).output().unwrap()), seen)
}

#[test]
fn the_console_is_opened_in_the_browser_and_its_link_is_printed() {
    let desk = Desk::start();
    make(&desk, &["/api/a"]);
    let console = format!("http://{}/", desk.gateway.admin);
    for (args, link) in [(&[][..], console.clone()), (&["last"], format!("{console}#/exchange/1"))]
    {
        let (said, seen) = open(&desk, args);
        assert_eq!(said.expect("open", 0).out, format!("{link}\n"));
        let read = || fs::read_to_string(&seen).unwrap_or_default() == format!("{link}\n");
        desk.gateway.eventually("the browser", read);
        fs::remove_file(&seen).unwrap();
    }
    let (said, seen) = open(&desk, &["--print"]);
    assert_eq!(said.expect("the link alone", 0).out, format!("{console}\n"));
    assert!(!seen.exists());
}

#[test]
fn without_a_browser_there_is_the_link_and_without_a_gateway_nothing_is_opened() {
    let desk = Desk::start();
    let mut run = command(desk.gateway.path());
    run.env("EVOTOR_GATEWAY_ADMIN", desk.gateway.admin.to_string()).env("BROWSER", "/nowhere/none");
    let said = Said::of(&run.arg("open").output().unwrap()).expect("the link", 0);
    assert_eq!(said.out, format!("http://{}/\n", desk.gateway.admin));
    assert!(said.err.contains("no browser was found"), "{}", said.err);
    let nowhere = crate::support::Partner::nowhere().to_string();
    let said = desk.say(&["open", "--admin", &nowhere]).expect("nobody is there", 3);
    assert_eq!(said.out, "");
}
