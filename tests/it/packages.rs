//! The check of ASNA's packages, from outside: the documented example in every layout it can have
//! had, what may be read, and how the rest is refused.

mod documented;
mod layout;
mod property;
mod reading;
mod schemas;

use evotor_gateway::asna::check::{FieldError, Refused, Schema, check};

fn stocks() -> Schema {
    Schema::built_in("stocks").unwrap()
}

fn anything() -> Schema {
    Schema::parse("{}").unwrap()
}

/// The exception's message for a body that cannot be read.
fn unreadable(body: &str) -> String {
    match check(&anything(), body.as_bytes()) {
        Err(Refused::Unreadable(message)) => message,
        other => panic!("{body}: {other:?}"),
    }
}

/// The errors of a body's fields.
fn invalid(schema: &Schema, body: &str) -> Vec<FieldError> {
    match check(schema, body.as_bytes()) {
        Err(Refused::Invalid(errors)) => errors,
        other => panic!("{body}: {other:?}"),
    }
}

/// Paths and messages without lines and positions.
fn errors(schema: &str, body: &str) -> Vec<(String, String)> {
    let without_place = |message: &str| message.split_once(" Value:").unwrap().1.trim().to_owned();
    let errors = invalid(&Schema::parse(schema).unwrap(), body).into_iter();
    errors.map(|error| (error.field, without_place(&error.message))).collect()
}
