//! How long a body may pause.

use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// A timer that exists only while a body makes its reader wait.
#[derive(Debug)]
pub(super) struct Stall {
    pause: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
    /// When the last piece came, if one has come since the timer was set.
    moved: Option<Instant>,
}

impl Stall {
    pub(super) fn new(pause: Duration) -> Self {
        Self { pause, sleep: None, moved: None }
    }

    /// To be asked when there is nothing; true after too long.
    pub(super) fn expired(&mut self, cx: &mut Context<'_>) -> bool {
        let pause = self.pause;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
        while sleep.as_mut().poll(cx).is_ready() {
            let Some(moved) = self.moved.take() else { return true };
            sleep.as_mut().reset(moved + pause);
        }
        false
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) {
        if self.sleep.is_some() {
            self.moved = Some(Instant::now());
        }
    }
}
