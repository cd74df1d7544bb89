//! The subscription of an app and user: kept as JSON, moved on by each of its events.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::subscription::{OutOfOrder, State, Subscription, Type, next};
use crate::store::{StoreError, facts};
use crate::text::Text;

const DAY: i64 = 86_400_000;
const TRIAL_DAYS: u32 = 14;
/// What plans of the samples cost: 2416.67 roubles a month.
const AMOUNT: i64 = 241_667;

/// A subscription and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) state: State,
    pub(super) subscription: Subscription,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    state: String,
    id: String,
    sequence: u32,
    plan: String,
    device_number: u32,
    trial_days: u32,
    next_billing_ms: i64,
    amount: i64,
}

impl Standing {
    /// What is kept of an app and user; a subscription that never began where nothing is.
    pub(super) fn read(tx: &Connection, app: &str, user: &str) -> Result<Self, StoreError> {
        let Some(text) = facts::subscription(tx, app, user)? else { return Ok(Self::absent()) };
        let kept: Kept = serde_json::from_str(&text)
            .map_err(|error| StoreError::Failed(format!("a subscription: {error}")))?;
        let states = [State::Absent, State::Created, State::Active, State::Terminated];
        let state = states.into_iter().find(|state| state.to_string() == kept.state);
        Ok(Self {
            state: state.unwrap_or_default(),
            subscription: Subscription {
                id: kept.id,
                sequence: kept.sequence,
                plan: kept.plan,
                device_number: kept.device_number,
                trial_days: kept.trial_days,
                next_billing_ms: kept.next_billing_ms,
                amount: kept.amount,
            },
        })
    }

    /// Keeps it.
    pub(super) fn write(&self, tx: &Connection, app: &str, user: &str) -> Result<(), StoreError> {
        let own = self.subscription.clone();
        let kept = Kept {
            state: self.state.to_string(),
            id: own.id,
            sequence: own.sequence,
            plan: own.plan,
            device_number: own.device_number,
            trial_days: own.trial_days,
            next_billing_ms: own.next_billing_ms,
            amount: own.amount,
        };
        let text = serde_json::to_string(&kept)
            .map_err(|error| StoreError::Failed(format!("a subscription: {error}")))?;
        facts::keep_subscription(tx, (app, user), &text)
    }

    /// After an event. An event that cannot come now is an error only if `strict`: a developer who
    /// tries a handler out need not walk there first. `id` is a new subscription's.
    pub(super) fn after(
        self,
        kind: Type,
        (id, devices): (Uuid, usize),
        now_ms: i64,
        strict: bool,
    ) -> Result<Self, Text> {
        let state = match self.allows(kind) {
            Ok(state) => state,
            Err(why) if strict => return Err(why),
            Err(_) => natural(kind),
        };
        let fresh = kind == Type::Created || self.state == State::Absent;
        let mut own = if fresh { begun(id, devices, now_ms) } else { self.subscription };
        own.sequence += 1;
        match kind {
            Type::Activated | Type::Renewed => own.next_billing_ms = now_ms + 30 * DAY,
            Type::TermsChanged => {
                let other = if own.plan == "starter" { "pro" } else { "starter" };
                other.clone_into(&mut own.plan);
                own.device_number += 1;
            }
            Type::Created | Type::AddonsUpdated | Type::TerminationRequested | Type::Terminated => {
            }
        }
        Ok(Self { state, subscription: own })
    }

    /// The state after an event, or why it cannot come now. `SubscriptionCreated` always can: it begins
    /// another subscription.
    pub(super) fn allows(&self, kind: Type) -> Result<State, Text> {
        let before = if kind == Type::Created { State::Absent } else { self.state };
        next(before, kind).map_err(OutOfOrder::text)
    }

    /// A subscription that never began.
    pub(super) fn absent() -> Self {
        Self { state: State::Absent, subscription: begun(Uuid::nil(), 1, 0) }
    }
}

fn begun(id: Uuid, devices: usize, now_ms: i64) -> Subscription {
    Subscription {
        id: id.to_string(),
        sequence: 0,
        plan: "starter".to_owned(),
        device_number: u32::try_from(devices.max(1)).unwrap_or(u32::MAX),
        trial_days: TRIAL_DAYS,
        next_billing_ms: now_ms + i64::from(TRIAL_DAYS) * DAY,
        amount: AMOUNT,
    }
}

/// Where an event leads that came out of order.
fn natural(kind: Type) -> State {
    match kind {
        Type::Created | Type::AddonsUpdated | Type::TermsChanged | Type::TerminationRequested => {
            State::Created
        }
        Type::Activated | Type::Renewed => State::Active,
        Type::Terminated => State::Terminated,
    }
}
