//! The webhook plane of the real program: throughput, delay, start-up, and what it costs the proxy.
//!
//!   cargo bench --bench outbox [-- throughput|delay|startup|beside]
//!
//! Prints a table. Less than two minutes; load, partner and gateway share the machine.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench says where it cannot go on")]

mod beside;
mod client;
mod delay;
mod partner;
mod stage;
mod startup;
mod throughput;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    println!("{:<58} {:>12}  goal", "", "measured");
    if wants("throughput") {
        throughput::measure();
    }
    if wants("delay") {
        delay::measure();
    }
    if wants("startup") {
        startup::measure();
    }
    if wants("beside") {
        beside::measure();
    }
}

/// One line of the table.
fn row(what: &str, value: &str, goal: &str) {
    println!("{what:<58} {value:>12}  {goal}");
}

/// The value below which this share of all lies.
fn percentile<T: Copy + Ord>(values: &mut [T], share: f64) -> T {
    values.sort_unstable();
    let at = (values.len() as f64 * share).ceil() as usize;
    values[at.clamp(1, values.len()) - 1]
}
