//! `limits`.

use std::time::Duration;

use crate::config::keys::LIMITS;
use crate::config::meant::Limits;
use crate::config::node::Node;
use crate::config::reader::{Fields, Reader};
use crate::config::value::quantity;
use crate::text::{Text, text};

/// Each bound as written, or its default.
pub(super) fn limits(reader: &mut Reader<'_>, node: Option<&Node>) -> Limits {
    let mut limits = Limits::default();
    let Some(fields) = node.and_then(|node| reader.fields(node, &LIMITS)) else { return limits };
    for (name, timeout) in [
        ("head_timeout", &mut limits.head_timeout),
        ("body_timeout", &mut limits.body_timeout),
        ("connect_timeout", &mut limits.connect_timeout),
        ("response_timeout", &mut limits.response_timeout),
    ] {
        set(timeout, reader, &fields, name, "a timeout", positive);
    }
    set(&mut limits.drain, reader, &fields, "drain", "a duration", quantity::duration);
    set(&mut limits.max_head, reader, &fields, "max_head", "a size of heads", head);
    set(&mut limits.max_body, reader, &fields, "max_body", "a size", body);
    let connections = |text: &str| quantity::count(text, 1, MOST_CONNECTIONS);
    let name = "max_connections";
    set(&mut limits.max_connections, reader, &fields, name, "a number of connections", connections);
    set(&mut limits.api_rate, reader, &fields, "api_rate", "a number of calls", rate);
    limits
}

/// Calls a minute.
pub(super) fn rate(text: &str) -> Result<u32, Text> {
    let calls = quantity::count(text, 1, MOST_CALLS)?;
    u32::try_from(calls).map_err(|error| Text::verbatim(error.to_string()))
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            response_timeout: Duration::from_secs(30),
            max_head: 64 * 1024,
            max_body: None,
            max_connections: 10_000,
            drain: Duration::from_secs(10),
            api_rate: 1000,
        }
    }
}

fn set<T>(
    bound: &mut T,
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    name: &str,
    what: &'static str,
    parse: impl FnOnce(&str) -> Result<T, Text>,
) {
    if let Some(value) = fields.get(name).and_then(|node| reader.parsed(node, what, parse)) {
        *bound = value;
    }
}

fn positive(text: &str) -> Result<Duration, Text> {
    match quantity::duration(text)? {
        Duration::ZERO => Err(text!("nothing ends in no time; write at least 1ms")),
        duration => Ok(duration),
    }
}

fn head(text: &str) -> Result<usize, Text> {
    usize::try_from(quantity::size(text)?)
        .ok()
        .filter(|size| (LEAST_HEAD..=MOST_HEAD).contains(size))
        .ok_or_else(|| text!("heads are bounded between 1KiB and 16MiB"))
}

fn body(text: &str) -> Result<Option<u64>, Text> {
    match text {
        "none" => Ok(None),
        _ => quantity::size(text)
            .map(Some)
            .map_err(|help| text!("{help}; or write none", help => help)),
    }
}

const LEAST_HEAD: usize = 1 << 10;
const MOST_HEAD: usize = 16 << 20;
const MOST_CONNECTIONS: usize = 10_000_000;
const MOST_CALLS: usize = 1_000_000_000;
