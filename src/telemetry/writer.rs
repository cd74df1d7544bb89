//! The thread that writes the log. It alone waits for whoever reads it, and what that costs is not
//! paid by requests: secrets are hidden here.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use tracing::Level;

use super::Format;
use super::limit::{LeftOut, Limits};
use super::queue::Queue;
use crate::mask::Masker;

/// Bytes that are written at a time, so that a slow reader is seen to take some.
const PIECE: usize = 4096;

/// How long the thread waits for lines where it has nothing to tell.
const IDLE: Duration = Duration::from_secs(3600);

/// Tells what to hide now.
pub(super) type Secrets = Box<dyn Fn() -> Arc<Masker> + Send + Sync>;

/// What the thread works with.
pub(super) struct Writer<W> {
    pub queue: Arc<Queue>,
    pub limits: Arc<Limits>,
    pub secrets: Arc<ArcSwapOption<Secrets>>,
    pub format: Format,
    pub to: W,
}

impl<W: Write> Writer<W> {
    /// Writes until the queue is closed and empty.
    pub fn run(mut self) {
        let bare = Arc::<Masker>::default();
        let mut text = Vec::new();
        let mut told = 0;
        loop {
            text.clear();
            let patience = if self.limits.owes() { Duration::from_secs(1) } else { IDLE };
            let open = self.queue.take(&mut text, patience);
            let secrets = self.secrets.load();
            let masker = secrets.as_ref().map_or_else(|| Arc::clone(&bare), |secrets| secrets());
            self.write(&String::from_utf8_lossy(&text), &masker);
            told = self.tell_of_loss(told, &masker);
            for left_out in self.limits.told(Instant::now(), !open) {
                self.write(&left_out.line(self.format), &masker);
            }
            if !open {
                return self.queue.end();
            }
        }
    }

    /// News of lines that were lost; only whoever reads again can get it.
    fn tell_of_loss(&mut self, told: u64, masker: &Masker) -> u64 {
        let lost = self.queue.lost();
        if lost > told {
            let words = "log lines were lost: whoever reads the log was too slow";
            let line = line(self.format, Level::WARN, &format!("{} {words}", lost - told));
            self.write(&line, masker);
        }
        lost
    }

    /// Writes lines with their secrets hidden.
    fn write(&mut self, lines: &str, masker: &Masker) {
        let mut shown = String::with_capacity(lines.len());
        for line in lines.split_inclusive('\n') {
            shown.push_str(&masker.text(line));
        }
        for piece in shown.as_bytes().chunks(PIECE) {
            if write_all(&mut self.to, piece).is_err() {
                // Nobody can be told; the counter can be asked.
                self.queue.lose(piece.iter().filter(|byte| **byte == b'\n').count() as u64);
            }
            self.queue.advance(piece.len());
        }
    }
}

/// Like [`Write::write_all`], and to files that another process has made non-blocking too.
fn write_all(to: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match to.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl LeftOut {
    fn line(&self, format: Format) -> String {
        let Self { level, message, lines, seconds } = self;
        line(format, *level, &format!("… {lines} more like this in {seconds} s: {message}"))
    }
}

/// A line of the log's own, as tracing writes those of others.
fn line(format: Format, level: Level, message: &str) -> String {
    let now = jiff::Timestamp::now();
    match format {
        Format::Text => format!("{now:.6} {level:>5} {message}\n"),
        Format::Json => {
            let (now, level) = (format!("{now:.6}"), level.as_str());
            let line = serde_json::json!({"timestamp": now, "level": level, "message": message});
            format!("{line}\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(queue: Queue, format: Format) -> String {
        let queue = Arc::new(queue);
        queue.close(Duration::ZERO, Instant::now());
        let secrets: Secrets = Box::new(|| Arc::new(Masker::new(["hunter2-hunter2"])));
        let mut to = Vec::new();
        let writer = Writer {
            queue: Arc::clone(&queue),
            limits: Arc::default(),
            secrets: Arc::new(ArcSwapOption::from_pointee(secrets)),
            format,
            to: &mut to,
        };
        writer.run();
        String::from_utf8(to).unwrap()
    }

    #[test]
    fn secrets_are_hidden_and_lines_stay_apart() {
        let queue = Queue::default();
        queue.push(b"GET https://a.ru/?token=0123456789&x=1 \"\n");
        queue.push("it's hunter2-hunter2 here\nтокен=0123456789\n".as_bytes());
        assert_eq!(
            written(queue, Format::Text),
            "GET https://a.ru/?token=••••6789&x=1 \"\nit's ••••ter2 here\nтокен=••••6789\n"
        );
    }

    #[test]
    fn losses_are_told_in_the_format_of_the_log() {
        let queue = Queue::default();
        queue.lose(7);
        let text = written(queue, Format::Json);
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["message"], "7 log lines were lost: whoever reads the log was too slow");
        assert_eq!(line["level"], "WARN");
    }

    #[test]
    fn a_reader_that_is_gone_is_no_reason_to_stop() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let queue = Arc::new(Queue::default());
        queue.push(b"a\nb\n");
        queue.close(Duration::ZERO, Instant::now());
        let secrets = Arc::default();
        let (theirs, limits) = (Arc::clone(&queue), Arc::default());
        Writer { queue: theirs, limits, secrets, format: Format::Text, to: Gone }.run();
        assert!(queue.lost() >= 2);
    }
}
