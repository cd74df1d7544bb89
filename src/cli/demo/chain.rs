//! The cloud's side of a user's first day: events happen, the partner is told, its answers count.

use std::io::{self, Write};
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::samples::{LOYALTY, USER};
use crate::cli::words::{said, words};
use crate::model::event::Event;
use crate::store::listing::{self, Summary};
use crate::webhook::plane::{Plane, Refusal, Trigger};

/// Lets events happen in the demo's cloud.
#[derive(Debug)]
pub(super) struct Chain {
    plane: Arc<Plane>,
    runtime: Runtime,
    verbose: bool,
}

impl Chain {
    pub(super) fn new(plane: &Arc<Plane>, verbose: bool) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { plane: Arc::clone(plane), runtime, verbose })
    }

    /// One line for each event. Gives the last answer, or nothing if one of them broke the contract.
    pub(super) fn tell(
        &self,
        title: &str,
        events: &[Event],
        out: &mut dyn Write,
    ) -> io::Result<Option<Summary>> {
        if self.verbose {
            writeln!(out, "\n== {title}")?;
        }
        let mut last = None;
        for event in events {
            match self.runtime.block_on(self.happen(*event)) {
                Ok(told) => {
                    let good = show(&told, self.verbose, out)?;
                    last = good.then_some(told);
                }
                Err(refusal) => {
                    let (why, hint) = (refusal.text().sentence(), refusal.hint());
                    writeln!(out, "   {}: {}", event.name(), said(&why.and(hint)))?;
                    last = None;
                }
            }
            if last.is_none() {
                break;
            }
        }
        Ok(last)
    }

    /// Waits for the first attempt.
    async fn happen(&self, event: Event) -> Result<Summary, Refusal> {
        let trigger = Trigger {
            events: vec![event],
            app: Some(LOYALTY.to_owned()),
            user: Some(USER.to_owned()),
            ..Trigger::default()
        };
        let mut id = String::new();
        for (made, hear) in self.plane.trigger(trigger).await? {
            // An outbox that has stopped leaves the delivery queued, and its line shows that.
            let _ = hear.await;
            id = made.id;
        }
        Ok(self.plane.store().write(move |tx| listing::summary(tx, &id)).await?)
    }
}

/// Prints what was sent and how it was answered, and says whether that keeps the contract.
fn show(told: &Summary, verbose: bool, out: &mut dyn Write) -> io::Result<bool> {
    let status = told.status.map_or_else(|| words!("no answer"), |status| status.to_string());
    let verdict = told.verdict.clone().unwrap_or_else(|| words!("not judged"));
    if verbose {
        writeln!(out, "   {:24} {:4} {}  {status} {verdict}", told.event, told.method, told.url)?;
    } else {
        let event = format!("{:44}", told.event);
        writeln!(out, "{}", words!("webhook  {event} {status} {verdict}", event, status, verdict))?;
    }
    for finding in &told.findings {
        writeln!(out, "     {}", said(&finding.text))?;
    }
    Ok(told.status == Some(200) && verdict == "pass")
}
