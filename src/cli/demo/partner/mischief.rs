//! Misbehaviour to order, to see what the gateway makes of it.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame};
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{Act, Answer, Response, respond, with};
use crate::model::event::Event;

const JSON: &str = "application/json";
/// One more than a user's token may have.
const TOO_LONG: usize = 129;

macro_rules! kinds {
    ($($variant:ident = $name:literal, $about:literal;)*) => {
        /// A way to misbehave.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Mischief {
            $(#[doc = $about] $variant,)*
        }

        impl Mischief {
            /// Every way.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// How it is ordered.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// One line for people.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)* }
            }
        }
    };
}

kinds! {
    Status = "status", "Another status, 500 unless `status` says which.";
    Redirect = "redirect", "302 to a login page.";
    Html = "html", "200 with a page of HTML, as a catch-all of a web server does.";
    InvalidJson = "invalid-json", "200 with half a JSON object.";
    WrongUser = "wrong-user", "The right answer about another user.";
    LongToken = "long-token", "The right answer with a token of 129 characters.";
    Empty = "empty", "200 without a body.";
    Endless = "endless", "200 with a body of 10 GB.";
    Hang = "hang", "No answer at all.";
    Close = "close", "The connection ends before the answer.";
}

/// What is ordered at present.
#[derive(Debug, Default)]
pub(super) struct Orders {
    all: Vec<Order>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    mischief: Mischief,
    status: u16,
}

#[derive(Debug)]
struct Order {
    about: About,
    way: Way,
}

#[derive(Debug, PartialEq, Eq)]
enum About {
    Event(Event),
    Path(String),
}

/// An order as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    event: Option<String>,
    path: Option<String>,
    #[serde(rename = "do")]
    what: String,
    status: Option<u16>,
}

impl Orders {
    /// POST orders, DELETE takes all orders back, GET lists.
    pub(super) fn answer(&mut self, method: &str, body: &[u8]) -> Act {
        let answer = match method {
            "POST" => match order(body) {
                Ok(order) => {
                    self.all.retain(|known| known.about != order.about);
                    self.all.push(order);
                    self.listed()
                }
                Err(why) => Answer::of(400, json!({"error": why})),
            },
            "DELETE" => {
                self.all.clear();
                self.listed()
            }
            _ => self.listed(),
        };
        Act::Answer(answer.into_response())
    }

    /// What is ordered for a webhook or a path.
    pub(super) fn about(&self, event: Option<Event>, path: &str) -> Option<Way> {
        let meant = |about: &About| match about {
            About::Event(known) => Some(*known) == event,
            About::Path(known) => known == path,
        };
        self.all.iter().find(|order| meant(&order.about)).map(|order| order.way)
    }

    fn listed(&self) -> Answer {
        let kind = |kind: &Mischief| (kind.name().to_owned(), Value::from(kind.about()));
        let kinds: Map<String, Value> = Mischief::ALL.iter().map(kind).collect();
        let ordered = |order: &Order| {
            let (key, value) = match &order.about {
                About::Event(event) => ("event", event.name()),
                About::Path(path) => ("path", path.as_str()),
            };
            match order.way {
                Way { mischief: Mischief::Status, status } => {
                    json!({key: value, "do": "status", "status": status})
                }
                Way { mischief, .. } => json!({key: value, "do": mischief.name()}),
            }
        };
        let ordered: Vec<_> = self.all.iter().map(ordered).collect();
        Answer::of(200, json!({"ordered": ordered, "kinds": kinds}))
    }
}

fn order(body: &[u8]) -> Result<Order, String> {
    let example = r#"send such as {"event":"user.create","do":"html"}"#;
    let wish: Wish = serde_json::from_slice(body).map_err(|error| format!("{error}; {example}"))?;
    let about = match (wish.event, wish.path) {
        (Some(name), None) => About::Event(
            Event::by_name(&name)
                .ok_or_else(|| format!("no event is called {name}; {}", Event::NAMES.join(", ")))?,
        ),
        (None, Some(path)) => About::Path(path),
        _ => return Err(format!("name one event or one path; {example}")),
    };
    let mischief = Mischief::ALL.iter().copied().find(|kind| kind.name() == wish.what);
    let mischief = mischief.ok_or_else(|| {
        let names: Vec<_> = Mischief::ALL.iter().map(|kind| kind.name()).collect();
        format!("`do` is one of {}", names.join(", "))
    })?;
    let status = wish.status.unwrap_or(500);
    if !(200..=599).contains(&status) {
        return Err("`status` is from 200 to 599".to_owned());
    }
    Ok(Order { about, way: Way { mischief, status } })
}

impl Way {
    /// Does it to an answer.
    pub(super) fn spoil(self, right: Answer) -> Act {
        Act::Answer(match self.mischief {
            Mischief::Status => respond(self.status, JSON, "{}"),
            Mischief::Redirect => with(respond(302, "text/html", ""), LOCATION, "/login"),
            Mischief::Html => respond(200, "text/html", "<!doctype html><title>Shop</title>"),
            Mischief::InvalidJson => respond(200, JSON, r#"{"userId": "01-"#),
            Mischief::WrongUser => altered(right, "userId", "99-999999999999999".to_owned()),
            Mischief::LongToken => altered(right, "token", "t".repeat(TOO_LONG)),
            Mischief::Empty => respond(200, JSON, ""),
            Mischief::Endless => endless(),
            Mischief::Hang => return Act::Hang,
            Mischief::Close => return Act::Close,
        })
    }
}

fn altered(mut right: Answer, name: &str, value: String) -> Response {
    if let Value::Object(body) = &mut right.body {
        body.insert(name.to_owned(), value.into());
    }
    right.into_response()
}

fn endless() -> Response {
    let mut response = Response::new(Endless { left: 10 << 30 }.boxed_unsync());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

/// So many spaces.
struct Endless {
    left: u64,
}

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        static PIECE: [u8; 1 << 16] = [b' '; 1 << 16];
        let piece = Bytes::from_static(&PIECE);
        let left = self.left.checked_sub(piece.len() as u64);
        self.left = left.unwrap_or(0);
        Poll::Ready(left.map(|_| Ok(Frame::data(piece))))
    }
}
