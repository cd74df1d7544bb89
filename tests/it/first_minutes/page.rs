//! A newcomer, who has the program, what its `--help` says, a service, and the page.

use std::time::Instant;

use tempfile::TempDir;

use super::shell;
use crate::support::Gateway;
use crate::support::browser::Browser;
use crate::support::gateway::command;
use crate::support::service::Service;

#[test]
fn a_request_and_a_webhook_pass_by_what_the_page_says() {
    let Some(browser) = Browser::start("en") else { return };
    let service = Service::start();
    let folder = TempDir::new().unwrap();
    let begun = Instant::now();
    let help = shell(folder.path(), "evotor-gateway init --help").expect("help", 0).out;
    assert!(help.contains("--service") && help.contains("--host"), "{help}");
    let at = service.partner.addr;
    let init = format!("evotor-gateway init --service http://{at} --host api.my.ru my");
    shell(folder.path(), &init).expect("init", 0);
    let my = folder.path().join("my");
    let mut run = command(&my);
    // Other gateways run beside this one.
    run.args(["run", "--http", "0", "--https", "0", "--admin", "0"]);
    let gateway = Gateway::launch(run, &my);
    let console = gateway.wait_for_log(&["console http://"]);

    browser.open(console.strip_prefix("console ").unwrap());
    let done = |step: usize| {
        format!("document.querySelectorAll('.first > li')[{step}]?.className === 'done'")
    };
    browser.until("the service is found", &done(0));
    browser.until("the command", "document.querySelector('.first .command code')");
    shell(&my, &browser.text(".first .command code")).expect("as it stands", 0);
    assert_eq!(service.partner.wait(1)[0].field("host"), Some("api.my.ru"));
    browser.until(
        "the row",
        "document.querySelector('.row .result.odd, .row .result.good')?.innerText.includes('200')",
    );

    browser.run("location.hash = '#/webhooks/user.create'");
    browser.until("the form", "document.querySelector('.payload .head')");
    browser.press("Send");
    browser.until("the result", "document.querySelector('.form .outcome article')");
    let said = browser.text(".form .outcome");
    assert!(said.contains("200") && said.contains("contract OK"), "{said}");
    println!("{} ms of the machine, the browser's included", begun.elapsed().as_millis());
    assert_eq!(browser.complaints(), [""; 0]);
}
