//! `run`: loads, listens, serves until a signal.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use listenfd::ListenFd;

use super::doctor::privilege_remedies;
use super::reload::{Reloads, Wish};
use super::remote::{ExchangeLines, TokenFile, reachable};
use super::talk::{print_briefly, talk_briefly};
use super::words::words;
use super::{LogFormat, RunArgs, in_color, variable};
use crate::config::meant::{Config, State};
use crate::config::{self, Loaded};
use crate::gateway::{Gateway, Inherited, StartError};
use crate::model::token::Token;
use crate::telemetry;
use crate::text::{Text, text};

pub(super) fn run(args: &RunArgs) -> io::Result<u8> {
    let _log = telemetry::init(args.log.into(), args.quiet);
    let Some(loaded) = load(args)? else { return Ok(2) };
    let files = loaded.files.clone();
    let for_people = args.log == LogFormat::Text && !args.quiet && ExchangeLines::are_read();
    let for_people = for_people && loaded.config.journal.enabled;
    let logs_exchanges = !args.quiet && !for_people;
    let mut gateway = match Gateway::start(loaded.config, inherited(), logs_exchanges) {
        Ok(gateway) => gateway,
        Err(error) => return Ok(explain_start(&error)),
    };
    let reloads = Reloads::watch(&files)?;
    let mut token_file = None;
    hand_out(&gateway, &mut token_file);
    let lines = match for_people {
        true => Some(print_exchanges(&gateway)?),
        false => None,
    };
    announce(&gateway, args.quiet);
    loop {
        match reloads.next()? {
            Wish::Reload => {
                reload(&mut gateway, args, &reloads);
                hand_out(&gateway, &mut token_file);
                lines.iter().for_each(|lines| lines.use_token(token(&gateway)));
            }
            Wish::Stop => {
                tracing::info!("Finishing what is under way; a second signal stops at once");
                gateway.drain(|| reloads.hurry());
                return Ok(0);
            }
        }
    }
}

/// In `tail`'s lines instead of the log's.
fn print_exchanges(gateway: &Gateway) -> io::Result<ExchangeLines> {
    telemetry::leave_exchanges_out();
    ExchangeLines::print(gateway.addresses().admin, token(gateway))
}

/// The token of the admin address, if it has one.
fn token(gateway: &Gateway) -> Option<Token> {
    let config = gateway.config();
    gateway.made_token().or(config.config.admin.token.as_ref()).cloned()
}

/// The configuration with what the command line puts over it; the report is talk.
fn load(args: &RunArgs) -> io::Result<Option<Loaded>> {
    let mut loaded = match config::load(&args.config.config, &variable) {
        Ok(loaded) => loaded,
        Err(report) => {
            talk_briefly(report.render(in_color()).trim_end());
            return Ok(None);
        }
    };
    warn(&loaded);
    match overridden(args, &mut loaded.config) {
        Ok(()) => Ok(Some(loaded)),
        Err(why) => {
            talk_briefly(&words!("error: {text}", text => why));
            Ok(None)
        }
    }
}

fn warn(loaded: &Loaded) {
    for warning in &loaded.warnings {
        tracing::warn!("{}", warning.render(false).trim_end());
    }
    if loaded.more_warnings > 0 {
        tracing::warn!("{} further warnings are not shown", loaded.more_warnings);
    }
}

fn overridden(args: &RunArgs, config: &mut Config) -> Result<(), Text> {
    let listen = &mut config.listen;
    let places = [
        ("listen.http", "--http", &args.http, &mut listen.http),
        ("listen.https", "--https", &args.https, &mut listen.https),
        ("listen.admin", "--admin", &args.admin, &mut listen.admin),
    ];
    let mut taken = Vec::new();
    for (key, flag, given, place) in places {
        if let Some(text) = given {
            *place = address(text).ok_or_else(|| {
                text!(
                    "{flag} {text}: not an address; write IP:PORT or a port, as in 127.0.0.1:8080",
                    flag,
                    text
                )
            })?;
            taken.push((key, *place, flag));
        }
    }
    for (key, address, flag) in taken {
        config.overrule(key, address.to_string(), flag);
    }
    let admin = config.listen.admin;
    if !admin.ip().is_loopback() && !config.admin.is_guarded() {
        return Err(text!(
            "--admin {admin} would be open to other machines; write `admin: {{token: auto}}` in gateway.yaml, or use 127.0.0.1",
            admin
        ));
    }
    let listen = &config.listen;
    let all = [listen.http, listen.https, listen.admin];
    let twice = (0..all.len()).find(|at| all[at + 1..].contains(&all[*at]) && all[*at].port() != 0);
    twice.map_or(Ok(()), |at| {
        Err(text!("{address} is given to two listeners; choose another port", address = all[at]))
    })
}

