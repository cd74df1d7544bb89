//! The reference reader's chunked bodies, by recursive descent.

use super::reference::{Block, Stop, is_tchar, read_fields};

/// How many bytes of a chunked body pass, and whether it ends.
pub fn read(stream: &[u8]) -> (usize, Result<(), Stop>) {
    let mut cursor = Cursor { stream, at: 0, extensions: 0 };
    let result = cursor.body();
    (cursor.at, result)
}

struct Cursor<'a> {
    stream: &'a [u8],
    at: usize,
    extensions: usize,
}

impl Cursor<'_> {
    fn body(&mut self) -> Result<(), Stop> {
        loop {
            let size = self.size()?;
            while self.peek() == Some(';') {
                self.extension()?;
            }
            self.one(|c| c == '\r')?;
            self.one(|c| c == '\n')?;
            if size == 0 {
                return self.trailers();
            }
            let here = (self.stream.len() - self.at) as u64;
            self.at += here.min(size) as usize;
            self.one(|c| c == '\r')?;
            self.one(|c| c == '\n')?;
        }
    }

    fn size(&mut self) -> Result<u64, Stop> {
        let mut digits = String::from("0");
        digits.push(self.one(|c| c.is_ascii_hexdigit())?);
        while self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
            let fits = digits.trim_start_matches('0').len() < 15;
            digits.push(self.one(|_| fits)?);
        }
        Ok(u64::from_str_radix(digits.trim_start_matches('0'), 16).unwrap_or(0))
    }

    fn extension(&mut self) -> Result<(), Stop> {
        self.extra(|c| c == ';')?;
        self.token()?;
        if self.peek() != Some('=') {
            return Ok(());
        }
        self.extra(|c| c == '=')?;
        if self.peek() != Some('"') {
            return self.token();
        }
        self.extra(|c| c == '"')?;
        let text = |c: char| c == '\t' || !c.is_ascii_control();
        loop {
            match self.extra(text)? {
                '"' => return Ok(()),
                '\\' => _ = self.extra(text)?,
                _ => {}
            }
        }
    }

    fn token(&mut self) -> Result<(), Stop> {
        self.extra(is_tchar)?;
        while self.peek().is_some_and(is_tchar) {
            self.extra(is_tchar)?;
        }
        Ok(())
    }

    fn trailers(&mut self) -> Result<(), Stop> {
        let rest = &self.stream[self.at..];
        let within = &rest[..rest.len().min(16 * 1024)];
        match read_fields(within, Block::Trailers) {
            Ok((_, len)) => {
                self.at += len;
                Ok(())
            }
            Err(Stop::Short) if within.len() == 16 * 1024 => Err(Stop::Wrong),
            Err(stop) => Err(stop),
        }
    }

    fn peek(&self) -> Option<char> {
        self.stream.get(self.at).map(|byte| char::from(*byte))
    }

    fn one(&mut self, fits: impl Fn(char) -> bool) -> Result<char, Stop> {
        let c = self.peek().ok_or(Stop::Short)?;
        if !fits(c) {
            return Err(Stop::Wrong);
        }
        self.at += 1;
        Ok(c)
    }

    /// A byte of an extension, of which a message has a limited number.
    fn extra(&mut self, fits: impl Fn(char) -> bool) -> Result<char, Stop> {
        let room = self.extensions + 1 < 16 * 1024;
        let c = self.one(|c| fits(c) && room)?;
        self.extensions += 1;
        Ok(c)
    }
}
