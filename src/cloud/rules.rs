//! Words and bounds that both versions have for products (evotor.md, section 5.4).

use std::ops::RangeInclusive;

/// Roubles.
pub(super) const PRICE: RangeInclusive<f64> = 0.0..=9_999_999.99;
/// The vendor names no bounds; these are what a till can print.
pub(super) const QUANTITY: RangeInclusive<f64> = -9_999_999.999..=9_999_999.999;
/// Characters of a name.
pub(super) const NAME: RangeInclusive<usize> = 1..=100;
/// Characters of a code.
pub(super) const CODE: RangeInclusive<usize> = 0..=10;
/// Characters of an article number.
pub(super) const ARTICLE: RangeInclusive<usize> = 0..=20;
/// Characters of a text that the vendor does not bound.
pub(super) const LONG: RangeInclusive<usize> = 0..=4000;

/// `NORMAL`, `SERVICE` and the marked ones, of which there are more every year.
pub(super) fn is_kind(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let marked = text.contains("_MARKED") && text.len() <= 64;
    plain && (marked || matches!(text, "NORMAL" | "SERVICE"))
}

/// `NO_VAT`, `VAT_10`, `VAT_18_118`.
pub(super) fn is_tax(text: &str) -> bool {
    let rate = |digits: &str| {
        (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    text == "NO_VAT"
        || text
            .strip_prefix("VAT_")
            .is_some_and(|rates| rates.split('_').count() <= 2 && rates.split('_').all(rate))
}

/// What a scanner may read.
pub(super) fn is_barcode(text: &str) -> bool {
    (1..=128).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// 19 digits.
pub(super) fn is_alcocode(text: &str) -> bool {
    text.len() == 19 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_words_are_known_and_others_are_not() {
        for word in ["NORMAL", "SERVICE", "ALCOHOL_MARKED", "ALCOHOL_NOT_MARKED", "TOBACCO_MARKED"]
        {
            assert!(is_kind(word), "{word}");
        }
        for word in ["", "normal", "NORMALLY", "MARKED ", "_marked"] {
            assert!(!is_kind(word), "{word}");
        }
        for word in ["NO_VAT", "VAT_0", "VAT_10", "VAT_20", "VAT_18_118", "VAT_22_122"] {
            assert!(is_tax(word), "{word}");
        }
        for word in ["", "VAT", "VAT_", "VAT_A", "VAT_1_2_3", "vat_10", "VAT_1000"] {
            assert!(!is_tax(word), "{word}");
        }
    }
}
