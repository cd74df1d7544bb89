//! Simulated terminals: what is done at them reaches every app and is read back over the Cloud API.

mod apps;
mod command;
mod durable;
mod goods;
mod reading;
mod sales;
mod shifts;
pub mod stage;
mod triggers;
