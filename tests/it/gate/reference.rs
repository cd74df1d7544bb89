//! A second reader of request and answer streams: slow, strict, written apart from the gate, and
//! with the whole stream before it.

use evotor_gateway::net::gate::{Content, End};

use super::chunk_reference;
use super::stream::{MAX_HEAD, Seen};

/// What the reader makes of a stream.
#[derive(Debug, PartialEq, Eq)]
pub struct Reading {
    pub pass: usize,
    pub end: End,
    pub heads: Vec<Seen>,
}

/// Why a message cannot be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The stream ends first.
    Short,
    /// It is not allowed.
    Wrong,
}

/// Reads a client's stream.
pub fn requests(stream: &[u8]) -> Reading {
    let mut reading = Reading { pass: 0, end: End::Open, heads: Vec::new() };
    loop {
        match &stream[reading.pass..] {
            [b'\r', b'\n', ..] => reading.pass += 2,
            [b'\r', _, ..] => return reading.stopped(Stop::Wrong, End::Refuse),
            _ => {}
        }
        let head = match read_head(&stream[reading.pass..], MAX_HEAD, Block::Request) {
            Ok(head) => head,
            Err(stop) => return reading.stopped(stop, End::Refuse),
        };
        let (seen, framing) = match request(&head) {
            Ok(request) => request,
            Err(stop) => return reading.stopped(stop, End::Refuse),
        };
        reading.heads.push(seen.clone());
        if seen.method == "CONNECT" {
            return reading.stopped(Stop::Wrong, End::Connect);
        }
        reading.pass += head.len;
        let body = read_body(&stream[reading.pass..], framing);
        reading.pass += body.0;
        if let Err(stop) = body.1 {
            return reading.stopped(stop, End::Broken);
        }
        if reading.pass == stream.len() {
            return reading;
        }
    }
}

/// Reads one answer; how many bytes pass, the end, and whether another could follow.
pub fn answer(stream: &[u8], to_head: bool) -> (usize, End, bool) {
    let mut pass = 0;
    for interim in 0.. {
        let head = match read_head(&stream[pass..], 64 * 1024, Block::Answer) {
            Ok(head) => head,
            Err(Stop::Short) => return (pass, End::Open, false),
            Err(Stop::Wrong) => return (pass, End::Broken, false),
        };
        let status: u16 = head.first[9..12].parse().unwrap();
        let Ok(framing) = framing(&head) else { return (pass, End::Broken, false) };
        let announced = !matches!(framing, Content::None | Content::Length(0));
        let bare = status < 200 || status == 204;
        if status == 101 || (bare && announced) || (status < 200 && interim == 16) {
            return (pass, End::Broken, false);
        }
        pass += head.len;
        if status < 200 {
            continue;
        }
        let mut body = (0, Ok(()));
        if !(to_head || bare || status == 304) {
            if framing == Content::None {
                return (stream.len(), End::Open, false);
            }
            body = read_body(&stream[pass..], framing);
        }
        pass += body.0;
        return match body.1 {
            Err(Stop::Short) => (pass, End::Open, false),
            Err(Stop::Wrong) => (pass, End::Broken, false),
            Ok(()) if pass < stream.len() => (pass, End::Broken, false),
            Ok(()) => (pass, End::Open, true),
        };
    }
    unreachable!("interim answers are limited")
}

impl Reading {
    fn stopped(mut self, stop: Stop, end: End) -> Self {
        self.end = if stop == Stop::Short { End::Open } else { end };
        self
    }
}

/// A head as text, one `char` per byte.
struct Head {
    first: String,
    fields: Vec<(String, String)>,
    len: usize,
}

impl Head {
    fn values(&self, name: &str) -> Vec<&str> {
        let same = |field: &&(String, String)| field.0.to_lowercase() == name;
        self.fields.iter().filter(same).map(|field| field.1.as_str()).collect()
    }
}

/// What field lines belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    Request,
    /// A CONNECT, which goes by its target.
    Tunnel,
    Answer,
    Trailers,
}

fn read_head(stream: &[u8], limit: usize, block: Block) -> Result<Head, Stop> {
    let within = &stream[..stream.len().min(limit)];
    let (first, mut at) = match read_line(within) {
        // A request line gets no longer than this, an answer's may fill the head.
        Err(Stop::Short) if block == Block::Request && within.len() >= 8192 + 19 => {
            return Err(Stop::Wrong);
        }
        Err(Stop::Short) if within.len() == limit => return Err(Stop::Wrong),
        other => other?,
    };
    match block {
        Block::Request | Block::Tunnel => request_line(&first)?,
        Block::Answer | Block::Trailers => status_line(&first)?,
    }
    let tunnel = block == Block::Request && first.starts_with("CONNECT ");
    let block = if tunnel { Block::Tunnel } else { block };
    let (fields, len) = match read_fields(&within[at..], block) {
        Err(Stop::Short) if within.len() == limit => return Err(Stop::Wrong),
        other => other?,
    };
    at += len;
    Ok(Head { first, fields, len: at })
}

