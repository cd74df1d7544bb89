//! Bodies of a file, as the journal keeps them.

use std::io::{self, Read};

use base64::engine::general_purpose::STANDARD;
use base64::read::DecoderReader;
use form_urlencoded::byte_serialize;

use super::Unfit;
use super::wire::{Content, Param, PostData};
use crate::net::tape::Tape;
use crate::text::text;

/// What was sent; at most `most` bytes of it are kept.
pub(super) fn sent(data: &PostData<'_>, most: usize) -> Result<Tape, Unfit> {
    let (encoding, cut) = (data.encoding.as_deref(), data.comment.is_some());
    if let Some(text) = &data.text {
        return tape(&text.0, encoding, cut, most);
    }
    if encoding == Some("base64") {
        return Err(Unfit(text!("a form is not base64")));
    }
    let mut tape = form(&data.params, most);
    if cut {
        tape.break_off();
    }
    Ok(tape)
}

/// Fields as a form, which is up to three times as long.
fn form(params: &[Param], most: usize) -> Tape {
    let mut tape = Tape::default();
    for (at, Param { name, value }) in params.iter().enumerate() {
        let start = if at == 0 { "" } else { "&" };
        let value = byte_serialize(value.as_deref().unwrap_or_default().as_bytes());
        let pair = byte_serialize(name.as_bytes()).chain(["="]).chain(value);
        [start].into_iter().chain(pair).for_each(|piece| {
            tape.hear(piece.as_bytes(), most);
        });
    }
    tape
}

/// What was answered, if it was anything.
pub(super) fn got(content: &Content<'_>, most: usize) -> Result<Option<Tape>, Unfit> {
    let Some(text) = content.text.as_ref().map(|text| &*text.0).filter(|text| !text.is_empty())
    else {
        return Ok(None);
    };
    tape(text, content.encoding.as_deref(), content.comment.is_some(), most).map(Some)
}

/// `cut` says that the file does not hold all of it.
fn tape(text: &str, encoding: Option<&str>, cut: bool, most: usize) -> Result<Tape, Unfit> {
    let mut tape = match encoding {
        Some("base64") => decoded(text, most)
            .map_err(|error| Unfit(text!("a body is not base64: {error}", error)))?,
        _ => Tape::of(text.as_bytes(), most),
    };
    if cut {
        tape.break_off();
    }
    Ok(tape)
}

/// Base64, piece by piece.
fn decoded(text: &str, most: usize) -> io::Result<Tape> {
    let mut reader = DecoderReader::new(Dense(text.as_bytes()), &STANDARD);
    let (mut tape, mut piece) = (Tape::default(), [0; 8 << 10]);
    loop {
        match reader.read(&mut piece)? {
            0 => return Ok(tape),
            read => tape.hear(piece.get(..read).unwrap_or_default(), most),
        };
    }
}

/// A text without its blanks and line ends.
struct Dense<'t>(&'t [u8]);

impl Read for Dense<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let (Some(place), Some((byte, rest))) = (to.get_mut(filled), self.0.split_first()) {
            self.0 = rest;
            if !byte.is_ascii_whitespace() {
                *place = *byte;
                filled += 1;
            }
        }
        Ok(filled)
    }
}
