//! The entries of a file, one after the other: however many there are, one is in memory.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Unfit;
use crate::text::Text;

/// Entries of a file.
pub(in crate::admin) const MOST: usize = 100_000;

/// Why no entry of a file is looked at.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::admin) enum Refused {
    /// It is not what it should be.
    #[error("{0}")]
    NoHar(Unfit),
    /// It has more than [`MOST`].
    #[error("it has more than {MOST} entries")]
    TooMany,
}

/// How many there are, in a file that is JSON to its end.
pub(in crate::admin) fn count(file: &[u8]) -> Result<usize, Refused> {
    let mut count = 0;
    let read = walk(file, |IgnoredAny| {
        count += 1;
        if count > MOST { Err("too many") } else { Ok(()) }
    });
    match read {
        _ if count > MOST => Err(Refused::TooMany),
        Ok(()) => Ok(count),
        Err(unfit) => Err(Refused::NoHar(unfit)),
    }
}

/// Shows each to a visitor, who may want no more of them.
pub(in crate::admin) fn each<'f>(
    file: &'f [u8],
    mut visit: impl FnMut(&'f RawValue) -> Result<(), &'static str>,
) -> Result<(), Unfit> {
    walk(file, |entry: &'f RawValue| visit(entry))
}

fn walk<'f, T, V>(file: &'f [u8], visit: V) -> Result<(), Unfit>
where
    T: Deserialize<'f>,
    V: FnMut(T) -> Result<(), &'static str>,
{
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    let text =
        std::str::from_utf8(file).map_err(|error| Unfit(Text::verbatim(error.to_string())))?;
    let entries = Each { visit, of: std::marker::PhantomData };
    let log = Within { name: "entries", of: entries };
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Within { name: "log", of: log }.deserialize(&mut reader);
    read.and_then(|()| reader.end()).map_err(|error| Unfit(Text::verbatim(error.to_string())))
}

/// An object of which one member is wanted; the others are skipped.
struct Within<S> {
    name: &'static str,
    of: S,
}

impl<'f, S: DeserializeSeed<'f, Value = ()>> DeserializeSeed<'f> for Within<S> {
    type Value = ();

    fn deserialize<D: Deserializer<'f>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'f, S: DeserializeSeed<'f, Value = ()>> Visitor<'f> for Within<S> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "an object with `{}`", self.name)
    }

    fn visit_map<M: MapAccess<'f>>(self, mut map: M) -> Result<(), M::Error> {
        let mut wanted = Some(self.of);
        while let Some(is_wanted) = map.next_key_seed(Named(self.name))? {
            match (is_wanted, wanted.take()) {
                (true, Some(seed)) => map.next_value_seed(seed)?,
                (true, None) => return Err(M::Error::duplicate_field(self.name)),
                (false, still) => {
                    wanted = still;
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match wanted {
            None => Ok(()),
            Some(_) => Err(M::Error::missing_field(self.name)),
        }
    }
}

/// Whether a key is the one that is wanted.
struct Named(&'static str);

impl<'f> DeserializeSeed<'f> for Named {
    type Value = bool;

    fn deserialize<D: Deserializer<'f>>(self, from: D) -> Result<bool, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Named {
    type Value = bool;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

struct Each<T, V> {
    visit: V,
    of: std::marker::PhantomData<T>,
}

impl<'f, T, V> DeserializeSeed<'f> for Each<T, V>
where
    T: Deserialize<'f>,
    V: FnMut(T) -> Result<(), &'static str>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'f>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'f, T, V> Visitor<'f> for Each<T, V>
where
    T: Deserialize<'f>,
    V: FnMut(T) -> Result<(), &'static str>,
{
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'f>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element()? {
            (self.visit)(entry).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}
