//! A head as it is forwarded: from its own lines, without a map in between.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use super::framing::Known;
use super::head::{Class, Head};
use super::past::{Meaning, PastLine};

impl Head {
    /// Adds the lines that are forwarded, as they were written and in their order: those classed
    /// [`Class::Forward`], those that frame the content, and Host with the value `host`.
    pub fn forward_into(&self, host: &[u8], out: &mut Vec<u8>) {
        // Lines that stand side by side are copied at once.
        let mut run = 0..0;
        for line in self.past.lines() {
            let is_host = line.meaning == Meaning::Own(Known::Host);
            if !is_host && !is_forwarded(line.meaning) {
                continue;
            }
            let value = if is_host { host } else { line.value };
            if line.plain && value == line.value {
                if run.end != line.range.start {
                    out.extend_from_slice(self.raw().get(run).unwrap_or_default());
                    run = line.range.start..line.range.start;
                }
                run.end = line.range.end;
                continue;
            }
            out.extend_from_slice(self.raw().get(std::mem::take(&mut run)).unwrap_or_default());
            write_line(line.name, value, out);
        }
        out.extend_from_slice(self.raw().get(run).unwrap_or_default());
    }

    /// The fields that [`Head::forward_into`] writes but Host, with those that only concern the
    /// client's connection and those that pass.
    pub fn fields(&self) -> HeaderMap {
        let kept = self.past.lines().filter(|line| match line.meaning {
            Meaning::Own(Known::Connection | Known::Te | Known::Expect) => true,
            Meaning::Classed(Class::Pass | Class::Note(_)) => true,
            meaning => is_forwarded(meaning),
        });
        let mut fields = HeaderMap::new();
        // The grammar of the gate is that of the two types.
        fields.extend(kept.filter_map(|line| field(&line)));
        fields
    }
}

#[inline]
fn is_forwarded(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Classed(Class::Forward)
            | Meaning::Own(Known::ContentLength | Known::TransferEncoding)
    )
}

fn field(line: &PastLine<'_>) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(line.name).ok()?;
    Some((name, HeaderValue::from_bytes(line.value).ok()?))
}

/// Adds a line as it is usually written.
pub fn write_line(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    for part in [name, b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}
