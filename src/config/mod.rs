//! `gateway.yaml`: what is written, what it means, and what is wrong with it.

pub mod meant;
