//! `exec`: a gateway for the time of one command, and a report of what passed it.

mod child;
mod environment;
mod files;
mod java;
mod junit;
mod running;
mod shells;
mod trust_store;
mod trusted;

use std::ffi::OsString;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hyper::Method;

use super::super::in_color;
use super::super::run::explain_start;
use super::client::Client;
use super::export::write_har;
use super::reach::{Reach, reachable};
use super::talk;
use super::timeline::{self, Rows};
use super::trouble::Trouble;
use super::variable;
use super::wanted::Wanted;
use super::whole::WholeFile;
use crate::config;
use crate::config::meant::{Config, State};
use crate::gateway::{Gateway, Inherited, certificates};
use crate::telemetry::{self, Format};
use crate::text::text;
use environment::{Place, environment};
use files::Files;
use shells::Shell;

const AFTER: &str = "\
The variables make a program's usual HTTP client use the gateway and trust it, besides what it trusts already:

  curl, git, wget, Go, Rust, Perl  HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in upper and lower case; CURL_CA_BUNDLE, GIT_SSL_CAINFO, WGETRC, SSL_CERT_FILE, CARGO_HTTP_CAINFO, PERL_LWP_SSL_CA_FILE
  Python, Ruby, .NET on Linux      the same, and REQUESTS_CA_BUNDLE, PIP_CERT, SSL_CERT_FILE; aiohttp needs trust_env=True
  Node                             NODE_EXTRA_CA_CERTS, NODE_USE_ENV_PROXY; NODE_OPTIONS does the same in older versions
  Deno and Bun                     DENO_CERT, NODE_EXTRA_CA_CERTS
  JVM                              JAVA_TOOL_OPTIONS: proxy, nonProxyHosts, a PKCS#12 trust store
  PHP                              PHP_INI_SCAN_DIR: curl.cainfo, openssl.cafile; curl uses HTTPS_PROXY, streams have no proxy of their own

EVOTOR_GATEWAY_ADMIN, EVOTOR_GATEWAY_HTTP, EVOTOR_GATEWAY_HTTPS and EVOTOR_GATEWAY_CA are the addresses and the certificate \
of the gateway; with `admin: {token: auto}`, EVOTOR_GATEWAY_TOKEN is its token. Go and .NET on macOS and Windows trust only what `ca trust` installs.

An Android emulator takes the proxy as `-http-proxy http://127.0.0.1:PORT`; inside the device, it is 10.0.2.2:PORT.

The exit code is that of the command; 128 plus the number of the signal that ended it; 127 if the command is not found, 126 if it cannot be run.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(in crate::cli) struct ExecArgs {
    /// JUnit file to write: one test case per exchange, failed if it was refused or if the answer
    /// to a webhook violates the contract.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// HAR file to write, with all exchanges and secrets masked.
    #[arg(long, value_name = "FILE")]
    har: Option<PathBuf>,
    /// Print the variables for a shell: of the running gateway or, with CMD, of the one started for
    /// it.
    #[arg(
        long,
        value_name = "SHELL",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "sh"
    )]
    env: Option<Shell>,
    /// Command and its arguments.
    #[arg(last = true, required_unless_present = "env", value_name = "CMD")]
    command: Vec<OsString>,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn exec(args: &ExecArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    match args.env.filter(|_| args.command.is_empty()) {
        Some(shell) => running::print(&args.reach, shell, out),
        None => run(args, out),
    }
}

