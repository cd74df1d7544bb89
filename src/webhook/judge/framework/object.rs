//! Objects that frameworks answer by themselves. Several have the same members; a framework is named
//! only by what no other writes: its own words, or a combination that is its alone.

use serde_json::{Map, Value};

use super::{Habit, habit};
use crate::text::text;
use crate::webhook::judge::hint;

type Object = Map<String, Value>;

/// The framework of an object, where it is certain.
pub(super) fn recognise(object: &Object) -> Option<Habit> {
    const READERS: [fn(&Object) -> Option<Habit>; 6] =
        [with_detail, with_status_code, spring, asp_net, laravel, rest_framework];
    READERS.iter().find_map(|reader| reader(object))
}

fn text<'o>(object: &'o Object, name: &str) -> Option<&'o str> {
    object.get(name).and_then(Value::as_str)
}

fn has_only(object: &Object, names: &[&str]) -> bool {
    object.len() == names.len() && names.iter().all(|name| object.contains_key(*name))
}

/// `detail` is what FastAPI and Django REST framework call it, and others too.
fn with_detail(object: &Object) -> Option<Habit> {
    if !has_only(object, &["detail"]) {
        return None;
    }
    if let Some(Value::Array(problems)) = object.get("detail") {
        return fastapi_validation(problems);
    }
    match text(object, "detail")? {
        "Not Found" | "Method Not Allowed" => Some(habit("FastAPI", true, "")),
        "Not authenticated" => {
            Some(habit("FastAPI", false, "The header Authorization was not taken."))
        }
        "Not found." => Some(habit("Django REST framework", false, "")),
        detail if detail.starts_with("Method \"") => Some(habit("Django REST framework", true, "")),
        detail
            if detail.starts_with("Authentication credentials were not provided")
                || detail.starts_with("CSRF Failed") =>
        {
            let hint = "Its own authentication ran before the view; check authentication_classes.";
            Some(habit("Django REST framework", false, hint))
        }
        _ => None,
    }
}

fn fastapi_validation(problems: &[Value]) -> Option<Habit> {
    let is_one = |problem: &Value| problem["loc"].is_array() && problem["msg"].is_string();
    let first = problems.first().filter(|_| problems.iter().all(is_one))?;
    let place = first["loc"].as_array().map_or(&[][..], Vec::as_slice);
    let path: Vec<String> =
        place.iter().take(8).map(|part| hint::shown(part.as_str().unwrap_or("[]"))).collect();
    let hint = match path.is_empty() {
        true => text!("The model of the request does not fit."),
        false => text!(
            "Its model of the request does not fit at `{path}`; allow fields to be missing and to \
             be added.",
            path = path.join(".")
        ),
    };
    Some(Habit { whose: "FastAPI", no_route: false, hint })
}

/// `statusCode`, `error` and `message` are NestJS's, Fastify's, hapi's and others'.
fn with_status_code(object: &Object) -> Option<Habit> {
    object.get("statusCode")?.as_u64()?;
    if text(object, "code").is_some_and(|code| code.starts_with("FST_")) {
        return Some(habit("Fastify", false, ""));
    }
    if let Some(Value::Array(problems)) = object.get("message") {
        let listed = !problems.is_empty() && problems.iter().all(Value::is_string);
        return listed.then(|| habit("NestJS", false, ""));
    }
    let message = text(object, "message")?;
    if message.starts_with("Cannot ") {
        return Some(habit("NestJS", true, ""));
    }
    if message.starts_with("Route ") && message.ends_with(" not found") {
        return Some(habit("Fastify", true, ""));
    }
    let bare = has_only(object, &["statusCode", "message"]);
    let nest = bare && NEST_MESSAGES.contains(&message) || message == "Forbidden resource";
    nest.then(|| habit("NestJS", false, ""))
}

/// What its exceptions say that were given no words; the others always have `error` beside it.
const NEST_MESSAGES: [&str; 7] = [
    "Bad Request",
    "Unauthorized",
    "Forbidden",
    "Not Found",
    "Conflict",
    "Unprocessable Entity",
    "Internal server error",
];

/// Its error attributes, which always have a path and a time.
fn spring(object: &Object) -> Option<Habit> {
    let all = ["timestamp", "status", "error", "path"];
    let whole = all.iter().all(|name| object.contains_key(*name))
        && object.get("status").is_some_and(Value::is_u64);
    whole.then(|| habit("Spring Boot", false, ""))
}

/// A problem document is everybody's (RFC 9457); the trace and the pages that it points to are not.
fn asp_net(object: &Object) -> Option<Habit> {
    let problem = object.contains_key("title") && object.contains_key("status");
    let page = text(object, "type").is_some_and(|page| {
        ["https://tools.ietf.org/html/rfc7231#", "https://tools.ietf.org/html/rfc9110#"]
            .iter()
            .any(|known| page.starts_with(known))
    });
    (problem && (object.contains_key("traceId") || page)).then(|| habit("ASP.NET Core", false, ""))
}

/// `message` is everybody's, and so is `errors`: Mongoose's hold objects.
fn laravel(object: &Object) -> Option<Habit> {
    let message = text(object, "message")?;
    match message {
        "CSRF token mismatch." => {
            return Some(habit("Laravel", false, "Exempt the path from the CSRF check."));
        }
        "Unauthenticated." => {
            return Some(habit("Laravel", false, "Its guard ran before the controller."));
        }
        _ => {}
    }
    let no_route = message.starts_with("The route ") && message.ends_with(" could not be found.")
        || message.contains("method is not supported for");
    let debug =
        ["exception", "file", "line", "trace"].iter().all(|name| object.contains_key(*name))
            && text(object, "exception").is_some();
    let words = matches!(
        message,
        "Too Many Attempts." | "This action is unauthorized." | "The given data was invalid."
    ) || message.starts_with("No query results for model [");
    let validation = has_only(object, &["message", "errors"])
        && object.get("errors").and_then(Value::as_object).is_some_and(|errors| {
            !errors.is_empty() && errors.values().all(is_words) && sums_up(message, errors)
        });
    (no_route || debug || words || validation).then(|| habit("Laravel", no_route, ""))
}

/// Its message is the first error, and how many more there are.
fn sums_up(message: &str, errors: &Object) -> bool {
    let first = errors.values().next().and_then(|words| words.get(0)).and_then(Value::as_str);
    first.is_some_and(|first| {
        message == first
            || message.strip_prefix(first).is_some_and(|rest| rest.starts_with(" (and "))
    })
}

/// `{"userId": ["This field is required."]}`. Others have the same form, in words of their own.
fn rest_framework(object: &Object) -> Option<Habit> {
    let (field, _) = object.iter().next().filter(|_| object.values().all(is_words))?;
    let own = |word: &Value| {
        word.as_str().is_some_and(|word| {
            word.starts_with("This field ")
                || REST_WORDS.contains(&word)
                || word.ends_with("is not a valid choice.")
        })
    };
    let named = object.contains_key("non_field_errors")
        || object.values().filter_map(Value::as_array).flatten().any(own);
    let hint = text!("Its serializer refuses `{field}`.", field = hint::shown(field));
    named.then_some(Habit { whose: "Django REST framework", no_route: false, hint })
}

/// What its fields say of a wrong value.
const REST_WORDS: [&str; 6] = [
    "Not a valid string.",
    "Must be a valid boolean.",
    "Must be a valid UUID.",
    "A valid number is required.",
    "A valid integer is required.",
    "Enter a valid email address.",
];

fn is_words(value: &Value) -> bool {
    value.as_array().is_some_and(|words| !words.is_empty() && words.iter().all(Value::is_string))
}
