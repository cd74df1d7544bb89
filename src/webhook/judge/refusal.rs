//! Answers other than 200: whether the vendor documents such a refusal for this webhook.

use serde_json::Value;

use super::body::{self, Content};
use super::finding::Sheet;
use super::framework::{self, Habit};
use super::rule::Rule;
use super::{Answer, Question, hint};
use crate::model::event::{Authority, Class, Event};
use crate::text::{Text, text};

/// The vendor's table of refusals: status, code, meaning (evotor.md, section 3.2).
const MEANINGS: &[(u16, u16, &str)] = &[
    (400, 2001, "malformed request"),
    (400, 2002, "a required field is missing or a field is unknown"),
    (400, 2003, "bad value"),
    (401, 1001, "wrong app token"),
    (401, 1002, "wrong user token"),
    (401, 1003, "user token expired"),
    (401, 1006, "wrong user credentials"),
    (402, 1004, "subscription inactive"),
    (405, 1005, "terminal not covered by the licence"),
    (405, 1007, "more terminals than licensed"),
    (409, 2004, "this userId is already linked to another account"),
    (409, 2005, "an account with these data already exists"),
];

/// Checks an answer whose status is not 200.
pub(super) fn check(question: &Question<'_>, answer: &Answer<'_>, sheet: &mut Sheet) {
    match answer.status {
        201..=299 => success(question.event, answer.status, sheet),
        300..=399 => redirect(answer.status, sheet),
        _ => refusal(question, answer, sheet),
    }
}

fn success(event: Event, status: u16, sheet: &mut Sheet) {
    let consequence = match event.class() {
        Class::Request => "takes it for a refusal",
        Class::Lifecycle | Class::Notification => "sends the event again",
    };
    let text = text!("The vendor promises that 200 ends a webhook and names no other success; \
        after {status} the cloud {consequence}. Answer 200.", status, consequence => consequence);
    sheet.status(Rule::SuccessNot200, text);
}

fn redirect(status: u16, sheet: &mut Sheet) {
    let text = text!(
        "{status} points elsewhere; only 200 ends a webhook, and redirects are not followed. Common \
         reasons: a slash missing or too many at the end of the path, http in place of https, a \
         login page. Correct `webhooks.url` or `webhooks.paths`.",
        status
    );
    sheet.status(Rule::Redirect, text);
}

fn refusal(question: &Question<'_>, answer: &Answer<'_>, sheet: &mut Sheet) {
    let event = question.event;
    let content = Content::of(answer);
    let habit = framework::recognise(answer, &content);
    let status = answer.status;
    if habit.as_ref().is_some_and(|habit| habit.no_route) {
        let text = text!(
            "{status}: no route for {method} with this path is known there. Check the path \
             (`webhooks.paths`) and the method.",
            status,
            method = event.method()
        )
        .and(note(habit.as_ref()));
        sheet.status(Rule::NoSuchRoute, text);
    } else if event.refusals().is_empty() {
        let text = text!(
            "The answer was {status}; the cloud asks again once a minute for three days, until \
             200.",
            status
        )
        .and(note(habit.as_ref()))
        .and(Text::fixed(expected(question, status)));
        sheet.status(Rule::StatusNot200, text);
    } else if is_documented(status) {
        documented(question, answer, &content, habit.as_ref(), sheet);
    } else {
        undocumented(question, status, habit.as_ref(), sheet);
    }
}

fn is_documented(status: u16) -> bool {
    status == 404 || MEANINGS.iter().any(|(known, ..)| *known == status)
}

fn undocumented(question: &Question<'_>, status: u16, habit: Option<&Habit>, sheet: &mut Sheet) {
    let remark = match status {
        403 => "For a wrong token the vendor documents 401.",
        422 => "For a malformed request the vendor documents 400.",
        500..=599 => "Look into the service's log.",
        _ => "",
    };
    let text = text!(
        "{status} is not a documented refusal; for this webhook these are {known}.",
        status,
        known = listed(question.event)
    )
    .and(Text::fixed(remark))
    .and(note(habit))
    .and(Text::fixed(expected(question, status)));
    sheet.status(Rule::StatusUndocumented, text);
}

