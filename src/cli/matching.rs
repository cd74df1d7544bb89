//! `match`: a Java pattern against texts.

use std::io::{self, BufRead, Write};

use serde::Deserialize;

use super::talk;
use super::words::{talk_error, words};
use crate::pattern::Pattern;
use crate::text::text;

#[derive(Debug, clap::Args)]
pub(super) struct MatchArgs {
    /// Read lines of {"pattern": …, "input": …} from stdin.
    #[arg(long, conflicts_with_all = ["pattern", "texts"])]
    jsonl: bool,
    /// Pattern in the syntax of java.util.regex.
    #[arg(required_unless_present = "jsonl", allow_hyphen_values = true)]
    pattern: Option<String>,
    /// Texts; the pattern has to match the whole text.
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    texts: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Row {
    pattern: String,
    input: String,
}

pub(super) fn run(
    args: &MatchArgs,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<u8> {
    let Some(pattern) = args.pattern.as_deref().filter(|_| !args.jsonl) else {
        return rows(input, out);
    };
    let compiled = Pattern::compile(pattern);
    if let Err(error) = &compiled {
        let (message, at) = (error.message.clone(), error.at);
        talk_error(&text!("{message} (at character {at})", message => message, at));
    }
    let mut all = true;
    for text in &args.texts {
        let verdict = compiled.as_ref().map_or("error", |pattern| verdict(pattern, text));
        all &= verdict == "true";
        writeln!(out, "{verdict}")?;
    }
    Ok(match (&compiled, all) {
        (Err(_), _) => 2,
        (Ok(_), false) => 1,
        (Ok(_), true) => 0,
    })
}

fn rows(input: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<u8> {
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str::<Row>(&line) {
            Ok(row) => Pattern::compile(&row.pattern)
                .map_or("error", |pattern| verdict(&pattern, &row.input)),
            Err(error) => {
                talk(&words!("not a row of pattern and input: {error}", error));
                "error"
            }
        };
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    Ok(0)
}

fn verdict(pattern: &Pattern, text: &str) -> &'static str {
    match pattern.matches(text) {
        Ok(true) => "true",
        Ok(false) => "false",
        Err(_) => "error",
    }
}
