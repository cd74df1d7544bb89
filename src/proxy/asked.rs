//! The absolute URL an app asked for, whichever of the three forms it came in.

use std::ops::Range;

use hyper::Uri;
use hyper::header::HOST;
use hyper::http::request::Parts;

use crate::fault::{Code, Fault};
use crate::net::conn::{Conn, Entrance};
use crate::net::gate::target::{self, Unusual};
use crate::net::gate::{Fields, Head};
use crate::text::text;

/// The URL as it is matched: scheme and host in lower case, no trailing dot, no default port; path
/// and query exactly the bytes that are forwarded.
#[derive(Debug, Clone)]
pub struct Asked {
    /// All of it.
    pub url: String,
    /// Whether the scheme is https.
    pub tls: bool,
    /// Given or the scheme's own.
    pub port: u16,
    /// What a strict reading refuses about its path or query.
    pub unusual: Option<Unusual>,
    host: Range<usize>,
    path: usize,
}

impl Asked {
    /// The URL of its parts. `authority` is `host[:port]`, vetted; so is `path`.
    pub fn new(tls: bool, authority: &str, path: &str) -> Self {
        let (host, port) = split_port(authority);
        let default = if tls { 443 } else { 80 };
        let port = port.unwrap_or(default);
        let mut url = String::with_capacity(16 + authority.len() + path.len());
        url.push_str(if tls { "https://" } else { "http://" });
        let start = url.len();
        url.push_str(host.strip_suffix('.').unwrap_or(host));
        url.make_ascii_lowercase();
        let host = start..url.len();
        if port != default {
            url.push_str(&format!(":{port}"));
        }
        let at = url.len();
        if !path.starts_with('/') {
            url.push('/');
        }
        url.push_str(path);
        Self { url, tls, port, unusual: None, host, path: at }
    }

    /// Without port; IPv6 in brackets.
    pub fn host(&self) -> &str {
        self.url.get(self.host.clone()).unwrap_or_default()
    }

    /// `host[:port]`, the port only where it is not the scheme's own.
    pub fn authority(&self) -> &str {
        self.url.get(self.host.start..self.path).unwrap_or_default()
    }

    /// `scheme://host[:port]`.
    pub fn origin(&self) -> &str {
        self.url.get(..self.path).unwrap_or_default()
    }

    /// Path and query.
    pub fn path(&self) -> &str {
        self.url.get(self.path..).unwrap_or_default()
    }

    /// The URL of a request that passed the gate.
    pub fn of_head<F: Fields>(conn: &Conn<F>, head: &Head) -> Result<Self, Fault> {
        let target = text(head.target())?;
        if let Some(absolute) = target::split_absolute(head.target()) {
            let authority = target.get(absolute.authority).unwrap_or_default();
            let path = target.get(absolute.path).unwrap_or_default();
            let unusual = head.unusual();
            return Ok(Self { unusual, ..Self::new(absolute.https, authority, path) });
        }
        let tls = match &conn.entrance {
            Entrance::Plain => false,
            Entrance::Tls { .. } => true,
            Entrance::Tunnel(tunnel) => tunnel.tls,
        };
        Ok(Self { unusual: head.unusual(), ..Self::new(tls, text(head.host())?, target) })
    }

    /// The URL of an HTTP/2 request, by the same rules as the gate's.
    pub fn of_http2(request: &Parts) -> Result<Self, Fault> {
        let uri = &request.uri;
        let hosts = || request.headers.get_all(HOST).iter();
        let authority = match uri.authority() {
            Some(authority) => authority.as_str().as_bytes(),
            None => hosts().next().map_or(&b""[..], |host| host.as_bytes()),
        };
        if hosts().any(|host| !host.as_bytes().eq_ignore_ascii_case(authority)) {
            return Err(bad_target("the Host field differs from :authority"));
        }
        target::vet_authority(authority).map_err(|fault| bad_target(fault.text()))?;
        let path = uri.path_and_query().map_or("", |path| path.as_str());
        let unusual = vetted(path)?;
        Ok(Self { unusual, ..Self::new(is_https(uri)?, text(authority)?, path) })
    }

    /// The URL of its text, by the same rules as a request's.
    ///
    /// # Errors
    ///
    /// `bad_target`.
    pub fn of_url(url: &str) -> Result<Self, Fault> {
        let absolute = target::split_absolute(url.as_bytes())
            .ok_or_else(|| bad_target("the scheme is neither http nor https"))?;
        let authority = url.get(absolute.authority).unwrap_or_default();
        let path = url.get(absolute.path).unwrap_or_default();
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        target::vet_authority(authority.as_bytes()).map_err(|fault| bad_target(fault.text()))?;
        let unusual = vetted(&path)?;
        Ok(Self { unusual, ..Self::new(absolute.https, authority, &path) })
    }
}

/// Whether `:scheme` says so. The library passes it on only where there is an authority.
fn is_https(uri: &Uri) -> Result<bool, Fault> {
    match uri.scheme_str() {
        None => Ok(true),
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => Ok(true),
        Some(scheme) if scheme.eq_ignore_ascii_case("http") => Ok(false),
        Some(_) => Err(bad_target("the scheme is neither http nor https")),
    }
}

/// A target that two parsers could read differently.
pub fn bad_target(why: &'static str) -> Fault {
    Fault::new(Code::BadTarget, text!("The request's target is refused: {why}.", why => why))
        .hint(text!("The gateway does not repair URLs: what is matched is what is forwarded."))
}

/// `host` and, where written, the port.
pub fn split_port(authority: &str) -> (&str, Option<u16>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
        Some(_) | None => (authority, None),
    }
}

fn vetted(path: &str) -> Result<Option<Unusual>, Fault> {
    target::vet_path(path.as_bytes()).map_err(|fault| bad_target(fault.text()))
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| bad_target("it is not ASCII"))
}
