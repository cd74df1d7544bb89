//! The catalogue: every webhook of the cloud, in one table. Routing, the command line's list, the
//! configuration's names, judging and the tests read it and nothing else.

use super::source::vendor_page;

/// What authorises a webhook (evotor.md, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Authority {
    /// The app's own token or login, as the developer typed it into the portal.
    App,
    /// The token that the partner gave for this user.
    User,
}

/// What the cloud expects of the answer, and so whether it asks again (evotor.md, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The cloud waits for a meaningful answer and never repeats.
    Request,
    /// Repeated once a minute for three days, until 200.
    Lifecycle,
    /// Repeated on a configurable schedule, until 200.
    Notification,
}

/// A status that a partner may refuse with, and the codes of its `errors`. No codes means that the
/// vendor names none for this status.
pub type Refusals = &'static [(u16, &'static [u16])];

struct Row {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    authority: Authority,
    class: Class,
    title: &'static str,
    refusals: Refusals,
    source: &'static str,
}

macro_rules! catalogue {
    ($($variant:ident = $name:literal: $method:ident $path:literal, $authority:ident $class:ident,
       $refusals:expr, $source:literal, $title:literal;)*) => {
        /// A webhook of the cloud.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Event {
            $(#[doc = $title] $variant,)*
        }

        impl Event {
            /// The whole catalogue, in the order it is listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The names of [`Event::ALL`].
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            const fn row(self) -> &'static Row {
                match self {
                    $(Self::$variant => &const { Row {
                        name: $name,
                        method: stringify!($method),
                        path: $path,
                        authority: Authority::$authority,
                        class: Class::$class,
                        title: $title,
                        refusals: $refusals,
                        source: vendor_page($source),
                    } },)*
                }
            }
        }
    };
}

catalogue! {
    UserCreate = "user.create": POST "/api/v1/user/create",
        App Request, CREATE, "3.3", "A user registers an account at the partner.";
    UserVerify = "user.verify": POST "/api/v1/user/verify",
        App Request, VERIFY, "3.4", "A user signs in with an account at the partner.";
    UserToken = "user.token": POST "/api/v1/user/token",
        App Request, TOKEN, "3.5", "Hands over the cloud token, the key to the cloud's API.";
    UserTariff = "user.tariff": POST "/api/v1/user/tariff",
        App Request, TARIFF, "3.6", "A user's tariff; replaced by subscription events.";
    SubscriptionCreated = "subscription.created": POST "/api/v1/subscription/event",
        App Lifecycle, NONE, "3.7", "A subscription begins, possibly with a trial.";
    SubscriptionAddonsUpdated = "subscription.addons-updated": POST "/api/v1/subscription/event",
        App Lifecycle, NONE, "3.7", "Paid options of a subscription change.";
    SubscriptionActivated = "subscription.activated": POST "/api/v1/subscription/event",
        App Lifecycle, NONE, "3.7", "The first payment of a subscription.";
    SubscriptionRenewed = "subscription.renewed": POST "/api/v1/subscription/event",
        App Lifecycle, NONE, "3.7", "A further payment of a subscription.";
    SubscriptionTermsChanged = "subscription.terms-changed": POST "/api/v1/subscription/event",
        App Lifecycle, NONE, "3.7", "Plan, devices, price or billing date change.";
    SubscriptionTerminationRequested = "subscription.termination-requested":
        POST "/api/v1/subscription/event",
        App Lifecycle, NONE, "3.7", "The user asks to end a subscription.";
    SubscriptionTerminated = "subscription.terminated": POST "/api/v1/subscription/event",
        App Lifecycle, NONE, "3.7", "A subscription ends.";
    InstallationInstalled = "installation.installed": POST "/api/v2/installation/event",
        App Lifecycle, NONE, "3.8", "A user installs the app.";
    InstallationUninstalled = "installation.uninstalled": POST "/api/v2/installation/event",
        App Lifecycle, NONE, "3.8", "A user removes the app.";
    Stores = "stores": PUT "/api/v1/inventories/stores",
        User Notification, INVENTORIES, "3.11", "The user's stores.";
    Devices = "devices": PUT "/api/v1/inventories/devices",
        User Notification, INVENTORIES, "3.11", "The user's smart-terminals.";
    Employees = "employees": PUT "/api/v1/inventories/employees",
        User Notification, INVENTORIES, "3.11", "The user's employees.";
    Products = "products": POST "/api/v1/inventories/stores/{storeUuid}/products",
        User Notification, GOODS, "3.12", "Products and groups made on a terminal.";
    Documents = "documents": PUT "/api/v1/inventories/stores/{storeUuid}/documents",
        User Notification, GOODS, "3.9", "A document closed on a terminal, such as a sale.";
    Receipts = "receipts": POST "/api/v2/receipts",
        User Notification, GOODS, "3.10", "A receipt, without a document's details.";
    Commodities = "commodities": GET "/api/v1/commodities",
        User Request, COMMODITIES, "3.13", "Asks the partner about a scanned product.";
}

