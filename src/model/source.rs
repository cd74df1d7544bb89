//! The vendor's own pages, for whoever wants to read a rule where it is written.

/// The page behind a section of what is known of Evotor's cloud; the vendor's documentation is public
/// on GitHub and frozen since 2018.
pub const fn vendor_page(section: &str) -> &'static str {
    match section.as_bytes() {
        b"0" => "https://github.com/evotor/documentation-api/blob/master/definitions.yaml",
        b"3.2" => {
            "https://github.com/evotor/documentation/blob/master/pages/evotordoc/evotor_api/doc_errors_returned.md"
        }
        b"5.4" => "https://github.com/evotor/documentation-api/blob/master/definitions.yaml",
        b"7" => "reports of partners' developers; the vendor's pages do not say",
        _ => "https://github.com/evotor/documentation-api/blob/master/paths.yaml",
    }
}
