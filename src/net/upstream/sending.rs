//! One try after the other to send a request, and what may be sent after a failure.

use std::pin::pin;
use std::rc::Rc;

use hyper::{Request, Response};

use super::http2;
use super::patience::Over;
use super::pool::{Lease, Link, Pool, Slot};
use super::{Cause, HeadSource, Terms, fault_of};
use crate::fault::{Code, Fault};
use crate::net::body::{AppBody, PartnerBody, Progress};
use crate::net::rewind::Rewind;
use crate::text::text;

/// Why a try failed, and what may follow.
pub(super) struct Failed {
    pub(super) fault: Fault,
    pub(super) next: Next,
}

/// What may be sent after a failure.
pub(super) enum Next {
    Never,
    /// This, of which the partner has seen nothing or done nothing.
    This(Box<Request<AppBody>>),
    /// The same once more.
    Again,
}

/// One try after the other.
pub(super) struct Sending<'a> {
    pub(super) pool: &'a Pool,
    pub(super) slot: &'a Rc<Slot>,
    pub(super) terms: &'a Terms,
    pub(super) progress: Option<&'a Rc<Progress>>,
    pub(super) repeatable: bool,
    pub(super) head: HeadSource<'a>,
}

impl Sending<'_> {
    /// Sends it over this connection and waits for the head of the answer.
    pub(super) async fn exchange(
        &self,
        mut link: Link,
        mut request: Box<Request<AppBody>>,
    ) -> Result<Response<PartnerBody>, Failed> {
        let Self { pool, slot, terms, progress, repeatable, head } = *self;
        let reused = link.used();
        let shared = link.stream().filter(|_| repeatable).map(|stream| stream.connection().clone());
        let copy = link.stream().and(progress).map(|_| Copy::of(&mut request));
        let wait = pool.waiters.wait(terms.response, progress, shared);
        let outcome = wait.for_answer(pin!(link.send(request, &slot.to, head))).await;
        match outcome {
            Ok(Ok(response)) => {
                let lease = Lease::new(link, slot);
                Ok(response.map(|incoming| PartnerBody::new(incoming, lease, terms.body)))
            }
            Ok(Err(mut error)) => {
                let unsent = error.take_message();
                let error = error.into_error();
                let next = self.after(&error, &link, reused, unsent, copy);
                Err(Failed { fault: fault_of(&error, &link, &slot.to, progress), next })
            }
            Err(over) => Err(self.unanswered(&link, over)),
        }
    }

    /// What may be sent after a connection or a stream has failed.
    fn after(
        &self,
        error: &hyper::Error,
        link: &Link,
        reused: bool,
        unsent: Option<Request<AppBody>>,
        copy: Option<Copy>,
    ) -> Next {
        let Some(stream) = link.stream() else {
            return match unsent {
                Some(unsent) if reused => Next::This(Box::new(unsent)),
                None if reused && self.repeatable && !link.answered() => Next::Again,
                _ => Next::Never,
            };
        };
        if let Some(unsent) = unsent {
            return Next::This(Box::new(http2::restored(unsent)));
        }
        let cause = Cause::of(error);
        if cause == Some(Cause::REFUSED) {
            stream.connection().learn_limit();
        }
        // hyper lets go of a request that waited for a stream when the connection ends.
        if cause.is_some_and(Cause::is_unprocessed) || error.is_user() {
            return match copy {
                Some(copy) => copy.request().map_or(Next::Never, Next::This),
                None => Next::Again,
            };
        }
        if cause.is_none() && reused && self.repeatable { Next::Again } else { Next::Never }
    }

    /// Nobody waits for the answer any longer.
    fn unanswered(&self, link: &Link, over: Over) -> Failed {
        let fault = late(self.slot, self.terms);
        if over == Over::Abandoned {
            return Failed { fault, next: Next::Again };
        }
        match link.stream() {
            Some(stream) if stream.is_unheard() => stream.connection().abandon(),
            None if link.used() && !link.answered() => self.slot.distrust_idle(),
            _ => {}
        }
        Failed { fault, next: Next::Never }
    }
}

/// What a request with a body is made of anew.
struct Copy {
    head: Request<()>,
    rewind: Rewind,
}

impl Copy {
    fn of(request: &mut Request<AppBody>) -> Self {
        let mut head = Request::new(());
        head.method_mut().clone_from(request.method());
        head.uri_mut().clone_from(request.uri());
        head.headers_mut().clone_from(request.headers());
        let (rewind, body) = Rewind::of(std::mem::replace(request.body_mut(), AppBody::Empty));
        *request.body_mut() = body;
        Self { head, rewind }
    }

    fn request(self) -> Option<Box<Request<AppBody>>> {
        let body = self.rewind.rewound()?;
        Some(Box::new(self.head.map(|()| body)))
    }
}

fn late(slot: &Slot, terms: &Terms) -> Fault {
    let to = &slot.to;
    Fault::new(
        Code::PartnerTimeout,
        text!(
            "{to} took the request and sent no answer for {response}.",
            to,
            response = format!("{:?}", terms.response)
        ),
    )
    .hint(text!("Look for what the partner's handler waits for, or raise limits.response_timeout."))
}
