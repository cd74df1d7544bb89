//! `diagnostic_headers: true`: what a proxy would usually add and Evotor Cloud is not known to.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue, VIA};
use uuid::Uuid;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Adds Via, and X-Request-Id and traceparent where the app has sent none.
pub fn add(fields: &mut HeaderMap) {
    fields.append(VIA, HeaderValue::from_static("1.1 evotor-gateway"));
    let id = Uuid::now_v7();
    if !fields.contains_key(&REQUEST_ID)
        && let Ok(value) = HeaderValue::try_from(id.to_string())
    {
        fields.insert(REQUEST_ID.clone(), value);
    }
    if !fields.contains_key(&TRACEPARENT) {
        // W3C Trace Context: version, trace, parent span, sampled.
        let span = Uuid::new_v4().as_u64_pair().0 | 1;
        let text = format!("00-{}-{span:016x}-01", id.simple());
        if let Ok(value) = HeaderValue::try_from(text) {
            fields.insert(TRACEPARENT.clone(), value);
        }
    }
}
