//! "Did you mean": the nearest of a few known words.

/// The known word that was probably meant, if one is near enough to say so.
pub(crate) fn nearest<'k>(
    written: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    let written = plain(written);
    if written.is_empty() || written.len() > LONGEST {
        return None;
    }
    let allowed = (written.len() / 3).max(1);
    known
        .into_iter()
        .take(MOST)
        .map(|word| (distance(&written, &plain(word)), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// `base-url`, `baseUrl` and `base_url` are one word to people.
fn plain(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// Insertions, deletions, replacements and swapped neighbours between two words.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let mut best = (above[j] + usize::from(letter != other)).min(above[j + 1] + 1);
            best = best.min(row[j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

/// Longer words than this are not slips of a known key.
const LONGEST: usize = 64;
/// So many words are compared; a user's own may be far more.
const MOST: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word() {
        let known = ["http", "https", "admin"];
        assert_eq!(nearest("htpp", known), Some("http"));
        assert_eq!(nearest("htps", known), Some("https"));
        assert_eq!(nearest("amdin", known), Some("admin"));
        assert_eq!(nearest("baseUrl", ["base_url"]), Some("base_url"));
    }

    #[test]
    fn another_word_finds_none() {
        assert_eq!(nearest("socks", ["http", "https", "admin"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest(&"x".repeat(5000), ["a"]), None);
    }
}
