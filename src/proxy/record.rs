//! What the journal is told of an exchange. Everything is copied as it stands; what it means is
//! found out when somebody looks.

use std::rc::Rc;

use hyper::http::request::Parts;
use hyper::http::response;
use hyper::{Request, Response, Version};
use tokio::time::Instant;

use super::asked::Asked;
use super::fields::DeviceFields;
use super::identify::Caller;
use super::life::Story;
use super::{Proxy, View};
use crate::fault::Fault;
use crate::journal::Recording;
use crate::journal::exchange::{Exchange, HANDSHAKE, Stage, Trouble};
use crate::net::body::{AnswerBody, AppBody};
use crate::net::conn::{Conn, Entrance};
use crate::net::gate::Head;
use crate::net::gate::target::Unusual;
use crate::net::names::Names;
use crate::net::tape::Tape;
use crate::net::transcript::{as_came, as_written, head as written, status_line};
use crate::net::upstream::{Destination, HeadSource, Trace};
use crate::text::Text;

/// Begins with what the app sent.
pub(super) fn begin(
    proxy: &Proxy,
    conn: &Conn<DeviceFields>,
    head: Option<&Head>,
    request: &Parts,
    now: Instant,
) -> Option<Rc<Recording>> {
    let recording = proxy.recorder.as_ref()?.begin(now)?;
    recording.note(|exchange| {
        exchange.entrance = Some(match conn.entrance {
            Entrance::Plain => "http",
            Entrance::Tls { .. } => "https",
            Entrance::Tunnel(_) => "tunnel",
        });
        exchange.method = request.method.as_str().into();
        exchange.stage(Stage::Asked).head = match head {
            Some(head) => head.raw().to_vec(),
            None => {
                let line = format!("{} {} HTTP/2", request.method, request.uri);
                written(&line, &request.headers, false)
            }
        };
    });
    Some(recording)
}

/// That a strict reading refuses the target.
pub(super) fn unusual(recording: &Recording, unusual: Unusual) {
    let note = Text::fixed(unusual.text()).sentence();
    recording.note(|exchange| exchange.notes.push(note));
}

/// The request as the partner gets it.
pub(super) fn passed(
    recording: &Recording,
    request: &Request<AppBody>,
    to: &Destination,
    head: HeadSource<'_>,
) {
    let head = head.text(request);
    recording.note(|exchange| {
        exchange.stage(Stage::Passed).head = head;
        exchange.to = Some(to.to_string());
    });
}

/// How the request came to its connection.
pub(super) fn connected(recording: &Recording, trace: &Trace) {
    if let Some((at, reused)) = trace.connected.get() {
        let at = recording.until(at);
        recording.note(|exchange| {
            exchange.times.connected = Some(at);
            exchange.times.reused = Some(reused);
        });
    }
}

/// The head of the partner's answer, as it came.
pub(super) fn answered(recording: &Recording, answer: &response::Parts, names: &Names) {
    let first_byte = recording.until(Instant::now());
    let line = status_line(answer.version, answer.status);
    let head = as_came(&line, &answer.headers, names);
    recording.note(|exchange| {
        exchange.times.first_byte = Some(first_byte);
        exchange.stage(Stage::Answered).head = head;
    });
}

/// A body that is known as a whole.
pub(super) fn body(recording: &Recording, stage: Stage, body: &[u8]) {
    let most = recording.body();
    recording.note(|exchange| exchange.stage(stage).body = Some(Tape::of(body, most)));
}

/// A body on its way to the app that was taken down where it was made.
pub(super) fn returned(recording: &Recording, body: Tape) {
    recording.note(|exchange| exchange.stage(Stage::Returned).body = Some(body));
}

