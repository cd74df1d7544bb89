//! The rules of a partner's answer, one row each: how grave a breach is under `fidelity: loose` and
//! under `strict`, and where the rule comes from. Both columns differ where real partners are known
//! to stray and the specification is clear.

use super::Verdict;
use crate::model::source::vendor_page;

macro_rules! rules {
    ($($variant:ident $id:literal $loose:ident $strict:ident $section:literal $title:literal;)*) => {
        /// One thing a partner's answer is held to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Rule { $(#[doc = $title] $variant,)* }

        impl Rule {
            /// Every rule, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name in findings.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// One line for people, in the words of a breach.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What a breach costs under `fidelity: loose`.
            pub const fn loose(self) -> Verdict {
                match self { $(Self::$variant => Verdict::$loose,)* }
            }

            /// What a breach costs under `fidelity: strict`.
            pub const fn strict(self) -> Verdict {
                match self { $(Self::$variant => Verdict::$strict,)* }
            }

            /// Where the rule comes from.
            pub const fn source(self) -> &'static str {
                match self { $(Self::$variant => vendor_page($section),)* }
            }
        }
    };
}

rules! {
    ConnectionRefused "connection-refused" Undelivered Undelivered "3.1" "Nothing accepts connections at the partner's address.";
    ConnectionDns "connection-dns" Undelivered Undelivered "3.1" "The partner's host name does not resolve.";
    ConnectionTls "connection-tls" Undelivered Undelivered "3.1" "The TLS handshake with the partner failed.";
    ConnectionTimeout "connection-timeout" Fail Fail "3.1" "The partner did not answer in time.";
    ConnectionReset "connection-reset" Fail Fail "3.1" "The partner closed the connection before it had answered.";
    ConnectionProtocol "connection-protocol" Fail Fail "3.1" "The answer is not well-formed HTTP.";

    Redirect "redirect" Fail Fail "3.1" "The answer is a redirect.";
    SuccessNot200 "success-not-200" Fail Fail "3.1" "The answer is a success other than 200.";
    StatusNot200 "status-not-200" Fail Fail "3.1" "Only 200 ends this webhook.";
    StatusUndocumented "status-undocumented" Fail Fail "3.2" "The vendor knows no refusal with this status.";
    NoSuchRoute "no-such-route" Fail Fail "3.2" "The partner's router has no such path or method.";
    RefusalNotListed "refusal-not-listed" Warn Fail "3.2" "This webhook may not be refused so.";
    NotificationRefused "notification-refused" Warn Warn "3.1" "The refusal is allowed, and the cloud asks again all the same.";
    Refused "refused" Pass Pass "3.2" "The partner refused.";

    ErrorsMissing "errors-missing" Warn Fail "3.2" "A refusal carries an array `errors`.";
    ErrorEntry "error-entry" Warn Fail "3.2" "An entry of `errors` is not an object.";
    ErrorCodeMissing "error-code-missing" Warn Fail "3.2" "An entry of `errors` has no `code`.";
    ErrorCodeType "error-code-type" Warn Fail "3.2" "An error's `code` is not a whole number.";
    ErrorCodeRange "error-code-range" Warn Fail "3.2" "An error's `code` is not within 0 to 9999.";
    ErrorCodeUnknown "error-code-unknown" Warn Fail "3.2" "The vendor's table has no such code.";
    ErrorCodeStatus "error-code-status" Warn Fail "3.2" "The code belongs to another status.";

    ContentType "content-type" Warn Fail "3.1" "JSON is not announced as JSON.";
    BodyTooLarge "body-too-large" Fail Fail "3.1" "The body is larger than any answer the cloud needs.";
    IgnoredBodyTooLarge "ignored-body-too-large" Warn Warn "3.1" "A body that nobody reads is very large.";
    BodyEmpty "body-empty" Fail Fail "3.1" "The body is empty.";
    BodyHtml "body-html" Fail Fail "3.1" "The body is a page of HTML.";
    BodyJson "body-json" Fail Fail "3.1" "The body is not JSON.";
    BodyDepth "body-depth" Fail Fail "3.1" "The JSON is nested too deeply to be read.";
    BodyNotObject "body-not-object" Fail Fail "3.1" "The JSON is not an object.";
    ByteOrderMark "byte-order-mark" Warn Fail "3.1" "A byte order mark stands before the JSON.";
    CatchAllPage "catch-all-page" Warn Warn "7" "A page of HTML answered in place of the webhook.";

    UserIdMissing "user-id-missing" Fail Fail "3.3" "The answer does not name the user.";
    UserIdType "user-id-type" Fail Fail "3.3" "`userId` is not a string.";
    UserIdOther "user-id-other" Fail Fail "3.3" "The answer is about another user.";
    UserIdOldName "user-id-old-name" Warn Fail "3.3" "`userUuid` is the old name of `userId`.";
    UserTokenMissing "user-token-missing" Fail Fail "3.3" "The answer carries no user token.";
    UserTokenType "user-token-type" Fail Fail "3.3" "`token` is not a string.";
    UserTokenLength "user-token-length" Fail Fail "0" "`token` is not 1 to 128 characters long.";
    UserTokenHeader "user-token-header" Fail Fail "3.1" "`token` cannot be carried by a header.";
    UserTokenCharacters "user-token-characters" Warn Warn "3.1" "`token` has characters outside the vendor's pattern.";
    BillingMissing "billing-missing" Warn Fail "3.4" "`hasBilling` is missing.";
    BillingType "billing-type" Fail Fail "3.4" "`hasBilling` is not true or false.";

    Bindings "bindings" Warn Fail "3.11" "An array answered is not one of bindings.";

    CommodityName "commodity-name" Warn Warn "3.13" "The product has no name.";
    CommodityType "commodity-type" Fail Fail "3.13" "A field of the product has another type.";
    CommodityNumber "commodity-number" Warn Fail "3.13" "A number of the product is written as a string.";
    CommodityAlcCode "commodity-alc-code" Warn Warn "5.4" "An alcohol code is not 19 digits.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_has_an_id_of_its_own_in_kebab_case() {
        let ids: HashSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
        for id in ids {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(id.chars().all(plain), "{id}");
        }
    }

    #[test]
    fn strict_is_never_milder_than_loose() {
        for rule in Rule::ALL {
            assert!(rule.strict() >= rule.loose(), "{}", rule.id());
            assert!(rule.title().ends_with('.'), "{}", rule.id());
        }
    }
}
