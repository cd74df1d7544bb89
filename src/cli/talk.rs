//! What a command says, and what becomes of it when nobody reads: nothing. The exit code and whatever
//! else the process does stay the same.

use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A line on stderr, however long its reader takes.
pub(super) fn talk(line: &str) {
    // One piece, so that no other line comes between.
    let _ = Talk.write_all(format!("{line}\n").as_bytes());
}

/// The same from a process that serves: a reader that takes nothing is waited for a second.
pub(super) fn talk_briefly(line: &str) {
    let line = line.to_owned();
    briefly(move || talk(&line));
}

/// A line on stdout in the same way.
pub(super) fn print_briefly(line: &str) {
    let line = format!("{line}\n");
    briefly(move || {
        let mut out = io::stdout();
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    });
}

/// stderr, which takes everything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Talk;

impl Write for Talk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = io::stderr().write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// stdout for a command that comes to its end: what nobody reads any more is left out, so that the
/// exit code still says what was found.
///
/// Only so much of it: a command that has far more to print ends early.
#[derive(Debug)]
pub(super) struct Data<W> {
    to: W,
    unread: usize,
}

impl<W> Data<W> {
    pub(super) fn new(to: W) -> Self {
        Self { to, unread: 0 }
    }

    /// Where a reader that is gone cannot be noticed otherwise, its absence stays an error: it ends
    /// the commands that print for ever.
    fn leave_out(&mut self, bytes: usize, error: io::Error) -> io::Result<usize> {
        self.unread += bytes;
        match error.kind() {
            ErrorKind::BrokenPipe if cfg!(unix) && self.unread <= MOST_UNREAD => Ok(bytes),
            _ => Err(error),
        }
    }
}

impl<W: Write> Write for Data<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes).or_else(|error| self.leave_out(bytes.len(), error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush().or_else(|error| self.leave_out(0, error).map(drop))
    }
}

/// Writes on a thread of its own and gives it up where it takes too long. Lines wait for each other;
/// while one hangs, further ones are left out.
fn briefly(write: impl FnOnce() + Send + 'static) {
    static TURN: Turn = Turn { writer: Mutex::new(Writer::Idle), changed: Condvar::new() };
    TURN.take(write);
}

/// Whose turn it is to write.
struct Turn {
    writer: Mutex<Writer>,
    changed: Condvar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writer {
    Idle,
    Busy,
    /// Busy for longer than anybody waits.
    Hangs,
}

impl Turn {
    fn take(&'static self, write: impl FnOnce() + Send + 'static) {
        let mut writer = self.once_not_busy(self.lock());
        if *writer != Writer::Idle {
            return;
        }
        *writer = Writer::Busy;
        drop(writer);
        let (done, told) = mpsc::channel();
        let writing = move || {
            write();
            self.set(Writer::Idle);
            // Nobody may be waiting any more.
            let _ = done.send(());
        };
        match std::thread::Builder::new().name("talk".into()).spawn(writing) {
            Ok(_) if told.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) => self.hangs(),
            Ok(_) => {}
            Err(_) => self.set(Writer::Idle),
        }
    }

    fn hangs(&self) {
        let mut writer = self.lock();
        if *writer == Writer::Busy {
            *writer = Writer::Hangs;
            self.changed.notify_all();
        }
    }

    fn once_not_busy<'a>(&self, writer: MutexGuard<'a, Writer>) -> MutexGuard<'a, Writer> {
        self.changed
            .wait_timeout_while(writer, PATIENCE, |writer| *writer == Writer::Busy)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    fn set(&self, to: Writer) {
        *self.lock() = to;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes that are left out before a command ends.
const MOST_UNREAD: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    struct Gone(ErrorKind);

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_line_waits_for_the_one_before_and_none_waits_for_one_that_hangs() {
        static TURN: Turn = Turn { writer: Mutex::new(Writer::Idle), changed: Condvar::new() };
        let (written, lines) = mpsc::channel();
        let line = |number: u32| {
            let written = written.clone();
            move || written.send(number).unwrap()
        };
        let talkers: Vec<_> = (0..8)
            .map(|number| {
                let write = line(number);
                std::thread::spawn(move || TURN.take(write))
            })
            .collect();
        talkers.into_iter().for_each(|talker| talker.join().unwrap());
        let mut all: Vec<u32> = lines.try_iter().collect();
        all.sort_unstable();
        assert_eq!(all, (0..8).collect::<Vec<_>>());
        let (go, hang) = mpsc::channel::<()>();
        TURN.take(move || hang.recv().unwrap_or_default());
        TURN.take(line(8));
        assert_eq!(lines.try_recv().ok(), None);
        drop(go);
    }

    #[test]
    #[cfg(unix)]
    fn a_reader_that_is_gone_is_no_error_and_a_full_disk_is_one() {
        let mut data = Data::new(Gone(ErrorKind::BrokenPipe));
        assert!(writeln!(data, "a").and_then(|()| data.flush()).is_ok());
        assert!(data.write_all(&vec![0; MOST_UNREAD]).is_err(), "there is an end to it");
        let mut data = Data::new(Gone(ErrorKind::StorageFull));
        assert!(writeln!(data, "a").is_err());
    }
}
