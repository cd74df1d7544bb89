//! What JDK 17 (Unicode 13) holds a character to be. The tables are written by the JVM itself, see
//! `tests/fixtures/patterns/Tables.java`.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::ranges::Ranges;

/// The set under a key of `tables/classes.txt`, e.g. `p:Lu`, `sc:LATIN`, `blk:CYRILLIC`.
pub(super) fn class(key: &str) -> Option<Arc<Ranges>> {
    CLASSES.get(key).map(|distances| Arc::new(ranges(distances)))
}

/// The set under a key, which under `(?i)` may be another one.
pub(super) fn class_folded(key: &str, folded: bool) -> Option<Arc<Ranges>> {
    folded.then(|| class(&format!("i{key}"))).flatten().or_else(|| class(key))
}

/// `\p{L}` or `\p{javaLetter}` and their like; the names are case-sensitive.
pub(super) fn property(name: &str, folded: bool) -> Option<Arc<Ranges>> {
    class_folded(&format!("p:{name}"), folded)
}

/// `\p{IsAlphabetic}` and its like, in any case.
pub(super) fn binary(name: &str, folded: bool) -> Option<Arc<Ranges>> {
    class_folded(&format!("is:{}", name.to_uppercase()), folded)
}

/// What a POSIX name means under `(?U)`, in any case.
pub(super) fn posix(name: &str, folded: bool) -> Option<Arc<Ranges>> {
    class_folded(&format!("posix:{}", name.to_uppercase()), folded)
}

/// A script by its name or its four letters.
pub(super) fn script(name: &str) -> Option<Arc<Ranges>> {
    class(&format!("sc:{}", name.to_uppercase()))
}

/// A block by any of the names `Character.UnicodeBlock.forName` takes.
pub(super) fn block(name: &str) -> Option<Arc<Ranges>> {
    if name.contains('~') {
        return None;
    }
    class(&format!("blk:{}", name.to_uppercase().replace(' ', "~")))
}

/// `Character.toUpperCase`: one code point to one.
pub(super) fn upper(point: u32) -> u32 {
    CASES.upper.get(&point).copied().unwrap_or(point)
}

/// `Character.toLowerCase`: one code point to one.
pub(super) fn lower(point: u32) -> u32 {
    CASES.lower.get(&point).copied().unwrap_or(point)
}

/// What `(?iu)` compares: lower case of upper case.
pub(super) fn fold(point: u32) -> u32 {
    lower(upper(point))
}

/// Every code point that folds to this one, itself not included unless it folds to itself.
pub(super) fn unfold(folded: u32) -> &'static [u32] {
    CASES.unfold.get(&folded).map_or(&[], Vec::as_slice)
}

/// Every code point that has another case.
pub(super) fn cased() -> impl Iterator<Item = u32> {
    CASES.upper.keys().chain(CASES.lower.keys()).copied()
}

/// Whether a code point is of one of the types grapheme clusters are cut by, e.g. `EXTEND`.
pub(super) fn is_grapheme_type(name: &str, point: u32) -> bool {
    GRAPHEMES.iter().any(|(kind, set)| *kind == name && set.contains(point))
}

/// Whether two neighbours stay in one grapheme cluster. `pictograph`: the cluster so far is a
/// pictograph and its extensions; `odd_flags`: it holds an odd number of regional indicators.
pub(super) fn graphemes_join(left: u32, right: u32, pictograph: bool, odd_flags: bool) -> bool {
    let is = is_grapheme_type;
    let control = |point| is("CR", point) || is("LF", point) || is("CONTROL", point);
    if is("CR", left) && is("LF", right) {
        return true;
    }
    if control(left) || control(right) {
        return false;
    }
    let before_vowel = is("L", left) && ["L", "V", "LV", "LVT"].iter().any(|kind| is(kind, right));
    let vowel = (is("LV", left) || is("V", left)) && (is("V", right) || is("T", right));
    let final_consonant = (is("LVT", left) || is("T", left)) && is("T", right);
    let extended =
        is("EXTEND", right) || is("ZWJ", right) || is("SPACINGMARK", right) || is("PREPEND", left);
    before_vowel
        || vowel
        || final_consonant
        || extended
        || pictograph && is("ZWJ", left) && is("EXTENDED_PICTOGRAPHIC", right)
        || odd_flags && is("RI", left) && is("RI", right)
}

