//! Where secrets stand behind their names in a text of any kind.
//!
//! Every `:`, `=` and `>` is looked at from both sides. That needs no grammar, so it works in JSON
//! within JSON, in what is cut, and in what is nothing at all; every byte is read a few times at most.

use std::ops::Range;

use super::known::escape;
use super::names::{is_secret, is_secret_escaped_parameter, is_secret_parameter};

/// The stretches of a text that stand behind secrets' names.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut scan = Scan { text: text.as_bytes(), spans: Vec::new() };
    let mut at = 0;
    while let Some(next) = scan.next_sign(at) {
        at = scan.sign(next).max(next + 1);
    }
    scan.spans
}

/// Where a credential begins behind its scheme.
pub(super) fn after_scheme(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let word = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
    let name = rest.get(..word).unwrap_or_default();
    let blanks = rest.iter().skip(word).take_while(|byte| **byte == b' ').count();
    let is_scheme = SCHEMES.iter().any(|scheme| scheme.as_bytes().eq_ignore_ascii_case(name));
    if is_scheme && blanks > 0 { start + word + blanks } else { start }
}

const SCHEMES: &[&str] =
    &["apikey", "basic", "bearer", "digest", "hmac", "negotiate", "ntlm", "oauth", "token"];

struct Scan<'t> {
    text: &'t [u8],
    spans: Vec<Range<usize>>,
}

/// What stands before a sign.
struct Name {
    span: Range<usize>,
    is_quoted: bool,
    /// Whether there are blanks between it and the sign.
    is_apart: bool,
}

/// The quote of a text within texts, with the backslashes before it.
#[derive(Clone, Copy)]
struct Quote {
    byte: u8,
    backslashes: usize,
}

