//! Each client as it comes, led here by the hosts file: the gateway on ports 80 and 443, no proxy.
//!
//! That takes a hosts file and ports of one's own. The test runs itself once more in namespaces of
//! mounts and of the network, where it has them.

use std::env;
use std::fs;
use std::process::{Command, Stdio};

use super::below_exec::url;
use super::expect_documented;
use super::kit::{self, Client};
use super::repository;
use crate::cli::Said;
use crate::support::World;
use crate::support::gateway::{Gateway, command};

/// Set where the test is inside.
const INSIDE: &str = "EVOTOR_TEST_IN_NAMESPACE";

/// Its first argument is the file that becomes the hosts file.
const ENTER: &str = "ip link set lo up && mount --bind \"$0\" /etc/hosts && exec \"$@\"";

/// `exec --env` says whom to trust; the proxies that it names are taken out again.
const STRAIGHT: &str = "eval \"$(\"$0\" exec --env)\"; \
    unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY; \
    JAVA_TOOL_OPTIONS=\"$JAVA_TOOL_OPTIONS -Dhttp.nonProxyHosts=*\"; exec \"$@\"";

fn run(client: &Client, test: &str) {
    let Some(words) = client.words() else { return };
    match env::var_os(INSIDE) {
        Some(_) => inside(client, &words),
        None => outside(&format!("clients::by_name::{test}")),
    }
}

fn outside(test: &str) {
    let Some(flags) = [&["-m", "-n"][..], &["-r", "-m", "-n"]].into_iter().find(|flags| may(flags))
    else {
        assert!(!kit::is_required(), "namespaces are required: allow unshare -r -m -n");
        return eprintln!("left out: no namespaces here");
    };
    let folder = tempfile::tempdir().unwrap();
    let hosts = folder.path().join("hosts");
    fs::write(&hosts, "127.0.0.1 localhost loyalty.example.ru\n").unwrap();
    let output = Command::new("unshare")
        .args(flags)
        .args(["sh", "-c", ENTER])
        .arg(hosts)
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .env("XDG_RUNTIME_DIR", folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}\n{talk}");
}

fn may(flags: &[&str]) -> bool {
    let mut unshare = Command::new("unshare");
    unshare.args(flags).args(["sh", "-c", "ip link set lo up"]).stderr(Stdio::null());
    unshare.status().is_ok_and(|status| status.success())
}

fn inside(client: &Client, words: &[String]) {
    let partner = repository();
    let world = World::of(&partner).arg("--http=127.0.0.1:80").arg("--https=127.0.0.1:443");
    let gateway: Gateway = world.start();
    let urls = ["http", "https"].map(|scheme| url(client, scheme));
    let mut shell = Command::new("sh");
    let own = command(gateway.path());
    shell.args(["-c", STRAIGHT]).arg(own.get_program()).args(words).args(&urls);
    shell.current_dir(gateway.path()).stdin(Stdio::null());
    shell.env("EVOTOR_GATEWAY_ADMIN", gateway.admin.to_string());
    super::below_exec::forget_proxies(&mut shell);
    let said = Said::of(&shell.output().unwrap()).expect(client.name, 0);
    assert_eq!(said.out, "200 ok\n".repeat(2 * client.times), "{}", said.err);
    expect_documented(&partner, partner.requests().len());
    let seen = gateway.recorded(2 * client.times);
    assert!(seen.len() >= 2 * client.times, "{seen:?}");
}

macro_rules! clients {
    ($($name:ident $client:ident)*) => {
        $(#[test]
        fn $name() {
            run(&kit::$client, stringify!($name));
        })*
    };
}

clients! {
    jdk JDK
    node NODE
    undici UNDICI
    axios AXIOS
    urllib URLLIB
    requests REQUESTS
    httpx_over_http2 HTTPX
    aiohttp AIOHTTP
    php PHP
    ruby RUBY
    go GO
    curl CURL
    wget WGET
    git GIT
}