macro_rules! lazy_classes {
    ($($(#[$doc:meta])* $name:ident $key:literal;)*) => {$(
        $(#[$doc])*
        pub(super) fn $name() -> Arc<Ranges> {
            static SET: LazyLock<Arc<Ranges>> =
                LazyLock::new(|| class($key).unwrap_or_else(|| Arc::new(Ranges::empty())));
            Arc::clone(&SET)
        }
    )*};
}

lazy_classes! {
    /// `Character.isLetterOrDigit`.
    letters_and_digits "p:javaLetterOrDigit";
    /// `\w` under `(?U)`.
    unicode_word "U:w";
    /// `\d` under `(?U)`.
    unicode_digit "U:d";
    /// `\s` under `(?U)`.
    unicode_space "U:s";
    /// `\h`.
    horizontal_space "U:h";
    /// `\v`.
    vertical_space "U:v";
    /// Marks that belong to the letter before them.
    nonspacing_marks "p:Mn";
}

static GRAPHEMES: LazyLock<Vec<(&'static str, Arc<Ranges>)>> = LazyLock::new(|| {
    CLASSES.keys().filter_map(|key| Some((key.strip_prefix("g:")?, class(key)?))).collect()
});

static CLASSES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    include_str!("tables/classes.txt")
        .lines()
        .filter_map(|line| line.split_once(" | "))
        .flat_map(|(keys, distances)| keys.split(' ').map(move |key| (key, distances)))
        .collect()
});

fn ranges(distances: &str) -> Ranges {
    let mut numbers =
        distances.split(' ').map(|number| u32::from_str_radix(number, 16).unwrap_or(0));
    let mut ranges = Vec::new();
    let mut end = 0;
    while let (Some(gap), Some(length)) = (numbers.next(), numbers.next()) {
        let first = end + gap;
        end = first + length;
        ranges.push((first, end - 1));
    }
    Ranges::new(ranges)
}

struct Cases {
    upper: HashMap<u32, u32>,
    lower: HashMap<u32, u32>,
    unfold: HashMap<u32, Vec<u32>>,
}

static CASES: LazyLock<Cases> = LazyLock::new(|| {
    let table = include_str!("tables/case.txt");
    let mut cases =
        Cases { upper: mapping(table, "u "), lower: mapping(table, "l "), unfold: HashMap::new() };
    let mut points: Vec<u32> = cases.upper.keys().chain(cases.lower.keys()).copied().collect();
    points.sort_unstable();
    points.dedup();
    for point in points {
        let upper = cases.upper.get(&point).copied().unwrap_or(point);
        let folded = cases.lower.get(&upper).copied().unwrap_or(upper);
        cases.unfold.entry(folded).or_default().push(point);
    }
    cases
});

fn mapping(table: &str, kind: &str) -> HashMap<u32, u32> {
    table.lines().filter_map(|line| run(line.strip_prefix(kind)?)).flatten().collect()
}

fn run(line: &str) -> Option<impl Iterator<Item = (u32, u32)>> {
    let mut fields = line.split(' ');
    let first = u32::from_str_radix(fields.next()?, 16).ok()?;
    let count: u32 = fields.next()?.parse().ok()?;
    let stride: u32 = fields.next()?.parse().ok()?;
    let distance: i32 = fields.next()?.parse().ok()?;
    Some((0..count).map(move |step| {
        let point = first + step * stride;
        (point, point.wrapping_add_signed(distance))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_read() {
        assert!(CLASSES.len() > 1000);
        assert!(
            class("p:Lu").is_some_and(|set| set.contains('A'.into()) && !set.contains('a'.into()))
        );
        assert!(block("Latin-1 Supplement").is_some_and(|set| set.contains(0xE9)));
        assert_eq!(lower('Я'.into()), 'я'.into());
        assert_eq!(upper('ÿ'.into()), 'Ÿ'.into());
        assert_eq!(unfold('k'.into()), ['K'.into(), 'k'.into(), 0x212A]);
    }
}
