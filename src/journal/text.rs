//! stub
use std::borrow::Cow;
/// stub
pub fn read<'a>(bytes: &'a [u8], _e: &[u8], _k: &[u8]) -> Option<Cow<'a, str>> {
    std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
}
/// stub
pub fn decoded(bytes: &[u8], _e: &[u8]) -> Option<Vec<u8>> {
    Some(bytes.to_vec())
}
