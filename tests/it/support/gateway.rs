//! The real binary as a process: started on port 0, watched, stopped by its own pid.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use tempfile::TempDir;

use super::{Answer, PATIENCE, Raw, World, get, secure, terminal};

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_evotor-gateway");

/// A running gateway.
pub struct Gateway {
    pub http: SocketAddr,
    pub https: SocketAddr,
    pub admin: SocketAddr,
    folder: Option<TempDir>,
    path: PathBuf,
    child: Child,
    stdout: Arc<Text>,
    stderr: Arc<Text>,
}

impl Gateway {
    /// Starts and waits for the line that says where it listens.
    #[track_caller]
    pub fn start(world: &World) -> Self {
        Self::start_with(world, &[])
    }

    /// The same with variables of the environment.
    #[track_caller]
    pub fn start_with(world: &World, variables: &[(&str, &str)]) -> Self {
        let (folder, mut command) = laid_out(world);
        command.envs(variables.iter().copied());
        let mut gateway = Self::launch(command, folder.path());
        gateway.folder = Some(folder);
        gateway
    }

    /// The same, and nobody reads its stderr until [`Gateway::read`] is called with it.
    #[track_caller]
    pub fn start_unread(world: &World) -> (Self, ChildStderr) {
        let (folder, command) = laid_out(world);
        let (mut gateway, stderr) = Self::launch_unread(command, folder.path());
        gateway.folder = Some(folder);
        (gateway, stderr)
    }

    /// Reads a stderr that nobody read, from now on.
    pub fn read(&mut self, stderr: ChildStderr) {
        self.stderr = Text::of(stderr);
    }

    /// Starts a prepared command in a folder of the caller's.
    #[track_caller]
    pub fn launch(mut command: Command, path: &Path) -> Self {
        command.stderr(Stdio::piped());
        Self::begin(command, path, |child| Text::of(child.stderr.take().unwrap()))
    }

    /// The same with a terminal as its stderr.
    #[track_caller]
    pub fn launch_on_terminal(mut command: Command, path: &Path) -> Self {
        let (ours, theirs) = terminal::open();
        command.stderr(theirs);
        Self::begin(command, path, |_| Text::of(ours))
    }

    #[track_caller]
    fn launch_unread(mut command: Command, path: &Path) -> (Self, ChildStderr) {
        let mut unread = None;
        command.stderr(Stdio::piped());
        let gateway = Self::begin(command, path, |child| {
            unread = child.stderr.take();
            Arc::default()
        });
        (gateway, unread.unwrap())
    }

    #[track_caller]
    fn begin(
        mut command: Command,
        path: &Path,
        stderr: impl FnOnce(&mut Child) -> Arc<Text>,
    ) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = Text::of(child.stdout.take().unwrap());
        let stderr = stderr(&mut child);
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut gateway = Self {
            http: nowhere,
            https: nowhere,
            admin: nowhere,
            folder: None,
            path: path.to_owned(),
            child,
            stdout,
            stderr,
        };
        let line = gateway.listening();
        gateway.http = address(&line, "http");
        gateway.https = address(&line, "https");
        gateway.admin = address(&line, "admin");
        gateway
    }

    /// A connection to the plaintext listener.
    #[track_caller]
    pub fn http(&self) -> Raw {
        Raw::dial(self.http)
    }

    /// A connection to the TLS listener, its certificate verified against the gateway's CA.
    #[track_caller]
    pub fn https(&self, name: &str) -> Raw {
        Raw::dial(self.https).secure(name, &self.trust())
    }

    /// TLS inside CONNECT over a connection of the caller's.
    #[track_caller]
    pub fn tunnel_over(&self, mut raw: Raw, authority: &str, fields: &[&str]) -> Raw {
        let answer = connect(&mut raw, authority, fields);
        assert_eq!(answer.status, 200, "CONNECT {authority}: {}", answer.describe());
        raw.secure(authority.split(':').next().unwrap(), &self.trust())
    }

    /// TLS inside CONNECT over the plaintext listener.
    #[track_caller]
    pub fn tunnel(&self, authority: &str) -> Raw {
        self.tunnel_over(self.http(), authority, &[])
    }

    /// One request on a connection of its own.
    #[track_caller]
    pub fn ask(&self, request: impl AsRef<[u8]>) -> Answer {
        self.http().exchange(request)
    }

    /// One GET of an allowed URL on a connection of its own.
    #[track_caller]
    pub fn expect_alive(&self, what: &str) {
        let answer = self.ask(get("/api/still-alive", &[]));
        assert_eq!(answer.status, 200, "{what}: {}", answer.describe());
    }

    /// A client's settings that trust this gateway's CA.
    pub fn trust(&self) -> Arc<ClientConfig> {
        secure::trusting(&self.ca(), &[])
    }

    pub fn ca(&self) -> PathBuf {
        self.path.join("certs/ca.pem")
    }

    /// The folder of gateway.yaml.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces gateway.yaml as an editor does: written aside, then renamed.
    pub fn rewrite(&self, yaml: &str) {
        let aside = self.path.join("gateway.yaml.new");
        fs::write(&aside, yaml).unwrap();
        fs::rename(aside, self.path.join("gateway.yaml")).unwrap();
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `TERM`, `HUP`, `INT`.
    pub fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// All of stderr so far.
    pub fn log(&self) -> String {
        self.stderr.get()
    }

    /// All of stdout so far.
    pub fn output(&self) -> String {
        self.stdout.get()
    }

    /// Waits for a log line with all of these words.
    #[track_caller]
    pub fn wait_for_log(&self, words: &[&str]) -> String {
        let line = self.stderr.wait_for_line(|line| words.iter().all(|word| line.contains(word)));
        line.unwrap_or_else(|| panic!("no log line with {words:?} in:\n{}", self.log()))
    }

    /// Waits for the end of the process.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        match wait_for_exit(&mut self.child, PATIENCE * 2) {
            Some(status) => status,
            None => panic!("the gateway did not end; its log:\n{}", self.log()),
        }
    }

    /// Ends the process and starts another one in the same folder.
    #[track_caller]
    pub fn restart(&mut self) {
        self.restart_after("TERM");
    }

    /// The same with another way to end.
    #[track_caller]
    pub fn restart_after(&mut self, end: &str) {
        if self.is_running() {
            self.signal(end);
        }
        self.wait();
        let folder = self.folder.take();
        let mut command = command(&self.path);
        command.args(["run", "-c", "gateway.yaml"]);
        let path = self.path.clone();
        *self = Self::launch(command, &path);
        self.folder = folder;
    }

    /// Whether the process is still there.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits, within bounds, until an attempt succeeds.
    #[track_caller]
    pub fn eventually(&self, what: &str, attempt: impl Fn() -> bool) {
        eventually(&format!("{what}; the log:\n{}", self.log()), attempt);
    }

    #[track_caller]
    fn listening(&mut self) -> String {
        let line = self.stdout.wait_for_line(|line| line.starts_with("listening "));
        line.unwrap_or_else(|| {
            let _ = self.child.kill();
            let status = self.child.wait();
            panic!("no `listening` line; {status:?}; {}{}", self.output(), self.log())
        })
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        for (name, patience) in [("TERM", 300), ("TERM", 3000), ("KILL", 3000)] {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            signal(self.child.id(), name);
            wait_for_exit(&mut self.child, Duration::from_millis(patience));
        }
        if thread::panicking() {
            eprintln!("--- the gateway's log ---\n{}", self.log());
        }
    }
}

