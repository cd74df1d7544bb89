//! The commands that the page proposes, run as they stand.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{page, stage, stage_before};
use crate::first_minutes::shell;
use crate::support::browser::Browser;
use crate::support::{Partner, Stage, ok};

const URL: &str = "https://loyalty.example.ru/api/x";

fn commands(browser: &Browser, place: &str) -> Vec<String> {
    let found = browser.run(&format!(
        "return [...document.querySelectorAll('{place} .command code')].map((one) => one.textContent);"
    ));
    found.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// The steps of a platform.
fn steps(browser: &Browser, platform: &str) -> Vec<String> {
    browser.until("the platforms", "document.querySelector('[aria-labelledby=steps] select')");
    browser.run(&format!(
        "const choice = document.querySelector('[aria-labelledby=steps] select');\
         choice.value = '{platform}';\
         choice.dispatchEvent(new Event('change'));"
    ));
    commands(browser, "[aria-labelledby=steps]")
}

#[test]
fn an_empty_timeline_teaches_commands_that_fill_it() {
    let Some(browser) = Browser::start("en") else { return };
    let partner = Partner::scripted(|call| {
        call.body();
        call.send(&ok(""));
    });
    let url = format!("http://{}", partner.addr);
    let rule = r"https://loyalty\.example\.ru/api/.*";
    let stage = Stage::of(partner, |world| world.allow(&[rule]).webhooks(&url, &[]));
    browser.open(&page(&stage.gateway, ""));
    // Read in the moment they are there: the list is drawn anew when something has become known.
    browser.until("two commands", "(window.taught = [...document.querySelectorAll('.lesson .command code')].map((one) => one.textContent)).length === 2");
    let taught = browser.run("return window.taught");
    let taught = [0, 1].map(|at| taught[at].as_str().unwrap().to_owned());
    shell(stage.gateway.path(), &taught[0]).expect(&taught[0], 0);
    browser.until("its row", "document.querySelector('.row')?.textContent.includes('200')");
    // The partner does not keep the contract, which the command says.
    let said = shell(stage.gateway.path(), &taught[1]);
    assert!(said.out.contains("answer 200, verdict fail"), "{}{}", said.out, said.err);
}

#[test]
fn the_steps_of_each_platform_lead_its_client_through_the_gateway() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/connect"));
    for (platform, program, file, text, end) in [
        ("curl", "curl", "none", "", ""),
        ("hosts", "curl", "none", "", ""),
        (
            "python",
            "python3",
            "app.py",
            format!("import urllib.request\nprint(urllib.request.urlopen('{URL}').read())\n")
                .as_str(),
            "",
        ),
        (
            "node",
            "node",
            "app.js",
            format!("require('https').get('{URL}', (answer) => answer.resume())\n").as_str(),
            "",
        ),
        (
            "jvm",
            "java",
            "App.java",
            format!(
                "public class App {{ public static void main(String[] a) throws Exception {{ \
            new java.net.URI(\"{URL}\").toURL().openStream().readAllBytes(); }} }}\n"
            )
            .as_str(),
            "App.java",
        ),
        (
            "php",
            "php",
            "app.php",
            format!("<?php $c = curl_init('{URL}'); exit(curl_exec($c) ? 0 : 1);").as_str(),
            "",
        ),
    ] {
        if Command::new(program).arg("--version").output().is_err() {
            assert!(std::env::var_os("CI").is_none(), "CI has to have {program}");
            eprintln!("left out: there is no {program}");
            continue;
        }
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join(file), text).unwrap();
        let before = stage.partner.requests().len();
        let mut lines = steps(&browser, platform);
        // Of two ways the first; a name of this machine is not led elsewhere.
        lines.retain(|line| !line.contains("/etc/hosts") && !line.contains("NODE_USE_ENV_PROXY"));
        // One shell for all, as a person has it.
        let script = lines.join("\n").replace("-jar app.jar", end);
        shell(folder.path(), &format!("set -e\n{script}")).expect(platform, 0);
        let got = stage.partner.wait(before + 1);
        assert_eq!(got.len(), before + 1, "{platform}: {script}");
        assert_eq!(got[before].field("host"), Some("loyalty.example.ru"), "{platform}");
        assert!(got[before].target().starts_with("/api/"), "a URL that the app may call");
    }
}

#[test]
fn an_emulator_finds_the_proxy_from_outside_and_from_inside() {
    let Some((stage, browser)) = stage("ru") else { return };
    browser.open(&page(&stage.gateway, "#/connect"));
    let port = stage.gateway.http.port();
    let lines = steps(&browser, "emulator");
    assert_eq!(lines[1], format!("emulator -avd NAME -http-proxy http://127.0.0.1:{port}"));
    assert_eq!(lines[3], format!("adb shell settings put global http_proxy 10.0.2.2:{port}"));
    let lines = steps(&browser, "android");
    assert_eq!(lines[2], format!("adb reverse tcp:{port} tcp:{port}"));
    assert_eq!(lines[3], format!("adb shell settings put global http_proxy 127.0.0.1:{port}"));
}

/// Nothing of a step stands in another box.
#[test]
fn every_command_is_whole() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/connect"));
    browser.until("the platforms", "document.querySelector('[aria-labelledby=steps] select')");
    let platforms = browser.run("return [...document.querySelector('[aria-labelledby=steps] select').options].map((one) => one.value)");
    for platform in platforms.as_array().unwrap() {
        for line in steps(&browser, platform.as_str().unwrap()) {
            shell(TempDir::new().unwrap().path(), &format!("set -n\n{line}")).expect(&line, 0);
            assert!(!line.trim_end().ends_with('\\') && !line.contains("undefined"), "{line}");
        }
    }
}

#[test]
fn a_picture_to_scan_is_shown_only_of_an_address_that_a_phone_reaches() {
    let Some((stage, browser)) = stage_before(Partner::start(), "en") else { return };
    browser.open(&page(&stage.gateway, "#/connect"));
    browser.until("the authority", "document.querySelector('.authority .command')");
    let led = [stage.gateway.admin, stage.gateway.http]
        .map(|at| format!("adb reverse tcp:{port} tcp:{port}", port = at.port()));
    assert_eq!(commands(&browser, ".authority"), [led.join("\n")]);
    assert_eq!(browser.run("return document.querySelectorAll('.qr').length"), 0);
    let near = browser.run(
        "const {isNear} = await import('/console/steps.js');\
         return ['localhost', 'a.localhost', '127.0.0.1', '127.1.2.3', '[::1]', '192.168.1.5', 'gateway.test', '[fe80::1]'].map(isNear);",
    );
    assert_eq!(near, json!([true, true, true, true, true, false, false, false]));
    let shown = browser.run(
        "const {picture} = await import('/console/connect.js');\
         return picture('http://192.168.1.5:4040/connect', 'http://192.168.1.5:8080').querySelector('img').getAttribute('src');",
    );
    assert_eq!(shown, Value::from("/connect/qr.svg"));
}
