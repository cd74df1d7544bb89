//! The bodies that web frameworks and servers answer by themselves. Such a refusal was not written
//! by the partner, and often means that the webhook never reached the partner's code. One is named
//! only by what is its own.

mod object;

use serde_json::Value;

use super::Answer;
use super::body::Content;
use crate::text::Text;

/// A body that nobody wrote by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Habit {
    /// Whose it is.
    pub(super) whose: &'static str,
    /// Whether it says that no route has this path and method.
    pub(super) no_route: bool,
    /// A sentence more, where there is one to say.
    pub(super) hint: Text,
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
    ("<title>Page Expired</title>", "Laravel", false, "Exempt the path from the CSRF check."),
    ("Whitelabel Error Page", "Spring Boot", false, ""),
    ("The page you were looking for doesn't exist", "Ruby on Rails", true, ""),
    ("Method Not Allowed", "a web server", true, ""),
    ("404 page not found", "a Go server", true, ""),
    ("ERR_NGROK_", "ngrok", false, "The tunnel does not reach the service."),
    ("<center>nginx", "nginx", false, "nginx answered before the service, or in its place."),
    ("<address>Apache", "Apache", false, "Apache answered before the service, or in its place."),
    ("Cloudflare Ray ID", "Cloudflare", false, "Cloudflare answered in place of the service."),
    ("<center>cloudflare", "Cloudflare", false, "Cloudflare answered in place of the service."),
];

/// How far into a page the marks are looked for.
const LOOKED_AT: usize = 16 << 10;

/// Recognises a default body.
pub(super) fn recognise(answer: &Answer<'_>, content: &Content) -> Option<Habit> {
    let mut habit = match content {
        Content::Json(Value::Object(object)) => object::recognise(object)?,
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

fn habit(whose: &'static str, no_route: bool, hint: &'static str) -> Habit {
    Habit { whose, no_route, hint: Text::fixed(hint) }
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
        whose(404, nest, "NestJS", true);
        let spring = r#"{"timestamp":"2026-01-01","status":404,"error":"Not Found","path":"/x"}"#;
        whose(404, spring, "Spring Boot", false);
        whose(404, r#"{"message":"The route x could not be found."}"#, "Laravel", true);
        whose(401, r#"{"message":"Unauthenticated."}"#, "Laravel", false);
        whose(404, "404 page not found\n", "a Go server", true);
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
    fn what_others_write_as_well_names_nobody() {
        let mongoose = r#"{"errors":{"inn":{"name":"ValidatorError","message":"Path `inn` is required.",
            "kind":"required","path":"inn"}},"_message":"User validation failed","name":"ValidationError",
            "message":"User validation failed: inn: Path `inn` is required."}"#;
        let plain = r#"{"message":"User validation failed","errors":{"inn":{"message":"Path"}}}"#;
        for body in [
            mongoose,
            plain,
            r#"{"message":"Not Found"}"#,
            r#"{"message":"Server Error"}"#,
            r#"{"message":"Slim Application Error","exception":[{"type":"x","message":"y"}]}"#,
            r#"{"message":"failed","errors":{"inn":["is wrong"]}}"#,
            r#"{"errors":{"inn":["is wrong"]},"message":"is wrong","code":7}"#,
            r#"{"detail":"Invalid token."}"#,
            r#"{"detail":["wrong"]}"#,
            r#"{"inn":["can't be blank"]}"#,
            r#"{"inn":["Missing data for required field."]}"#,
            r#"{"statusCode":404,"message":"Resource not found"}"#,
            r#"{"statusCode":401,"error":"Unauthorized","message":"Missing authentication"}"#,
            r#"{"timestamp":1,"status":400,"error":"Bad Request"}"#,
            r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"No x"}"#,
            r#"{"type":"https://tools.ietf.org/html/rfc2616#section-10","title":"An error occurred","status":404}"#,
        ] {
            assert_eq!(seen(400, body), None, "{body}");
        }
        let page =
            "<html><script src=https://cdnjs.cloudflare.com/x.js></script>Page Expired</html>";
        whose(500, page, "a web server", false);
    }

    #[test]
    fn what_is_its_own_names_it() {
        let laravel = r#"{"message":"The inn is required. (and 1 more error)","errors":{"inn":["The inn is required."],"x":["y"]}}"#;
        whose(422, laravel, "Laravel", false);
        whose(
            404,
            r#"{"message":"No query results for model [App\\Models\\User] 7"}"#,
            "Laravel",
            false,
        );
        whose(
            404,
            r#"{"message":"Route POST:/x not found","error":"Not Found","statusCode":404}"#,
            "Fastify",
            true,
        );
        whose(
            400,
            r#"{"statusCode":400,"code":"FST_ERR_VALIDATION","error":"Bad Request","message":"body must be object"}"#,
            "Fastify",
            false,
        );
        whose(
            400,
            r#"{"statusCode":400,"message":["inn must be a string"],"error":"Bad Request"}"#,
            "NestJS",
            false,
        );
        whose(500, r#"{"statusCode":500,"message":"Internal server error"}"#, "NestJS", false);
        whose(
            400,
            r#"{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"One or more validation errors occurred.","status":400,"errors":{"inn":["The inn field is required."]},"traceId":"00-1"}"#,
            "ASP.NET Core",
            false,
        );
        whose(400, r#"{"inn":["\"x\" is not a valid choice."]}"#, "Django REST framework", false);
        whose(400, r#"{"non_field_errors":["No."]}"#, "Django REST framework", false);
    }

    #[test]
    fn the_field_that_validation_refuses_is_named() {
        let body = r#"{"detail":[{"loc":["body","userUuid"],"msg":"Field required"}]}"#;
        assert!(seen(422, body).unwrap().hint.to_string().contains("`body.userUuid`"));
    }
}
