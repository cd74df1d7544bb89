//! The one pass over a request's fields: what a terminal sends, into what the partner receives.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use evotor_gateway::proxy::rewrite::{Injected, request, response};
use evotor_gateway::proxy::snapshot::Identity;
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

/// The 21 fields of a terminal's request, as HTTP/2 delivers them; over HTTP/1 the gate has cut most.
const SENT: &[(&str, &str)] = &[
    ("host", "loyalty.example.ru"),
    ("user-agent", "okhttp/4.12.0"),
    ("accept", "application/json"),
    ("accept-encoding", "gzip"),
    ("accept-language", "ru-RU,ru;q=0.9"),
    ("content-type", "application/json; charset=utf-8"),
    ("x-device-id", "352099001761481"),
    ("x-device-imei", "352099001761481"),
    ("x-user-id", "01-000000000000001"),
    ("x-signed-url", "aHR0cHM6Ly9sb3lhbHR5LmV4YW1wbGUucnUv"),
    ("x-shop-uuid", "20240105-1A2B-40C3-80D4-E5F60718293A"),
    ("x-device-salt", "c2FsdHNhbHRzYWx0"),
    ("x-device-algorithm", "HmacSHA256"),
    ("x-device-date", "Sat, 21 Nov 2026 10:00:00 GMT"),
    ("x-secret-device-id", "5f4dcc3b5aa765d61d8327deb882cf99"),
    ("x-oauth-client-id", "5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11"),
    ("x-device-uuid", "20240105-9F8E-407D-80C6-B5A493827160"),
    ("x-evotor-version", "4.9"),
    ("x-evotor-build", "2026.11"),
    ("connection", "keep-alive"),
    ("authorization", "Bearer of-the-apps-own"),
];

fn fields(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &'static str)| {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    lines.iter().map(pair).collect()
}

fn rewriting(c: &mut Criterion) {
    let identity = Identity {
        store: HeaderValue::from_static("20240105-1A2B-40C3-80D4-E5F60718293A"),
        device: HeaderValue::from_static("20240105-9F8E-407D-80C6-B5A493827160"),
        user: HeaderValue::from_static("01-000000000000001"),
    };
    let host = HeaderValue::from_static("loyalty.example.ru");
    let token = HeaderValue::from_static("Bearer user-token-0123456789abcdef");
    let injected =
        Injected { host: &host, identity: &identity, authorization: Some(&token), keep: &[] };
    let sent = fields(SENT);
    c.bench_function("rewrite/request, 21 fields", |b| {
        b.iter(|| request(black_box(&sent), &injected));
    });
    let answered = fields(&[
        ("server", "nginx"),
        ("content-type", "application/json"),
        ("content-length", "220"),
        ("connection", "keep-alive"),
        ("date", "Sat, 21 Nov 2026 10:00:00 GMT"),
    ]);
    c.bench_function("rewrite/answer, 5 fields", |b| {
        b.iter_batched(
            || answered.clone(),
            |mut answered| response(black_box(&mut answered)),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, rewriting);
criterion_main!(benches);
