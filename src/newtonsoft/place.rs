//! Lines and positions, counted only when somebody asks.

use memchr::memchr2;

/// How far a reader has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From 1; lines end at LF, CR or CRLF.
    pub line: usize,
    /// UTF-16 units consumed of this line.
    pub position: usize,
}

const BEGINNING: Place = Place { line: 1, position: 0 };

/// Counts from where it was last asked, so that many errors on one long line cost one pass.
#[derive(Debug)]
pub struct Walk<'a> {
    text: &'a [u8],
    at: usize,
    place: Place,
}

impl<'a> Walk<'a> {
    /// At the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0, place: BEGINNING }
    }

    /// The place after that many bytes.
    pub fn to(&mut self, offset: usize) -> Place {
        if offset < self.at {
            (self.at, self.place) = (0, BEGINNING);
        }
        let mut rest = self.text.get(self.at..offset).unwrap_or_default();
        let mut after_cr = self.at > 0 && self.text.get(self.at - 1) == Some(&b'\r');
        while let Some(end) = memchr2(b'\n', b'\r', rest) {
            let (line, tail) = rest.split_at(end);
            let byte = tail.first().copied().unwrap_or_default();
            if !(byte == b'\n' && after_cr && line.is_empty()) {
                self.place.line += 1;
            }
            self.place.position = 0;
            after_cr = byte == b'\r';
            rest = tail.get(1..).unwrap_or_default();
        }
        self.place.position += units(rest);
        self.at = offset.min(self.text.len());
        self.place
    }
}

/// UTF-16 units of a piece of UTF-8: one for each character, two for those of four bytes.
fn units(text: &[u8]) -> usize {
    text.iter().map(|byte| usize::from(byte & 0xC0 != 0x80) + usize::from(*byte >= 0xF0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (usize, usize) {
        let Place { line, position } = Walk::new(text).to(offset);
        (line, position)
    }

    #[test]
    fn lines_end_at_lf_cr_and_crlf() {
        assert_eq!(at("a\nb", 3), (2, 1));
        assert_eq!(at("a\rb", 3), (2, 1));
        assert_eq!(at("a\r\nb", 4), (2, 1));
        assert_eq!(at("a\n\r\n\nb", 6), (4, 1));
    }

    #[test]
    fn positions_are_utf16_units() {
        assert_eq!(at("1к", 3), (1, 2));
        assert_eq!(at("€", 3), (1, 1));
        assert_eq!(at("😀!", 5), (1, 3));
    }

    #[test]
    fn asking_often_changes_nothing() {
        let text = "ab\r\nв\r\r\n😀\n";
        let mut walk = Walk::new(text);
        for (offset, _) in text.char_indices().filter(|(_, c)| *c != '\n') {
            assert_eq!(walk.to(offset), Walk::new(text).to(offset), "{offset}");
        }
        assert_eq!(walk.to(1), Place { line: 1, position: 1 });
    }
}
