//! What can go wrong with a request, who is to blame and what to do about it.
//!
//! A [`Fault`] is a value: it is raised where the failure arises, travels by `?`, and is turned into
//! an answer in one place (`proxy::refuse`). This module knows names and pages, no HTTP types.

use std::fmt;

use crate::text::{Language, Text};

/// The party that has to change something for the request to succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Culprit {
    /// The terminal app, or whatever stands in for it.
    App,
    /// This gateway: its configuration, its limits, its machine.
    Gateway,
    /// The partner's service.
    Partner,
    /// Nobody: the vendor's cloud forbids it, so the gateway does too.
    VendorRule,
}

impl Culprit {
    /// The word used in answers, log lines and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Gateway => "gateway",
            Self::Partner => "partner",
            Self::VendorRule => "vendor_rule",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $status:literal $culprit:ident $title:literal;)*) => {
        /// The name of a refusal, one row per name of the product's table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $title] $variant,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in `X-Gateway-Error` and in the problem document.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The HTTP status of the refusal.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// Who has to act.
            pub fn culprit(self) -> Culprit {
                match self { $(Self::$variant => Culprit::$culprit,)* }
            }

            /// One line for people.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// The page with cause, example and remedy, in Markdown.
            pub fn page(self, language: Language) -> &'static str {
                match (language, self) {$(
                    (Language::English, Self::$variant) => {
                        include_str!(concat!("codes/", $name, ".md"))
                    }
                    (Language::Russian, Self::$variant) => {
                        include_str!(concat!("codes/ru/", $name, ".md"))
                    }
                )*}
            }
        }
    };
}

codes! {
    BadRequest "bad_request" 400 App "The request is not well-formed HTTP";
    BadTarget "bad_target" 400 App "Two parsers could read this URL differently";
    UrlNotAllowed "url_not_allowed" 403 App "No rule of the app's allowlist matches this URL";
    PortNotAllowed "port_not_allowed" 403 VendorRule "Apps may use ports 80 and 443 only";
    AppUnknown "app_unknown" 403 App "No such app in gateway.yaml";
    AppNotInstalled "app_not_installed" 403 VendorRule "The user has not installed this app";
    DeviceUnknown "device_unknown" 403 App "No such device in gateway.yaml";
    IdentityMismatch "identity_mismatch" 403 App "The identity headers contradict each other";
    CloudApiForbidden "cloud_api_forbidden" 403 VendorRule "Apps may not call the Evotor Cloud API";
    TokenMissing "token_missing" 403 Partner "The user has no token of the partner yet";
    MethodNotAllowed "method_not_allowed" 405 VendorRule "Only GET, POST, PUT and DELETE are proxied";
    RequestTimeout "request_timeout" 408 App "The request did not arrive in time";
    BodyTooLarge "body_too_large" 413 App "The request body is over the limit";
    UriTooLong "uri_too_long" 414 App "The URL is over the limit";
    MisdirectedRequest "misdirected_request" 421 App "The request is for the gateway itself";
    HeadersTooLarge "headers_too_large" 431 App "The request head is over the limit";
    WebsocketNotSupported "websocket_not_supported" 501 VendorRule "Terminals do not support WebSocket";
    PartnerDns "partner_dns" 502 Partner "The partner's host name does not resolve";
    PartnerUnreachable "partner_unreachable" 502 Partner "Nothing accepts connections at the partner's address";
    PartnerTls "partner_tls" 502 Partner "The TLS handshake with the partner failed";
    PartnerReset "partner_reset" 502 Partner "The partner closed the connection before it had answered";
    PartnerProtocol "partner_protocol" 502 Partner "The partner's answer is not well-formed HTTP";
    V1EnvelopeInvalid "v1_envelope_invalid" 502 Partner "The partner's answer is not a {status, body} object";
    Overloaded "overloaded" 503 Gateway "Too many connections, or too much held in memory";
    ShuttingDown "shutting_down" 503 Gateway "The gateway is shutting down";
    DroppedAtBreakpoint "dropped_at_breakpoint" 503 Gateway "Somebody dropped the exchange at a breakpoint";
    StubUnavailable "stub_unavailable" 503 Gateway "The file that a stub answers from cannot be read";
    PartnerTimeout "partner_timeout" 504 Partner "The partner did not answer in time";
    LoopDetected "loop_detected" 508 Gateway "The request would come back to the gateway";
}

impl Code {
    /// The code of a name, as typed by a person.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

/// One failure: the code, what happened this time, and what to change.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Which failure this is.
    pub code: Code,
    /// What happened, with the values at hand; never a secret.
    pub detail: Text,
    /// What to change; empty where the code's page says it all.
    pub hint: Text,
    /// Whom it is about, where it is about an app and a user.
    pub whose: Option<Box<Whose>>,
    /// Whether somebody had it made, so that the code's culprit did nothing.
    pub on_purpose: bool,
}

/// An app and a user.
#[derive(Debug, Clone)]
pub struct Whose {
    /// The app's id.
    pub app: String,
    /// The app's name.
    pub app_name: String,
    /// The user's id.
    pub user: String,
}

impl Fault {
    /// A fault with its detail and no hint of its own.
    pub fn new(code: Code, detail: impl Into<Text>) -> Self {
        let (detail, hint) = (detail.into(), Text::default());
        Self { code, detail, hint, whose: None, on_purpose: false }
    }

    /// The same fault with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Text>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same fault, which is about an app and a user.
    #[must_use]
    pub fn of(mut self, app: &str, app_name: &str, user: &str) -> Self {
        let [app, app_name, user] = [app, app_name, user].map(str::to_owned);
        self.whose = Some(Box::new(Whose { app, app_name, user }));
        self
    }

    /// The same fault, made on purpose: whoever wants it to end has to end that.
    #[must_use]
    pub fn on_purpose(mut self) -> Self {
        self.on_purpose = true;
        self
    }

    /// Who has to act.
    pub fn culprit(&self) -> Culprit {
        if self.on_purpose { Culprit::Gateway } else { self.code.culprit() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.detail)
    }
}

impl std::error::Error for Fault {}
