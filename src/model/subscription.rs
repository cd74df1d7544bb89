//! A user's subscription to an app, and the order its events may come in (evotor.md, section 3.7).

use std::fmt;

use super::event::Event;
use crate::text::{Text, text};

/// What the cloud knows of one subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscription {
    /// A lower-case uuid4; a new subscription has a new one.
    pub id: String,
    /// Number of the latest event, from 1.
    pub sequence: u32,
    /// The plan's id on the developer portal, such as `starter`.
    pub plan: String,
    /// How many smart-terminals are paid for.
    pub device_number: u32,
    /// Length of the trial; 0 without one.
    pub trial_days: u32,
    /// Milliseconds since the epoch.
    pub next_billing_ms: i64,
    /// What is charged each time, in kopecks.
    pub amount: i64,
}

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum State {
    /// There is none yet.
    #[default]
    Absent,
    /// Made, possibly on trial; nothing was paid.
    Created,
    /// Paid.
    Active,
    /// Ended; a payment brings it back.
    Terminated,
}

/// The seven events of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// It begins.
    Created,
    /// Its paid options change.
    AddonsUpdated,
    /// It is paid for the first time.
    Activated,
    /// It is paid again.
    Renewed,
    /// Its plan, devices, price or date change.
    TermsChanged,
    /// The user asks to end it.
    TerminationRequested,
    /// It ends.
    Terminated,
}

/// An event that cannot come in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfOrder {
    /// Where the subscription stands.
    pub state: State,
    /// What was to happen.
    pub kind: Type,
}

impl OutOfOrder {
    /// What cannot come, and what can.
    pub fn text(self) -> Text {
        text!(
            "{kind} cannot come while the subscription is {state}; what can is {possible}",
            kind = self.kind, state => self.state.word(), possible = possible(self.state)
        )
    }
}

/// The state after an event. The vendor's diagram leaves `AddonsUpdated` out; here it may come
/// wherever `TermsChanged` may.
pub fn next(state: State, kind: Type) -> Result<State, OutOfOrder> {
    match (state, kind) {
        (State::Absent, Type::Created) => Ok(State::Created),
        (State::Created, Type::Activated) | (State::Terminated, Type::Renewed) => Ok(State::Active),
        (State::Created | State::Active, Type::Terminated) => Ok(State::Terminated),
        (
            State::Created | State::Active,
            Type::AddonsUpdated | Type::TermsChanged | Type::TerminationRequested | Type::Renewed,
        ) => Ok(state),
        _ => Err(OutOfOrder { state, kind }),
    }
}

impl Type {
    /// In the order of the catalogue.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::AddonsUpdated,
        Self::Activated,
        Self::Renewed,
        Self::TermsChanged,
        Self::TerminationRequested,
        Self::Terminated,
    ];

    /// The type that an event of the catalogue sends, if it is a subscription's.
    pub const fn of(event: Event) -> Option<Self> {
        match event {
            Event::SubscriptionCreated => Some(Self::Created),
            Event::SubscriptionAddonsUpdated => Some(Self::AddonsUpdated),
            Event::SubscriptionActivated => Some(Self::Activated),
            Event::SubscriptionRenewed => Some(Self::Renewed),
            Event::SubscriptionTermsChanged => Some(Self::TermsChanged),
            Event::SubscriptionTerminationRequested => Some(Self::TerminationRequested),
            Event::SubscriptionTerminated => Some(Self::Terminated),
            _ => None,
        }
    }

    /// The value of `type` in the body.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Created => "SubscriptionCreated",
            Self::AddonsUpdated => "AddonsUpdated",
            Self::Activated => "SubscriptionActivated",
            Self::Renewed => "SubscriptionRenewed",
            Self::TermsChanged => "SubscriptionTermsChanged",
            Self::TerminationRequested => "SubscriptionTerminationRequested",
            Self::Terminated => "SubscriptionTerminated",
        }
    }
}

fn possible(state: State) -> String {
    let kinds = Type::ALL.iter().filter(|kind| next(state, **kind).is_ok());
    kinds.map(|kind| kind.wire()).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Type {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.wire())
    }
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Created => "created",
            Self::Active => "active",
            Self::Terminated => "terminated",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(kinds: &[Type]) -> Result<State, OutOfOrder> {
        kinds.iter().try_fold(State::Absent, |state, kind| next(state, *kind))
    }

    #[test]
    fn a_trial_becomes_paid_is_renewed_and_ends() {
        let kinds = [Type::Created, Type::Activated, Type::Renewed, Type::Terminated];
        assert_eq!(run(&kinds), Ok(State::Terminated));
    }

    #[test]
    fn a_trial_may_end_unpaid() {
        assert_eq!(run(&[Type::Created, Type::Terminated]), Ok(State::Terminated));
    }

    #[test]
    fn a_payment_brings_an_ended_subscription_back() {
        let kinds = [Type::Created, Type::Activated, Type::Terminated, Type::Renewed];
        assert_eq!(run(&kinds), Ok(State::Active));
    }

    #[test]
    fn a_reinstall_with_another_plan_stays_where_it_is() {
        let reinstall = [Type::TerminationRequested, Type::Renewed, Type::TermsChanged];
        let trial = [&[Type::Created][..], &reinstall].concat();
        assert_eq!(run(&trial), Ok(State::Created));
        let paid = [&[Type::Created, Type::Activated][..], &reinstall].concat();
        assert_eq!(run(&paid), Ok(State::Active));
    }

    #[test]
    fn nothing_but_created_begins_and_nothing_begins_twice() {
        for kind in Type::ALL {
            assert_eq!(next(State::Absent, kind).is_ok(), kind == Type::Created);
        }
        for state in [State::Created, State::Active, State::Terminated] {
            assert!(next(state, Type::Created).is_err());
        }
    }

    #[test]
    fn an_error_names_what_may_come() {
        let error = next(State::Terminated, Type::Activated).unwrap_err().text().to_string();
        assert_eq!(
            error,
            "SubscriptionActivated cannot come while the subscription is terminated; \
             what can is SubscriptionRenewed"
        );
    }

    #[test]
    fn seven_events_of_the_catalogue_are_a_subscriptions() {
        let kinds: Vec<_> = Event::ALL.iter().filter_map(|event| Type::of(*event)).collect();
        assert_eq!(kinds, Type::ALL);
    }
}
