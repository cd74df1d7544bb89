//! `demo`: the gateway between a built-in terminal and a built-in partner, to look at.

mod chain;
mod configuration;
mod partner;
mod samples;
mod show;
mod terminal;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::reload::{Reloads, Wish};
use super::run::explain_start;
use super::talk::{Data, talk};
use super::words::words;
use crate::gateway::{Addresses, Gateway, Inherited, StartError};
use crate::model::event::Event;
use crate::shell::word;
use crate::telemetry::{self, Format};
use chain::Chain;
use configuration::{APP_TOKEN, configuration};
pub use partner::{Mischief, Partner, Received};
use samples::{ACQUAINTED, FURTHER, STRANGER};
use terminal::Ask;

#[derive(Debug, clap::Args)]
pub(super) struct DemoArgs {
    /// Exit after the sample traffic: with code 0 if all went well, with 1 if not.
    #[arg(long)]
    once: bool,
    /// Show each request with its headers and bodies, and more sample traffic.
    #[arg(short, long)]
    verbose: bool,
    /// Folder of the certificate authority.
    #[arg(long, value_name = "DIR", default_value = "certs")]
    certs: PathBuf,
}

/// The ports that are tried first; if one is taken, the system chooses all.
const USUAL_PORTS: [u16; 3] = [8080, 8443, 4040];

pub(super) fn demo(args: &DemoArgs) -> io::Result<u8> {
    let _log = telemetry::init(Format::Text, true);
    let partner = Partner::start(APP_TOKEN)?;
    let start = |ports| -> Result<Result<Gateway, StartError>, String> {
        let config = configuration(&args.certs, partner.address(), ports)?;
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
    let mut out = Data::new(io::stdout());
    let ca = args.certs.join("ca.pem");
    let show = Show { gateway: &gateway, partner: &partner, ca: &ca, verbose: args.verbose };
    let good = show.run(&mut out)?;
    if args.once {
        gateway.drain(|| true);
        let end = if good { words!("demo: all as it should be") } else { words!("demo: FAILED") };
        writeln!(out, "{end}")?;
        return Ok(u8::from(!good));
    }
    stay(gateway, &mut out)
}

/// The sample traffic of both directions.
struct Show<'a> {
    gateway: &'a Gateway,
    partner: &'a Partner,
    ca: &'a Path,
    verbose: bool,
}

