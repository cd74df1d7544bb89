//! Beginnings of URLs, and of the patterns for them: a host, then one to four segments.

use super::prefix::Prefix;

/// Path segments by which patterns of one host are told apart.
pub(super) const DEEPEST: usize = 4;

/// Depth and hash of each beginning, or `None` if one of them has no complete host.
pub(super) fn keys(prefixes: &[Prefix]) -> Option<Vec<(usize, u64)>> {
    prefixes.iter().map(key).collect()
}

/// Depth and hash of the longest beginning that every URL with this prefix has.
pub(super) fn key(prefix: &Prefix) -> Option<(usize, u64)> {
    let text = prefix.text.as_bytes();
    let complete = |&(depth, end): &(usize, usize)| depth > 0 || end < text.len() || prefix.whole;
    let (depth, end) = Ends::new(text)?.filter(complete).last()?;
    Some((depth, hash(text.get(..end)?)))
}

/// Where the beginnings of a URL end: the host, then each of the first segments with its slash.
pub(super) struct Ends<'a> {
    url: &'a [u8],
    depth: usize,
    end: usize,
}

impl<'a> Ends<'a> {
    pub(super) fn new(url: &'a [u8]) -> Option<Self> {
        let scheme = url.iter().take(8).position(|byte| *byte == b':')?;
        let rest = url.get(scheme..)?.strip_prefix(b"://")?;
        let host = memchr::memchr3(b'/', b'?', b'#', rest).unwrap_or(rest.len());
        Some(Self { url, depth: 0, end: scheme + 3 + host })
    }
}

impl Iterator for Ends<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<Self::Item> {
        if self.depth > DEEPEST {
            return None;
        }
        let item = (self.depth, self.end);
        // The slash after the host opens the first segment; it does not end one.
        let from = self.end + usize::from(self.depth == 0);
        match self.url.get(from..).and_then(|rest| memchr::memchr(b'/', rest)) {
            Some(slash) => {
                self.depth += 1;
                self.end = from + slash + 1;
            }
            None => self.depth = DEEPEST + 1,
        }
        Some(item)
    }
}

/// Spreads beginnings over groups. A collision costs a little time, never an answer.
pub(super) fn hash(text: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let (words, rest) = text.as_chunks::<8>();
    let hash =
        words.iter().fold(text.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let hash = match text.last_chunk::<8>() {
        // The end once more, which is shorter than byte by byte.
        Some(last) => mix(hash, u64::from_le_bytes(*last)),
        None => rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte))),
    };
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_ends_behind_its_host_and_segments() {
        let ends = |url: &'static str| -> Vec<_> {
            Ends::new(url.as_bytes())
                .into_iter()
                .flatten()
                .map(|(depth, end)| (depth, &url[..end]))
                .collect()
        };
        assert_eq!(ends("https://a.ru/x/y"), [(0, "https://a.ru"), (1, "https://a.ru/x/")]);
        assert_eq!(ends("https://a.ru"), [(0, "https://a.ru")]);
        assert_eq!(ends("https://a.ru?x/"), [(0, "https://a.ru"), (1, "https://a.ru?x/")]);
        assert_eq!(ends("a.ru"), []);
    }
}