/// Notes the refusal itself, then what is wrong with it.
fn documented(
    question: &Question<'_>,
    answer: &Answer<'_>,
    content: &Content,
    habit: Option<&Habit>,
    sheet: &mut Sheet,
) {
    let (event, status) = (question.event, answer.status);
    let codes = codes(content);
    let meaning = codes.iter().find_map(|code| meaning(status, *code));
    let refused = match meaning {
        Some(meaning) => {
            text!("The partner refused: {status} ({meaning}).", status, meaning => meaning)
        }
        None => text!("The partner refused: {status}.", status),
    };
    let hint = match codes.contains(&1006) {
        true => "",
        false => expected(question, status),
    };
    match event.class() {
        Class::Request => {
            sheet.status(
                Rule::Refused,
                refused.and(text!("Nothing is stored.")).and(Text::fixed(hint)),
            );
        }
        Class::Lifecycle | Class::Notification => {
            let text = refused.and(text!("The cloud asks again.")).and(Text::fixed(hint));
            sheet.status(Rule::NotificationRefused, text);
        }
    }
    let allowed = event.refusals().iter().find(|(allowed, _)| *allowed == status);
    if allowed.is_none() {
        let text =
            text!("The refusals documented for this webhook are {event}.", event = listed(event));
        sheet.status(Rule::RefusalNotListed, text);
    }
    let allowed = allowed.map_or(&[] as &[u16], |(_, codes)| codes);
    errors(answer, content, habit, allowed, sheet);
}

/// Checks the array `errors`. A 404 may come without, and with any body but a framework's own.
fn errors(
    answer: &Answer<'_>,
    content: &Content,
    habit: Option<&Habit>,
    allowed: &[u16],
    sheet: &mut Sheet,
) {
    let object = match content {
        Content::Json(Value::Object(object)) => Some(object),
        _ => None,
    };
    let Some(errors) = object.and_then(|object| object.get("errors")) else {
        if answer.status != 404 || habit.is_some() {
            missing(answer.status, content, habit, allowed, sheet);
        }
        return;
    };
    body::form(answer, sheet);
    match errors {
        Value::Array(errors) if !errors.is_empty() => {
            for (at, error) in errors.iter().enumerate() {
                entry(answer.status, at, error, allowed, sheet);
            }
        }
        other => {
            let what = match other {
                Value::Array(_) => text!("empty"),
                other => hint::kind(other),
            };
            let text = text!(
                "`errors` is {what}; answer an array of objects with a `code`.",
                what => what
            );
            sheet.body(Rule::ErrorsMissing, "/errors", text);
        }
    }
}

fn missing(
    status: u16,
    content: &Content,
    habit: Option<&Habit>,
    allowed: &[u16],
    sheet: &mut Sheet,
) {
    let found = match (habit, content) {
        (Some(habit), _) => text!("this is the default answer of {whose}", whose => habit.whose),
        (None, Content::Cut) => text!("the body is too large to be read"),
        (None, Content::Empty) => text!("the body is empty"),
        (None, Content::Json(Value::Object(_))) => text!("the object has no `errors`"),
        (None, Content::Json(value)) => text!("the body is {kind}", kind => hint::kind(value)),
        (None, Content::Page) => text!("the body is HTML"),
        (None, Content::Other { why, line, column }) => {
            text!(
                "the body is not JSON: {why} at line {line}, column {column}",
                why => why.clone(), line, column
            )
        }
    };
    let hint = habit.map(|habit| habit.hint.clone()).unwrap_or_default();
    let doubt = match status {
        405 => "To the cloud 405 is about licences, not about HTTP methods.",
        _ => "",
    };
    let fits = |code: &u16| allowed.is_empty() || allowed.contains(code);
    let example = MEANINGS.iter().find(|(known, code, _)| *known == status && fits(code));
    let wanted = match example {
        Some((_, code, words)) => text!(
            "Answer such as {{\"errors\":[{{\"code\":{code}}}]}} ({words}).",
            code, words => *words
        ),
        None => text!("Make sure that your code answered; a body {} says so."),
    };
    let text =
        text!("A refusal with {status} says why in `errors`; {found}.", status, found => found);
    let text = text.and(hint).and(Text::fixed(doubt)).and(wanted);
    sheet.body(Rule::ErrorsMissing, "", text);
}

