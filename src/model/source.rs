//! The vendor's own pages, for whoever wants to read a rule where it is written.

/// The page behind a section of what is known of Evotor's cloud; the vendor's documentation is public
/// on GitHub and frozen since 2018.
pub const fn vendor_page(section: &str) -> &'static str {
    match section.as_bytes() {
        b"0" | b"5" | b"5.1" | b"5.3" | b"5.4" => {
            "https://github.com/evotor/documentation-api/blob/master/definitions.yaml"
        }
        b"3.2" => {
            "https://github.com/evotor/documentation/blob/master/pages/evotordoc/evotor_api/doc_errors_returned.md"
        }
        b"4" | b"10" => "public clients and captures of live traffic",
        b"5.2" | b"6.2" => "https://github.com/evotor/evotor-cloud-java-sdk",
        b"7" => "reports of partners' developers; the vendor's pages do not say",
        [b'3', ..] | b"6" | b"6.1" => {
            "https://github.com/evotor/documentation-api/blob/master/paths.yaml"
        }
        _ => "https://github.com/evotor/documentation",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_description_of_the_api_has_is_looked_for_there() {
        for section in ["3.1", "3.12", "6", "6.1"] {
            assert!(vendor_page(section).ends_with("paths.yaml"), "{section}");
        }
        for section in ["1", "1.3", "2", "8", "60"] {
            assert_eq!(vendor_page(section), "https://github.com/evotor/documentation");
        }
    }
}
