//! Answers that carry the user's token: create, verify, and the tariff of old.

use serde_json::{Map, Value};

use super::body::Content;
use super::finding::Sheet;
use super::rule::Rule;
use super::{Answer, Learned, Question, body, hint, ignored};
use crate::model::event::Event;
use crate::model::token::Token;
use crate::text::{Text, text};

/// The longest user token, in characters.
const LONGEST: usize = 128;

/// Checks the answer of create or verify.
pub(super) fn check(
    question: &Question<'_>,
    answer: &Answer<'_>,
    sheet: &mut Sheet,
) -> Option<Learned> {
    let object = body::object(answer, sheet)?;
    user(question, &object, sheet);
    let user_token = token(&object, sheet);
    let has_billing = match question.event {
        Event::UserVerify => billing(&object, sheet),
        _ => None,
    };
    Some(Learned { user_token: user_token?, has_billing })
}

/// Checks the answer of tariff, which may carry a token and need not.
pub(super) fn check_tariff(
    question: &Question<'_>,
    answer: &Answer<'_>,
    sheet: &mut Sheet,
) -> Option<Learned> {
    let Content::Json(Value::Object(object)) = Content::of(answer) else {
        ignored(answer, sheet);
        return None;
    };
    object.get("token").filter(|token| !token.is_null())?;
    if object.contains_key("userId") || object.contains_key("userUuid") {
        user(question, &object, sheet);
    }
    Some(Learned { user_token: token(&object, sheet)?, has_billing: None })
}

fn user(question: &Question<'_>, object: &Map<String, Value>, sheet: &mut Sheet) {
    let (name, value) = match (object.get("userId"), object.get("userUuid")) {
        (Some(value), _) => ("userId", value),
        (None, Some(value)) => {
            let text = "`userUuid` was renamed in 2017: answer `userId`.";
            sheet.body(Rule::UserIdOldName, "/userUuid", Text::fixed(text));
            ("userUuid", value)
        }
        (None, None) => {
            let elsewhere = hint::elsewhere(object, "userId");
            let text = text!("Repeat the `userId` of the request in the answer.").and(elsewhere);
            return sheet.body(Rule::UserIdMissing, "", text);
        }
    };
    let pointer = format!("/{name}");
    match value {
        Value::String(other) if other == question.user_id => {}
        Value::String(other) => {
            let (asked, other) = (question.user_id, hint::shown(other));
            let text = text!(
                "The webhook was about user {asked}, the answer is about `{other}`: repeat the \
                 request's `userId`, not an id of your own.",
                asked,
                other
            );
            sheet.body(Rule::UserIdOther, pointer, text);
        }
        _ => {
            let text = text!(
                "`{name}` is {value}; answer it as a string, as it was sent.",
                name, value => hint::kind(value)
            );
            sheet.body(Rule::UserIdType, pointer, text);
        }
    }
}

fn token(object: &Map<String, Value>, sheet: &mut Sheet) -> Option<Token> {
    let text = match object.get("token") {
        None | Some(Value::Null) => {
            let elsewhere = hint::elsewhere(object, "token");
            let text = text!(
                "Answer `token`, a string by which you know the user again; the cloud sends it \
                 with every notification."
            )
            .and(elsewhere);
            sheet.body(Rule::UserTokenMissing, "", text);
            return None;
        }
        Some(Value::String(text)) => text,
        Some(value) => {
            let text = text!("`token` is {value}; answer a string.", value => hint::kind(value));
            sheet.body(Rule::UserTokenType, "/token", text);
            return None;
        }
    };
    if let Some((rule, words)) = flaw(text) {
        sheet.body(rule, "/token", words);
    }
    Some(Token::new(text.as_str()))
}

/// What is wrong with a token, told without showing it.
fn flaw(token: &str) -> Option<(Rule, Text)> {
    let length = token.chars().count();
    let edge = |c: Option<char>| c == Some(' ');
    if !(1..=LONGEST).contains(&length) {
        let words = text!(
            "`token` has {length} characters; 1 to {most} are allowed.",
            length,
            most = LONGEST
        );
        return Some((Rule::UserTokenLength, words));
    }
    if let Some(at) = token.chars().position(|c| !matches!(c, ' '..='~')) {
        let words = text!(
            "Character {at} of `token` cannot stand in the header Authorization: use letters, \
             digits, `_`, `=` and `-`.",
            at = at + 1
        );
        return Some((Rule::UserTokenHeader, words));
    }
    if edge(token.chars().next()) || edge(token.chars().next_back()) {
        let words = "`token` begins or ends with a space, which a header loses on the way.";
        return Some((Rule::UserTokenHeader, Text::fixed(words)));
    }
    if token.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        let words = "`token` begins with `Bearer`, which the cloud adds itself: answer the bare \
                     token.";
        return Some((Rule::UserTokenCharacters, Text::fixed(words)));
    }
    let odd = |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '=' | '-'));
    token.chars().find(odd).map(|c| {
        let words = text!(
            "`token` has the character `{c}`, outside the vendor's pattern [a-zA-Z0-9_=-]. Tokens \
             such as JWTs are in use all the same.",
            c
        );
        (Rule::UserTokenCharacters, words)
    })
}

fn billing(object: &Map<String, Value>, sheet: &mut Sheet) -> Option<bool> {
    match object.get("hasBilling") {
        Some(Value::Bool(flag)) => Some(*flag),
        None | Some(Value::Null) => {
            let elsewhere = hint::elsewhere(object, "hasBilling");
            let text = text!(
                "Answer `hasBilling`: true where you bill the user yourself, false where Evotor \
                 does. Left out, it counts as false here."
            )
            .and(elsewhere);
            sheet.body(Rule::BillingMissing, "", text);
            None
        }
        Some(value) => {
            let kind = hint::kind(value);
            let text =
                text!("`hasBilling` is {kind}; answer true or false, unquoted.", kind => kind);
            sheet.body(Rule::BillingType, "/hasBilling", text);
            None
        }
    }
}
