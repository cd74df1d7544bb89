//! What a head has to obey that came over HTTP/2, beside the rules for targets: what two readers of
//! HTTP/1 could frame differently is refused before one of them sees it.

use hyper::HeaderMap;
use hyper::header::{CONTENT_LENGTH, COOKIE, HeaderName};

use crate::net::gate::RefusalKind;

/// As many as the gate lets in over HTTP/1.
const MAX_FIELDS: usize = 100;
/// A framing name as gateways of the CGI kind take it for the real.
static LOOKALIKES: [HeaderName; 2] =
    [HeaderName::from_static("content_length"), HeaderName::from_static("transfer_encoding")];

/// Why the fields are not let in, in one short sentence without a full stop. The library has refused
/// those of the connection, and lengths that differ or are no numbers.
pub(super) fn vet(fields: &HeaderMap) -> Result<(), (RefusalKind, &'static str)> {
    // A cookie may come in pieces (RFC 9113, section 8.2.3).
    let crumbs = || fields.get_all(COOKIE).iter().count();
    if fields.len() > MAX_FIELDS && (crumbs() > MAX_FIELDS || fields.len() - crumbs() > MAX_FIELDS)
    {
        return Err((RefusalKind::HeadersTooLarge, "the head has more than 100 fields"));
    }
    if fields.get_all(CONTENT_LENGTH).iter().nth(1).is_some() {
        return Err((RefusalKind::BadRequest, "Content-Length is repeated"));
    }
    if LOOKALIKES.iter().any(|name| fields.contains_key(name)) {
        return Err((RefusalKind::BadRequest, "a framing field is spelled with an underscore"));
    }
    Ok(())
}