fn address(text: &str) -> Option<SocketAddr> {
    let port = text.strip_prefix(':').unwrap_or(text);
    let loopback = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    port.parse().ok().map(loopback).or_else(|| text.parse().ok())
}

/// Sockets handed in by a service manager (`LISTEN_FDS`), in the order http, https, admin.
fn inherited() -> Inherited {
    let mut handed = ListenFd::from_env();
    let mut take = |at| handed.take_tcp_listener(at).ok().flatten();
    Inherited { http: take(0), https: take(1), admin: take(2) }
}

/// Where it listens is data; where a person looks is talk.
fn announce(gateway: &Gateway, quiet: bool) {
    let at = gateway.addresses();
    print_briefly(&format!("listening http={} https={} admin={}", at.http, at.https, at.admin));
    if !quiet {
        talk_briefly(&format!("console http://{}/", reachable(at.admin)));
    }
}

/// Lets the user of a gateway that has made its own token in: commands by a file, which is there before
/// anybody hears of the gateway, and a browser by a link.
fn hand_out(gateway: &Gateway, file: &mut Option<TokenFile>) {
    let (Some(token), None) = (gateway.made_token(), file.as_ref()) else { return };
    match TokenFile::write(gateway.addresses().admin, token) {
        Ok(written) => *file = Some(written),
        Err(error) => tracing::warn!(
            "The token cannot be kept where commands look for it: {error}; write one in gateway.yaml for them"
        ),
    }
    gateway
        .sign_in()
        .announce(|link| talk_briefly(&words!("this link signs one browser in: {link}", link)));
}

fn reload(gateway: &mut Gateway, args: &RunArgs, reloads: &Reloads) {
    let mut loaded = match config::load(&args.config.config, &variable) {
        Ok(loaded) => loaded,
        Err(report) => {
            tracing::error!("The changed file has mistakes; the old configuration stays in force");
            talk_briefly(report.render(in_color()).trim_end());
            return gateway.refused().refuse(report);
        }
    };
    warn(&loaded);
    reloads.also_watch(&loaded.files);
    let file = loaded.config.file.clone();
    if let Err(why) = overridden(args, &mut loaded.config) {
        tracing::error!("The old configuration stays in force: {why}");
        return gateway.refused().refuse_for(&file, why);
    }
    let before = gateway.config();
    let (old, new) = (&before.config, &loaded.config);
    let fixed = old.listen == new.listen
        && old.workers == new.workers
        && old.limits.max_connections == new.limits.max_connections
        && old.limits.head_timeout == new.limits.head_timeout
        && old.certs == new.certs
        && is_same_place(&old.state, &new.state);
    if !fixed {
        tracing::warn!(
            "listen, workers, certs, state, limits.max_connections and limits.head_timeout are read at start only"
        );
    }
    match gateway.reload(loaded.config) {
        Ok(()) => tracing::info!("The configuration was read again"),
        Err(error) => {
            tracing::error!("The old configuration stays in force: {error}");
            gateway.refused().refuse_for(&file, error.text());
        }
    }
}

fn is_same_place(old: &State, new: &State) -> bool {
    match (old, new) {
        (State::Sqlite(old), State::Sqlite(new)) => old == new,
        (State::Memory, State::Memory) => true,
        (State::Postgres(old), State::Postgres(new)) => old.expose() == new.expose(),
        _ => false,
    }
}

/// Says why the gateway cannot start and what to do. Returns the exit code.
pub(super) fn explain_start(error: &StartError) -> u8 {
    talk_briefly(&words!("error: {text}", text => error.text()));
    if let StartError::Bind { name, address, error, holder } = error {
        match (error.kind(), holder) {
            (io::ErrorKind::AddrInUse, Some(holder)) => talk_briefly(&words!(
                "{program} (process {pid}) listens there: stop it, or choose another port with --{name} or listen.{name}",
                program = holder.name,
                pid = holder.pid,
                name
            )),
            (io::ErrorKind::AddrInUse, None) => talk_briefly(&words!(
                "another process listens there: stop it, or choose another port with --{name} or listen.{name}",
                name
            )),
            (io::ErrorKind::PermissionDenied, _) => {
                talk_briefly(&words!("ports below 1024 need a privilege; one of these:"));
                talk_briefly(&privilege_remedies(address.port()));
            }
            _ => {
                talk_briefly(&words!(
                    "choose another address with --{name} or listen.{name}",
                    name
                ));
            }
        }
    }
    3
}
