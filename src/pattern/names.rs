//! What characters are called, `Character.codePointOf` of JDK 17 (Unicode 13). The table is written by
//! the JVM itself, see `tests/fixtures/patterns/Tables.java`.

use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;

/// The code point of a name, in any case.
pub(super) fn point(name: &str) -> Option<u32> {
    let name = name.trim_matches(|letter| letter <= ' ').to_uppercase();
    let numbered = name.rsplit_once(' ').and_then(numbered);
    TABLE.lines().find_map(|line| {
        let (at, known) = line.split_once(' ')?;
        let Some((first, last)) = at.split_once('-') else {
            return if known == name { hexadecimal(at) } else { None };
        };
        let (_, point) = numbered.filter(|(block, _)| *block == known)?;
        (hexadecimal(first)?..=hexadecimal(last)?).contains(&point).then_some(point)
    })
}

/// The name of a block and a code point written the one way Java writes it.
fn numbered<'a>((block, digits): (&'a str, &str)) -> Option<(&'a str, u32)> {
    let point = hexadecimal(digits)?;
    (format!("{point:X}") == digits).then_some((block, point))
}

fn hexadecimal(digits: &str) -> Option<u32> {
    u32::from_str_radix(digits, 16).ok()
}

static TABLE: LazyLock<String> = LazyLock::new(|| {
    let mut table = String::new();
    // The table is part of the program; a test reads all of it.
    let _ = GzDecoder::new(&include_bytes!("tables/names.gz")[..]).read_to_string(&mut table);
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert!(TABLE.lines().count() > 33_000);
        for (name, known) in [
            ("NULL", Some(0)),
            ("latin small letter a", Some(0x61)),
            (" Line Feed (LF)\t", Some(0x0A)),
            ("BELL", Some(0x1_F514)),
            ("CJK UNIFIED IDEOGRAPHS 4E00", Some(0x4E00)),
            ("CJK UNIFIED IDEOGRAPHS 04E00", None),
            ("CJK UNIFIED IDEOGRAPHS +4E00", None),
            ("HANGUL SYLLABLES D7A3", Some(0xD7A3)),
            ("HANGUL SYLLABLES D7A4", None),
            ("HANGUL SYLLABLE GA", None),
            ("LATIN SMALL LETTER", None),
            ("", None),
        ] {
            assert_eq!(point(name), known, "{name}");
        }
    }
}
