//! A scenario walked through, step by step, until the partner breaks the contract.

use serde::Serialize;

use super::wish::{Refusal, Trigger};
use super::{Plane, standing::Standing};
use crate::model::event::Event;
use crate::model::subscription::State;
use crate::store::listing::{self, Summary};
use crate::store::{StoreError, facts};
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
    pub because: &'static str,
    /// Seconds that the clock was wound forward.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advanced: Option<u64>,
    /// The webhook and its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Summary>,
    /// Why the scenario ends here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
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
        app: Option<String>,
        user: Option<String>,
    ) -> Result<Report, Refusal> {
        let wish = Trigger { app, user, ..Trigger::default() };
        let whose = self.whose(&wish)?;
        let mut report = Report { scenario: scenario.name, steps: Vec::new(), passed: true };
        for need in scenario.needs {
            if self.holds(*need, whose.clone()).await? {
                continue;
            }
            for event in need.before() {
                let because = "The scenario begins with a user who has come this far.";
                report.steps.push(self.step("before", because, *event, &wish).await?);
                if report.stopped() {
                    return Ok(report);
                }
            }
        }
        for step in scenario.steps {
            let done = match step.act {
                Act::Send(event) => self.step("step", step.because, event, &wish).await?,
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
        part: &'static str,
        because: &'static str,
        event: Event,
        wish: &Trigger,
    ) -> Result<StepReport, Refusal> {
        let mut step = StepReport::of(part, because);
        let made = self.trigger(Trigger { events: vec![event], ..wish.clone() }).await;
        let made = match made {
            Ok(made) => made,
            Err(refusal @ Refusal::Store(_)) => return Err(refusal),
            Err(refusal) => {
                let why = format!("{refusal}. {}", refusal.hint());
                step.stopped = Some(why.trim_end().to_owned());
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
        Self { part, because, advanced: None, delivery: None, stopped: None }
    }
}

/// Why a scenario cannot go on after an answer.
fn explained(summary: &Summary) -> Option<String> {
    if summary.accepted() && summary.verdict.as_deref() != Some("fail") {
        return None;
    }
    let answer = match (summary.status, &summary.failure) {
        (Some(status), _) => format!("was answered {status}"),
        (None, Some(failure)) => format!("had no answer: {failure}"),
        (None, None) => "was not sent".to_owned(),
    };
    let findings = summary.findings.as_array().map_or(&[][..], Vec::as_slice);
    let why: Vec<&str> =
        findings.iter().filter_map(|finding| finding.get("text")?.as_str()).collect();
    Some(format!("{} {answer}. {}", summary.event, why.join(" ")).trim_end().to_owned())
}
