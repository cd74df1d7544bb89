//! Exchanges to look at, commands that go on for ever, and a connection that can be cut.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::commands::stage::{Desk, json_of};
use crate::support::gateway::{command, wait_for_exit};
use crate::support::{PATIENCE, get, post};

/// Makes one exchange for each path of the app's host, each recorded before the next.
#[track_caller]
pub fn make(desk: &Desk, paths: &[&str]) {
    for path in paths {
        make_one(desk, get(path, &[]));
    }
}

/// The same for one POST.
#[track_caller]
pub fn make_post(desk: &Desk, path: &str, fields: &[&str], body: &[u8]) {
    make_one(desk, post(path, fields, body));
}

/// One request, until it is recorded.
#[track_caller]
pub fn make_one(desk: &Desk, request: impl AsRef<[u8]>) {
    let latest = || desk.get("/api/exchanges?limit=1")["latest"].as_i64().unwrap();
    let before = latest();
    desk.gateway.ask(request);
    desk.gateway.eventually("recorded", || latest() > before);
}

/// Lines of `tail`.
#[track_caller]
pub fn rows(desk: &Desk, args: &[&str]) -> Vec<Value> {
    let said = desk.say(&[&["tail", "--no-follow", "--json"], args].concat()).expect("tail", 0);
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The number of the one exchange of a path.
#[track_caller]
pub fn number(desk: &Desk, path: &str) -> String {
    let found = rows(desk, &[&format!("path:={path}")]);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0]["id"].to_string()
}

/// What a command printed as JSON.
#[track_caller]
pub fn json(desk: &Desk, args: &[&str], code: i32) -> Value {
    json_of(&desk.say(&[args, &["--json"]].concat()).expect(&args.join(" "), code))
}

/// A command under way.
pub struct Live {
    pub child: Child,
    lines: Option<Receiver<String>>,
}

impl Live {
    #[track_caller]
    pub fn start(desk: &Desk, admin: SocketAddr, args: &[&str]) -> Self {
        let mut command = command(desk.gateway.path());
        command.env("EVOTOR_GATEWAY_ADMIN", admin.to_string());
        command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (to, lines) = channel();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            let mut line = String::new();
            while output.read_line(&mut line).is_ok_and(|read| read > 0) {
                if to.send(line.trim_end().to_owned()).is_err() {
                    break;
                }
                line.clear();
            }
        });
        Self { child, lines: Some(lines) }
    }

    /// The next line of stdout.
    #[track_caller]
    pub fn line(&self) -> String {
        self.lines.as_ref().unwrap().recv_timeout(PATIENCE).expect("a line in time")
    }

    /// Everything on stdout, up to its end.
    pub fn output(&self) -> String {
        self.lines.as_ref().unwrap().iter().collect::<Vec<_>>().join("\n")
    }

    /// Ends it by a signal. Gives its code and stderr.
    #[track_caller]
    pub fn end(mut self, signal: &str) -> (ExitStatus, String) {
        let id = self.child.id();
        let kill = format!("kill -{signal} {id}");
        std::process::Command::new("sh").args(["-c", &kill]).status().unwrap();
        let status = self.wait();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (status, said)
    }

    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        wait_for_exit(&mut self.child, PATIENCE).expect("an end in time")
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Between a command and the gateway; its connections can be cut.
pub struct Relay {
    pub addr: SocketAddr,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Relay {
    pub fn to(gateway: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let open = Arc::new(Mutex::new(Vec::new()));
        let theirs = Arc::clone(&open);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(gateway)) else { break };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    thread::spawn(move || std::io::copy(&mut from, &mut to));
                }
                theirs.lock().unwrap().extend([client, server]);
            }
        });
        Self { addr, open }
    }

    /// Whether the command has come to it.
    pub fn is_met(&self) -> bool {
        !self.open.lock().unwrap().is_empty()
    }

    pub fn cut(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
    }
}
