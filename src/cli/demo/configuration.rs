//! The demo's gateway.yaml.

use std::net::SocketAddr;
use std::path::Path;

use super::samples::{LOYALTY, ORDERS, USER};
use crate::cli::{in_color, variable};
use crate::config;
use crate::config::meant::Config;

/// What authorises webhooks that the cloud sends in the app's own name.
pub(super) const APP_TOKEN: &str = "7f3a0d9e-0000-4000-8000-000000000001";

/// The app `loyalty` has no token in it: that comes from the partner.
pub(super) fn configuration(
    certs: &Path,
    partner: SocketAddr,
    [http, https, admin]: [u16; 3],
) -> Result<Config, String> {
    let text = format!(
        r"version: 1
listen: {{http: '127.0.0.1:{http}', https: '127.0.0.1:{https}', admin: '127.0.0.1:{admin}'}}
state: 'memory:'
users:
  - id: {USER}
    stores:
      - uuid: 20240105-1A2B-40C3-80D4-E5F60718293A
        name: Кофейня на Лесной
        address: Москва, Лесная 5
        devices: [{{uuid: 20240105-9F8E-407D-80C6-B5A493827160, name: Касса 1}}]
        employees: [{{uuid: 20240106-44AA-40BB-80CC-DDEEFF001122, name: Анна, role: ADMIN}}]
apps:
  - id: {LOYALTY}
    name: loyalty
    allow: ['https?://loyalty\.example\.ru/api/.*']
    upstreams:
      http://loyalty.example.ru: http://{partner}
      https://loyalty.example.ru: http://{partner}
    webhooks:
      url: http://{partner}
      auth: {{bearer: {APP_TOKEN}}}
  - id: {ORDERS}
    name: orders
    proxy: v1
    allow: ['https://orders\.example\.ru/orders/\d+']
    tokens: {{{USER}: orders-token-0123456789abcd}}
    upstreams: {{'https://orders.example.ru': 'http://{partner}'}}
terminal: {{default_app: loyalty}}
"
    );
    let loaded = config::parse(&text, "demo", Path::new("."), &variable)
        .map_err(|report| report.render(in_color()))?;
    let mut config = loaded.config;
    config.certs.dir = certs.to_owned();
    Ok(config)
}