fn run(args: &ExecArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let _log = telemetry::init(Format::Text, true);
    let file = args.reach.config();
    let loaded = match config::load(file, &variable) {
        Ok(loaded) => loaded,
        Err(report) => {
            talk(report.render(in_color()).trim_end());
            return Ok(2);
        }
    };
    let mut config = loaded.config;
    make_short_lived(&mut config, file);
    config.journal.enabled |= args.junit.is_some() || args.har.is_some();
    let certificate = absolute(&certificates(&config).certificate());
    let gateway = match Gateway::start(config, Inherited::default(), false) {
        Ok(gateway) => gateway,
        Err(error) => return Ok(explain_start(&error)),
    };
    let token = gateway.config().config.admin.token.clone();
    let client = Client::of(reachable(gateway.addresses().admin).to_string(), token);
    wait_until_ready(&client)?;
    let files = Files::for_the_run(certificate).map_err(|error| unmade(&error))?;
    let environment = environment(&place(&gateway), &files, &variable);
    if let Some(shell) = args.env {
        out.write_all(
            shells::lines(shell, &environment).map_err(|error| unmade(&error))?.as_bytes(),
        )?;
        out.flush()?;
    }
    let code = child::run(&args.command, &environment)?;
    drop(files);
    let reported = report(args, &client);
    gateway.drain(|| true);
    match reported {
        Ok(()) => Ok(code),
        // The command's own failure is told first.
        Err(trouble) if code != 0 => Ok(trouble.tell().map(|_| code)?),
        Err(trouble) => Err(trouble),
    }
}

fn unmade(error: &io::Error) -> Trouble {
    Trouble::surroundings(text!("the environment cannot be made: {error}", error), text!(""))
}

fn place(gateway: &Gateway) -> Place {
    let at = gateway.addresses();
    let [http, https, admin] = [at.http, at.https, at.admin].map(|at| reachable(at).to_string());
    Place { http, https, admin, token: gateway.made_token().cloned() }
}

/// What the file leaves as usual would collide with a gateway that is there to stay, and so would a port
/// where one listens already: a free one is taken instead.
fn make_short_lived(config: &mut Config, file: &Path) {
    let listen = &mut config.listen;
    for (place, usual) in
        [(&mut listen.http, 80), (&mut listen.https, 443), (&mut listen.admin, 4040)]
    {
        if *place == SocketAddr::from(([127, 0, 0, 1], usual)) || is_taken(*place) {
            place.set_port(0);
        }
    }
    let usual = file.parent().unwrap_or(Path::new("")).join("./data/gateway.db");
    if matches!(&config.state, State::Sqlite(path) if *path == usual) {
        config.state = State::Memory;
    }
}

fn is_taken(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn wait_until_ready(client: &Client) -> Result<(), Trouble> {
    const PATIENCE: Duration = Duration::from_secs(10);
    let until = Instant::now() + PATIENCE;
    loop {
        match client.ask(Method::GET, "/readyz", bytes::Bytes::new()) {
            Ok(_) => return Ok(()),
            Err(trouble) if Instant::now() > until => return Err(trouble),
            Err(_) => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Writes what was asked for.
fn report(args: &ExecArgs, client: &Client) -> Result<(), Trouble> {
    if args.junit.is_none() && args.har.is_none() {
        return Ok(());
    }
    let rows = settled(client)?;
    if let Some(file) = &args.junit {
        let text = junit::report(client, &rows)?;
        WholeFile::write(file, text.as_bytes()).map_err(|error| unwritten(file, &error))?;
    }
    if let Some(file) = &args.har {
        let mut whole = WholeFile::create(file).map_err(|error| unwritten(file, &error))?;
        let failed = |error: io::Error| unwritten(file, &error);
        write_har(client, &Wanted::default(), false, &mut whole, failed)?;
        whole.finish().map_err(|error| unwritten(file, &error))?;
    }
    Ok(())
}

/// All rows, once no more come: the journal is written behind the exchanges.
fn settled(client: &Client) -> Result<Rows, Trouble> {
    const QUIET: Duration = Duration::from_millis(500);
    const PATIENCE: Duration = Duration::from_secs(10);
    let until = Instant::now() + PATIENCE;
    let mut latest = None;
    loop {
        let part = timeline::newest(client, &Wanted::default(), 1)?;
        if latest.replace(part.latest) == Some(part.latest) || Instant::now() > until {
            return Ok(timeline::newest(client, &Wanted::default(), usize::MAX)?.rows);
        }
        std::thread::sleep(QUIET);
    }
}

fn unwritten(file: &Path, error: &io::Error) -> Trouble {
    Trouble::surroundings(
        text!("{file} cannot be written: {error}", file = file.display(), error),
        text!(""),
    )
}