/// What the app gets, and what has become known on the way. `names` are those of the answer's fields
/// for an app that speaks HTTP/1.
pub(super) fn end(
    recording: &Recording,
    story: &Story,
    response: &Response<AnswerBody>,
    names: Option<&Names>,
    fault: Option<&Fault>,
) {
    let version = Version::HTTP_11;
    let line = status_line(version, response.status());
    let head = match names {
        Some(names) => as_written(&line, response.headers(), names, &[]),
        None => written(&line, response.headers(), false),
    };
    let most = recording.body();
    recording.answer();
    recording.note(|exchange| {
        // What was allowed is known since it was.
        if exchange.url.is_empty() {
            tell_of(exchange, story.asked.as_ref(), story.caller.as_ref());
            exchange.rule = number(story.rule);
        }
        if story.app.is_some() {
            exchange.app.clone_from(&story.app);
        }
        exchange.faults = story.applied.words().map(str::to_owned).collect();
        exchange.trouble = fault.map(Trouble::of);
        // Who is refused so early that nothing else says who it was.
        if let Some(whose) = fault.and_then(|fault| fault.whose.as_ref()) {
            exchange.app.get_or_insert_with(|| whose.app_name.as_str().into());
            exchange.user.get_or_insert_with(|| whose.user.clone());
        }
        if story.applied.is_unanswered() {
            return;
        }
        exchange.status = Some(response.status().as_u16());
        let returned = exchange.stage(Stage::Returned);
        returned.head = head;
        if let Some(whole) = response.body().known() {
            let is_of =
                |tape: &Tape| tape.bytes() == whole.len() as u64 && whole.starts_with(tape.kept());
            let known = returned.body.as_ref().is_some_and(is_of);
            let answered = exchange.stage(Stage::Answered);
            let same = fault.is_none() && answered.body.as_ref().is_some_and(is_of);
            if answered.head.is_empty() {
                forget(exchange, Stage::Answered);
            }
            if same {
                exchange.stage(Stage::Returned).body = None;
            } else if !known {
                exchange.stage(Stage::Returned).body = Some(Tape::of(whole, most));
            }
        }
    });
}

/// A request that was refused before it was one.
pub(super) fn refusal(proxy: &Proxy, fault: &Fault, (method, target): (&str, &str)) {
    let now = Instant::now();
    let Some(recording) = proxy.recorder.as_ref().and_then(|recorder| recorder.begin(now)) else {
        return;
    };
    recording.note(|exchange| {
        exchange.method = method.into();
        exchange.url = target.to_owned();
        exchange.status = Some(fault.code.status());
        exchange.trouble = Some(Trouble::of(fault));
    });
}

/// A TLS handshake that came to nothing: there is no request yet, and no answer.
pub(super) fn handshake(proxy: &Proxy, fault: &Fault, entrance: &'static str, url: String) {
    let now = Instant::now();
    let Some(recording) = proxy.recorder.as_ref().and_then(|recorder| recorder.begin(now)) else {
        return;
    };
    recording.note(|exchange| {
        exchange.method = HANDSHAKE.into();
        exchange.url = url;
        exchange.entrance = Some(entrance);
        exchange.trouble = Some(Trouble::of(fault));
    });
}

/// A request that goes on to the partner.
pub(super) fn allowed(
    recording: &Recording,
    asked: &Asked,
    caller: Option<&(Rc<View>, Caller)>,
    rule: Option<usize>,
) {
    recording.note(|exchange| {
        tell_of(exchange, Some(asked), caller);
        exchange.rule = number(rule);
    });
}

fn number(rule: Option<usize>) -> Option<u32> {
    rule.and_then(|rule| u32::try_from(rule + 1).ok())
}

fn tell_of(exchange: &mut Exchange, asked: Option<&Asked>, caller: Option<&(Rc<View>, Caller)>) {
    if let Some(asked) = asked {
        exchange.url.clone_from(&asked.url);
    }
    let Some((view, caller)) = caller else { return };
    let world = &view.known.config.world;
    let Some(device) = world.devices.get(caller.device.0) else { return };
    if exchange.app.is_none() {
        exchange.app = view.known.plans.get(caller.app).map(|plan| plan.name.clone());
    }
    exchange.device = Some(device.uuid.clone());
    exchange.device_name = Some(device.name.clone()).filter(|name| !name.is_empty());
    exchange.store = world.stores.get(device.store).map(|store| store.uuid.clone());
    exchange.user = world.users.get(device.user.0).map(|user| user.id.clone());
}

fn forget(exchange: &mut Exchange, stage: Stage) {
    if let Some(place) = exchange.stages.get_mut(stage as usize) {
        *place = None;
    }
}
