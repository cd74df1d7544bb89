//! How near the check of a package is to ASNA's.

use crate::model::fidelity::{Kind, Row};

/// Documented and chosen behaviour of this module.
pub const FIDELITY: &[Row] = &[
    same("Errors of fields and unreadable bodies have the documented envelope and member order."),
    same("Types and formats are refused in Json.NET Schema's words, a type error alone."),
    same("Position counts UTF-16 units up to and including the value's last character."),
    same("An unreadable body is refused in Newtonsoft.Json's words, with path, line, position."),
    chosen("An empty value leaves one blank in `Value: Error:`, as the page prints it."),
    chosen("A body that cannot be read to its end is answered without field errors."),
    chosen("Everything Newtonsoft.Json takes is taken, except `new Date(..)` constructors."),
    chosen("A byte order mark is passed over and no position counts it."),
    chosen("Bytes that are not UTF-8 become U+FFFD."),
    chosen("Documents are at most 64 levels deep."),
    chosen("A body without content is refused as by JToken: line 0, position 0."),
    chosen("Strings that look like dates stay strings."),
    chosen("Numbers and booleans are written as by .NET with the invariant culture: `True`."),
    chosen("An integer with a fraction of zero, 1.0, is no integer."),
    chosen("date-time is the rule of 2018: seven digits of a fraction, the zone may be missing."),
    chosen("No member of the built-in schemas is required; unknown members are taken."),
    chosen("preorders, orders and transactions have no public schema: any object is taken."),
    chosen("At most 1,000 field errors are reported, and about 4 MiB of messages."),
];

const fn same(behaviour: &'static str) -> Row {
    row(behaviour, Kind::Same, "docs.asna.cloud/5.0.2/other", 2021)
}

const fn chosen(behaviour: &'static str) -> Row {
    row(behaviour, Kind::Chosen, "", 0)
}

const fn row(behaviour: &'static str, kind: Kind, source: &'static str, year: u16) -> Row {
    Row { plane: "asna", behaviour, kind, strict: "", source, year }
}
