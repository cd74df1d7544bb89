//! Log lines that wait to be written. Whoever has one never waits: where there is no room it is
//! counted as lost.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of lines that may wait.
const MOST: usize = 4 << 20;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    lost: AtomicU64,
    /// Bytes that the reader of the log has taken.
    taken: AtomicU64,
}

#[derive(Debug, Default)]
struct Waiting {
    text: Vec<u8>,
    /// Nothing more is accepted.
    closed: bool,
    /// All of it has been written.
    done: bool,
}

impl Queue {
    /// Adds a line that ends with a line feed, if there is room.
    pub fn push(&self, line: &[u8]) {
        let mut waiting = self.locked();
        if waiting.closed || waiting.text.len() + line.len() > MOST {
            return self.lose(1);
        }
        if waiting.text.is_empty() {
            self.changed.notify_all();
        }
        waiting.text.extend_from_slice(line);
    }

    /// Swaps what waits for the caller's empty buffer. Waits for it, so long at most; false once the
    /// queue is closed and empty.
    pub fn take(&self, text: &mut Vec<u8>, patience: Duration) -> bool {
        let waits = |waiting: &mut Waiting| waiting.text.is_empty() && !waiting.closed;
        let mut waiting = self
            .changed
            .wait_timeout_while(self.locked(), patience, waits)
            .unwrap_or_else(PoisonError::into_inner)
            .0;
        std::mem::swap(text, &mut waiting.text);
        !(waiting.closed && text.is_empty())
    }

    /// Counts lines that nobody will read.
    pub fn lose(&self, lines: u64) {
        self.lost.fetch_add(lines, Ordering::Relaxed);
    }

    /// Lines that nobody will read.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Tells that the reader of the log has taken bytes.
    pub fn advance(&self, bytes: usize) {
        self.taken.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Tells that all has been written.
    pub fn end(&self) {
        self.locked().done = true;
        self.changed.notify_all();
    }

    /// Takes nothing more and waits until all is written: as long as the reader takes some within
    /// each `pause`, and until `deadline` at most.
    pub fn close(&self, pause: Duration, deadline: Instant) {
        let mut waiting = self.locked();
        waiting.closed = true;
        self.changed.notify_all();
        loop {
            let before = self.taken.load(Ordering::Relaxed);
            let left = deadline.saturating_duration_since(Instant::now());
            let waited = self.changed.wait_timeout_while(waiting, pause.min(left), |w| !w.done);
            waiting = waited.unwrap_or_else(PoisonError::into_inner).0;
            let stuck = self.taken.load(Ordering::Relaxed) == before;
            if waiting.done || stuck || Instant::now() >= deadline {
                return;
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn what_has_no_room_is_counted() {
        let queue = Queue::default();
        let line = vec![b'x'; MOST / 4];
        for _ in 0..6 {
            queue.push(&line);
        }
        assert_eq!(queue.lost(), 2);
        let mut text = Vec::new();
        assert!(queue.take(&mut text, LONG));
        assert_eq!(text.len(), MOST);
        queue.push(b"y\n");
        assert_eq!(queue.lost(), 2, "there is room again");
    }

    #[test]
    fn a_closed_queue_is_emptied_and_takes_nothing() {
        let queue = Queue::default();
        queue.push(b"a\n");
        queue.close(Duration::ZERO, Instant::now());
        queue.push(b"b\n");
        assert_eq!(queue.lost(), 1);
        let mut text = Vec::new();
        assert!(queue.take(&mut text, LONG));
        assert_eq!(text, b"a\n");
        text.clear();
        assert!(!queue.take(&mut text, LONG));
    }

    #[test]
    fn closing_waits_while_the_reader_takes_something_and_no_longer() {
        let queue = Queue::default();
        queue.push(b"a\n");
        let deadline = Instant::now() + LONG;
        // Nobody reads: it gives up after one pause.
        queue.close(Duration::from_millis(1), deadline);
        assert!(Instant::now() < deadline);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut text = Vec::new();
                queue.take(&mut text, LONG);
                queue.advance(text.len());
                queue.end();
            });
            queue.close(LONG, deadline);
        });
        assert!(queue.locked().done);
    }
}
