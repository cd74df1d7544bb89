//! What a client says at the beginning of a handshake (RFC 8446, 4.1.2), read for people to see: the
//! library does not hand on the hellos that it refuses. The one crate that reads them brings twenty
//! others.

use crate::text::{Text, text};
/// A ClientHello, as far as it is told of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hello {
    /// The host named (SNI).
    pub(super) name: Option<String>,
    /// The versions offered, the lowest first, as `0x0303` for TLS 1.2. Before TLS 1.3 a client names
    /// its highest alone.
    pub(super) versions: Vec<u16>,
    /// Whether the versions are a list, and not all up to the one.
    pub(super) listed: bool,
}

const RECORD_HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const EXTENSION_NAME: u16 = 0;
const EXTENSION_VERSIONS: u16 = 43;

impl Hello {
    /// Reads the first bytes of a connection; `None` where they are no whole hello.
    pub(super) fn read(said: &[u8]) -> Option<Self> {
        let message = message(said)?;
        let mut rest = Bytes(message.strip_prefix(&[CLIENT_HELLO])?);
        let mut body = Bytes(rest.long_block()?);
        let legacy = body.number()?;
        body.take(32)?;
        body.short_block()?;
        body.block()?;
        body.short_block()?;
        let mut hello = Self { versions: vec![legacy], ..Self::default() };
        let mut extensions = Bytes(body.block().unwrap_or_default());
        while let (Some(kind), Some(content)) = (extensions.number(), extensions.block()) {
            match kind {
                EXTENSION_NAME => hello.name = name(content),
                EXTENSION_VERSIONS => hello.list(content),
                _ => {}
            }
        }
        Some(hello)
    }

    fn list(&mut self, content: &[u8]) {
        let pairs = content.get(1..).unwrap_or_default().as_chunks::<2>().0;
        let known =
            pairs.iter().map(|pair| u16::from_be_bytes(*pair)).filter(|&version| is_known(version));
        self.versions = known.collect();
        self.versions.sort_unstable();
        self.listed = true;
    }

    /// The highest version offered.
    pub(super) fn highest(&self) -> u16 {
        self.versions.last().copied().unwrap_or_default()
    }

    /// The versions in words.
    pub(super) fn offers(&self) -> Text {
        let names: Vec<_> = self.versions.iter().map(|version| version_name(*version)).collect();
        match names.as_slice() {
            [] => text!("no version that is known"),
            [only] if self.listed => Text::verbatim(only.as_str()),
            [highest] => text!("{highest} and older", highest),
            all => Text::verbatim(all.join(", ")),
        }
    }
}

/// SSL 3 and TLS 1.0 to 1.3; others are there to be ignored (RFC 8701).
fn is_known(version: u16) -> bool {
    (0x0300..=0x0304).contains(&version)
}

fn version_name(version: u16) -> String {
    match version {
        0x0300 => "SSL 3".to_owned(),
        0x0301..=0x0304 => format!("TLS 1.{}", version - 0x0301),
        other => format!("version {other:#06x}"),
    }
}

/// The first handshake message, put together from its records.
fn message(said: &[u8]) -> Option<Vec<u8>> {
    let mut records = Bytes(said);
    let mut message = Vec::new();
    while records.byte() == Some(RECORD_HANDSHAKE) {
        records.number()?;
        let Some(content) = records.block() else { break };
        message.extend_from_slice(content);
    }
    (!message.is_empty()).then_some(message)
}

/// The first host name of a server_name extension (RFC 6066, 3).
fn name(content: &[u8]) -> Option<String> {
    let mut list = Bytes(Bytes(content).block()?);
    let kind = list.byte()?;
    let name = list.block()?;
    (kind == 0).then(|| String::from_utf8_lossy(name).chars().filter(|c| !c.is_control()).collect())
}

/// Bytes that are taken from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    /// What follows its length in one byte.
    fn short_block(&mut self) -> Option<&'a [u8]> {
        let len = self.byte()?;
        self.take(len.into())
    }

    /// In two.
    fn block(&mut self) -> Option<&'a [u8]> {
        let len = self.number()?;
        self.take(len.into())
    }

    /// In three.
    fn long_block(&mut self) -> Option<&'a [u8]> {
        let high = self.byte()?;
        let low = self.number()?;
        self.take(usize::from(high) << 16 | usize::from(low))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hello(legacy: u16, extensions: &[u8]) -> Vec<u8> {
        let mut body = legacy.to_be_bytes().to_vec();
        body.extend([7; 32]);
        body.extend([0, 0, 2, 0x13, 0x01, 1, 0]);
        if !extensions.is_empty() {
            body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
            body.extend(extensions);
        }
        let mut message = vec![1, 0];
        message.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        message.extend(body);
        message
    }

    fn record(content: &[u8]) -> Vec<u8> {
        let mut record = vec![22, 3, 1];
        record.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
        record.extend(content);
        record
    }

    #[test]
    fn a_hello_tells_its_name_and_versions() {
        let extensions = b"\0\0\0\x09\0\x07\0\0\x04a.ru\0\x2b\0\x07\x06\x3a\x3a\x03\x04\x03\x03";
        let read = Hello::read(&record(&hello(0x0303, extensions))).unwrap();
        assert_eq!(read.name.as_deref(), Some("a.ru"));
        assert_eq!((&*read.offers().to_string(), read.highest()), ("TLS 1.2, TLS 1.3", 0x0304));
    }

    #[test]
    fn an_old_hello_names_its_highest_version_and_no_extensions() {
        let read = Hello::read(&record(&hello(0x0301, b""))).unwrap();
        assert_eq!(
            (read.name.as_deref(), &*read.offers().to_string()),
            (None, "TLS 1.0 and older")
        );
    }

    #[test]
    fn a_hello_in_two_records_is_one() {
        let whole = hello(0x0302, b"");
        let (one, two) = whole.split_at(11);
        let read = Hello::read(&[record(one), record(two)].concat()).unwrap();
        assert_eq!(read.offers().to_string(), "TLS 1.1 and older");
        assert_eq!(Hello::read(&record(one)), None);
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_read_without_harm(said in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Hello::read(&said);
            let _ = Hello::read(&record(&said));
        }
    }
}
