//! The real program in a folder of its own, with users, an app and a database file.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub const APP: &str = "5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11";

/// A folder with a configuration.
pub struct Folder(TempDir);

/// A running gateway; dropping it kills it.
pub struct Gateway {
    pub http: SocketAddr,
    pub admin: SocketAddr,
    /// From the start of the process to the line that says where it listens.
    pub started_in: Duration,
    child: Child,
}

impl Folder {
    pub fn new(partner: SocketAddr, users: usize) -> Self {
        Self::beside(partner, partner, users)
    }

    /// With one partner for the apps' requests and one for webhooks.
    pub fn beside(apps: SocketAddr, webhooks: SocketAddr, users: usize) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("gateway.yaml"), yaml(apps, webhooks, users)).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Starts the program there. Its log is formatted and goes nowhere.
    pub fn start(&self) -> Gateway {
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_evotor-gateway"))
            .current_dir(self.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let started_in = begun.elapsed();
        let address = |name: &str| {
            let word = line.split_whitespace().find_map(|word| word.strip_prefix(name));
            word.unwrap_or_else(|| panic!("no {name} in {line:?}")).parse().unwrap()
        };
        Gateway { http: address("http="), admin: address("admin="), started_in, child }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The id of a user by place.
pub fn user(at: usize) -> String {
    format!("01-{:015}", at + 1)
}

/// The uuid of a user's device by place.
pub fn device(at: usize) -> String {
    format!("20240105-2A2B-40C3-80D4-E5F6{at:08}")
}

fn yaml(apps: SocketAddr, webhooks: SocketAddr, users: usize) -> String {
    let mut yaml = format!(
        "version: 1\nlisten: {{http: '127.0.0.1:0', https: '127.0.0.1:0', admin: '127.0.0.1:0'}}\n\
         state: 'sqlite:./data/gateway.db'\nworkers: 1\napps:\n  - id: {APP}\n    name: loyalty\n    \
         allow: ['http://loyalty\\.example\\.ru/api/.*']\n    \
         upstreams: {{'http://loyalty.example.ru': 'http://{apps}'}}\n    \
         webhooks: {{url: 'http://{webhooks}', auth: {{bearer: app-token}}}}\n    tokens:\n"
    );
    for at in 0..users {
        writeln!(yaml, "      {}: token-of-the-file", user(at)).unwrap();
    }
    yaml.push_str("users:\n");
    for at in 0..users {
        let (id, device) = (user(at), device(at));
        writeln!(
            yaml,
            "  - id: {id}\n    stores:\n      - uuid: 20240105-1A2B-40C3-80D4-E5F6{at:08}\n        \
             name: Shop\n        devices: [{{uuid: {device}, name: Till}}]\n        \
             employees: [{{uuid: 20240105-3A2B-40C3-80D4-E5F6{at:08}, name: Anna, role: ADMIN}}]"
        )
        .unwrap();
    }
    yaml
}
