//! Cursors: where the next page begins, in a form that only fits the query it was given for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The cursor that goes on behind the place of the last item.
pub(super) fn after(query: &str, place: &str) -> String {
    let mut bytes = seal(query, place.as_bytes()).to_be_bytes().to_vec();
    bytes.extend_from_slice(place.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The place of a cursor; nothing where it was made up or belongs to another query.
pub(super) fn place(query: &str, cursor: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (sealed, place) = bytes.split_first_chunk::<8>()?;
    if u64::from_be_bytes(*sealed) != seal(query, place) {
        return None;
    }
    String::from_utf8(place.to_vec()).ok()
}

/// FNV-1a over both, stirred so that each bit of the input reaches each bit of the seal.
fn seal(query: &str, place: &[u8]) -> u64 {
    let parts = query.bytes().chain([0xff]).chain(place.iter().copied());
    let hash = parts.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_gives_its_place_to_its_own_query_alone(
            query in ".{0,40}", other in ".{0,40}", at in ".{0,40}",
        ) {
            let cursor = after(&query, &at);
            prop_assert_eq!(place(&query, &cursor), Some(at));
            if other != query {
                prop_assert_eq!(place(&other, &cursor), None);
            }
        }

        #[test]
        fn no_text_is_a_cursor_by_chance(text in ".{0,60}") {
            prop_assert_eq!(place("query", &text), None);
        }

        #[test]
        fn a_cursor_with_one_letter_changed_is_none(at in "[0-9]{1,12}", which in 0_usize..16) {
            let mut cursor = after("query", &at).into_bytes();
            let index = which % cursor.len();
            let old = cursor[index];
            cursor[index] = if old == b'A' { b'B' } else { b'A' };
            prop_assert_eq!(place("query", &String::from_utf8_lossy(&cursor)), None);
        }
    }
}
