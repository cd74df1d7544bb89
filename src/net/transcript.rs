//! Heads as text, written and read back.

use hyper::HeaderMap;

use super::names::Names;
use super::respell::{capitalise, respell};

/// A head as HTTP/1.1 writes it. Names in `Title-Case` where they were written so.
pub fn head(line: &str, fields: &HeaderMap, title_case: bool) -> Vec<u8> {
    let mut head = Vec::with_capacity(line.len() + 48 * fields.len() + 4);
    head.extend_from_slice(line.as_bytes());
    head.extend_from_slice(b"\r\n");
    for (name, value) in fields {
        let start = head.len();
        head.extend_from_slice(name.as_str().as_bytes());
        if title_case {
            capitalise(head.get_mut(start..).unwrap_or_default());
        }
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head
}

/// The same with names as they were written, in that order: `own` as they stand, others in
/// `Title-Case`.
pub fn as_written(line: &str, fields: &HeaderMap, names: &Names, own: &[&str]) -> Vec<u8> {
    let mut plain = head(line, fields, false);
    plain.extend_from_slice(b"\r\n");
    let mut written = Vec::new();
    respell(&plain, names, own, &mut written);
    written.truncate(written.len().saturating_sub(2));
    written
}

/// The head of an answer as the partner wrote it: over HTTP/2, where there are no `names`, in lower
/// case.
pub fn as_came(line: &str, fields: &HeaderMap, names: &Names) -> Vec<u8> {
    if names.is_empty() { head(line, fields, false) } else { as_written(line, fields, names, &[]) }
}

/// Name and value of a field, as they stand.
pub type Line<'a> = (&'a [u8], &'a [u8]);

/// The start line of a head and its fields.
pub fn parts(head: &[u8]) -> (&[u8], Vec<Line<'_>>) {
    let lines = head.split(|byte| *byte == b'\n');
    let mut lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let start = lines.next().unwrap_or_default();
    let fields = lines.take_while(|line| !line.is_empty()).filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        Some((name, value.get(1..).unwrap_or_default().trim_ascii()))
    });
    (start, fields.collect())
}

/// The first value of a field, by its name in lower case.
pub fn field<'a>(head: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let (_, fields) = parts(head);
    let mut found = fields.into_iter().filter(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
    found.next().map(|(_, value)| value)
}

/// The first line of an answer.
pub fn status_line(version: hyper::Version, status: hyper::StatusCode) -> String {
    let reason = status.canonical_reason().unwrap_or_default();
    format!("{version:?} {} {reason}", status.as_u16())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_written_as_the_cloud_writes_them_where_asked() {
        let mut fields = HeaderMap::new();
        fields.insert("x-evotor-store-uuid", "a".parse().unwrap());
        let head = head("GET / HTTP/1.1", &fields, true);
        assert_eq!(head, b"GET / HTTP/1.1\r\nX-Evotor-Store-Uuid: a\r\n");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            fields in prop::collection::vec(("[a-z][a-z0-9-]{0,12}", "[!-~]([ -~]{0,20}[!-~])?"), 0..8),
        ) {
            let mut map = HeaderMap::new();
            for (name, value) in &fields {
                let name = hyper::header::HeaderName::from_bytes(name.as_bytes()).unwrap();
                map.append(name, value.parse().unwrap());
            }
            let text = head("GET /x HTTP/1.1", &map, false);
            let (line, read) = parts(&text);
            prop_assert_eq!(line, b"GET /x HTTP/1.1");
            let written: Vec<_> =
                map.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())).collect();
            prop_assert_eq!(read, written);
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            parts(&bytes);
            field(&bytes, "host");
        }
    }
}