/// One line without its CRLF, and its length with it.
fn read_line(stream: &[u8]) -> Result<(String, usize), Stop> {
    let end = stream.iter().position(|byte| *byte == b'\n');
    let line = &stream[..end.unwrap_or(stream.len())];
    let text: String = line.iter().map(|byte| char::from(*byte)).collect();
    let odd = |c: char| c.is_ascii_control() && c != '\t';
    match end {
        None if text.contains(|c| odd(c) && c != '\r') => Err(Stop::Wrong),
        None => Err(Stop::Short),
        Some(end) => match text.strip_suffix('\r') {
            Some(text) if !text.contains(odd) => Ok((text.to_owned(), end + 1)),
            _ => Err(Stop::Wrong),
        },
    }
}

pub type NamesAndValues = Vec<(String, String)>;

pub fn read_fields(stream: &[u8], block: Block) -> Result<(NamesAndValues, usize), Stop> {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let (line, len) = read_line(&stream[at..])?;
        at += len;
        if line.is_empty() {
            return Ok((fields, at));
        }
        let (name, value) = line.split_once(':').ok_or(Stop::Wrong)?;
        if name.is_empty() || !name.chars().all(is_tchar) || fields.len() == 100 {
            return Err(Stop::Wrong);
        }
        fields.push((name.to_owned(), value.to_owned()));
        line_alone(&fields, block)?;
    }
}

/// What is wrong as soon as a line is there, whatever follows it.
fn line_alone(fields: &NamesAndValues, block: Block) -> Result<(), Stop> {
    let (name, value) = fields.last().unwrap();
    let name = name.to_lowercase();
    let mut same = fields.iter().filter(|field| field.0.to_lowercase() == name);
    let first = same.next().map_or("", |field| field.1.trim_matches(' '));
    let again = same.next().is_some();
    let value = value.trim_matches(' ');
    let fine = match name.as_str() {
        "content_length" | "transfer_encoding" => false,
        "content-length" | "transfer-encoding" | "host" if block == Block::Trailers => false,
        "host" if block == Block::Request => !again && authority(value),
        "host" if block == Block::Tunnel => {
            first.eq_ignore_ascii_case(value) && (value.is_empty() || authority(value))
        }
        "content-length" => !again && is_length(value),
        "transfer-encoding" => !again && value.to_lowercase() == "chunked",
        _ => true,
    };
    if fine { Ok(()) } else { Err(Stop::Wrong) }
}

fn is_length(value: &str) -> bool {
    let digits = value.trim_start_matches('0');
    !value.is_empty()
        && value.chars().all(|c| c.is_ascii_digit())
        && (digits.len() < 19 || (digits.len() == 19 && digits <= "9223372036854775807"))
}

pub fn is_tchar(c: char) -> bool {
    c.is_ascii_graphic() && !"\"(),/:;<=>?@[\\]{}".contains(c)
}

fn request_line(line: &str) -> Result<(), Stop> {
    let parts: Vec<&str> = line.split(' ').collect();
    let [method, target, version] = parts[..] else { return Err(Stop::Wrong) };
    let letters = method.chars().all(|c| c.is_ascii_uppercase() || c == '-');
    let let_in = !method.is_empty() && method.len() <= 32 && letters && method != "PRI";
    let known = ["HTTP/1.0", "HTTP/1.1"].contains(&version);
    let target_fits = match (method, target.split_once("://")) {
        ("CONNECT", _) => authority(target) && explicit_port(target).is_some(),
        (_, Some((scheme, rest))) if !target.starts_with('/') => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let scheme = scheme.to_lowercase();
            (scheme == "http" || scheme == "https")
                && authority(&rest[..end])
                && (end == rest.len() || path(&rest[end..]))
        }
        _ => path(target),
    };
    let short = target.len() <= 8192 && line.len() + 2 <= 8192 + 19;
    if let_in && known && target_fits && short { Ok(()) } else { Err(Stop::Wrong) }
}

