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
    /// Make an event happen: its webhook goes to the partner.
    Trigger(Box<trigger::TriggerArgs>),
    /// What was sent, what waits, what failed; with an ID, all of one delivery.
    Deliveries(deliveries::ListArgs),
    /// Send a delivery again.
    Deliver(deliveries::DeliverArgs),
    /// The clock by which everything is scheduled.
    Clock(clock::ClockArgs),
    /// Faults made on purpose: answers that fail, come late, break off.
    Fault(faults::FaultArgs),
    /// Answers that stand in for the partner's: made up, or from a file.
    Stub(stubs::StubArgs),
    /// Where exchanges are held until somebody has looked at them.
    Breakpoint(breakpoints::BreakpointArgs),
    /// What is held: let it go on, as it is or edited, or drop it.
    Held(held::HeldArgs),
    /// Documented sequences of events.
    Scenario(scenario::ScenarioArgs),
    /// Something is done at a terminal: a sale, a payback, a shift.
    Simulate(simulate::SimulateArgs),
    /// The timeline's last lines, and each further one as it comes.
    Tail(tail::TailArgs),
    /// One exchange: what happened and why, its headers and bodies.
    Show(show::ShowArgs),
    /// Make an exchange happen again, as it was or edited.
    Replay(replay::ReplayArgs),
    /// What is not the same in two exchanges; exit 1 if anything.
    Diff(diff::DiffArgs),
    /// A HAR file, or one request for curl or an editor.
    Export(export::ExportArgs),
    /// Bring in what another tool has recorded.
    Import(export::ImportArgs),
    /// Wait for exchanges; exit 1 with the near misses where they do not come.
    Verify(verify::VerifyArgs),
    /// Run a command through a gateway of its own; ends with its code.
    Exec(exec::ExecArgs),
    /// Open the console in the browser; its link is printed.
    Open(open::OpenArgs),
    /// How every app stands now, and what to do; exit 1 unless requests can pass.
    Status(status::StatusArgs),
    /// Tokens, installations, subscriptions and deliveries, as one document.
    State(state::StateArgs),
    /// Users, stores, devices, employees, apps and tokens, shown and changed.
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
