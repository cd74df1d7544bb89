//! `/livez`, `/readyz` and `/metrics`: how the gateway stands.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::routes::Operation;
use super::{Surface, metrics};

pub(super) fn operations() -> Vec<Operation> {
    const TEXT: &str = "text/plain; charset=utf-8";
    vec![
        Operation::get("/livez", async || "ok\n", "Whether the process answers at all.")
            .gives_as::<String>(200, TEXT, "It does."),
        Operation::get("/readyz", ready, "Whether new requests are taken.")
            .gives_as::<String>(200, TEXT, "They are; what is doubtful stands below.")
            .gives_as::<String>(503, TEXT, "It is shutting down."),
        Operation::get("/metrics", measured, "Counters, as OpenMetrics.").gives_as::<String>(
            200,
            metrics::CONTENT_TYPE,
            "All counters.",
        ),
    ]
}

async fn ready(State(surface): State<Surface>) -> (StatusCode, String) {
    if !*surface.ready.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n".to_owned());
    }
    let notice = surface.notice.as_deref().map(|notice| format!("{notice}\n"));
    let refused = surface.refused.lines();
    let told = [notice, refused].into_iter().flatten().collect::<String>();
    (StatusCode::OK, format!("ready\n{told}"))
}

async fn measured(State(surface): State<Surface>) -> Response {
    match metrics::text(&surface.stats, surface.journal.as_ref(), surface.refused.is_refused()) {
        Ok(text) => ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
