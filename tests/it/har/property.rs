//! What holds for every file that is taken for a HAR: no panic, bounded exchanges, and messages that are
//! lines of HTTP whatever was in the file. The fuzz target runs this as well.

use evotor_gateway::admin::read_har;
use evotor_gateway::journal::exchange::{Exchange, Stage};

/// Bytes kept of a body.
const KEPT: usize = 512;

/// The longest head of a message, as the reader bounds it, and its first line.
const LONGEST_HEAD: usize = (256 << 10) + (128 << 10);

/// Tries one file; how many of its entries were exchanges, where it was read.
pub fn fuzz(file: &[u8]) -> Option<usize> {
    let mut taken = 0;
    let refused = read_har(file, KEPT, |mut exchange| {
        taken += 1;
        expect_bounded(&mut exchange, file);
    })?;
    // An entry takes two bytes at least: itself, and what parts it from the next.
    assert!(2 * (taken + refused) <= file.len(), "{taken} and {refused}: {}", file.escape_ascii());
    Some(taken)
}

fn expect_bounded(exchange: &mut Exchange, file: &[u8]) {
    let context = || format!("of {}", file.escape_ascii());
    assert!(exchange.weight() <= 4 * (LONGEST_HEAD + KEPT) + (80 << 10), "{}", context());
    for stage in Stage::ALL {
        let Some(message) = &exchange.stages[stage as usize] else { continue };
        expect_lines(&message.head, &context);
        assert!(message.head.len() <= LONGEST_HEAD, "{}", context());
        let kept = message.body.as_ref().map_or(0, |body| body.kept().len());
        assert!(kept <= KEPT, "{}", context());
    }
}

/// A start line of three words, or fewer of an answer, and fields; nothing of it ends a line early.
fn expect_lines(head: &[u8], context: &dyn Fn() -> String) {
    let text = std::str::from_utf8(head).unwrap();
    let mut lines = text.strip_suffix("\r\n").unwrap().split("\r\n");
    let start = lines.next().unwrap();
    assert!(start.split(' ').count() >= 3, "{start:?} {}", context());
    assert!(!start.contains(|c: char| c.is_control()), "{start:?} {}", context());
    for line in lines {
        let (name, value) =
            line.split_once(':').unwrap_or_else(|| panic!("{line:?} {}", context()));
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        assert!(!name.is_empty() && name.chars().all(is_token), "{line:?} {}", context());
        let is_plain = |c: char| !c.is_control() || c == '\t';
        assert!(value.chars().all(is_plain), "{line:?} {}", context());
    }
}
