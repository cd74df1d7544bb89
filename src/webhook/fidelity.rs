//! How near the webhooks are to the real ones. What a partner's answer is held to stands in the
//! table of the judge's rules and is listed from there.

use super::judge::Rule;
use crate::model::fidelity::{Kind, Row};
use crate::model::source::vendor_page;

/// Behaviours of the webhook plane.
pub const FIDELITY: &[Row] = &[
    same(
        "Only 200 is an acceptance; a notification without it within ten seconds is sent again",
        "",
        vendor_page("3.1"),
        2018,
    ),
    same(
        "Subscription and installation events are repeated once a minute for three days until 200",
        "",
        vendor_page("3.1"),
        2018,
    ),
    same(
        "Accounts, subscriptions and installations are authorised by the app's token or Basic, notifications by the user's token",
        "an event without its app token is refused; loose sends it without Authorization",
        vendor_page("3.1"),
        2018,
    ),
    same(
        "The user's token is learned from the answer to create and verify and used from then on",
        "",
        vendor_page("3.3"),
        2018,
    ),
    same("user/token hands over one cloud token for each app and user", "", vendor_page("0"), 2018),
    same(
        "Documents are one object of version 2 with the fields and headers of live captures",
        "",
        vendor_page("3.9"),
        2025,
    ),
    same(
        "Subscription events follow each other as documented, numbered from 1",
        "an event that cannot come now is refused; loose sends it with a note",
        vendor_page("3.7"),
        2018,
    ),
    same("Ids, times and sums have the forms of live captures", "", vendor_page("4"), 2025),
    chosen(
        "A change of stores, devices or employees, over /api/world or REST, is told as the user's whole inventory to every app that the user has",
    ),
    chosen("When the last store, device or employee goes, an empty list is sent"),
    chosen(
        "A store without employees has a built-in cashier, always the same one: in documents and receipts, and in the lists of employees that are sent and that the Cloud API gives",
    ),
    chosen("A user or an app that is made or removed causes no webhook of its own"),
    chosen(
        "Notifications are repeated on the schedule of `retry.notifications`; the real spacing is not known",
    ),
    chosen(
        "user/create, user/verify, user/token and commodities are asked once, wait as long as a notification and are never repeated",
    ),
    chosen(
        "A refusal that the vendor allows does not end a notification: it is sent again until 200",
    ),
    chosen(
        "First attempts to one app and user are made in the order of the events, repeats beside them",
    ),
    chosen(
        "A webhook that may have been received is sent again after a crash, with the same bytes",
    ),
    chosen(
        "`webhooks.documents: v1` sends an array of version 1, `inventories: items` an object of items",
    ),
    same(
        "Each webhook may have a token of its own, `webhooks.auths`, in place of the app's or the user's",
        "",
        vendor_page("10"),
        2026,
    ),
    same(
        "Which webhooks a partner has is the portal's choice: with `off` in `webhooks.paths` one is not sent",
        "",
        vendor_page("0"),
        2018,
    ),
    chosen(
        "What a webhook that is off would tell of happens all the same; a scenario goes by user.verify where user.create is off, leaves out with a note what else is, and may begin after registration",
    ),
    chosen(
        "A body of one's own is sent byte for byte; --set and the others edit its text in place, of a repeated name the last",
    ),
    chosen(
        "The framework behind a default answer is named only by words or a form that no other has",
    ),
    chosen("`user.tariff` is sent only where the configuration asks for it"),
    chosen(
        "A change is told to each app that the user has, that has webhooks and the token it takes",
    ),
    chosen(
        "A sale at a simulated terminal is told as document and, as a receipt, to the same apps",
    ),
    chosen(
        "A terminal opens a shift before its first sale and keeps it until it is closed by hand",
    ),
    chosen("A payback at a simulated terminal undoes the last sale as a whole, each sale once"),
    chosen(
        "A sale at a simulated terminal is of up to four of the store's products from the Cloud API that have a price, may be sold and are of no marked type; without any, of the built-in menu",
    ),
    chosen(
        "A sale takes products of the Cloud API out of stock, below zero too, and a payback brings them back; where no quantity is known it stays so, and no products webhook tells of it",
    ),
    unknown(
        "Whether initial_quantity and balanceQuantity are what was there before a sale or after; they are the stock before it",
    ),
    chosen(
        "Documents that were triggered are kept for the Cloud API as they were sent; a body of one's own where it is a document with an id",
    ),
    chosen(
        "The version that was not sent is composed when somebody asks, of what the document was made of; of another document, or one's own, it is not known",
    ),
    chosen("Documents of the same user and id replace each other, the later one stays"),
    same(
        "Quantities in a receipt of a payback are negative, in a document positive; sums are positive in both",
        "",
        vendor_page("10"),
        2026,
    ),
    same("A receipt's dateTime has milliseconds and ends in Z", "", vendor_page("10"), 2026),
    same(
        "Times in subscription events end in +0000; with `webhooks.subscription_times: Z` in Z, as in a live body of 2019",
        "",
        vendor_page("3.7"),
        2019,
    ),
    same("What is sold by weight has its quantity to the gram, 0.834", "", vendor_page("10"), 2026),
    unknown("Whether a receipt's sumPrice is before or after the discount; it is after it"),
    same(
        "Documents of cash, X- and Z-reports have the fields of the official SDK; in version 1 those of the vendor's samples, reports as FPRINT",
        "",
        vendor_page("5.2"),
        2018,
    ),
    chosen(
        "A simulated shift ends with X_REPORT, CASH_OUTCOME where cash is in the drawer (its hundreds, category 1), FPRINT, Z_REPORT and CLOSE_SESSION",
    ),
    unknown(
        "When a terminal writes FPRINT in version 2; a shift ends with one, of the fields of an X-report, as the official SDK reads it",
    ),
    unknown(
        "What total, proceeds and cash of a report count: total and proceeds are the shift's revenue, cash is what is in the drawer",
    ),
    unknown(
        "Documents of other types than sales, paybacks, shifts, cash and reports; a body of one's own sends them",
    ),
];

/// What a partner's answer is held to, as rows of the same table.
pub fn of_answers() -> impl Iterator<Item = Row> {
    Rule::ALL.iter().map(|rule| Row {
        plane: "webhooks",
        behaviour: rule.title(),
        kind: Kind::Same,
        strict: if rule.strict() == rule.loose() { "" } else { rule.strict().name() },
        source: rule.source(),
        year: 2018,
    })
}

const fn same(
    behaviour: &'static str,
    strict: &'static str,
    source: &'static str,
    year: u16,
) -> Row {
    Row { plane: "webhooks", behaviour, kind: Kind::Same, strict, source, year }
}

const fn chosen(behaviour: &'static str) -> Row {
    Row { plane: "webhooks", behaviour, kind: Kind::Chosen, strict: "", source: "", year: 0 }
}

const fn unknown(behaviour: &'static str) -> Row {
    Row { plane: "webhooks", behaviour, kind: Kind::Unknown, strict: "", source: "", year: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_to_be_the_same_has_a_source_and_nothing_is_said_twice() {
        let rows: Vec<Row> = FIDELITY.iter().copied().chain(of_answers()).collect();
        for row in &rows {
            assert_eq!(row.kind == Kind::Same, !row.source.is_empty(), "{}", row.behaviour);
            let alike = rows.iter().filter(|other| other.behaviour == row.behaviour).count();
            assert_eq!(alike, 1, "{}", row.behaviour);
        }
    }
}
