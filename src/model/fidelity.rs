//! How near each behaviour is to the real clouds: rows that every plane keeps beside its code.

/// How sure it is that the real cloud does the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Documented or seen: the same here.
    Same,
    /// Not documented: this is what was chosen.
    Chosen,
    /// Not known, and left out.
    Unknown,
}

impl Kind {
    /// The word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Chosen => "chosen",
            Self::Unknown => "unknown",
        }
    }
}

/// One behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// `proxy`, `webhooks`, `cloud` or `asna`.
    pub plane: &'static str,
    /// What happens, in one sentence.
    pub behaviour: &'static str,
    /// How sure that is.
    pub kind: Kind,
    /// What `fidelity: strict` does; empty where it does the same as loose.
    pub strict: &'static str,
    /// Where the fact comes from; empty where there is none.
    pub source: &'static str,
    /// Year of the source, 0 where there is none.
    pub year: u16,
}
