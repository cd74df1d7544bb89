//! Sequences of events as the cloud sends them in a user's life (evotor.md, sections 3.7 and 3.14),
//! as data. Whoever runs one sends each event, waits for the partner's answer, and stops at the
//! first that breaks the contract.

use std::fmt;

use crate::model::event::Event;

/// A documented sequence.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// The name on the command line.
    pub name: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// What has to hold before the first step.
    pub needs: &'static [Need],
    /// What happens, in order.
    pub steps: &'static [Step],
}

/// Something that is brought about before a scenario where it does not hold yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// The user has a token of the partner.
    UserToken,
    /// The user's subscription is paid.
    ActiveSubscription,
    /// The user has the app, and the partner the cloud's token.
    Installation,
}

impl Need {
    /// The events that bring it about, whatever was before.
    pub const fn before(self) -> &'static [Event] {
        match self {
            Self::UserToken => &[Event::UserCreate],
            Self::ActiveSubscription => &[Event::SubscriptionCreated, Event::SubscriptionActivated],
            Self::Installation => &[Event::InstallationInstalled, Event::UserToken],
        }
    }
}

/// One step, and the reason for it.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// What is done.
    pub act: Act,
    /// What a user, a bank or time has done, in one line.
    pub because: &'static str,
}

/// What is done in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// A webhook goes out.
    Send(Event),
    /// The clock is wound forward by so many seconds.
    Advance(u64),
    /// Nothing goes out, and that is worth knowing.
    Note,
}

/// The scenario of a name.
pub fn scenario(name: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.name == name)
}

/// Every scenario, in the order it is listed.
pub const ALL: &[Scenario] = &[ONBOARDING, TRIAL, PAID, CANCEL, REINSTALL, DUNNING];

const DAY: u64 = 24 * 60 * 60;
const TRIAL_PERIOD: u64 = 14 * DAY;
const BILLING_PERIOD: u64 = 30 * DAY;

const ONBOARDING: Scenario = Scenario {
    name: "onboarding",
    title: "A new user, from the account at the partner to the first list of employees.",
    needs: &[],
    steps: &[
        send(Event::UserCreate, "The user fills in the account form in the app store."),
        send(Event::SubscriptionCreated, "The user has chosen a plan; its trial begins."),
        send(Event::InstallationInstalled, "The user presses Install."),
        send(Event::UserToken, "The cloud hands over the key to the user's data."),
        send(Event::Stores, "The user ticks the stores that the app may see."),
        send(Event::Devices, "The user ticks the terminals that get the app."),
        send(Event::Employees, "The cloud lists those who work there."),
    ],
};

const TRIAL: Scenario = Scenario {
    name: "trial",
    title: "A trial of 14 days that turns into a paid subscription.",
    needs: &[],
    steps: &[
        send(Event::UserCreate, "The user fills in the account form in the app store."),
        send(Event::SubscriptionCreated, "The user has chosen a plan with a trial."),
        send(Event::InstallationInstalled, "The app is installed at once; nothing is paid yet."),
        send(Event::UserToken, "The cloud hands over the key to the user's data."),
        advance(TRIAL_PERIOD, "The trial of 14 days passes."),
        send(Event::SubscriptionActivated, "The first payment succeeds at the trial's end."),
    ],
};

const PAID: Scenario = Scenario {
    name: "paid",
    title: "A subscription that is paid at once and renewed after a month.",
    needs: &[],
    steps: &[
        send(Event::UserCreate, "The user fills in the account form in the app store."),
        send(Event::SubscriptionCreated, "The user has chosen a plan without a trial."),
        send(Event::SubscriptionActivated, "The payment by card succeeds."),
        send(Event::InstallationInstalled, "The app appears in the user's cabinet."),
        send(Event::UserToken, "The cloud hands over the key to the user's data."),
        advance(BILLING_PERIOD, "The paid month passes."),
        send(Event::SubscriptionRenewed, "The next payment succeeds."),
    ],
};

const CANCEL: Scenario = Scenario {
    name: "cancel",
    title: "The user removes the app; the subscription lasts as long as it is paid.",
    needs: &[Need::UserToken, Need::ActiveSubscription, Need::Installation],
    steps: &[
        send(Event::SubscriptionTerminationRequested, "The user removes the app in the cabinet."),
        send(Event::InstallationUninstalled, "The app goes from the terminals."),
        advance(BILLING_PERIOD, "The paid period runs out."),
        send(Event::SubscriptionTerminated, "The subscription ends with it."),
    ],
};

const REINSTALL: Scenario = Scenario {
    name: "reinstall",
    title: "Removed, and installed again with another plan inside the paid period.",
    needs: &[Need::UserToken, Need::ActiveSubscription, Need::Installation],
    steps: &[
        send(Event::SubscriptionTerminationRequested, "The user removes the app in the cabinet."),
        send(Event::InstallationUninstalled, "The app goes from the terminals."),
        advance(DAY, "A day later, still inside the paid period, the user comes back."),
        send(Event::SubscriptionRenewed, "The same subscription goes on."),
        send(Event::SubscriptionTermsChanged, "The user has chosen another plan."),
        send(Event::InstallationInstalled, "The app is installed again."),
        send(Event::UserToken, "The cloud hands over its key once more."),
    ],
};

