//! The six events a client may subscribe to (seed page of asna.md, section 6.4).

/// Something that subscribers are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// All stocks of a pharmacy.
    StocksFull,
    /// Changes of a pharmacy's stocks.
    StocksUpdates,
    /// All of a legal entity's price list.
    PreordersFull,
    /// Changes of a legal entity's price list.
    PreordersUpdates,
    /// Changes of orders by the pharmacy.
    OrdersUpdatesStore,
    /// Changes of orders by the site.
    OrdersUpdatesSite,
}

impl Event {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::StocksFull,
        Self::StocksUpdates,
        Self::PreordersFull,
        Self::PreordersUpdates,
        Self::OrdersUpdatesStore,
        Self::OrdersUpdatesSite,
    ];

    /// The names of [`Event::ALL`] among the gateway's own.
    pub const TRIGGERS: [&'static str; 6] = [
        "asna.stocks_full",
        "asna.stocks_updates",
        "asna.preorders_full",
        "asna.preorders_updates",
        "asna.orders_updates_store",
        "asna.orders_updates_site",
    ];

    /// The name among the gateway's events.
    pub const fn trigger(self) -> &'static str {
        Self::TRIGGERS[self as usize]
    }

    /// The name in ASNA's API.
    pub fn name(self) -> &'static str {
        self.trigger().trim_start_matches(PREFIX)
    }

    /// The event of a name in ASNA's API.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }

    /// The event of a name among the gateway's.
    pub fn by_trigger(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.trigger() == name)
    }

    /// One line for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::StocksFull => "ASNA has all stocks of a pharmacy",
            Self::StocksUpdates => "ASNA has changes of a pharmacy's stocks",
            Self::PreordersFull => "ASNA has all of a legal entity's price list",
            Self::PreordersUpdates => "ASNA has changes of a legal entity's price list",
            Self::OrdersUpdatesStore => "ASNA has changes of orders by the pharmacy",
            Self::OrdersUpdatesSite => "ASNA has changes of orders by the site",
        }
    }
}

/// Before the names of these events among the gateway's.
pub(super) const PREFIX: &str = "asna.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_found_by_either_name() {
        for event in Event::ALL {
            assert_eq!(Event::by_name(event.name()), Some(event));
            assert_eq!(Event::by_trigger(event.trigger()), Some(event));
            assert_eq!(event.trigger(), format!("asna.{}", event.name()));
        }
        assert_eq!(Event::by_name("asna.stocks_full"), None);
        assert_eq!(Event::by_trigger("stocks_full"), None);
    }
}
