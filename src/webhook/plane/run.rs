//! A scenario walked through, step by step, until the partner breaks the contract. What the partner
//! does not have is left out.

use std::sync::Arc;

use rusqlite::Connection;
use serde::Serialize;
use uuid::Uuid;

use super::cast::Cast;
use super::happen::installs;
use super::stage::Stage;
use super::wish::{Made, Refusal, Trigger};
use super::{Plane, standing::Standing};
use crate::config::meant::Webhooks;
use crate::model::event::Event;
use crate::model::subscription::State;
use crate::store::listing::{self, Summary};
use crate::store::{StoreError, facts};
use crate::text::{Text, text};
use crate::webhook::scenario::{Act, Need, Scenario};

/// What a scenario came to.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Report {
    /// Its name.
    pub scenario: &'static str,
    /// What was done, in order.
    pub steps: Vec<StepReport>,
    /// Whether every step was, and every answer kept the contract.
    pub passed: bool,
}

/// One step that was done.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct StepReport {
    /// `before` for what the scenario needed, else `step`.
    pub part: &'static str,
    /// What has happened in the user's life.
    pub because: Text,
    /// Seconds that the clock was wound forward.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advanced: Option<u64>,
    /// What is off, and what was done in place of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    /// The webhook and its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Summary>,
    /// Why the scenario ends here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Text>,
}

/// For whom a scenario is, and where it begins.
#[derive(Debug, Default)]
pub struct Course {
    /// An app's name or id.
    pub app: Option<String>,
    /// A user's id.
    pub user: Option<String>,
    /// Whether the user has an account at the partner, so that none is registered.
    pub registered: bool,
}

/// What a step comes to for a partner that may not have its webhook.
enum Turn {
    Send(Event),
    Instead(Event, Text),
    Skip(Text),
}

impl Turn {
    fn of(event: Event, webhooks: &Webhooks, registered: bool) -> Self {
        let name = event.name();
        let registers = matches!(event, Event::UserCreate | Event::UserVerify);
        if registers && registered {
            return Self::Skip(text!("The user has an account: {name} is not sent.", name));
        }
        if webhooks.has(event) {
            return Self::Send(event);
        }
        if event == Event::UserCreate && webhooks.has(Event::UserVerify) {
            let note = "user.create is off: the user signs in by user.verify.";
            return Self::Instead(Event::UserVerify, Text::fixed(note));
        }
        Self::Skip(text!("{name} is off: the partner is not told.", name))
    }
}

impl Plane {
    /// Walks through a scenario for an app and a user (see [`Trigger`] for how they are chosen).
    ///
    /// # Errors
    ///
    /// When no step can be taken, or of the store; what stops it later is told in the report.
    pub async fn run(
        &self,
        scenario: &'static Scenario,
        Course { app, user, registered }: Course,
    ) -> Result<Report, Refusal> {
        let wish = Trigger { app, user, ..Trigger::default() };
        let whose = self.whose(&wish)?;
        let mut report = Report { scenario: scenario.name, steps: Vec::new(), passed: true };
        for need in scenario.needs {
            let told = *need == Need::UserToken && registered;
            if told || self.holds(*need, whose.clone()).await? {
                continue;
            }
            for event in need.before() {
                let because = "The scenario begins with a user who has come this far.";
                let step = StepReport::of("before", because);
                report.steps.push(self.step(step, *event, &wish, registered).await?);
                if report.stopped() {
                    return Ok(report);
                }
            }
        }
        for step in scenario.steps {
            let done = match step.act {
                Act::Send(event) => {
                    let done = StepReport::of("step", step.because);
                    self.step(done, event, &wish, registered).await?
                }
                Act::Advance(seconds) => {
                    let ms = i64::try_from(seconds).unwrap_or(0).saturating_mul(1000);
                    self.advance(ms).await;
                    StepReport { advanced: Some(seconds), ..StepReport::of("step", step.because) }
                }
                Act::Note => StepReport::of("step", step.because),
            };
            report.steps.push(done);
            if report.stopped() {
                break;
            }
        }
        Ok(report)
    }

