//! What `is:` and `has:` ask, in SQL and of a single exchange.

use super::row::Row;

/// One question of yes or no.
#[derive(Debug)]
pub(super) struct Mark {
    /// `is` or `has`.
    pub key: &'static str,
    pub name: &'static str,
    /// For people, as a completion shows it.
    pub label: &'static str,
    /// A condition that is never NULL.
    pub sql: &'static str,
    /// `None` where the row does not tell.
    pub holds: fn(&Row<'_>) -> Option<bool>,
}

/// Marks are told apart by their names.
impl PartialEq for Mark {
    fn eq(&self, other: &Self) -> bool {
        (self.key, self.name) == (other.key, other.name)
    }
}

/// The marks of a key.
pub(super) fn of(key: &str) -> impl Iterator<Item = &'static Mark> {
    MARKS.iter().filter(move |mark| mark.key == key)
}

macro_rules! marks {
    ($($key:ident $name:literal, $label:literal, $sql:literal, $holds:expr;)*) => {
        const MARKS: &[Mark] = &[$(Mark {
            key: stringify!($key),
            name: $name,
            label: $label,
            sql: $sql,
            holds: $holds,
        }),*];
    };
}

marks! {
    is "running", "not ended yet",
        "0",
        |row| Some(row.running);
    is "refused", "not let through, by the gateway or a cloud's API",
        "(e.code IS NOT NULL AND NOT (e.culprit IS 'partner' AND e.code <> 'token_missing'))",
        |row| Some(row.code.is_some() && !partner_failed(row));
    is "failed", "let through, but without an answer of any use",
        "((e.code IS NOT NULL AND e.culprit IS 'partner' AND e.code <> 'token_missing')
          OR e.verdict IS 'fail' OR (e.status IS NULL AND e.faults IS NULL))",
        |row| Some(!row.running && (partner_failed(row) || row.verdict == Some("fail")
            || (row.status.is_none() && !is_made(row))));
    is "error", "status 400 and above, or none",
        "(e.status IS NULL OR e.status >= 400)",
        |row| Some(!row.running && row.status.is_none_or(|status| status >= 400));
    is "slow", "over a second",
        "e.took > 1000000",
        |row| Some(row.took > 1_000_000);
    is "retried", "a webhook's second attempt and later ones",
        "(e.attempt IS NOT NULL AND e.attempt > 1)",
        |row| Some(row.attempt.is_some_and(|attempt| attempt > 1));
    is "replayed", "a replay of another exchange",
        "e.replay_of IS NOT NULL",
        |row| Some(row.replay_of.is_some());
    is "starred", "marked with a star",
        "e.starred",
        |row| Some(row.starred);
    is "imported", "from a file, not through this gateway",
        "e.imported",
        |row| Some(row.imported);
    is "truncated", "a body was kept in part",
        "EXISTS (SELECT 1 FROM stage s WHERE s.exchange = e.id AND length(s.body) < s.bytes)",
        |_| None;
    has "fault", "touched by an injected fault",
        "EXISTS (SELECT 1 FROM json_each(e.faults) f WHERE f.value NOT LIKE '% (stub s%)'
          AND f.value NOT LIKE '% (breakpoint b%)')",
        |row| Some(row.faulty);
    has "comment", "with somebody's note",
        "e.comment IS NOT NULL",
        |row| Some(row.comment.is_some());
    has "stub", "answered by a stub",
        "EXISTS (SELECT 1 FROM json_each(e.faults) f WHERE f.value LIKE '% (stub s%)')",
        |row| Some(row.stubbed);
    has "breakpoint", "stopped at a breakpoint",
        "EXISTS (SELECT 1 FROM json_each(e.faults) f WHERE f.value LIKE '% (breakpoint b%)')",
        |row| Some(row.stopped);
    has "body", "with a body, either way",
        "(e.sent_bytes > 0 OR e.answer_bytes > 0)",
        |row| Some(row.sent_bytes > 0 || row.answer_bytes > 0);
    has "token", "with a token in a field or a body",
        "e.id IN (SELECT rowid FROM words WHERE words MATCH '\"authorization\" OR \"token\"')",
        |_| None;
    has "replay", "was replayed: another exchange repeats it",
        "e.id IN (SELECT r.replay_of FROM exchange r WHERE r.replay_of IS NOT NULL)",
        |_| None;
    has "answer", "with a status",
        "e.status IS NOT NULL",
        |row| Some(row.status.is_some());
    has "code", "refused or failed, with a code",
        "e.code IS NOT NULL",
        |row| Some(row.code.is_some());
    has "device", "from a known device",
        "e.device IS NOT NULL",
        |row| Some(row.device.is_some());
    has "verdict", "judged by the contract",
        "e.verdict IS NOT NULL",
        |row| Some(row.verdict.is_some());
}

/// Whether something was done to it on purpose.
fn is_made(row: &Row<'_>) -> bool {
    row.faulty || row.stubbed || row.stopped
}

/// The one refusal that a partner has to act on is for want of a token: nothing was asked yet.
fn partner_failed(row: &Row<'_>) -> bool {
    row.culprit == Some("partner") && row.code.is_some_and(|code| code != "token_missing")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Code;

    #[test]
    fn a_code_is_a_refusal_or_a_failure_of_the_partner() {
        for code in Code::ALL {
            let name = Some(code.name());
            let culprit = Some(code.culprit().name());
            let row = Row { code: name, culprit, status: Some(code.status()), ..Row::default() };
            let mark = |name| MARKS.iter().find(|mark| mark.name == name).unwrap();
            let failed = matches!(code.status(), 502 | 504);
            assert_eq!((mark("failed").holds)(&row), Some(failed), "{name:?}");
            assert_eq!((mark("refused").holds)(&row), Some(!failed), "{name:?}");
        }
    }
}
