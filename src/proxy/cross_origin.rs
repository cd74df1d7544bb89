//! Web pages that make a browser call the gateway. Such a request would carry the user's token as any
//! other does, and any page that a developer has open can make one.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue, ORIGIN};

use super::asked::Asked;
use crate::config::meant::{AllowOrigins, App};
use crate::fault::{Code, Fault};
use crate::text::{Text, text};

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what a browser sends for a page of another origin than the gateway's own (the Fetch
/// standard's `Origin`, W3C Fetch Metadata). What is no browser sends neither field.
///
/// # Errors
///
/// `misdirected_request`.
pub(super) fn refuse(asked: &Asked, fields: &HeaderMap, app: &App) -> Result<(), Fault> {
    let AllowOrigins::These(allowed) = &app.allow_origins else { return Ok(()) };
    let is_known = |origin: &HeaderValue| {
        origin == asked.origin() || allowed.iter().any(|one| origin == one.to_string().as_str())
    };
    let mut origins = fields.get_all(ORIGIN).into_iter();
    if let Some(foreign) = origins.find(|origin| !is_known(origin)) {
        return Err(cross_origin(Text::verbatim(shown(foreign)), app));
    }
    if fields.contains_key(ORIGIN) {
        return Ok(());
    }
    // Links, images and forms of other pages tell only that they are such.
    let is_same = |site: &HeaderValue| site == "same-origin" || site == "none";
    match fields.get_all(&SEC_FETCH_SITE).into_iter().find(|site| !is_same(site)) {
        Some(_) => Err(cross_origin(text!("another origin"), app)),
        None => Ok(()),
    }
}

fn shown(origin: &HeaderValue) -> String {
    String::from_utf8_lossy(origin.as_bytes()).chars().take(100).collect()
}

fn cross_origin(whose: Text, app: &App) -> Fault {
    Fault::new(
        Code::MisdirectedRequest,
        text!(
            "A web page of {whose} calls the gateway itself, which would add the user's token.",
            whose => whose
        ),
    )
    .hint(text!(
        "If the page is yours, list its origin under `allow_origins` of the app {app}.",
        app = app.name
    ))
}
