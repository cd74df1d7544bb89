//! Wrong arguments, told in Russian: the sentences are clap's, and so are their parts.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::catalogue::{filled, russian};
use super::layout::{USAGE, VALUES, below};
use crate::cli::words::said;
use crate::text::{Language, Text};

/// What is said of a mistake; nothing for help, the version, and mistakes that have no words here,
/// as in English, which clap says itself.
pub(super) fn told(error: &Error, language: Language) -> Option<String> {
    if language == Language::English {
        return None;
    }
    let mut told = filled("error: {text}", &[("text", &sentence(error)?)]);
    let tips = tips(error);
    if !tips.is_empty() {
        told.push('\n');
    }
    for tip in tips {
        told += &format!("\n  {}", filled("tip: {text}", &[("text", &tip)]));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let (_, lines) = usage.split_once(": ").unwrap_or_default();
        told += &format!("\n\n{}: {}", russian(USAGE), below(lines));
    }
    Some(told + "\n\n" + &russian("For more information, try '--help'."))
}

fn sentence(error: &Error) -> Option<String> {
    let text = |kind| text(error, kind);
    let argument = text(ContextKind::InvalidArg);
    Some(match error.kind() {
        ErrorKind::UnknownArgument => {
            filled("unexpected argument '{argument}' found", &[("argument", argument?)])
        }
        ErrorKind::InvalidSubcommand => {
            let command = text(ContextKind::InvalidSubcommand)?;
            filled("unrecognized subcommand '{command}'", &[("command", command)])
        }
        ErrorKind::InvalidValue => value(error)? + &possible(error),
        ErrorKind::ValueValidation => value(error)? + &why(error),
        ErrorKind::MissingRequiredArgument => {
            let missing = list(error, ContextKind::InvalidArg)?.join("\n  ");
            let sentence = "the following required arguments were not provided: {arguments}";
            filled(sentence, &[("arguments", &format!("\n  {missing}"))])
        }
        ErrorKind::ArgumentConflict => conflict(error)?,
        _ => return None,
    })
}

fn value(error: &Error) -> Option<String> {
    let argument = ("argument", text(error, ContextKind::InvalidArg)?);
    Some(match text(error, ContextKind::InvalidValue)? {
        "" => filled("a value is required for '{argument}' but none was supplied", &[argument]),
        value => filled("invalid value '{value}' for '{argument}'", &[argument, ("value", value)]),
    })
}

/// What the parser of a value says.
fn why(error: &Error) -> String {
    let why = std::error::Error::source(error).map(|why| match why.downcast_ref::<Text>() {
        Some(text) => format!(": {}", said(text)),
        None => format!(": {why}"),
    });
    why.unwrap_or_default()
}

fn possible(error: &Error) -> String {
    let values = list(error, ContextKind::ValidValue).filter(|values| !values.is_empty());
    values
        .map(|values| format!("\n  [{}: {}]", russian(VALUES), values.join(", ")))
        .unwrap_or_default()
}

fn conflict(error: &Error) -> Option<String> {
    let argument = text(error, ContextKind::InvalidArg)?;
    let others = list(error, ContextKind::PriorArg)?;
    Some(match others.iter().all(|other| *other == argument) {
        true => {
            let sentence = "the argument '{argument}' cannot be used multiple times";
            filled(sentence, &[("argument", argument)])
        }
        false => filled(
            "the argument '{argument}' cannot be used with {others}",
            &[("argument", argument), ("others", &others.join(", "))],
        ),
    })
}

/// What may have been meant.
fn tips(error: &Error) -> Vec<String> {
    let similar = [
        (ContextKind::SuggestedSubcommand, "a similar subcommand exists: '{similar}'"),
        (ContextKind::SuggestedArg, "a similar argument exists: '{similar}'"),
        (ContextKind::SuggestedValue, "a similar value exists: '{similar}'"),
    ];
    let similar = similar.into_iter().filter_map(|(kind, sentence)| {
        let similar = list(error, kind)?;
        Some(filled(sentence, &[("similar", &similar.join(", "))]))
    });
    let others = match error.get(ContextKind::Suggested) {
        Some(ContextValue::StyledStrs(tips)) => &tips[..],
        _ => &[],
    };
    similar.chain(others.iter().filter_map(|tip| other(&tip.to_string()))).collect()
}

/// A tip that clap has put into words itself.
fn other(tip: &str) -> Option<String> {
    let mut parts = tip.split('\'');
    match (parts.next()?, parts.next()?, parts.next()?, parts.next()) {
        ("to pass ", argument, " as a value, use ", Some(how)) => Some(filled(
            "to pass '{argument}' as a value, use '{how}'",
            &[("argument", argument), ("how", how)],
        )),
        ("", similar, " exists", None) => {
            Some(filled("'{similar}' exists", &[("similar", similar)]))
        }
        _ => None,
    }
}

fn text(error: &Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}

fn list(error: &Error, kind: ContextKind) -> Option<Vec<&str>> {
    match error.get(kind)? {
        ContextValue::String(one) => Some(vec![one]),
        ContextValue::Strings(all) => Some(all.iter().map(String::as_str).collect()),
        _ => None,
    }
}