    async fn step(
        &self,
        mut step: StepReport,
        event: Event,
        wish: &Trigger,
        registered: bool,
    ) -> Result<StepReport, Refusal> {
        let made = match self.turn(event, wish, registered)? {
            Turn::Send(event) => self.send(event, wish).await,
            Turn::Instead(event, note) => {
                step.note = Some(note);
                self.send(event, wish).await
            }
            Turn::Skip(note) => {
                step.note = Some(note);
                self.pass(event, wish).await.map(|()| Vec::new())
            }
        };
        let made = match made {
            Ok(made) => made,
            Err(refusal @ Refusal::Store(_)) => return Err(refusal),
            Err(refusal) => {
                step.stopped = Some(refusal.text().sentence().and(refusal.hint().sentence()));
                return Ok(step);
            }
        };
        for (made, hear) in made {
            // An outbox that stops leaves the delivery queued, and the report says so.
            let _ = hear.await;
            let id = made.id.clone();
            let summary = self.store.write(move |tx| listing::summary(tx, &id)).await?;
            step.stopped = explained(&summary);
            step.delivery = Some(summary);
        }
        Ok(step)
    }

    fn turn(&self, event: Event, wish: &Trigger, registered: bool) -> Result<Turn, Refusal> {
        let config = self.known.config.load();
        let app = config.apps.get(Cast::choose(&config, wish)?.app);
        let webhooks = app.and_then(|app| app.webhooks.as_ref());
        Ok(match webhooks {
            Some(webhooks) => Turn::of(event, webhooks, registered),
            None => Turn::Send(event),
        })
    }

    async fn send(
        &self,
        event: Event,
        wish: &Trigger,
    ) -> Result<Vec<(Made, tokio::sync::oneshot::Receiver<()>)>, Refusal> {
        self.trigger(Trigger { events: vec![event], ..wish.clone() }).await
    }

    /// Lets an event happen in the simulated cloud of which the partner is not told.
    async fn pass(&self, event: Event, wish: &Trigger) -> Result<(), Refusal> {
        let config = self.known.config.load_full();
        let cast = Cast::choose(&config, wish)?;
        let (whose, now_ms, trigger) = (cast.pair(&config), self.clock.now_ms(), wish.clone());
        let seed = Uuid::new_v4().as_u64_pair().0;
        let pass = move |tx: &Connection| {
            let (config, trigger) = (&config, &trigger);
            Stage { tx, config, cast, trigger, till: None, now_ms }.pass(event, seed)
        };
        let known = Arc::clone(&self.known);
        let then = move |()| {
            if let Some(installed) = installs(event) {
                known.learn_installed(&whose, installed);
            }
        };
        self.store.write_then(pass, then).await
    }

    async fn holds(&self, need: Need, (app, user): (String, String)) -> Result<bool, StoreError> {
        let in_file = self.has_token_in_file(&app, &user);
        self.store
            .write(move |tx| {
                Ok(match need {
                    Need::UserToken => in_file || facts::user_token(tx, &app, &user)?.is_some(),
                    Need::ActiveSubscription => {
                        Standing::read(tx, &app, &user)?.state == State::Active
                    }
                    Need::Installation => facts::installed(tx, &app, &user)? == Some(true),
                })
            })
            .await
    }
}

impl Report {
    fn stopped(&mut self) -> bool {
        let stopped = self.steps.last().is_some_and(|step| step.stopped.is_some());
        self.passed &= !stopped;
        stopped
    }
}

impl StepReport {
    fn of(part: &'static str, because: &'static str) -> Self {
        Self {
            part,
            because: Text::fixed(because),
            advanced: None,
            note: None,
            delivery: None,
            stopped: None,
        }
    }
}

/// Why a scenario cannot go on after an answer.
fn explained(summary: &Summary) -> Option<Text> {
    if summary.accepted() && summary.verdict.as_deref() != Some("fail") {
        return None;
    }
    let event = &summary.event;
    let answer = match (summary.status, &summary.failure) {
        (Some(status), _) => text!("{event} was answered {status}.", event, status),
        (None, Some(failure)) => {
            text!("{event} had no answer: {failure}", event, failure => failure.clone()).sentence()
        }
        (None, None) => text!("{event} was not sent.", event),
    };
    Some(summary.findings.iter().map(|finding| finding.text.clone()).fold(answer, Text::and))
}
