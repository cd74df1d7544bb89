//! `verify-signature`: is this header the signature of these bytes?

use std::io::{self, Read, Write};

use serde_json::{Value, json};

use super::words::{said, words};
use crate::asna::signature::{self, HEADER};
use crate::file;
use crate::text::{Text, text};

#[derive(Debug, clap::Args)]
pub(super) struct SignedArgs {
    /// Key from GET /v5/keys/webhooks; safer in the variable, as other users can see arguments.
    #[arg(long, env = "ASNA_WEBHOOK_KEY", hide_env_values = true)]
    secret: String,
    /// Value of X-Signature, with or without the header's name.
    #[arg(long)]
    header: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn verify(
    args: &SignedArgs,
    input: &mut dyn Read,
    out: &mut dyn Write,
) -> io::Result<u8> {
    let body = file::read_from(input, file::DATA)?;
    let given = value(&args.header);
    let outcome = signature::verify(&args.secret, given, &body);
    let expected = signature::sign(&args.secret, &body);
    if args.json {
        let why = outcome.err().map(|why| why.to_string());
        let told =
            json!({"ok": outcome.is_ok(), "why": why, "bytes": body.len(), "expected": expected});
        writeln!(out, "{told}")?;
    } else {
        match outcome {
            Ok(()) => {
                let bytes = body.len();
                let right = words!("right: the signature is that of these {bytes} bytes", bytes);
                writeln!(out, "{right}")?;
            }
            Err(why) => writeln!(out, "{}", words!("wrong: {why}", why => why.text()))?,
        }
        let size = words!("{bytes} bytes", bytes = body.len());
        let rows = [
            (words!("body"), format!("{size}, {}", ends(&body))),
            (HEADER.to_owned(), given.to_owned()),
            (words!("expected"), expected),
        ];
        let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        let width = width.max("expected ".len());
        for (name, value) in rows {
            writeln!(out, "  {name:width$} {value}")?;
        }
        for hint in hints(&body).iter().filter(|_| outcome.is_err()) {
            writeln!(out, "  {}", said(hint))?;
        }
    }
    Ok(u8::from(outcome.is_err()))
}

/// The value of a header that may stand behind its name.
fn value(header: &str) -> &str {
    match header.split_once(':') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case(HEADER) => value.trim(),
        _ => header.trim(),
    }
}

/// The first and the last bytes, by which one knows what was read.
fn ends(body: &[u8]) -> String {
    const SHOWN: usize = 24;
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    if body.len() <= 2 * SHOWN {
        return text(body);
    }
    let (first, last) = (body.get(..SHOWN), body.get(body.len() - SHOWN..));
    format!("{} … {}", text(first.unwrap_or_default()), text(last.unwrap_or_default()))
}

/// What often makes the bytes others than those that were signed.
fn hints(body: &[u8]) -> Vec<Text> {
    let mut hints = Vec::new();
    if body.ends_with(b"\n") {
        hints.push(text!("The body ends with a line end; ASNA's does not. `printf %s` and `curl --data-binary` add none."));
    }
    if body.starts_with(b"\xEF\xBB\xBF") {
        hints.push(text!("The body begins with a byte order mark; ASNA's does not."));
    }
    let compact = serde_json::from_slice(body).map(|body: Value| body.to_string().len());
    let written_anew = compact.is_ok_and(|length| length < body.trim_ascii().len());
    if written_anew {
        hints.push(text!("The body has spaces between its members; ASNA's is compact. Sign the bytes that came, not JSON written anew."));
    }
    hints
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn run(header: &str, body: &[u8]) -> (u8, String) {
        let args = SignedArgs { secret: "key".into(), header: header.into(), json: false };
        let mut out = Vec::new();
        let code = verify(&args, &mut &*body, &mut out).unwrap();
        (code, String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_right_signature_is_told_from_a_wrong_one() {
        let header = signature::sign("key", b"{\"a\":1}");
        assert_eq!(run(&header, b"{\"a\":1}").0, 0);
        assert_eq!(run(&format!("x-signature: {}", header.to_lowercase()), b"{\"a\":1}").0, 0);
        let (code, text) = run(&header, b"{\"a\": 1}\n");
        assert_eq!(code, 1);
        assert!(text.contains("9 bytes") && text.contains("line end") && text.contains("compact"));
        assert!(text.contains(&signature::sign("key", b"{\"a\": 1}\n")), "{text}");
    }
}
