//! The process's own log, on stderr.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use super::Format;
use super::limit::{Limited, Limits};
use super::queue::Queue;
use super::writer::{Secrets, Writer};
use crate::mask::Masker;

/// At the end of the process: how long the log's reader may take nothing before it counts as gone,
/// and how long all of it may take.
const PAUSE: Duration = Duration::from_secs(2);
const AT_MOST: Duration = Duration::from_secs(5);

/// A process has one stderr, so it has one log.
static LOG: OnceLock<Log> = OnceLock::new();

struct Log {
    queue: Arc<Queue>,
    limits: Arc<Limits>,
    secrets: Arc<ArcSwapOption<Secrets>>,
}

/// The log while it is written. Dropping it writes what waits, unless nobody reads.
#[derive(Debug)]
#[must_use = "the log ends when this is dropped"]
pub struct Writing(());

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(log) = LOG.get() {
            log.queue.close(PAUSE, Instant::now() + AT_MOST);
        }
    }
}

/// Sets up the process's log on stderr. `RUST_LOG` decides on levels; without it the gateway says
/// what is worth knowing, with `quiet` warnings alone, and libraries say errors.
///
/// Whoever logs hands over and goes on: lines wait for a thread of their own, and those without room
/// are counted, see [`lost`].
pub fn init(format: Format, quiet: bool) -> Writing {
    let log = Log { queue: Arc::default(), limits: Arc::default(), secrets: Arc::default() };
    let writer = Writer {
        queue: Arc::clone(&log.queue),
        limits: Arc::clone(&log.limits),
        secrets: Arc::clone(&log.secrets),
        format,
        to: stderr(),
    };
    let started = std::thread::Builder::new().name("stderr".into()).spawn(|| writer.run());
    let usual =
        format!("error,{}={}", env!("CARGO_CRATE_NAME"), if quiet { "warn" } else { "info" });
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let limited = Limited(Arc::clone(&log.limits));
    // A second call finds the first one's log in place, which is as good.
    if started.is_ok() && LOG.set(log).is_ok() {
        let _ = tracing_subscriber::registry()
            .with(filter)
            .with(limited)
            .with(lines(format))
            .try_init();
        std::panic::set_hook(Box::new(|panic| {
            let backtrace = std::backtrace::Backtrace::capture();
            tracing::error!("{panic}\n{backtrace}");
        }));
    }
    Writing(())
}

/// How events become lines.
fn lines<S>(format: Format) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    let is_colored = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(Lines)
        .log_internal_errors(false)
        .with_target(false)
        .with_ansi(is_colored);
    match format {
        Format::Text => layer.boxed(),
        Format::Json => layer.json().flatten_event(true).boxed(),
    }
}

/// From now on this tells which secrets log lines may not show.
pub fn hide(secrets: impl Fn() -> Arc<Masker> + Send + Sync + 'static) {
    if let Some(log) = LOG.get() {
        let secrets: Secrets = Box::new(secrets);
        log.secrets.store(Some(Arc::new(secrets)));
    }
}

/// From now on the log has no lines of exchanges: they are printed in another form.
pub fn leave_exchanges_out() {
    if let Some(log) = LOG.get() {
        log.limits.leave_exchanges_out();
    }
}

/// Prints a line on stderr as the log prints its own: secrets are hidden, and nobody waits.
pub fn print(line: &str) {
    if let Some(log) = LOG.get() {
        log.queue.push(format!("{line}\n").as_bytes());
    }
}

/// Log lines that were lost because stderr is not read fast enough.
pub fn lost() -> u64 {
    LOG.get().map_or(0, |log| log.queue.lost())
}

/// Log lines that were left out because there were too many of their kind.
pub fn left_out() -> u64 {
    LOG.get().map_or(0, |log| log.limits.left_out())
}

/// A way to stderr past the standard library's lock, which a reader that does not read would make
/// everybody wait for.
fn stderr() -> Box<dyn Write + Send> {
    #[cfg(unix)]
    let own = std::os::fd::AsFd::as_fd(&io::stderr()).try_clone_to_owned();
    #[cfg(windows)]
    let own = std::os::windows::io::AsHandle::as_handle(&io::stderr()).try_clone_to_owned();
    match own {
        Ok(own) => Box::new(File::from(own)),
        Err(_) => Box::new(io::sink()),
    }
}

/// Takes the lines of events.
struct Lines;

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl Write for Lines {
    /// An event is written as a whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(log) = LOG.get() {
            log.queue.push(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
