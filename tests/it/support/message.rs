//! Messages: how a test writes a request and reads an answer.

use serde_json::Value;

/// How the length of a body is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    None,
    Length(u64),
    Chunked,
    Close,
}

/// One answer as a client read it.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// Status line and fields, byte for byte.
    pub head: Vec<u8>,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub trailers: Vec<(String, String)>,
    /// Whether the body came to the end that its framing promises.
    pub whole: bool,
}

impl Answer {
    /// The first field of a name, in any casing.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// All fields of a name, in order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.fields.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        named.map(|(_, v)| v.as_str()).collect()
    }

    /// The name of a refusal, empty if it is none.
    pub fn code(&self) -> &str {
        self.field("x-gateway-error").unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: the body is no JSON: {}", self.describe()))
    }

    /// Whether the connection ends after this answer, by its own words.
    pub fn says_close(&self) -> bool {
        self.all("connection").iter().any(|value| value.to_ascii_lowercase().contains("close"))
    }

    pub fn describe(&self) -> String {
        format!("{}{}", String::from_utf8_lossy(&self.head), self.text())
    }

    /// A plain answer of the partner's, passed on.
    #[track_caller]
    pub fn expect_ok(self, what: &str) -> Self {
        assert_eq!(self.status, 200, "{what}: {}", self.describe());
        assert_eq!(self.code(), "", "{what}: {}", self.describe());
        self
    }

    /// A refusal of the gateway's, complete in every part that product.md fixes.
    #[track_caller]
    pub fn expect_refusal(self, what: &str, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{what}: {}", self.describe());
        let kind = self.field("content-type").unwrap_or_default();
        assert!(kind.starts_with("application/problem+json"), "{what}: {}", self.describe());
        let problem = self.json();
        assert_eq!(problem["code"], code, "{what}: {problem}");
        for key in ["detail", "hint"] {
            let words = problem[key].as_str().unwrap_or_default();
            assert!(!words.is_empty(), "{what}: {key} is missing in {problem}");
        }
        self
    }

    /// A refusal that the contract leaves a choice of names for.
    #[track_caller]
    pub fn expect_one_of(self, what: &str, codes: &[&str]) -> Self {
        assert!(codes.contains(&self.code()), "{what}: none of {codes:?}: {}", self.describe());
        let code = self.code().to_owned();
        let status = super::codes::status(&code);
        self.expect_refusal(what, status, &code)
    }
}

/// `GET target` for the sample partner's host, with further field lines.
pub fn get(target: &str, fields: &[&str]) -> Vec<u8> {
    head_of("GET", target, fields)
}

/// A head for the sample partner's host.
pub fn head_of(method: &str, target: &str, fields: &[&str]) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: loyalty.example.ru\r\n");
    for field in fields {
        head.push_str(field);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// `POST target` with a body of known length.
pub fn post(target: &str, fields: &[&str], body: &[u8]) -> Vec<u8> {
    let length = format!("Content-Length: {}", body.len());
    let fields: Vec<&str> = fields.iter().copied().chain([length.as_str()]).collect();
    let mut request = head_of("POST", target, &fields);
    request.extend_from_slice(body);
    request
}

/// The fields of lines; a line without a colon keeps all of itself as a name.
pub fn parse_fields(lines: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(lines);
    let lines = text.split("\r\n").filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            (name.to_owned(), value.trim_matches([' ', '\t']).to_owned())
        })
        .collect()
}

/// First line and fields of a head.
pub fn parse_head(head: &[u8]) -> (String, Vec<(String, String)>) {
    let end = super::pipe::find(head, b"\r\n").unwrap_or(head.len());
    let line = String::from_utf8_lossy(&head[..end]).into_owned();
    (line, parse_fields(head.get(end + 2..).unwrap_or_default()))
}

/// The framing that fields announce; `otherwise` where they are silent.
pub fn framing(fields: &[(String, String)], otherwise: Framing) -> Framing {
    let value = |name: &str| {
        fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    };
    if value("transfer-encoding").is_some_and(|v| v.to_ascii_lowercase().contains("chunked")) {
        return Framing::Chunked;
    }
    match value("content-length").map(str::parse) {
        Some(Ok(length)) => Framing::Length(length),
        Some(Err(_)) | None => otherwise,
    }
}

/// `content` in chunks of `size` bytes, without the last one.
pub fn chunks(content: &[u8], size: usize) -> Vec<u8> {
    let mut framed = Vec::new();
    for part in content.chunks(size) {
        framed.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        framed.extend_from_slice(part);
        framed.extend_from_slice(b"\r\n");
    }
    framed
}