fn entry(status: u16, at: usize, error: &Value, allowed: &[u16], sheet: &mut Sheet) {
    let Value::Object(error) = error else {
        let text =
            text!("An error is an object with a `code`, not {error}.", error => hint::kind(error));
        return sheet.body(Rule::ErrorEntry, format!("/errors/{at}"), text);
    };
    let pointer = format!("/errors/{at}/code");
    let Some(code) = error.get("code") else {
        let text = text!("`code` is required.").and(hint::elsewhere(error, "code"));
        return sheet.body(Rule::ErrorCodeMissing, format!("/errors/{at}"), text);
    };
    if !(code.is_i64() || code.is_u64()) {
        let text =
            text!("`code` is {code}; answer a whole number, unquoted.", code => hint::kind(code));
        sheet.body(Rule::ErrorCodeType, pointer.as_str(), text);
    }
    let Some(number) = number(code) else { return };
    let Some(number) = u16::try_from(number).ok().filter(|number| *number <= 9999) else {
        let text = "Codes go from 0 to 9999.";
        return sheet.body(Rule::ErrorCodeRange, pointer, Text::fixed(text));
    };
    known(status, number, pointer, allowed, sheet);
}

fn known(status: u16, code: u16, pointer: String, allowed: &[u16], sheet: &mut Sheet) {
    if meaning(status, code).is_some() {
        if !allowed.is_empty() && !allowed.contains(&code) {
            let text = text!(
                "With {status} this webhook may be refused as {allowed}, not as {code}.",
                status,
                allowed = list(allowed.iter()),
                code
            );
            sheet.body(Rule::RefusalNotListed, pointer, text);
        }
        return;
    }
    match MEANINGS.iter().find(|(_, known, _)| *known == code) {
        Some((right, _, words)) => {
            let text = text!(
                "{code} ({words}) goes with status {right}, not {status}.",
                code, words => *words, right, status
            );
            sheet.body(Rule::ErrorCodeStatus, pointer, text);
        }
        None => {
            let of_status = MEANINGS.iter().filter(|(known, ..)| *known == status);
            let codes: Vec<_> = of_status.map(|(_, code, _)| *code).collect();
            let text = match codes.is_empty() {
                true => {
                    text!("The vendor knows no code {code}, and none for {status}.", code, status)
                }
                false => text!(
                    "The vendor knows no code {code}; for {status} it knows {known}.",
                    code,
                    status,
                    known = list(codes.iter())
                ),
            };
            sheet.body(Rule::ErrorCodeUnknown, pointer, text);
        }
    }
}

fn meaning(status: u16, code: u16) -> Option<&'static str> {
    let row = MEANINGS.iter().find(|(known, number, _)| *known == status && *number == code);
    row.map(|(.., words)| *words)
}

/// The codes of `errors` that can be read, however they are written.
fn codes(content: &Content) -> Vec<u16> {
    let Content::Json(body) = content else { return Vec::new() };
    let errors = body.get("errors").and_then(Value::as_array).into_iter().flatten();
    let numbers = errors.filter_map(|error| error.get("code").and_then(number));
    numbers.filter_map(|number| u16::try_from(number).ok()).collect()
}

/// A code, also where it is a string of digits. Larger than any number is as wrong as 10000.
fn number(code: &Value) -> Option<i64> {
    match code {
        Value::Number(number) if number.is_u64() => Some(number.as_i64().unwrap_or(i64::MAX)),
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Which token a 401 or 403 was about.
fn expected(question: &Question<'_>, status: u16) -> &'static str {
    match (status, question.event.authority()) {
        (401 | 403, _) if question.has_own_auth => {
            "This webhook carries a token or login of its own, `webhooks.auths` in gateway.yaml."
        }
        (401 | 403, Authority::App) => {
            "This webhook carries the app's own token or login, `webhooks.auth` in gateway.yaml."
        }
        (401 | 403, Authority::User) => {
            "This webhook carries the user's token, which the partner gave in answer to \
             user.create or user.verify."
        }
        _ => "",
    }
}

/// Whose answer it seems to be.
fn note(habit: Option<&Habit>) -> Text {
    let Some(Habit { whose, hint, .. }) = habit else { return Text::default() };
    text!("This is the default answer of {whose}.", whose => *whose).and(hint.clone())
}

fn listed(event: Event) -> String {
    list(event.refusals().iter().map(|(status, _)| status))
}

fn list<'a>(numbers: impl Iterator<Item = &'a u16>) -> String {
    numbers.map(u16::to_string).collect::<Vec<_>>().join(", ")
}