/// A folder with the files of a world, and the command that serves it.
fn laid_out(world: &World) -> (TempDir, Command) {
    let folder = TempDir::new().unwrap();
    for (path, text) in &world.files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::write(folder.path().join("gateway.yaml"), world.yaml()).unwrap();
    let mut command = command(folder.path());
    command.args(["run", "-c", "gateway.yaml"]).args(&world.args);
    (folder, command)
}

/// The binary in a folder, without what the environment may say to it.
pub fn command(folder: &Path) -> Command {
    command_of(BINARY, folder)
}

/// The same for a program that starts the binary.
pub fn command_of(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    for name in [
        "EVOTOR_GATEWAY_ADMIN",
        "EVOTOR_GATEWAY_TOKEN",
        "RUST_LOG",
        "LISTEN_FDS",
        "LISTEN_PID",
        "NO_COLOR",
    ] {
        command.env_remove(name);
    }
    // What is said is compared in English.
    command.env("EVOTOR_GATEWAY_LANG", "en");
    command
}

/// CONNECT and its answer, whose success has no body.
#[track_caller]
pub fn connect(raw: &mut Raw, authority: &str, fields: &[&str]) -> Answer {
    let mut head = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
    for field in fields {
        head.push_str(field);
        head.push_str("\r\n");
    }
    raw.send(head + "\r\n");
    let (head, status, fields, mode) = raw.answer_head().expect("an answer to CONNECT");
    let mut answer =
        Answer { status, head, fields, body: Vec::new(), trailers: Vec::new(), whole: true };
    if status != 200 {
        answer.body = raw.pipe.body(mode).unwrap().content;
    }
    answer
}

/// Polls with a bound; for what has no event to wait for, such as a reload.
#[track_caller]
pub fn eventually(what: &str, attempt: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !attempt() {
        assert!(Instant::now() < until, "not in time: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn signal(pid: u32, name: &str) {
    let _ = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).status();
}

/// Waits for the end of a process, so long.
pub fn wait_for_exit(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let until = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if Instant::now() > until {
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn address(line: &str, name: &str) -> SocketAddr {
    let word = line.split_whitespace().find_map(|word| word.strip_prefix(&format!("{name}=")));
    let word = word.unwrap_or_else(|| panic!("no {name}= in {line:?}"));
    word.parse().unwrap_or_else(|error| panic!("{error}: {line:?}"))
}

/// What a pipe of the process said so far.
#[derive(Default)]
struct Text {
    said: Mutex<(String, bool)>,
    changed: Condvar,
}

impl Text {
    fn of(pipe: impl Read + Send + 'static) -> Arc<Self> {
        let text = Arc::new(Self::default());
        let theirs = Arc::clone(&text);
        thread::spawn(move || {
            let mut lines = BufReader::new(pipe);
            let mut line = Vec::new();
            while matches!(lines.read_until(b'\n', &mut line), Ok(1..)) {
                theirs.said.lock().unwrap().0.push_str(&String::from_utf8_lossy(&line));
                theirs.changed.notify_all();
                line.clear();
            }
            theirs.said.lock().unwrap().1 = true;
            theirs.changed.notify_all();
        });
        text
    }

    fn get(&self) -> String {
        self.said.lock().unwrap().0.clone()
    }

    fn wait_for_line(&self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let until = Instant::now() + PATIENCE * 2;
        let mut said = self.said.lock().unwrap();
        loop {
            let line = said.0.lines().find(|line| wanted(line)).map(str::to_owned);
            let left = until.saturating_duration_since(Instant::now());
            if line.is_some() || said.1 || left.is_zero() {
                return line;
            }
            said = self.changed.wait_timeout(said, left).unwrap().0;
        }
    }
}
