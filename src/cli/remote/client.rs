//! One request to the running gateway, and its answer.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use super::trouble::Trouble;
use crate::model::token::Token;
use crate::text::{Language, Text, text};

/// A client of one gateway.
#[derive(Debug)]
pub(super) struct Client {
    authority: String,
    token: Option<Token>,
    language: Language,
}

/// How long a connection may take. An answer may take as long as what it waits for.
const CONNECT: Duration = Duration::from_secs(5);

impl Client {
    /// Of the gateway at a host and port, which may want its token.
    pub(super) fn of(authority: String, token: Option<Token>) -> Self {
        Self { authority, token, language: Language::of_scope() }
    }

    /// The address of the console.
    pub(super) fn console(&self) -> String {
        format!("http://{}/", self.authority)
    }

    /// What is at an address.
    pub(super) fn get(&self, path: &str) -> Result<Value, Trouble> {
        self.json(&self.ask(Method::GET, path, Bytes::new())?)
    }

    /// What comes of asking for something.
    pub(super) fn post(&self, path: &str, asked: &Value) -> Result<Value, Trouble> {
        self.json(&self.ask(Method::POST, path, asked.to_string().into())?)
    }

    /// Any request; the bytes of a good answer.
    pub(super) fn ask(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, Trouble> {
        runtime()?.block_on(self.fetch(method, path, body))
    }

    /// The same where other things go on beside it.
    pub(super) async fn fetch(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Bytes, Trouble> {
        let answer = self.open(method, path, &[], body).await?;
        let collected = answer.collect().await.map_err(|error| self.broken(&error))?;
        Ok(collected.to_bytes())
    }

    /// The body of a good answer, still to come.
    pub(super) async fn open(
        &self,
        method: Method,
        path: &str,
        fields: &[(&str, String)],
        body: Bytes,
    ) -> Result<Incoming, Trouble> {
        let stream = self.connect().await?;
        let sent = Box::pin(self.send(stream, method, path, fields, body)).await;
        let response = sent.map_err(|error| self.broken(&*error))?;
        let status = response.status().as_u16();
        if response.status().is_success() {
            return Ok(response.into_body());
        }
        let body = response.into_body().collect().await.map_err(|error| self.broken(&error))?;
        Err(Trouble::of_answer(status, &body.to_bytes()).unwrap_or_else(|| self.strange()))
    }

    async fn connect(&self) -> Result<TcpStream, Trouble> {
        let connect = TcpStream::connect(&self.authority);
        let authority = &self.authority;
        let text = match tokio::time::timeout(CONNECT, connect).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                text!("no gateway answers at {authority}", authority)
            }
            Ok(Err(error)) => {
                text!("no gateway answers at {authority} ({error})", authority, error)
            }
            Err(_) => text!(
                "no gateway answers at {authority} within {seconds} s",
                authority,
                seconds = CONNECT.as_secs()
            ),
        };
        Err(Trouble::surroundings(
            text,
            text!("start it with `evotor-gateway run`, or name its admin address with --admin"),
        ))
    }

    /// The connection lives on beside the answer's body.
    async fn send(
        &self,
        stream: TcpStream,
        method: Method,
        path: &str,
        fields: &[(&str, String)],
        body: Bytes,
    ) -> Result<Response<Incoming>, Box<dyn std::error::Error>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.authority)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT_LANGUAGE, self.language.tag());
        for (name, value) in fields {
            request = request.header(*name, value);
        }
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        let (mut send, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(send.send_request(request.body(Full::new(body))?).await?)
    }

    /// It broke off in the middle of an answer.
    pub(super) fn broken(&self, error: &dyn std::error::Error) -> Trouble {
        let text = text!(
            "the gateway at {authority} did not answer to the end: {error}",
            authority = self.authority,
            error
        );
        Trouble::surroundings(text, text!("its log may say why"))
    }

    fn json(&self, body: &[u8]) -> Result<Value, Trouble> {
        serde_json::from_slice(body).map_err(|_| self.strange())
    }

    /// The gateway's host and port.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// Something answers there that is no gateway, or one of another version.
    pub(super) fn strange(&self) -> Trouble {
        Trouble::surroundings(
            text!(
                "what answers at {authority} is no evotor-gateway of this version",
                authority = self.authority
            ),
            text!("name the gateway's admin address with --admin"),
        )
    }
}

/// What a command's requests run in.
pub(super) fn runtime() -> Result<Runtime, Trouble> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Trouble::surroundings(Text::verbatim(error.to_string()), text!("")))
}

/// A text as one segment of a path, or one value of a query.
pub(super) fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(segment("0192-aB_~"), "0192-aB_~");
        assert_eq!(segment("../x?y=z&#"), "%2E%2E%2Fx%3Fy%3Dz%26%23");
        assert_eq!(segment("ж "), "%D0%B6%20");
    }
}
