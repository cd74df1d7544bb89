//! The property of the integration tests, driven by libFuzzer.
#![no_main]

#[path = "../../it/har/property.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    property::fuzz(data);
});
