//! A gateway, a partner that answers webhooks well, and commands that are run beside them.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::world::USER;
use crate::support::{Call, Gateway, Partner, Raw, World};

pub struct Desk {
    pub gateway: Gateway,
    pub partner: Partner,
}

impl Desk {
    #[track_caller]
    pub fn start() -> Self {
        Self::with(answer)
    }

    /// A partner with a script of the caller's.
    #[track_caller]
    pub fn with(script: impl Fn(&mut Call) + Send + Sync + 'static) -> Self {
        Self::before(Partner::scripted(script))
    }

    #[track_caller]
    pub fn before(partner: Partner) -> Self {
        let gateway = world(&format!("http://{}", partner.addr)).start();
        Self { gateway, partner }
    }

    /// Webhooks go elsewhere.
    #[track_caller]
    pub fn at(url: &str) -> Self {
        Self { gateway: world(url).start(), partner: Partner::start() }
    }

    /// One command, told by the environment where the gateway is.
    #[track_caller]
    pub fn say(&self, args: &[&str]) -> Said {
        let mut command = command(self.gateway.path());
        command.env("EVOTOR_GATEWAY_ADMIN", self.gateway.admin.to_string());
        Said::of(&command.args(args).output().unwrap())
    }

    /// The same with something on stdin.
    #[track_caller]
    pub fn fed(&self, args: &[&str], input: &str) -> Said {
        let mut command = command(self.gateway.path());
        command.env("EVOTOR_GATEWAY_ADMIN", self.gateway.admin.to_string());
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Said::of(&child.wait_with_output().unwrap())
    }

    /// What the admin API has at an address.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        let admin = self.gateway.admin;
        Raw::dial(admin).exchange(format!("GET {path} HTTP/1.1\r\nHost: {admin}\r\n\r\n")).json()
    }
}

/// Answers as the vendor's page asks.
pub fn answer(call: &mut Call) {
    call.body();
    let target = call.request.target();
    let body = match target.strip_prefix("/api/v1/user/") {
        Some("create" | "verify") => {
            json!({"userId": USER, "token": "learned-token", "hasBilling": false}).to_string()
        }
        _ => String::new(),
    };
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length:";
    call.send(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes());
}

/// The JSON that a command printed: one document and nothing else.
#[track_caller]
pub fn json_of(said: &Said) -> Value {
    serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
}

/// Who may do what with a file, in octal digits.
pub fn shown(file: &Path) -> String {
    use std::os::unix::fs::PermissionsExt;
    format!("{:o}", std::fs::metadata(file).unwrap().permissions().mode() & 0o777)
}

fn world(url: &str) -> World {
    World::at(url).app("tokens", "{}").webhooks(url, &[])
}
