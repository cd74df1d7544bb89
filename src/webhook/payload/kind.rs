//! What documents tell of (evotor.md, section 5; the official SDK's `DocumentType`).

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$about:meta])+ $variant:ident = $name:literal, $first:literal;)*) => {
        /// What a document tells of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
        pub enum DocumentKind {
            $($(#[$about])+ #[serde(rename = $name)] $variant,)*
        }

        impl DocumentKind {
            /// Each, in the order they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As documents of version 2 write it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// As documents of version 1 write it, where all that only the fiscal printer knows is
            /// `FPRINT`.
            pub const fn first_name(self) -> &'static str {
                match self { $(Self::$variant => $first,)* }
            }
        }
    };
}

kinds! {
    /// A sale.
    #[default]
    Sell = "SELL", "SELL";
    /// Goods come back: those of the sale that is undone, or else one position, paid in cash.
    Payback = "PAYBACK", "PAYBACK";
    /// A cashier's shift begins.
    OpenSession = "OPEN_SESSION", "OPEN_SESSION";
    /// A cashier's shift ends.
    CloseSession = "CLOSE_SESSION", "CLOSE_SESSION";
    /// Cash is put into the drawer.
    CashIncome = "CASH_INCOME", "CASH_INCOME";
    /// Cash is taken out of the drawer.
    CashOutcome = "CASH_OUTCOME", "CASH_OUTCOME";
    /// The shift so far.
    XReport = "X_REPORT", "FPRINT";
    /// The shift as a whole; the printer's counters are set back.
    ZReport = "Z_REPORT", "FPRINT";
    /// The printer begins a shift.
    PosOpenSession = "POS_OPEN_SESSION", "FPRINT";
    /// A report of the printer under the name of version 1, which the SDK reads as an X-report.
    Fprint = "FPRINT", "FPRINT";
}

impl DocumentKind {
    /// The kind of a name of version 2, in any case.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// Whether goods change hands.
    pub const fn is_trade(self) -> bool {
        matches!(self, Self::Sell | Self::Payback)
    }
}