impl Show<'_> {
    /// Whether all went as it should.
    fn run(&self, out: &mut dyn Write) -> io::Result<bool> {
        let (at, partner) = (self.gateway.addresses(), self.partner.address());
        let Addresses { http, https, admin } = at;
        writeln!(out, "console http://{admin}/")?;
        writeln!(out, "listening http={http} https={https} admin={admin} partner={partner}")?;
        let mut good = self.ask(&STRANGER, &Carries::Nothing, out)?;
        good &= self.meet(out)?;
        for ask in &FURTHER {
            good &= self.ask(ask, &Carries::Anything, out)?;
        }
        let title = words!("events in the cloud become webhooks to the partner");
        let events = [Event::SubscriptionCreated, Event::InstallationInstalled, Event::Documents];
        good &= self.chain()?.tell(&title, &events, out)?.is_some();
        match self.verbose {
            true => self.try_next(out)?,
            false => self.try_first(out)?,
        }
        Ok(good)
    }

    /// The user registers, and is known from then on.
    fn meet(&self, out: &mut dyn Write) -> io::Result<bool> {
        let chain = self.chain()?;
        let title = words!("the user registers: the partner answers with the user's token");
        let created = chain.tell(&title, &[Event::UserCreate], out)?;
        let Some(created) = created else { return Ok(false) };
        if self.verbose {
            let answer = &created.answer;
            writeln!(out, "   {}", words!("the partner answered {answer}", answer))?;
        }
        let token = created.answer.get("token").and_then(|token| token.as_str());
        let carries = Carries::Bearer(token.unwrap_or_default());
        let title = words!("and receives the cloud's own token, for the cloud's API");
        let handed = chain.tell(&title, &[Event::UserToken], out)?.is_some();
        Ok(self.ask(&ACQUAINTED, &carries, out)? && handed)
    }

    /// One request of the app's.
    fn ask(&self, ask: &Ask, carries: &Carries<'_>, out: &mut dyn Write) -> io::Result<bool> {
        let exchange = terminal::send(ask, self.gateway.addresses().http, self.ca)?;
        let received = self.partner.take(ask.target());
        match self.verbose {
            true => show::exchange(ask, &exchange, received.as_ref(), out)?,
            false => show::line(ask, &exchange, out)?,
        }
        let arrived = received.as_ref().and_then(|received| received.field("authorization"));
        let fits = match carries {
            Carries::Anything => true,
            Carries::Nothing => arrived.is_none(),
            Carries::Bearer(token) => {
                arrived.and_then(|value| value.strip_prefix("Bearer ")) == Some(token)
            }
        };
        Ok(fits && exchange.is_as_expected(ask) && received.is_some() == ask.is_let_through())
    }

    fn chain(&self) -> io::Result<Chain> {
        Chain::new(self.gateway.plane(), self.verbose)
    }

    /// What fits one screen.
    fn try_first(&self, out: &mut dyn Write) -> io::Result<()> {
        let Addresses { http, admin, .. } = self.gateway.addresses();
        let of = if admin.port() == USUAL_PORTS[2] {
            String::new()
        } else {
            format!(" --admin {admin}")
        };
        writeln!(out, "\n{}", words!("Try next:"))?;
        writeln!(out, "  curl --proxy http://{http} http://loyalty.example.ru/api/hello")?;
        writeln!(out, "  evotor-gateway trigger documents --wait{of}")?;
        writeln!(out, "  evotor-gateway scenario run onboarding{of}")?;
        let more =
            words!("Every header and body, and a partner that misbehaves: `demo --verbose`.");
        writeln!(out, "{more}")
    }

    fn try_next(&self, out: &mut dyn Write) -> io::Result<()> {
        let Addresses { http, https, admin } = self.gateway.addresses();
        let ca = word(&self.ca.display().to_string());
        let site = "loyalty.example.ru";
        let partner = self.partner.address();
        let lines = [
            format!("curl --proxy http://{http} http://{site}/api/hello"),
            format!("curl --proxy http://{http} --cacert {ca} https://{site}/api/hello"),
            format!("curl --connect-to {site}:443:{https} --cacert {ca} https://{site}/api/hello"),
            format!("curl http://{admin}/metrics"),
            format!("evotor-gateway trigger documents --wait --admin {admin}"),
            format!("evotor-gateway scenario run onboarding --admin {admin}"),
            format!("curl http://{admin}/api/deliveries"),
        ];
        let url = format!("http://{admin}/");
        let shown = words!("The console shows all of this with its stages: {url}", url);
        writeln!(out, "\n{shown}")?;
        writeln!(out, "\n{}", words!("Try next:"))?;
        lines.iter().try_for_each(|line| writeln!(out, "  {line}"))?;
        let order = r#"{"event":"user.create","do":"html"}"#;
        writeln!(out, "\n{}", words!("To make the partner misbehave, and behave again:"))?;
        writeln!(out, "  curl http://{partner}/_demo/mischief -d '{order}'")?;
        writeln!(out, "  curl http://{partner}/_demo/mischief -X DELETE")
    }
}

/// What `Authorization` the partner should receive.
enum Carries<'a> {
    Anything,
    Nothing,
    Bearer(&'a str),
}

fn stay(gateway: Gateway, out: &mut dyn Write) -> io::Result<u8> {
    writeln!(out, "{}", words!("Ctrl-C ends it."))?;
    out.flush()?;
    let reloads = Reloads::watch(&[])?;
    while reloads.next()? != Wish::Stop {}
    gateway.drain(|| reloads.hurry());
    Ok(0)
}
