//! The whole gateway in this process: one keep-alive connection, one partner, there and back.

#![allow(clippy::unwrap_used, reason = "a bench that cannot start should say where")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;

use criterion::{Criterion, criterion_group, criterion_main};
use evotor_gateway::config;
use evotor_gateway::gateway::{Gateway, Inherited};

const REQUEST: &[u8] = b"GET http://loyalty.example.ru/api/cards/17 HTTP/1.1\r\n\
    Host: loyalty.example.ru\r\nUser-Agent: okhttp/4.12.0\r\nAccept: application/json\r\n\
    X-Device-UUID: 20240105-9F8E-407D-80C6-B5A493827160\r\nX-User-ID: 01-000000000000001\r\n\
    X-OAuth-Client-ID: 5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11\r\nX-Device-Salt: c2FsdA==\r\n\r\n";
const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"bonus\":\"17\"}\n";

fn partner() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || serve(stream.unwrap()));
        }
    });
    address
}

fn serve(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut buffer = [0u8; 4096];
    while stream.read(&mut buffer).is_ok_and(|n| n > 0) {
        if stream.write_all(ANSWER).is_err() {
            return;
        }
    }
}

fn gateway(certs: &Path) -> Gateway {
    let text = format!(
        r"version: 1
listen: {{http: '127.0.0.1:0', https: '127.0.0.1:0', admin: '127.0.0.1:0'}}
state: 'memory:'
workers: 1
users:
  - id: 01-000000000000001
    stores:
      - uuid: 20240105-1A2B-40C3-80D4-E5F60718293A
        name: Shop
        devices: [{{uuid: 20240105-9F8E-407D-80C6-B5A493827160, name: Till}}]
apps:
  - id: 5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11
    name: loyalty
    allow: ['http://loyalty\.example\.ru/api/.*']
    tokens: {{01-000000000000001: user-token-0123456789abcdef}}
    upstreams: {{'http://loyalty.example.ru': 'http://{}'}}
",
        partner()
    );
    let loaded = config::parse(&text, "bench", Path::new("."), &|_| None).unwrap();
    let mut config = loaded.config;
    config.certs.dir = certs.to_owned();
    Gateway::start(config, Inherited::default(), false).unwrap()
}

fn there_and_back(c: &mut Criterion) {
    let certs = tempfile::tempdir().unwrap();
    let gateway = gateway(certs.path());
    let mut stream = TcpStream::connect(gateway.addresses().http).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = [0u8; 4096];
    c.bench_function("handler/keep-alive GET through the gateway", |b| {
        b.iter(|| {
            stream.write_all(REQUEST).unwrap();
            let mut read = 0;
            while !buffer.get(..read).unwrap_or_default().ends_with(b"\"}\n") {
                read += stream.read(buffer.get_mut(read..).unwrap()).unwrap();
            }
        });
    });
}

criterion_group!(benches, there_and_back);
criterion_main!(benches);
