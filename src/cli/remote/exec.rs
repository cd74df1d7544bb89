//! `exec`: a gateway for the time of one command, and a report of what passed it.

mod bundle;
mod child;
mod junit;

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hyper::Method;

use super::super::in_color;
use super::super::run::explain_start;
use super::client::Client;
use super::export::write_har;
use super::reach::TOKEN;
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
use bundle::Bundle;

const AFTER: &str = "\
The command gets HTTP_PROXY, HTTPS_PROXY and NO_PROXY (in both casings), NODE_USE_ENV_PROXY, \
EVOTOR_GATEWAY_ADMIN, EVOTOR_GATEWAY_HTTP, EVOTOR_GATEWAY_HTTPS and EVOTOR_GATEWAY_CA, and with \
`admin: {token: auto}` EVOTOR_GATEWAY_TOKEN. \
NODE_EXTRA_CA_CERTS names the gateway's authority; SSL_CERT_FILE, REQUESTS_CA_BUNDLE and \
CURL_CA_BUNDLE name a file that holds it beside the system's, so that public sites are trusted too. \
Java has a trust store of its own: make one with keytool from EVOTOR_GATEWAY_CA.

Ends with the command's exit code; 128 and the signal's number where a signal ended it; 127 where \
there is no such command, 126 where it cannot be run.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(in crate::cli) struct ExecArgs {
    /// The configuration. Addresses and a state that it leaves as usual become free ports and
    /// `memory:`.
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "gateway.yaml",
        env = "EVOTOR_GATEWAY_CONFIG"
    )]
    config: PathBuf,
    /// Writes a JUnit file: a test case for each exchange, failed where it was refused, or where a
    /// partner broke the contract of a webhook.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Writes a HAR file of all exchanges, secrets masked.
    #[arg(long, value_name = "FILE")]
    har: Option<PathBuf>,
    /// The command and its arguments.
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<OsString>,
}

pub(super) fn exec(args: &ExecArgs) -> Result<u8, Trouble> {
    telemetry::init(Format::Text, true);
    let loaded = match config::load(&args.config, &variable) {
        Ok(loaded) => loaded,
        Err(report) => {
            talk(report.render(in_color()).trim_end());
            return Ok(2);
        }
    };
    let mut config = loaded.config;
    make_short_lived(&mut config, &args.config);
    config.journal.enabled |= args.junit.is_some() || args.har.is_some();
    let certificate = absolute(&certificates(&config).certificate());
    let gateway = match Gateway::start(config, Inherited::default(), false) {
        Ok(gateway) => gateway,
        Err(error) => return Ok(explain_start(&error)),
    };
    let token = gateway.config().config.admin.token.clone();
    let client = Client::of(gateway.addresses().admin.to_string(), token);
    wait_until_ready(&client)?;
    let bundle = Bundle::with(&certificate).map_err(|error| {
        Trouble::surroundings(format!("the certificates cannot be bundled: {error}"), "")
    })?;
    let surroundings = surroundings(&gateway, &certificate, &bundle);
    let code = child::run(&args.command, &surroundings)?;
    let reported = report(args, &client);
    gateway.drain(|| true);
    match reported {
        Ok(()) => Ok(code),
        // The command's own failure is told first.
        Err(trouble) if code != 0 => Ok(trouble.tell().map(|_| code)?),
        Err(trouble) => Err(trouble),
    }
}

/// What the file leaves as usual would collide with a gateway that is there to stay.
fn make_short_lived(config: &mut Config, file: &Path) {
    let listen = &mut config.listen;
    for (place, usual) in
        [(&mut listen.http, 80), (&mut listen.https, 443), (&mut listen.admin, 4040)]
    {
        if *place == SocketAddr::from(([127, 0, 0, 1], usual)) {
            place.set_port(0);
        }
    }
    let usual = file.parent().unwrap_or(Path::new("")).join("./data/gateway.db");
    if matches!(&config.state, State::Sqlite(path) if *path == usual) {
        config.state = State::Memory;
    }
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

/// What the command finds in its environment.
fn surroundings(gateway: &Gateway, certificate: &Path, bundle: &Bundle) -> Vec<(String, OsString)> {
    let at = gateway.addresses();
    let proxy = format!("http://{}", at.http);
    let mut direct = "localhost,127.0.0.1,::1".to_owned();
    if let Some(own) = variable("NO_PROXY").or_else(|| variable("no_proxy")) {
        direct = format!("{direct},{own}");
    }
    let mut all: Vec<(String, OsString)> = Vec::new();
    let mut put = |name: &str, value: &OsString| all.push((name.to_owned(), value.clone()));
    for (name, value) in [("http_proxy", &proxy), ("https_proxy", &proxy), ("no_proxy", &direct)] {
        put(name, &value.into());
        put(&name.to_uppercase(), &value.into());
    }
    put("NODE_USE_ENV_PROXY", &"1".into());
    put("NODE_EXTRA_CA_CERTS", &certificate.into());
    put("EVOTOR_GATEWAY_CA", &certificate.into());
    for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
        put(name, &bundle.path().into());
    }
    for (name, address) in [("HTTP", at.http), ("HTTPS", at.https), ("ADMIN", at.admin)] {
        put(&format!("EVOTOR_GATEWAY_{name}"), &address.to_string().into());
    }
    if let Some(token) = gateway.made_token() {
        put(TOKEN, &token.expose().into());
    }
    all
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
    Trouble::surroundings(format!("{} cannot be written: {error}", file.display()), "")
}
