//! The command: started, told of signals, waited for.

use std::ffi::OsString;
use std::io;
use std::process::{Child, Command, ExitStatus};

use super::super::client::runtime;
use super::super::trouble::Trouble;
use crate::cli::words::talk_error;
use crate::net::descriptors::with_original;
use crate::text::{Text, text};

/// Runs it to its end. Gives the exit code, as a shell does.
pub(super) fn run(
    command: &[OsString],
    surroundings: &[(String, OsString)],
) -> Result<u8, Trouble> {
    let Some((program, args)) = command.split_first() else {
        return Err(Trouble::usage(text!("no command is given"), text!("write it after --")));
    };
    let named = surroundings.iter().map(|(name, value)| (name, value));
    let runtime = runtime()?;
    let guard = runtime.enter();
    let mut signals = Signals::listen()?;
    drop(guard);
    let start = || Command::new(program).args(args).envs(named).spawn();
    let child = match with_original(start) {
        Ok(child) => child,
        Err(error) => {
            talk_error(&text!(
                "{program} cannot be run: {error}",
                program = program.display(),
                error
            ));
            let is_missing = error.kind() == io::ErrorKind::NotFound;
            return Ok(if is_missing { 127 } else { 126 });
        }
    };
    let id = child.id();
    let mut ended = waited_for(child)?;
    let status = runtime.block_on(async {
        loop {
            tokio::select! {
                status = &mut ended => return status.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into())),
                signal = signals.next() => pass_on(signal, id),
            }
        }
    });
    Ok(code(status?))
}

fn waited_for(
    mut child: Child,
) -> Result<tokio::sync::oneshot::Receiver<io::Result<ExitStatus>>, Trouble> {
    let (to, ended) = tokio::sync::oneshot::channel();
    let wait = move || {
        // Whoever waits for the command is there until its end.
        let _ = to.send(child.wait());
    };
    std::thread::Builder::new()
        .name("command".into())
        .spawn(wait)
        .map_err(|error| Trouble::surroundings(Text::verbatim(error.to_string()), text!("")))?;
    Ok(ended)
}

#[cfg(unix)]
fn code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| Some(128 + status.signal()?));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(not(unix))]
fn code(status: ExitStatus) -> u8 {
    status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1))
}

/// What is passed on.
#[derive(Debug, Clone, Copy)]
enum Passed {
    Interrupt,
    #[cfg_attr(not(unix), expect(dead_code, reason = "nobody sends it"))]
    Terminate,
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> Passed {
        tokio::select! {
            _ = self.interrupt.recv() => Passed::Interrupt,
            _ = self.terminate.recv() => Passed::Terminate,
        }
    }
}

/// A terminal's Ctrl-C reaches the command by itself.
#[cfg(unix)]
fn pass_on(signal: Passed, id: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    use std::io::IsTerminal;
    let signal = match signal {
        Passed::Interrupt if io::stdin().is_terminal() => return,
        Passed::Interrupt => Signal::INT,
        Passed::Terminate => Signal::TERM,
    };
    if let Some(id) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // It may just have ended.
        let _ = kill_process(id, signal);
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Passed {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Passed::Interrupt
    }
}

/// Ctrl-C reaches the command by itself.
#[cfg(not(unix))]
fn pass_on(_: Passed, _: u32) {}