impl Event {
    /// The event of a name, such as `user.create`.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.name() == name)
    }

    /// The name in `gateway.yaml` and on the command line.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// `POST`, `PUT` or `GET`.
    pub const fn method(self) -> &'static str {
        self.row().method
    }

    /// The documented path, which follows the partner's base URL. `{storeUuid}` stands for a store.
    pub const fn path(self) -> &'static str {
        self.row().path
    }

    /// What authorises it.
    pub const fn authority(self) -> Authority {
        self.row().authority
    }

    /// What the cloud expects of the answer.
    pub const fn class(self) -> Class {
        self.row().class
    }

    /// One line for people.
    pub const fn title(self) -> &'static str {
        self.row().title
    }

    /// The refusals a partner may answer with (evotor.md, section 3.2).
    pub const fn refusals(self) -> Refusals {
        self.row().refusals
    }

    /// Where the facts come from.
    pub const fn source(self) -> &'static str {
        self.row().source
    }

    /// Whether the vendor no longer sends it, so that it is off unless asked for.
    pub const fn is_legacy(self) -> bool {
        matches!(self, Self::UserTariff)
    }
}

const NONE: Refusals = &[];
const CREATE: Refusals = &[(400, &[2001, 2002]), (401, &[1001]), (404, &[]), (409, &[2005])];
const VERIFY: Refusals = &[(400, &[2001, 2002]), (401, &[1001, 1006]), (404, &[]), (409, &[2004])];
const TOKEN: Refusals = &[(400, &[]), (401, &[1001]), (404, &[])];
const TARIFF: Refusals = &[(400, &[]), (401, &[1001]), (404, &[]), (405, &[1005, 1007])];
/// 1001 although a user's token authorises it: so the vendor's specification has it.
const COMMODITIES: Refusals = &[(400, &[]), (401, &[1001]), (404, &[])];
const INVENTORIES: Refusals =
    &[(400, &[2001]), (401, &[1002, 1003]), (402, &[1004]), (404, &[]), (405, &[1005])];
const GOODS: Refusals =
    &[(400, &[2001, 2003]), (401, &[1002, 1003]), (402, &[1004]), (404, &[]), (405, &[1005])];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_twenty_events_with_names_of_their_own() {
        assert_eq!(Event::ALL.len(), 20);
        assert_eq!(Event::ALL.iter().map(|event| event.name()).collect::<HashSet<_>>().len(), 20);
        assert!(Event::ALL.iter().map(|event| event.name()).eq(Event::NAMES.iter().copied()));
    }

    #[test]
    fn an_event_is_found_by_its_name_alone() {
        for event in Event::ALL {
            assert_eq!(Event::by_name(event.name()), Some(*event));
        }
        assert_eq!(Event::by_name("user.Create"), None);
        assert_eq!(Event::by_name(""), None);
    }

    #[test]
    fn the_apps_token_authorises_users_subscriptions_and_installations() {
        for event in Event::ALL {
            let name = event.name();
            let app =
                ["user.", "subscription.", "installation."].iter().any(|s| name.starts_with(s));
            assert_eq!(event.authority() == Authority::App, app, "{name}");
        }
    }

    #[test]
    fn subscriptions_and_installations_accept_nothing_but_200() {
        for event in Event::ALL {
            let lifecycle = event.class() == Class::Lifecycle;
            assert_eq!(event.refusals().is_empty(), lifecycle, "{}", event.name());
        }
    }

    #[test]
    fn every_row_is_complete() {
        for event in Event::ALL {
            assert!(event.path().starts_with("/api/v"), "{}", event.name());
            assert!(["GET", "POST", "PUT"].contains(&event.method()), "{}", event.name());
            assert!(event.title().ends_with('.'), "{}", event.name());
            assert!(event.source().starts_with("https://github.com/evotor/"), "{}", event.name());
        }
    }

    #[test]
    fn methods_and_paths_are_the_documented_ones() {
        let subscription = "POST /api/v1/subscription/event";
        let installation = "POST /api/v2/installation/event";
        let mut documented = vec![
            "POST /api/v1/user/create",
            "POST /api/v1/user/verify",
            "POST /api/v1/user/token",
            "POST /api/v1/user/tariff",
        ];
        documented.extend([subscription; 7]);
        documented.extend([installation; 2]);
        documented.extend([
            "PUT /api/v1/inventories/stores",
            "PUT /api/v1/inventories/devices",
            "PUT /api/v1/inventories/employees",
            "POST /api/v1/inventories/stores/{storeUuid}/products",
            "PUT /api/v1/inventories/stores/{storeUuid}/documents",
            "POST /api/v2/receipts",
            "GET /api/v1/commodities",
        ]);
        let ours = Event::ALL.iter().map(|event| format!("{} {}", event.method(), event.path()));
        assert_eq!(ours.collect::<Vec<_>>(), documented);
    }

    #[test]
    fn only_the_tariff_is_legacy() {
        let legacy: Vec<_> = Event::ALL.iter().filter(|event| event.is_legacy()).collect();
        assert_eq!(legacy, [&Event::UserTariff]);
    }
}