fn path(target: &str) -> bool {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/%|^{}[]`".contains(c);
    let whole = target.split('%').skip(1).all(|after| {
        let digits = after.get(..2).unwrap_or("");
        digits.len() == 2 && digits.chars().all(|c| c.is_ascii_hexdigit()) && digits != "00"
    });
    let mut decoded = path.to_lowercase();
    for (code, plain) in [("%2f", "/"), ("%5c", "/"), ("%2e", "."), ("%3b", ";")] {
        decoded = decoded.replace(code, plain);
    }
    let dots = |segment: &str| matches!(segment.split(';').next(), Some("." | ".."));
    path.starts_with('/')
        && path.chars().all(allowed)
        && query.chars().all(|c| allowed(c) || c == '?')
        && whole
        && !decoded.split('/').any(dots)
}

fn explicit_port(authority: &str) -> Option<(&str, &str)> {
    authority.rsplit_once(':').filter(|(_, port)| !port.contains(']'))
}

fn authority(text: &str) -> bool {
    let (host, port) = explicit_port(text).unwrap_or((text, "1"));
    let port_fits = !port.starts_with('0')
        && port.len() <= 5
        && port.chars().all(|c| c.is_ascii_digit())
        && port.parse::<u32>().is_ok_and(|port| port < 65536);
    if let Some(inner) = host.strip_prefix('[') {
        let address = inner.strip_suffix(']').map(str::parse::<std::net::Ipv6Addr>);
        return port_fits && matches!(address, Some(Ok(_)));
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let labels: Vec<&str> = name.split('.').collect();
    let last = labels.last().unwrap().to_lowercase();
    let number = last.chars().all(|c| c.is_ascii_digit())
        || last.strip_prefix("0x").is_some_and(|hex| hex.chars().all(|c| c.is_ascii_hexdigit()));
    let byte = |label: &&str| label.parse::<u8>().is_ok_and(|byte| byte.to_string() == **label);
    let dotted = labels.len() == 4 && labels.iter().all(byte) && name == host;
    port_fits
        && name.len() <= 253
        && labels.iter().all(|label| !label.is_empty())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && (!number || dotted)
}

fn status_line(line: &str) -> Result<(), Stop> {
    let rest = line.strip_prefix("HTTP/1.0 ").or_else(|| line.strip_prefix("HTTP/1.1 "));
    let (code, reason) = rest.and_then(|rest| rest.split_at_checked(3)).ok_or(Stop::Wrong)?;
    let fits = code.chars().all(|c| c.is_ascii_digit())
        && ("100"..="599").contains(&code)
        && (reason.is_empty() || reason.starts_with(' '));
    if fits { Ok(()) } else { Err(Stop::Wrong) }
}

fn framing(head: &Head) -> Result<Content, Stop> {
    let answer = head.first.starts_with("HTTP/1.");
    let http10 = head.first.starts_with("HTTP/1.0") || (!answer && head.first.ends_with("/1.0"));
    let chunked = !head.values("transfer-encoding").is_empty();
    let length = head.values("content-length").first().map(|value| value.trim_matches(' ').parse());
    match (chunked, length) {
        (true, None) if !http10 => Ok(Content::Chunked),
        (true, _) => Err(Stop::Wrong),
        (false, Some(length)) => Ok(Content::Length(length.map_err(|_| Stop::Wrong)?)),
        (false, None) => Ok(Content::None),
    }
}

fn request(head: &Head) -> Result<(Seen, Content), Stop> {
    let parts: Vec<&str> = head.first.split(' ').collect();
    let (method, target) = (parts[0], parts[1]);
    let content = framing(head)?;
    let hosts = head.values("host");
    let mut hosts = hosts.iter().map(|host| host.trim_matches(' ').to_lowercase());
    let host = match (hosts.next(), method) {
        (Some(host), "CONNECT") if hosts.all(|other| other == host) => host,
        (Some(host), _) if hosts.next().is_none() => host,
        (None, "CONNECT") => String::new(),
        _ => return Err(Stop::Wrong),
    };
    let wanted = target.to_lowercase();
    let agrees = if method == "CONNECT" {
        matches!(content, Content::None | Content::Length(0))
    } else if let Some(rest) = wanted.strip_prefix("http://") {
        origin(&host, "80") == origin(rest.split(['/', '?']).next().unwrap(), "80")
    } else if let Some(rest) = wanted.strip_prefix("https://") {
        origin(&host, "443") == origin(rest.split(['/', '?']).next().unwrap(), "443")
    } else {
        true
    };
    if !agrees {
        return Err(Stop::Wrong);
    }
    let seen = Seen { method: method.to_owned(), target: target.as_bytes().to_vec(), content };
    Ok((seen, content))
}

fn origin<'a>(authority: &'a str, default: &'a str) -> (&'a str, &'a str) {
    let (host, port) = explicit_port(authority).unwrap_or((authority, default));
    (host.strip_suffix('.').unwrap_or(host), port)
}

/// How many bytes of a body pass, and whether it ends.
fn read_body(stream: &[u8], content: Content) -> (usize, Result<(), Stop>) {
    let length = match content {
        Content::None => 0,
        Content::Length(length) => length,
        Content::Chunked => return chunk_reference::read(stream),
    };
    match usize::try_from(length) {
        Ok(length) if length <= stream.len() => (length, Ok(())),
        _ => (stream.len(), Err(Stop::Short)),
    }
}
