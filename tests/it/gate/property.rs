//! What holds for every stream: no panic, the same outcome however it is cut, and the reference
//! reader's judgement. The fuzz target runs this as well.

use super::reference;
use super::stream::{requests, responses};

/// Tries one stream. The first byte chooses the direction, the next two how the stream is cut.
pub fn fuzz(data: &[u8]) {
    let [direction, seed, step, stream @ ..] = data else { return };
    let pieces = pieces(u32::from(*seed) * 256 + u32::from(*step), stream.len());
    match direction % 4 {
        0 => try_answer(stream, &pieces, false),
        1 => try_answer(stream, &pieces, true),
        _ => try_requests(stream, &pieces),
    }
}

fn try_requests(stream: &[u8], pieces: &[usize]) {
    let whole = requests(stream, &[]);
    let context = || format!("{}\npieces {pieces:?}", stream.escape_ascii());
    assert_eq!(requests(stream, pieces), whole, "cut: {}", context());
    let reading = reference::requests(stream);
    let found = reference::Reading { pass: whole.pass, end: whole.end, heads: whole.heads };
    assert_eq!(found, reading, "the reference reads it otherwise: {}", context());
}

fn try_answer(stream: &[u8], pieces: &[usize], to_head: bool) {
    let whole = responses(stream, to_head, &[]);
    let context = || format!("{}\npieces {pieces:?}", stream.escape_ascii());
    assert_eq!(responses(stream, to_head, pieces), whole, "cut: {}", context());
    let found = (whole.pass, whole.end, whole.reusable);
    let reading = reference::answer(stream, to_head);
    assert_eq!(found, reading, "the reference reads it otherwise: {}", context());
}

/// Piece sizes from a seed: mostly small ones, sometimes a large one.
fn pieces(seed: u32, len: usize) -> Vec<usize> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut sum = 0;
    std::iter::from_fn(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let size = match state >> 28 {
            0 => 1000,
            1..4 => (state >> 16 & 63) as usize,
            _ => (state >> 16 & 7) as usize,
        };
        sum += size + 1;
        (sum < len).then_some(size)
    })
    .collect()
}
