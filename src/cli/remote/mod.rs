//! Commands that ask a running gateway, through its admin API and nothing else.

mod client;
mod clock;
mod deliveries;
mod delivery;
mod reach;
mod scenario;
mod simulate;
mod state;
mod table;
mod trigger;
mod trouble;
mod world;

use std::io::{self, Write};

use super::{talk, variable};
use trouble::Trouble;

#[derive(Debug, clap::Subcommand)]
pub(super) enum RemoteCommand {
    /// Make an event happen: its webhook goes to the partner.
    Trigger(Box<trigger::TriggerArgs>),
    /// What was sent, what waits, what failed; with an ID, all of one delivery.
    Deliveries(deliveries::ListArgs),
    /// Send a delivery again.
    Deliver(deliveries::DeliverArgs),
    /// The clock by which everything is scheduled.
    Clock(clock::ClockArgs),
    /// Documented sequences of events.
    Scenario(scenario::ScenarioArgs),
    /// Something is done at a terminal: a sale, a payback, a shift.
    Simulate(simulate::SimulateArgs),
    /// Tokens, installations, subscriptions, deliveries and changes of the world, as one document.
    State(state::StateArgs),
    /// Users, stores, devices, employees, apps, tokens and installations, shown and changed.
    World(world::WorldArgs),
}

/// Runs one; what stands in its way is told on stderr.
pub(super) fn run(command: RemoteCommand, out: &mut dyn Write) -> io::Result<u8> {
    let done = match command {
        RemoteCommand::Trigger(args) => trigger::trigger(&args, out),
        RemoteCommand::Deliveries(args) => deliveries::list(&args, out),
        RemoteCommand::Deliver(args) => deliveries::deliver(&args, out),
        RemoteCommand::Clock(args) => clock::clock(&args, out),
        RemoteCommand::Scenario(args) => scenario::scenario(&args, out),
        RemoteCommand::Simulate(args) => simulate::simulate(&args, out),
        RemoteCommand::State(args) => state::state(&args, out),
        RemoteCommand::World(args) => world::world(&args, out),
    };
    done.or_else(Trouble::tell)
}
