//! One exchange, one line.

use super::{EXCHANGES, Record};

pub(super) fn write(record: &Record) {
    let Record { app, method, url, status, fault, spoiled, rule, took } = record;
    let app = app.as_deref().unwrap_or("-");
    let faults = spoiled.as_deref();
    let rule = rule.map(|rule| rule + 1);
    let took = format!("{:.1}ms", took.as_secs_f64() * 1e3);
    match fault {
        None => {
            tracing::info!(target: EXCHANGES, app, status, rule, took, faults, "{method} {url}");
        }
        Some((code, culprit, detail)) => {
            tracing::info!(
                target: EXCHANGES,
                app,
                status,
                code,
                culprit,
                took,
                faults,
                "{method} {url} refused: {detail}"
            );
        }
    }
}
