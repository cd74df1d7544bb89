//! The property of the integration tests, driven by libFuzzer.
#![no_main]

#[path = "../../it/gate/chunk_reference.rs"]
mod chunk_reference;
#[path = "../../it/gate/property.rs"]
mod property;
#[path = "../../it/gate/reference.rs"]
mod reference;
#[path = "../../it/gate/stream.rs"]
mod stream;

libfuzzer_sys::fuzz_target!(|data: &[u8]| property::fuzz(data));
