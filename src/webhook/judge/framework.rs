//! The bodies that web frameworks and servers answer by themselves. Such a refusal was not written
//! by the partner, and often means that the webhook never reached the partner's code.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Answer;
use super::body::Content;
use super::hint;

/// A body that nobody wrote by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Habit {
    /// Whose it is.
    pub(super) whose: &'static str,
    /// Whether it says that no route has this path and method.
    pub(super) no_route: bool,
    /// A sentence more, where there is one to say.
    pub(super) hint: Cow<'static, str>,
}

/// A mark in a page or a text, whose it is, whether it means a missing route, and what to say.
type Mark = (&'static str, &'static str, bool, &'static str);

/// In this order: what stands in front of a service is looked for after the service itself.
const MARKS: &[Mark] = &[
    ("Cannot POST /", "Express", true, ""),
    ("Cannot PUT /", "Express", true, ""),
    ("Cannot GET /", "Express", true, ""),
    ("The requested URL was not found on the server. If you entered", "Flask", true, ""),
    ("The method is not allowed for the requested URL", "Flask", true, ""),
    ("CSRF verification failed", "Django", false, "Exempt the view with csrf_exempt."),
    ("DisallowedHost", "Django", false, "Add the host to ALLOWED_HOSTS."),
    ("You're seeing this error because you have <code>DEBUG", "Django", false, ""),
    ("Page Expired", "Laravel", false, "Exempt the path from the CSRF check."),
    ("Whitelabel Error Page", "Spring Boot", false, ""),
    ("The page you were looking for doesn't exist", "Ruby on Rails", true, ""),
    ("Method Not Allowed", "a web server", true, ""),
    ("404 page not found", "Go's net/http", true, ""),
    ("ERR_NGROK", "ngrok", false, "The tunnel does not reach the service."),
    ("<center>nginx", "nginx", false, "nginx answered before the service, or in its place."),
    ("<address>Apache", "Apache", false, "Apache answered before the service, or in its place."),
    ("cloudflare", "Cloudflare", false, "Cloudflare answered in place of the service."),
];

/// How far into a page the marks are looked for.
const LOOKED_AT: usize = 16 << 10;

/// Recognises a default body.
pub(super) fn recognise(answer: &Answer<'_>, content: &Content) -> Option<Habit> {
    let mut habit = match content {
        Content::Json(Value::Object(object)) => in_object(object)?,
        Content::Page => in_text(answer).unwrap_or_else(|| habit("a web server", false, "")),
        Content::Other { .. } => in_text(answer)?,
        Content::Cut | Content::Empty | Content::Json(_) => return None,
    };
    // To the cloud 405 is about licences; whoever answers it by default means the method.
    let is_page = matches!(content, Content::Page);
    habit.no_route |= answer.status == 405 || (is_page && answer.status == 404);
    Some(habit)
}

fn in_text(answer: &Answer<'_>) -> Option<Habit> {
    let start = answer.body.get(..LOOKED_AT).unwrap_or(answer.body);
    let text = String::from_utf8_lossy(start);
    let (_, whose, no_route, hint) = MARKS.iter().find(|(mark, ..)| text.contains(mark))?;
    Some(habit(whose, *no_route, hint))
}

fn in_object(object: &Map<String, Value>) -> Option<Habit> {
    let has = |name: &str| object.contains_key(name);
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    if has("errors") && !has("message") && !has("title") {
        return None;
    }
    match object.get("detail") {
        Some(Value::Array(problems)) => return Some(fastapi_validation(problems)),
        Some(Value::String(detail)) if object.len() == 1 => return Some(with_detail(detail)),
        _ => {}
    }
    if has("statusCode") && has("message") {
        let message = text("message").unwrap_or("");
        let route = message.starts_with("Cannot ") || message.starts_with("Route ");
        return Some(habit("NestJS or Fastify", route, ""));
    }
    if has("timestamp") && has("status") && has("error") {
        return Some(habit("Spring Boot", false, ""));
    }
    if has("title") && has("status") && (has("traceId") || has("type")) {
        return Some(habit("ASP.NET Core", false, ""));
    }
    if let Some(message) = text("message") {
        return laravel(
            message,
            has("exception") || object.get("errors").is_some_and(Value::is_object),
        );
    }
    rest_framework_validation(object)
}

fn with_detail(detail: &str) -> Habit {
    match detail {
        "Not Found" | "Method Not Allowed" => habit("FastAPI", true, ""),
        "Not found." => habit("Django REST framework", false, ""),
        "Not authenticated" => habit("FastAPI", false, "The header Authorization was not taken."),
        _ if detail.starts_with("Method \"") => habit("Django REST framework", true, ""),
        _ if detail.starts_with("Authentication credentials were not provided")
            || detail.starts_with("CSRF Failed") =>
        {
            let hint = "Its own authentication ran before the view; check authentication_classes.";
            habit("Django REST framework", false, hint)
        }
        _ => habit("FastAPI or Django REST framework", false, ""),
    }
}

fn fastapi_validation(problems: &[Value]) -> Habit {
    let place = problems.first().and_then(|problem| problem.get("loc")).and_then(Value::as_array);
    let path: Vec<String> = place
        .into_iter()
        .flatten()
        .take(8)
        .map(|part| hint::shown(part.as_str().unwrap_or("[]")))
        .collect();
    let hint = match path.is_empty() {
        true => Cow::Borrowed("The model of the request does not fit."),
        false => Cow::Owned(format!(
            "Its model of the request does not fit at `{}`; allow fields to be missing and to be \
             added.",
            path.join(".")
        )),
    };
    Habit { whose: "FastAPI", no_route: false, hint }
}

/// An object of `message` alone is only Laravel's where the words are.
fn laravel(message: &str, has_more: bool) -> Option<Habit> {
    const WORDS: [&str; 5] = [
        "Server Error",
        "Not Found",
        "Too Many Attempts.",
        "This action is unauthorized.",
        "The given data was invalid.",
    ];
    let hint = match message {
        "CSRF token mismatch." => "Exempt the path from the CSRF check.",
        "Unauthenticated." => "Its guard ran before the controller.",
        _ if message.starts_with("The route ") => return Some(habit("Laravel", true, "")),
        _ if message.contains("method is not supported for") => {
            return Some(habit("Laravel", true, ""));
        }
        _ if has_more || WORDS.contains(&message) => "",
        _ if message.starts_with("No query results for model") => "",
        _ => return None,
    };
    Some(habit("Laravel", false, hint))
}

/// `{"userId": ["This field is required."]}`
fn rest_framework_validation(object: &Map<String, Value>) -> Option<Habit> {
    let is_words = |value: &Value| {
        value
            .as_array()
            .is_some_and(|words| !words.is_empty() && words.iter().all(Value::is_string))
    };
    let (field, _) = object.iter().next().filter(|_| object.values().all(is_words))?;
    let hint = format!("Its serializer refuses `{}`.", hint::shown(field));
    Some(Habit { whose: "Django REST framework", no_route: false, hint: Cow::Owned(hint) })
}

fn habit(whose: &'static str, no_route: bool, hint: &'static str) -> Habit {
    Habit { whose, no_route, hint: Cow::Borrowed(hint) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(status: u16, body: &str) -> Option<Habit> {
        let answer = Answer { status, content_type: None, body: body.as_bytes(), truncated: false };
        recognise(&answer, &Content::of(&answer))
    }

    #[track_caller]
    fn whose(status: u16, body: &str, whose: &str, no_route: bool) {
        let habit = seen(status, body).unwrap_or_else(|| panic!("{body}"));
        assert_eq!((habit.whose, habit.no_route), (whose, no_route), "{body}");
    }

    #[test]
    fn the_defaults_of_frameworks_are_told_apart() {
        whose(404, r#"{"detail":"Not Found"}"#, "FastAPI", true);
        whose(404, r#"{"detail":"Not found."}"#, "Django REST framework", false);
        whose(405, r#"{"detail":"Method \"PUT\" not allowed."}"#, "Django REST framework", true);
        whose(400, r#"{"userId":["This field is required."]}"#, "Django REST framework", false);
        let nest = r#"{"message":"Cannot POST /x","error":"Not Found","statusCode":404}"#;
        whose(404, nest, "NestJS or Fastify", true);
        let spring = r#"{"timestamp":"2026-01-01","status":404,"error":"Not Found","path":"/x"}"#;
        whose(404, spring, "Spring Boot", false);
        whose(404, r#"{"message":"The route x could not be found."}"#, "Laravel", true);
        whose(401, r#"{"message":"Unauthenticated."}"#, "Laravel", false);
        whose(404, "404 page not found\n", "Go's net/http", true);
        whose(404, "<!DOCTYPE html><pre>Cannot POST /x</pre>", "Express", true);
        whose(502, "<html><center>nginx/1.24</center></html>", "nginx", false);
        whose(404, "<html>Oops</html>", "a web server", true);
    }

    #[test]
    fn a_refusal_written_for_the_cloud_is_nobodys_default() {
        let own = r#"{"message":"no such user"}"#;
        for body in ["", "{}", own, r#"{"errors":[{"code":1006}]}"#, "[]", "no such user", "null"] {
            assert_eq!(seen(404, body), None, "{body}");
        }
    }

    #[test]
    fn the_field_that_validation_refuses_is_named() {
        let body = r#"{"detail":[{"loc":["body","userUuid"],"msg":"Field required"}]}"#;
        assert!(seen(422, body).unwrap().hint.contains("`body.userUuid`"));
    }
}
