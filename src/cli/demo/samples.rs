//! The sample traffic.

use super::terminal::{Ask, Expected};

pub(super) const LOYALTY: &str = "5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11";
pub(super) const ORDERS: &str = "0b4c7d0e-51a4-4c8e-8f5c-6a2a9d1e7b22";
pub(super) const USER: &str = "01-000000000000001";

/// Before the user has an account at the partner.
pub(super) const STRANGER: Ask = Ask {
    title: "an app asks for a user whom the partner does not know yet: identity, no token",
    note: "no token yet",
    app: LOYALTY,
    method: "POST",
    url: "http://loyalty.example.ru/api/cards?phone=79001234567",
    body: r#"{"sum":"100.00"}"#,
    expected: Expected::Partner(200),
};

/// The same afterwards.
pub(super) const ACQUAINTED: Ask = Ask {
    title: "the same request now carries the user's token",
    note: "the user's token",
    ..STRANGER
};

/// One over TLS, one with an envelope, one refused.
pub(super) const FURTHER: [Ask; 3] = [
    Ask {
        title: "the same over HTTPS, through CONNECT, with a certificate of the local CA",
        note: "inside TLS",
        app: LOYALTY,
        method: "GET",
        url: "https://loyalty.example.ru/api/cards/17",
        body: "",
        expected: Expected::Partner(200),
    },
    Ask {
        title: "an app with proxy v1 receives {status, body}",
        note: "as {status, body}",
        app: ORDERS,
        method: "GET",
        url: "https://orders.example.ru/orders/17",
        body: "",
        expected: Expected::Envelope,
    },
    Ask {
        title: "a URL outside the allowlist is refused and never reaches the partner",
        note: "url_not_allowed",
        app: LOYALTY,
        method: "GET",
        url: "https://loyalty.example.ru/admin",
        body: "",
        expected: Expected::Refused("url_not_allowed"),
    },
];