const DUNNING: Scenario = Scenario {
    name: "dunning",
    title: "The card has no money: five daily attempts, then the end.",
    needs: &[Need::UserToken, Need::ActiveSubscription, Need::Installation],
    steps: &[
        advance(BILLING_PERIOD, "The paid month passes."),
        note("First attempt to charge the card fails; the partner is told nothing."),
        advance(DAY, "A day passes."),
        note("Second attempt fails."),
        advance(DAY, "A day passes."),
        note("Third attempt fails."),
        advance(DAY, "A day passes."),
        note("Fourth attempt fails."),
        advance(DAY, "A day passes."),
        note("Fifth attempt fails; there is no other."),
        send(Event::SubscriptionTerminated, "The cloud ends the subscription."),
        send(Event::InstallationUninstalled, "The app goes from the user's terminals."),
    ],
};

const fn send(event: Event, because: &'static str) -> Step {
    Step { act: Act::Send(event), because }
}

const fn advance(seconds: u64, because: &'static str) -> Step {
    Step { act: Act::Advance(seconds), because }
}

const fn note(because: &'static str) -> Step {
    Step { act: Act::Note, because }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(event) => f.write_str(event.name()),
            Self::Advance(seconds) if seconds % DAY == 0 => {
                write!(f, "clock advance {}d", seconds / DAY)
            }
            Self::Advance(seconds) => write!(f, "clock advance {seconds}s"),
            Self::Note => f.write_str("note"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::subscription::{State, Type, next};

    /// Every event that running a scenario for a new user sends.
    fn sent(scenario: &Scenario) -> Vec<Event> {
        let before = scenario.needs.iter().flat_map(|need| need.before()).copied();
        let steps = scenario.steps.iter().filter_map(|step| match step.act {
            Act::Send(event) => Some(event),
            Act::Advance(_) | Act::Note => None,
        });
        before.chain(steps).collect()
    }

    #[test]
    fn the_documented_sequences_have_their_names() {
        let names: Vec<_> = ALL.iter().map(|scenario| scenario.name).collect();
        assert_eq!(names, ["onboarding", "trial", "paid", "cancel", "reinstall", "dunning"]);
        for name in names {
            assert_eq!(scenario(name).unwrap().name, name);
        }
        assert!(scenario("Trial").is_none());
    }

    #[test]
    fn every_step_is_explained_in_a_sentence() {
        for scenario in ALL {
            assert!(scenario.title.ends_with('.'));
            for step in scenario.steps {
                assert!(step.because.ends_with('.'), "{}: {}", scenario.name, step.because);
            }
        }
    }

    #[test]
    fn a_notification_needs_the_users_token_first() {
        use crate::model::event::Authority;
        for scenario in ALL {
            let mut has_token = false;
            for event in sent(scenario) {
                has_token |= event == Event::UserCreate;
                assert!(has_token || event.authority() == Authority::App, "{}", scenario.name);
            }
        }
    }

    #[test]
    fn every_scenario_keeps_the_order_of_subscription_events() {
        let ends = ALL.iter().map(|scenario| {
            let kinds = sent(scenario).into_iter().filter_map(Type::of);
            let end = kinds.fold(State::Absent, |state, kind| {
                next(state, kind)
                    .unwrap_or_else(|error| panic!("{}: {}", scenario.name, error.text()))
            });
            (scenario.name, end)
        });
        let expected = [
            ("onboarding", State::Created),
            ("trial", State::Active),
            ("paid", State::Active),
            ("cancel", State::Terminated),
            ("reinstall", State::Active),
            ("dunning", State::Terminated),
        ];
        assert_eq!(ends.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_app_is_removed_only_where_it_was_installed() {
        for scenario in ALL {
            let mut installed = false;
            for event in sent(scenario) {
                match event {
                    Event::InstallationInstalled => {
                        assert!(!installed, "{}: twice", scenario.name);
                        installed = true;
                    }
                    Event::InstallationUninstalled => {
                        assert!(installed, "{}: not installed", scenario.name);
                        installed = false;
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn dunning_takes_five_attempts_a_day_apart() {
        let steps = scenario("dunning").unwrap().steps;
        assert_eq!(steps.iter().filter(|step| step.act == Act::Note).count(), 5);
        assert_eq!(steps.iter().filter(|step| step.act == Act::Advance(DAY)).count(), 4);
    }

    #[test]
    fn an_act_prints_as_it_would_be_typed() {
        assert_eq!(Act::Send(Event::UserCreate).to_string(), "user.create");
        assert_eq!(Act::Advance(14 * DAY).to_string(), "clock advance 14d");
        assert_eq!(Act::Advance(90).to_string(), "clock advance 90s");
    }
}
