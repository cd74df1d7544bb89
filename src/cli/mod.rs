//! The command line.

pub mod ca;
pub mod doctor;
