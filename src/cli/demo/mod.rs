//! `demo`: the gateway between a built-in terminal and a built-in partner, to look at.

mod partner;
mod show;
mod terminal;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::reload::{Reloads, Wish};
use super::run::explain_start;
use super::{in_color, talk, variable};
use crate::config;
use crate::config::meant::Config;
use crate::gateway::{Addresses, Gateway, Inherited, StartError};
use crate::telemetry::{self, Format};
use partner::Partner;
use terminal::{Ask, Expected};

#[derive(Debug, clap::Args)]
pub(super) struct DemoArgs {
    /// Exit after the sample traffic: 0 if all went as it should, else 1.
    #[arg(long)]
    once: bool,
    /// Where the certificate authority is kept.
    #[arg(long, value_name = "DIR", default_value = "certs")]
    certs: PathBuf,
}

/// The ports that are tried first; if one is taken, the system chooses all.
const USUAL_PORTS: [u16; 3] = [8080, 8443, 4040];

/// The sample traffic: one allowed, one with an envelope, one over TLS, one refused.
const ASKS: [Ask; 4] = [
    Ask {
        title: "an app asks over HTTP, proxy v2: identity and token are injected",
        app: LOYALTY,
        method: "POST",
        url: "http://loyalty.example.ru/api/cards?phone=79001234567",
        body: r#"{"sum":"100.00"}"#,
        expected: Expected::Partner(200),
    },
    Ask {
        title: "the same over HTTPS, through CONNECT, with a certificate of the local CA",
        app: LOYALTY,
        method: "GET",
        url: "https://loyalty.example.ru/api/cards/17",
        body: "",
        expected: Expected::Partner(200),
    },
    Ask {
        title: "an app with proxy v1 receives {status, body}",
        app: ORDERS,
        method: "GET",
        url: "https://orders.example.ru/orders/17",
        body: "",
        expected: Expected::Envelope,
    },
    Ask {
        title: "a URL outside the allowlist is refused and never reaches the partner",
        app: LOYALTY,
        method: "GET",
        url: "https://loyalty.example.ru/admin",
        body: "",
        expected: Expected::Refused("url_not_allowed"),
    },
];

const LOYALTY: &str = "5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11";
const ORDERS: &str = "0b4c7d0e-51a4-4c8e-8f5c-6a2a9d1e7b22";

pub(super) fn demo(args: &DemoArgs) -> io::Result<u8> {
    telemetry::init(Format::Text, true);
    let partner = Partner::start()?;
    let start = |ports| -> Result<Result<Gateway, StartError>, String> {
        let config = configuration(args, partner.address(), ports)?;
        Ok(Gateway::start(config, Inherited::default(), false))
    };
    let started = match start(USUAL_PORTS) {
        Ok(Err(StartError::Bind { .. })) => start([0; 3]),
        started => started,
    };
    let gateway = match started {
        Ok(Ok(gateway)) => gateway,
        Ok(Err(error)) => return Ok(explain_start(&error)),
        Err(text) => {
            talk(&text);
            return Ok(2);
        }
    };
    let mut out = io::stdout().lock();
    let at = gateway.addresses();
    writeln!(out, "listening http={} https={} admin={}", at.http, at.https, at.admin)?;
    let ca = args.certs.join("ca.pem");
    let mut good = true;
    for ask in &ASKS {
        let exchange = terminal::send(ask, at.http, &ca)?;
        show::exchange(ask, &exchange, partner.take().as_ref(), &mut out)?;
        good &= exchange.is_as_expected(ask);
    }
    try_next(at, &ca, &mut out)?;
    if args.once {
        gateway.drain(|| true);
        writeln!(out, "{}", if good { "demo: all as it should be" } else { "demo: FAILED" })?;
        return Ok(u8::from(!good));
    }
    stay(gateway, &mut out)
}

fn try_next(at: Addresses, ca: &Path, out: &mut dyn Write) -> io::Result<()> {
    let ca = ca.display();
    writeln!(out, "\nTry next:")?;
    writeln!(out, "  curl --proxy http://{} http://loyalty.example.ru/api/hello", at.http)?;
    writeln!(
        out,
        "  curl --proxy http://{} --cacert {ca} https://loyalty.example.ru/api/hello",
        at.http
    )?;
    writeln!(
        out,
        "  curl --connect-to loyalty.example.ru:443:{} --cacert {ca} https://loyalty.example.ru/api/hello",
        at.https
    )?;
    writeln!(out, "  curl http://{}/metrics", at.admin)
}

fn stay(gateway: Gateway, out: &mut dyn Write) -> io::Result<u8> {
    writeln!(out, "Ctrl-C ends it.")?;
    out.flush()?;
    let reloads = Reloads::watch(&[])?;
    while reloads.next()? != Wish::Stop {}
    gateway.drain(|| reloads.hurry());
    Ok(0)
}

fn configuration(
    args: &DemoArgs,
    partner: SocketAddr,
    [http, https, admin]: [u16; 3],
) -> Result<Config, String> {
    let text = format!(
        r"version: 1
listen: {{http: '127.0.0.1:{http}', https: '127.0.0.1:{https}', admin: '127.0.0.1:{admin}'}}
state: 'memory:'
users:
  - id: 01-000000000000001
    stores:
      - uuid: 20240105-1A2B-40C3-80D4-E5F60718293A
        name: Кофейня на Лесной
        devices: [{{uuid: 20240105-9F8E-407D-80C6-B5A493827160, name: Касса 1}}]
apps:
  - id: {LOYALTY}
    name: loyalty
    allow: ['https?://loyalty\.example\.ru/api/.*']
    tokens: {{01-000000000000001: user-token-0123456789abcdef}}
    upstreams:
      http://loyalty.example.ru: http://{partner}
      https://loyalty.example.ru: http://{partner}
  - id: {ORDERS}
    name: orders
    proxy: v1
    allow: ['https://orders\.example\.ru/orders/\d+']
    tokens: {{01-000000000000001: orders-token-0123456789abcd}}
    upstreams: {{'https://orders.example.ru': 'http://{partner}'}}
terminal: {{default_app: loyalty}}
"
    );
    let loaded = config::parse(&text, "demo", Path::new("."), &variable)
        .map_err(|report| report.render(in_color()))?;
    let mut config = loaded.config;
    config.certs.clone_from(&args.certs);
    Ok(config)
}