impl Scan<'_> {
    fn next_sign(&self, at: usize) -> Option<usize> {
        let is_sign = |byte: &u8| matches!(byte, b':' | b'=' | b'>' | b'%');
        Some(at + self.text.get(at..)?.iter().position(is_sign)?)
    }

    /// What stands around a sign. The answer is how far the text is done with.
    fn sign(&mut self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        match rest {
            [b':', b'/', b'/', ..] => self.user_info(at + 3),
            [b'>', ..] => self.element(at),
            [b'=', b'=', ..] => at + 2,
            [b'=', b'>', ..] => self.assignment(at, at + 2),
            [b':' | b'=', ..] => self.assignment(at, at + 1),
            _ => match escape(rest) {
                Some((b'=' | b':', length)) => self.escaped(at, at + length),
                _ => at + 1,
            },
        }
    }

    /// `name: value`, `name=value` and `"name": "value"`.
    fn assignment(&mut self, sign: usize, after: usize) -> usize {
        let name = self.name(sign);
        let written = self.text.get(name.span.clone()).unwrap_or_default();
        let is_secret = match self.is_parameter(&name, sign) {
            true => is_secret_parameter(written),
            false => is_secret(written),
        };
        if !is_secret {
            return if written == b"name" { self.part(after) } else { after };
        }
        let is_colon = self.byte(sign) == Some(b':');
        let is_blank = |byte: u8| match name.is_quoted {
            true => byte.is_ascii_whitespace(),
            false => (is_colon || name.is_apart) && matches!(byte, b' ' | b'\t'),
        };
        let start = self.skip(after, is_blank);
        if let Some((quote, start)) = self.quote(start) {
            return self.cover(start, self.quoted_end(start, quote));
        }
        match self.byte(start) {
            Some(b'[' | b'{') if name.is_quoted => self.container(start),
            _ if is_colon && !name.is_quoted => self.line(start),
            _ => {
                let end = self.bare_end(start);
                if self.is_literal(start..end) { end } else { self.cover(start, end) }
            }
        }
    }

    /// `name%3Dvalue` and `%22name%22%3A%22value%22`, in a parameter of a URL.
    fn escaped(&mut self, sign: usize, after: usize) -> usize {
        let name = self.name(sign);
        let written = self.text.get(name.span).unwrap_or_default();
        if !is_secret(written) && !is_secret_escaped_parameter(written) {
            return after;
        }
        let is_quote = |at| escape(self.text.get(at..).unwrap_or_default()) == Some((b'"', 3));
        let start = if is_quote(after) { after + 3 } else { after };
        let bare = self.bare_end(start);
        let is_end = |at: &usize| {
            let escaped = escape(self.text.get(*at..).unwrap_or_default());
            escaped.is_some_and(|(byte, _)| matches!(byte, b'&' | b'"' | b',' | b'}'))
        };
        let end = (start..bare).find(is_end).unwrap_or(bare);
        self.cover(start, end)
    }

    /// `<name>value</name>`.
    fn element(&mut self, sign: usize) -> usize {
        let name = self.name(sign);
        let before = name.span.start.checked_sub(1).and_then(|at| self.byte(at));
        let is_element = !name.is_quoted && !name.is_apart && matches!(before, Some(b'<' | b':'));
        if !is_element || !is_secret(self.text.get(name.span).unwrap_or_default()) {
            return sign + 1;
        }
        self.cover(sign + 1, self.position(sign + 1, |byte| byte == b'<'))
    }

    /// `user:password@` at the beginning of a URL's authority.
    fn user_info(&mut self, start: usize) -> usize {
        let is_end = |byte: u8| matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'\\');
        let end = self.position(start, |byte| is_end(byte) || byte.is_ascii_whitespace());
        let authority = self.text.get(start..end).unwrap_or_default();
        let Some(sign) = authority.iter().rposition(|byte| *byte == b'@') else { return start };
        let user = authority.get(..sign).unwrap_or_default();
        let colon = user.iter().position(|byte| *byte == b':').map_or(0, |colon| colon + 1);
        self.cover(start + colon, start + sign)
    }

    /// The body of the part of a multipart form whose name begins at `start`.
    fn part(&mut self, start: usize) -> usize {
        let Some((quote, name)) = self.quote(start) else { return start };
        let before = self.text.get(start.saturating_sub(NEAR)..start).unwrap_or_default();
        let end = self.quoted_end(name, quote).min(name + NEAR);
        if memchr::memmem::find(before, b"form-data").is_none()
            || !is_secret(self.text.get(name..end).unwrap_or_default())
        {
            return start;
        }
        let head = self.text.get(end..self.text.len().min(end + HEAD)).unwrap_or_default();
        let Some(body) = memchr::memmem::find(head, b"\n\r\n") else { return end };
        let body = end + body + 3;
        let rest = self.text.get(body..).unwrap_or_default();
        let length = memchr::memmem::find(rest, b"\r\n--").unwrap_or(rest.len());
        self.cover(body, body + length)
    }

    /// All texts and numbers in a list or an object, but for the names of members.
    fn container(&mut self, start: usize) -> usize {
        let mut depth = 0_usize;
        let mut at = start;
        while let Some(byte) = self.byte(at) {
            if let Some((quote, inner)) = self.quote(at) {
                let end = self.quoted_end(inner, quote);
                let behind = end + quote.backslashes + 1;
                at = self.skip(behind, |byte| byte.is_ascii_whitespace());
                if self.byte(at) != Some(b':') {
                    self.cover(inner, end);
                }
                continue;
            }
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' if depth <= 1 => return at + 1,
                b']' | b'}' => depth -= 1,
                b',' | b':' => {}
                byte if byte == b'\\' || byte.is_ascii_whitespace() => {
                    at = self.skip(at, |other| other == byte);
                    continue;
                }
                _ => {
                    let end = self.bare_end(at).max(at + 1);
                    at = if self.is_literal(at..end) { end } else { self.cover(at, end) };
                    continue;
                }
            }
            at += 1;
        }
        at
    }

    /// What a colon in running text leads to is a secret only if it looks like one: "token: expired"
    /// has to stay readable.
    fn line(&mut self, start: usize) -> usize {
        let near = self.text.get(..self.text.len().min(start + NEAR)).unwrap_or_default();
        let word = after_scheme(near, start);
        let probe = near.get(word..bare_end(near, word)).unwrap_or_default();
        let is_random = probe.len() >= super::SHORTEST && probe.iter().any(u8::is_ascii_digit);
        if word > start || is_random { self.cover(word, self.bare_end(word)) } else { start }
    }

    /// Whether a name stands where a URL's query or a form has its names, behind another parameter.
    fn is_parameter(&self, name: &Name, sign: usize) -> bool {
        let before = name.span.start.checked_sub(1).and_then(|at| self.byte(at));
        self.byte(sign) == Some(b'=')
            && !name.is_quoted
            && !name.is_apart
            && matches!(before, Some(b'?' | b'&'))
    }

    /// What ends right before a sign.
    fn name(&self, sign: usize) -> Name {
        let back = |mut at: usize, is_in: fn(u8) -> bool| {
            while at > 0 && self.byte(at - 1).is_some_and(is_in) {
                at -= 1;
            }
            at
        };
        let apart = back(sign, |byte| byte.is_ascii_whitespace());
        let closed = apart.checked_sub(1).filter(|at| matches!(self.byte(*at), Some(b'"' | b'\'')));
        let end = closed.map_or(apart, |quote| back(quote, |byte| byte == b'\\'));
        let mut start = end;
        while start > 0 && end - start < NEAR && self.byte(start - 1).is_some_and(is_in_name) {
            start -= 1;
        }
        Name { span: start..end, is_quoted: closed.is_some(), is_apart: apart < sign }
    }

    /// The quote at a place, and where what it quotes begins.
    fn quote(&self, at: usize) -> Option<(Quote, usize)> {
        let start = self.skip(at, |byte| byte == b'\\');
        let byte = self.byte(start).filter(|byte| matches!(byte, b'"' | b'\''))?;
        Some((Quote { byte, backslashes: start - at }, start + 1))
    }

    /// Where a quoted text ends; a cut one with everything.
    fn quoted_end(&self, start: usize, quote: Quote) -> usize {
        let mut backslashes = 0;
        for (place, byte) in self.text.iter().enumerate().skip(start) {
            let closes = match quote.backslashes {
                0 => backslashes % 2 == 0,
                outer => backslashes <= outer,
            };
            match *byte {
                b'\\' => backslashes += 1,
                b'\n' if quote.byte == b'\'' => return place,
                byte if byte == quote.byte && closes => {
                    return if quote.backslashes == 0 { place } else { place - backslashes };
                }
                _ => backslashes = 0,
            }
        }
        self.text.len()
    }

    fn bare_end(&self, start: usize) -> usize {
        bare_end(self.text, start)
    }

    fn is_literal(&self, span: Range<usize>) -> bool {
        matches!(self.text.get(span), Some(b"null" | b"true" | b"false"))
    }

    /// Covers a stretch but for a scheme. The answer is its end.
    fn cover(&mut self, start: usize, end: usize) -> usize {
        let start = after_scheme(self.text.get(..end).unwrap_or_default(), start);
        if start < end {
            self.spans.push(start..end);
        }
        end
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    fn skip(&self, at: usize, is_skipped: impl Fn(u8) -> bool) -> usize {
        self.position(at, |byte| !is_skipped(byte))
    }

    /// The first such byte, or the end.
    fn position(&self, at: usize, is_it: impl Fn(u8) -> bool) -> usize {
        position(self.text, at, is_it)
    }
}

/// Where a value without quotes ends.
fn bare_end(text: &[u8], start: usize) -> usize {
    position(text, start, |byte| {
        byte.is_ascii_whitespace()
            || matches!(byte, b'&' | b';' | b',' | b'"' | b'\'' | b'<' | b'>' | b'#' | b'\\')
            || matches!(byte, b')' | b']' | b'}')
    })
}

fn position(text: &[u8], at: usize, is_it: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().position(|byte| is_it(*byte)).map_or(text.len(), |place| at + place)
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || !byte.is_ascii()
        || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b'%')
}

/// Bytes that are looked at for a name.
const NEAR: usize = 64;

/// Bytes of a part's head.
const HEAD: usize = 512;

#[cfg(test)]
mod tests;
