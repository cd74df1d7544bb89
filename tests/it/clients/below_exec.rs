//! Each client as it comes, below `exec`: CONNECT for https, the whole URL in the request line for http.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::expect_documented;
use super::kit::{self, Client};
use super::repository;
use crate::cli::Said;
use crate::support::World;
use crate::support::gateway::command;

fn run(client: &Client) {
    let Some(words) = client.words() else { return };
    let partner = repository();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("gateway.yaml"), World::of(&partner).yaml()).unwrap();
    let urls = ["http", "https"].map(|scheme| url(client, scheme));
    let mut exec = command(folder.path());
    exec.args(["exec", "--har", "seen.har", "--"]).args(words).args(&urls);
    forget_proxies(&mut exec);
    let said = Said::of(&exec.output().unwrap()).expect(client.name, 0);
    assert_eq!(said.out, "200 ok\n".repeat(2 * client.times), "{}", said.err);
    expect_documented(&partner, partner.requests().len());
    let seen = fs::read_to_string(folder.path().join("seen.har")).unwrap();
    let seen: Value = serde_json::from_str(&seen).unwrap();
    let entries = seen["log"]["entries"].as_array().unwrap();
    assert!(entries.len() >= 2 * client.times, "{seen}");
    for entry in entries {
        let (url, entrance) =
            (entry["request"]["url"].as_str().unwrap(), &entry["_evotor"]["entrance"]);
        let is_tunnel = url.starts_with("https:") || client.tunnels_http;
        assert_eq!(entrance, if is_tunnel { "tunnel" } else { "http" }, "{url}");
    }
}

/// What the one partner answers as a page, or as a repository.
pub fn url(client: &Client, scheme: &str) -> String {
    format!("{scheme}://loyalty.example.ru/api/{}/{scheme}", client.name)
}

/// The machine may have a proxy of its own.
pub fn forget_proxies(command: &mut Command) {
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
}

macro_rules! clients {
    ($($name:ident $client:ident)*) => {
        $(#[test]
        fn $name() {
            run(&kit::$client);
        })*
    };
}

clients! {
    jdk JDK
    node NODE
    undici UNDICI
    hpagent HPAGENT
    node24_fetch NODE24_FETCH
    deno DENO
    axios AXIOS
    urllib URLLIB
    requests REQUESTS
    httpx_over_http2 HTTPX
    aiohttp AIOHTTP
    php PHP
    ruby RUBY
    go GO
    curl CURL
    curl_proxytunnel CURL_PROXYTUNNEL
    wget WGET
    git GIT
}
