//! What others than the owner of this machine get at: files that they may read, addresses that they
//! may call.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::journal::beside;
use crate::config::meant::{Config, State};
use crate::file::is_open_to_others;
use crate::shell::word;
use crate::text::{Text, text};

/// A file with secrets that others on this machine may read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Readable {
    /// The file.
    pub file: PathBuf,
    /// The command that closes it.
    pub command: String,
}

/// Every such file but the authority's key, which is told of with its certificate.
pub fn readable_files(config: &Config) -> Vec<Readable> {
    let of = |file: &PathBuf, end: &str| Readable {
        file: file.clone(),
        command: format!("chmod 600 {}{end}", word(&file.to_string_lossy())),
    };
    let certs = &config.certs;
    let is_other = |file: &&PathBuf| certs.ca.as_ref().is_none_or(|(_, key)| key != *file);
    let keys = own_keys(&certs.dir);
    let secrets = config.secret_files.iter().filter(is_other).chain(&keys);
    let mut files: Vec<_> = secrets.map(|file| of(file, "")).collect();
    if let State::Sqlite(state) = &config.state {
        // What SQLite writes beside a database has the same mode.
        files.extend([state, &beside(state)].map(|database| of(database, "*")));
    }
    files.retain(|readable| is_open_to_others(&readable.file));
    files.sort();
    files.dedup();
    files
}

/// What follows from an address that other machines reach; `None` for a loopback one. `name` is
/// `http`, `https` or `admin`.
pub fn reached_from_elsewhere(name: &str, address: SocketAddr) -> Option<Text> {
    if address.ip().to_canonical().is_loopback() {
        return None;
    }
    let who = match name {
        "admin" => text!(
            "whoever has the token, or reads it on the way, for there is no TLS, sees every exchange, sends webhooks and changes the world"
        ),
        _ => text!(
            "whoever reaches it calls partners as the terminals of gateway.yaml do, and gets what partners answer to users' tokens"
        ),
    };
    Some(text!(
        "listen.{name} {address} is open to other machines: {who}",
        name, address, who => who
    ))
}

/// What to do about it.
pub fn narrowed(name: &str, address: SocketAddr) -> Text {
    let port = address.port();
    match name {
        "admin" => text!(
            "write 127.0.0.1:{port} and come through `ssh -L {port}:127.0.0.1:{port}`, or put a proxy with TLS in front",
            port
        ),
        _ => text!("write 127.0.0.1:{port}, or let a firewall say who may come", port),
    }
}

/// Tells of everything at a start or a reload.
pub(super) fn warn(config: &Config, listen: &[(&str, SocketAddr)]) {
    for Readable { file, command } in readable_files(config) {
        let file = file.display();
        tracing::warn!(
            "{file}: other users can read this file, which holds secrets; run: {command}"
        );
    }
    for (name, address) in listen {
        if let Some(text) = reached_from_elsewhere(name, *address) {
            tracing::warn!("{text}; {}", narrowed(name, *address));
        }
    }
}

/// `NAME.key.pem` of each certificate of the user's own.
fn own_keys(dir: &Path) -> Vec<PathBuf> {
    let is_key = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.ends_with(".key.pem") && name != crate::tls::KEY_FILE)
    };
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(is_key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_that_others_reach_is_told_of() {
        let told = |name, text: &str| {
            let address: SocketAddr = text.parse().unwrap_or_else(|error| panic!("{error}"));
            reached_from_elsewhere(name, address)
        };
        for quiet in ["127.0.0.1:80", "127.1.2.3:80", "[::1]:80", "[::ffff:127.0.0.1]:80"] {
            assert_eq!(told("http", quiet), None, "{quiet}");
        }
        for loud in ["0.0.0.0:80", "[::]:80", "10.0.0.5:80"] {
            assert!(
                told("https", loud).is_some_and(|text| text.to_string().contains("users' tokens")),
                "{loud}"
            );
        }
        assert!(
            told("admin", "0.0.0.0:4040").is_some_and(|text| text.to_string().contains("no TLS"))
        );
    }
}
