//! Commands that ask a running gateway, through its admin API and nothing else. `exec` starts one of
//! its own, and then asks it like the others.

mod breakpoints;
mod client;
mod clock;
mod deliveries;
mod delivery;
mod detail;
mod diff;
mod ending;
mod exchange_lines;
mod exec;
mod export;
mod faults;
mod feed;
mod handed;
mod held;
mod open;
mod own_folder;
mod paint;
mod reach;
mod replay;
mod resource;
mod row;
mod running;
mod scenario;
mod scope;
mod show;
mod simulate;
mod state;
mod status;
mod stubs;
mod table;
mod tail;
mod timeline;
mod token_file;
mod trigger;
mod trouble;
mod verify;
mod wanted;
mod which;
mod whole;
mod world;

use std::io::{self, Write};

use super::{talk, variable};
pub(super) use exchange_lines::ExchangeLines;
pub(super) use reach::reachable;
pub(super) use running::running;
pub(super) use token_file::TokenFile;
use trouble::Trouble;
pub(super) use wanted::arguments;

#[derive(Debug, clap::Subcommand)]
pub(super) enum RemoteCommand {
    /// Trigger events and send their webhooks to the partner.
    Trigger(Box<trigger::TriggerArgs>),
    /// List webhook deliveries, or show one with all its attempts.
    Deliveries(deliveries::ListArgs),
    /// Send a delivery again.
    Deliver(deliveries::DeliverArgs),
    /// Show or change the clock that webhooks are scheduled by.
    Clock(clock::ClockArgs),
    /// Inject faults: errors, delays, broken connections.
    Fault(faults::FaultArgs),
    /// Manage stubs, which answer instead of the partner.
    Stub(stubs::StubArgs),
    /// Manage breakpoints, which hold exchanges for inspection.
    Breakpoint(breakpoints::BreakpointArgs),
    /// Show held exchanges; continue, edit or drop them.
    Held(held::HeldArgs),
    /// List or run documented sequences of events.
    Scenario(scenario::ScenarioArgs),
    /// Simulate a sale, a refund or a shift at a terminal.
    Simulate(simulate::SimulateArgs),
    /// Show the latest exchanges and follow new ones.
    Tail(tail::TailArgs),
    /// Show one exchange: what happened and why, headers and bodies.
    Show(show::ShowArgs),
    /// Repeat an exchange, unchanged or edited.
    Replay(replay::ReplayArgs),
    /// Compare two exchanges (exit code 1 if they differ).
    Diff(diff::DiffArgs),
    /// Export exchanges as HAR, or one request for curl, HTTPie or an editor.
    Export(export::ExportArgs),
    /// Import exchanges that another tool has recorded.
    Import(export::ImportArgs),
    /// Wait for expected exchanges (exit code 1 if they do not come).
    Verify(verify::VerifyArgs),
    /// Run a command through a gateway of its own.
    Exec(exec::ExecArgs),
    /// Open the console in the browser and print its link.
    Open(open::OpenArgs),
    /// Show each app's state and what to do (exit code 1 if requests cannot pass).
    Status(status::StatusArgs),
    /// Save, load or reset tokens, installations, subscriptions and deliveries.
    State(state::StateArgs),
    /// List and change users, stores, devices, employees, apps and tokens.
    World(world::WorldArgs),
}

/// Runs one; what stands in its way is told on stderr.
pub(super) fn run(command: RemoteCommand, out: &mut dyn Write) -> io::Result<u8> {
    let done = match command {
        RemoteCommand::Trigger(args) => trigger::trigger(&args, out),
        RemoteCommand::Deliveries(args) => deliveries::list(&args, out),
        RemoteCommand::Deliver(args) => deliveries::deliver(&args, out),
        RemoteCommand::Clock(args) => clock::clock(&args, out),
        RemoteCommand::Fault(args) => faults::fault(&args, out),
        RemoteCommand::Stub(args) => stubs::stub(&args, out),
        RemoteCommand::Breakpoint(args) => breakpoints::breakpoint(&args, out),
        RemoteCommand::Held(args) => held::held(&args, out),
        RemoteCommand::Scenario(args) => scenario::scenario(&args, out),
        RemoteCommand::Simulate(args) => simulate::simulate(&args, out),
        RemoteCommand::Tail(args) => tail::tail(&args, out),
        RemoteCommand::Show(args) => show::show(&args, out),
        RemoteCommand::Replay(args) => replay::replay(&args, out),
        RemoteCommand::Diff(args) => diff::diff(&args, out),
        RemoteCommand::Export(args) => export::export(&args, out),
        RemoteCommand::Import(args) => export::import(&args, out),
        RemoteCommand::Verify(args) => verify::verify(&args, out),
        RemoteCommand::Exec(args) => exec::exec(&args, out),
        RemoteCommand::Open(args) => open::open(&args, out),
        RemoteCommand::Status(args) => status::status(&args, out),
        RemoteCommand::State(args) => state::state(&args, out),
        RemoteCommand::World(args) => world::world(&args, out),
    };
    done.or_else(Trouble::tell)
}
